//! Reading needs.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use domain::needs as domain_needs;
use types::{NeedId, OrganisationId};

use super::types::NeedData;
use super::{Need, NeedState};
use crate::error::OrTop;
use crate::list::List;
use crate::orders::{NeedOrder, NeedOrderField, Ordered, OwnNeedOrder};
use crate::{Ctx, decode, list};

/// Which public needs.
#[derive(Clone, Debug, Default, InputObject)]
pub struct NeedFilter {
    /// Words; all must be found, in any form of Bokmål or Nynorsk.
    pub query: Option<String>,
    /// Buyers.
    pub organisation_ids: Option<Vec<ID>>,
    /// States.
    pub states: Option<Vec<NeedState>>,
    /// County numbers of the buyers (`50`).
    pub county_numbers: Option<Vec<String>>,
    /// CPV codes or prefixes of them (`48`).
    pub cpv_codes: Option<Vec<String>>,
    /// Codes of places, or prefixes of them.
    pub places: Option<Vec<String>>,
    /// Whether other buyers are invited to join.
    pub is_joint: Option<bool>,
    /// Only those that take responses now.
    #[graphql(default)]
    pub is_open: bool,
}

/// Which of the own needs.
#[derive(Clone, Debug, Default, InputObject)]
pub struct OwnNeedFilter {
    /// States; empty or null is all.
    pub states: Option<Vec<NeedState>>,
}

/// One value of a filter and how many needs it would give.
#[derive(Clone, Debug, SimpleObject)]
pub struct NeedFacet {
    /// The value for the filter.
    pub value: String,
    /// Its name in your language.
    pub name: String,
    /// How many needs.
    pub count: i64,
}

/// Counts for the filters beside a list.
#[derive(Clone, Debug, SimpleObject)]
pub struct NeedFacets {
    /// By state.
    pub states: Vec<NeedFacet>,
    /// By the buyer's county.
    pub counties: Vec<NeedFacet>,
    /// By CPV division (two digits).
    pub divisions: Vec<NeedFacet>,
}

fn to_domain(filter: NeedFilter, order: NeedOrderField) -> domain::Result<domain_needs::Filter> {
    let organisations: domain::Result<Vec<OrganisationId>> = filter
        .organisation_ids
        .unwrap_or_default()
        .iter()
        .map(|id| decode(id, "filter.organisationIds"))
        .collect();
    Ok(domain_needs::Filter {
        query: filter.query,
        organisations: organisations?,
        states: filter.states.unwrap_or_default().into_iter().map(Into::into).collect(),
        counties: filter.county_numbers.unwrap_or_default(),
        cpv_codes: filter.cpv_codes.unwrap_or_default(),
        places: filter.places.unwrap_or_default(),
        is_joint: filter.is_joint,
        is_open: filter.is_open,
        order: match order {
            NeedOrderField::Relevance => domain_needs::Order::Relevance,
            NeedOrderField::PublishedAt => domain_needs::Order::Newest,
            NeedOrderField::ResponseDeadline => domain_needs::Order::Deadline,
        },
    })
}

/// Reading needs.
#[derive(Debug, Default)]
pub struct NeedQuery;

#[Object]
impl NeedQuery {
    /// Public needs.
    #[graphql(complexity = "first.unwrap_or(20).clamp(1, 100) as usize * child_complexity + 1")]
    async fn needs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] filter: Option<NeedFilter>,
        #[graphql(desc = "In which order; the usual one if null.")] order_by: Option<NeedOrder>,
        #[graphql(desc = "How many, 1–100; 20 if null.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<List<Need>> {
        let is_after = after.is_some();
        let page = list::countable(ctx, first, after, order_by.is_reversed()).or_top(ctx)?;
        let filter = to_domain(filter.unwrap_or_default(), order_by.map(|o| o.field).unwrap_or_default())
            .or_top(ctx)?;
        let found = domain_needs::list(ctx.app(), ctx.actor(), &filter, &page).await.or_top(ctx)?;
        let query = filter.query.as_deref().map(domain::text::search::query).unwrap_or_default();
        let buyers = buyers(ctx, found.rows.iter().map(|(_, f)| f.need.organisation_id)).await?;
        let node = |f: domain_needs::Found| {
            let organisation = buyers.get(&f.need.organisation_id).cloned();
            Need::loaded(NeedData {
                row: f.need,
                content: Some(f.content),
                organisation,
                summary: None,
                query: query.clone(),
            })
        };
        Ok(list::counted(ctx, found, node, is_after))
    }

    /// Counts for the filters of the same list.
    async fn need_facets(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The filter of the list.")] filter: Option<NeedFilter>,
    ) -> Result<NeedFacets> {
        let filter = to_domain(filter.unwrap_or_default(), NeedOrderField::PublishedAt).or_top(ctx)?;
        let facets = domain_needs::facets(ctx.app(), ctx.actor(), &filter).await.or_top(ctx)?;
        let (texts, language) = (ctx.texts(), ctx.actor().language);
        let named = |facets: Vec<domain_needs::Facet>, name: &dyn Fn(&str) -> String| {
            facets
                .into_iter()
                .map(|f| NeedFacet { name: name(&f.value), value: f.value, count: f.count })
                .collect::<Vec<_>>()
        };
        let division = |value: &str| {
            let code = format!("{value}000000").parse().ok();
            code.and_then(|c| domain::reference::cpv::label(&c, language)).unwrap_or(value).to_owned()
        };
        let county = |value: &str| domain::reference::county(value).map_or(value, |c| &c.name).to_owned();
        Ok(NeedFacets {
            states: named(facets.states, &|v| texts.word("need-state", v)),
            counties: named(facets.counties, &county),
            divisions: named(facets.divisions, &division),
        })
    }

    /// The need with this slug; null if there is none, or not for you.
    async fn need(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its address on the web.")] slug: String,
    ) -> Result<Option<Need>> {
        Ok(domain_needs::find_by_slug(ctx.app(), ctx.actor(), &slug).await.or_top(ctx)?.map(Into::into))
    }

    /// The needs of the buyer that you act for, drafts included, latest change first.
    #[graphql(complexity = "first.unwrap_or(20).clamp(1, 100) as usize * child_complexity + 1")]
    async fn own_needs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] filter: Option<OwnNeedFilter>,
        #[graphql(desc = "In which order; the usual one if null.")] order_by: Option<OwnNeedOrder>,
        #[graphql(desc = "How many, 1–100; 20 if null.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<List<Need>> {
        let is_after = after.is_some();
        let page = list::countable(ctx, first, after, order_by.is_reversed()).or_top(ctx)?;
        let states = filter.unwrap_or_default().states.unwrap_or_default();
        let states: Vec<types::NeedState> = states.into_iter().map(Into::into).collect();
        let found = domain_needs::list_own(ctx.app(), ctx.actor(), &states, &page).await.or_top(ctx)?;
        Ok(list::counted(ctx, found, Need::from, is_after))
    }
}

/// The buyers of a list in one statement.
pub(crate) async fn buyers(
    ctx: &Context<'_>,
    ids: impl Iterator<Item = OrganisationId>,
) -> Result<HashMap<OrganisationId, domain::organisations::Organisation>> {
    let mut ids: Vec<OrganisationId> = ids.collect();
    ids.sort();
    ids.dedup();
    let found = domain::organisations::list_by_ids(ctx.app(), &ids).await.or_top(ctx)?;
    Ok(found.into_iter().map(|o| (o.id, o)).collect())
}

/// Needs that other rows speak of, with what the query asks of them: a
/// statement for each part, however many rows there are.
pub(crate) async fn spoken_of(
    ctx: &Context<'_>,
    ids: impl Iterator<Item = NeedId>,
    asks: impl Fn(&str) -> bool,
) -> Result<HashMap<NeedId, Need>> {
    let mut ids: Vec<NeedId> = ids.collect();
    ids.sort();
    ids.dedup();
    let rows = domain_needs::list_by_ids(ctx.app(), ctx.actor(), &ids).await.or_top(ctx)?;
    let mut organisations = HashMap::new();
    if asks("organisation") {
        organisations = buyers(ctx, rows.iter().map(|n| n.organisation_id)).await?;
    }
    let mut summaries = None;
    if asks("dialogueSummary") {
        summaries = Some(domain::summary::published_of_needs(ctx.app(), &ids).await.or_top(ctx)?);
    }
    let loaded = |row: domain_needs::Need| {
        let data = NeedData {
            organisation: organisations.get(&row.organisation_id).cloned(),
            summary: summaries.as_mut().map(|known| known.remove(&row.id)),
            ..row.into()
        };
        (data.row.id, Need::loaded(data))
    };
    Ok(rows.into_iter().map(loaded).collect())
}
