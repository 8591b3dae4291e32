//! The slice's only SQL.

use entity::{need, need_code, need_term, need_version, organisation};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, LockType, Query, SelectStatement};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait,
    FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use types::{EntryKind, ErrorCode, NeedId, NeedState, NeedVersionId, OrganisationId, Time};

use super::{Filter, Need, NeedContent, NeedVersion, Order};
use crate::page::{self, Direction, Page, PageRequest};
use crate::record::{self, Entry};
use crate::text::{search, slug::slug};
use crate::{Actor, App, Error, Result, Tx};

/// Rows that the actor may see: what is public, the own organisation's, and
/// what the own organisation was invited to stand behind.
pub fn visible_to(actor: &Actor) -> Condition {
    if actor.is_system {
        return Condition::all();
    }
    let public = NeedState::ALL.iter().copied().filter(|s| s.is_public());
    let mut seen = Condition::any().add(need::Column::State.is_in(public));
    if let Some(acting) = &actor.acting {
        seen = seen.add(need::Column::OrganisationId.eq(acting.organisation_id));
        if acting.is_buyer() {
            let invited = super::partners::needs_of(acting.organisation_id);
            seen = seen.add(need::Column::Id.in_subquery(invited));
        }
    }
    seen
}

pub(super) async fn by_id<C: ConnectionTrait>(conn: &C, actor: &Actor, id: NeedId) -> Result<Option<Need>> {
    Ok(need::Entity::find_by_id(id).filter(visible_to(actor)).one(conn).await?)
}

/// The row, locked until the transaction ends, so that what is decided on it holds.
/// Its key is not: PostgreSQL wants that when a row that refers to the need is
/// updated twice in a transaction, and would wait in a circle.
pub(super) async fn lock(tx: &Tx, actor: &Actor, id: NeedId) -> Result<Need> {
    need::Entity::find_by_id(id)
        .filter(visible_to(actor))
        .lock(LockType::NoKeyUpdate)
        .one(&**tx)
        .await?
        .ok_or(Error::NotFound)
}

/// By its address, or by that of its draft: links in mail and bookmarks hold.
fn called(slug: &str) -> Condition {
    Condition::any().add(need::Column::Slug.eq(slug)).add(need::Column::DraftSlug.eq(slug))
}

pub(super) async fn by_slug<C: ConnectionTrait>(conn: &C, actor: &Actor, slug: &str) -> Result<Option<Need>> {
    Ok(need::Entity::find().filter(called(slug)).filter(visible_to(actor)).one(conn).await?)
}

pub(super) async fn by_source<C: ConnectionTrait>(
    conn: &C,
    organisation: OrganisationId,
    source_id: &str,
) -> Result<Option<Need>> {
    Ok(need::Entity::find()
        .filter(need::Column::OrganisationId.eq(organisation))
        .filter(need::Column::SourceId.eq(source_id))
        .one(conn)
        .await?)
}

/// The need that was made from a notice, locked until the transaction ends.
pub(super) async fn lock_source(
    tx: &Tx,
    organisation: OrganisationId,
    source_id: &str,
) -> Result<Option<Need>> {
    Ok(need::Entity::find()
        .filter(need::Column::OrganisationId.eq(organisation))
        .filter(need::Column::SourceId.eq(source_id))
        .lock(LockType::NoKeyUpdate)
        .one(&**tx)
        .await?)
}

pub(super) async fn by_ids<C: ConnectionTrait>(conn: &C, actor: &Actor, ids: &[NeedId]) -> Result<Vec<Need>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(need::Entity::find()
        .filter(need::Column::Id.is_in(ids.to_vec()))
        .filter(visible_to(actor))
        .all(conn)
        .await?)
}

pub(super) async fn of_organisation<C: ConnectionTrait>(
    conn: &C,
    organisation: OrganisationId,
    states: &[NeedState],
    page: &PageRequest,
) -> Result<Page<Need>> {
    use need::Column as N;
    let mut query = need::Entity::find().filter(N::OrganisationId.eq(organisation));
    if !states.is_empty() {
        query = query.filter(N::State.is_in(states.to_vec()));
    }
    page::latest_first(conn, query, page, (N::UpdatedAt, N::Id), |n| (n.updated_at, n.id.0)).await
}

pub(super) async fn due<C: ConnectionTrait>(conn: &C, now: Time) -> Result<Vec<Need>> {
    Ok(need::Entity::find()
        .filter(need::Column::State.eq(NeedState::Scheduled))
        .filter(need::Column::PublishAt.lte(now))
        // A suspended buyer publishes nothing, neither by the clock.
        .filter(
            need::Column::OrganisationId.not_in_subquery(
                Query::select()
                    .column(organisation::Column::Id)
                    .from(organisation::Entity)
                    .and_where(Expr::col(organisation::Column::SuspendedAt).is_not_null())
                    .to_owned(),
            ),
        )
        .order_by_asc(need::Column::PublishAt)
        .limit(100)
        .all(conn)
        .await?)
}

/// A slug that nobody has: the title, with the end of the id where it is taken.
pub(super) async fn free_slug(tx: &Tx, title: &str, id: NeedId) -> Result<String> {
    let wish = slug(title);
    let taken = need::Entity::find().filter(called(&wish)).filter(need::Column::Id.ne(id)).one(&**tx).await?;
    let tail = id.0.simple().to_string();
    Ok(if taken.is_some() { format!("{wish}-{}", &tail[tail.len() - 6..]) } else { wish })
}

pub(super) async fn insert(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    row: need::ActiveModel,
    entry: Entry,
) -> Result<Need> {
    let row = row.insert(&**tx).await?;
    record::append(app, tx, actor, entry.about(&row)?).await?;
    Ok(row)
}

/// Saves a changed need with its entry. `before` must still be the newest.
pub(super) async fn save(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    before: Need,
    entry: Entry,
    with: impl FnOnce(&mut need::ActiveModel) + Send,
) -> Result<Need> {
    let (id, version) = (before.id, before.version);
    let mut row = before.into_active_model();
    with(&mut row);
    row.version = Set(version + 1);
    row.updated_at = Set(app.now());
    let done = need::Entity::update_many()
        .set(row)
        .filter(need::Column::Id.eq(id))
        .filter(need::Column::Version.eq(version))
        .exec(&**tx)
        .await?;
    if done.rows_affected == 0 {
        return Err(Error::Conflict(ErrorCode::StaleVersion));
    }
    let row = need::Entity::find_by_id(id).one(&**tx).await?.ok_or(Error::NotFound)?;
    record::append(app, tx, actor, entry.about(&row)?).await?;
    Ok(row)
}

pub(super) async fn delete(app: &App, tx: &Tx, actor: &Actor, row: Need) -> Result<()> {
    need::Entity::delete_by_id(row.id).exec(&**tx).await?;
    let entry = Entry::new(EntryKind::NeedDeleted, record::need_stream(row.id)).deleted(&row);
    record::append(app, tx, actor, entry).await
}

/// Stores an immutable version and makes it what is searched.
pub(super) async fn insert_version(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    need: &Need,
    content: &NeedContent,
    note: Option<String>,
    entry: Entry,
) -> Result<NeedVersion> {
    let row = need_version::ActiveModel {
        id: Set(app.id()),
        need_id: Set(need.id),
        number: Set(need.published_number.unwrap_or(0) + 1),
        content: Set(serde_json::to_value(content)?),
        change_note: Set(note),
        published_by: Set(actor.person.as_ref().map(|p| p.id).or(need.approved_by)),
        published_at: Set(app.now()),
    };
    let row = row.insert(&**tx).await?;
    record::append(app, tx, actor, entry.about(&row)?).await?;
    index(tx, need.id, content).await?;
    Ok(row)
}

/// Rewrites the search index and the facets of one need.
pub(super) async fn index(tx: &Tx, id: NeedId, content: &NeedContent) -> Result<()> {
    need_term::Entity::delete_many().filter(need_term::Column::NeedId.eq(id)).exec(&**tx).await?;
    need_code::Entity::delete_many().filter(need_code::Column::NeedId.eq(id)).exec(&**tx).await?;
    let terms: Vec<need_term::ActiveModel> = search::index(&content.searched())
        .into_iter()
        .map(|(term, weight)| need_term::ActiveModel {
            term: Set(term),
            need_id: Set(id),
            weight: Set(i32::try_from(weight).unwrap_or(i32::MAX)),
        })
        .collect();
    for batch in terms.chunks(500) {
        need_term::Entity::insert_many(batch.to_vec()).exec_without_returning(&**tx).await?;
    }
    let codes = content.cpv_codes.iter().map(|c| ("cpv", c.as_str().to_owned()));
    let places = content.places.iter().map(|p| ("place", p.clone()));
    let codes: Vec<need_code::ActiveModel> = codes
        .chain(places)
        .map(|(scheme, code)| need_code::ActiveModel {
            need_id: Set(id),
            scheme: Set(scheme.to_owned()),
            code: Set(code),
        })
        .collect();
    if !codes.is_empty() {
        need_code::Entity::insert_many(codes).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

pub(super) async fn versions<C: ConnectionTrait>(conn: &C, need: NeedId) -> Result<Vec<NeedVersion>> {
    Ok(need_version::Entity::find()
        .filter(need_version::Column::NeedId.eq(need))
        .order_by_desc(need_version::Column::Number)
        .all(conn)
        .await?)
}

pub(super) async fn version_by_id<C: ConnectionTrait>(
    conn: &C,
    id: NeedVersionId,
) -> Result<Option<NeedVersion>> {
    Ok(need_version::Entity::find_by_id(id).one(conn).await?)
}

pub(super) async fn version<C: ConnectionTrait>(
    conn: &C,
    need: NeedId,
    number: i32,
) -> Result<Option<NeedVersion>> {
    Ok(need_version::Entity::find()
        .filter(need_version::Column::NeedId.eq(need))
        .filter(need_version::Column::Number.eq(number))
        .one(conn)
        .await?)
}

/// The published contents of several needs, in no order.
pub(super) async fn current_versions<C: ConnectionTrait>(
    conn: &C,
    needs: &[Need],
) -> Result<Vec<NeedVersion>> {
    let wanted: Vec<(NeedId, i32)> = needs.iter().filter_map(|n| Some((n.id, n.published_number?))).collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let mut any = Condition::any();
    for (id, number) in wanted {
        any = any.add(need_version::Column::NeedId.eq(id).and(need_version::Column::Number.eq(number)));
    }
    Ok(need_version::Entity::find().filter(any).all(conn).await?)
}

/// A row of the list: the need, and how well it fits the words.
#[derive(Clone, Debug)]
pub(super) struct Hit {
    pub need: Need,
    pub score: i64,
}

#[derive(FromQueryResult)]
struct HitRow {
    #[sea_orm(nested)]
    need: Need,
    score: i64,
}

/// The ids that hold all stems, with their score.
fn scored(stems: &[String]) -> SelectStatement {
    Query::select()
        .column(need_term::Column::NeedId)
        .expr_as(
            Func::cast_as(Expr::col(need_term::Column::Weight).sum(), Alias::new("bigint")),
            Alias::new("score"),
        )
        .from(need_term::Entity)
        .and_where(Expr::col(need_term::Column::Term).is_in(stems.to_vec()))
        .group_by_col(need_term::Column::NeedId)
        .and_having(
            Expr::col(need_term::Column::Term).count_distinct().eq(i64::try_from(stems.len()).unwrap_or(1)),
        )
        .to_owned()
}

/// The conditions of a list, without paging.
pub(super) fn matching(actor: &Actor, filter: &Filter, now: Time) -> Condition {
    let mut all = Condition::all().add(visible_to(actor)).add(need::Column::PublishedAt.is_not_null());
    if !filter.organisations.is_empty() {
        all = all.add(need::Column::OrganisationId.is_in(filter.organisations.clone()));
    }
    if !filter.states.is_empty() {
        all = all.add(need::Column::State.is_in(filter.states.clone()));
    }
    if !filter.counties.is_empty() {
        all = all.add(need::Column::CountyNumber.is_in(filter.counties.clone()));
    }
    if let Some(is_joint) = filter.is_joint {
        all = all.add(need::Column::IsJoint.eq(is_joint));
    }
    if filter.is_open {
        all = all
            .add(need::Column::State.is_in([NeedState::Published, NeedState::InDialogue]))
            .add(need::Column::ResponseDeadline.gt(now));
    }
    for (scheme, codes) in [("cpv", &filter.cpv_codes), ("place", &filter.places)] {
        if codes.is_empty() {
            continue;
        }
        let mut any = Condition::any();
        for code in codes {
            any = any.add(need_code::Column::Code.starts_with(code));
        }
        let ids = need_code::Entity::find()
            .select_only()
            .column(need_code::Column::NeedId)
            .filter(need_code::Column::Scheme.eq(scheme))
            .filter(any)
            .into_query();
        all = all.add(need::Column::Id.in_subquery(ids));
    }
    all
}

/// A page of public needs.
pub(super) async fn page<C: ConnectionTrait>(
    conn: &C,
    actor: &Actor,
    filter: &Filter,
    stems: &[String],
    page: &PageRequest,
    now: Time,
) -> Result<(Vec<Hit>, Option<u64>)> {
    let mut query = need::Entity::find().filter(matching(actor, filter, now));
    let mut counted = query.clone();
    if filter.order == Order::Deadline {
        counted = counted.filter(need::Column::ResponseDeadline.is_not_null());
    }
    if !stems.is_empty() {
        counted = counted.filter(need::Column::Id.in_subquery(ids_with(stems)));
    }
    let total = page::total(conn, &counted, page).await?;
    if stems.is_empty() {
        query = query.expr_as(Expr::cust("CAST(0 AS bigint)"), "score");
    } else {
        let on = Expr::col((Alias::new("hits"), need_term::Column::NeedId))
            .equals((need::Entity, need::Column::Id));
        QueryTrait::query(&mut query).join_subquery(
            sea_orm::JoinType::InnerJoin,
            scored(stems),
            Alias::new("hits"),
            on,
        );
        query = query.expr_as(Expr::col((Alias::new("hits"), Alias::new("score"))), "score");
    }
    query = match filter.order {
        Order::Relevance if !stems.is_empty() => by_relevance(query, page)?,
        Order::Relevance | Order::Newest => by_time(query, page, need::Column::PublishedAt, Direction::Desc)?,
        // Needs without one are not in this order.
        Order::Deadline => by_time(
            query.filter(need::Column::ResponseDeadline.is_not_null()),
            page,
            need::Column::ResponseDeadline,
            Direction::Asc,
        )?,
    };
    let rows = query.limit(page.first + 1).into_model::<HitRow>().all(conn).await?;
    Ok((rows.into_iter().map(|r| Hit { need: r.need, score: r.score }).collect(), total))
}

type Select = sea_orm::Select<need::Entity>;

fn by_relevance(mut query: Select, page: &PageRequest) -> Result<Select> {
    let score = || Expr::col((Alias::new("hits"), Alias::new("score")));
    if let Some(after) = &page.after {
        let (score_text, id) = after.split_once('_').ok_or_else(PageRequest::bad_cursor)?;
        let at: i64 = score_text.parse().map_err(|_| PageRequest::bad_cursor())?;
        let id: uuid::Uuid = id.parse().map_err(|_| PageRequest::bad_cursor())?;
        let key = Expr::tuple([score(), Expr::col((need::Entity, need::Column::Id))]);
        let place = Expr::tuple([Expr::value(at), Expr::value(id)]);
        query = query.filter(page.beyond(Direction::Desc, key, place));
    }
    QueryTrait::query(&mut query)
        .order_by_expr(score(), page.direction(Direction::Desc))
        .order_by((need::Entity, need::Column::Id), page.direction(Direction::Desc));
    Ok(query)
}

fn by_time(mut query: Select, page: &PageRequest, column: need::Column, usual: Direction) -> Result<Select> {
    if let Some(after) = &page.after {
        let key = [column, need::Column::Id].map(|column| Expr::col((need::Entity, column)));
        query = query.filter(page.beyond(usual.clone(), Expr::tuple(key), page::time_place(after)?));
    }
    let direction = page.direction(usual);
    Ok(query.order_by(column, direction.clone()).order_by(need::Column::Id, direction))
}

#[derive(FromQueryResult)]
struct CountRow {
    word: String,
    count: i64,
}

/// How many needs of the list have each value of a column.
pub(super) async fn count_by<C: ConnectionTrait>(
    conn: &C,
    matching: Condition,
    stems: &[String],
    column: need::Column,
) -> Result<Vec<(String, i64)>> {
    let mut query = need::Entity::find()
        .select_only()
        .column_as(column.into_expr().cast_as("text"), "word")
        .column_as(need::Column::Id.count(), "count")
        .filter(matching)
        .filter(column.is_not_null())
        .group_by(column);
    if !stems.is_empty() {
        query = query.filter(need::Column::Id.in_subquery(ids_with(stems)));
    }
    let rows = query.into_model::<CountRow>().all(conn).await?;
    Ok(rows.into_iter().map(|r| (r.word, r.count)).collect())
}

/// How many needs of the list are in each CPV division.
pub(super) async fn count_divisions<C: ConnectionTrait>(
    conn: &C,
    matching: Condition,
    stems: &[String],
) -> Result<Vec<(String, i64)>> {
    let mut ids = need::Entity::find().select_only().column(need::Column::Id).filter(matching);
    if !stems.is_empty() {
        ids = ids.filter(need::Column::Id.in_subquery(ids_with(stems)));
    }
    let division = || Expr::cust("substr(\"need_codes\".\"code\", 1, 2)");
    let rows = need_code::Entity::find()
        .select_only()
        .expr_as(division(), "word")
        .expr_as(Expr::col(need_code::Column::NeedId).count_distinct(), "count")
        .filter(need_code::Column::Scheme.eq("cpv"))
        .filter(need_code::Column::NeedId.in_subquery(ids.into_query()))
        .group_by(division())
        .into_model::<CountRow>()
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|r| (r.word, r.count)).collect())
}

fn ids_with(stems: &[String]) -> SelectStatement {
    Query::select()
        .column(need_term::Column::NeedId)
        .from(need_term::Entity)
        .and_where(Expr::col(need_term::Column::Term).is_in(stems.to_vec()))
        .group_by_col(need_term::Column::NeedId)
        .and_having(
            Expr::col(need_term::Column::Term).count_distinct().eq(i64::try_from(stems.len()).unwrap_or(1)),
        )
        .to_owned()
}
