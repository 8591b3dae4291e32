//! `/events/{id}.ics`: one event for somebody's own calendar.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Extension, Router};
use domain::{Actor, Error, events};
use uuid::Uuid;

use super::Web;

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/events/{name}", get(download))
}

async fn download(
    State(web): State<Web>,
    Extension(actor): Extension<Actor>,
    Path(name): Path<String>,
) -> Response {
    if !name.contains('.') && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        // The page of an event, typed without its language.
        return Redirect::to(&format!("/{}/events/{name}", actor.language)).into_response();
    }
    let id = name.strip_suffix(".ics").and_then(|id| id.parse::<Uuid>().ok());
    let Some(id) = id else { return StatusCode::NOT_FOUND.into_response() };
    match events::calendar(&web.app, &actor, id.into()).await {
        Ok(Some(event)) => {
            let headers = [
                (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
                (header::CONTENT_DISPOSITION, "attachment; filename=\"samspill.ics\""),
            ];
            (headers, interop::calendar::render(&event)).into_response()
        }
        // What one may not see is not there.
        Ok(None) | Err(Error::NotFound) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::error!(%error, "a calendar could not be made");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
