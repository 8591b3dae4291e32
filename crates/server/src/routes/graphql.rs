//! `/graphql`: the GraphQL-over-HTTP protocol, and no more of it than is safe.
//!
//! Mutations by POST alone, bodies in JSON alone, one request a body: the
//! things that would let another site send a form here in somebody's name.

use async_graphql::parser::types::{DocumentOperations, OperationType};
use async_graphql::{PathSegment, Request, Response as Answer, ServerError, Variables};
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use domain::Actor;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::accept::{self, Kind};
use super::caller::Operation;
use super::{Web, explorer};

/// The largest body: a long need is some 100 kB.
const MAX_BODY: usize = 2 * 1024 * 1024;

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/graphql", get(by_get).post(by_post)).layer(DefaultBodyLimit::max(MAX_BODY))
}

/// A request that can't be run.
struct Refusal {
    status: StatusCode,
    message: String,
}

impl Refusal {
    fn bad(message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, message: message.into() }
    }

    fn of(status: StatusCode, message: &str) -> Self {
        Self { status, message: message.to_owned() }
    }

    fn answer(self, kind: Kind) -> Response {
        let code = match self.status {
            StatusCode::METHOD_NOT_ALLOWED => "METHOD_NOT_ALLOWED",
            _ => "BAD_REQUEST",
        };
        let body = json!({ "errors": [{ "message": self.message, "extensions": { "code": code } }] });
        let mut response = json_response(self.status, kind, &body);
        if self.status == StatusCode::METHOD_NOT_ALLOWED {
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
        }
        response
    }
}

async fn by_post(
    State(web): State<Web>,
    Extension(caller): Extension<Actor>,
    headers: HeaderMap,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Response {
    let Some(kind) = accept::best(text(&headers, header::ACCEPT)) else { return not_acceptable() };
    let request = match body {
        Err(rejection) => {
            Err(Refusal::of(rejection.status(), "The body could not be read, or is larger than 2 MB."))
        }
        Ok(_) if !is_json(text(&headers, header::CONTENT_TYPE)) => {
            Err(Refusal::of(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Send application/json in UTF-8."))
        }
        Ok(body) => read(&body),
    };
    match request {
        Ok(request) => run(&web, &caller, request, kind).await,
        Err(refusal) => refusal.answer(kind),
    }
}

async fn by_get(
    State(web): State<Web>,
    Extension(caller): Extension<Actor>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let accepted = text(&headers, header::ACCEPT);
    if query.is_none() && accept::wants_page(accepted) {
        return explorer::page();
    }
    let Some(kind) = accept::best(accepted) else { return not_acceptable() };
    match read_query(query.as_deref().unwrap_or_default()).and_then(only_reading) {
        Ok(request) => run(&web, &caller, request, kind).await,
        Err(refusal) => refusal.answer(kind),
    }
}

async fn run(web: &Web, caller: &Actor, request: Request, kind: Kind) -> Response {
    let operation = request.operation_name.clone();
    let answer = web.api.execute(request, caller).await;
    let mut response = answered(&answer, kind);
    let name = operation.unwrap_or_else(|| "-".to_owned());
    response.extensions_mut().insert(Operation(name.chars().take(80).collect()));
    response
}

/// A request that never began to run has no `data`, and with the newer kind of
/// answer a status that says so.
fn answered(answer: &Answer, kind: Kind) -> Response {
    let begun = |error: &ServerError| matches!(error.path.first(), Some(PathSegment::Field(_)));
    let is_refused = !answer.errors.is_empty()
        && answer.data == async_graphql::Value::Null
        && !answer.errors.iter().any(begun);
    let status = if is_refused && kind == Kind::GraphQl { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    if is_refused {
        json_response(status, kind, &json!({ "errors": answer.errors }))
    } else {
        json_response(status, kind, answer)
    }
}

/// Written as it is: by way of a `Value` the fields would lose the order that was asked for.
fn json_response(status: StatusCode, kind: Kind, body: &impl Serialize) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind.media_type()),
        (header::VARY, "Accept, Accept-Language, Authorization, Cookie"),
    ];
    match serde_json::to_string(body) {
        Ok(body) => (status, headers, body).into_response(),
        Err(error) => {
            tracing::error!(%error, "an answer can't be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn not_acceptable() -> Response {
    let what = "Accept application/graphql-response+json or application/json.\n";
    (StatusCode::NOT_ACCEPTABLE, what).into_response()
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

fn is_json(content_type: Option<&str>) -> bool {
    let Some(content_type) = content_type else { return false };
    let mut parts = content_type.split(';').map(|p| p.trim().to_ascii_lowercase());
    parts.next().is_some_and(|kind| kind == "application/json")
        && parts.all(|p| p.strip_prefix("charset=").is_none_or(|c| c.trim_matches('"') == "utf-8"))
}

fn read(body: &[u8]) -> Result<Request, Refusal> {
    let value: Value =
        serde_json::from_slice(body).map_err(|e| Refusal::bad(format!("The body is no JSON: {e}")))?;
    match value {
        Value::Object(fields) => request(fields),
        _ => Err(Refusal::bad("The body must be one JSON object; batches are not taken.")),
    }
}

fn read_query(query: &str) -> Result<Request, Refusal> {
    let mut fields = Map::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let value = match name.as_ref() {
            "variables" | "extensions" if value.is_empty() => Value::Null,
            "variables" | "extensions" => {
                serde_json::from_str(&value).map_err(|e| Refusal::bad(format!("`{name}` is no JSON: {e}")))?
            }
            _ => Value::String(value.into_owned()),
        };
        fields.insert(name.into_owned(), value);
    }
    if fields.get("operationName").and_then(Value::as_str) == Some("") {
        fields.remove("operationName");
    }
    request(fields)
}

fn request(mut fields: Map<String, Value>) -> Result<Request, Refusal> {
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

/// A link must not change anything.
fn only_reading(mut request: Request) -> Result<Request, Refusal> {
    let named = request.operation_name.clone();
    // What can't be parsed is refused where it would be run, with its place.
    let Ok(document) = request.parsed_query() else { return Ok(request) };
    let is_reading = |kind: OperationType| kind == OperationType::Query;
    let reads = match &document.operations {
        DocumentOperations::Single(operation) => is_reading(operation.node.ty),
        DocumentOperations::Multiple(all) => all
            .iter()
            .filter(|(name, _)| named.as_deref().is_none_or(|n| n == name.as_str()))
            .all(|(_, operation)| is_reading(operation.node.ty)),
    };
    if reads {
        Ok(request)
    } else {
        Err(Refusal::of(StatusCode::METHOD_NOT_ALLOWED, "Only queries may be sent by GET."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_json_in_utf8_is_taken() {
        assert!(is_json(Some("application/json")));
        assert!(is_json(Some("application/json; charset=UTF-8")));
        for bad in
            [None, Some("text/plain"), Some("application/json; charset=latin1"), Some("multipart/form-data")]
        {
            assert!(!is_json(bad), "{bad:?}");
        }
    }

    #[test]
    fn what_is_no_request_is_refused() {
        for bad in
            ["", "[]", "[{\"query\":\"{a}\"}]", "{}", "{\"query\":1}", "{\"query\":\"{a}\",\"variables\":[]}"]
        {
            assert!(read(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(read(b"{\"query\":\"{a}\",\"variables\":null,\"operationName\":null}").is_ok());
    }

    #[test]
    fn a_link_only_reads() {
        let read = |query: &str| read_query(&format!("query={query}")).and_then(only_reading);
        assert!(read("{a}").is_ok());
        assert!(read("mutation{a}").is_err_and(|r| r.status == StatusCode::METHOD_NOT_ALLOWED));
        assert!(read("subscription{a}").is_err());
        assert!(read("query A{a} mutation B{b}").is_err(), "the name decides, and there is none");
        assert!(read("query A{a} mutation B{b}&operationName=A").is_ok());
    }
}
