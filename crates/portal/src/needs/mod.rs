//! Needs: the list, the page, and the buyer's workspace.

mod codes;
mod editor;
mod files;
mod import;
mod log;
mod public;
mod workspace;

use axum::Router;

pub(crate) fn routes() -> Router {
    Router::new()
        .merge(public::routes())
        .merge(workspace::routes())
        .merge(log::routes())
        .merge(editor::routes())
        .merge(import::routes())
        .merge(files::routes())
        .merge(codes::routes())
}
