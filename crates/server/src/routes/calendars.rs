//! `/events/{slug}.ics`: one event for somebody's own calendar. It goes through
//! the same scoped read as the page; the link to the meeting is in it for those
//! who have a place.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Extension, Router};
use domain::{Actor, Error, Result, events};

use super::Web;

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/events/{name}", get(download))
}

async fn download(
    State(web): State<Web>,
    Extension(actor): Extension<Actor>,
    Path(name): Path<String>,
) -> Response {
    let slug = name.strip_suffix(".ics").unwrap_or(&name);
    if slug.is_empty() || !slug.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return StatusCode::NOT_FOUND.into_response();
    }
    if slug == name {
        // The page of an event, typed without its language.
        return Redirect::to(&format!("/{}/events/{slug}", actor.language)).into_response();
    }
    match calendar(&web, &actor, slug).await {
        Ok(Some(text)) => {
            let headers = [
                (header::CONTENT_TYPE, "text/calendar; charset=utf-8".to_owned()),
                // The slug is letters, digits and hyphens: nothing to quote.
                (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{slug}.ics\"")),
            ];
            (headers, text).into_response()
        }
        // What one may not see is not there.
        Ok(None) | Err(Error::NotFound) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::error!(%error, "a calendar could not be made");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

async fn calendar(web: &Web, actor: &Actor, slug: &str) -> Result<Option<String>> {
    let app = web.app.asked_by(actor);
    let Some(view) = events::find_by_slug(&app, actor, slug).await? else { return Ok(None) };
    let found = events::calendar(&app, actor, view.event.id).await?;
    Ok(found.map(|event| interop::calendar::render(&event)))
}
