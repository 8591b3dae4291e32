//! What the feed tells.

use ::types::{ChangeId, NeedId};
use std::sync::Arc;

use async_graphql::connection::{Connection, Edge, EmptyFields};
use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use domain::changes as domain_changes;

use super::ChangeKind;
use crate::error::OrTop;
use crate::needs::Need;
use crate::node::{Node, NodeQuery};
use crate::organisations::Organisation;
use crate::subjects::{Subject, SubjectKind};
use crate::{Ctx, decode, encode};

/// Which changes; what is null or empty is all.
#[derive(Clone, Debug, Default, InputObject)]
pub struct ChangeFilter {
    /// Kinds.
    pub kinds: Option<Vec<ChangeKind>>,
    /// Of these needs.
    pub need_ids: Option<Vec<ID>>,
}

pub(crate) fn filter(filter: Option<ChangeFilter>) -> domain::Result<domain_changes::Filter> {
    let filter = filter.unwrap_or_default();
    let needs = filter.need_ids.unwrap_or_default();
    Ok(domain_changes::Filter {
        kinds: filter.kinds.unwrap_or_default().into_iter().map(Into::into).collect(),
        needs: needs
            .iter()
            .map(|id| decode::<NeedId>(id, "filter.needIds"))
            .collect::<domain::Result<_>>()?,
    })
}

/// Something that happened, as an entry of the record says.
#[derive(Clone, Debug)]
pub struct Change {
    pub(super) row: domain_changes::Change,
    pub(super) need: Loaded<domain::needs::Need>,
    pub(super) organisation: Loaded<domain::organisations::Organisation>,
    pub(super) subject: Loaded<Subject>,
}

/// What a list has loaded along.
#[derive(Clone, Debug)]
pub(super) enum Loaded<T> {
    /// It was not asked for.
    Not,
    /// It is not there for who asks.
    Gone,
    Here(Arc<T>),
}

impl<T> From<Option<T>> for Loaded<T> {
    fn from(found: Option<T>) -> Self {
        found.map_or(Self::Gone, |row| Self::Here(Arc::new(row)))
    }
}

impl From<domain_changes::Change> for Change {
    fn from(row: domain_changes::Change) -> Self {
        Self { row, need: Loaded::Not, organisation: Loaded::Not, subject: Loaded::Not }
    }
}

impl Change {
    async fn need_row(&self, ctx: &Context<'_>) -> Result<Option<domain::needs::Need>> {
        match (&self.need, self.row.need_id) {
            (Loaded::Here(row), _) => Ok(Some(row.as_ref().clone())),
            (Loaded::Gone, _) | (_, None) => Ok(None),
            (Loaded::Not, Some(id)) => domain::needs::find(ctx.app(), ctx.actor(), id).await.or_top(ctx),
        }
    }
}

/// Something that happened, as an entry of the record says.
#[Object]
impl Change {
    /// Opaque; the same in each telling, so that one told twice can be known.
    pub(crate) async fn id(&self) -> ID {
        encode(ChangeId(self.row.id.0))
    }

    /// What happened.
    async fn kind(&self) -> Result<ChangeKind> {
        ChangeKind::of(self.row.kind).ok_or_else(|| "a kind that is not told".into())
    }

    /// When. Changes come in the order in which they were sealed, which may
    /// differ by moments.
    async fn occurred_at(&self) -> DateTime<Utc> {
        self.row.occurred_at
    }

    /// In which need; null where it is about no need, or the need is gone or
    /// not for you any more.
    async fn need(&self, ctx: &Context<'_>) -> Result<Option<Need>> {
        Ok(self.need_row(ctx).await?.map(Need::from))
    }

    /// The need's buyer, or the organisation that it is about. Never who did it.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        match &self.organisation {
            Loaded::Here(row) => return Ok(Some(row.as_ref().clone().into())),
            Loaded::Gone => return Ok(None),
            Loaded::Not => {}
        }
        let id = match self.row.need_id {
            Some(_) => self.need_row(ctx).await?.map(|need| need.organisation_id),
            None => self.row.organisation_id,
        };
        let Some(id) = id else { return Ok(None) };
        Ok(domain::organisations::find(ctx.app(), id).await.or_top(ctx)?.map(Organisation::from))
    }

    /// What it is about, as it is now; null where that is gone, not for you, or
    /// has no id of its own.
    #[graphql(complexity = "10 + child_complexity")]
    async fn subject(&self, ctx: &Context<'_>) -> Result<Option<Node>> {
        match &self.subject {
            Loaded::Here(row) => return Ok(Some(row.as_ref().clone().into())),
            Loaded::Gone => return Ok(None),
            Loaded::Not => {}
        }
        match &self.row.subject {
            Some((name, uuid)) => match SubjectKind::of_record(name) {
                Some(kind) => NodeQuery.node(ctx, kind.id(*uuid)).await,
                None => Ok(None),
            },
            None => Ok(None),
        }
    }
}

/// Where the page ends.
#[derive(Debug, SimpleObject)]
pub struct ChangePlace {
    /// Where to go on next time, also where nothing came: hand it in as `after`.
    pub cursor: String,
    /// Whether this is all there is now. If not, go on at once, even where the
    /// page is empty: it ended because it had looked long enough.
    pub is_complete: bool,
}

/// A page of changes.
pub type ChangeConnection = Connection<String, Change, ChangePlace>;
/// A change with the cursor after it.
pub type ChangeEdge = Edge<String, Change, EmptyFields>;

pub(crate) fn edge(cursor: String, change: Change) -> ChangeEdge {
    Edge::new(cursor, change)
}
