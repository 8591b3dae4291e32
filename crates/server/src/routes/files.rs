//! Files in and out: uploads that wait for their command, and downloads.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Extension, FromRequest, Multipart, Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use domain::{Actor, App, Error, attachments, uploads};
use futures::FutureExt;
use i18n::Texts;
use portal::{Keeper, UserError};
use serde_json::json;
use types::{AttachmentId, ErrorCode, FieldError};

use super::refusal::Refusal;
use super::{Web, body, idempotency};

pub(super) fn routes(max_upload: usize) -> Router<Web> {
    Router::new()
        .route("/uploads", post(upload))
        .layer(DefaultBodyLimit::max(max_upload + FRAME))
        .route("/attachments/{id}/{name}", get(download))
}

/// Room for the frame around a file; the file's own limit is the domain's.
const FRAME: usize = 1024 * 1024;

/// Takes one file as a field of `multipart/form-data`, and answers its id.
async fn upload(
    State(web): State<Web>,
    Extension(actor): Extension<Actor>,
    headers: HeaderMap,
    sent: Request,
) -> Response {
    match take(&web, &actor, &headers, sent).await {
        Ok(id) => (StatusCode::CREATED, Json(json!({ "id": id }))).into_response(),
        Err(refusal) => refusal.answer(&headers, actor.language),
    }
}

async fn take(web: &Web, actor: &Actor, headers: &HeaderMap, sent: Request) -> Result<String, Refusal> {
    // Asked before the file is read.
    actor.person().map_err(|e| refused(actor, &e))?;
    idempotency::none(headers)?;
    if body::says_too_long(headers, web.app.settings.max_upload + FRAME) {
        return Err(unreadable(web, actor, StatusCode::PAYLOAD_TOO_LARGE));
    }
    let parts = Multipart::from_request(sent, &()).await;
    let mut parts = parts.map_err(|_| refused(actor, &Error::field("file", ErrorCode::BadUserInput)))?;
    loop {
        let part = parts.next_field().await.map_err(|e| unreadable(web, actor, e.status()))?;
        let part = part.ok_or_else(|| refused(actor, &Error::field("file", ErrorCode::Required)))?;
        let Some(name) = part.file_name().map(str::to_owned) else { continue };
        let bytes = part.bytes().await.map_err(|e| unreadable(web, actor, e.status()))?;
        let kept = uploads::store(&web.app.asked_by(actor), actor, &name, &bytes).await;
        return kept.map(|u| graphql::encode(u.id).to_string()).map_err(|e| refused(actor, &e));
    }
}

fn unreadable(web: &Web, actor: &Actor, status: StatusCode) -> Refusal {
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        let max = web.app.settings.max_upload / (1024 * 1024);
        let error = FieldError::new("file", ErrorCode::FileTooLarge).with("max", max);
        refused(actor, &Error::Invalid(vec![error]))
    } else {
        refused(actor, &Error::field("file", ErrorCode::BadUserInput))
    }
}

/// Never shown by the browser as a page of ours, whatever is in it.
async fn download(
    State(web): State<Web>,
    Extension(actor): Extension<Actor>,
    headers: HeaderMap,
    Path((id, _name)): Path<(uuid::Uuid, String)>,
) -> Response {
    match attachments::read(&web.app.asked_by(&actor), &actor, AttachmentId(id)).await {
        Ok((file, bytes)) => {
            let headers = [
                (header::CONTENT_TYPE, file.media_type),
                (header::CONTENT_DISPOSITION, attachments::disposition(&file.name)),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
                (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
                (header::CACHE_CONTROL, "private, no-cache".to_owned()),
            ];
            (headers, bytes).into_response()
        }
        Err(error) => refused(&actor, &error).answer(&headers, actor.language),
    }
}

/// Where the portal's forms leave their files.
pub(super) fn keeper(app: Arc<App>, actor: Actor) -> Keeper {
    Keeper(Arc::new(move |name: String, bytes: Bytes| {
        let (app, actor) = (Arc::clone(&app), actor.clone());
        async move {
            let kept = uploads::store(&app.asked_by(&actor), &actor, &name, &bytes).await;
            kept.map(|upload| graphql::encode(upload.id).to_string()).map_err(|e| user_error(&actor, &e))
        }
        .boxed()
    }))
}

fn user_error(actor: &Actor, error: &Error) -> UserError {
    if let Error::Internal(_) | Error::Unavailable(_) = error {
        tracing::error!(%error, "a file can't be kept or read");
    }
    let field = match error {
        Error::Invalid(errors) => errors.first().cloned(),
        _ => None,
    };
    let field = field.unwrap_or_else(|| FieldError::new("", error.code()));
    let message = Texts::of(actor.language).error(&field);
    UserError { code: field.code.as_str().to_owned(), message, path: None }
}

fn refused(actor: &Actor, error: &Error) -> Refusal {
    let status = match error {
        Error::Unauthenticated => StatusCode::UNAUTHORIZED,
        Error::Forbidden(_) => StatusCode::FORBIDDEN,
        Error::NotFound => StatusCode::NOT_FOUND,
        Error::Invalid(_) if error.code() == ErrorCode::FileTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Error::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Error::Conflict(_) => StatusCode::CONFLICT,
        Error::RateLimited(_) => StatusCode::TOO_MANY_REQUESTS,
        Error::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let refusal = Refusal::of(status, error.code()).saying(user_error(actor, error).message);
    match error {
        Error::RateLimited(seconds) => refusal.retry_after(u32::try_from(*seconds).unwrap_or(u32::MAX)),
        _ => refusal,
    }
}
