//! Disclosures: what the buyer told somebody, and whether all know it (R1).
//!
//! Everything that a buyer says through the platform in public is shared as it
//! is said. What it tells one supplier (in a meeting, on the phone) is noted
//! here as a disclosure to that party, and is *unshared* until it is published
//! to all or waived with a reason: `UNSHARED → SHARED | WAIVED`.
//!
//! Invariants: a need cannot go to procurement, nor its competition be
//! announced, while a disclosure is unshared ([`all_shared`]); to whom it was
//! told, the text before it is shared and the reason of a waiver are read by
//! the buyer's people alone; that something was told is public (R2).
//!
//! This slice stands before `needs`, so that its gate can ask: it keeps the
//! rows and the transitions, and takes a need's id. Who may note, share and
//! waive depends on the need, so those commands are `needs::note_disclosure`
//! and its neighbours.

mod model;
mod store;

pub use entity::disclosure::Model as Disclosure;
pub use model::{Note, SharedDisclosure};
pub use store::{all_shared, count_unshared, is_any, of_need};
pub(crate) use store::{by_id, decide, insert, lock, shared_of};

crate::subjects! {
    Disclosure => "disclosure";
}
