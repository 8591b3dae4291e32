//! Endpoints and their log.

use ::types::ChangeId;
use async_graphql::{Context, ID, InputObject, Object, Result};
use chrono::{DateTime, Utc};
use domain::webhooks::{self, Delivery, EndpointView};

use crate::accounts::Person;
use crate::changes::ChangeKind;
use crate::error::OrTop;
use crate::list::List;
use crate::orders::{Ordered, WebhookDeliveryOrder};
use crate::{Ctx, encode, list};

crate::api_enum! {
    /// Where a webhook endpoint stands.
    WebhookState {
        /// It is told what happens.
        Active,
        /// Somebody stopped it.
        Disabled,
        /// Its receiver answered 410: gone for good.
        Gone,
        /// Nothing got through for three days.
        Failed,
        /// Its member has left or no longer manages members: it goes on when another enables it.
        Orphaned,
    }
}

crate::api_enum! {
    /// What became of telling a webhook endpoint something.
    WebhookDeliveryState {
        /// Waits for its first or next try.
        Pending,
        /// The receiver answered with 2xx.
        Delivered,
        /// Given up; `replayWebhookDelivery` sends it anew.
        Failed,
    }
}

crate::api_enum! {
    /// Why the last try to tell a webhook endpoint something failed.
    WebhookFailure {
        /// The receiver answered with a status that is not 2xx.
        Refused,
        /// The receiver answered with a redirect, which is not followed: change the address.
        Redirected,
        /// No answer within 15 seconds.
        TimedOut,
        /// The name has no address.
        UnknownName,
        /// The name leads to an address that is not public; nothing was sent.
        AddressNotAllowed,
        /// No connection, or a certificate that is not to be trusted.
        NotConnected,
        /// The endpoint was stopped before it was tried.
        Stopped,
        /// The organisation was suspended when it was to be tried.
        Suspended,
    }
}

/// An address of your organisation's that is told what happens, as the change feed would tell it.
#[derive(Clone, Debug)]
pub struct WebhookEndpoint(EndpointView);

impl From<EndpointView> for WebhookEndpoint {
    fn from(view: EndpointView) -> Self {
        Self(view)
    }
}

/// Which deliveries; what is null or empty is all.
#[derive(Clone, Debug, Default, InputObject)]
pub struct WebhookDeliveryFilter {
    /// In these states.
    pub states: Option<Vec<WebhookDeliveryState>>,
}

/// An address of your organisation's that is told what happens, as the change feed would tell it.
#[Object]
impl WebhookEndpoint {
    /// Opaque id.
    pub(crate) async fn id(&self) -> ID {
        encode(self.0.endpoint.id)
    }

    /// Where it is called.
    async fn url(&self) -> &str {
        &self.0.endpoint.url
    }

    /// What it is for.
    async fn description(&self) -> &str {
        &self.0.endpoint.description
    }

    /// Which kinds of changes it is told; empty is all.
    async fn kinds(&self) -> Vec<ChangeKind> {
        webhooks::kinds_of(&self.0.endpoint.kinds).into_iter().filter_map(ChangeKind::of).collect()
    }

    /// Where it stands.
    async fn state(&self) -> WebhookState {
        self.0.endpoint.state.into()
    }

    /// The member who answers for it: when that member no longer manages members, it stops.
    async fn answerable(&self) -> Option<Person> {
        self.0.answerable.clone().map(Person)
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.endpoint.created_at
    }

    /// Grows with every change; hand it in as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.endpoint.version
    }

    /// Until when the secret before the present one signs too; null if it does not any more.
    async fn previous_secret_until(&self, ctx: &Context<'_>) -> Option<DateTime<Utc>> {
        self.0.endpoint.signs_before_until.filter(|until| *until > ctx.app().now())
    }

    /// Since when nothing got through; null if the last try did.
    async fn failing_since(&self) -> Option<DateTime<Utc>> {
        self.0.endpoint.failing_since
    }

    /// When something got through last; null if never.
    async fn last_delivered_at(&self) -> Option<DateTime<Utc>> {
        self.0.endpoint.delivered_at
    }

    /// What it was told in the last 30 days, and what became of it; the latest first.
    #[graphql(complexity = "first.unwrap_or(20).clamp(1, 100) as usize * child_complexity + 5")]
    async fn deliveries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] filter: Option<WebhookDeliveryFilter>,
        #[graphql(desc = "In which order; the usual one if null.")] order_by: Option<WebhookDeliveryOrder>,
        #[graphql(desc = "How many, 1–100; 20 if null.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<List<WebhookDelivery>> {
        let page = list::countable(ctx, first, after, order_by.is_reversed()).or_top(ctx)?;
        let states = filter.unwrap_or_default().states.unwrap_or_default();
        let states: Vec<_> = states.into_iter().map(Into::into).collect();
        let found = webhooks::deliveries(ctx.app(), ctx.actor(), self.0.endpoint.id, &states, &page);
        let found = found.await.or_top(ctx)?;
        Ok(list::counted(ctx, found, WebhookDelivery::from, page.after.is_some()))
    }
}

/// What a webhook endpoint was told, and what became of it.
#[derive(Clone, Debug)]
pub struct WebhookDelivery(Delivery);

impl From<Delivery> for WebhookDelivery {
    fn from(row: Delivery) -> Self {
        Self(row)
    }
}

/// What a webhook endpoint was told, and what became of it.
#[Object]
impl WebhookDelivery {
    /// Opaque id.
    pub(crate) async fn id(&self) -> ID {
        encode(self.0.id)
    }

    /// What is sent as `webhook-id`: the same on every try, also when it is sent anew.
    async fn message_id(&self) -> String {
        webhooks::message_id(self.0.id)
    }

    /// Which endpoint; `node(id:)` reads it.
    async fn endpoint_id(&self) -> ID {
        encode(self.0.endpoint_id)
    }

    /// What happened; null of a test.
    async fn kind(&self) -> Option<ChangeKind> {
        self.0.kind.and_then(ChangeKind::of)
    }

    /// The change that is told; null of a test. `node(id:)` reads it.
    async fn change_id(&self) -> Option<ID> {
        self.0.entry_id.map(|id| encode(ChangeId(id.0)))
    }

    /// Where it stands.
    async fn state(&self) -> WebhookDeliveryState {
        self.0.state.into()
    }

    /// The body as it is sent.
    async fn body(&self) -> &str {
        &self.0.body
    }

    /// When it was put in the queue.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// How often it was tried, since it was last sent anew.
    async fn attempts(&self) -> i32 {
        self.0.attempts
    }

    /// When it was tried last; null if never.
    async fn attempted_at(&self) -> Option<DateTime<Utc>> {
        self.0.attempted_at
    }

    /// When it is tried next, at the earliest; null if it is not.
    async fn next_attempt_at(&self) -> Option<DateTime<Utc>> {
        (self.0.state == ::types::WebhookDeliveryState::Pending).then_some(self.0.run_at)
    }

    /// How long the last try took, in milliseconds.
    async fn duration_ms(&self) -> Option<i32> {
        self.0.duration_ms
    }

    /// The status of the last answer; null where none came.
    async fn status(&self) -> Option<i32> {
        self.0.status
    }

    /// Why the last try failed; null if it did not.
    async fn failure(&self) -> Option<WebhookFailure> {
        self.0.failure.map(Into::into)
    }

    /// How the last answer began, as one line of at most 500 characters. It is the receiver's
    /// own word: show it as text.
    async fn excerpt(&self) -> Option<&str> {
        self.0.excerpt.as_deref()
    }
}
