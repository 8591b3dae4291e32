//! Reads. Every one takes the actor; what it may not see is not there.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;
use types::{EntryId, NeedId, NeedState, NeedVersionId, OrganisationId};

use super::{Need, NeedContent, NeedVersion, policy, store};
use crate::page::{self, Page, PageRequest};
use crate::record::{self, Log, RecordEntry};
use crate::text::search;
use crate::{Actor, App, Error, Result, Tx};

/// Which public needs.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Words; all must be found.
    pub query: Option<String>,
    /// Buyers.
    pub organisations: Vec<OrganisationId>,
    /// States; empty is all.
    pub states: Vec<NeedState>,
    /// County numbers of the buyers.
    pub counties: Vec<String>,
    /// CPV prefixes (`48`, `4818`).
    pub cpv_codes: Vec<String>,
    /// Place codes or prefixes of them.
    pub places: Vec<String>,
    /// Whether other buyers are invited.
    pub is_joint: Option<bool>,
    /// Only those that take responses now.
    pub is_open: bool,
    /// Order.
    pub order: Order,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Best fit first; newest first where nothing was searched for.
    #[default]
    Relevance,
    /// Newest first.
    Newest,
    /// Nearest deadline for responses first.
    Deadline,
}

/// A need in a list, with its published content.
#[derive(Clone, Debug)]
pub struct Found {
    /// The need.
    pub need: Need,
    /// What its current version says.
    pub content: NeedContent,
}

/// One value of a facet and how many needs have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facet {
    /// State, county number or CPV division (two digits).
    pub value: String,
    /// Needs.
    pub count: i64,
}

/// Counts for the filters beside a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets {
    /// By state.
    pub states: Vec<Facet>,
    /// By the buyer's county.
    pub counties: Vec<Facet>,
    /// By CPV division.
    pub divisions: Vec<Facet>,
}

/// By id, if the actor may see it.
pub async fn find(app: &App, actor: &Actor, id: NeedId) -> Result<Option<Need>> {
    store::by_id(app.db.read(), actor, id).await
}

/// By id in a transaction.
pub(crate) async fn find_in(tx: &Tx, actor: &Actor, id: NeedId) -> Result<Option<Need>> {
    store::by_id(&**tx, actor, id).await
}

/// By id.
pub async fn get(app: &App, actor: &Actor, id: NeedId) -> Result<Need> {
    find(app, actor, id).await?.ok_or(Error::NotFound)
}

/// By id, locked until the transaction ends.
pub async fn get_for_update(tx: &Tx, actor: &Actor, id: NeedId) -> Result<Need> {
    store::lock(tx, actor, id).await
}

/// By slug, if the actor may see it.
pub async fn find_by_slug(app: &App, actor: &Actor, slug: &str) -> Result<Option<Need>> {
    store::by_slug(app.db.read(), actor, slug).await
}

/// The draft that was made from a notice, if there is one.
pub async fn find_by_source(tx: &Tx, organisation: OrganisationId, source_id: &str) -> Result<Option<Need>> {
    store::by_source(&**tx, organisation, source_id).await
}

/// Several at once, in no order, those that the actor may see.
pub async fn list_by_ids(app: &App, actor: &Actor, ids: &[NeedId]) -> Result<Vec<Need>> {
    store::by_ids(app.db.read(), actor, ids).await
}

/// Public needs, with their content: two statements.
pub async fn list(app: &App, actor: &Actor, filter: &Filter, page: &PageRequest) -> Result<Page<Found>> {
    let stems = stems(filter);
    if stems.as_ref().is_some_and(Vec::is_empty) {
        // Words were typed, but none that says anything.
        return Ok(Page::none());
    }
    let stems = stems.unwrap_or_default();
    let (hits, total) = store::page(app.db.read(), actor, filter, &stems, page, app.now()).await?;
    let cut = Page::cut(hits, page.first, |hit| match filter.order {
        Order::Relevance if !stems.is_empty() => format!("{}_{}", hit.score, hit.need.id),
        Order::Relevance | Order::Newest => {
            page::time_cursor((hit.need.published_at.unwrap_or(hit.need.created_at), hit.need.id.0))
        }
        Order::Deadline => page::time_cursor((hit.need.response_deadline.unwrap_or_default(), hit.need.id.0)),
    })
    .of(total);
    let needs: Vec<Need> = cut.rows.iter().map(|(_, hit)| hit.need.clone()).collect();
    let mut contents: HashMap<NeedId, NeedContent> = HashMap::new();
    for version in store::current_versions(app.db.read(), &needs).await? {
        contents.insert(version.need_id, serde_json::from_value(version.content)?);
    }
    Ok(cut.map(|hit| Found {
        content: contents.get(&hit.need.id).cloned().unwrap_or_default(),
        need: hit.need,
    }))
}

/// The stems of the filter's words; `None` where none were typed.
fn stems(filter: &Filter) -> Option<Vec<String>> {
    let words = filter.query.as_deref().map(str::trim).filter(|q| !q.is_empty())?;
    Some(search::query(words))
}

/// Counts for the filters of the same list.
pub async fn facets(app: &App, actor: &Actor, filter: &Filter) -> Result<Facets> {
    let stems = stems(filter).unwrap_or_default();
    let db = app.db.read();
    // A facet counts what its own filter would give, so that filter is left out.
    let without = |change: fn(&mut Filter)| {
        let mut wider = filter.clone();
        change(&mut wider);
        store::matching(actor, &wider, app.now())
    };
    let states =
        store::count_by(db, without(|f| f.states.clear()), &stems, entity::need::Column::State).await?;
    let counties =
        store::count_by(db, without(|f| f.counties.clear()), &stems, entity::need::Column::CountyNumber)
            .await?;
    let divisions = store::count_divisions(db, without(|f| f.cpv_codes.clear()), &stems).await?;
    let sorted = |rows: Vec<(String, i64)>| {
        let mut facets: Vec<Facet> = rows.into_iter().map(|(value, count)| Facet { value, count }).collect();
        facets.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
        facets
    };
    Ok(Facets { states: sorted(states), counties: sorted(counties), divisions: sorted(divisions) })
}

/// The acting buyer's own needs, latest change first.
pub async fn list_own(
    app: &App,
    actor: &Actor,
    states: &[NeedState],
    page: &PageRequest,
) -> Result<Page<Need>> {
    let organisation = actor.buyer()?.organisation_id;
    store::of_organisation(app.db.read(), organisation, states, page).await
}

/// The working draft as it is stored.
pub(super) fn draft_of(need: &Need) -> Result<NeedContent> {
    Ok(serde_json::from_value(need.content.clone())?)
}

/// The working draft, for those who may read it.
pub fn draft(actor: &Actor, need: &Need) -> Result<Option<NeedContent>> {
    if policy::reads_internals(actor, need) { draft_of(need).map(Some) } else { Ok(None) }
}

/// What the current version says, if there is one.
pub async fn published<C: ConnectionTrait>(conn: &C, need: &Need) -> Result<Option<NeedContent>> {
    let Some(number) = need.published_number else { return Ok(None) };
    let version = store::version(conn, need.id, number).await?;
    version.map(|v| serde_json::from_value(v.content)).transpose().map_err(Error::from)
}

/// All published versions, newest first.
pub async fn versions(app: &App, need: &Need) -> Result<Vec<NeedVersion>> {
    store::versions(app.db.read(), need.id).await
}

/// One published version.
pub async fn version(app: &App, need: &Need, number: i32) -> Result<Option<NeedVersion>> {
    store::version(app.db.read(), need.id, number).await
}

/// One published version by its id, with its need, if the actor may see that.
pub async fn find_version(
    app: &App,
    actor: &Actor,
    id: NeedVersionId,
) -> Result<Option<(Need, NeedVersion)>> {
    let Some(row) = store::version_by_id(app.db.read(), id).await? else { return Ok(None) };
    Ok(find(app, actor, row.need_id).await?.map(|need| (need, row)))
}

/// One entry of a need's log, if the actor may see it there.
pub async fn find_log_entry(app: &App, actor: &Actor, id: EntryId) -> Result<Option<RecordEntry>> {
    let Some(stream) = record::stream_of(app, id).await? else { return Ok(None) };
    let need = stream.strip_prefix("need:").and_then(|id| id.parse().ok()).map(NeedId);
    let Some(need) = need else { return Ok(None) };
    let Some(need) = find(app, actor, need).await? else { return Ok(None) };
    let which = if policy::reads_internals(actor, &need) { Log::Whole } else { Log::Visible };
    record::find(app, actor, id, which).await
}

/// What happened, newest first: all of it for the owner's people, what is
/// public or names the actor's organisation for others.
pub async fn log(app: &App, actor: &Actor, need: &Need, page: &PageRequest) -> Result<Page<RecordEntry>> {
    let which = if policy::reads_internals(actor, need) { Log::Whole } else { Log::Visible };
    record::log_of(app, actor, &record::need_stream(need.id), which, page).await
}

/// The same for who listens: what was sealed after a position, oldest first, at most a
/// hundred; and where to go on from, `None` if that was all.
pub async fn news(
    app: &App,
    actor: &Actor,
    need: &Need,
    after: i64,
) -> Result<(Vec<RecordEntry>, Option<i64>)> {
    const MOST: u64 = 100;
    let which = if policy::reads_internals(actor, need) { Log::Whole } else { Log::Visible };
    let stream = record::need_stream(need.id);
    let mut rows = record::log_after(app, actor, &stream, which, after, MOST).await?;
    let is_full = rows.len() as u64 == MOST;
    let next = rows.last().and_then(|entry| entry.position).filter(|_| is_full);
    rows.retain(|entry| record::is_ours(app, entry));
    Ok((rows, next))
}
