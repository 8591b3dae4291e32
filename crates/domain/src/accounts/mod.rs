//! Accounts: people, how they sign in, and whom they act for.
//!
//! A person has one mailbox and any number of memberships, and acts for one
//! organisation at a time. Signing in by e-mail makes the account, so asking
//! for a link tells nothing about who has one.
//!
//! Claims: whoever has a mailbox at a supplier's registered domain proves the
//! claim at once; anybody else's is *unverified* until an administrator
//! verifies it. A verified claim ends an unverified one. A claimed
//! organisation is joined only by invitation or approval.
//!
//! Invariants: codes and links work once; a claimed organisation has somebody
//! who manages its members. Not recorded, since they are means and not deeds:
//! sessions, sign-in attempts, passkeys, rate limits.

mod claims;
mod device;
mod find;
mod members;
mod model;
pub mod passkeys;
mod policy;
pub mod providers;
mod refresh;
mod savers;
mod sessions;
mod sessions_list;
mod sign_in;
mod sign_out;
mod standing;
mod store;
pub mod tokens;

pub use claims::{ClaimSupplier, RegisterAnswer, claim_supplier, look_up, verify};
pub use device::device_of;
pub use entity::invitation::Model as Invitation;
pub use entity::membership::Model as Membership;
pub use entity::person::Model as Person;
pub(crate) use find::manages_members;
pub use find::{find_membership, find_open_invitation, find_person};
pub(crate) use members::person_in;
pub use members::{
    Invite, accept_invitation, appoint_owner, awaits_set_up, change_roles, decide_request, find_invitation,
    invite, leave, members_of, memberships_of, person, personas, platform_administrators, remove,
    request_to_join, revoke_invitation, unverified,
};
pub use model::{join_roles, parse_roles};
pub use policy::{may_manage_members, may_manage_tokens};
pub use refresh::{Refreshed, begin_refreshing, refresh};
pub use savers::{Saved, who_saved};
pub use sessions::{act_for, actor_of_session, actor_of_token, form_mark, set_language, set_name};
pub use sessions_list::{
    SessionView, end_other_sessions, end_session, find_session, list_sessions, sign_out,
};
pub use sign_in::{
    Attempt, Proof, Signed, complete_sign_in, make_administrator, rate_limit, set_up_installation,
    sign_in_as_persona, start_sign_in,
};
pub use sign_out::end_sessions_of;
pub use standing::{Standing, standing};
pub use store::{
    ensure_membership, ensure_person, members_of_organisations, people_with_roles, persons_by_emails,
    persons_by_ids,
};

crate::subjects! {
    Person => "person";
    Membership => "membership";
    Invitation => "invitation";
}
