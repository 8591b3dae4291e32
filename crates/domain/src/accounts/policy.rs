//! Who may manage people.

use types::{ErrorCode, OrganisationId, PersonId, Role};

use crate::{Actor, Error, Result};

/// Invite, approve, change roles and remove: the owner of a buyer, the
/// administrator of a supplier; for an unclaimed buyer the platform.
pub fn may_manage_members(actor: &Actor, organisation: OrganisationId) -> Result<()> {
    let acting = actor.acting()?;
    if acting.organisation_id != organisation {
        return Err(Error::NotFound);
    }
    if acting.has_any(&[Role::managing(acting.kind)]) {
        Ok(())
    } else {
        Err(Error::Forbidden(ErrorCode::Forbidden))
    }
}

/// Make, take over and end tokens: whoever manages members, at a machine of their
/// own. A token makes no token.
pub fn may_manage_tokens(actor: &Actor, organisation: OrganisationId) -> Result<()> {
    may_manage_members(actor, organisation)?;
    if actor.token.is_some() { Err(Error::Forbidden(ErrorCode::Forbidden)) } else { Ok(()) }
}

/// See and change by what one signs in (sessions, passkeys): the person alone, in a session.
pub(super) fn may_see_own_means(actor: &Actor) -> Result<PersonId> {
    let me = actor.person()?.id;
    actor.not_by_token().map(|()| me)
}
