//! Who may register, when, and who reads it. Pure; the row filters in `store` are
//! the twins of the latter, and a test proves that they agree.

use types::{ErrorCode, InterestState, InterestVisibility, NeedState, OrganisationId};

use super::Interest;
use crate::needs::{self, Need};
use crate::{Actor, Error, Result};

/// Whether suppliers may register interest: while there is something to come.
pub const fn is_open(need: &Need) -> bool {
    need.state.is_public()
        && need.competition_announced_at.is_none()
        && !matches!(need.state, NeedState::Closed)
}

/// Whether a supplier reads its own interest, as far as its claim lets it.
pub fn reads_own(actor: &Actor, interest: &Interest) -> bool {
    actor.acting.as_ref().is_some_and(|acting| {
        !acting.is_buyer()
            && acting.organisation_id == interest.organisation_id
            && acting.reads_since.is_none_or(|since| interest.changed_at >= since)
    })
}

/// Whether the actor reads the whole of an interest: the need's own people, and
/// the supplier itself.
pub fn reads(actor: &Actor, need: &Need, interest: &Interest) -> bool {
    reads_own(actor, interest) || needs::reads_internals(actor, need)
}

/// Whether everybody sees that this supplier is interested.
pub fn is_public(interest: &Interest) -> bool {
    interest.state == InterestState::Active && interest.visibility == InterestVisibility::Public
}

/// Register or change for the supplier acted for.
pub(super) fn may_register(actor: &Actor, need: &Need) -> Result<OrganisationId> {
    let supplier = actor.supplier()?.organisation_id;
    if is_open(need) { Ok(supplier) } else { Err(Error::Conflict(ErrorCode::DialogueClosed)) }
}
