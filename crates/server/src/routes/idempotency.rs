//! `Idempotency-Key`: a mutation that is sent again, because its answer was
//! lost, is not done again (IETF draft-ietf-httpapi-idempotency-key-header).
//!
//! What was refused before it began, and what failed on our side with nothing
//! done, is not kept: sent again it may go well.

use ::graphql::limits::code_of;
use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Response as Answer};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::idempotency::{self, Claim, Found};
use domain::{Actor, Error};
use serde_json::json;
use tracing::Instrument;
use types::ErrorCode;

use super::Web;
use super::accept::Kind;
use super::graphql::{answered, was_refused, written};
use super::refusal::Refusal;

const NAME: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that the answer is the first one's.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// The longest key: a UUID has 36 characters.
const LONGEST: usize = 255;

/// The key of a request: a text in quotation marks, as the draft wants it, or without.
pub(super) fn key(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let mut told = headers.get_all(NAME).iter();
    let Some(value) = told.next() else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    let bare = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(text);
    let is_readable = bare.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\');
    if told.next().is_some() || bare.is_empty() || bare.len() > LONGEST || !is_readable {
        return Err(refused(
            "An Idempotency-Key is one text of 1 to 255 visible ASCII characters, such as a UUID.",
        ));
    }
    Ok(Some(bare.to_owned()))
}

/// Refuses a key where none is taken: better than to let somebody rely on it.
pub(super) fn none(headers: &HeaderMap) -> Result<(), Refusal> {
    if headers.contains_key(NAME) {
        return Err(refused("An Idempotency-Key is taken with a mutation by POST that is answered once."));
    }
    Ok(())
}

fn refused(words: &str) -> Refusal {
    Refusal::of(StatusCode::BAD_REQUEST, ErrorCode::IdempotencyKeyRefused).saying(words)
}

/// Runs a request under a key, or answers as the first time.
pub(super) async fn run(
    web: &Web,
    actor: &Actor,
    request: Request,
    kind: Kind,
    key: &str,
) -> Result<Response, Refusal> {
    let examined = web.api.examine(&request.query, request.operation_name.as_deref(), &request.variables);
    let is_alone = match examined {
        // It will be refused, which nobody need remember.
        Err(_) => return Ok(answered(&web.api.execute(request, actor).await, kind)),
        Ok(examined) if examined.kind == OperationType::Mutation => examined.roots.len() == 1,
        Ok(_) => return Err(refused("A query or a subscription takes no Idempotency-Key.")),
    };
    let asked = json!([request.query, request.operation_name, request.variables]).to_string();
    let of = |status, code| Refusal::of(status, code);
    match idempotency::take(&web.app, actor, key, asked.as_bytes()).await {
        Ok(Found::Nothing(claim)) => Ok(first(web, actor, request, kind, (claim, is_alone)).await),
        Ok(Found::Answer(answer)) => {
            let mut response = written(StatusCode::OK, kind, answer);
            response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
            Ok(response)
        }
        Ok(Found::Other) => Err(of(StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::IdempotencyKeyReused)),
        Ok(Found::Running) => {
            Err(of(StatusCode::CONFLICT, ErrorCode::IdempotencyKeyInUse).retry_after(1))
        }
        Ok(Found::Lost) => Err(of(StatusCode::CONFLICT, ErrorCode::IdempotencyKeyInUse).saying(
            "The first request with this Idempotency-Key was cut off. See whether it was done; if not, send it with a new key.",
        )),
        Err(Error::Unauthenticated) => Err(refused("Sign in: an Idempotency-Key is kept for a person or a token.")),
        Err(error) => {
            tracing::error!(%error, "an idempotency key can't be asked for");
            Err(of(StatusCode::SERVICE_UNAVAILABLE, ErrorCode::Unavailable).retry_after(1))
        }
    }
}

/// Runs to its end, also when the client goes away: it will ask again.
async fn first(
    web: &Web,
    actor: &Actor,
    request: Request,
    kind: Kind,
    (claim, is_alone): (Claim, bool),
) -> Response {
    let (here, actor) = (web.clone(), actor.clone());
    let running = async move {
        let answer = here.api.execute(request, &actor).await;
        if let Err(error) = note(&here, claim, &answer, is_alone).await {
            tracing::error!(%error, "an answer can't be kept under its idempotency key");
        }
        answered(&answer, kind)
    };
    web.tracker
        .spawn(running.in_current_span())
        .await
        .unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// Keeps the answer, or gives the key back.
async fn note(web: &Web, claim: Claim, answer: &Answer, is_alone: bool) -> domain::Result<()> {
    if was_refused(answer) || (is_alone && has_failed(answer)) {
        return claim.give_back(&web.app).await;
    }
    claim.keep(&web.app, &serde_json::to_string(answer)?).await
}

/// Whether the mutation itself failed, for a reason that passes. What fails
/// below it failed after it was done.
fn has_failed(answer: &Answer) -> bool {
    let passes = matches!(code_of(answer), Some("INTERNAL" | "UNAVAILABLE" | "RATE_LIMITED"));
    passes && answer.errors.iter().all(|error| error.path.len() <= 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&str]) -> Result<Option<String>, Refusal> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(NAME, value.parse().expect("a value"));
        }
        key(&headers)
    }

    #[test]
    fn a_key_is_one_readable_text() {
        assert_eq!(read(&[]), Ok(None));
        let uuid = "8e03978e-40d5-43dd-bc93-6894a57f9324";
        let quoted = format!("\"{uuid}\"");
        assert_eq!((read(&[uuid]), read(&[&quoted])), (Ok(Some(uuid.into())), Ok(Some(uuid.into()))));
        let long = "k".repeat(256);
        for bad in [&["a", "a"][..], &[""], &["\"\""], &["a b"], &["\"a"], &["å"], &["a, b"], &[&long]] {
            assert!(read(bad).is_err(), "{bad:?}");
        }
    }
}
