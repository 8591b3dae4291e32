//! The only SQL about webhooks.

use entity::{organisation, webhook_delivery, webhook_endpoint};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, OnConflict, Query, SelectStatement};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
};
use types::{
    EntryKind, OrganisationId, Time, WebhookDeliveryId, WebhookDeliveryState, WebhookEndpointId,
    WebhookFailure, WebhookState,
};

use super::{Delivery, Endpoint};
use crate::organisations::Organisation;
use crate::page::{self, Page, PageRequest};
use crate::record::{self, Entry};
use crate::{Actor, App, Result, Tx};

use webhook_delivery::Column as D;
use webhook_endpoint::Column as E;

pub(super) async fn insert(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    row: webhook_endpoint::ActiveModel,
) -> Result<Endpoint> {
    let row = row.insert(&**tx).await?;
    note(app, tx, actor, EntryKind::WebhookCreated, &row).await?;
    Ok(row)
}

pub(super) async fn save(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    before: Endpoint,
    kind: EntryKind,
    with: impl FnOnce(&mut webhook_endpoint::ActiveModel) + Send,
) -> Result<Endpoint> {
    let version = before.version + 1;
    let mut row = before.into_active_model();
    with(&mut row);
    row.version = Set(version);
    let row = row.update(&**tx).await?;
    note(app, tx, actor, kind, &row).await?;
    Ok(row)
}

/// Records what became of an endpoint; its address may hold a secret, and is not named.
async fn note(app: &App, tx: &Tx, actor: &Actor, kind: EntryKind, row: &Endpoint) -> Result<()> {
    let entry = Entry::new(kind, record::organisation_stream(row.organisation_id))
        .payload(serde_json::json!({ "endpoint": row.id, "state": row.state }))
        .about(row)?;
    record::append(app, tx, actor, entry).await
}

pub(super) async fn delete(app: &App, tx: &Tx, actor: &Actor, row: &Endpoint) -> Result<()> {
    let entry = Entry::new(EntryKind::WebhookDeleted, record::organisation_stream(row.organisation_id))
        .payload(serde_json::json!({ "endpoint": row.id }))
        .deleted(row);
    record::append(app, tx, actor, entry).await?;
    webhook_endpoint::Entity::delete_by_id(row.id).exec(&**tx).await?;
    Ok(())
}

pub(super) async fn by_id<C: ConnectionTrait>(conn: &C, id: WebhookEndpointId) -> Result<Option<Endpoint>> {
    Ok(webhook_endpoint::Entity::find_by_id(id).one(conn).await?)
}

pub(super) async fn lock(tx: &Tx, id: WebhookEndpointId) -> Result<Option<Endpoint>> {
    Ok(webhook_endpoint::Entity::find_by_id(id).lock_exclusive().one(&**tx).await?)
}

pub(super) async fn count(tx: &Tx, organisation: OrganisationId) -> Result<usize> {
    // Under the organisation's lock, so that two at once do not both have the last place.
    organisation::Entity::find_by_id(organisation).lock_exclusive().one(&**tx).await?;
    let of = webhook_endpoint::Entity::find().filter(E::OrganisationId.eq(organisation));
    Ok(usize::try_from(of.count(&**tx).await?).unwrap_or(usize::MAX))
}

pub(super) async fn page<C: ConnectionTrait>(
    conn: &C,
    organisation: OrganisationId,
    page: &PageRequest,
) -> Result<Page<Endpoint>> {
    let rows = webhook_endpoint::Entity::find().filter(E::OrganisationId.eq(organisation));
    page::by_id(conn, rows, page, E::Id, |e| e.id.0).await
}

/// All that are told, with their organisations.
pub(super) async fn active<C: ConnectionTrait>(conn: &C) -> Result<Vec<(Endpoint, Organisation)>> {
    let endpoints = webhook_endpoint::Entity::find()
        .filter(E::State.eq(WebhookState::Active))
        .order_by_asc(E::OrganisationId)
        .order_by_asc(E::Id)
        .all(conn)
        .await?;
    let mut ids: Vec<OrganisationId> = endpoints.iter().map(|e| e.organisation_id).collect();
    ids.dedup();
    let organisations =
        organisation::Entity::find().filter(organisation::Column::Id.is_in(ids)).all(conn).await?;
    Ok(endpoints
        .into_iter()
        .filter_map(|e| Some((organisations.iter().find(|o| o.id == e.organisation_id)?.clone(), e)))
        .map(|(organisation, endpoint)| (endpoint, organisation))
        .collect())
}

pub(super) async fn active_of(tx: &Tx, organisation: OrganisationId) -> Result<Vec<Endpoint>> {
    Ok(webhook_endpoint::Entity::find()
        .filter(E::OrganisationId.eq(organisation))
        .filter(E::State.eq(WebhookState::Active))
        .lock_exclusive()
        .all(&**tx)
        .await?)
}

/// Puts what is to be told in the queue; the same entry to the same endpoint again changes nothing.
pub(super) async fn enqueue(tx: &Tx, rows: Vec<webhook_delivery::ActiveModel>) -> Result<()> {
    for some in rows.chunks(500) {
        webhook_delivery::Entity::insert_many(some.to_vec())
            .on_conflict(OnConflict::columns([D::EndpointId, D::EntryId]).do_nothing().to_owned())
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

pub(super) async fn insert_delivery(tx: &Tx, row: webhook_delivery::ActiveModel) -> Result<Delivery> {
    Ok(row.insert(&**tx).await?)
}

/// Gives up what waits for an endpoint.
pub(super) async fn give_up(tx: &Tx, id: WebhookEndpointId, why: WebhookFailure) -> Result<()> {
    let change = webhook_delivery::ActiveModel {
        state: Set(WebhookDeliveryState::Failed),
        failure: Set(Some(why)),
        ..Default::default()
    };
    webhook_delivery::Entity::update_many()
        .set(change)
        .filter(D::EndpointId.eq(id))
        .filter(D::State.eq(WebhookDeliveryState::Pending))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Whether another endpoint of the same organisation is being tried.
fn is_another_tried(now: Time) -> SelectStatement {
    let other = Alias::new("other");
    let of = |column: E| Expr::col((other.clone(), column));
    Query::select()
        .expr(Expr::val(1))
        .from_as(webhook_endpoint::Entity, other.clone())
        .and_where(of(E::OrganisationId).equals((webhook_endpoint::Entity, E::OrganisationId)))
        .and_where(of(E::LeasedUntil).gt(now))
        .to_owned()
}

/// Endpoints that may be tried at `now`.
fn is_free(now: Time) -> Condition {
    Condition::all()
        .add(E::State.eq(WebhookState::Active))
        .add(E::LeasedUntil.is_null().or(E::LeasedUntil.lte(now)))
        .add(E::PausedUntil.is_null().or(E::PausedUntil.lte(now)))
}

/// The delivery that is due first, among endpoints that may be tried.
pub(super) async fn due<C: ConnectionTrait>(conn: &C, now: Time) -> Result<Option<Delivery>> {
    let free = Query::select()
        .column(E::Id)
        .from(webhook_endpoint::Entity)
        .cond_where(is_free(now))
        .and_where(Expr::exists(is_another_tried(now)).not())
        .to_owned();
    Ok(webhook_delivery::Entity::find()
        .filter(D::State.eq(WebhookDeliveryState::Pending))
        .filter(D::RunAt.lte(now))
        .filter(D::EndpointId.in_subquery(free))
        .order_by_asc(D::RunAt)
        .order_by_asc(D::Id)
        .one(conn)
        .await?)
}

/// Takes an endpoint for one try; whether it was this worker that did.
pub(super) async fn lease(tx: &Tx, id: WebhookEndpointId, now: Time, until: Time) -> Result<bool> {
    let done = webhook_endpoint::Entity::update_many()
        .col_expr(E::LeasedUntil, Expr::value(until))
        .filter(E::Id.eq(id))
        .filter(is_free(now))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Counts a try; whether the delivery still waits for one.
pub(super) async fn begin_try(tx: &Tx, id: WebhookDeliveryId, now: Time) -> Result<bool> {
    let done = webhook_delivery::Entity::update_many()
        .col_expr(D::Attempts, Expr::col(D::Attempts).add(1))
        .col_expr(D::AttemptedAt, Expr::value(now))
        .filter(D::Id.eq(id))
        .filter(D::State.eq(WebhookDeliveryState::Pending))
        .filter(D::RunAt.lte(now))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Changes that are no deeds: where an endpoint stands in the queue.
pub(super) async fn set(tx: &Tx, id: WebhookEndpointId, change: webhook_endpoint::ActiveModel) -> Result<()> {
    webhook_endpoint::Entity::update_many().set(change).filter(E::Id.eq(id)).exec(&**tx).await?;
    Ok(())
}

pub(super) async fn set_delivery(
    tx: &Tx,
    id: WebhookDeliveryId,
    change: webhook_delivery::ActiveModel,
) -> Result<()> {
    webhook_delivery::Entity::update_many().set(change).filter(D::Id.eq(id)).exec(&**tx).await?;
    Ok(())
}

pub(super) async fn delivery_by_id<C: ConnectionTrait>(
    conn: &C,
    id: WebhookDeliveryId,
) -> Result<Option<Delivery>> {
    Ok(webhook_delivery::Entity::find_by_id(id).one(conn).await?)
}

pub(super) async fn deliveries<C: ConnectionTrait>(
    conn: &C,
    endpoint: WebhookEndpointId,
    states: &[WebhookDeliveryState],
    page: &PageRequest,
) -> Result<Page<Delivery>> {
    let mut rows = webhook_delivery::Entity::find().filter(D::EndpointId.eq(endpoint));
    if !states.is_empty() {
        rows = rows.filter(D::State.is_in(states.to_vec()));
    }
    page::by_id(conn, rows, page, D::Id, |d| d.id.0).await
}

/// Puts failed deliveries of changes in the queue once more; how many.
pub(super) async fn replay_failed(
    tx: &Tx,
    endpoint: WebhookEndpointId,
    since: Time,
    now: Time,
) -> Result<u64> {
    let done = webhook_delivery::Entity::update_many()
        .set(anew(now))
        .filter(D::EndpointId.eq(endpoint))
        .filter(D::State.eq(WebhookDeliveryState::Failed))
        .filter(D::EntryId.is_not_null())
        .filter(D::CreatedAt.gte(since))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected)
}

/// A delivery that begins anew, with the same id and body.
pub(super) fn anew(now: Time) -> webhook_delivery::ActiveModel {
    webhook_delivery::ActiveModel {
        state: Set(WebhookDeliveryState::Pending),
        run_at: Set(now),
        attempts: Set(0),
        ..Default::default()
    }
}

pub(super) async fn pending_tests<C: ConnectionTrait>(conn: &C, endpoint: WebhookEndpointId) -> Result<u64> {
    Ok(webhook_delivery::Entity::find()
        .filter(D::EndpointId.eq(endpoint))
        .filter(D::State.eq(WebhookDeliveryState::Pending))
        .filter(D::EntryId.is_null())
        .count(conn)
        .await?)
}

/// Old lines of the log, and secrets that sign no more; how many.
pub(super) async fn old<C: ConnectionTrait>(
    conn: &C,
    before: Time,
    now: Time,
) -> Result<(Vec<WebhookDeliveryId>, Vec<WebhookEndpointId>)> {
    let deliveries = webhook_delivery::Entity::find()
        .select_only()
        .column(D::Id)
        .filter(D::CreatedAt.lt(before))
        .filter(D::State.ne(WebhookDeliveryState::Pending))
        .limit(500)
        .into_tuple()
        .all(conn)
        .await?;
    let endpoints = webhook_endpoint::Entity::find()
        .select_only()
        .column(E::Id)
        .filter(E::SignsBeforeUntil.lte(now))
        .into_tuple()
        .all(conn)
        .await?;
    Ok((deliveries, endpoints))
}

pub(super) async fn forget(tx: &Tx, deliveries: Vec<WebhookDeliveryId>) -> Result<()> {
    webhook_delivery::Entity::delete_many().filter(D::Id.is_in(deliveries)).exec(&**tx).await?;
    Ok(())
}
