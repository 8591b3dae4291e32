//! The log: tests, sending anew, and forgetting.

use entity::{webhook_delivery, webhook_endpoint};
use sea_orm::ActiveValue::Set;
use types::{
    ErrorCode, FieldError, Time, WebhookDeliveryId, WebhookDeliveryState, WebhookEndpointId, WebhookState,
};

use super::commands::manageable;
use super::{Delivery, Endpoint, KEPT, body, store};
use crate::{Actor, App, Error, Result, suspended};

/// The most tests that wait at a time.
const TESTS: u64 = 5;

/// Tells an endpoint that this is a test; tried once.
pub async fn ping(app: &App, actor: &Actor, id: WebhookEndpointId) -> Result<Delivery> {
    let tx = app.db.write().await?;
    let endpoint = sending(&manageable(&tx, actor, id).await?, actor)?.id;
    if store::pending_tests(&*tx, endpoint).await? >= TESTS {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    let now = app.now();
    let row = webhook_delivery::ActiveModel {
        id: Set(app.id()),
        endpoint_id: Set(endpoint),
        entry_id: Set(None),
        kind: Set(None),
        body: Set(body::ping(endpoint, now)),
        ..waiting(now)
    };
    let row = store::insert_delivery(&tx, row).await?;
    tx.commit().await?;
    Ok(row)
}

/// Sends something anew that was delivered or given up: with the same id and body, and as many tries.
pub async fn replay(app: &App, actor: &Actor, id: WebhookDeliveryId) -> Result<Delivery> {
    let tx = app.db.write().await?;
    // The endpoint is asked for first, also for who may not: no refusal tells what there is.
    actor.acting()?;
    let row = store::delivery_by_id(&*tx, id).await?;
    let of = row.as_ref().map_or(WebhookEndpointId(uuid::Uuid::nil()), |row| row.endpoint_id);
    let endpoint = manageable(&tx, actor, of).await?;
    let row = row.ok_or(Error::NotFound)?;
    sending(&endpoint, actor)?;
    if row.state == WebhookDeliveryState::Pending {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    store::set_delivery(&tx, id, store::anew(app.now())).await?;
    let row = store::delivery_by_id(&*tx, id).await?.ok_or(Error::NotFound)?;
    tx.commit().await?;
    Ok(row)
}

/// Sends anew all changes since `since` that were given up; how many.
pub async fn replay_failed(
    app: &App,
    actor: &Actor,
    id: WebhookEndpointId,
    since: Time,
) -> Result<(Endpoint, u64)> {
    let tx = app.db.write().await?;
    let endpoint = manageable(&tx, actor, id).await?;
    if since > app.now() {
        return Err(Error::Invalid(vec![FieldError::new("since", ErrorCode::OutOfRange)]));
    }
    sending(&endpoint, actor)?;
    let count = store::replay_failed(&tx, id, since, app.now()).await?;
    tx.commit().await?;
    Ok((endpoint, count))
}

/// An endpoint to which something may be sent at the actor's wish.
fn sending<'a>(endpoint: &'a Endpoint, actor: &Actor) -> Result<&'a Endpoint> {
    suspended::may_act(actor)?;
    if endpoint.state == WebhookState::Active {
        Ok(endpoint)
    } else {
        Err(Error::Conflict(ErrorCode::WrongState))
    }
}

/// What every delivery begins with.
pub(super) fn waiting(now: Time) -> webhook_delivery::ActiveModel {
    webhook_delivery::ActiveModel {
        state: Set(WebhookDeliveryState::Pending),
        created_at: Set(now),
        run_at: Set(now),
        attempts: Set(0),
        attempted_at: Set(None),
        duration_ms: Set(None),
        status: Set(None),
        failure: Set(None),
        excerpt: Set(None),
        ..Default::default()
    }
}

/// Forgets what is older than the log keeps, and secrets that sign no more; how many.
pub async fn sweep(app: &App) -> Result<usize> {
    let now = app.now();
    let (deliveries, endpoints) = store::old(app.db.read(), now - KEPT, now).await?;
    let count = deliveries.len() + endpoints.len();
    if count > 0 {
        let tx = app.db.write().await?;
        store::forget(&tx, deliveries).await?;
        for id in endpoints {
            // Again under the lock: another secret may have taken its place.
            let row = store::lock(&tx, id).await?;
            if row.is_some_and(|row| row.signs_before_until.is_some_and(|until| until <= now)) {
                let change = webhook_endpoint::ActiveModel {
                    sealed_before: Set(None),
                    signs_before_until: Set(None),
                    ..Default::default()
                };
                store::set(&tx, id, change).await?;
            }
        }
        tx.commit().await?;
    }
    Ok(count)
}
