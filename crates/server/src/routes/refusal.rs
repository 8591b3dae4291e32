//! Requests that are not run: one shape for all, always with a code, never
//! with text from inside.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use i18n::Texts;
use serde_json::{Value, json};
use types::{ErrorCode, FieldError, Language};

use super::accept::{self, Kind};

/// A request that can't be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) code: ErrorCode,
    /// What exactly is wrong, for who writes the client; else the code's own words.
    detail: Option<String>,
    /// Seconds after which it may go better.
    retry_after: Option<u32>,
    /// What else programs are told in `extensions`.
    told: Option<(&'static str, usize)>,
}

impl Refusal {
    /// What can't be read as a request.
    pub(super) fn bad(detail: impl Into<String>) -> Self {
        let detail = Some(detail.into());
        Self { detail, ..Self::of(StatusCode::BAD_REQUEST, ErrorCode::BadUserInput) }
    }

    pub(super) const fn of(status: StatusCode, code: ErrorCode) -> Self {
        Self { status, code, detail: None, retry_after: None, told: None }
    }

    /// A link must not change anything.
    pub(super) const fn only_queries() -> Self {
        Self::of(StatusCode::METHOD_NOT_ALLOWED, ErrorCode::MethodNotAllowed)
    }

    pub(super) const fn not_acceptable() -> Self {
        Self::of(StatusCode::NOT_ACCEPTABLE, ErrorCode::NotAcceptable)
    }

    pub(super) const fn unsupported() -> Self {
        Self::of(StatusCode::UNSUPPORTED_MEDIA_TYPE, ErrorCode::UnsupportedMediaType)
    }

    /// An access token that is not, or no longer, in force.
    pub(super) const fn unauthenticated() -> Self {
        Self::of(StatusCode::UNAUTHORIZED, ErrorCode::Unauthenticated)
    }

    #[must_use]
    pub(super) fn retry_after(self, seconds: u32) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// Tells programs a number besides.
    #[must_use]
    pub(super) fn with(self, name: &'static str, number: usize) -> Self {
        Self { told: Some((name, number)), ..self }
    }

    /// Says what is wrong in these words.
    #[must_use]
    pub(super) fn saying(self, words: impl Into<String>) -> Self {
        Self { detail: Some(words.into()), ..self }
    }

    /// More is asked for than one caller may.
    pub(super) fn throttled(seconds: u32, language: Language) -> Self {
        let words = Texts::of(language).shell_error_throttled_text(i64::from(seconds));
        let refusal = Self::of(StatusCode::TOO_MANY_REQUESTS, ErrorCode::RateLimited);
        refusal.retry_after(seconds).saying(words)
    }

    /// What is wrong, for who writes the client.
    pub(super) fn words(&self) -> &str {
        self.detail.as_deref().unwrap_or(self.code.as_str())
    }

    /// The error as every transport tells it.
    pub(super) fn error(&self, language: Language) -> Value {
        let words = || Texts::of(language).error(&FieldError::new("", self.code));
        let message = self.detail.clone().unwrap_or_else(words);
        let mut extensions = json!({ "code": self.code.as_str() });
        if let Some(seconds) = self.retry_after {
            extensions["retryAfter"] = seconds.into();
        }
        if let Some((name, number)) = self.told {
            extensions[name] = number.into();
        }
        json!({ "message": message, "extensions": extensions })
    }

    /// The answer, in the kind that the client likes best.
    pub(super) fn answer(&self, headers: &HeaderMap, language: Language) -> Response {
        let accepted = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok());
        let kind = accept::best(accepted).unwrap_or(Kind::Json);
        let body = json!({ "errors": [self.error(language)] });
        let mut response = super::graphql::json_response(self.status, kind, &body);
        let headers = response.headers_mut();
        if self.status == StatusCode::METHOD_NOT_ALLOWED {
            headers.insert(header::ALLOW, HeaderValue::from_static("POST"));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
