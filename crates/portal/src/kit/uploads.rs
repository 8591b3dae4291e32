//! Files on their way from a form to the mutation that uses them.
//!
//! The API takes a file's id, never its content; where files wait is the
//! server's matter. It puts a [`Keeper`] into the HTTP request's extensions.

use std::sync::Arc;

use axum::body::Bytes;
use futures::future::BoxFuture;
use types::ErrorCode;

use super::{Form, PageError, Refused, UserError, Visitor};

/// Keeps a file (name and content) for the one who asks, and answers its id.
#[derive(Clone)]
#[expect(clippy::type_complexity, reason = "one function, named once")]
pub struct Keeper(
    pub Arc<dyn Fn(String, Bytes) -> BoxFuture<'static, Result<String, UserError>> + Send + Sync>,
);

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
