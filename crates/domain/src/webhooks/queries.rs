//! The endpoints of an organisation and their log, for those who manage them.

use types::{WebhookDeliveryId, WebhookDeliveryState, WebhookEndpointId};

use super::{Delivery, Endpoint, store};
use crate::accounts::{self, Person};
use crate::page::{Page, PageRequest};
use crate::{Actor, App, Result};

/// An endpoint with who answers for it.
#[derive(Clone, Debug)]
pub struct EndpointView {
    /// The endpoint.
    pub endpoint: Endpoint,
    /// Who answers for it.
    pub answerable: Option<Person>,
}

/// The endpoints of the organisation acted for, the newest first; for those who manage them.
pub async fn list(app: &App, actor: &Actor, page: &PageRequest) -> Result<Page<EndpointView>> {
    let organisation = actor.acting()?.organisation_id;
    accounts::may_manage_tokens(actor, organisation)?;
    let page = store::page(app.db.read(), organisation, page).await?;
    let ids: Vec<_> = page.rows.iter().map(|(_, e)| e.answerable_id).collect();
    let persons = accounts::persons_by_ids(app.db.product(), &ids).await?;
    Ok(page.map(|endpoint| {
        let answerable = persons.iter().find(|p| p.id == endpoint.answerable_id).cloned();
        EndpointView { endpoint, answerable }
    }))
}

/// One of them; `None` if it is not there, or not for this actor.
pub async fn find(app: &App, actor: &Actor, id: WebhookEndpointId) -> Result<Option<EndpointView>> {
    let Some(endpoint) = visible(app, actor, id).await? else { return Ok(None) };
    let answerable = accounts::persons_by_ids(app.db.product(), &[endpoint.answerable_id]).await?.pop();
    Ok(Some(EndpointView { endpoint, answerable }))
}

async fn visible(app: &App, actor: &Actor, id: WebhookEndpointId) -> Result<Option<Endpoint>> {
    let row = store::by_id(app.db.read(), id).await?;
    Ok(row.filter(|row| accounts::may_manage_tokens(actor, row.organisation_id).is_ok()))
}

/// What an endpoint was told and what became of it, the latest first; nothing of one
/// that is not for this actor.
pub async fn deliveries(
    app: &App,
    actor: &Actor,
    id: WebhookEndpointId,
    states: &[WebhookDeliveryState],
    page: &PageRequest,
) -> Result<Page<Delivery>> {
    match visible(app, actor, id).await? {
        Some(_) => store::deliveries(app.db.read(), id, states, page).await,
        None => Ok(Page::none()),
    }
}

/// One line of the log; `None` if it is not there, or not for this actor.
pub async fn find_delivery(app: &App, actor: &Actor, id: WebhookDeliveryId) -> Result<Option<Delivery>> {
    let Some(row) = store::delivery_by_id(app.db.read(), id).await? else { return Ok(None) };
    Ok(visible(app, actor, row.endpoint_id).await?.map(|_| row))
}

/// An endpoint for the letters about it.
pub(crate) async fn get(app: &App, id: WebhookEndpointId) -> Result<Option<Endpoint>> {
    store::by_id(app.db.read(), id).await
}
