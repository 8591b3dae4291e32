//! Files on their way from a form to the mutation that uses them.
//!
//! The API takes a file's id, never its content; where files wait is the
//! server's matter. It puts a [`Keeper`] into the HTTP request's extensions.

use std::sync::Arc;

use axum::body::Bytes;
use futures::future::BoxFuture;
use i18n::Texts;
use types::ErrorCode;

use super::{Form, PageError, Refused, UserError, Visitor};

/// Keeps a file (name and content) for the one who asks, and answers its id.
#[derive(Clone)]
#[expect(clippy::type_complexity, reason = "one function, named once")]
pub struct Keeper(
    pub Arc<dyn Fn(String, Bytes) -> BoxFuture<'static, Result<String, UserError>> + Send + Sync>,
);

/// What files are taken, as the API says it.
#[derive(Clone, Debug)]
pub struct FileRules {
    /// The largest, in bytes.
    pub max_size: i64,
    /// The most at one place.
    pub max_files: i64,
    /// The usual extensions.
    pub extensions: Vec<String>,
}

/// A limit in bytes as its refusal tells it.
pub(crate) fn megabytes(bytes: i64) -> String {
    format!("{} MB", bytes / (1024 * 1024))
}

impl FileRules {
    /// In words, for the help of the field.
    pub fn help(&self, t: &Texts) -> String {
        t.files_file_help(self.max_files, self.extensions.join(", "), megabytes(self.max_size))
    }

    /// For the field's `accept`.
    pub fn accept(&self) -> String {
        self.extensions.iter().map(|e| format!(".{e}")).collect::<Vec<_>>().join(",")
    }
}

/// The same of each document that asks for `fileRules`.
#[macro_export]
macro_rules! file_rules {
    ($rules:expr) => {
        $crate::kit::FileRules {
            max_size: $rules.max_size,
            max_files: $rules.max_files,
            extensions: $rules.extensions,
        }
    };
}

impl Form {
    /// Sends the file of a field on, for a mutation that takes its id. `None`
    /// if there is none or it is refused; the form says so at the field.
    pub async fn keep(&mut self, v: &Visitor, name: &str) -> Result<Option<String>, PageError> {
        let Some(file) = self.file(name).cloned() else {
            self.fail(name, ErrorCode::Required);
            return Ok(None);
        };
        let keeper = v.keeper.as_ref().ok_or_else(|| PageError::internal("nobody keeps uploads"))?;
        match (keeper.0)(file.name, file.bytes).await {
            Ok(id) => Ok(Some(id)),
            Err(error) => match error.code.as_str() {
                "UNAUTHENTICATED" => Err(PageError::SignIn),
                "RATE_LIMITED" => Err(PageError::RateLimited),
                "UNAVAILABLE" | "INTERNAL" => Err(PageError::Unavailable),
                _ => {
                    self.refuse(&Refused(vec![UserError { path: Some(vec![name.to_owned()]), ..error }]));
                    Ok(None)
                }
            },
        }
    }
}
