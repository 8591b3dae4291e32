//! Trying what is due.
//!
//! A worker takes an endpoint for one try: no organisation has more than one under way, so
//! a receiver that hangs holds up its own messages alone. An endpoint that fails is left in
//! peace for a while besides, whatever else waits for it. The try is counted
//! when it begins: a worker that dies has used one up, and the receiver knows a second by
//! `webhook-id`.

use chrono::TimeDelta;
use entity::{webhook_delivery, webhook_endpoint};
use sea_orm::ActiveValue::Set;
use types::{AuditEvent, Time, WebhookDeliveryState, WebhookFailure, WebhookState};

use super::commands::stop;
use super::model::{FAILS_FOR, excerpt, failure, message_id, pause_after, peace_after, wish};
use super::{Delivery, Endpoint, secret, store};
use crate::audit::Line;
use crate::ports::{WebhookAnswer, WebhookCall, WebhookFault};
use crate::{Actor, App, Error, Result, Tx, accounts, organisations};

/// How long a worker holds an endpoint: longer than the longest try.
const LEASE: TimeDelta = TimeDelta::minutes(1);

type Outcome = std::result::Result<WebhookAnswer, WebhookFault>;

/// What a worker has taken for one try.
#[derive(Debug)]
pub struct Taken {
    endpoint: Endpoint,
    delivery: Delivery,
}

/// What a worker found.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "one at a time, and never kept")]
pub enum Next {
    /// Nothing is due.
    Nothing,
    /// What was due went to another, or was given up: look again.
    Again,
    /// This is to be tried.
    Try(Taken),
}

/// Takes what is due first. Looking takes no lock, so that a worker with nothing to do writes nothing.
pub async fn take_next(app: &App) -> Result<Next> {
    if store::due(app.db.read(), app.now()).await?.is_none() {
        return Ok(Next::Nothing);
    }
    Ok(take(app).await?.map_or(Next::Again, Next::Try))
}

/// Makes the try, and notes what became of it.
pub async fn try_taken(app: &App, taken: Taken) -> Result<()> {
    let Taken { endpoint, delivery } = taken;
    let (id, now) = (message_id(delivery.id), app.now());
    let call = WebhookCall {
        signature: secret::sign(app, &endpoint, &id, now, &delivery.body)?,
        url: endpoint.url,
        id,
        timestamp: now.timestamp(),
        body: delivery.body.clone(),
    };
    let (outcome, took) = app.webhooks.send(&call).await;
    let took = i32::try_from(took.as_millis()).unwrap_or(i32::MAX);
    finish(app, &delivery, outcome, took).await
}

/// Tries what is due first; whether there was something.
pub async fn send_next(app: &App) -> Result<bool> {
    match take_next(app).await? {
        Next::Nothing => return Ok(false),
        Next::Again => {}
        Next::Try(taken) => try_taken(app, taken).await?,
    }
    Ok(true)
}

/// Takes what is due first, if the organisation may be told anything.
async fn take(app: &App) -> Result<Option<Taken>> {
    let now = app.now();
    let tx = app.db.write().await?;
    let Some(delivery) = store::due(&*tx, now).await? else { return Ok(None) };
    let id = delivery.endpoint_id;
    // Another node may have been faster.
    if !store::lease(&tx, id, now, now + LEASE).await? {
        return Ok(None);
    }
    let Some(endpoint) = store::lock(&tx, id).await? else { return Ok(None) };
    let organisation = organisations::find_in(&*tx, endpoint.organisation_id).await?;
    let organisation = organisation.ok_or(Error::NotFound)?;
    // Read anew, as for each request of a token.
    if !accounts::manages_members(&*tx, endpoint.answerable_id, organisation.id).await? {
        release(&tx, &endpoint).await?;
        stop(app, &tx, endpoint, WebhookState::Orphaned).await?;
        tx.commit().await?;
        return Ok(None);
    }
    if organisation.suspended_at.is_some() {
        release(&tx, &endpoint).await?;
        store::give_up(&tx, id, WebhookFailure::Suspended).await?;
        tx.commit().await?;
        return Ok(None);
    }
    let is_taken = store::begin_try(&tx, delivery.id, now).await?;
    if !is_taken {
        return Ok(None);
    }
    tx.commit().await?;
    let delivery = Delivery { attempts: delivery.attempts + 1, ..delivery };
    Ok(Some(Taken { endpoint, delivery }))
}

async fn release(tx: &Tx, endpoint: &Endpoint) -> Result<()> {
    let change = webhook_endpoint::ActiveModel { leased_until: Set(None), ..Default::default() };
    store::set(tx, endpoint.id, change).await
}

/// Notes what became of a try.
async fn finish(app: &App, delivery: &Delivery, outcome: Outcome, took: i32) -> Result<()> {
    let now = app.now();
    let tx = app.db.write().await?;
    // Deleted meanwhile: its log is gone with it.
    let Some(endpoint) = store::lock(&tx, delivery.endpoint_id).await? else { return Ok(()) };
    let answer = outcome.as_ref().ok();
    let failure = failure(&outcome);
    let mut line = webhook_delivery::ActiveModel {
        duration_ms: Set(Some(took)),
        status: Set(answer.map(|a| a.status.into())),
        failure: Set(failure),
        excerpt: Set(answer.and_then(|a| excerpt(&a.body))),
        ..Default::default()
    };
    let mut place = webhook_endpoint::ActiveModel { leased_until: Set(None), ..Default::default() };
    let is_test = delivery.entry_id.is_none();
    let mut stops = None;
    if failure == Some(WebhookFailure::AddressNotAllowed) {
        let who = Actor::system();
        tx.note(Line::of(&who, AuditEvent::WebhookAddressRefused).about(endpoint.id.0));
    }
    if failure.is_none() {
        line.state = Set(WebhookDeliveryState::Delivered);
        place.failing_since = Set(None);
        place.failures = Set(0);
        place.paused_until = Set(None);
        place.delivered_at = Set(Some(now));
    } else if answer.is_some_and(|a| a.status == 410) {
        line.state = Set(WebhookDeliveryState::Failed);
        stops = Some(WebhookState::Gone);
    } else if is_test {
        // A test says at once how it went, and counts for nothing.
        line.state = Set(WebhookDeliveryState::Failed);
    } else {
        let since = endpoint.failing_since.unwrap_or(now);
        let wish = answer.and_then(|a| wish(a, now));
        place.failing_since = Set(Some(since));
        place.failures = Set(endpoint.failures.saturating_add(1));
        place.paused_until = Set(Some(now + wish.unwrap_or_else(|| peace_after(endpoint.failures + 1))));
        match again_at(delivery.attempts, wish, now) {
            // Stopped meanwhile: it is not tried again.
            Some(at) if endpoint.state == WebhookState::Active => line.run_at = Set(at),
            _ => line.state = Set(WebhookDeliveryState::Failed),
        }
        if now - since >= FAILS_FOR {
            line.state = Set(WebhookDeliveryState::Failed);
            stops = Some(WebhookState::Failed);
        }
    }
    store::set_delivery(&tx, delivery.id, line).await?;
    store::set(&tx, endpoint.id, place).await?;
    if let Some(state) = stops
        && endpoint.state == WebhookState::Active
    {
        stop(app, &tx, endpoint, state).await?;
    }
    tx.commit().await
}

/// When it is tried again: as the schedule says, or later where the receiver wishes so.
fn again_at(attempts: i32, wish: Option<TimeDelta>, now: Time) -> Option<Time> {
    let pause = pause_after(attempts)?;
    Some(now + Ord::max(pause, wish.unwrap_or(pause)))
}
