//! All that happened with a need, for those who run it.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::get;
use serde::Deserialize;

use crate::kit::operations::types::*;
use crate::kit::{Page, PageError, Visitor, ui};

crate::operations! { "../../graphql/operations/needs/workspace.graphql": NeedLog }

pub(crate) fn routes() -> Router {
    Router::new().route("/m/needs/{slug}/log", get(log))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct LogQuery {
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "needs/log.html")]
struct LogTemplate {
    v: Visitor,
    need: need_log::NeedLogNeed,
}

impl LogTemplate {
    fn next(&self) -> Option<&str> {
        let page = &self.need.log.page_info;
        page.end_cursor.as_deref().filter(|_| page.has_next_page)
    }
}

async fn log(v: Visitor, Path(slug): Path<String>, Query(q): Query<LogQuery>) -> Page {
    v.signed_in()?;
    let need = v.run::<NeedLog>(need_log::Variables { slug, after: q.after }).await?.need;
    let need = need.filter(|n| n.viewer_can.is_owner).ok_or(PageError::NotFound)?;
    v.page(&LogTemplate { need, v: v.clone() })
}
