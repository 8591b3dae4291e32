//! The slice's only SQL.

use entity::{event, event_registration};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, LockType, Query};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait,
    FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use types::{
    EntryKind, ErrorCode, EventId, EventKind, EventState, NeedId, OrganisationId, PersonId, RegistrationId,
    RegistrationState, Time,
};

use super::{Event, Filter, Registration, When};
use crate::page::{self, Direction, Page, PageRequest};
use crate::record::{self, Entry, need_stream};
use crate::text::slug::slug;
use crate::{Actor, App, Error, Result, Tx};

/// Rows that the actor may see: what is announced, and the own organisation's.
/// An announced event's need is public, so the need is not asked again.
fn visible_to(actor: &Actor) -> Condition {
    if actor.is_system {
        return Condition::all();
    }
    let seen = Condition::any().add(event::Column::State.ne(EventState::Planned));
    match actor.organisation_id() {
        Some(id) => seen.add(event::Column::OrganisationId.eq(id)),
        None => seen,
    }
}

pub(super) async fn by_id<C: ConnectionTrait>(conn: &C, actor: &Actor, id: EventId) -> Result<Option<Event>> {
    Ok(event::Entity::find_by_id(id).filter(visible_to(actor)).one(conn).await?)
}

pub(super) async fn by_slug<C: ConnectionTrait>(
    conn: &C,
    actor: &Actor,
    slug: &str,
) -> Result<Option<Event>> {
    Ok(event::Entity::find().filter(event::Column::Slug.eq(slug)).filter(visible_to(actor)).one(conn).await?)
}

/// The row, locked until the transaction ends: nobody gets or gives up a place meanwhile.
pub(super) async fn lock(tx: &Tx, actor: &Actor, id: EventId) -> Result<Event> {
    event::Entity::find_by_id(id)
        .filter(visible_to(actor))
        .lock(LockType::NoKeyUpdate)
        .one(&**tx)
        .await?
        .ok_or(Error::NotFound)
}

pub(super) async fn free_slug(tx: &Tx, title: &str, id: EventId) -> Result<String> {
    let wish = slug(title);
    let taken = event::Entity::find()
        .filter(event::Column::Slug.eq(&wish))
        .filter(event::Column::Id.ne(id))
        .one(&**tx)
        .await?;
    let tail = id.0.simple().to_string();
    Ok(if taken.is_some() { format!("{wish}-{}", &tail[tail.len() - 6..]) } else { wish })
}

pub(super) async fn insert(app: &App, tx: &Tx, actor: &Actor, row: Event) -> Result<Event> {
    let row = event::ActiveModel::from(row).reset_all().insert(&**tx).await?;
    let entry = Entry::new(EntryKind::EventPlanned, need_stream(row.need_id));
    record::append(app, tx, actor, entry.about(&row)?).await?;
    Ok(row)
}

pub(super) async fn delete(app: &App, tx: &Tx, actor: &Actor, row: Event) -> Result<()> {
    event::Entity::delete_by_id(row.id).exec(&**tx).await?;
    let entry = Entry::new(EntryKind::EventDeleted, need_stream(row.need_id)).deleted(&row);
    record::append(app, tx, actor, entry).await
}

/// Saves a changed event with its entry. The row is locked by the caller.
pub(super) async fn save(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    before: Event,
    entry: Entry,
    with: impl FnOnce(&mut event::ActiveModel) + Send,
) -> Result<Event> {
    let (id, version) = (before.id, before.version);
    let mut row = before.into_active_model();
    with(&mut row);
    row.version = Set(version + 1);
    row.updated_at = Set(app.now());
    let done = event::Entity::update_many()
        .set(row)
        .filter(event::Column::Id.eq(id).and(event::Column::Version.eq(version)))
        .exec(&**tx)
        .await?;
    if done.rows_affected == 0 {
        return Err(Error::Conflict(ErrorCode::StaleVersion));
    }
    let row = event::Entity::find_by_id(id).one(&**tx).await?.ok_or(Error::NotFound)?;
    record::append(app, tx, actor, entry.about(&row)?).await?;
    Ok(row)
}

/// Events that registration, or the round, opens or closes for by now.
pub(super) async fn due<C: ConnectionTrait>(conn: &C, now: Time) -> Result<Vec<Event>> {
    let state = |s: EventState| event::Column::State.eq(s);
    let is_meeting = || event::Column::Kind.ne(EventKind::WrittenInput);
    let opens = Condition::all()
        .add(state(EventState::Announced))
        .add(is_meeting())
        .add(event::Column::RegistrationOpensAt.is_null().or(event::Column::RegistrationOpensAt.lte(now)));
    let closes = Condition::all()
        .add(event::Column::State.is_in([EventState::Announced, EventState::RegistrationOpen]))
        .add(is_meeting())
        .add(Expr::expr(closing()).lte(now));
    let ends = Condition::all()
        .add(state(EventState::Announced))
        .add(event::Column::Kind.eq(EventKind::WrittenInput))
        .add(event::Column::EndsAt.lte(now));
    Ok(event::Entity::find()
        .filter(Condition::any().add(opens).add(closes).add(ends))
        .order_by_asc(event::Column::Id)
        .limit(100)
        .all(conn)
        .await?)
}

fn closing() -> sea_orm::sea_query::FunctionCall {
    Func::coalesce([Expr::col(event::Column::RegistrationDeadline), Expr::col(event::Column::StartsAt)])
}

/// Takes `n` places in one conditional update; `false` if they are not free.
/// With `open_at`, only while suppliers can register at that moment.
pub(super) async fn take_places(tx: &Tx, id: EventId, n: i32, open_at: Option<Time>) -> Result<bool> {
    let fits = Condition::any()
        .add(event::Column::Capacity.is_null())
        .add(Expr::col(event::Column::Taken).add(n).lte(Expr::col(event::Column::Capacity)));
    let mut update = event::Entity::update_many()
        .col_expr(event::Column::Taken, Expr::col(event::Column::Taken).add(n))
        .filter(event::Column::Id.eq(id))
        .filter(fits);
    if let Some(now) = open_at {
        update = update
            .filter(event::Column::State.eq(EventState::RegistrationOpen))
            .filter(Expr::expr(closing()).gt(now));
    }
    Ok(update.exec(&**tx).await?.rows_affected == 1)
}

/// Gives `n` places back. The event is locked by the caller.
pub(super) async fn free_places(tx: &Tx, id: EventId, n: i32) -> Result<()> {
    event::Entity::update_many()
        .col_expr(event::Column::Taken, Expr::col(event::Column::Taken).sub(n))
        .filter(event::Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Draws the next number of the waiting list. The event is locked by the caller.
pub(super) async fn draw_number(tx: &Tx, event: &Event) -> Result<i32> {
    event::Entity::update_many()
        .col_expr(event::Column::Queued, Expr::value(event.queued + 1))
        .filter(event::Column::Id.eq(event.id))
        .exec(&**tx)
        .await?;
    Ok(event.queued + 1)
}

pub(super) async fn taken(tx: &Tx, id: EventId) -> Result<(i32, Option<i32>)> {
    let row = event::Entity::find_by_id(id).one(&**tx).await?.ok_or(Error::NotFound)?;
    Ok((row.taken, row.capacity))
}

/// The first in the queue whose whole group fits into `free` places.
pub(super) async fn next_waiting(tx: &Tx, id: EventId, free: Option<i32>) -> Result<Option<Registration>> {
    let mut query = event_registration::Entity::find()
        .filter(event_registration::Column::EventId.eq(id))
        .filter(event_registration::Column::State.eq(RegistrationState::Waiting));
    if let Some(free) = free {
        query = query.filter(event_registration::Column::Places.lte(free));
    }
    Ok(query.order_by_asc(event_registration::Column::QueueNumber).one(&**tx).await?)
}

pub(super) async fn registration<C: ConnectionTrait>(
    conn: &C,
    id: RegistrationId,
) -> Result<Option<Registration>> {
    Ok(event_registration::Entity::find_by_id(id).one(conn).await?)
}

pub(super) async fn registration_of<C: ConnectionTrait>(
    conn: &C,
    event: EventId,
    organisation: OrganisationId,
) -> Result<Option<Registration>> {
    Ok(event_registration::Entity::find()
        .filter(event_registration::Column::EventId.eq(event))
        .filter(event_registration::Column::OrganisationId.eq(organisation))
        .one(conn)
        .await?)
}

pub(super) async fn insert_registration(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    row: Registration,
    entry: Entry,
) -> Result<Registration> {
    let row = event_registration::ActiveModel::from(row).reset_all().insert(&**tx).await?;
    record::append(app, tx, actor, entry.about(&row)?).await?;
    Ok(row)
}

pub(super) async fn save_registration(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    before: Registration,
    entry: Entry,
    with: impl FnOnce(&mut event_registration::ActiveModel) + Send,
) -> Result<Registration> {
    let (id, version) = (before.id, before.version);
    let mut row = before.into_active_model();
    with(&mut row);
    row.version = Set(version + 1);
    row.changed_at = Set(app.now());
    let done = event_registration::Entity::update_many()
        .set(row)
        .filter(event_registration::Column::Id.eq(id).and(event_registration::Column::Version.eq(version)))
        .exec(&**tx)
        .await?;
    if done.rows_affected == 0 {
        return Err(Error::Conflict(ErrorCode::StaleVersion));
    }
    let row = registration(&**tx, id).await?.ok_or(Error::NotFound)?;
    record::append(app, tx, actor, entry.about(&row)?).await?;
    Ok(row)
}

/// Everybody who is or was registered, in the order of registration.
pub(super) async fn registrations<C: ConnectionTrait>(
    conn: &C,
    events: &[EventId],
) -> Result<Vec<Registration>> {
    Ok(event_registration::Entity::find()
        .filter(event_registration::Column::EventId.is_in(events.to_vec()))
        .order_by_asc(event_registration::Column::RegisteredAt)
        .order_by_asc(event_registration::Column::Id)
        .all(conn)
        .await?)
}

/// The registrations that stand and that somebody made or may be named in: the
/// address is looked for in the text, and whoever asks looks closer.
pub(super) async fn registrations_with<C: ConnectionTrait>(
    conn: &C,
    person: PersonId,
    email_key: &str,
) -> Result<Vec<Registration>> {
    let persons = Expr::col(event_registration::Column::Persons).cast_as("text");
    let named = Expr::expr(Func::lower(persons)).like(format!("%{email_key}%"));
    let whose = Condition::any().add(event_registration::Column::RegisteredBy.eq(person)).add(named);
    Ok(event_registration::Entity::find()
        .filter(event_registration::Column::State.ne(RegistrationState::Withdrawn))
        .filter(whose)
        .all(conn)
        .await?)
}

/// The registrations of one organisation for these events, or for all.
pub(super) async fn own<C: ConnectionTrait>(
    conn: &C,
    organisation: OrganisationId,
    events: &[EventId],
) -> Result<Vec<Registration>> {
    if events.is_empty() {
        return Ok(Vec::new());
    }
    Ok(event_registration::Entity::find()
        .filter(event_registration::Column::OrganisationId.eq(organisation))
        .filter(event_registration::Column::EventId.is_in(events.to_vec()))
        .all(conn)
        .await?)
}

/// The registrations of the organisation acted for that `is_own` takes, the latest first.
pub(super) async fn page_own<C: ConnectionTrait>(
    conn: &C,
    actor: &Actor,
    page: &PageRequest,
) -> Result<Page<Registration>> {
    use event_registration::Column as R;
    let acting = actor.acting()?;
    let mut rows = event_registration::Entity::find().filter(R::OrganisationId.eq(acting.organisation_id));
    if let Some(since) = acting.reads_since {
        let me = actor.person.as_ref().map(|p| p.id);
        rows = rows.filter(Condition::any().add(R::RegisteredAt.gte(since)).add(R::RegisteredBy.eq(me)));
    }
    page::latest_first(conn, rows, page, (R::RegisteredAt, R::Id), |r| (r.registered_at, r.id.0)).await
}

#[derive(FromQueryResult)]
struct PositionRow {
    id: RegistrationId,
    position: i64,
}

/// The place in the queue of each that waits.
pub(super) async fn positions<C: ConnectionTrait>(
    conn: &C,
    ids: &[RegistrationId],
) -> Result<Vec<(RegistrationId, i64)>> {
    use event_registration::{Column, Entity};
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ahead = Alias::new("ahead");
    let of = |column: Column| Expr::col((ahead.clone(), column));
    let count = Query::select()
        .expr(of(Column::Id).count())
        .from_as(Entity, ahead.clone())
        .and_where(of(Column::EventId).equals((Entity, Column::EventId)))
        .and_where(of(Column::State).eq(RegistrationState::Waiting))
        .and_where(of(Column::QueueNumber).lte(Expr::col((Entity, Column::QueueNumber))))
        .to_owned();
    let rows = Entity::find()
        .select_only()
        .column(Column::Id)
        .expr_as(Expr::SubQuery(None, Box::new(count.into())), "position")
        .filter(Column::Id.is_in(ids.to_vec()))
        .filter(Column::State.eq(RegistrationState::Waiting))
        .into_model::<PositionRow>()
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.position)).collect())
}

pub(super) async fn by_ids<C: ConnectionTrait>(
    conn: &C,
    actor: &Actor,
    ids: &[EventId],
) -> Result<Vec<Event>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(event::Entity::find()
        .filter(event::Column::Id.is_in(ids.to_vec()))
        .filter(visible_to(actor))
        .all(conn)
        .await?)
}

pub(super) async fn of_needs<C: ConnectionTrait>(
    conn: &C,
    actor: &Actor,
    needs: &[NeedId],
) -> Result<Vec<Event>> {
    if needs.is_empty() {
        return Ok(Vec::new());
    }
    Ok(event::Entity::find()
        .filter(event::Column::NeedId.is_in(needs.to_vec()))
        .filter(visible_to(actor))
        .order_by_asc(event::Column::StartsAt)
        .order_by_asc(event::Column::Id)
        .limit(500)
        .all(conn)
        .await?)
}

pub(super) async fn page<C: ConnectionTrait>(
    conn: &C,
    actor: &Actor,
    filter: &Filter,
    page: &PageRequest,
    now: Time,
) -> Result<Page<Event>> {
    let mut query = event::Entity::find().filter(visible_to(actor));
    if !filter.kinds.is_empty() {
        query = query.filter(event::Column::Kind.is_in(filter.kinds.clone()));
    }
    if !filter.states.is_empty() {
        query = query.filter(event::Column::State.is_in(filter.states.clone()));
    }
    if !filter.organisations.is_empty() {
        query = query.filter(event::Column::OrganisationId.is_in(filter.organisations.clone()));
    }
    if let Some(organisation) = filter.registered.then(|| actor.organisation_id()).flatten() {
        let mine = event_registration::Entity::find()
            .select_only()
            .column(event_registration::Column::EventId)
            .filter(event_registration::Column::OrganisationId.eq(organisation))
            .filter(event_registration::Column::State.ne(RegistrationState::Withdrawn))
            .into_query();
        query = query.filter(event::Column::Id.in_subquery(mine));
    }
    query = match filter.when {
        When::Upcoming => query.filter(event::Column::EndsAt.gt(now)),
        When::Past => query.filter(event::Column::EndsAt.lte(now)),
        When::All => query,
    };
    let total = page::total(conn, &query, page).await?;
    let usual = || if filter.when == When::Past { Direction::Desc } else { Direction::Asc };
    if let Some(after) = &page.after {
        let key = Expr::tuple([Expr::col(event::Column::StartsAt), Expr::col(event::Column::Id)]);
        query = query.filter(page.beyond(usual(), key, page::time_place(after)?));
    }
    let direction = || page.direction(usual());
    query = query.order_by(event::Column::StartsAt, direction()).order_by(event::Column::Id, direction());
    let rows = query.limit(page.first + 1).all(conn).await?;
    let cursor = |event: &Event| page::time_cursor((event.starts_at, event.id.0));
    Ok(Page::cut(rows, page.first, cursor).of(total))
}
