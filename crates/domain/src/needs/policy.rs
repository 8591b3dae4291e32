//! Who may do what to a need. Pure; the row filter `store::visible_to` is the
//! twin of visibility, and a test proves that the two agree.

use types::{ErrorCode, Role};

use super::Need;
use crate::{Actor, Error, Result};

const WRITERS: &[Role] = &[Role::Owner, Role::ProcurementOfficer, Role::NeedOwner];
const APPROVERS: &[Role] = &[Role::Owner, Role::ProcurementOfficer, Role::Reviewer];
const OFFICERS: &[Role] = &[Role::Owner, Role::ProcurementOfficer];

fn one_of(actor: &Actor, need: &Need, roles: &[Role]) -> Result<()> {
    if actor.is_system {
        return Ok(());
    }
    let acting = actor.acting()?;
    if acting.organisation_id != need.organisation_id {
        // A public need is visible, so this is a refusal and not an absence.
        let code =
            if need.state.is_public() { Error::Forbidden(ErrorCode::Forbidden) } else { Error::NotFound };
        return Err(code);
    }
    if acting.has_any(roles) { Ok(()) } else { Err(Error::Forbidden(ErrorCode::Forbidden)) }
}

/// Begin a need at all.
pub(super) fn may_create(actor: &Actor) -> Result<()> {
    let acting = actor.buyer()?;
    if acting.has_any(WRITERS) { Ok(()) } else { Err(Error::Forbidden(ErrorCode::Forbidden)) }
}

/// Write the draft, ask for approval, take it back.
pub fn may_edit(actor: &Actor, need: &Need) -> Result<()> {
    one_of(actor, need, WRITERS)
}

/// Approve or send back; never one's own request.
pub fn may_approve(actor: &Actor, need: &Need) -> Result<()> {
    one_of(actor, need, APPROVERS)?;
    let me = actor.person()?.id;
    if need.submitted_by == Some(me) {
        return Err(Error::Forbidden(ErrorCode::SecondPersonRequired));
    }
    Ok(())
}

/// Publish, change what is public, close.
pub fn may_publish(actor: &Actor, need: &Need) -> Result<()> {
    one_of(actor, need, OFFICERS)
}

/// Answer, announce, run events, give dispositions.
pub fn may_run_dialogue(actor: &Actor, need: &Need) -> Result<()> {
    one_of(actor, need, WRITERS)
}

/// Whether the need exists for the actor; `is_asked` is whether the organisation
/// acted for was asked to stand behind it, and has not left.
pub fn sees(actor: &Actor, need: &Need, is_asked: bool) -> bool {
    let is_asked = is_asked && actor.acting.as_ref().is_some_and(crate::Acting::is_buyer);
    actor.is_system || need.state.is_public() || actor.acts_for(need.organisation_id) || is_asked
}

/// Whether the actor reads what is internal to the need: its owner's people, in any role.
pub fn reads_internals(actor: &Actor, need: &Need) -> bool {
    actor.is_system || actor.acts_for(need.organisation_id)
}
