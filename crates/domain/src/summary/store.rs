//! The slice's only SQL.

use entity::{need, summary, summary_version};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use types::{ErrorCode, NeedId, NeedState, OrganisationId, SummaryVersionId, Time};

use super::{Summary, SummaryVersion};
use crate::needs::Need;
use crate::record::{self, Entry};
use crate::{Actor, App, Error, Result, Tx};

pub(super) async fn of<C: ConnectionTrait>(conn: &C, need: NeedId) -> Result<Option<Summary>> {
    Ok(summary::Entity::find().filter(summary::Column::NeedId.eq(need)).one(conn).await?)
}

pub(super) async fn lock(tx: &Tx, need: NeedId) -> Result<Option<Summary>> {
    Ok(summary::Entity::find().filter(summary::Column::NeedId.eq(need)).lock_exclusive().one(&**tx).await?)
}

pub(super) async fn newest<C: ConnectionTrait>(conn: &C, need: NeedId) -> Result<Option<SummaryVersion>> {
    Ok(summary_version::Entity::find()
        .filter(summary_version::Column::NeedId.eq(need))
        .order_by_desc(summary_version::Column::Number)
        .one(conn)
        .await?)
}

pub(super) async fn version_by_id<C: ConnectionTrait>(
    conn: &C,
    id: SummaryVersionId,
) -> Result<Option<SummaryVersion>> {
    Ok(summary_version::Entity::find_by_id(id).one(conn).await?)
}

/// The published versions of several needs, newest first.
pub(super) async fn versions<C: ConnectionTrait>(conn: &C, needs: &[NeedId]) -> Result<Vec<SummaryVersion>> {
    if needs.is_empty() {
        return Ok(Vec::new());
    }
    Ok(summary_version::Entity::find()
        .filter(summary_version::Column::NeedId.is_in(needs.to_vec()))
        .order_by_desc(summary_version::Column::Number)
        .all(conn)
        .await?)
}

/// Inserts or changes the row, with its entry.
pub(super) async fn put(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    need: NeedId,
    before: Option<Summary>,
    entry: Entry,
    with: impl FnOnce(&mut summary::ActiveModel) + Send,
) -> Result<Summary> {
    let row = match before {
        None => {
            let mut row = summary::ActiveModel {
                id: Set(app.id()),
                need_id: Set(need),
                content: sea_orm::ActiveValue::NotSet,
                number: Set(None),
                published_at: Set(None),
                saved_by: Set(None),
                updated_at: Set(app.now()),
                version: Set(1),
            };
            with(&mut row);
            row.insert(&**tx).await?
        }
        Some(before) => {
            let (id, version) = (before.id, before.version);
            let mut row = before.into_active_model();
            with(&mut row);
            row.version = Set(version + 1);
            row.updated_at = Set(app.now());
            let done = summary::Entity::update_many()
                .set(row)
                .filter(summary::Column::Id.eq(id).and(summary::Column::Version.eq(version)))
                .exec(&**tx)
                .await?;
            if done.rows_affected == 0 {
                return Err(Error::Conflict(ErrorCode::StaleVersion));
            }
            summary::Entity::find_by_id(id).one(&**tx).await?.ok_or(Error::NotFound)?
        }
    };
    record::append(app, tx, actor, entry.about(&row)?).await?;
    Ok(row)
}

pub(super) async fn insert_version(tx: &Tx, row: summary_version::ActiveModel) -> Result<SummaryVersion> {
    Ok(row.insert(&**tx).await?)
}

/// A buyer's needs whose response deadline lies before `before` and that have
/// no published summary, longest waiting first.
pub(super) async fn waiting<C: ConnectionTrait>(
    conn: &C,
    organisation: OrganisationId,
    before: Time,
) -> Result<Vec<Need>> {
    let done = summary::Entity::find()
        .select_only()
        .column(summary::Column::NeedId)
        .filter(summary::Column::Number.is_not_null())
        .into_query();
    Ok(need::Entity::find()
        .filter(need::Column::OrganisationId.eq(organisation))
        .filter(need::Column::State.is_in([NeedState::Published, NeedState::InDialogue]))
        .filter(need::Column::ResponseDeadline.lt(before))
        .filter(need::Column::Id.not_in_subquery(done))
        .order_by_asc(need::Column::ResponseDeadline)
        .limit(1_000)
        .all(conn)
        .await?)
}
