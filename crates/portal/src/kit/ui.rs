//! Components that are no fields. A page's module does
//! `use crate::kit::ui;` and its template says `{{ ui::tag(…) }}`.
//!
//! Boxes with content of their own are plain markup; `README.md` lists it.

use std::fmt::{self, Display};

use askama::Template;
use askama::filters::HtmlSafe;
use i18n::Texts;

use super::{Visitor, assets};

/// Markup of ours, not to be escaped again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Html(String);

impl Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Html {}

/// An icon of the sprite, silent to screen readers.
pub fn icon(name: &str) -> Html {
    Html(match assets::find("icons.svg") {
        Some(sprite) => format!(
            "<svg class=\"icon\" aria-hidden=\"true\" focusable=\"false\"><use href=\"{sprite}#{name}\"></use></svg>"
        ),
        None => String::new(),
    })
}

/// How a word is meant: decides colour and shape together, so that nobody
/// needs to see the colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tone {
    /// `data-color` of the design system.
    pub color: &'static str,
    /// The shape: an icon of the sprite.
    pub icon: &'static str,
}

const fn tone(color: &'static str, icon: &'static str) -> Tone {
    Tone { color, icon }
}

/// The tone of a state, of whichever thing.
pub fn tone_of(state: &str) -> Tone {
    match state {
        "DRAFT" | "PLANNED" => tone("neutral", "pencil"),
        "IN_REVIEW" | "WAITING" | "RECEIVED" | "CLAIMED" | "UNVERIFIED" | "INVITED" | "UNSHARED"
        | "ORPHANED" => tone("warning", "hourglass"),
        "PUBLISHED" | "ANNOUNCED" | "OFFERED" | "INTERESTED" => tone("info", "megaphone"),
        "IN_DIALOGUE" | "REGISTRATION_OPEN" | "ACKNOWLEDGED" => tone("accent", "chat"),
        "SUMMARISED" | "DOCUMENTED" | "SUBMITTED" => tone("success", "file"),
        "REGISTERED" | "ATTENDED" | "ADOPTED" | "PARTLY_ADOPTED" | "ACCEPTED" | "VERIFIED" | "MANDATED"
        | "OPEN" | "ANSWERED" | "SHARED" | "ACTIVE" | "DELIVERED" => tone("success", "check"),
        "TO_PROCUREMENT" => tone("success", "arrow-right"),
        "ON_HOLD" | "DISABLED" => tone("warning", "pause"),
        "PENDING" => tone("info", "hourglass"),
        "CANCELLED" | "REJECTED" | "NO_SHOW" | "GONE" | "FAILED" => tone("danger", "cross"),
        "CLOSED"
        | "REGISTRATION_CLOSED"
        | "HELD"
        | "WITHDRAWN"
        | "EXPIRED"
        | "REVOKED"
        | "DECLINED"
        | "NOT_ADOPTED"
        | "OUT_OF_SCOPE" => tone("neutral", "archive"),
        _ => tone("neutral", "circle"),
    }
}

/// A word in a box: a state, a kind.
pub fn tag(label: impl Display, tone: Tone) -> Tag {
    Tag { label: label.to_string(), tone }
}

/// The tag of a state: `ui::state(v.t, "need-state", need.state)`.
pub fn state(t: &Texts, group: &str, state: impl Display) -> Tag {
    let state = state.to_string();
    tag(t.word(group, &state), tone_of(&state))
}

/// See [`tag`].
#[derive(Template)]
#[template(
    ext = "html",
    source = "<span class=\"ds-tag\" data-color=\"{{ tone.color }}\">{{ crate::kit::ui::icon(tone.icon) }}{{ label }}</span>"
)]
pub struct Tag {
    label: String,
    tone: Tone,
}

impl HtmlSafe for Tag {}

/// `942 110 464`, as people read it.
pub fn organisation_number(number: impl Display) -> String {
    let text = number.to_string();
    text.parse::<types::OrganisationNumber>().map_or(text, |n| n.grouped())
}

/// A message in a box. `color` is info, success, warning or danger.
pub fn alert(color: &'static str, text: impl Display) -> Alert {
    Alert { color, title: None, text: text.to_string() }
}

/// See [`alert`].
#[derive(Template)]
#[template(path = "kit/alert.html")]
pub struct Alert {
    color: &'static str,
    title: Option<String>,
    text: String,
}

impl Alert {
    /// A heading (level 2) above the text.
    #[must_use]
    pub fn title(mut self, title: impl Display) -> Self {
        self.title = Some(title.to_string());
        self
    }
}

impl HtmlSafe for Alert {}

/// The way here: pairs of words and path, the front page left out.
/// `ui::breadcrumbs(v, [(v.t.nav_needs(), "/needs")])`; the page itself is its heading.
pub fn breadcrumbs(v: &Visitor, links: &[(String, &str)]) -> Breadcrumbs {
    let links = links.iter().map(|(label, path)| (label.clone(), v.href(path))).collect();
    Breadcrumbs { v: v.clone(), links }
}

/// See [`breadcrumbs`].
#[derive(Template)]
#[template(path = "kit/breadcrumbs.html")]
pub struct Breadcrumbs {
    v: Visitor,
    links: Vec<(String, String)>,
}

impl HtmlSafe for Breadcrumbs {}

/// Next and previous page of a connection, by its cursors.
/// `ui::pagination(v, page_info.has_previous_page, page_info.start_cursor, …)`.
pub fn pagination(v: &Visitor, previous: Option<&str>, next: Option<&str>) -> Pagination {
    Pagination {
        v: v.clone(),
        previous: previous.map(|cursor| v.with_query("before", cursor)),
        next: next.map(|cursor| v.with_query("after", cursor)),
    }
}

/// See [`pagination`].
#[derive(Template)]
#[template(path = "kit/pagination.html")]
pub struct Pagination {
    v: Visitor,
    previous: Option<String>,
    next: Option<String>,
}

impl HtmlSafe for Pagination {}

/// Nothing there: what it is, why it is empty, and one thing to do.
pub fn empty(title: impl Display, text: impl Display) -> Empty {
    Empty { title: title.to_string(), text: text.to_string(), action: None }
}

/// See [`empty`].
#[derive(Template)]
#[template(path = "kit/empty.html")]
pub struct Empty {
    title: String,
    text: String,
    action: Option<(String, String)>,
}

impl Empty {
    /// The one thing to do, with its full address (`v.href(…)`).
    #[must_use]
    pub fn action(mut self, label: impl Display, address: impl Display) -> Self {
        self.action = Some((label.to_string(), address.to_string()));
        self
    }
}

impl HtmlSafe for Empty {}

/// `Step 2 of 5`, as text; to stand above the heading.
pub fn steps(t: &Texts, step: impl Display, of: impl Display) -> Html {
    let text = t.shell_step(step.to_string(), of.to_string());
    Html(format!("<p class=\"ds-paragraph steps\">{text}</p>"))
}

/// HTML that the API has sanitised: a rendered Markdown text, in its language.
pub fn markdown(html: impl Display, language: impl Display) -> Html {
    Html(format!("<div class=\"prose\" lang=\"{language}\">{html}</div>"))
}

/// A file's size, as people read it: `340 kB`, `1,2 MB`.
pub fn size(t: &Texts, bytes: impl std::borrow::Borrow<i64>) -> String {
    let kilobytes = (bytes.borrow() + 999) / 1000;
    if kilobytes < 1000 {
        return format!("{kilobytes} kB");
    }
    let tenths = (kilobytes + 50) / 100;
    let mark = if t.language() == types::Language::En { '.' } else { ',' };
    format!("{}{mark}{} MB", t.number(tenths / 10), tenths % 10)
}

/// Where a form with `data-autosave` says when it was saved.
pub fn autosave_status(t: &Texts) -> Html {
    Html(format!(
        "<p class=\"ds-paragraph autosave\" role=\"status\" data-autosave-status data-failed=\"{}\" data-refused=\"{}\" data-signed-out=\"{}\"></p>",
        t.shell_save_failed(),
        t.shell_save_refused(),
        t.shell_save_signed_out()
    ))
}
