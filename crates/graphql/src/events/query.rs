//! Reading events.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result};
use domain::events;
use types::OrganisationId;

use super::Event;
use super::types::{EventKind, EventState, loaded};
use crate::error::OrTop;
use crate::list::List;
use crate::orders::{EventOrder, MyEventOrder, Ordered};
use crate::{Ctx, decode, list};

/// Which part of time a list shows, and its order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
pub enum EventTime {
    /// Not over yet, the next first.
    #[default]
    Upcoming,
    /// Over, the latest first.
    Past,
    /// All, the earliest first.
    All,
}

/// Which events.
#[derive(Clone, Debug, Default, InputObject)]
pub struct EventFilter {
    /// Kinds; empty or null is all.
    pub kinds: Option<Vec<EventKind>>,
    /// States; empty or null is all.
    pub states: Option<Vec<EventState>>,
    /// Buyers; empty or null is all.
    pub organisation_ids: Option<Vec<ID>>,
    /// Only those that the organisation you act for is registered for or waits for.
    #[graphql(default)]
    pub is_mine: bool,
    /// Before or after now.
    #[graphql(default)]
    pub time: EventTime,
}

fn to_domain(filter: EventFilter) -> domain::Result<events::Filter> {
    let organisations: domain::Result<Vec<OrganisationId>> = filter
        .organisation_ids
        .unwrap_or_default()
        .iter()
        .map(|id| decode(id, "filter.organisationIds"))
        .collect();
    Ok(events::Filter {
        kinds: filter.kinds.unwrap_or_default().into_iter().map(Into::into).collect(),
        states: filter.states.unwrap_or_default().into_iter().map(Into::into).collect(),
        organisations: organisations?,
        registered: filter.is_mine,
        when: match filter.time {
            EventTime::Upcoming => events::When::Upcoming,
            EventTime::Past => events::When::Past,
            EventTime::All => events::When::All,
        },
    })
}

/// Reading events.
#[derive(Debug, Default)]
pub struct EventQuery;

#[Object]
impl EventQuery {
    /// Announced events of all buyers, and the plans of the one that you act for.
    #[graphql(complexity = "first.unwrap_or(20).clamp(1, 100) as usize * child_complexity + 1")]
    async fn events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] filter: Option<EventFilter>,
        #[graphql(desc = "In which order; the usual one if null.")] order_by: Option<EventOrder>,
        #[graphql(desc = "How many, 1–100; 20 if null.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<List<Event>> {
        let is_after = after.is_some();
        // What is over runs the other way by itself.
        let is_over = filter.as_ref().is_some_and(|filter| filter.time == EventTime::Past);
        let is_reversed = order_by.is_some_and(|order| order.is_reversed() != is_over);
        let page = list::countable(ctx, first, after, is_reversed).or_top(ctx)?;
        let filter = to_domain(filter.unwrap_or_default()).or_top(ctx)?;
        let found = events::list(ctx.app(), ctx.actor(), &filter, &page).await.or_top(ctx)?;
        let events = loaded(ctx, found.rows.iter().map(|(_, view)| view.clone()).collect()).await?;
        Ok(list::counted(ctx, found.with(|_| events), |event| event, is_after))
    }

    /// The event with this slug; null if there is none, or not for you.
    async fn event(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its address on the web.")] slug: String,
    ) -> Result<Option<Event>> {
        Ok(events::find_by_slug(ctx.app(), ctx.actor(), &slug).await.or_top(ctx)?.map(Into::into))
    }

    /// The events that the organisation you act for is or was registered for,
    /// the latest registration first.
    #[graphql(complexity = "first.unwrap_or(20).clamp(1, 100) as usize * child_complexity + 1")]
    async fn my_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "In which order; the usual one if null.")] order_by: Option<MyEventOrder>,
        #[graphql(desc = "How many, 1–100; 20 if null.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<List<Event>> {
        let page = list::countable(ctx, first, after, order_by.is_reversed()).or_top(ctx)?;
        let found = events::list_mine(ctx.app(), ctx.actor(), &page).await.or_top(ctx)?;
        let events = loaded(ctx, found.rows.iter().map(|(_, view)| view.clone()).collect()).await?;
        Ok(list::counted(ctx, found.with(|_| events), |event| event, page.after.is_some()))
    }
}
