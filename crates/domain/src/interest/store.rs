//! The slice's only SQL.

use entity::{follow, interest};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait,
    FromQueryResult, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use types::{
    ErrorCode, FollowId, InterestId, InterestState, InterestVisibility, NeedId, OrganisationId, PersonId,
    Time,
};

use super::{Follow, Interest};
use crate::page::{self, Page, PageRequest};
use crate::record::{self, Entry};
use crate::{Actor, App, Error, Result, Tx};

/// Rows that hold, and that everybody may see.
fn public() -> Condition {
    Condition::all()
        .add(interest::Column::State.eq(InterestState::Active))
        .add(interest::Column::Visibility.eq(InterestVisibility::Public))
}

pub(super) async fn lock(tx: &Tx, need: NeedId, organisation: OrganisationId) -> Result<Option<Interest>> {
    Ok(interest::Entity::find()
        .filter(interest::Column::NeedId.eq(need))
        .filter(interest::Column::OrganisationId.eq(organisation))
        .lock_exclusive()
        .one(&**tx)
        .await?)
}

pub(super) async fn by_id<C: ConnectionTrait>(conn: &C, id: InterestId) -> Result<Option<Interest>> {
    Ok(interest::Entity::find_by_id(id).one(conn).await?)
}

/// The rows of one organisation; an unverified claim reads none from before it.
pub(super) async fn of_organisation<C: ConnectionTrait>(
    conn: &C,
    organisation: OrganisationId,
    since: Option<Time>,
    needs: &[NeedId],
) -> Result<Vec<Interest>> {
    let mut query = interest::Entity::find().filter(interest::Column::OrganisationId.eq(organisation));
    if let Some(since) = since {
        query = query.filter(interest::Column::ChangedAt.gte(since));
    }
    Ok(query.filter(interest::Column::NeedId.is_in(needs.to_vec())).all(conn).await?)
}

pub(super) async fn of_need<C: ConnectionTrait>(
    conn: &C,
    need: NeedId,
    only_public: bool,
) -> Result<Vec<Interest>> {
    let mut query = interest::Entity::find().filter(interest::Column::NeedId.eq(need));
    if only_public {
        query = query.filter(public());
    }
    Ok(query
        .order_by_asc(interest::Column::RegisteredAt)
        .order_by_asc(interest::Column::Id)
        .all(conn)
        .await?)
}

/// The rows of one organisation, page by page, the newest first.
pub(super) async fn page_of_organisation<C: ConnectionTrait>(
    conn: &C,
    organisation: OrganisationId,
    since: Option<Time>,
    page: &PageRequest,
) -> Result<Page<Interest>> {
    let rows = interest::Entity::find()
        .filter(interest::Column::OrganisationId.eq(organisation))
        .filter(Condition::all().add_option(since.map(|at| interest::Column::ChangedAt.gte(at))));
    page::by_id(conn, rows, page, interest::Column::Id, |i| i.id.0).await
}

#[derive(FromQueryResult)]
struct CountRow {
    need_id: NeedId,
    visibility: InterestVisibility,
    count: i64,
}

/// How many hold, by need and visibility.
pub(super) async fn counts<C: ConnectionTrait>(
    conn: &C,
    needs: &[NeedId],
) -> Result<Vec<(NeedId, InterestVisibility, i64)>> {
    if needs.is_empty() {
        return Ok(Vec::new());
    }
    let rows = interest::Entity::find()
        .select_only()
        .column(interest::Column::NeedId)
        .column(interest::Column::Visibility)
        .column_as(interest::Column::Id.count(), "count")
        .filter(interest::Column::NeedId.is_in(needs.to_vec()))
        .filter(interest::Column::State.eq(InterestState::Active))
        .group_by(interest::Column::NeedId)
        .group_by(interest::Column::Visibility)
        .into_model::<CountRow>()
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|r| (r.need_id, r.visibility, r.count)).collect())
}

/// Inserts or changes one supplier's row, with its entry.
pub(super) async fn put(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    before: Option<Interest>,
    entry: Entry,
    with: impl FnOnce(&mut interest::ActiveModel) + Send,
) -> Result<Interest> {
    let known = before.as_ref().map(|i| (i.id, i.version));
    let mut row = before.map_or_else(super::commands::blank, IntoActiveModel::into_active_model);
    with(&mut row);
    row.changed_at = Set(app.now());
    row.version = Set(known.map_or(0, |(_, version)| version) + 1);
    let row = match known {
        None => row.insert(&**tx).await?,
        Some((id, version)) => {
            let done = interest::Entity::update_many()
                .set(row)
                .filter(interest::Column::Id.eq(id).and(interest::Column::Version.eq(version)))
                .exec(&**tx)
                .await?;
            if done.rows_affected == 0 {
                return Err(Error::Conflict(ErrorCode::StaleVersion));
            }
            interest::Entity::find_by_id(id).one(&**tx).await?.ok_or(Error::NotFound)?
        }
    };
    record::append(app, tx, actor, entry.about(&row)?).await?;
    Ok(row)
}

pub(super) async fn follow_of<C: ConnectionTrait>(
    conn: &C,
    need: NeedId,
    person: PersonId,
) -> Result<Option<Follow>> {
    Ok(follow::Entity::find()
        .filter(follow::Column::NeedId.eq(need))
        .filter(follow::Column::PersonId.eq(person))
        .one(conn)
        .await?)
}

pub(super) async fn insert_follow(tx: &Tx, row: follow::ActiveModel) -> Result<Follow> {
    Ok(row.insert(&**tx).await?)
}

/// Whether this call removed it.
pub(super) async fn delete_follow(tx: &Tx, id: FollowId) -> Result<bool> {
    Ok(follow::Entity::delete_by_id(id).exec(&**tx).await?.rows_affected > 0)
}

/// The needs in which one of these suppliers is interested, unchanged since its moment or later.
pub(super) async fn wanted_by<C: ConnectionTrait>(
    conn: &C,
    of: &[(OrganisationId, Option<Time>)],
) -> Result<Vec<NeedId>> {
    let whose = of.iter().fold(Condition::any(), |any, (id, since)| {
        let own = Condition::all().add(interest::Column::OrganisationId.eq(*id));
        any.add(own.add_option(since.map(|at| interest::Column::ChangedAt.gte(at))))
    });
    if of.is_empty() {
        return Ok(Vec::new());
    }
    Ok(interest::Entity::find()
        .select_only()
        .column(interest::Column::NeedId)
        .filter(interest::Column::State.eq(InterestState::Active))
        .filter(whose)
        .into_tuple()
        .all(conn)
        .await?)
}

pub(super) async fn followers<C: ConnectionTrait>(conn: &C, need: NeedId) -> Result<Vec<PersonId>> {
    Ok(follow::Entity::find()
        .select_only()
        .column(follow::Column::PersonId)
        .filter(follow::Column::NeedId.eq(need))
        .into_tuple()
        .all(conn)
        .await?)
}

pub(super) async fn followed<C: ConnectionTrait>(
    conn: &C,
    person: PersonId,
    needs: Option<&[NeedId]>,
) -> Result<Vec<Follow>> {
    let mut query = follow::Entity::find().filter(follow::Column::PersonId.eq(person));
    if let Some(needs) = needs {
        query = query.filter(follow::Column::NeedId.is_in(needs.to_vec()));
    }
    Ok(query.all(conn).await?)
}

/// What somebody follows, page by page, the newest first.
pub(super) async fn page_of_followed<C: ConnectionTrait>(
    conn: &C,
    person: PersonId,
    page: &PageRequest,
) -> Result<Page<Follow>> {
    let rows = follow::Entity::find().filter(follow::Column::PersonId.eq(person));
    page::by_id(conn, rows, page, follow::Column::Id, |f| f.id.0).await
}

pub(super) async fn count_followers<C: ConnectionTrait>(conn: &C, need: NeedId) -> Result<u64> {
    Ok(follow::Entity::find().filter(follow::Column::NeedId.eq(need)).count(conn).await?)
}
