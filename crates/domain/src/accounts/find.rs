//! People and their places by id: what `members` and `viewer` show, and no more.

use sea_orm::ConnectionTrait;
use types::{InvitationId, MembershipId, MembershipState, OrganisationId, PersonId, Role};

use super::{Invitation, Membership, Person, parse_roles, policy, store};
use crate::{Actor, App, Result};

/// Memberships that a list shows: in force, or asked for.
fn is_shown(row: &Membership) -> bool {
    matches!(row.state, MembershipState::Active | MembershipState::Requested)
}

/// One's own membership, or one in the organisation acted for; that with its person.
pub async fn find_membership(
    app: &App,
    actor: &Actor,
    id: MembershipId,
) -> Result<Option<(Membership, Option<Person>)>> {
    let db = app.db.read();
    let Some(row) = store::membership_by_id(db, id).await?.filter(is_shown) else { return Ok(None) };
    if actor.acting.as_ref().is_some_and(|a| a.organisation_id == row.organisation_id) {
        let person = store::person_by_id(db, row.person_id).await?;
        return Ok(Some((row, person)));
    }
    let is_own = actor.person.as_ref().is_some_and(|p| p.id == row.person_id);
    Ok(is_own.then_some((row, None)))
}

/// Oneself, or somebody in the organisation acted for.
pub async fn find_person(app: &App, actor: &Actor, id: PersonId) -> Result<Option<Person>> {
    let db = app.db.read();
    if actor.person.as_ref().is_some_and(|p| p.id == id) {
        return store::person_by_id(db, id).await;
    }
    let Some(acting) = &actor.acting else { return Ok(None) };
    match store::membership_of(db, id, acting.organisation_id).await?.filter(is_shown) {
        Some(_) => store::person_by_id(db, id).await,
        None => Ok(None),
    }
}

/// An open invitation to the organisation whose members the actor manages.
pub async fn find_open_invitation(app: &App, actor: &Actor, id: InvitationId) -> Result<Option<Invitation>> {
    let row = store::invitation_by_id(app.db.read(), id).await?;
    Ok(row.filter(|i| {
        let is_open = i.accepted_at.is_none() && i.revoked_at.is_none() && i.expires_at > app.now();
        is_open && policy::may_manage_members(actor, i.organisation_id).is_ok()
    }))
}

/// Whether a person manages the members of an organisation now: who answers for its
/// machines must.
pub(crate) async fn manages_members<C: ConnectionTrait>(
    conn: &C,
    person: PersonId,
    organisation: OrganisationId,
) -> Result<bool> {
    Ok(store::membership_of(conn, person, organisation).await?.is_some_and(|m| {
        let roles = parse_roles(&m.roles);
        m.state == MembershipState::Active && Role::ALL_MANAGING.iter().any(|r| roles.contains(r))
    }))
}
