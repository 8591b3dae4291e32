//! Needs. This is the room to copy.

mod content;
mod import;
mod mutation;
mod query;
mod types;

pub(crate) use content::given;
pub use content::{LanguageCode, NeedContent};
pub use import::ImportMutation;
pub use mutation::NeedMutation;
pub use query::NeedQuery;
pub(crate) use query::{buyers, spoken_of};
pub use types::{LogEntry, Need, NeedData, NeedRef, NeedState, NeedVersion};
