//! Interaction quality: both sides rate a dialogue, and a buyer gets figures.
//!
//! A survey opens when a need is summarised, takes answers for three weeks,
//! and then waits, shut, until the buyer's shut surveys together hold the
//! answers of at least [`K`] suppliers. Only then are they opened, all at
//! once, and only sums leave them: one [`Batch`]. Every figure is made of whole
//! batches, so neither a figure nor the difference of two of them, over time
//! or over the platform, is from fewer than [`K`] organisations.
//!
//! States: `OPEN → CLOSED → RELEASED`, or `DISCARDED` after two years.
//!
//! Invariants: who answered ([`participations`](entity::survey_participation))
//! and what was answered ([`ballots`](entity::survey_ballot)) share no key, no
//! time and no order. A ballot is sealed under the survey's own key and padded
//! to one length; with every answer all ballots of the survey are sealed anew
//! under new random ids and written in the order of those, so that neither the
//! place of a row, nor the transaction that wrote it (`xmin`, `ctid`), nor a
//! comparison of two back-ups tells which one came with which participation.
//! On release the key, the ballots and the participations are destroyed.
//!
//! What remains: while a survey is open, the server itself can open ballots,
//! and so can whoever holds both the database and `SAMSPILL_SECRET_KEY`; free
//! pages and write-ahead logs keep sealed ballots until they are overwritten,
//! and the key with them, itself sealed under `SAMSPILL_SECRET_KEY`.
//!
//! Deliberately absent: a list of buyers by figure, a figure of one dialogue,
//! and entries of the record for single ballots.

mod ballots;
mod commands;
mod due;
mod figures;
mod model;
mod parties;
mod queries;
mod store;
mod verify;

pub use commands::{Ballot, ItemAnswer, answer, review_comment};
pub use due::due;
pub use entity::quality_figure::Model as QualityFigure;
pub use entity::survey::Model as Survey;
pub use entity::survey_comment::Model as Comment;
pub use figures::{Batch, DimensionFigure, Figures, Share, Tally, index, shrink, wilson};
pub use model::{
    AGREES_FROM, Answers, BUYER_PERSONS, ITEMS, K, METHOD, Scores, is_flagged, organisation_scores,
};
pub use parties::{Party, participants};
pub use queries::{
    Published, Status, SurveyView, comments, comments_to_review, figures_of, find, find_comment, list_open,
    of_need,
};
pub(crate) use verify::verify;

crate::subjects! {
    Survey => "survey";
    QualityFigure => "quality_figure";
    Comment => "survey_comment";
}
