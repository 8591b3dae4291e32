//! Webhooks: an organisation's own systems, told what happens.

mod mutation;
mod query;
mod types;

pub use mutation::WebhookMutation;
pub use query::WebhookQuery;
pub use types::{WebhookDelivery, WebhookDeliveryState, WebhookEndpoint, WebhookFailure, WebhookState};
