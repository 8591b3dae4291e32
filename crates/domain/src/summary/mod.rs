//! Summaries: what came of a dialogue, told to all.
//!
//! A need has one summary: a working draft, and published versions that never
//! change. The first publication moves the need to `SUMMARISED`, which ends the
//! dialogue's input; a correction is a further version with a note.
//!
//! Invariants: a published summary says what happened and what happens next;
//! who is named agreed to it by interest in public; how many took part counts
//! no discreet interest. What is missing beside that is told before publishing
//! ([`warnings`]), and stops nobody.

mod commands;
mod content;
mod queries;
mod store;

pub use commands::{SaveSummary, publish, save_draft};
pub use content::{SummaryAnswer, SummaryContent, SummaryInput};
pub use entity::summary::Model as Summary;
pub use entity::summary_version::Model as SummaryVersion;
pub use queries::{
    DUE_AFTER, Overdue, Published, Waiting, Warning, draft, find_version, overdue, published,
    published_of_needs, versions, waiting, warnings,
};

crate::subjects! {
    Summary => "summary";
    SummaryVersion => "summary_version";
}
