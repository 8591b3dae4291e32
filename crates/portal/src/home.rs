//! The front page: two doors, and what is new.

use askama::Template;
use axum::Router;
use axum::routing::get;

use crate::kit::ui;
use crate::kit::{Page, Visitor};

/// The page.
pub(crate) fn routes() -> Router {
    Router::new().route("/", get(home))
}

/// A need in the list of the newest.
#[derive(Debug)]
pub(crate) struct NewNeed {
    pub(crate) href: String,
    pub(crate) title: String,
    pub(crate) language: String,
    pub(crate) organisation: String,
    pub(crate) state: String,
    /// When the market must have answered, in words.
    pub(crate) deadline: Option<String>,
}

/// An event in the list of the next.
#[derive(Debug)]
pub(crate) struct NextEvent {
    pub(crate) href: String,
    pub(crate) title: String,
    pub(crate) language: String,
    pub(crate) organisation: String,
    /// Day and hour, in words.
    pub(crate) when: String,
    pub(crate) place: Option<String>,
}

#[derive(Template)]
#[template(path = "home.html")]
pub(crate) struct HomePage {
    pub(crate) v: Visitor,
    pub(crate) needs: Vec<NewNeed>,
    pub(crate) events: Vec<NextEvent>,
}

async fn home(v: Visitor) -> Page {
    let needs = crate::needs::newest(&v).await?;
    v.page(&HomePage { v: v.clone(), needs, events: Vec::new() })
}
