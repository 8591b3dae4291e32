//! `/graphql`: the GraphQL-over-HTTP protocol, and no more of it than is safe.
//!
//! Mutations by POST alone, bodies in JSON alone, one request a body: the
//! things that would let another site send a form here in somebody's name.

use async_graphql::parser::types::OperationType;
use async_graphql::{PathSegment, Request, Response as Answer, ServerError};
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use domain::Actor;
use serde::Serialize;
use serde_json::json;
use types::ErrorCode;

use super::accept::{self, Kind};
use super::caller::Operation;
use super::refusal::Refusal;
use super::{Web, explorer, request, sse};

/// The largest body: a long need is some 100 kB.
const MAX_BODY: usize = 2 * 1024 * 1024;

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/graphql", get(by_get).post(by_post)).layer(DefaultBodyLimit::max(MAX_BODY))
}

async fn by_post(
    State(web): State<Web>,
    Extension(actor): Extension<Actor>,
    headers: HeaderMap,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Response {
    if !is_acceptable(text(&headers, header::ACCEPT)) {
        return Refusal::not_acceptable().answer(&headers, actor.language);
    }
    let request = match body {
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            Err(Refusal::of(rejection.status(), ErrorCode::QueryTooLarge))
        }
        Err(_) => Err(Refusal::bad("The body could not be read.")),
        Ok(_) if !is_json(text(&headers, header::CONTENT_TYPE)) => Err(Refusal::unsupported()),
        Ok(body) => request::of_body(&body),
    };
    match request {
        Ok(request) => respond(&web, &actor, &headers, request).await,
        Err(refusal) => refusal.answer(&headers, actor.language),
    }
}

async fn by_get(
    State(web): State<Web>,
    Extension(actor): Extension<Actor>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let accepted = text(&headers, header::ACCEPT);
    if query.is_none() && accept::wants_page(accepted) {
        return explorer::page();
    }
    if !is_acceptable(accepted) {
        return Refusal::not_acceptable().answer(&headers, actor.language);
    }
    match request::of_query(query.as_deref().unwrap_or_default()).and_then(|r| only_reading(&web, r)) {
        Ok(request) => respond(&web, &actor, &headers, request).await,
        Err(refusal) => refusal.answer(&headers, actor.language),
    }
}

/// Once, or with events.
async fn respond(web: &Web, actor: &Actor, headers: &HeaderMap, request: Request) -> Response {
    let accepted = text(headers, header::ACCEPT);
    // Most documents need not be examined here to be sure.
    let may_listen = request.query.contains("subscription");
    let listens = may_listen && request::kind(&web.api, &request) == Some(OperationType::Subscription);
    if accept::wants_events(accepted, listens) {
        return sse::answer(web, actor, headers, request);
    }
    if listens {
        let how = "A subscription is answered as text/event-stream, or over the WebSocket at /graphql/ws.";
        return Refusal::bad(how).answer(headers, actor.language);
    }
    run(web, actor, request, accept::best(accepted).unwrap_or(Kind::Json)).await
}

fn is_acceptable(accepted: Option<&str>) -> bool {
    accept::best(accepted).is_some() || accept::takes_events(accepted)
}

async fn run(web: &Web, actor: &Actor, request: Request, kind: Kind) -> Response {
    let operation = request.operation_name.clone();
    let answer = web.api.execute(request, actor).await;
    let mut response = answered(&answer, kind);
    let name = operation.unwrap_or_else(|| "-".to_owned());
    response.extensions_mut().insert(Operation(name.chars().take(80).collect()));
    response
}

/// Whether an operation was refused before it began to run.
pub(super) fn was_refused(answer: &Answer) -> bool {
    let begun = |error: &ServerError| matches!(error.path.first(), Some(PathSegment::Field(_)));
    !answer.errors.is_empty() && answer.data == async_graphql::Value::Null && !answer.errors.iter().any(begun)
}

/// A request that never began to run has no `data`, and with the newer kind of
/// answer a status that says so.
fn answered(answer: &Answer, kind: Kind) -> Response {
    let is_refused = was_refused(answer);
    let status = if is_refused && kind == Kind::GraphQl { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    if is_refused {
        json_response(status, kind, &json!({ "errors": answer.errors }))
    } else {
        json_response(status, kind, answer)
    }
}

/// Written as it is: by way of a `Value` the fields would lose the order that was asked for.
pub(super) fn json_response(status: StatusCode, kind: Kind, body: &impl Serialize) -> Response {
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

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

fn is_json(content_type: Option<&str>) -> bool {
    let Some(content_type) = content_type else { return false };
    let mut parts = content_type.split(';').map(|p| p.trim().to_ascii_lowercase());
    parts.next().is_some_and(|kind| kind == "application/json")
        && parts.all(|p| p.strip_prefix("charset=").is_none_or(|c| c.trim_matches('"') == "utf-8"))
}

/// A link must not change anything.
fn only_reading(web: &Web, request: Request) -> Result<Request, Refusal> {
    match request::kind(&web.api, &request) {
        Some(OperationType::Mutation) => Err(Refusal::only_queries()),
        Some(OperationType::Query | OperationType::Subscription) | None => Ok(request),
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
}
