//! What can go wrong, without words and without a transport.

use sea_orm::{DbErr, SqlErr};
use types::{ErrorCode, FieldError};

/// The result of every command and query.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a command or query did not do what was asked. What may be shown is in
/// the variant; the source is for the log alone.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Sign in first.
    #[error("not signed in")]
    Unauthenticated,
    /// Visible, but not allowed.
    #[error("forbidden: {0}")]
    Forbidden(ErrorCode),
    /// No such thing, or not for this actor.
    #[error("not found")]
    NotFound,
    /// Input that can be mended, field by field.
    #[error("invalid input: {0:?}")]
    Invalid(Vec<FieldError>),
    /// The present state refuses it.
    #[error("conflict: {0}")]
    Conflict(ErrorCode),
    /// Too often; try again after so many seconds.
    #[error("rate limited for {0} s")]
    RateLimited(i64),
    /// Busy; trying again soon helps.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// Our mistake.
    #[error("internal: {0}")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// One field is wrong.
    pub fn field(field: &str, code: ErrorCode) -> Self {
        Self::Invalid(vec![FieldError::new(field, code)])
    }

    /// What is not there, told at the field that named it.
    #[must_use]
    pub fn at(self, field: &str) -> Self {
        match self {
            Self::NotFound => Self::field(field, ErrorCode::NotFound),
            other => other,
        }
    }

    /// A mistake of ours that has no error of its own.
    pub fn internal(what: impl Into<String>) -> Self {
        Self::Internal(what.into().into())
    }

    /// The code that the edge shows.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Unauthenticated => ErrorCode::Unauthenticated,
            Self::Forbidden(code) | Self::Conflict(code) => *code,
            Self::NotFound => ErrorCode::NotFound,
            Self::Invalid(errors) => errors.first().map_or(ErrorCode::BadUserInput, |e| e.code),
            Self::RateLimited(_) => ErrorCode::RateLimited,
            Self::Unavailable(_) => ErrorCode::Unavailable,
            Self::Internal(_) => ErrorCode::Internal,
        }
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        // Callers that expect a broken unique key turn it into a field error first.
        if let Some(SqlErr::UniqueConstraintViolation(_)) = error.sql_err() {
            return Self::Conflict(ErrorCode::AlreadyExists);
        }
        let text = error.to_string();
        // PostgreSQL keeps no NUL in a text, so there is nothing of that name; SQLite finds nothing.
        if text.contains("invalid byte sequence for encoding") {
            return Self::NotFound;
        }
        let is_busy = ["database is locked", "deadlock detected", "could not serialize", "pool timed out"]
            .iter()
            .any(|t| text.contains(t));
        if is_busy { Self::Unavailable(text) } else { Self::Internal(Box::new(error)) }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(Box::new(error))
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::Internal(Box::new(error))
    }
}

/// Turns the violation of a unique key into an error of the field it guards.
pub fn unique<T>(result: std::result::Result<T, DbErr>, field: &str, code: ErrorCode) -> Result<T> {
    result.map_err(|error| match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Error::field(field, code),
        _ => error.into(),
    })
}

/// Collects field errors, so that all of them are told at once.
#[derive(Debug, Default)]
pub struct Checks(Vec<FieldError>);

impl Checks {
    /// Notes an error.
    pub fn add(&mut self, error: FieldError) {
        self.0.push(error);
    }

    /// Notes `code` at `field` if `is_wrong`.
    pub fn refuse_if(&mut self, is_wrong: bool, field: &str, code: ErrorCode) {
        if is_wrong {
            self.add(FieldError::new(field, code));
        }
    }

    /// One line of text: trimmed, required, at most `max` characters.
    pub fn line(&mut self, field: &str, raw: &str, max: usize) -> String {
        let text = self.optional_line(field, raw, max);
        self.refuse_if(text.is_empty() && !self.has(field), field, ErrorCode::Required);
        text
    }

    /// One line of text that may be empty.
    pub fn optional_line(&mut self, field: &str, raw: &str, max: usize) -> String {
        self.cleaned(field, crate::text::clean::line(raw, max), max)
    }

    /// Paragraphs of text: required.
    pub fn body(&mut self, field: &str, raw: &str, max: usize) -> String {
        let text = self.optional_body(field, raw, max);
        self.refuse_if(text.is_empty() && !self.has(field), field, ErrorCode::Required);
        text
    }

    /// Paragraphs of text that may be empty.
    pub fn optional_body(&mut self, field: &str, raw: &str, max: usize) -> String {
        self.cleaned(field, crate::text::clean::body(raw, max), max)
    }

    fn cleaned(&mut self, field: &str, text: Result<String, ErrorCode>, max: usize) -> String {
        text.unwrap_or_else(|code| {
            self.add(FieldError::new(field, code).with("max", max));
            String::new()
        })
    }

    /// A value that parses.
    pub fn parse<T: std::str::FromStr>(&mut self, field: &str, raw: &str, code: ErrorCode) -> Option<T> {
        let value = raw.trim().parse().ok();
        self.refuse_if(value.is_none(), field, code);
        value
    }

    fn has(&self, field: &str) -> bool {
        self.0.iter().any(|e| e.path.join(".") == field)
    }

    /// `Err` with everything that was noted, if anything was.
    pub fn finish(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self.0)) }
    }
}
