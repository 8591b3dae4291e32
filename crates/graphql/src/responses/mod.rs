//! Responses, their submissions and passages.

mod mutation;
mod query;
mod types;

pub use mutation::ResponseMutation;
pub use query::{NeedResponses, ResponseQuery};
pub use types::{Passage, Response, Submission};
