//! Events: the list, an event with its registration, and the buyer's side.

mod editor;
mod persons;
mod public;
mod workspace;

use axum::Router;

pub(crate) fn routes() -> Router {
    Router::new().merge(public::routes()).merge(workspace::routes()).merge(editor::routes())
}
