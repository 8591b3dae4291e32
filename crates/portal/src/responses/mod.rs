//! Responses: the supplier's form, receipt and list; the buyer's reading,
//! comparing and handling.

mod buyer;
mod supplier;

use axum::Router;

pub(crate) fn routes() -> Router {
    supplier::routes().merge(buyer::routes())
}

/// The question, or what the free text is called.
fn asked(v: &crate::kit::Visitor, question: Option<&str>) -> String {
    question.map_or_else(|| v.t.respond_free(), str::to_owned)
}
