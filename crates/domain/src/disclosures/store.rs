//! The slice's only SQL.

use entity::disclosure;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use types::{DisclosureId, DisclosureState, ErrorCode, NeedId};

use super::{Disclosure, SharedDisclosure};
use crate::record::{self, Entry};
use crate::{Actor, App, Error, Result, Tx};

/// `UNSHARED_DISCLOSURES` while something told to one is hidden from others (R1).
/// The caller holds the need's lock, so that nothing is noted meanwhile.
pub async fn all_shared(tx: &Tx, need: NeedId) -> Result<()> {
    match count_unshared(&**tx, need).await? {
        0 => Ok(()),
        _ => Err(Error::Conflict(ErrorCode::UnsharedDisclosures)),
    }
}

/// How many disclosures of a need wait to be shared.
pub async fn count_unshared<C: ConnectionTrait>(conn: &C, need: NeedId) -> Result<u64> {
    Ok(disclosure::Entity::find()
        .filter(disclosure::Column::NeedId.eq(need))
        .filter(disclosure::Column::State.eq(DisclosureState::Unshared))
        .count(conn)
        .await?)
}

/// Whether anything is noted: such a draft is not deleted (R9).
pub async fn is_any<C: ConnectionTrait>(conn: &C, need: NeedId) -> Result<bool> {
    Ok(disclosure::Entity::find().filter(disclosure::Column::NeedId.eq(need)).count(conn).await? > 0)
}

/// All disclosures of a need, latest first. The caller has asked who reads them.
pub async fn of_need<C: ConnectionTrait>(conn: &C, need: NeedId) -> Result<Vec<Disclosure>> {
    Ok(disclosure::Entity::find()
        .filter(disclosure::Column::NeedId.eq(need))
        .order_by_desc(disclosure::Column::ToldAt)
        .order_by_desc(disclosure::Column::Id)
        .all(conn)
        .await?)
}

/// What is shared of several needs, latest first.
pub(crate) async fn shared_of<C: ConnectionTrait>(
    conn: &C,
    needs: &[NeedId],
) -> Result<Vec<SharedDisclosure>> {
    if needs.is_empty() {
        return Ok(Vec::new());
    }
    let rows = disclosure::Entity::find()
        .filter(disclosure::Column::NeedId.is_in(needs.to_vec()))
        .filter(disclosure::Column::State.eq(DisclosureState::Shared))
        .order_by_desc(disclosure::Column::DecidedAt)
        .order_by_desc(disclosure::Column::Id)
        .limit(200)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(SharedDisclosure::of).collect())
}

/// The row. The caller asks who reads it.
pub(crate) async fn by_id<C: ConnectionTrait>(conn: &C, id: DisclosureId) -> Result<Option<Disclosure>> {
    Ok(disclosure::Entity::find_by_id(id).one(conn).await?)
}

/// The row, locked until the transaction ends.
pub(crate) async fn lock(tx: &Tx, id: DisclosureId) -> Result<Option<Disclosure>> {
    Ok(disclosure::Entity::find_by_id(id).lock_exclusive().one(&**tx).await?)
}

pub(crate) async fn insert(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    row: disclosure::ActiveModel,
    entry: Entry,
) -> Result<Disclosure> {
    let row = row.insert(&**tx).await?;
    record::append(app, tx, actor, entry.about(&row)?).await?;
    Ok(row)
}

/// Shares or waives. Only what is unshared can be decided on.
pub(crate) async fn decide(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    before: Disclosure,
    entry: Entry,
    with: impl FnOnce(&mut disclosure::ActiveModel) + Send,
) -> Result<Disclosure> {
    let (id, version) = (before.id, before.version);
    let mut row = before.into_active_model();
    with(&mut row);
    row.decided_at = Set(Some(app.now()));
    row.decided_by = Set(actor.person.as_ref().map(|p| p.id));
    row.version = Set(version + 1);
    let done = disclosure::Entity::update_many()
        .set(row)
        .filter(disclosure::Column::Id.eq(id).and(disclosure::Column::State.eq(DisclosureState::Unshared)))
        .exec(&**tx)
        .await?;
    if done.rows_affected == 0 {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    let row = disclosure::Entity::find_by_id(id).one(&**tx).await?.ok_or(Error::NotFound)?;
    record::append(app, tx, actor, entry.about(&row)?).await?;
    Ok(row)
}
