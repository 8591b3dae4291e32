//! Pages that need no data: help, accessibility, privacy, the API.

use askama::Template;
use axum::Router;
use axum::routing::get;

use crate::kit::{Page, Visitor};

/// The pages.
pub(crate) fn routes() -> Router {
    Router::new()
        .route("/help", get(async |v: Visitor| -> Page { v.page(&HelpPage { v: v.clone() }) }))
        .route(
            "/accessibility",
            get(async |v: Visitor| -> Page { v.page(&AccessibilityPage { v: v.clone() }) }),
        )
        .route("/privacy", get(async |v: Visitor| -> Page { v.page(&PrivacyPage { v: v.clone() }) }))
        .route("/api", get(async |v: Visitor| -> Page { v.page(&ApiPage { v: v.clone() }) }))
}

#[derive(Template)]
#[template(path = "info/help.html")]
struct HelpPage {
    v: Visitor,
}

impl HelpPage {
    /// What suppliers come to do, and how.
    fn supplier(&self) -> [(String, String); 4] {
        let t = self.v.t;
        [
            (t.help_supplier_find(), t.help_supplier_find_text()),
            (t.help_supplier_ask(), t.help_supplier_ask_text()),
            (t.help_supplier_respond(), t.help_supplier_respond_text()),
            (t.help_supplier_after(), t.help_supplier_after_text()),
        ]
    }

    /// What buyers come to do, and how.
    fn buyer(&self) -> [(String, String); 4] {
        let t = self.v.t;
        [
            (t.help_buyer_need(), t.help_buyer_need_text()),
            (t.help_buyer_equal(), t.help_buyer_equal_text()),
            (t.help_buyer_answer(), t.help_buyer_answer_text()),
            (t.help_buyer_together(), t.help_buyer_together_text()),
        ]
    }
}

#[derive(Template)]
#[template(path = "info/accessibility.html")]
struct AccessibilityPage {
    v: Visitor,
}

#[derive(Template)]
#[template(path = "info/privacy.html")]
struct PrivacyPage {
    v: Visitor,
}

#[derive(Template)]
#[template(path = "info/api.html")]
struct ApiPage {
    v: Visitor,
}
