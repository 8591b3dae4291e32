//! Responses: the supplier's form, receipt and list; the buyer's reading,
//! comparing and handling.

mod buyer;
mod files;
mod supplier;

use axum::Router;

pub(crate) fn routes() -> Router {
    supplier::routes().merge(files::routes()).merge(buyer::routes())
}

/// What an input point is about: its question, what the free text is called, or that it is a file.
fn about(v: &crate::kit::Visitor, question: Option<&str>, file: Option<&str>) -> String {
    if file.is_some() { v.t.respond_file() } else { asked(v, question) }
}

/// The question, or what the free text is called.
fn asked(v: &crate::kit::Visitor, question: Option<&str>) -> String {
    question.map_or_else(|| v.t.respond_free(), str::to_owned)
}
