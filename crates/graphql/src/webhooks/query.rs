//! Reading endpoints.

use async_graphql::{Context, Object, Result};
use domain::webhooks;

use super::WebhookEndpoint;
use crate::error::OrTop;
use crate::list::List;
use crate::orders::{Ordered, WebhookEndpointOrder};
use crate::{Ctx, list};

/// Reading endpoints.
#[derive(Debug, Default)]
pub struct WebhookQuery;

#[Object]
impl WebhookQuery {
    /// The webhook endpoints of the organisation that you act for, the newest first; for those
    /// who manage members.
    #[graphql(complexity = "first.unwrap_or(20).clamp(1, 100) as usize * child_complexity + 1")]
    async fn webhook_endpoints(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "In which order; the usual one if null.")] order_by: Option<WebhookEndpointOrder>,
        #[graphql(desc = "How many, 1–100; 20 if null.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<List<WebhookEndpoint>> {
        let page = list::countable(ctx, first, after, order_by.is_reversed()).or_top(ctx)?;
        let found = webhooks::list(ctx.app(), ctx.actor(), &page).await.or_top(ctx)?;
        Ok(list::counted(ctx, found, WebhookEndpoint::from, page.after.is_some()))
    }
}
