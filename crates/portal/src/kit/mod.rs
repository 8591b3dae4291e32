//! What every page is made of. `README.md` beside this crate shows a page.
//!
//! - [`Visitor`]: who asks, in which language; runs operations, makes answers.
//! - [`Form`]: what was typed, what is wrong with it, and its fields.
//! - [`ui`]: the components that are no fields.
//! - [`PageError`]: what a handler may fail with; shown as a page of its own.

mod api;
pub mod assets;
mod config;
pub mod cookies;
mod error;
mod field;
mod flash;
mod form;
pub(crate) mod gallery;
pub(crate) mod kinds;
mod labels;
pub(crate) mod operations;
pub(crate) mod shell;
mod stale;
mod typist;
pub mod ui;
mod uploads;
mod viewer;
mod visitor;

pub use api::{Api, ErasedExecutor, Refused, RequestData, UserError};
pub use config::PortalConfig;
pub use error::{Page, PageError};
pub use field::{Choice, Field};
pub use form::{Form, Upload};
pub(crate) use stale::{Stale, Written};
pub(crate) use uploads::megabytes;
pub use uploads::{FileRules, Keeper};
pub use viewer::{Acting, ShellData, Viewer};
pub use visitor::Visitor;

/// Where a list goes on, in an address.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct After {
    /// The cursor of the last row seen.
    pub(crate) after: Option<String>,
}
