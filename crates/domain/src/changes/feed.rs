//! Reading the feed. This is its only SQL.

use entity::{need, record_entry};
use sea_orm::sea_query::{ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use types::{Audience, ClaimState, EntryId, EntryKind, NeedId, OrganisationId, Time};

use super::{TOLD, cursor};
use crate::organisations::Organisation;
use crate::record::{self, RecordEntry, need_stream};
use crate::{Actor, App, Result};

/// So many entries that the reader sees one page goes through at most, told or not.
pub const WINDOW: i64 = 20_000;

/// Whose eyes the feed is for: everybody's, or an organisation's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reader(Option<(OrganisationId, Option<Time>)>);

impl Reader {
    pub(crate) fn of(actor: &Actor) -> Self {
        Self(actor.acting.as_ref().map(|acting| (acting.organisation_id, acting.reads_since)))
    }

    /// The organisation itself, whoever acts for it: for what tells it by machine.
    /// None where nobody may act for it.
    pub(crate) fn of_organisation(organisation: &Organisation) -> Option<Self> {
        let since = match organisation.claim {
            ClaimState::Known => return None,
            ClaimState::Unverified => organisation.claimed_at,
            ClaimState::Verified => None,
        };
        Some(Self(Some((organisation.id, since))))
    }

    /// What a cursor is bound to: all on which it depends what is told.
    pub(super) fn class(self) -> String {
        match self.0 {
            None => "public".to_owned(),
            Some((id, None)) => format!("organisation {id}"),
            Some((id, Some(since))) => format!("organisation {id} since {}", since.timestamp_micros()),
        }
    }

    /// The entries that are told: the row filter of the feed. `own` are the
    /// streams of the reader's own needs.
    fn sees(self, own: &[String]) -> Condition {
        use record_entry::Column as E;
        let public = E::Audience.eq(Audience::Public);
        let Some((id, since)) = self.0 else { return Condition::all().add(public) };
        let gone = Query::select()
            .column(E::Stream)
            .from(record_entry::Entity)
            .and_where(E::Kind.eq(EntryKind::NeedDeleted))
            .and_where(E::ActorOrganisationId.eq(id))
            .to_owned();
        let mut to_us = Condition::all().add(
            Condition::any()
                .add(E::Audience.eq(Audience::Named).and(E::NamedOrganisations.contains(format!(",{id},"))))
                .add(E::Stream.is_in(own))
                .add(E::Stream.in_subquery(gone)),
        );
        if let Some(since) = since {
            to_us = to_us.add(E::OccurredAt.gte(since));
        }
        Condition::any().add(public).add(to_us)
    }

    async fn own_streams<C: ConnectionTrait>(self, conn: &C) -> Result<Vec<String>> {
        let Some((id, _)) = self.0 else { return Ok(Vec::new()) };
        let ids: Vec<NeedId> = need::Entity::find()
            .select_only()
            .column(need::Column::Id)
            .filter(need::Column::OrganisationId.eq(id))
            .into_tuple()
            .all(conn)
            .await?;
        Ok(ids.into_iter().map(need_stream).collect())
    }
}

/// Which changes; what is empty is all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Kinds.
    pub kinds: Vec<EntryKind>,
    /// Of these needs.
    pub needs: Vec<NeedId>,
}

impl Filter {
    fn wants(&self) -> Condition {
        use record_entry::Column as E;
        let mut wanted = Condition::all().add(E::Kind.is_in(TOLD.to_vec()));
        if !self.kinds.is_empty() {
            wanted = wanted.add(E::Kind.is_in(self.kinds.clone()));
        }
        if !self.needs.is_empty() {
            wanted = wanted.add(E::Stream.is_in(self.needs.iter().copied().map(need_stream)));
        }
        wanted
    }
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The same for ever, also over kinds of telling.
    pub id: EntryId,
    /// What happened.
    pub kind: EntryKind,
    /// When.
    pub occurred_at: Time,
    /// In which need.
    pub need_id: Option<NeedId>,
    /// To which organisation, where it is not about a need.
    pub organisation_id: Option<OrganisationId>,
    /// What it is about: the table's name in the record, and the row.
    pub subject: Option<(String, uuid::Uuid)>,
}

impl From<RecordEntry> for Change {
    fn from(entry: RecordEntry) -> Self {
        let id = |prefix: &str| entry.stream.strip_prefix(prefix).and_then(|id| id.parse().ok());
        Self {
            id: entry.id,
            kind: entry.kind,
            occurred_at: entry.occurred_at,
            need_id: id("need:").map(NeedId),
            organisation_id: id("organisation:").map(OrganisationId),
            subject: entry.subject_kind.clone().zip(entry.subject_id),
        }
    }
}

/// A page of the feed.
#[derive(Clone, Debug)]
pub struct Changes {
    /// Each with the cursor after it.
    pub rows: Vec<(String, Change)>,
    /// Whether more is there to be told.
    pub has_next: bool,
    /// Where to go on, also after an empty page.
    pub end: String,
    /// Whether the feed was read to its end; if not, go on at once.
    pub is_complete: bool,
}

/// What happened after a cursor, oldest first; from the beginning without one.
pub async fn read(
    app: &App,
    actor: &Actor,
    filter: &Filter,
    first: u64,
    after: Option<&str>,
) -> Result<Changes> {
    let reader = Reader::of(actor);
    let from = after.map_or(Ok(0), |cursor| cursor::open(app, &reader, cursor))?;
    let conn = app.db.read();
    // The end is read first: what is sealed behind it meanwhile is the next page's.
    let head = record::sealed_until(app.db.product()).await?;
    let own = reader.own_streams(conn).await?;
    let within = |from: i64, to: i64| {
        record_entry::Entity::find()
            .filter(record_entry::Column::Position.gt(from))
            .filter(record_entry::Column::Position.lte(to))
            .filter(reader.sees(&own))
            .order_by_asc(record_entry::Column::Position)
    };
    let window = app.settings.changes_window;
    let mut to = Ord::min(head, from.saturating_add(window));
    let mut rows = within(from, to).filter(filter.wants()).limit(first + 1).all(conn).await?;
    let size = usize::try_from(first).unwrap_or(usize::MAX);
    if rows.len() <= size && to < head {
        // Where a page ends must not tell how much lies hidden: from here on only what the
        // reader sees is counted.
        let end = within(from, head).offset(window.unsigned_abs().saturating_sub(1)).limit(2);
        let end: Vec<Option<i64>> =
            end.select_only().column(record_entry::Column::Position).into_tuple().all(conn).await?;
        // The last that it sees is as good as the end: what comes behind is not for it.
        let further = end.first().filter(|_| end.len() == 2).copied().flatten().unwrap_or(head);
        let lacking = first + 1 - rows.len() as u64;
        rows.extend(within(to, further).filter(filter.wants()).limit(lacking).all(conn).await?);
        to = Ord::max(to, further);
    }
    let is_more = rows.len() > size;
    rows.truncate(size);
    // Where the page was not filled, the reader need not come past here again.
    let end = if is_more { rows.last().and_then(|e| e.position).unwrap_or(from) } else { Ord::max(from, to) };
    let mut told = Vec::with_capacity(rows.len());
    for entry in rows.into_iter().filter(|entry| record::is_ours(app, entry)) {
        let cursor = cursor::seal(app, &reader, entry.position.unwrap_or(from))?;
        told.push((cursor, entry.into()));
    }
    let end = cursor::seal(app, &reader, end)?;
    Ok(Changes { rows: told, has_next: is_more, end, is_complete: !is_more && to == head })
}

/// The cursor after all that has happened so far.
pub async fn now(app: &App, actor: &Actor) -> Result<String> {
    cursor::seal(app, &Reader::of(actor), record::sealed_until(app.db.product()).await?)
}

/// One change by its id, if it is told to the actor.
pub async fn find(app: &App, actor: &Actor, id: EntryId) -> Result<Option<Change>> {
    let conn = app.db.read();
    let reader = Reader::of(actor);
    let own = reader.own_streams(conn).await?;
    let entry = record_entry::Entity::find_by_id(id)
        .filter(record_entry::Column::Position.is_not_null())
        .filter(record_entry::Column::Kind.is_in(TOLD.to_vec()))
        .filter(reader.sees(&own))
        .one(conn)
        .await?;
    Ok(entry.filter(|entry| record::is_ours(app, entry)).map(Change::from))
}

/// Which of these entries are told to a reader: what [`read`] would tell it of them.
pub(crate) async fn told_of(app: &App, reader: Reader, entries: &[RecordEntry]) -> Result<Vec<EntryId>> {
    let conn = app.db.read();
    let own = reader.own_streams(conn).await?;
    Ok(record_entry::Entity::find()
        .select_only()
        .column(record_entry::Column::Id)
        .filter(record_entry::Column::Id.is_in(entries.iter().map(|entry| entry.id)))
        .filter(record_entry::Column::Kind.is_in(TOLD.to_vec()))
        .filter(reader.sees(&own))
        .into_tuple()
        .all(conn)
        .await?)
}
