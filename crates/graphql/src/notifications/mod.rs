//! What one gets mail about.

use async_graphql::{Context, Object, Result, SimpleObject};
use domain::notifications;

use crate::Ctx;
use crate::error::OrTop;
use crate::events::Event;
use crate::needs::Need;

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
    async fn my_notifications(&self, ctx: &Context<'_>) -> Result<Vec<NeedNotifications>> {
        let found = notifications::addressed(ctx.app(), ctx.actor()).await.or_top(ctx)?;
        Ok(found
            .into_iter()
            .map(|a| NeedNotifications {
                need: a.need.into(),
                reasons: a.reasons.into_iter().map(Into::into).collect(),
                events: a.events.into_iter().map(Into::into).collect(),
            })
            .collect())
    }
}
