//! What was typed, and what is wrong with it.
//!
//! Field names are the paths of the mutation's input, dotted
//! (`questions.0.text`), so that a `userErrors` path finds its field.

use std::fmt::Display;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use chrono::{NaiveDate, NaiveDateTime, Utc};
use chrono_tz::Europe::Oslo;
use i18n::Texts;
use types::{ErrorCode, FieldError, Time};

use super::labels::{self, Labels};
use super::{PageError, Refused, Visitor, typist};

/// A form: empty, filled with what is stored, or with what was typed.
#[derive(Clone, Debug)]
pub struct Form {
    pub(super) t: Texts,
    values: Vec<(String, String)>,
    files: Vec<Upload>,
    errors: Vec<FormError>,
    /// What somebody else has saved meanwhile, to be read beside what was typed.
    saved: Option<Vec<(String, String)>>,
    pub(super) labels: Labels,
    /// Whether this is an autosave; answer with [`Visitor::autosaved`].
    pub is_autosave: bool,
}

/// A file that came with a form.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The field.
    pub field: String,
    /// The file's name, as the browser told it.
    pub name: String,
    /// Its type, as the browser told it: not to be trusted.
    pub content_type: String,
    /// What is in it.
    pub bytes: Bytes,
}

/// What is wrong with one field, in the reader's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FormError {
    pub(super) field: String,
    pub(super) message: String,
}

impl FormError {
    /// Marks its beginning and end in the list; see `labels.rs`.
    pub(super) fn place(&self) -> labels::Begin<'_> {
        labels::Begin(&self.field)
    }

    #[expect(clippy::unused_self, reason = "the other end of `place`, for the template")]
    pub(super) fn end(&self) -> labels::End {
        labels::End
    }
}

/// Whether an error of `path` is shown at the field `name`: also when an
/// element of a list that is one field is at fault (`cpvCodes.3` at `cpvCodes`).
pub(super) fn is_at(path: &str, name: &str) -> bool {
    !name.is_empty()
        && path.strip_prefix(name).is_some_and(|rest| {
            rest.is_empty() || rest.strip_prefix('.').is_some_and(|n| n.parse::<u32>().is_ok())
        })
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = PageError;

    async fn from_request(request: Request, state: &S) -> Result<Self, PageError> {
        let (mut parts, body) = request.into_parts();
        let v = Visitor::from_request_parts(&mut parts, state).await?;
        let mut form = Self::of(&v);
        form.is_autosave = parts.headers.contains_key("x-autosave");
        // Who says that it is too much need not send it first.
        let length = parts.headers.get(CONTENT_LENGTH).and_then(|v| v.to_str().ok());
        let length = length.and_then(|l| l.parse::<u64>().ok());
        if length.is_some_and(|length| length > v.config.max_body as u64) {
            return Err(PageError::TooLarge);
        }
        let kind = parts.headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let multipart = kind.starts_with("multipart/form-data");
        let request = Request::from_parts(parts, body);
        if multipart {
            let parts = Multipart::from_request(request, state).await.map_err(|e| too_large(e.status()))?;
            form.read_parts(parts).await?;
        } else {
            let body = Bytes::from_request(request, state).await.map_err(|e| too_large(e.status()))?;
            let pairs: Vec<(String, String)> =
                serde_urlencoded::from_bytes(&body).map_err(|_| PageError::BadRequest)?;
            form.values = pairs.into_iter().map(|(name, value)| (name, lines(&value))).collect();
        }
        // The last one: a button may say another mark than the form.
        let mark = form.values.iter().rfind(|(name, _)| name == typist::FIELD).map(|(_, mark)| mark.clone());
        form.values.retain(|(name, _)| name != typist::FIELD);
        // Kept for the page that asks to sign in again, or to try again.
        let _ = v.typed.set(form.values.clone());
        if let Some(mark) = mark {
            let is_other = typist::is_other(&v, &mark);
            let _ = v.typist.set(mark);
            if is_other {
                return Err(PageError::OtherTypist);
            }
        }
        Ok(form)
    }
}

fn too_large(status: axum::http::StatusCode) -> PageError {
    if status == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
        PageError::TooLarge
    } else {
        PageError::BadRequest
    }
}

/// Browsers send `\r\n`; we keep `\n`.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

impl Form {
    /// An empty form.
    pub fn of(v: &Visitor) -> Self {
        Self {
            t: v.t,
            values: Vec::new(),
            files: Vec::new(),
            errors: Vec::new(),
            saved: None,
            labels: v.labels.clone(),
            is_autosave: false,
        }
    }

    /// Fills a field with what is stored.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Display) -> Self {
        self.values.push((name.to_owned(), value.to_string()));
        self
    }

    /// Fills a field if something is stored.
    #[must_use]
    pub fn with_some(self, name: &str, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Fills a field of several values.
    #[must_use]
    pub fn with_all(self, name: &str, values: impl IntoIterator<Item = impl Display>) -> Self {
        values.into_iter().fold(self, |form, value| form.with(name, value))
    }

    /// Puts a value in the place of what was typed: the version after a save.
    pub fn put(&mut self, name: &str, value: impl Display) {
        self.values.retain(|(n, _)| n != name);
        self.values.push((name.to_owned(), value.to_string()));
    }

    async fn read_parts(&mut self, mut parts: Multipart) -> Result<(), PageError> {
        while let Some(part) = parts.next_field().await.map_err(|e| too_large(e.status()))? {
            let field = part.name().unwrap_or_default().to_owned();
            let name = part.file_name().map(str::to_owned);
            let content_type = part.content_type().unwrap_or_default().to_owned();
            let bytes = part.bytes().await.map_err(|e| too_large(e.status()))?;
            match name {
                None => {
                    let text = String::from_utf8(bytes.to_vec()).map_err(|_| PageError::BadRequest)?;
                    self.values.push((field, lines(&text)));
                }
                // A file field left empty is sent as a nameless file.
                Some(name) if name.is_empty() && bytes.is_empty() => {}
                Some(name) => self.files.push(Upload { field, name, content_type, bytes }),
            }
        }
        Ok(())
    }

    /// What is in a field, as typed; empty when it is not there.
    pub fn value(&self, name: &str) -> &str {
        self.values.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v)
    }

    /// Shows what is saved now beside each field that says something else, so
    /// that nobody's text goes unseen when two have written.
    #[must_use]
    pub fn beside(mut self, saved: Self) -> Self {
        self.saved = Some(saved.values);
        self
    }

    /// What is saved now, where something else was typed.
    pub(super) fn saved_otherwise(&self, name: &str) -> Option<&str> {
        let saved = self.saved.as_ref()?.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str());
        (saved.trim() != self.value(name).trim()).then_some(saved)
    }

    /// What is in a field, unless it is blank.
    pub fn get(&self, name: &str) -> Option<&str> {
        Some(self.value(name).trim()).filter(|v| !v.is_empty())
    }

    /// As [`Form::get`], owned: for optional fields of an input.
    pub fn some(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }

    /// As [`Form::value`], trimmed and owned: for required fields of an input.
    pub fn text_of(&self, name: &str) -> String {
        self.value(name).trim().to_owned()
    }

    /// All values of a field that are not blank.
    pub fn all(&self, name: &str) -> Vec<String> {
        let of_it = self.values.iter().filter(|(n, v)| n == name && !v.trim().is_empty());
        of_it.map(|(_, v)| v.trim().to_owned()).collect()
    }

    /// Whether a field has this value: a chosen radio or checkbox.
    pub fn holds(&self, name: &str, value: &str) -> bool {
        self.values.iter().any(|(n, v)| n == name && v == value)
    }

    /// Whether a lone checkbox is ticked.
    pub fn ticked(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The numbers in the names of a repeated group: `questions.0.text` and
    /// `questions.2.text` give 0 and 2.
    pub fn indices(&self, group: &str) -> Vec<usize> {
        let mut found: Vec<usize> = self
            .values
            .iter()
            .filter_map(|(n, _)| n.strip_prefix(group)?.strip_prefix('.')?.split('.').next()?.parse().ok())
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// A value read as something else; what can't be read becomes an error at
    /// the field.
    pub fn read<T: std::str::FromStr>(&mut self, name: &str) -> Option<T> {
        let read = self.get(name)?.parse().ok();
        self.require_format(name, read)
    }

    /// A whole number, forgiving of spaces.
    pub fn number(&mut self, name: &str) -> Option<i64> {
        let digits: String = self.get(name)?.chars().filter(|c| !c.is_whitespace()).collect();
        self.require_format(name, digits.parse().ok())
    }

    /// A calendar day.
    pub fn day(&mut self, name: &str) -> Option<NaiveDate> {
        let day = self.get(name)?.parse().ok();
        self.require_format(name, day)
    }

    /// A moment, typed in Norwegian time.
    pub fn moment(&mut self, name: &str) -> Option<Time> {
        let text = self.get(name)?;
        let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M")
            .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S"));
        let moment =
            local.ok().and_then(|l| l.and_local_timezone(Oslo).earliest()).map(|l| l.with_timezone(&Utc));
        self.require_format(name, moment)
    }

    fn require_format<T>(&mut self, name: &str, read: Option<T>) -> Option<T> {
        if read.is_none() {
            self.fail(name, ErrorCode::InvalidFormat);
        }
        read
    }

    /// The first file of a field.
    pub fn file(&self, name: &str) -> Option<&Upload> {
        self.files.iter().find(|f| f.field == name)
    }

    /// All files of a field.
    pub fn files(&self, name: &str) -> impl Iterator<Item = &Upload> {
        self.files.iter().filter(move |f| f.field == name)
    }

    /// Says that a field is wrong; for what only the portal can see.
    pub fn fail(&mut self, name: &str, code: ErrorCode) {
        let message = self.t.error(&FieldError::new(name, code));
        self.errors.push(FormError { field: name.to_owned(), message });
    }

    /// The same, in words that the API gave.
    pub fn fail_saying(&mut self, name: &str, message: String) {
        self.errors.push(FormError { field: name.to_owned(), message });
    }

    /// Takes over what the API refused.
    pub fn refuse(&mut self, refused: &Refused) {
        for error in &refused.0 {
            let path = error.path.as_deref().unwrap_or_default();
            let path = if path.first().is_some_and(|p| p == "input") { &path[1..] } else { path };
            self.errors.push(FormError { field: path.join("."), message: error.message.clone() });
        }
    }

    /// As [`Form::refuse`], where each row of a page has a form of its own and
    /// the names of its fields end in the row's id (`reason-{id}`).
    pub fn refuse_row(&mut self, refused: &Refused, row: &str) {
        let first = self.errors.len();
        self.refuse(refused);
        for error in self.errors.iter_mut().skip(first).filter(|e| !e.field.is_empty()) {
            error.field = format!("{}-{row}", error.field);
        }
    }

    /// Whether nothing is known to be wrong.
    pub fn is_valid(&self) -> bool {
        self.errors.is_empty()
    }

    /// What is wrong with a field.
    pub fn error(&self, name: &str) -> Option<&str> {
        self.errors.iter().find(|e| is_at(&e.field, name)).map(|e| e.message.as_str())
    }

    pub(super) fn errors(&self) -> &[FormError] {
        &self.errors
    }
}

/// The `id` of a field.
pub(super) fn id(name: &str) -> String {
    name.replace('.', "-")
}

#[cfg(test)]
mod tests {
    use super::super::UserError;
    use super::*;
    use types::Language;

    fn form(pairs: &[(&str, &str)]) -> Form {
        let values = pairs.iter().map(|(n, v)| ((*n).to_owned(), lines(v))).collect();
        let t = Texts::of(Language::En);
        Form {
            t,
            values,
            files: Vec::new(),
            errors: Vec::new(),
            saved: None,
            labels: Labels::default(),
            is_autosave: false,
        }
    }

    #[test]
    fn moments_are_norwegian_and_an_hour_that_is_not_there_is_an_error() {
        let mut f = form(&[("a", "2026-07-01T12:00"), ("b", "2026-03-29T02:30"), ("c", "")]);
        assert_eq!(f.moment("a").unwrap().to_rfc3339(), "2026-07-01T10:00:00+00:00");
        assert_eq!(f.moment("c"), None);
        assert!(f.is_valid());
        assert_eq!(f.moment("b"), None);
        assert!(f.error("b").is_some());
    }

    #[test]
    fn an_error_finds_its_field() {
        let mut f = form(&[("questions.0.text", "x"), ("questions.2.text", "y")]);
        assert_eq!(f.indices("questions"), [0, 2]);
        let error = |path: &[&str]| UserError {
            code: "REQUIRED".into(),
            message: path.join("/"),
            path: Some(path.iter().map(|p| (*p).to_owned()).collect()),
        };
        f.refuse(&Refused(vec![error(&["input", "questions", "2", "text"]), error(&["cpvCodes", "1"])]));
        assert_eq!(f.error("questions.2.text"), Some("input/questions/2/text"));
        assert_eq!(f.error("cpvCodes"), Some("cpvCodes/1"));
        assert_eq!(f.error("cpv"), None);
        assert_eq!(f.error("questions"), None);
    }

    #[test]
    fn an_error_of_a_row_stands_at_that_row() {
        let mut f = form(&[("reason-a", ""), ("reason-b", "")]);
        let error = |path: &[&str]| UserError {
            code: "REQUIRED".into(),
            message: "Write it.".into(),
            path: Some(path.iter().map(|p| (*p).to_owned()).collect()),
        };
        f.refuse_row(&Refused(vec![error(&["reason"]), error(&[])]), "b");
        assert_eq!((f.error("reason-a"), f.error("reason-b")), (None, Some("Write it.")));
        assert_eq!(f.errors()[1].field, "");
    }

    #[test]
    fn numbers_forgive_spaces_and_blank_is_nothing() {
        let mut f = form(&[("n", " 1 250\u{a0}000 "), ("blank", " \r\n "), ("bad", "12x")]);
        assert_eq!(f.number("n"), Some(1_250_000));
        assert_eq!(f.get("blank"), None);
        assert_eq!(f.number("blank"), None);
        assert!(f.is_valid());
        assert_eq!(f.number("bad"), None);
        assert!(!f.is_valid());
    }
}
