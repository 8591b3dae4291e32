//! Doing things with endpoints.

use ::types::{WebhookDeliveryId, WebhookEndpointId};
use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use domain::webhooks::{self, ChangeEndpoint, CreateEndpoint, EndpointView};

use super::{WebhookDelivery, WebhookEndpoint};
use crate::changes::ChangeKind;
use crate::error::UserError;
use crate::{Ctx, decode, payloads};

/// An endpoint to make.
#[derive(Clone, InputObject)]
pub struct CreateWebhookEndpointInput {
    /// Where it is called: https, port 443 or 8443, a public name or address, without user name
    /// and password.
    pub url: String,
    /// What it is for, so that others know it in a year; at most 80 characters.
    pub description: String,
    /// Which kinds of changes it is told; all if null or empty.
    pub kinds: Option<Vec<ChangeKind>>,
}

/// What an endpoint is to be from now on.
#[derive(Clone, InputObject)]
pub struct ChangeWebhookEndpointInput {
    /// Which endpoint.
    pub endpoint_id: ID,
    /// The version that you read; refused with `STALE_VERSION` if it is not the newest.
    pub expected_version: Option<i32>,
    /// Where it is called. What waits goes there too.
    pub url: String,
    /// What it is for; at most 80 characters.
    pub description: String,
    /// Which kinds of changes it is told; all if null or empty.
    pub kinds: Option<Vec<ChangeKind>>,
}

macro_rules! which {
    ($($(#[$meta:meta])* $name:ident,)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, InputObject)]
        pub struct $name {
            /// Which endpoint.
            pub endpoint_id: ID,
        }
    )+};
}

which! {
    /// Which endpoint stops.
    DisableWebhookEndpointInput,
    /// Which endpoint goes on.
    EnableWebhookEndpointInput,
    /// Which endpoint is deleted.
    DeleteWebhookEndpointInput,
    /// Which endpoint is told that this is a test.
    SendTestWebhookInput,
}

/// Which endpoint gets a new secret.
#[derive(Clone, Debug, InputObject)]
pub struct RotateWebhookSecretInput {
    /// Which endpoint.
    pub endpoint_id: ID,
    /// The version that you read; refused with `STALE_VERSION` if it is not the newest, so that two
    /// at once do not end a secret that is still in use.
    pub expected_version: Option<i32>,
}

/// What to send anew.
#[derive(Clone, Debug, InputObject)]
pub struct ReplayWebhookDeliveryInput {
    /// Which delivery.
    pub delivery_id: ID,
}

/// What to send anew.
#[derive(Clone, Debug, InputObject)]
pub struct ReplayFailedWebhookDeliveriesInput {
    /// Of which endpoint.
    pub endpoint_id: ID,
    /// All changes that were put in the queue then or later and were given up.
    pub since: DateTime<Utc>,
}

/// The outcome of `createWebhookEndpoint`.
#[derive(SimpleObject)]
pub struct CreateWebhookEndpointPayload {
    /// The endpoint.
    pub endpoint: Option<WebhookEndpoint>,
    /// By which your receiver checks that a call is ours (`whsec_…`). It is shown here and never again.
    pub secret: Option<String>,
    /// What to mend; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// The outcome of `rotateWebhookSecret`.
#[derive(SimpleObject)]
pub struct RotateWebhookSecretPayload {
    /// The endpoint.
    pub endpoint: Option<WebhookEndpoint>,
    /// The new secret (`whsec_…`). It is shown here and never again.
    pub secret: Option<String>,
    /// What to mend; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// The outcome of `replayFailedWebhookDeliveries`.
#[derive(SimpleObject)]
pub struct ReplayFailedWebhookDeliveriesPayload {
    /// The endpoint.
    pub endpoint: Option<WebhookEndpoint>,
    /// How many are sent anew.
    pub replayed_count: Option<i32>,
    /// What to mend; empty when it was done.
    pub user_errors: Vec<UserError>,
}

payloads! {
    /// The outcome of `changeWebhookEndpoint`.
    ChangeWebhookEndpointPayload {
        /// The endpoint.
        endpoint: WebhookEndpoint
    }
    /// The outcome of `disableWebhookEndpoint`.
    DisableWebhookEndpointPayload {
        /// The endpoint.
        endpoint: WebhookEndpoint
    }
    /// The outcome of `enableWebhookEndpoint`.
    EnableWebhookEndpointPayload {
        /// The endpoint.
        endpoint: WebhookEndpoint
    }
    /// The outcome of `deleteWebhookEndpoint`.
    DeleteWebhookEndpointPayload {
        /// The id of what is gone.
        deleted_endpoint_id: ID
    }
    /// The outcome of `sendTestWebhook`.
    SendTestWebhookPayload {
        /// The test; it is tried once, within moments.
        delivery: WebhookDelivery
    }
    /// The outcome of `replayWebhookDelivery`.
    ReplayWebhookDeliveryPayload {
        /// The delivery, which waits.
        delivery: WebhookDelivery
    }
}

/// Doing things with endpoints.
#[derive(Debug, Default)]
pub struct WebhookMutation;

/// An endpoint as it is after a command.
async fn view(ctx: &Context<'_>, id: WebhookEndpointId) -> domain::Result<EndpointView> {
    webhooks::find(ctx.app(), ctx.actor(), id).await?.ok_or(domain::Error::NotFound)
}

fn endpoint(id: &ID) -> domain::Result<WebhookEndpointId> {
    decode(id, "endpointId")
}

fn content(url: String, description: String, kinds: Option<Vec<ChangeKind>>) -> CreateEndpoint {
    let kinds = kinds.unwrap_or_default().into_iter().map(Into::into).collect();
    CreateEndpoint { url, description, kinds }
}

#[Object]
impl WebhookMutation {
    /// Makes a webhook endpoint of the organisation that you act for; you answer for it. For those
    /// who manage members, and have proved within 15 minutes that it is them. At most ten.
    async fn create_webhook_endpoint(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What for.")] input: CreateWebhookEndpointInput,
    ) -> Result<CreateWebhookEndpointPayload> {
        let result = async {
            let input = content(input.url, input.description, input.kinds);
            let made = webhooks::create(ctx.app(), ctx.actor(), input).await?;
            Ok((view(ctx, made.endpoint.id).await?, made.secret))
        };
        let (made, user_errors) = crate::error::outcome(ctx, result.await)?;
        let (endpoint, secret) = made.unzip();
        Ok(CreateWebhookEndpointPayload { endpoint: endpoint.map(Into::into), secret, user_errors })
    }

    /// Changes where an endpoint is called and what it is told. For those who have proved within
    /// 15 minutes that it is them.
    async fn change_webhook_endpoint(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be.")] input: ChangeWebhookEndpointInput,
    ) -> Result<ChangeWebhookEndpointPayload> {
        let result = async {
            let id = endpoint(&input.endpoint_id)?;
            let content = content(input.url, input.description, input.kinds);
            let change = ChangeEndpoint { content, expected_version: input.expected_version };
            webhooks::change(ctx.app(), ctx.actor(), id, change).await?;
            view(ctx, id).await
        };
        ChangeWebhookEndpointPayload::of(ctx, result.await)
    }

    /// Gives an endpoint a new secret. The one before signs too for 24 hours, so that you can change
    /// over without missing anything. For those who have proved within 15 minutes that it is them.
    async fn rotate_webhook_secret(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: RotateWebhookSecretInput,
    ) -> Result<RotateWebhookSecretPayload> {
        let result = async {
            let id = endpoint(&input.endpoint_id)?;
            let made = webhooks::rotate_secret(ctx.app(), ctx.actor(), id, input.expected_version).await?;
            Ok((view(ctx, id).await?, made.secret))
        };
        let (made, user_errors) = crate::error::outcome(ctx, result.await)?;
        let (endpoint, secret) = made.unzip();
        Ok(RotateWebhookSecretPayload { endpoint: endpoint.map(Into::into), secret, user_errors })
    }

    /// Stops an endpoint at once. What waits is given up, and can be sent anew when it goes on.
    async fn disable_webhook_endpoint(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: DisableWebhookEndpointInput,
    ) -> Result<DisableWebhookEndpointPayload> {
        let result = async {
            let id = endpoint(&input.endpoint_id)?;
            webhooks::disable(ctx.app(), ctx.actor(), id).await?;
            view(ctx, id).await
        };
        DisableWebhookEndpointPayload::of(ctx, result.await)
    }

    /// Lets an endpoint go on that was stopped; you answer for it from now on. What happened
    /// meanwhile is in `changes`. For those who have proved within 15 minutes that it is them.
    async fn enable_webhook_endpoint(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: EnableWebhookEndpointInput,
    ) -> Result<EnableWebhookEndpointPayload> {
        let result = async {
            let id = endpoint(&input.endpoint_id)?;
            webhooks::enable(ctx.app(), ctx.actor(), id).await?;
            view(ctx, id).await
        };
        EnableWebhookEndpointPayload::of(ctx, result.await)
    }

    /// Deletes an endpoint with its secret, its log and all that waits.
    async fn delete_webhook_endpoint(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: DeleteWebhookEndpointInput,
    ) -> Result<DeleteWebhookEndpointPayload> {
        let result = async {
            webhooks::delete(ctx.app(), ctx.actor(), endpoint(&input.endpoint_id)?).await?;
            Ok(input.endpoint_id)
        };
        DeleteWebhookEndpointPayload::of(ctx, result.await)
    }

    /// Tells an endpoint that this is a test (`webhook.ping`). It is tried once.
    async fn send_test_webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: SendTestWebhookInput,
    ) -> Result<SendTestWebhookPayload> {
        let result = async {
            let id = endpoint(&input.endpoint_id)?;
            webhooks::ping(ctx.app(), ctx.actor(), id).await
        };
        SendTestWebhookPayload::of(ctx, result.await)
    }

    /// Sends something anew that was delivered or given up, with the same `webhook-id`.
    async fn replay_webhook_delivery(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: ReplayWebhookDeliveryInput,
    ) -> Result<ReplayWebhookDeliveryPayload> {
        let result = async {
            let id: WebhookDeliveryId = decode(&input.delivery_id, "deliveryId")?;
            webhooks::replay(ctx.app(), ctx.actor(), id).await
        };
        ReplayWebhookDeliveryPayload::of(ctx, result.await)
    }

    /// Sends anew all that an endpoint was not told since a time because it was given up.
    async fn replay_failed_webhook_deliveries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: ReplayFailedWebhookDeliveriesInput,
    ) -> Result<ReplayFailedWebhookDeliveriesPayload> {
        let result = async {
            let id = endpoint(&input.endpoint_id)?;
            let (_, count) = webhooks::replay_failed(ctx.app(), ctx.actor(), id, input.since).await?;
            Ok((view(ctx, id).await?, i32::try_from(count).unwrap_or(i32::MAX)))
        };
        let (done, user_errors) = crate::error::outcome(ctx, result.await)?;
        let (endpoint, replayed_count) = done.unzip();
        Ok(ReplayFailedWebhookDeliveriesPayload {
            endpoint: endpoint.map(Into::into),
            replayed_count,
            user_errors,
        })
    }
}
