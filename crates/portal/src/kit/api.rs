//! The way to the data: typed operations, run in this process.
//!
//! The portal knows the schema's SDL, never its Rust type; the server hands in
//! an executor. What a session means is likewise the server's matter: it puts
//! a [`RequestData`] into the HTTP request's extensions.

use std::sync::Arc;

use async_graphql::futures_util::stream::BoxStream;
use async_graphql::{Executor, Request, Response, ServerError, Value, Variables};
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt};
use graphql_client::GraphQLQuery;
use serde::Deserialize;
use types::ErrorCode;

use super::PageError;

/// Any schema, behind a pointer.
pub trait ErasedExecutor: Send + Sync + 'static {
    /// Runs a query or a mutation.
    fn execute(&self, request: Request) -> BoxFuture<'_, Response>;
    /// Runs a subscription.
    fn execute_stream(&self, request: Request) -> BoxStream<'static, Response>;
}

impl<E: Executor> ErasedExecutor for E {
    fn execute(&self, request: Request) -> BoxFuture<'_, Response> {
        Executor::execute(self, request).boxed()
    }

    fn execute_stream(&self, request: Request) -> BoxStream<'static, Response> {
        Executor::execute_stream(self, request, None)
    }
}

/// Puts the caller (actor, language, loaders) into a GraphQL request. The
/// server makes one for each HTTP request and inserts it as an extension.
#[derive(Clone)]
pub struct RequestData(pub Arc<dyn Fn(Request) -> Request + Send + Sync>);

/// A refusal that people can mend, as mutations tell it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct UserError {
    /// One of [`types::ErrorCode`].
    pub code: String,
    /// In the reader's language.
    pub message: String,
    /// Names of input fields, outermost first.
    #[serde(default)]
    pub path: Option<Vec<String>>,
}

/// A mutation said no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(pub Vec<UserError>);

impl Refused {
    /// Whether one of the reasons is `code`.
    pub fn is(&self, code: types::ErrorCode) -> bool {
        self.0.iter().any(|e| e.code == code.as_str())
    }
}

/// The API as the portal sees it.
#[derive(Clone)]
pub struct Api(Arc<dyn ErasedExecutor>);

impl Api {
    /// The API behind `executor`.
    pub fn new(executor: Arc<dyn ErasedExecutor>) -> Self {
        Self(executor)
    }

    /// Runs a query.
    pub async fn run<Op: GraphQLQuery>(
        &self,
        caller: Option<&RequestData>,
        variables: Op::Variables,
    ) -> Result<Op::ResponseData, PageError> {
        decode(self.0.execute(request::<Op>(caller, variables)?).await)
    }

    /// Runs a mutation. Its `userErrors { code message path }` come back as
    /// [`Refused`]; the document must select them.
    pub async fn send<Op: GraphQLQuery>(
        &self,
        caller: Option<&RequestData>,
        variables: Op::Variables,
    ) -> Result<Result<Op::ResponseData, Refused>, PageError> {
        let response = self.0.execute(request::<Op>(caller, variables)?).await;
        let refused = user_errors(&response.data);
        if response.errors.is_empty() && !refused.is_empty() {
            let refused = Refused(refused);
            if refused.is(types::ErrorCode::ReauthenticationRequired) {
                return Err(PageError::Confirm);
            }
            return Ok(Err(refused));
        }
        decode(response).map(Ok)
    }

    /// Runs a subscription.
    pub fn stream<Op>(
        &self,
        caller: Option<&RequestData>,
        variables: Op::Variables,
    ) -> Result<BoxStream<'static, Result<Op::ResponseData, PageError>>, PageError>
    where
        Op: GraphQLQuery + 'static,
        Op::ResponseData: Send,
    {
        Ok(self.0.execute_stream(request::<Op>(caller, variables)?).map(decode).boxed())
    }

    /// Runs the text of a query for the shell, whose shape is in `viewer.rs`.
    pub(super) async fn text<D: serde::de::DeserializeOwned>(
        &self,
        caller: Option<&RequestData>,
        query: &str,
    ) -> Result<D, PageError> {
        decode(self.0.execute(with_caller(Request::new(query), caller)).await)
    }
}

fn request<Op: GraphQLQuery>(
    caller: Option<&RequestData>,
    variables: Op::Variables,
) -> Result<Request, PageError> {
    let body = Op::build_query(variables);
    let variables = serde_json::to_value(body.variables).map_err(PageError::internal)?;
    let request = Request::new(body.query)
        .operation_name(body.operation_name)
        .variables(Variables::from_json(variables));
    Ok(with_caller(request, caller))
}

fn with_caller(request: Request, caller: Option<&RequestData>) -> Request {
    match caller {
        Some(RequestData(add)) => add(request),
        None => request,
    }
}

fn decode<D: serde::de::DeserializeOwned>(response: Response) -> Result<D, PageError> {
    match response.errors.first() {
        Some(error) => Err(page_error(error)),
        None => async_graphql::from_value(response.data).map_err(PageError::internal),
    }
}

fn page_error(error: &ServerError) -> PageError {
    let code = error.extensions.as_ref().and_then(|e| e.get("code"));
    let code = match code {
        Some(Value::String(code)) => code.as_str(),
        _ => "INTERNAL",
    };
    match code {
        "UNAUTHENTICATED" => PageError::SignIn,
        "NOT_FOUND" => PageError::NotFound,
        "RATE_LIMITED" => PageError::RateLimited,
        "BAD_USER_INPUT" | "INVALID_CURSOR" => PageError::BadRequest,
        "UNAVAILABLE" => PageError::Unavailable,
        // A page whose query is refused for what it costs is wrongly built.
        known if known != "INTERNAL" && known != "QUERY_TOO_LARGE" && known.parse::<ErrorCode>().is_ok() => {
            PageError::Forbidden(Some(error.message.clone()))
        }
        _ => PageError::Internal(format!("{code}: {} at {:?}", error.message, error.path)),
    }
}

fn user_errors(data: &Value) -> Vec<UserError> {
    let Value::Object(fields) = data else { return Vec::new() };
    fields
        .values()
        .filter_map(|payload| match payload {
            Value::Object(payload) => payload.get("userErrors").cloned(),
            _ => None,
        })
        .filter_map(|errors| async_graphql::from_value::<Vec<UserError>>(errors).ok())
        .flatten()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::{EmptySubscription, Object, Schema, SimpleObject};
    use graphql_client::QueryBody;

    struct Query;
    struct Mutation;

    #[derive(SimpleObject)]
    struct Payload {
        question: Option<String>,
        user_errors: Vec<Mistake>,
    }

    #[derive(SimpleObject)]
    struct Mistake {
        code: &'static str,
        message: &'static str,
        path: Option<Vec<&'static str>>,
    }

    #[Object(name = "Query")]
    impl Query {
        async fn answer(&self) -> u32 {
            42
        }
    }

    #[Object(name = "Mutation")]
    impl Mutation {
        async fn ask(&self, text: String) -> Payload {
            if text.is_empty() {
                let mistake = Mistake { code: "REQUIRED", message: "Write it.", path: Some(vec!["text"]) };
                return Payload { question: None, user_errors: vec![mistake] };
            }
            Payload { question: Some(text), user_errors: Vec::new() }
        }
    }

    /// What the derive makes of a document.
    struct Ask;

    #[derive(serde::Serialize)]
    struct Variables {
        text: &'static str,
    }

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Data {
        ask: Asked,
    }

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Asked {
        question: Option<String>,
    }

    impl GraphQLQuery for Ask {
        type Variables = Variables;
        type ResponseData = Data;

        fn build_query(variables: Variables) -> QueryBody<Variables> {
            let query = "mutation Ask($text: String!) { \
                ask(text: $text) { question userErrors { code message path } } }";
            QueryBody { variables, query, operation_name: "Ask" }
        }
    }

    fn api() -> Api {
        Api::new(Arc::new(Schema::new(Query, Mutation, EmptySubscription)))
    }

    #[tokio::test]
    async fn a_refusal_is_no_error_and_a_result_is_typed() {
        let refused = api().send::<Ask>(None, Variables { text: "" }).await.unwrap().unwrap_err();
        assert_eq!(refused.0[0].path.as_deref(), Some(&["text".to_owned()][..]));
        assert!(refused.is(types::ErrorCode::Required));
        let done = api().send::<Ask>(None, Variables { text: "Why?" }).await.unwrap().unwrap();
        assert_eq!(done.ask.question.as_deref(), Some("Why?"));
    }

    #[tokio::test]
    async fn an_error_without_a_code_is_ours() {
        let failed = api().text::<serde_json::Value>(None, "{ nothing }").await.unwrap_err();
        assert!(matches!(failed, PageError::Internal(_)));
    }
}
