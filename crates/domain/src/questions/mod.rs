//! Questions to the buyer, and its announcements to everybody.
//!
//! States: `RECEIVED → ANSWERED | DECLINED | WITHDRAWN`. A question is
//! published with its answer, to all at once, under a pseudonym: a keyed hash
//! of the asker with a key of the need's own, so nobody outside the server can
//! reverse it and an asker can't be followed from one need to another.
//!
//! Invariants: what is published does not name the asker; who asked is read by
//! the buyer's own people and the asker alone (DOMAIN §8); so is when, which an
//! id and the order of a list must not tell either; nothing is asked after the
//! deadline or after the competition is announced (R4).

mod commands;
mod policy;
mod queries;
mod store;

pub use commands::{Announce, Answer, Ask, announce, answer, ask, decline, withdraw};
pub use entity::announcement::Model as Announcement;
pub use entity::question::Model as QuestionRow;
pub use policy::{knows_asker, sees};
pub use queries::{
    Asker, QuestionView, announcements, announcements_of_needs, askers, find, find_announcement,
    find_several, list, list_by_ids, list_mine, list_of_needs, needs_with_open, open_count,
};
pub(crate) use queries::{asked_by, count_unanswered};

crate::subjects! {
    QuestionRow => "question";
    Announcement => "announcement";
}
