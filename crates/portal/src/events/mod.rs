//! Events: the list, an event with its registration, and the buyer's side.

mod editor;
mod persons;
mod public;
mod workspace;

use axum::Router;

use crate::kit::operations::types::{DateTime, NeedState};

/// Whether no event of the need can ever be announced again.
fn is_over(state: NeedState, competition_announced_at: Option<DateTime>) -> bool {
    state == NeedState::Closed || competition_announced_at.is_some()
}

pub(crate) fn routes() -> Router {
    Router::new().merge(public::routes()).merge(workspace::routes()).merge(editor::routes())
}
