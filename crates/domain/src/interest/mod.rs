//! Interest: suppliers that want to take part, and people who follow.
//!
//! States: `ACTIVE ↔ WITHDRAWN`, one row a supplier and need. Interest is
//! public or discreet. Following is a person's own matter and has no
//! organisation.
//!
//! Invariants: a discreet interest is read by the buyer's own people and the
//! supplier itself, and is in no number that others see; suppliers that look
//! for partners see each other and nobody else sees their words; who follows is
//! read by the follower alone (its entries are in the person's own stream);
//! nobody registers after the competition is announced (R4).

mod commands;
mod policy;
mod queries;
mod store;

pub use commands::{Register, change, follow, register, unfollow, withdraw};
pub use entity::follow::Model as Follow;
pub use entity::interest::Model as Interest;
pub use policy::{is_open, is_public, reads, reads_own};
pub(crate) use queries::wanted_by;
pub use queries::{
    Counts, Seeker, audience, counts, find, find_own, followed, follower_count, list, list_followed,
    list_mine, list_public, own_of_needs, public_of, seekers,
};

crate::subjects! {
    Interest => "interest";
    Follow => "follow";
}
