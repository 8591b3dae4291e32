//! Webhooks: an organisation's own systems are told what happens, as the change feed
//! would tell them, by a call to an address of theirs (the Standard Webhooks
//! specification).
//!
//! `tell` is a reader of the record. It makes a row for each entry and endpoint, and
//! moves its cursor, in one transaction; what is told is what [`crate::changes`] tells
//! the organisation, by the same row filter. The body is thin: ids, which `node(id:)` reads with
//! the rights that whoever asks has then. `send_next` tries what is due, one at a time
//! for an organisation, so that a receiver that hangs holds up no other, and no mail.
//!
//! An endpoint is `ACTIVE`, or stopped: by somebody (`DISABLED`), by its receiver's 410
//! (`GONE`), by three days without success (`FAILED`), because the member who answers for
//! it no longer manages members (`ORPHANED`). Of whoever lets it go on it is asked, as of
//! whoever makes one, to prove who they are: from then on they answer for it.
//!
//! Invariants: nothing is told that the organisation may not read now, nothing while it is
//! suspended or nobody answers for the endpoint; a secret is shown once, and kept
//! sealed; an address that is not public is never called (`address`, and each try
//! anew where the port is); `webhook-id` and body are the same on every try.
//!
//! Deliberately absent: order (the feed has it), and what happened while an endpoint was
//! stopped (the feed has that too).

pub mod address;
mod body;
mod commands;
mod deliveries;
mod model;
mod queries;
mod secret;
mod send;
mod store;
mod tell;

pub use commands::{
    ChangeEndpoint, CreateEndpoint, CreatedEndpoint, change, create, delete, disable, enable, rotate_secret,
};
pub use deliveries::{ping, replay, replay_failed, sweep};
pub use entity::webhook_delivery::Model as Delivery;
pub use entity::webhook_endpoint::Model as Endpoint;
pub use model::{KEPT, MOST, OVERLAP, SCHEDULE, kinds_of, message_id};
pub(crate) use queries::get;
pub use queries::{EndpointView, deliveries, find, find_delivery, list};
pub use send::{Next, Taken, send_next, take_next, try_taken};
pub use tell::{READER, tell};

crate::subjects! {
    Endpoint => "webhook_endpoint" except [
        "sealed_before", "signs_before_until", "leased_until", "paused_until", "failing_since",
        "failures", "delivered_at"
    ];
}
