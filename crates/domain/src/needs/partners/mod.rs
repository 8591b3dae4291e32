//! Who stands behind a need together with its owner.
//!
//! States: `INVITED → INTERESTED → NEED_ALIGNED → INTENT`, or `OBSERVER`, or
//! `WITHDRAWN`; `MANDATED` and `OPTION_PARTY` come with a joint procurement.
//! The owner invites; a buyer answers for itself; where a need is open for
//! joint interest a buyer joins unasked. An organisation that nobody acts for
//! yet is told of its invitation when somebody does ([`tell_due`]).
//!
//! Invariants: everybody sees who stands behind a need and how firmly, never
//! who watches, was only invited, or left. A partner's volume is read by the
//! owner and that partner; others see a sum, from three partners on, and no
//! one's part of it can be had by subtraction, not even over time (`model`).
//! An invited buyer reads the draft; what of the dialogue a partner reads is
//! each supplier's consent, on top of [`reads`].

mod commands;
mod model;
mod policy;
mod queries;
mod store;

pub(super) use commands::dissolve;
pub use commands::{Answer, Invite, Volume, answer, invite, join, leave, remove, tell_due};
pub use entity::need_partner::Model as Partner;
pub use model::{PublicVolume, Total, can_answer, total};
pub use policy::reads_partner;
pub use queries::{
    Standing, draft, find, list, list_open, list_own, own, public_volumes, reads, reads_of, stands_behind,
};
pub(super) use store::needs_of;

crate::subjects! {
    Partner => "need_partner" except ["volume_shown"];
}
