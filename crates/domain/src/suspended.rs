//! What is done for an organisation while it is suspended: nothing, but to end things.
//!
//! Deeds are recorded, and the record asks here first; so what is not in the list
//! can't be done, whichever command it is. Those that are not recorded ask themselves:
//! an upload, a ballot, and what is sent to a webhook. `tests/api/suspension.rs` tries every mutation. How one is suspended, and what
//! remains, is in `organisations::suspension`.

use types::{EntryKind, ErrorCode};

use crate::{Actor, Error, Result};

/// What ends something, what is the person's own, and what the platform's administrators do.
const ALLOWED: [EntryKind; 14] = [
    EntryKind::PersonJoined,
    EntryKind::MembershipRequested,
    EntryKind::MembershipRemoved,
    EntryKind::MembershipDeclined,
    EntryKind::InvitationRevoked,
    EntryKind::TokenRevoked,
    EntryKind::TokenStopped,
    EntryKind::WebhookDisabled,
    EntryKind::WebhookStopped,
    EntryKind::WebhookDeleted,
    EntryKind::NeedUnfollowed,
    EntryKind::OrganisationVerified,
    EntryKind::OrganisationSuspended,
    EntryKind::OrganisationResumed,
];

/// Whether the actor may do what this entry records, if its organisation is suspended.
pub(crate) fn may_record(actor: &Actor, kind: EntryKind) -> Result<()> {
    if ALLOWED.contains(&kind) { Ok(()) } else { may_act(actor) }
}

/// Whether the organisation acted for, if any, is not suspended.
pub(crate) fn may_act(actor: &Actor) -> Result<()> {
    match &actor.acting {
        Some(acting) if acting.suspended_at.is_some() => {
            Err(Error::Forbidden(ErrorCode::OrganisationSuspended))
        }
        _ => Ok(()),
    }
}
