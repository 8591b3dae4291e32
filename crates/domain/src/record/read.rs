//! Reading: sealed entries, in order, each exactly once.

use entity::{reader_cursor, record_checkpoint, record_entry, record_head};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
};
use types::{Audience, EntryId, EntryKind, OrganisationId, PersonId, Time};
use uuid::Uuid;

use super::{RecordEntry, hash};
use crate::page::{self, Direction, Page, PageRequest};
use crate::{Actor, App, Result, Tx};

/// Sealed entries after `position`, in order. Who tells of them asks [`is_ours`].
pub async fn read<C: ConnectionTrait>(conn: &C, position: i64, limit: u64) -> Result<Vec<RecordEntry>> {
    Ok(record_entry::Entity::find()
        .filter(record_entry::Column::Position.gt(position))
        .order_by_asc(record_entry::Column::Position)
        .limit(limit)
        .all(conn)
        .await?)
}

/// Whether the program wrote an entry as it is. One that was put there with a
/// seal of its own is told to nobody, except to whoever reads the server's log.
pub fn is_ours(app: &App, entry: &RecordEntry) -> bool {
    let is_ours = hash::is_ours(&app.keys.of_record(), entry);
    if !is_ours {
        app.refused.tell(&entry.id.to_string(), "its tag is not this installation's");
    }
    is_ours
}

/// Where `reader` stands, locked for the length of the transaction.
pub async fn cursor(tx: &Tx, reader: &str) -> Result<i64> {
    let row = reader_cursor::ActiveModel { reader: Set(reader.to_owned()), position: Set(0) };
    reader_cursor::Entity::insert(row)
        .on_conflict(OnConflict::column(reader_cursor::Column::Reader).do_nothing().to_owned())
        .exec_without_returning(&**tx)
        .await?;
    let row = reader_cursor::Entity::find_by_id(reader.to_owned()).lock_exclusive().one(&**tx).await?;
    Ok(row.map_or(0, |r| r.position))
}

/// Moves `reader` on, in the transaction that made what it tells.
pub async fn advance(tx: &Tx, reader: &str, position: i64) -> Result<()> {
    reader_cursor::ActiveModel { reader: Set(reader.to_owned()), position: Set(position) }
        .update(&**tx)
        .await?;
    Ok(())
}

/// Where `reader` stands, without a lock: who moves it on compares with [`cursor`].
pub(crate) async fn position<C: ConnectionTrait>(conn: &C, reader: &str) -> Result<i64> {
    let at = reader_cursor::Entity::find_by_id(reader.to_owned()).one(conn).await?;
    Ok(at.map_or(0, |row| row.position))
}

/// Whether there are sealed entries that `reader` has not read. Takes no lock,
/// so that a worker with nothing to do writes nothing.
pub async fn is_behind(app: &App, reader: &str) -> Result<bool> {
    let conn = app.db.read();
    Ok(!read(conn, position(conn, reader).await?, 1).await?.is_empty())
}

/// Who did one of `kinds` in a stream, each with the organisation acted for.
pub async fn actors<C: ConnectionTrait>(
    conn: &C,
    stream: &str,
    kinds: &[EntryKind],
) -> Result<Vec<(PersonId, OrganisationId)>> {
    Ok(record_entry::Entity::find()
        .select_only()
        .column(record_entry::Column::ActorPersonId)
        .column(record_entry::Column::ActorOrganisationId)
        .distinct()
        .filter(record_entry::Column::Stream.eq(stream))
        .filter(record_entry::Column::Kind.is_in(kinds.to_vec()))
        .filter(record_entry::Column::ActorPersonId.is_not_null())
        .filter(record_entry::Column::ActorOrganisationId.is_not_null())
        .order_by_asc(record_entry::Column::ActorOrganisationId)
        .order_by_asc(record_entry::Column::ActorPersonId)
        .into_tuple()
        .all(conn)
        .await?)
}

/// Whether nothing is recorded. Of a record that was emptied, the head or a
/// checkpoint may be left.
pub(crate) async fn is_empty<C: ConnectionTrait>(conn: &C) -> Result<bool> {
    Ok(record_entry::Entity::find().limit(1).count(conn).await? == 0
        && record_head::Entity::find().count(conn).await? == 0
        && record_checkpoint::Entity::find().limit(1).count(conn).await? == 0)
}

/// Who changed a row at `since` or later, the last of them: by the sealed
/// entries about it in one of its streams.
pub async fn who_changed(
    app: &App,
    streams: &[String],
    subject: (&str, Uuid),
    since: Time,
) -> Result<Option<PersonId>> {
    let found = record_entry::Entity::find()
        .filter(record_entry::Column::Stream.is_in(streams))
        .filter(record_entry::Column::Position.is_not_null())
        .filter(record_entry::Column::SubjectKind.eq(subject.0))
        .filter(record_entry::Column::SubjectId.eq(subject.1))
        .filter(record_entry::Column::OccurredAt.gte(since))
        .order_by_desc(record_entry::Column::Position)
        .one(app.db.read())
        .await?;
    Ok(found.filter(|entry| is_ours(app, entry)).and_then(|entry| entry.actor_person_id))
}

/// How many entries wait for the sealer.
pub async fn unsealed_count(app: &App) -> Result<u64> {
    Ok(record_entry::Entity::find()
        .filter(record_entry::Column::Position.is_null())
        .count(app.db.read())
        .await?)
}

/// Which part of a stream an actor reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Log {
    /// Everything, for the stream's owner.
    Whole,
    /// What is public or names the actor's organisation.
    Visible,
}

/// The sealed entries of a stream that an actor reads.
fn readable(actor: &Actor, which: Log) -> Condition {
    let sealed = Condition::all().add(record_entry::Column::Position.is_not_null());
    if which == Log::Whole {
        return sealed;
    }
    let mut visible = Condition::any().add(record_entry::Column::Audience.eq(Audience::Public));
    if let Some(id) = actor.organisation_id() {
        visible = visible.add(
            record_entry::Column::Audience
                .eq(Audience::Named)
                .and(record_entry::Column::NamedOrganisations.contains(format!(",{id},"))),
        );
    }
    sealed.add(visible)
}

/// Whether an actor reads an entry of a stream of which it reads `which`: the
/// twin of the row filter, and a test proves that they agree.
pub fn reads(actor: &Actor, which: Log, entry: &RecordEntry) -> bool {
    let is_named = |id: OrganisationId| {
        let named = entry.named_organisations.as_deref().unwrap_or_default();
        entry.audience == Audience::Named && named.contains(&format!(",{id},"))
    };
    entry.position.is_some()
        && (which == Log::Whole
            || entry.audience == Audience::Public
            || actor.organisation_id().is_some_and(is_named))
}

/// The stream of an entry, so that the caller can ask who reads it.
pub async fn stream_of(app: &App, id: EntryId) -> Result<Option<String>> {
    Ok(record_entry::Entity::find_by_id(id)
        .select_only()
        .column(record_entry::Column::Stream)
        .into_tuple()
        .one(app.db.read())
        .await?)
}

/// One entry of a stream that the actor reads as `which`.
pub async fn find(app: &App, actor: &Actor, id: EntryId, which: Log) -> Result<Option<RecordEntry>> {
    let found =
        record_entry::Entity::find_by_id(id).filter(readable(actor, which)).one(app.db.read()).await?;
    Ok(found.filter(|entry| is_ours(app, entry)))
}

/// The log of a stream, newest first. Positions stay inside: they would count
/// what one may not see.
pub async fn log_of(
    app: &App,
    actor: &Actor,
    stream: &str,
    which: Log,
    page: &PageRequest,
) -> Result<Page<RecordEntry>> {
    let mut query = record_entry::Entity::find()
        .filter(record_entry::Column::Stream.eq(stream))
        .filter(readable(actor, which));
    if let Some(after) = &page.after {
        let key = Expr::col(record_entry::Column::Id);
        query = query.filter(page.beyond(Direction::Desc, key, page::id_place(after)?));
    }
    let query = query.order_by(record_entry::Column::Id, page.direction(Direction::Desc));
    let rows = query.limit(page.first + 1).all(app.db.read()).await?;
    let mut page = Page::cut(rows, page.first, |e| e.id.to_string());
    page.rows.retain(|(_, entry)| is_ours(app, entry));
    Ok(page)
}

/// What was sealed in a stream after a position, oldest first, at most `limit`: for who
/// listens. Positions stay inside.
pub async fn log_after(
    app: &App,
    actor: &Actor,
    stream: &str,
    which: Log,
    after: i64,
    limit: u64,
) -> Result<Vec<RecordEntry>> {
    Ok(record_entry::Entity::find()
        .filter(record_entry::Column::Stream.eq(stream))
        .filter(record_entry::Column::Position.gt(after))
        .filter(readable(actor, which))
        .order_by_asc(record_entry::Column::Position)
        .limit(limit)
        .all(app.db.read())
        .await?)
}

/// How far the record is sealed.
pub async fn sealed_until<C: ConnectionTrait>(conn: &C) -> Result<i64> {
    let position = record_head::Entity::find()
        .select_only()
        .column(record_head::Column::Position)
        .into_tuple::<i64>()
        .one(conn)
        .await?;
    Ok(position.unwrap_or(0))
}

/// The sealed entries of some kinds in a stream, newest first, all or a page
/// with one more than it holds. For readers
/// that derive something from it: the caller has asked who reads that.
pub async fn entries_of<C: ConnectionTrait>(
    conn: &C,
    stream: &str,
    kinds: &[EntryKind],
    page: Option<&PageRequest>,
) -> Result<Vec<RecordEntry>> {
    let mut query = record_entry::Entity::find()
        .filter(record_entry::Column::Stream.eq(stream))
        .filter(record_entry::Column::Position.is_not_null())
        .filter(record_entry::Column::Kind.is_in(kinds.to_vec()));
    if let Some(page) = page {
        query = query.limit(page.first + 1);
        if let Some(after) = &page.after {
            let key = Expr::col(record_entry::Column::Id);
            query = query.filter(page.beyond(Direction::Desc, key, page::id_place(after)?));
        }
    }
    let direction = page.map_or(Direction::Desc, |page| page.direction(Direction::Desc));
    Ok(query.order_by(record_entry::Column::Id, direction).all(conn).await?)
}
