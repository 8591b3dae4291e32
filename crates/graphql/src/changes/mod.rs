//! The change feed, for machines.

mod kinds;
mod query;
mod types;

pub use kinds::ChangeKind;
pub use query::ChangeQuery;
pub use types::{Change, ChangeConnection, ChangeEdge, ChangeFilter, ChangePlace};
pub(crate) use types::{edge, filter};
