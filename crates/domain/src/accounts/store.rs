//! The slice's only SQL.

use std::collections::HashMap;

use chrono::TimeDelta;
use entity::{invitation, membership, organisation, person, rate_limit, session, sign_in};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait,
    FromQueryResult, IntoActiveModel, JoinType, QueryFilter, QueryOrder, QuerySelect, Select,
};
use types::{
    ClaimState, EmailAddress, EntryKind, Language, MembershipId, MembershipState, OrganisationId,
    OrganisationKind, PersonId, Role, SessionId, Time,
};

use super::model::{join_roles, parse_roles};
use super::{Invitation, Membership, Person};
use crate::record::{self, Entry};
use crate::{Acting, Actor, ActorPerson, App, Result, Tx};

/// The person with this mailbox, whose account is made if there is none.
pub async fn ensure_person(
    app: &App,
    tx: &Tx,
    email: &EmailAddress,
    name: Option<&str>,
    language: Language,
) -> Result<Person> {
    if let Some(person) = person_by_email(&**tx, email).await? {
        return Ok(person);
    }
    let local = email.as_str().split('@').next().unwrap_or_default();
    let row = person::ActiveModel {
        id: Set(app.id()),
        email: Set(email.clone()),
        email_key: Set(email.key()),
        name: Set(name.unwrap_or(local).to_owned()),
        language: Set(language),
        is_platform_administrator: Set(false),
        created_at: Set(app.now()),
        version: Set(1),
    };
    let row = row.insert(&**tx).await?;
    record_person(app, tx, &row).await?;
    Ok(row)
}

pub(super) async fn record_person(app: &App, tx: &Tx, row: &Person) -> Result<()> {
    let entry = Entry::new(EntryKind::PersonJoined, record::INSTALLATION).about(row)?.by(row.id);
    record::append(app, tx, &Actor::system(), entry).await
}

pub(super) async fn person_by_email<C: ConnectionTrait>(
    conn: &C,
    email: &EmailAddress,
) -> Result<Option<Person>> {
    Ok(person::Entity::find().filter(person::Column::EmailKey.eq(email.key())).one(conn).await?)
}

pub(super) async fn person_by_id<C: ConnectionTrait>(conn: &C, id: PersonId) -> Result<Option<Person>> {
    Ok(person::Entity::find_by_id(id).one(conn).await?)
}

/// The same, held until the transaction ends.
pub(super) async fn lock_person(tx: &Tx, id: PersonId) -> Result<Option<Person>> {
    Ok(person::Entity::find_by_id(id).lock_exclusive().one(&**tx).await?)
}

/// Several persons at once, in no order.
pub async fn persons_by_ids<C: ConnectionTrait>(conn: &C, ids: &[PersonId]) -> Result<Vec<Person>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(person::Entity::find().filter(person::Column::Id.is_in(ids.to_vec())).all(conn).await?)
}

/// Those who have an account among these addresses (in lower case), in no order.
pub async fn persons_by_emails<C: ConnectionTrait>(conn: &C, keys: &[String]) -> Result<Vec<Person>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    Ok(person::Entity::find().filter(person::Column::EmailKey.is_in(keys.to_vec())).all(conn).await?)
}

pub(super) async fn save_person(
    app: &App,
    tx: &Tx,
    before: Person,
    with: impl FnOnce(&mut person::ActiveModel) + Send,
) -> Result<Person> {
    let mut row = before.clone().into_active_model();
    with(&mut row);
    row.version = Set(before.version + 1);
    let row = row.update(&**tx).await?;
    record_person(app, tx, &row).await?;
    Ok(row)
}

pub(super) async fn membership_of<C: ConnectionTrait>(
    conn: &C,
    person: PersonId,
    organisation: OrganisationId,
) -> Result<Option<Membership>> {
    Ok(membership::Entity::find()
        .filter(
            membership::Column::PersonId.eq(person).and(membership::Column::OrganisationId.eq(organisation)),
        )
        .one(conn)
        .await?)
}

pub(super) async fn membership_by_id<C: ConnectionTrait>(
    conn: &C,
    id: MembershipId,
) -> Result<Option<Membership>> {
    Ok(membership::Entity::find_by_id(id).one(conn).await?)
}

/// Puts a person in an organisation (again), in the given state, and records it.
#[expect(clippy::too_many_arguments, reason = "a membership's columns, each once")]
pub async fn ensure_membership(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    person: PersonId,
    organisation: OrganisationId,
    roles: &[Role],
    state: MembershipState,
    message: Option<String>,
) -> Result<Membership> {
    let kind = match state {
        MembershipState::Requested => EntryKind::MembershipRequested,
        _ => EntryKind::MembershipApproved,
    };
    let decided_at = (state != MembershipState::Requested).then(|| app.now());
    if let Some(before) = membership_of(&**tx, person, organisation).await? {
        let message = message.or_else(|| before.message.clone());
        return save_membership(app, tx, actor, before, kind, |row| {
            row.roles = Set(join_roles(roles));
            row.state = Set(state);
            row.message = Set(message);
            row.decided_at = Set(decided_at);
        })
        .await;
    }
    let row = membership::ActiveModel {
        id: Set(app.id()),
        person_id: Set(person),
        organisation_id: Set(organisation),
        roles: Set(join_roles(roles)),
        state: Set(state),
        message: Set(message),
        created_at: Set(app.now()),
        decided_at: Set(decided_at),
        version: Set(1),
    };
    let row = row.insert(&**tx).await?;
    record_membership(app, tx, actor, kind, &row).await?;
    Ok(row)
}

pub(super) async fn save_membership(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    before: Membership,
    kind: EntryKind,
    with: impl FnOnce(&mut membership::ActiveModel) + Send,
) -> Result<Membership> {
    let mut row = before.clone().into_active_model();
    with(&mut row);
    row.version = Set(before.version + 1);
    let row = row.update(&**tx).await?;
    record_membership(app, tx, actor, kind, &row).await?;
    Ok(row)
}

async fn record_membership(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    kind: EntryKind,
    row: &Membership,
) -> Result<()> {
    let entry = Entry::new(kind, record::organisation_stream(row.organisation_id))
        .payload(serde_json::json!({ "person": row.person_id, "roles": row.roles }))
        .about(row)?;
    record::append(app, tx, actor, entry).await
}

/// Active members who manage members, besides `except`.
pub(super) async fn other_managers(
    tx: &Tx,
    organisation: OrganisationId,
    managing: Role,
    except: MembershipId,
) -> Result<usize> {
    let rows = active_members(&**tx, &[organisation]).await?;
    Ok(rows.iter().filter(|m| m.id != except && parse_roles(&m.roles).contains(&managing)).count())
}

async fn active_members<C: ConnectionTrait>(
    conn: &C,
    organisations: &[OrganisationId],
) -> Result<Vec<Membership>> {
    Ok(membership::Entity::find()
        .filter(membership::Column::OrganisationId.is_in(organisations.to_vec()))
        .filter(membership::Column::State.eq(MembershipState::Active))
        .order_by_asc(membership::Column::CreatedAt)
        .all(conn)
        .await?)
}

pub(super) async fn memberships<C: ConnectionTrait>(conn: &C, filter: Condition) -> Result<Vec<Membership>> {
    Ok(membership::Entity::find()
        .filter(filter)
        .order_by_asc(membership::Column::CreatedAt)
        .order_by_asc(membership::Column::Id)
        .all(conn)
        .await?)
}

/// Active members of several organisations with one of `roles` (empty: any):
/// whom a letter about them goes to.
pub async fn members_of_organisations<C: ConnectionTrait>(
    conn: &C,
    organisations: &[OrganisationId],
    roles: &[Role],
) -> Result<HashMap<OrganisationId, Vec<Person>>> {
    let mut found: HashMap<OrganisationId, Vec<Person>> = HashMap::new();
    if organisations.is_empty() {
        return Ok(found);
    }
    let members: Vec<Membership> = active_members(conn, organisations)
        .await?
        .into_iter()
        .filter(|m| roles.is_empty() || parse_roles(&m.roles).iter().any(|r| roles.contains(r)))
        .collect();
    let ids: Vec<PersonId> = members.iter().map(|m| m.person_id).collect();
    let persons: HashMap<PersonId, Person> =
        persons_by_ids(conn, &ids).await?.into_iter().map(|p| (p.id, p)).collect();
    for member in members {
        if let Some(person) = persons.get(&member.person_id) {
            found.entry(member.organisation_id).or_default().push(person.clone());
        }
    }
    Ok(found)
}

/// The people of one organisation with one of `roles`.
pub async fn people_with_roles<C: ConnectionTrait>(
    conn: &C,
    organisation: OrganisationId,
    roles: &[Role],
) -> Result<Vec<Person>> {
    Ok(members_of_organisations(conn, &[organisation], roles)
        .await?
        .remove(&organisation)
        .unwrap_or_default())
}

pub(super) async fn insert_invitation(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    row: invitation::ActiveModel,
) -> Result<Invitation> {
    let row = row.insert(&**tx).await?;
    record_invitation(app, tx, actor, EntryKind::InvitationSent, &row).await?;
    Ok(row)
}

pub(super) async fn save_invitation(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    before: Invitation,
    kind: EntryKind,
    with: impl FnOnce(&mut invitation::ActiveModel) + Send,
) -> Result<Invitation> {
    let mut row = before.into_active_model();
    with(&mut row);
    let row = row.update(&**tx).await?;
    record_invitation(app, tx, actor, kind, &row).await?;
    Ok(row)
}

async fn record_invitation(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    kind: EntryKind,
    row: &Invitation,
) -> Result<()> {
    let entry = Entry::new(kind, record::organisation_stream(row.organisation_id))
        .payload(serde_json::json!({ "roles": row.roles }))
        .about(row)?;
    record::append(app, tx, actor, entry).await
}

pub(super) async fn invitation_by_token<C: ConnectionTrait>(
    conn: &C,
    token_hash: &str,
) -> Result<Option<Invitation>> {
    Ok(invitation::Entity::find().filter(invitation::Column::TokenHash.eq(token_hash)).one(conn).await?)
}

pub(super) async fn invitation_by_id<C: ConnectionTrait>(
    conn: &C,
    id: types::InvitationId,
) -> Result<Option<Invitation>> {
    Ok(invitation::Entity::find_by_id(id).one(conn).await?)
}

pub(super) async fn open_invitations<C: ConnectionTrait>(
    conn: &C,
    organisation: OrganisationId,
    now: Time,
) -> Result<Vec<Invitation>> {
    Ok(invitation::Entity::find()
        .filter(invitation::Column::OrganisationId.eq(organisation))
        .filter(invitation::Column::AcceptedAt.is_null())
        .filter(invitation::Column::RevokedAt.is_null())
        .filter(invitation::Column::ExpiresAt.gt(now))
        .order_by_asc(invitation::Column::CreatedAt)
        .all(conn)
        .await?)
}

pub(super) async fn insert_sign_in(tx: &Tx, row: sign_in::ActiveModel) -> Result<()> {
    sign_in::Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}

/// The newest open attempt of the browser that asked.
pub(super) async fn open_sign_in(tx: &Tx, browser_hash: &str, now: Time) -> Result<Option<sign_in::Model>> {
    Ok(sign_in::Entity::find()
        .filter(sign_in::Column::BrowserHash.eq(browser_hash))
        .filter(sign_in::Column::UsedAt.is_null())
        .filter(sign_in::Column::ExpiresAt.gt(now))
        .order_by_desc(sign_in::Column::CreatedAt)
        .order_by_desc(sign_in::Column::Id)
        .one(&**tx)
        .await?)
}

pub(super) async fn sign_in_by_token(tx: &Tx, token_hash: &str) -> Result<Option<sign_in::Model>> {
    Ok(sign_in::Entity::find().filter(sign_in::Column::TokenHash.eq(token_hash)).one(&**tx).await?)
}

pub(super) async fn count_try(tx: &Tx, id: types::SignInId) -> Result<()> {
    sign_in::Entity::update_many()
        .col_expr(sign_in::Column::Tries, Expr::col(sign_in::Column::Tries).add(1))
        .filter(sign_in::Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Spends an attempt; `false` if it was spent already.
pub(super) async fn spend_sign_in(tx: &Tx, id: types::SignInId, now: Time) -> Result<bool> {
    let done = sign_in::Entity::update_many()
        .col_expr(sign_in::Column::UsedAt, Expr::value(now))
        .filter(sign_in::Column::Id.eq(id).and(sign_in::Column::UsedAt.is_null()))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected == 1)
}

pub(super) async fn insert_session(tx: &Tx, row: session::ActiveModel) -> Result<()> {
    session::Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}

pub(super) async fn update_session(tx: &Tx, id: SessionId, with: session::ActiveModel) -> Result<()> {
    session::Entity::update_many().set(with).filter(session::Column::Id.eq(id)).exec(&**tx).await?;
    Ok(())
}

/// Those of a person that are in force, the one used last first.
pub(super) async fn sessions_in_force<C: ConnectionTrait>(
    conn: &C,
    person: PersonId,
    now: Time,
    idle: TimeDelta,
) -> Result<Vec<session::Model>> {
    Ok(session::Entity::find()
        .filter(in_force(person, now, idle))
        .order_by_desc(session::Column::SeenAt)
        .order_by_desc(session::Column::Id)
        .all(conn)
        .await?)
}

fn in_force(person: PersonId, now: Time, idle: TimeDelta) -> Condition {
    use session::Column as S;
    Condition::all()
        .add(S::PersonId.eq(person))
        .add(S::EndedAt.is_null())
        .add(S::ExpiresAt.gt(now))
        .add(S::SeenAt.gt(now - idle))
}

pub(super) async fn end_session(tx: &Tx, id: SessionId, now: Time) -> Result<()> {
    session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(now))
        .filter(session::Column::Id.eq(id).and(session::Column::EndedAt.is_null()))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Ends those of a person, all but one; how many were in force.
pub(super) async fn end_sessions(
    tx: &Tx,
    person: PersonId,
    except: Option<SessionId>,
    now: Time,
    idle: TimeDelta,
) -> Result<u64> {
    let mut which = in_force(person, now, idle);
    if let Some(except) = except {
        which = which.add(session::Column::Id.ne(except));
    }
    let done = session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(now))
        .filter(which)
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected)
}

/// Whether this person signed in before in the browser that has this.
pub(super) async fn is_known_device(tx: &Tx, person: PersonId, device_hash: &str) -> Result<bool> {
    let found = session::Entity::find()
        .filter(session::Column::PersonId.eq(person))
        .filter(session::Column::DeviceHash.eq(device_hash))
        .limit(1)
        .one(&**tx)
        .await?;
    Ok(found.is_some())
}

/// Whether this person signed in by such a tool since then.
pub(super) async fn is_known_tool(
    tx: &Tx,
    person: PersonId,
    tool: Option<&str>,
    since: Time,
) -> Result<bool> {
    let found = session::Entity::find()
        .filter(session::Column::PersonId.eq(person))
        .filter(session::Column::CreatedAt.gt(since))
        .filter(match tool {
            Some(tool) => session::Column::Device.eq(tool),
            None => session::Column::Device.is_null(),
        })
        .limit(1)
        .one(&**tx)
        .await?;
    Ok(found.is_some())
}

/// Whether this person ever signed in.
pub(super) async fn has_sessions(tx: &Tx, person: PersonId) -> Result<bool> {
    let which = session::Column::PersonId.eq(person);
    Ok(session::Entity::find().filter(which).limit(1).one(&**tx).await?.is_some())
}

/// Ends every session's acting for an organisation that a person left.
pub(super) async fn stop_acting(tx: &Tx, person: PersonId, organisation: OrganisationId) -> Result<()> {
    session::Entity::update_many()
        .col_expr(session::Column::ActingOrganisationId, Expr::value(Option::<uuid::Uuid>::None))
        .filter(session::Column::PersonId.eq(person))
        .filter(session::Column::ActingOrganisationId.eq(organisation))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Which session to look for.
pub(super) enum SessionKey<'a> {
    Token(&'a str),
    Id(SessionId),
}

#[derive(FromQueryResult)]
struct ActorRow {
    session_id: SessionId,
    seen_at: Time,
    person_id: PersonId,
    person_name: String,
    email: EmailAddress,
    language: Language,
    is_platform_administrator: bool,
    organisation_id: Option<OrganisationId>,
    organisation_name: Option<String>,
    organisation_kind: Option<OrganisationKind>,
    claim: Option<ClaimState>,
    claimed_at: Option<Time>,
    roles: Option<String>,
    membership_state: Option<MembershipState>,
    authenticated_at: Option<Time>,
    suspended_at: Option<Time>,
}

/// Session, person, membership and roles in one statement; nothing is cached,
/// so an ended session or a lost role counts at the next request on every node.
pub(super) async fn actor<C: ConnectionTrait>(
    conn: &C,
    key: SessionKey<'_>,
    now: Time,
    used_since: Time,
) -> Result<Option<(Actor, Time)>> {
    use session::Column as S;
    let which = match key {
        SessionKey::Token(hash) => S::TokenHash.eq(hash),
        SessionKey::Id(id) => S::Id.eq(id),
    };
    let row = actors_in_force(now, used_since).filter(which).into_model::<ActorRow>().one(conn).await?;
    Ok(row.map(|r| (r.seen_at, r)).map(|(seen, r)| (to_actor(r), seen)))
}

/// The same for many sessions at once: those in force among them, each with its last use.
pub(super) async fn actors<C: ConnectionTrait>(
    conn: &C,
    ids: &[SessionId],
    now: Time,
    used_since: Time,
) -> Result<Vec<(Actor, Time)>> {
    let which = session::Column::Id.is_in(ids.to_vec());
    let rows = actors_in_force(now, used_since).filter(which).into_model::<ActorRow>().all(conn).await?;
    Ok(rows.into_iter().map(|r| (r.seen_at, r)).map(|(seen, r)| (to_actor(r), seen)).collect())
}

/// Notes that sessions are in use.
pub(super) async fn see_sessions(tx: &Tx, ids: &[SessionId], now: Time) -> Result<()> {
    session::Entity::update_many()
        .col_expr(session::Column::SeenAt, Expr::value(now))
        .filter(session::Column::Id.is_in(ids.to_vec()))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Sessions in force, each with its person and for whom the person acts.
fn actors_in_force(now: Time, used_since: Time) -> Select<session::Entity> {
    use organisation::Column as O;
    use person::Column as P;
    use session::Column as S;
    session::Entity::find()
        .select_only()
        .column_as(S::Id, "session_id")
        .column_as(S::SeenAt, "seen_at")
        .column_as(S::AuthenticatedAt, "authenticated_at")
        .column_as(O::SuspendedAt, "suspended_at")
        .column_as(P::Id, "person_id")
        .column_as(P::Name, "person_name")
        .column_as(P::Email, "email")
        .column_as(P::Language, "language")
        .column_as(P::IsPlatformAdministrator, "is_platform_administrator")
        .column_as(O::Id, "organisation_id")
        .column_as(O::Name, "organisation_name")
        .column_as(O::Kind, "organisation_kind")
        .column_as(O::Claim, "claim")
        .column_as(O::ClaimedAt, "claimed_at")
        .column_as(membership::Column::Roles, "roles")
        .column_as(membership::Column::State, "membership_state")
        .join(
            JoinType::InnerJoin,
            session::Entity::belongs_to(person::Entity).from(S::PersonId).to(P::Id).into(),
        )
        .join(
            JoinType::LeftJoin,
            session::Entity::belongs_to(organisation::Entity).from(S::ActingOrganisationId).to(O::Id).into(),
        )
        .join(
            JoinType::LeftJoin,
            session::Entity::belongs_to(membership::Entity)
                .from(S::PersonId)
                .to(membership::Column::PersonId)
                .on_condition(|s, m| {
                    Condition::all().add(
                        Expr::col((s, S::ActingOrganisationId))
                            .equals((m, membership::Column::OrganisationId)),
                    )
                })
                .into(),
        )
        .filter(S::EndedAt.is_null())
        .filter(S::ExpiresAt.gt(now))
        .filter(S::SeenAt.gt(used_since))
}

fn to_actor(row: ActorRow) -> Actor {
    let acting =
        match (row.organisation_id, row.organisation_name, row.organisation_kind, row.claim, row.roles) {
            (Some(organisation_id), Some(name), Some(kind), Some(claim), Some(roles))
                if row.membership_state == Some(MembershipState::Active) =>
            {
                Some(Acting {
                    organisation_id,
                    name,
                    kind,
                    roles: parse_roles(&roles),
                    claim,
                    reads_since: (claim == ClaimState::Unverified).then_some(row.claimed_at).flatten(),
                    suspended_at: row.suspended_at,
                })
            }
            _ => None,
        };
    Actor {
        language: row.language,
        address: None,
        device: None,
        session: Some(row.session_id),
        person: Some(ActorPerson {
            id: row.person_id,
            name: row.person_name,
            email: row.email,
            is_platform_administrator: row.is_platform_administrator,
        }),
        acting,
        authenticated_at: row.authenticated_at,
        token: None,
        is_system: false,
    }
}

/// Counts one more in the window; the count so far.
pub(super) async fn count_in_window(tx: &Tx, key: &str, window_start: Time) -> Result<i32> {
    use rate_limit::Column as R;
    let row =
        rate_limit::ActiveModel { key: Set(key.to_owned()), window_start: Set(window_start), count: Set(1) };
    rate_limit::Entity::insert(row)
        .on_conflict(
            OnConflict::columns([R::Key, R::WindowStart])
                .value(R::Count, Expr::col((rate_limit::Entity, R::Count)).add(1))
                .to_owned(),
        )
        .exec_without_returning(&**tx)
        .await?;
    let row = rate_limit::Entity::find_by_id((key.to_owned(), window_start)).one(&**tx).await?;
    let stale = Query::delete()
        .from_table(rate_limit::Entity)
        .and_where(Expr::col(R::Key).eq(key))
        .and_where(Expr::col(R::WindowStart).lt(window_start))
        .to_owned();
    tx.execute(&stale).await?;
    Ok(row.map_or(1, |r| r.count))
}

/// Platform administrators.
pub(super) async fn administrators<C: ConnectionTrait>(conn: &C) -> Result<Vec<Person>> {
    Ok(person::Entity::find().filter(person::Column::IsPlatformAdministrator.eq(true)).all(conn).await?)
}
