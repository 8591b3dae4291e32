//! Who may register, and when. Pure.

use types::{ErrorCode, NeedState, OrganisationId};

use crate::needs::Need;
use crate::{Actor, Error, Result};

/// Whether suppliers may register interest: while there is something to come.
pub const fn is_open(need: &Need) -> bool {
    need.state.is_public()
        && need.competition_announced_at.is_none()
        && !matches!(need.state, NeedState::Closed)
}

/// Register or change for the supplier acted for.
pub(super) fn may_register(actor: &Actor, need: &Need) -> Result<OrganisationId> {
    let supplier = actor.supplier()?.organisation_id;
    if is_open(need) { Ok(supplier) } else { Err(Error::Conflict(ErrorCode::DialogueClosed)) }
}
