//! Members: invited, approved, changed, removed.

use chrono::TimeDelta;
use entity::{invitation, membership};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition};
use types::{
    EmailAddress, EntryKind, ErrorCode, InvitationId, MembershipId, MembershipState, OrganisationId,
    PersonId, Role,
};

use super::model::check_roles;
use super::{Invitation, Membership, Person, join_roles, parse_roles, policy, store};
use crate::jobs;
use crate::keys::token_hash;
use crate::organisations::{self, Organisation};
use crate::page::{Page, PageRequest};
use crate::ports::{Letter, Message, message_id};
use crate::{Actor, App, Checks, Error, Result};

/// An invitation works so long.
const INVITATION: TimeDelta = TimeDelta::days(14);

/// Whom to invite as what.
#[derive(Clone, Debug)]
pub struct Invite {
    /// To which organisation.
    pub organisation_id: OrganisationId,
    /// The mailbox.
    pub email: String,
    /// The roles there.
    pub roles: Vec<Role>,
}

/// Invites by mail. Inviting the same mailbox again replaces the invitation.
pub async fn invite(app: &App, actor: &Actor, input: Invite) -> Result<Invitation> {
    policy::may_manage_members(actor, input.organisation_id)?;
    actor.recently_authenticated(app)?;
    send_invitation(app, actor, input).await
}

/// The platform appoints a buyer's first owner.
pub async fn appoint_owner(
    app: &App,
    actor: &Actor,
    organisation: OrganisationId,
    email: &str,
) -> Result<Invitation> {
    actor.platform_administrator()?;
    actor.recently_authenticated(app)?;
    let to = organisations::get(app, organisation).await?;
    let roles = vec![Role::managing(to.kind)];
    send_invitation(app, actor, Invite { organisation_id: organisation, email: email.to_owned(), roles })
        .await
}

async fn send_invitation(app: &App, actor: &Actor, input: Invite) -> Result<Invitation> {
    let inviter = actor.person()?;
    let organisation = organisations::get(app, input.organisation_id).await?;
    let email: EmailAddress =
        input.email.parse().map_err(|_| Error::field("email", ErrorCode::InvalidEmail))?;
    check_roles(organisation.kind, &input.roles)?;
    super::rate_limit(app, &format!("invite:{}", inviter.id), 50, TimeDelta::hours(1)).await?;
    let token = app.token();
    let (now, expires_at) = (app.now(), app.now() + INVITATION);
    let tx = app.db.write().await?;
    let known = store::person_by_email(&*tx, &email).await?;
    if let Some(person) = &known {
        let membership = store::membership_of(&*tx, person.id, organisation.id).await?;
        if membership.is_some_and(|m| m.state == MembershipState::Active) {
            return Err(Error::field("email", ErrorCode::AlreadyExists));
        }
    }
    for old in store::open_invitations(&*tx, organisation.id, now).await? {
        if old.email.key() == email.key() {
            store::save_invitation(app, &tx, actor, old, EntryKind::InvitationRevoked, |row| {
                row.revoked_at = Set(Some(now));
            })
            .await?;
        }
    }
    let row = invitation::ActiveModel {
        id: Set(app.id()),
        organisation_id: Set(organisation.id),
        email: Set(email.clone()),
        roles: Set(join_roles(&input.roles)),
        token_hash: Set(token_hash(&token)),
        inviter_id: Set(Some(inviter.id)),
        created_at: Set(now),
        expires_at: Set(expires_at),
        accepted_at: Set(None),
        revoked_at: Set(None),
    };
    let row = store::insert_invitation(app, &tx, actor, row).await?;
    let language = known.as_ref().map_or(actor.language, |p| p.language);
    let message = Message {
        message_id: message_id(&row.id.to_string(), &app.settings.public_url),
        to: email,
        to_name: known.map(|p| p.name),
        language,
        letter: Letter::Invitation {
            organisation: organisation.name,
            inviter: inviter.name.clone(),
            url: format!("{}/{language}/invitations/{token}", app.settings.public_url),
            expires_at,
        },
    };
    jobs::enqueue_mail(app, &tx, "security", None, &message).await?;
    tx.commit().await?;
    Ok(row)
}

/// An open invitation by its secret, with its organisation.
pub async fn find_invitation(app: &App, token: &str) -> Result<Option<(Invitation, Organisation)>> {
    let Some(row) = store::invitation_by_token(app.db.product(), &token_hash(token)).await? else {
        return Ok(None);
    };
    if row.accepted_at.is_some() || row.revoked_at.is_some() || row.expires_at <= app.now() {
        return Ok(None);
    }
    let organisation = organisations::get(app, row.organisation_id).await?;
    Ok(Some((row, organisation)))
}

/// Accepts. The secret proves the mailbox, so the person must be the invited one.
pub async fn accept_invitation(app: &App, actor: &Actor, token: &str) -> Result<Membership> {
    let me = actor.person()?;
    let wrong = || Error::field("token", ErrorCode::InvalidCode);
    let (row, organisation) = find_invitation(app, token).await?.ok_or_else(wrong)?;
    if row.email.key() != me.email.key() {
        return Err(Error::field("token", ErrorCode::Forbidden));
    }
    let roles = parse_roles(&row.roles);
    let tx = app.db.write().await?;
    let again = store::invitation_by_id(&*tx, row.id).await?.ok_or_else(wrong)?;
    if again.accepted_at.is_some() || again.revoked_at.is_some() {
        return Err(wrong());
    }
    let is_appointment = roles.contains(&Role::managing(organisation.kind));
    store::save_invitation(app, &tx, actor, again, EntryKind::MembershipApproved, |i| {
        i.accepted_at = Set(Some(app.now()));
    })
    .await?;
    let membership = store::ensure_membership(
        app,
        &tx,
        actor,
        me.id,
        row.organisation_id,
        &roles,
        MembershipState::Active,
        None,
    )
    .await?;
    // Whom the platform or a verified organisation invites speaks for it.
    if is_appointment && !organisations::is_claimed(&organisation) {
        super::claims::set_claim(app, &tx, actor, organisation, types::ClaimState::Verified).await?;
    }
    tx.commit().await?;
    Ok(membership)
}

/// Takes an invitation back.
pub async fn revoke_invitation(app: &App, actor: &Actor, id: InvitationId) -> Result<Invitation> {
    // Before the look-up: who may manage nobody learns not even what there is.
    actor.acting()?;
    let tx = app.db.write().await?;
    let row = store::invitation_by_id(&*tx, id).await?.ok_or(Error::NotFound)?;
    policy::may_manage_members(actor, row.organisation_id)?;
    if row.accepted_at.is_some() || row.revoked_at.is_some() {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    let row = store::save_invitation(app, &tx, actor, row, EntryKind::InvitationRevoked, |i| {
        i.revoked_at = Set(Some(app.now()));
    })
    .await?;
    tx.commit().await?;
    Ok(row)
}

/// Asks to join an organisation that somebody acts for.
pub async fn request_to_join(
    app: &App,
    actor: &Actor,
    organisation: OrganisationId,
    message: &str,
) -> Result<Membership> {
    let me = actor.person()?;
    let mut checks = Checks::default();
    let message = checks.optional_body("message", message, 1000);
    checks.finish()?;
    let to = organisations::get(app, organisation).await?;
    if !organisations::is_claimed(&to) {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    super::rate_limit(app, &format!("join:{}", me.id), 10, TimeDelta::hours(1)).await?;
    let tx = app.db.write().await?;
    if let Some(known) = store::membership_of(&*tx, me.id, organisation).await?
        && matches!(known.state, MembershipState::Active | MembershipState::Requested)
    {
        return Err(Error::field("organisationId", ErrorCode::AlreadyExists));
    }
    let least = Role::of(to.kind).last().copied().unwrap_or(Role::Reader);
    let message = Some(message).filter(|m| !m.is_empty());
    let row = store::ensure_membership(
        app,
        &tx,
        actor,
        me.id,
        organisation,
        &[least],
        MembershipState::Requested,
        message,
    )
    .await?;
    tx.commit().await?;
    Ok(row)
}

/// Approves a request with roles, or declines it.
pub async fn decide_request(
    app: &App,
    actor: &Actor,
    id: MembershipId,
    approve_as: Option<Vec<Role>>,
) -> Result<Membership> {
    let tx = app.db.write().await?;
    let row = manageable(&tx, actor, id).await?;
    if row.state != MembershipState::Requested {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    let kind = actor.acting()?.kind;
    let now = Some(app.now());
    let row = match approve_as {
        Some(roles) => {
            actor.recently_authenticated(app)?;
            check_roles(kind, &roles)?;
            store::save_membership(app, &tx, actor, row, EntryKind::MembershipApproved, |m| {
                m.state = Set(MembershipState::Active);
                m.roles = Set(join_roles(&roles));
                m.decided_at = Set(now);
            })
            .await?
        }
        None => {
            store::save_membership(app, &tx, actor, row, EntryKind::MembershipDeclined, |m| {
                m.state = Set(MembershipState::Declined);
                m.decided_at = Set(now);
            })
            .await?
        }
    };
    tx.commit().await?;
    Ok(row)
}

/// Changes a member's roles.
pub async fn change_roles(app: &App, actor: &Actor, id: MembershipId, roles: &[Role]) -> Result<Membership> {
    let tx = app.db.write().await?;
    let row = manageable(&tx, actor, id).await?;
    actor.recently_authenticated(app)?;
    let kind = actor.acting()?.kind;
    check_roles(kind, roles)?;
    let managing = Role::managing(kind);
    if !roles.contains(&managing) {
        keeps_a_manager(&tx, &row, managing).await?;
    }
    let row = store::save_membership(app, &tx, actor, row, EntryKind::MembershipChanged, |m| {
        m.roles = Set(join_roles(roles));
    })
    .await?;
    super::tokens::note_stopped(app, &tx, actor, &row).await?;
    tx.commit().await?;
    Ok(row)
}

/// Removes a member; it takes effect at the member's next request.
pub async fn remove(app: &App, actor: &Actor, id: MembershipId) -> Result<Membership> {
    let tx = app.db.write().await?;
    let row = manageable(&tx, actor, id).await?;
    actor.recently_authenticated(app)?;
    end(app, actor, tx, row).await
}

/// Leaves an organisation.
pub async fn leave(app: &App, actor: &Actor, organisation: OrganisationId) -> Result<Membership> {
    let me = actor.person()?.id;
    let tx = app.db.write().await?;
    let row = store::membership_of(&*tx, me, organisation).await?.ok_or(Error::NotFound)?;
    end(app, actor, tx, row).await
}

async fn end(app: &App, actor: &Actor, tx: crate::Tx, row: Membership) -> Result<Membership> {
    if row.state != MembershipState::Active {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    let kind = organisations::find_in(&*tx, row.organisation_id).await?.ok_or(Error::NotFound)?.kind;
    keeps_a_manager(&tx, &row, Role::managing(kind)).await?;
    store::stop_acting(&tx, row.person_id, row.organisation_id).await?;
    let row = store::save_membership(app, &tx, actor, row, EntryKind::MembershipRemoved, |m| {
        m.state = Set(MembershipState::Removed);
        m.decided_at = Set(Some(app.now()));
    })
    .await?;
    super::tokens::note_stopped(app, &tx, actor, &row).await?;
    tx.commit().await?;
    Ok(row)
}

async fn manageable(tx: &crate::Tx, actor: &Actor, id: MembershipId) -> Result<Membership> {
    actor.acting()?;
    let row = store::membership_by_id(&**tx, id).await?.ok_or(Error::NotFound)?;
    policy::may_manage_members(actor, row.organisation_id)?;
    Ok(row)
}

async fn keeps_a_manager(tx: &crate::Tx, row: &Membership, managing: Role) -> Result<()> {
    let manages = row.state == MembershipState::Active && parse_roles(&row.roles).contains(&managing);
    if manages && store::other_managers(tx, row.organisation_id, managing, row.id).await? == 0 {
        return Err(Error::Conflict(ErrorCode::LastOwner));
    }
    Ok(())
}

/// A person's memberships in force.
pub(super) fn active_of(person: PersonId) -> Condition {
    Condition::all()
        .add(membership::Column::PersonId.eq(person))
        .add(membership::Column::State.eq(MembershipState::Active))
}

/// The actor's own memberships and requests, with their organisations.
pub async fn memberships_of(app: &App, actor: &Actor) -> Result<Vec<(Membership, Organisation)>> {
    let me = actor.person()?.id;
    let mut open = Condition::all().add(membership::Column::PersonId.eq(me)).add(
        membership::Column::State
            .eq(MembershipState::Active)
            .or(membership::Column::State.eq(MembershipState::Requested)),
    );
    if actor.token.is_some() {
        // A token is its organisation's, and nothing to the person's others.
        open = open.add(membership::Column::OrganisationId.eq(actor.acting()?.organisation_id));
    }
    let rows = store::memberships(app.db.read(), open).await?;
    let ids: Vec<OrganisationId> = rows.iter().map(|m| m.organisation_id).collect();
    let known = organisations::list_by_ids(app, &ids).await?;
    Ok(rows
        .into_iter()
        .filter_map(|m| known.iter().find(|o| o.id == m.organisation_id).cloned().map(|o| (m, o)))
        .collect())
}

/// Members, requests and open invitations, for whoever acts for the organisation.
pub async fn members_of(app: &App, actor: &Actor) -> Result<(Vec<(Membership, Person)>, Vec<Invitation>)> {
    let acting = actor.acting()?;
    let open = Condition::all().add(membership::Column::OrganisationId.eq(acting.organisation_id)).add(
        membership::Column::State
            .eq(MembershipState::Active)
            .or(membership::Column::State.eq(MembershipState::Requested)),
    );
    let rows = store::memberships(app.db.read(), open).await?;
    let ids: Vec<PersonId> = rows.iter().map(|m| m.person_id).collect();
    let persons = store::persons_by_ids(app.db.read(), &ids).await?;
    let members = rows
        .into_iter()
        .filter_map(|m| persons.iter().find(|p| p.id == m.person_id).cloned().map(|p| (m, p)))
        .collect();
    let manages = policy::may_manage_members(actor, acting.organisation_id).is_ok();
    let invitations = if manages {
        store::open_invitations(app.db.read(), acting.organisation_id, app.now()).await?
    } else {
        Vec::new()
    };
    Ok((members, invitations))
}

/// A person of the actor's own organisation, or the actor.
pub async fn person(app: &App, id: PersonId) -> Result<Option<Person>> {
    store::person_by_id(app.db.read(), id).await
}

/// The same in a transaction.
pub(crate) async fn person_in(tx: &crate::Tx, id: PersonId) -> Result<Option<Person>> {
    store::person_by_id(&**tx, id).await
}

/// Whom letters about the platform go to.
pub async fn platform_administrators(app: &App) -> Result<Vec<Person>> {
    store::administrators(app.db.product()).await
}

/// Whether the installation waits for its first administrator.
pub async fn awaits_set_up(app: &App) -> Result<bool> {
    Ok(app.setting("setup_token_hash").await?.is_some()
        && store::administrators(app.db.product()).await?.is_empty())
}

/// The people whom a demonstration lets anybody sign in as: those named in
/// its `personas` setting, with the organisation and roles that each opens with.
pub async fn personas(app: &App) -> Result<Vec<(Person, Organisation, Vec<Role>)>> {
    if !app.settings.is_demo {
        return Ok(Vec::new());
    }
    let named = app.setting("personas").await?.unwrap_or_default();
    let mut found = Vec::new();
    for email in named.split(',').filter_map(|e| e.parse::<EmailAddress>().ok()) {
        let Some(person) = store::person_by_email(app.db.product(), &email).await? else { continue };
        let memberships = store::memberships(app.db.product(), active_of(person.id)).await?;
        let Some(first) = memberships.first() else { continue };
        let organisation = organisations::get(app, first.organisation_id).await?;
        let roles = parse_roles(&first.roles);
        found.push((person, organisation, roles));
    }
    Ok(found)
}

/// Organisations whose claim waits for an administrator.
pub async fn unverified(app: &App, actor: &Actor, page: &PageRequest) -> Result<Page<Organisation>> {
    actor.platform_administrator()?;
    organisations::list_unverified(app, page).await
}
