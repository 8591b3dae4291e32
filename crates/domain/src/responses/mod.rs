//! Responses: what a supplier answers to a need, and what the buyer makes of it.
//!
//! States: `DRAFT → SUBMITTED → WITHDRAWN`, and `SUBMITTED` again from either
//! until the deadline. A supplier organisation has one response to a need: a
//! working draft and immutable *submissions*. Each answer of a submission is a
//! *passage*, an input point with two lives of its own: what the buyer does
//! with it (`RECEIVED → ACKNOWLEDGED → ADOPTED | …`, with a reason) and whether
//! it is a trade secret (`OPEN`, or `CLAIMED → ACCEPTED | REJECTED`).
//!
//! Invariants: nobody but the supplier reads a draft, an earlier submission or
//! a withdrawn response, or learns that there is one (a draft's entries are in
//! the supplier's own stream); a claimed or accepted passage is read by the
//! buyer's named staff and by partners that the supplier named (R13, R14); a
//! rejected claim is read by others only when the supplier has had
//! [`WITHDRAWAL_PERIOD`] to take it back; the supplier keeps its own copy for
//! ever, with the salt that makes the receipt's hash again. Files are answers
//! and passages too (`files`).
//!
//! Deliberately absent: scores, ranks and weights. This is no tender (R10).

mod draft;
mod files;
mod find;
mod handling;
mod model;
mod policy;
mod queries;
mod store;
mod submit;

pub use draft::{SaveDraft, save_draft};
pub use entity::passage::Model as Passage;
pub use entity::response::Model as Response;
pub use entity::submission::Model as Submission;
pub use files::{Files, file_key, file_of};
pub use find::{find, find_passage, find_passages, find_several, find_submission, find_submissions};
pub use handling::{acknowledge, decide_confidentiality, dispose, withdraw_passage};
pub use model::{
    Answer, AnswerFile, AnswerInput, Consent, Draft, FREE, Receipt, Topic, WITHDRAWAL_PERIOD, receipt_hash,
};
pub use policy::{Reader, may_handle, own_reader, reads_passage, reads_response};
pub use queries::{
    AnsweredQuestion, answered_questions, comparison, draft_of, list, list_by_ids, list_own, missing, own,
    own_of_needs, participants, passages_of, possible_readers, reader_of, revisions_of, submissions_of,
    submitters, topics, visible_passages,
};
pub(crate) use queries::{answered_by, count_undisposed, count_waiting};
pub use submit::{submit, withdraw};

crate::subjects! {
    Response => "response";
    Submission => "submission";
    Passage => "passage";
}
