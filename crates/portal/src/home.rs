//! The front page: two doors, and what is new.

use askama::Template;
use axum::Router;
use axum::routing::get;

use crate::kit::operations::types::*;
use crate::kit::{Page, Visitor, ui};

crate::operations! { "../../graphql/operations/home.graphql": Home }

/// The page.
pub(crate) fn routes() -> Router {
    Router::new().route("/", get(home))
}

#[derive(Template)]
#[template(path = "home.html")]
struct HomeTemplate {
    v: Visitor,
    data: home::ResponseData,
}

impl HomeTemplate {
    /// Whether the door to a new need opens: to those who write needs, and to
    /// those of whom nothing is known yet.
    fn may_buy(&self) -> bool {
        self.v.viewer().and_then(|viewer| viewer.acting.as_ref()).is_none() || self.v.writes_needs()
    }
}

async fn home(v: Visitor) -> Page {
    let data = v.run::<Home>(home::Variables {}).await?;
    v.page(&HomeTemplate { v: v.clone(), data })
}
