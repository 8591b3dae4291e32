//! All components on one page, for looking at and for the accessibility test.
//! Only where [`super::PortalConfig::gallery`] says so; its words are ours,
//! not the product's, so they are in English only.

use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::get;
use types::ErrorCode;

use super::{Choice, Form, Page, PageError, UserError, Visitor, ui};

/// The page; sending its form shows every error. `/dev/gallery/503` is the page
/// of that status, and what a sent form meets there.
pub(crate) fn routes() -> Router {
    Router::new()
        .route("/dev/gallery", get(show).post(refuse))
        .route("/dev/gallery/{status}", get(fail).post(fail_form))
}

#[derive(Template)]
#[template(path = "kit/gallery.html")]
struct Gallery {
    v: Visitor,
    f: Form,
    kinds: Vec<Choice>,
    states: &'static [&'static str],
}

impl Gallery {
    fn of(v: &Visitor, f: Form) -> Self {
        let kinds = vec![
            Choice::new("MEETING", "Information meeting").help("One tells, many listen."),
            Choice::new("CONFERENCE", "Dialogue conference"),
            Choice::new("ROUND", "Written input round"),
        ];
        let states = &[
            "DRAFT",
            "IN_REVIEW",
            "PUBLISHED",
            "IN_DIALOGUE",
            "SUMMARISED",
            "TO_PROCUREMENT",
            "ON_HOLD",
            "CLOSED",
            "CANCELLED",
            "REGISTERED",
        ];
        Self { v: v.clone(), f, kinds, states }
    }
}

async fn fail(Path(status): Path<u16>) -> Page {
    Err(StatusCode::from_u16(status).ok().and_then(PageError::of).unwrap_or(PageError::NotFound))
}

async fn fail_form(status: Path<u16>, _: Form) -> Page {
    fail(status).await
}

async fn show(v: Visitor) -> Page {
    let form = Form::of(&v)
        .with("title", "Snow clearing without noise")
        .with("kind", "CONFERENCE")
        .with_all("themes", ["MEETING", "ROUND"])
        .with_some("volume", Some(1200));
    v.page(&Gallery::of(&v, form))
}

async fn refuse(v: Visitor, mut form: Form) -> Page {
    if form.is_autosave && form.get("title").is_some() {
        let version: i64 = form.read("version").unwrap_or_default();
        return v.autosaved(&[("version", (version + 1).to_string())]);
    }
    form.number("volume");
    form.moment("startsAt");
    for name in ["title", "problem", "kind", "themes", "county", "agreed"] {
        form.fail(name, ErrorCode::Required);
    }
    form.refuse(&super::Refused(vec![UserError {
        code: ErrorCode::FileTypeRefused.to_string(),
        message: v.t.error_file_type_refused(),
        path: Some(vec!["input".into(), "notice".into()]),
    }]));
    v.invalid(&Gallery::of(&v, form))
}
