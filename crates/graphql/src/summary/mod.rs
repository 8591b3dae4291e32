//! Summaries of dialogues.

mod mutation;
mod types;

pub use mutation::SummaryMutation;
pub use types::{NeedSummary, OverdueSummary, Summary, SummaryDraft, SummaryQuery};
