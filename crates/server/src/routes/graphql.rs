//! `/graphql`: the GraphQL-over-HTTP protocol, and no more of it than is safe.
//!
//! Mutations by POST alone, bodies in JSON alone, one request a body: the
//! things that would let another site send a form here in somebody's name.

use std::collections::BTreeMap;

use ::graphql::limits::MAX_BODY;
use async_graphql::parser::types::OperationType;
use async_graphql::{PathSegment, Request, Response as Answer, ServerError};
use axum::extract::{DefaultBodyLimit, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use domain::Actor;
use serde::Serialize;

use super::accept::{self, Kind};
use super::caller::Operation;
use super::refusal::Refusal;
use super::{Web, body, explorer, idempotency, request, sse};

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/graphql", get(by_get).post(by_post)).layer(DefaultBodyLimit::max(MAX_BODY))
}

async fn by_post(
    State(web): State<Web>,
    Extension(actor): Extension<Actor>,
    headers: HeaderMap,
    sent: axum::extract::Request,
) -> Response {
    let done = match read(&headers, sent).await {
        Ok((request, key)) => respond(&web, &actor, &headers, request, key).await,
        Err(refusal) => Err(refusal),
    };
    done.unwrap_or_else(|refusal| refusal.answer(&headers, actor.language))
}

/// The request, and the key under which it is done once.
async fn read(
    headers: &HeaderMap,
    sent: axum::extract::Request,
) -> Result<(Request, Option<String>), Refusal> {
    // What the head says is enough to refuse; then the body is not waited for.
    if !is_acceptable(text(headers, header::ACCEPT)) {
        return Err(Refusal::not_acceptable());
    }
    if !is_json(text(headers, header::CONTENT_TYPE)) {
        return Err(Refusal::unsupported());
    }
    let key = idempotency::key(headers)?;
    Ok((request::of_body(&body::read(sent, MAX_BODY).await?)?, key))
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
    let request = idempotency::none(&headers)
        .and_then(|()| request::of_query(query.as_deref().unwrap_or_default()))
        .and_then(|request| only_reading(&web, request));
    let done = match request {
        Ok(request) => respond(&web, &actor, &headers, request, None).await,
        Err(refusal) => Err(refusal),
    };
    done.unwrap_or_else(|refusal| refusal.answer(&headers, actor.language))
}

/// Once, or with events.
async fn respond(
    web: &Web,
    actor: &Actor,
    headers: &HeaderMap,
    request: Request,
    key: Option<String>,
) -> Result<Response, Refusal> {
    let accepted = text(headers, header::ACCEPT);
    // Most documents need not be examined here to be sure.
    let may_listen = request.query.contains("subscription");
    let listens = may_listen && request::kind(&web.api, &request) == Some(OperationType::Subscription);
    if accept::wants_events(accepted, listens) {
        idempotency::none(headers)?;
        return Ok(sse::answer(web, actor, headers, request));
    }
    if listens {
        let how = "A subscription is answered as text/event-stream, or over the WebSocket at /graphql/ws.";
        return Err(Refusal::bad(how));
    }
    let kind = accept::best(accepted).unwrap_or(Kind::Json);
    let operation = request.operation_name.clone().unwrap_or_else(|| "-".to_owned());
    let mut response = match key {
        Some(key) => idempotency::run(web, actor, request, kind, &key).await?,
        None => answered(&web.api.execute(request, actor).await, kind),
    };
    response.extensions_mut().insert(Operation(operation.chars().take(80).collect()));
    Ok(response)
}

fn is_acceptable(accepted: Option<&str>) -> bool {
    accept::best(accepted).is_some() || accept::takes_events(accepted)
}

/// Whether an operation was refused before it began to run.
pub(super) fn was_refused(answer: &Answer) -> bool {
    let begun = |error: &ServerError| matches!(error.path.first(), Some(PathSegment::Field(_)));
    !answer.errors.is_empty() && answer.data == async_graphql::Value::Null && !answer.errors.iter().any(begun)
}

/// A request that never began to run has no `data`, and with the newer kind of
/// answer a status that says so. Who has to wait is told so with either.
pub(super) fn answered(answer: &Answer, kind: Kind) -> Response {
    if !was_refused(answer) {
        return json_response(StatusCode::OK, kind, answer);
    }
    let wait = retry_after(answer);
    let status = match (wait, kind) {
        (Some(_), _) => StatusCode::TOO_MANY_REQUESTS,
        (None, Kind::GraphQl) => StatusCode::BAD_REQUEST,
        (None, Kind::Json) => StatusCode::OK,
    };
    let mut response = json_response(status, kind, &refused(answer));
    if let Some(seconds) = wait {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// The body of an answer that has no `data`. Who has to wait is told how it stands.
#[derive(Serialize)]
pub(super) struct Refused<'a> {
    errors: &'a [ServerError],
    #[serde(skip_serializing_if = "Option::is_none")]
    extensions: Option<&'a BTreeMap<String, async_graphql::Value>>,
}

pub(super) fn refused(answer: &Answer) -> Refused<'_> {
    let extensions = retry_after(answer).map(|_| &answer.extensions);
    Refused { errors: &answer.errors, extensions }
}

/// After how many seconds an operation that was refused may be sent again.
fn retry_after(answer: &Answer) -> Option<u64> {
    match answer.errors.first()?.extensions.as_ref()?.get("retryAfter")? {
        async_graphql::Value::Number(seconds) => seconds.as_u64(),
        _ => None,
    }
}

/// Written as it is: by way of a `Value` the fields would lose the order that was asked for.
pub(super) fn json_response(status: StatusCode, kind: Kind, body: &impl Serialize) -> Response {
    match serde_json::to_string(body) {
        Ok(body) => written(status, kind, body),
        Err(error) => {
            tracing::error!(%error, "an answer can't be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The same of what is written already.
pub(super) fn written(status: StatusCode, kind: Kind, body: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind.media_type()),
        (header::VARY, "Accept, Accept-Language, Authorization, Cookie"),
    ];
    (status, headers, body).into_response()
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
