//! Needs: the list, the page, and the buyer's workspace.

mod editor;
mod public;
mod workspace;

use axum::Router;

pub(crate) use public::newest;

pub(crate) fn routes() -> Router {
    Router::new().merge(public::routes()).merge(workspace::routes()).merge(editor::routes())
}
