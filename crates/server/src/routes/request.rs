//! What a client asks to be run: the same four parameters by POST, by GET and
//! over a socket.

use ::graphql::Api;
use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Variables};
use serde_json::{Map, Value};

use super::json;
use super::refusal::Refusal;

/// Reads the body of a POST.
pub(super) fn of_body(body: &[u8]) -> Result<Request, Refusal> {
    match json::read(body).map_err(|e| Refusal::bad(format!("The body {e}.")))? {
        Value::Object(fields) => of_fields(fields),
        _ => Err(Refusal::bad("The body must be one JSON object; batches are not taken.")),
    }
}

/// Reads the query of an address.
pub(super) fn of_query(query: &str) -> Result<Request, Refusal> {
    let mut fields = Map::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let value = match name.as_ref() {
            "variables" | "extensions" | "operationName" if value.is_empty() => Value::Null,
            "variables" | "extensions" => {
                json::read(value.as_bytes()).map_err(|e| Refusal::bad(format!("`{name}` {e}.")))?
            }
            "query" | "operationName" => Value::String(value.into_owned()),
            // What we don't know may be said twice.
            _ => continue,
        };
        if fields.insert(name.clone().into_owned(), value).is_some() {
            return Err(Refusal::bad(format!("`{name}` is given twice.")));
        }
    }
    of_fields(fields)
}

/// Reads the parameters.
pub(super) fn of_fields(mut fields: Map<String, Value>) -> Result<Request, Refusal> {
    let query = fields.remove("query");
    let Some(Value::String(query)) = query else { return Err(Refusal::bad("`query` must be a text.")) };
    let mut request = Request::new(query);
    match fields.remove("operationName") {
        None | Some(Value::Null) => {}
        Some(Value::String(name)) => request = request.operation_name(name),
        Some(_) => return Err(Refusal::bad("`operationName` must be a text.")),
    }
    match fields.remove("variables") {
        None | Some(Value::Null) => {}
        Some(variables @ Value::Object(_)) => request = request.variables(Variables::from_json(variables)),
        Some(_) => return Err(Refusal::bad("`variables` must be an object.")),
    }
    match fields.remove("extensions") {
        None | Some(Value::Null | Value::Object(_)) => Ok(request),
        Some(_) => Err(Refusal::bad("`extensions` must be an object.")),
    }
}

/// What a request would do; nothing if it will be refused where it is run.
pub(super) fn kind(api: &Api, request: &Request) -> Option<OperationType> {
    let examined = api.examine(&request.query, request.operation_name.as_deref(), &request.variables);
    examined.ok().map(|examined| examined.kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_request_is_refused() {
        for bad in [
            "",
            "[]",
            "[{\"query\":\"{a}\"}]",
            "{}",
            "{\"query\":1}",
            "{\"query\":\"{a}\",\"variables\":[]}",
            "{\"query\":\"{a}\",\"query\":\"{b}\"}",
        ] {
            assert!(of_body(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(of_body(b"{\"query\":\"{a}\",\"variables\":null,\"operationName\":null}").is_ok());
    }

    #[test]
    fn an_address_says_each_thing_once() {
        assert!(of_query("query={a}&operationName=&variables=&other=1&other=2").is_ok());
        assert!(of_query("query={a}&query={b}").is_err());
        assert!(of_query("query={a}&variables={").is_err());
    }
}
