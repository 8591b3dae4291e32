//! What one gets mail about.

use async_graphql::{Context, Object, Result, SimpleObject};
use domain::notifications;

use crate::error::OrTop;
use crate::events::Event;
use crate::list::List;
use crate::needs::Need;
use crate::orders::{NeedNotificationsOrder, Ordered};
use crate::{Ctx, list};

crate::api_enum_of! {
    /// Why you get the news of a need.
    NotificationReason = domain::notifications::Reason {
        /// You follow it.
        Follows,
        /// The supplier whose member you are is interested.
        Interested,
        /// You are registered for an event, or named in a registration.
        Registered,
        /// You have asked something.
        Asked,
        /// The supplier whose member you are has a response that stands.
        Responded,
    }
}

/// A need whose news you get by mail.
#[derive(Clone, Debug, SimpleObject)]
pub struct NeedNotifications {
    /// The need.
    pub need: Need,
    /// Why, each once.
    pub reasons: Vec<NotificationReason>,
    /// The events that you are registered for.
    pub events: Vec<Event>,
}

/// Reading what one gets mail about.
#[derive(Debug, Default)]
pub struct NotificationQuery;

#[Object]
impl NotificationQuery {
    /// The needs whose news you get by mail, and why. Whoever runs a dialogue
    /// gets its tasks by role, beside these.
    #[graphql(complexity = "first.unwrap_or(20).clamp(1, 100) as usize * child_complexity + 1")]
    async fn my_notifications(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "In which order; the usual one if null.")] order_by: Option<NeedNotificationsOrder>,
        #[graphql(desc = "How many, 1–100; 20 if null.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<List<NeedNotifications>> {
        let page = list::countable(ctx, first, after, order_by.is_reversed()).or_top(ctx)?;
        let found = notifications::addressed(ctx.app(), ctx.actor(), &page).await.or_top(ctx)?;
        let node = |a: notifications::Addressed| NeedNotifications {
            need: a.need.into(),
            reasons: a.reasons.into_iter().map(Into::into).collect(),
            events: a.events.into_iter().map(Into::into).collect(),
        };
        Ok(list::counted(ctx, found, node, page.after.is_some()))
    }
}
