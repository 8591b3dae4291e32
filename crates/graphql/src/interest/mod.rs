//! Interest in needs, partners among suppliers, following.

mod mutation;
mod types;

pub use mutation::InterestMutation;
pub use types::{Follow, Interest, InterestQuery, NeedInterest};
