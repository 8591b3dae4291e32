//! What a handler may fail with, and the pages that say so.

use askama::Template;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Redirect, Response};

use super::Visitor;

/// What a handler answers.
pub type Page = Result<Response, PageError>;

/// Why there is no page. The frame turns it into one (`shell::wrap`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageError {
    /// Sign in first.
    SignIn,
    /// Show once more who you are: what you do is dangerous, and it is a while since.
    Confirm,
    /// Somebody else, or for another organisation, typed this form.
    OtherTypist,
    /// No such thing, or not for you.
    NotFound,
    /// You see it, but may not do this; why, if the API said.
    Forbidden(Option<String>),
    /// The request can't be read.
    BadRequest,
    /// The page knows no such method.
    WrongMethod,
    /// The form is larger than we take.
    TooLarge,
    /// Wait a little.
    RateLimited,
    /// More is asked for than one caller may: wait so many seconds.
    Throttled(u32),
    /// Busy; try again soon.
    Unavailable,
    /// Our mistake: for the log, never for the page.
    Internal(String),
}

impl PageError {
    /// Our mistake.
    pub fn internal(error: impl std::fmt::Display) -> Self {
        Self::Internal(error.to_string())
    }

    /// The status of its page.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::SignIn | Self::Confirm => StatusCode::UNAUTHORIZED,
            Self::OtherTypist => StatusCode::CONFLICT,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::RateLimited | Self::Throttled(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The error that a bare answer of the web framework stands for.
    pub(super) fn of(status: StatusCode) -> Option<Self> {
        match status {
            StatusCode::NOT_FOUND => Some(Self::NotFound),
            StatusCode::UNAUTHORIZED => Some(Self::SignIn),
            StatusCode::FORBIDDEN => Some(Self::Forbidden(None)),
            StatusCode::METHOD_NOT_ALLOWED => Some(Self::WrongMethod),
            StatusCode::PAYLOAD_TOO_LARGE => Some(Self::TooLarge),
            StatusCode::TOO_MANY_REQUESTS => Some(Self::RateLimited),
            StatusCode::SERVICE_UNAVAILABLE => Some(Self::Unavailable),
            s if s.is_client_error() => Some(Self::BadRequest),
            s if s.is_server_error() => Some(Self::Internal(s.to_string())),
            _ => None,
        }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    v: Visitor,
    title: String,
    text: String,
    status: u16,
    sign_in: String,
    /// What was typed, so that it can be sent again.
    typed: Vec<(String, String)>,
    /// Whose it is, if the form said so.
    typist: Option<String>,
}

impl ErrorPage {
    /// As whom the form would go now: `Kari Nordmann, Fjordvik kommune`.
    fn sender(&self) -> String {
        let Some(viewer) = self.v.viewer() else { return String::new() };
        let acting = viewer.acting.as_ref().map(|a| format!(", {}", a.organisation.name));
        format!("{}{}", viewer.shown_name(), acting.unwrap_or_default())
    }

    fn sender_mark(&self) -> &str {
        self.v.viewer().map_or("", |viewer| &viewer.form_mark)
    }
}

/// The page that tells of `error`. Whoever only wanted to read is sent to
/// sign in; whoever sent a form keeps what was typed.
pub(super) fn render(v: &Visitor, error: &PageError) -> Response {
    let t = v.t;
    if let PageError::Internal(why) = error {
        tracing::error!(request = v.request_id.as_deref(), path = %v.path, why, "a page failed");
    }
    let next = url::form_urlencoded::byte_serialize(v.address().as_bytes()).collect::<String>();
    let sign_in = format!("{}?next={next}", v.href("/login"));
    if *error == PageError::SignIn && !v.is_post {
        return Redirect::to(&sign_in).into_response();
    }
    let (title, text) = match error {
        PageError::SignIn => (t.shell_error_sign_in(), t.shell_error_sign_in_text()),
        PageError::Confirm => (t.shell_error_confirm(), t.shell_error_confirm_text()),
        PageError::OtherTypist => (t.shell_error_other_typist(), t.shell_error_other_typist_text()),
        PageError::NotFound => (t.shell_error_not_found(), t.shell_error_not_found_text()),
        PageError::Forbidden(why) => {
            (t.shell_error_forbidden(), why.clone().unwrap_or_else(|| t.error_forbidden()))
        }
        PageError::BadRequest | PageError::WrongMethod => {
            (t.shell_error_bad_request(), t.shell_error_bad_request_text())
        }
        PageError::TooLarge => {
            let max = i64::try_from(v.config.max_body / (1024 * 1024)).unwrap_or_default();
            (t.shell_error_too_large(), t.shell_error_too_large_text(max))
        }
        PageError::RateLimited => (t.shell_error_rate_limited(), t.shell_error_rate_limited_text()),
        PageError::Throttled(seconds) => {
            (t.shell_error_throttled(), t.shell_error_throttled_text(i64::from(*seconds)))
        }
        PageError::Unavailable => (t.shell_error_unavailable(), t.error_unavailable()),
        PageError::Internal(_) => (t.shell_error_internal(), t.shell_error_internal_text()),
    };
    let status = error.status();
    let typed = v.typed();
    let typist = v.typist.get().cloned();
    let page = ErrorPage { v: v.clone(), title, text, status: status.as_u16(), sign_in, typed, typist };
    match v.page(&page) {
        Ok(mut response) => {
            *response.status_mut() = status;
            if let PageError::Throttled(seconds) = error {
                response.headers_mut().insert(RETRY_AFTER, (*seconds).into());
            }
            response
        }
        Err(_) => status.into_response(),
    }
}
