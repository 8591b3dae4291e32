//! Organisations: municipalities, counties, other buyers, suppliers and those
//! who assist.
//!
//! States: [`ClaimState`] `KNOWN → UNVERIFIED → VERIFIED`. Who may speak for
//! an organisation, and how a claim is proved, is in `accounts`.
//!
//! An administrator of the platform may suspend one (`suspension`).
//!
//! Invariants: an organisation number belongs to one organisation; a slug never
//! changes.

mod queries;
mod store;
mod suspension;

pub use entity::organisation::Model as Organisation;
pub use queries::{Filter, find, find_by_number, find_by_slug, get, list, list_by_ids, list_unverified};
pub(crate) use queries::{find_in, find_number_in, list_by_ids_in};
pub use store::{NewOrganisation, change, ensure_known};
pub use suspension::{reason_for, resume, suspend};
use types::ClaimState;

crate::subjects! {
    Organisation => "organisation";
}

/// Whether somebody acts for it.
pub const fn is_claimed(organisation: &Organisation) -> bool {
    !matches!(organisation.claim, ClaimState::Known)
}
