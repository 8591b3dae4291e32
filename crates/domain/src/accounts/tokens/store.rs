//! The only SQL about tokens of organisations.

use entity::{membership, organisation, organisation_token, person};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel,
    JoinType, QueryFilter, QueryOrder, QuerySelect, Select,
};
use types::{
    ClaimState, EmailAddress, EntryKind, Language, MembershipState, OrganisationId, OrganisationKind,
    PersonId, Role, Time, TokenId,
};

use super::{Token, parse_scopes};
use crate::accounts::parse_roles;
use crate::page::{self, Direction, Page, PageRequest};
use crate::record::{self, Entry};
use crate::{Acting, Actor, ActorPerson, ActorToken, App, Result, Tx};

use organisation_token::Column as T;

pub(super) async fn insert(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    row: organisation_token::ActiveModel,
) -> Result<Token> {
    let row = row.insert(&**tx).await?;
    note(app, tx, actor, EntryKind::TokenCreated, &row).await?;
    Ok(row)
}

pub(super) async fn save(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    before: Token,
    kind: EntryKind,
    with: impl FnOnce(&mut organisation_token::ActiveModel) + Send,
) -> Result<Token> {
    let mut row = before.into_active_model();
    with(&mut row);
    let row = row.update(&**tx).await?;
    note(app, tx, actor, kind, &row).await?;
    Ok(row)
}

/// Records what became of a token.
pub(super) async fn note(app: &App, tx: &Tx, actor: &Actor, kind: EntryKind, row: &Token) -> Result<()> {
    let entry = Entry::new(kind, record::organisation_stream(row.organisation_id))
        .payload(serde_json::json!({ "token": row.id, "scopes": row.scopes }))
        .about(row)?;
    record::append(app, tx, actor, entry).await
}

pub(super) async fn by_id<C: ConnectionTrait>(conn: &C, id: TokenId) -> Result<Option<Token>> {
    Ok(organisation_token::Entity::find_by_id(id).one(conn).await?)
}

pub(super) async fn id_by_hash<C: ConnectionTrait>(conn: &C, hash: &str) -> Result<Option<TokenId>> {
    let found = organisation_token::Entity::find().select_only().column(T::Id).filter(T::TokenHash.eq(hash));
    Ok(found.into_tuple().one(conn).await?)
}

/// Those that are neither revoked nor expired.
pub(super) async fn living<C: ConnectionTrait>(
    conn: &C,
    organisation: OrganisationId,
    now: Time,
) -> Result<Vec<Token>> {
    Ok(organisation_token::Entity::find()
        .filter(T::OrganisationId.eq(organisation))
        .filter(T::RevokedAt.is_null())
        .filter(T::ExpiresAt.gt(now))
        .all(conn)
        .await?)
}

pub(super) async fn page<C: ConnectionTrait>(
    conn: &C,
    organisation: OrganisationId,
    page: &PageRequest,
) -> Result<Page<Token>> {
    let mut query = organisation_token::Entity::find().filter(T::OrganisationId.eq(organisation));
    let total = page::total(conn, &query, page).await?;
    if let Some(after) = &page.after {
        query = query.filter(page.beyond(Direction::Desc, Expr::col(T::Id), page::id_place(after)?));
    }
    let rows = query.order_by(T::Id, page.direction(Direction::Desc)).limit(page.first + 1).all(conn).await?;
    Ok(Page::cut(rows, page.first, |t| t.id.to_string()).of(total))
}

pub(super) async fn names<C: ConnectionTrait>(
    conn: &C,
    organisation: OrganisationId,
    ids: &[TokenId],
) -> Result<Vec<(TokenId, String)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(organisation_token::Entity::find()
        .select_only()
        .columns([T::Id, T::Name])
        .filter(T::OrganisationId.eq(organisation))
        .filter(T::Id.is_in(ids.to_vec()))
        .into_tuple()
        .all(conn)
        .await?)
}

/// What the people of a token are told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Telling {
    /// It ends soon.
    Soon,
    /// It has ended.
    Ended,
}

impl Telling {
    const fn column(self) -> T {
        match self {
            Self::Soon => T::WarnedAt,
            Self::Ended => T::EndedAt,
        }
    }
}

/// Tokens that end by `until`, and nobody was told.
pub(super) async fn untold<C: ConnectionTrait>(
    conn: &C,
    what: Telling,
    now: Time,
    until: Time,
) -> Result<Vec<Token>> {
    let mut query = organisation_token::Entity::find()
        .filter(T::ExpiresAt.lte(until))
        .filter(T::RevokedAt.is_null())
        .filter(what.column().is_null());
    if what == Telling::Soon {
        query = query.filter(T::ExpiresAt.gt(now));
    }
    Ok(query.limit(100).all(conn).await?)
}

/// Whether it was this transaction that told of it.
pub(super) async fn tell_once(
    tx: &Tx,
    id: TokenId,
    what: Telling,
    change: organisation_token::ActiveModel,
) -> Result<bool> {
    let done = organisation_token::Entity::update_many()
        .set(change)
        .filter(T::Id.eq(id).and(what.column().is_null()))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected == 1)
}

pub(super) async fn note_use(app: &App, ids: &[TokenId], now: Time) -> Result<()> {
    let change = organisation_token::ActiveModel {
        last_used_at: sea_orm::ActiveValue::Set(Some(now)),
        ..Default::default()
    };
    let tx = app.db.write().await?;
    organisation_token::Entity::update_many()
        .set(change)
        .filter(T::Id.is_in(ids.to_vec()))
        .exec(&*tx)
        .await?;
    tx.commit().await
}

#[derive(FromQueryResult)]
struct ActorRow {
    token_id: TokenId,
    token_name: String,
    scopes: String,
    last_used_at: Option<Time>,
    person_id: PersonId,
    person_name: String,
    email: EmailAddress,
    language: Language,
    organisation_id: OrganisationId,
    organisation_name: String,
    organisation_kind: OrganisationKind,
    claim: ClaimState,
    claimed_at: Option<Time>,
    roles: String,
}

/// Token, organisation, member and roles in one statement; nothing is cached.
pub(super) async fn actor<C: ConnectionTrait>(
    conn: &C,
    hash: &str,
    now: Time,
) -> Result<Option<(Actor, Option<Time>)>> {
    let row = in_force(now).filter(T::TokenHash.eq(hash)).into_model::<ActorRow>().one(conn).await?;
    let row = row.map(|row| (row.last_used_at, row));
    Ok(row.and_then(|(used, row)| Some((to_actor(row)?, used))))
}

/// The same for many tokens at once: those in force among them, each with its last use.
pub(super) async fn actors<C: ConnectionTrait>(
    conn: &C,
    ids: &[TokenId],
    now: Time,
) -> Result<Vec<(Actor, Option<Time>)>> {
    let rows = in_force(now).filter(T::Id.is_in(ids.to_vec())).into_model::<ActorRow>().all(conn).await?;
    let rows = rows.into_iter().map(|row| (row.last_used_at, row));
    Ok(rows.filter_map(|(used, row)| Some((to_actor(row)?, used))).collect())
}

/// Tokens in force, each with its organisation and the member in whose name it speaks.
fn in_force(now: Time) -> Select<organisation_token::Entity> {
    use membership::Column as M;
    use organisation::Column as O;
    use person::Column as P;
    organisation_token::Entity::find()
        .select_only()
        .column_as(T::Id, "token_id")
        .column_as(T::Name, "token_name")
        .column_as(T::Scopes, "scopes")
        .column_as(T::LastUsedAt, "last_used_at")
        .column_as(P::Id, "person_id")
        .column_as(P::Name, "person_name")
        .column_as(P::Email, "email")
        .column_as(P::Language, "language")
        .column_as(O::Id, "organisation_id")
        .column_as(O::Name, "organisation_name")
        .column_as(O::Kind, "organisation_kind")
        .column_as(O::Claim, "claim")
        .column_as(O::ClaimedAt, "claimed_at")
        .column_as(M::Roles, "roles")
        .join(
            JoinType::InnerJoin,
            organisation_token::Entity::belongs_to(person::Entity).from(T::AnswerableId).to(P::Id).into(),
        )
        .join(
            JoinType::InnerJoin,
            organisation_token::Entity::belongs_to(organisation::Entity)
                .from(T::OrganisationId)
                .to(O::Id)
                .into(),
        )
        .join(
            JoinType::InnerJoin,
            organisation_token::Entity::belongs_to(membership::Entity)
                .from(T::AnswerableId)
                .to(M::PersonId)
                .on_condition(|t, m| {
                    let same = sea_orm::sea_query::Expr::col((t, T::OrganisationId));
                    Condition::all().add(same.equals((m, M::OrganisationId)))
                })
                .into(),
        )
        .filter(T::RevokedAt.is_null())
        .filter(T::ExpiresAt.gt(now))
        .filter(M::State.eq(MembershipState::Active))
        .filter(O::SuspendedAt.is_null())
}

/// None where the member no longer manages members.
fn to_actor(row: ActorRow) -> Option<Actor> {
    let roles = parse_roles(&row.roles);
    if !roles.contains(&Role::managing(row.organisation_kind)) {
        return None;
    }
    Some(Actor {
        language: row.language,
        // A token administers one organisation's dealings, never the platform.
        person: Some(ActorPerson {
            id: row.person_id,
            name: row.person_name,
            email: row.email,
            is_platform_administrator: false,
        }),
        acting: Some(Acting {
            organisation_id: row.organisation_id,
            name: row.organisation_name,
            kind: row.organisation_kind,
            roles,
            claim: row.claim,
            reads_since: (row.claim == ClaimState::Unverified).then_some(row.claimed_at).flatten(),
            // The statement finds no token of a suspended one.
            suspended_at: None,
        }),
        token: Some(ActorToken { id: row.token_id, name: row.token_name, scopes: parse_scopes(&row.scopes) }),
        ..Actor::default()
    })
}
