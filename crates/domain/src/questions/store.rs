//! The slice's only SQL.

use entity::{announcement, need, question};
use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait,
    IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use types::{AnnouncementId, ErrorCode, NeedId, OrganisationId, PersonId, QuestionId, QuestionState};

use super::{Announcement, QuestionRow};
use crate::needs::{self, Need};
use crate::page::{self, Direction, Page, PageRequest};
use crate::record::{self, Entry};
use crate::{Actor, App, Error, Result, Tx};

/// Rows of these needs that the actor may see.
fn visible_to(actor: &Actor, needs: &[Need]) -> Condition {
    let mut any = Condition::any().add(question::Column::State.eq(QuestionState::Answered));
    if let Some(person) = &actor.person {
        any = any.add(question::Column::AskerPersonId.eq(person.id));
    }
    let own: Vec<NeedId> = needs.iter().filter(|n| needs::reads_internals(actor, n)).map(|n| n.id).collect();
    if !own.is_empty() {
        any = any.add(question::Column::NeedId.is_in(own));
    }
    any
}

pub(super) async fn by_id<C: ConnectionTrait>(conn: &C, id: QuestionId) -> Result<Option<QuestionRow>> {
    Ok(question::Entity::find_by_id(id).one(conn).await?)
}

pub(super) async fn by_ids<C: ConnectionTrait>(conn: &C, ids: &[QuestionId]) -> Result<Vec<QuestionRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(question::Entity::find().filter(question::Column::Id.is_in(ids.to_vec())).all(conn).await?)
}

pub(super) async fn lock(tx: &Tx, id: QuestionId) -> Result<Option<QuestionRow>> {
    Ok(question::Entity::find_by_id(id).lock_exclusive().one(&**tx).await?)
}

/// What a list is sorted by. Who may not know when a question was asked gets an
/// order that does not tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// The buyer's desk: when it was asked.
    Asked,
    /// Everybody else: when it was answered; the own ones that are not, when they were asked.
    Answered,
}

impl Order {
    pub(super) fn of(actor: &Actor, needs: &[Need]) -> Self {
        if needs.iter().all(|n| needs::reads_internals(actor, n)) { Self::Asked } else { Self::Answered }
    }

    fn cursor(self, row: &QuestionRow) -> String {
        let at = match self {
            Self::Asked => row.asked_at,
            Self::Answered => row.answered_at.unwrap_or(row.asked_at),
        };
        page::time_cursor((at, row.id.0))
    }

    fn key(self) -> Expr {
        let asked = Expr::col(question::Column::AskedAt);
        match self {
            Self::Asked => asked,
            Self::Answered => Func::coalesce([Expr::col(question::Column::AnsweredAt), asked]).into(),
        }
    }
}

pub(super) async fn page<C: ConnectionTrait>(
    conn: &C,
    actor: &Actor,
    needs: &[Need],
    page: &PageRequest,
) -> Result<Page<QuestionRow>> {
    let ids: Vec<NeedId> = needs.iter().map(|n| n.id).collect();
    let mut query =
        question::Entity::find().filter(question::Column::NeedId.is_in(ids)).filter(visible_to(actor, needs));
    let order = Order::of(actor, needs);
    let total = page::total(conn, &query, page).await?;
    if let Some(after) = &page.after {
        let key = Expr::tuple([order.key(), Expr::col(question::Column::Id)]);
        query = query.filter(page.beyond(Direction::Desc, key, page::time_place(after)?));
    }
    let rows = query
        .order_by(order.key(), page.direction(Direction::Desc))
        .order_by(question::Column::Id, page.direction(Direction::Desc))
        .limit(page.first + 1)
        .all(conn)
        .await?;
    Ok(Page::cut(rows, page.first, |q| order.cursor(q)).of(total))
}

pub(super) async fn of_person<C: ConnectionTrait>(
    conn: &C,
    person: PersonId,
    page: &PageRequest,
) -> Result<Page<QuestionRow>> {
    use question::Column as Q;
    let rows = question::Entity::find().filter(Q::AskerPersonId.eq(person));
    page::latest_first(conn, rows, page, (Q::AskedAt, Q::Id), |q| (q.asked_at, q.id.0)).await
}

pub(super) async fn count_open<C: ConnectionTrait>(conn: &C, organisation: OrganisationId) -> Result<u64> {
    let needs = need::Entity::find()
        .select_only()
        .column(need::Column::Id)
        .filter(need::Column::OrganisationId.eq(organisation))
        .into_query();
    Ok(question::Entity::find()
        .filter(question::Column::State.eq(QuestionState::Received))
        .filter(question::Column::NeedId.in_subquery(needs))
        .count(conn)
        .await?)
}

/// The needs of a buyer where questions wait, the newest first.
pub(super) async fn needs_with_open<C: ConnectionTrait>(
    conn: &C,
    organisation: OrganisationId,
    page: &PageRequest,
) -> Result<Page<Need>> {
    let asked = question::Entity::find()
        .select_only()
        .column(question::Column::NeedId)
        .filter(question::Column::State.eq(QuestionState::Received))
        .into_query();
    let rows = need::Entity::find()
        .filter(need::Column::OrganisationId.eq(organisation))
        .filter(need::Column::Id.in_subquery(asked));
    page::by_id(conn, rows, page, need::Column::Id, |n| n.id.0).await
}

pub(super) async fn count_unanswered<C: ConnectionTrait>(conn: &C, need: NeedId) -> Result<u64> {
    Ok(question::Entity::find()
        .filter(question::Column::NeedId.eq(need))
        .filter(question::Column::State.eq(QuestionState::Received))
        .count(conn)
        .await?)
}

pub(super) async fn insert(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    row: question::ActiveModel,
    entry: Entry,
) -> Result<QuestionRow> {
    let row = row.insert(&**tx).await?;
    record::append(app, tx, actor, entry.about(&row)?).await?;
    Ok(row)
}

pub(super) async fn save(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    before: QuestionRow,
    entry: Entry,
    with: impl FnOnce(&mut question::ActiveModel) + Send,
) -> Result<QuestionRow> {
    let (id, version) = (before.id, before.version);
    let mut row = before.into_active_model();
    with(&mut row);
    row.version = Set(version + 1);
    let done = question::Entity::update_many()
        .set(row)
        .filter(question::Column::Id.eq(id).and(question::Column::Version.eq(version)))
        .exec(&**tx)
        .await?;
    if done.rows_affected == 0 {
        return Err(Error::Conflict(ErrorCode::StaleVersion));
    }
    let row = by_id(&**tx, id).await?.ok_or(Error::NotFound)?;
    record::append(app, tx, actor, entry.about(&row)?).await?;
    Ok(row)
}

pub(super) async fn insert_announcement(tx: &Tx, row: announcement::ActiveModel) -> Result<Announcement> {
    Ok(row.insert(&**tx).await?)
}

pub(super) async fn announcement_by_id<C: ConnectionTrait>(
    conn: &C,
    id: AnnouncementId,
) -> Result<Option<Announcement>> {
    Ok(announcement::Entity::find_by_id(id).one(conn).await?)
}

pub(super) async fn announcements<C: ConnectionTrait>(
    conn: &C,
    needs: &[NeedId],
) -> Result<Vec<Announcement>> {
    Ok(announcement::Entity::find()
        .filter(announcement::Column::NeedId.is_in(needs.to_vec()))
        .order_by_desc(announcement::Column::Id)
        .limit(200)
        .all(conn)
        .await?)
}

/// The other way round of [`askers`].
pub(super) async fn asked_by<C: ConnectionTrait>(conn: &C, person: PersonId) -> Result<Vec<NeedId>> {
    Ok(question::Entity::find()
        .select_only()
        .column(question::Column::NeedId)
        .distinct()
        .filter(question::Column::AskerPersonId.eq(person))
        .into_tuple()
        .all(conn)
        .await?)
}

pub(super) async fn askers<C: ConnectionTrait>(conn: &C, need: NeedId) -> Result<Vec<PersonId>> {
    Ok(question::Entity::find()
        .select_only()
        .column(question::Column::AskerPersonId)
        .distinct()
        .filter(question::Column::NeedId.eq(need))
        .into_tuple()
        .all(conn)
        .await?)
}
