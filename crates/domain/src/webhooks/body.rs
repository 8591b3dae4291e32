//! What is sent: thin, for what is in it leaves the house and can't be taken back.

use serde_json::{Map, Value, json};
use types::{ChangeId, Time, WebhookEndpointId};

use crate::changes::Change;
use crate::global_id;

/// `type` of a test.
const PING: &str = "webhook.ping";

/// What is told of a change: that it happened, and the ids by which its reader asks on.
pub(super) fn of_change(change: &Change) -> String {
    let mut data = Map::new();
    data.insert("id".to_owned(), json!(global_id("Change", ChangeId(change.id.0).0)));
    if let Some(need) = change.need_id {
        data.insert("needId".to_owned(), json!(global_id("Need", need.0)));
    }
    if let Some(organisation) = change.organisation_id {
        data.insert("organisationId".to_owned(), json!(global_id("Organisation", organisation.0)));
    }
    envelope(change.kind.as_str(), change.occurred_at, &data.into())
}

/// What a test says.
pub(super) fn ping(endpoint: WebhookEndpointId, at: Time) -> String {
    envelope(PING, at, &json!({ "id": global_id("WebhookEndpoint", endpoint.0) }))
}

fn envelope(kind: &str, at: Time, data: &Value) -> String {
    let at = at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    json!({ "type": kind, "timestamp": at, "data": data }).to_string()
}
