//! Files in and out: uploads that wait for their command, and downloads.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Extension, Multipart, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use domain::{Actor, App, Error, attachments, uploads};
use futures::FutureExt;
use i18n::Texts;
use portal::{Keeper, UserError};
use serde_json::json;
use types::{AttachmentId, ErrorCode, FieldError};

use super::Web;

pub(super) fn routes(max_upload: usize) -> Router<Web> {
    Router::new()
        .route("/uploads", post(upload))
        // Room for the frame around the file; the file's own limit is the domain's.
        .layer(DefaultBodyLimit::max(max_upload + 1024 * 1024))
        .route("/attachments/{id}/{name}", get(download))
}

/// Takes one file as a field of `multipart/form-data`, and answers its id.
async fn upload(
    State(web): State<Web>,
    Extension(actor): Extension<Actor>,
    mut parts: Multipart,
) -> Response {
    // Asked before the file is read.
    if let Err(error) = actor.person() {
        return refused(&actor, &error);
    }
    loop {
        let part = match parts.next_field().await {
            Ok(Some(part)) => part,
            Ok(None) => return refused(&actor, &Error::field("file", ErrorCode::Required)),
            Err(error) => return unreadable(&web, &actor, error.status()),
        };
        let Some(name) = part.file_name().map(str::to_owned) else { continue };
        let bytes = match part.bytes().await {
            Ok(bytes) => bytes,
            Err(error) => return unreadable(&web, &actor, error.status()),
        };
        return match uploads::store(&web.app, &actor, &name, &bytes).await {
            Ok(upload) => {
                (StatusCode::CREATED, Json(json!({ "id": graphql::encode(upload.id) }))).into_response()
            }
            Err(error) => refused(&actor, &error),
        };
    }
}

fn unreadable(web: &Web, actor: &Actor, status: StatusCode) -> Response {
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
    Path((id, _name)): Path<(uuid::Uuid, String)>,
) -> Response {
    match attachments::read(&web.app, &actor, AttachmentId(id)).await {
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
        Err(error) => refused(&actor, &error),
    }
}

/// Where the portal's forms leave their files.
pub(super) fn keeper(app: Arc<App>, actor: Actor) -> Keeper {
    Keeper(Arc::new(move |name: String, bytes: Bytes| {
        let (app, actor) = (Arc::clone(&app), actor.clone());
        async move {
            let kept = uploads::store(&app, &actor, &name, &bytes).await;
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

fn refused(actor: &Actor, error: &Error) -> Response {
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
    let UserError { code, message, .. } = user_error(actor, error);
    (status, Json(json!({ "error": { "code": code, "message": message } }))).into_response()
}
