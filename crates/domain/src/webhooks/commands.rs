//! Making an endpoint, changing it, its secret, stopping it, letting it go on.

use entity::webhook_endpoint;
use sea_orm::ActiveValue::Set;
use types::{EntryKind, ErrorCode, FieldError, WebhookEndpointId, WebhookFailure, WebhookState};

use super::{Endpoint, MOST, OVERLAP, address, model, secret, store};
use crate::accounts;
use crate::changes::is_told;
use crate::{Actor, App, Checks, Error, Result, Tx};

/// An endpoint to make.
#[derive(Clone)]
pub struct CreateEndpoint {
    /// Where it is called.
    pub url: String,
    /// What it is for.
    pub description: String,
    /// Which kinds of changes it is told; empty is all.
    pub kinds: Vec<EntryKind>,
}

/// What an endpoint is to be from now on.
#[derive(Clone)]
pub struct ChangeEndpoint {
    /// As for one that is made.
    pub content: CreateEndpoint,
    /// The version that was read; another one is `STALE_VERSION`.
    pub expected_version: Option<i32>,
}

/// An endpoint with a secret that is never seen again.
#[derive(Clone)]
pub struct CreatedEndpoint {
    /// The endpoint.
    pub endpoint: Endpoint,
    /// By which its receiver knows that a call is ours.
    pub secret: String,
}

macro_rules! without_secrets {
    ($($name:ident),+) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )+};
}
without_secrets!(CreateEndpoint, ChangeEndpoint, CreatedEndpoint);

/// What was written, made fit to be kept.
struct Content {
    url: String,
    description: String,
    kinds: String,
}

fn checked(app: &App, input: &CreateEndpoint) -> Result<Content> {
    let mut checks = Checks::default();
    let description = checks.line("description", &input.description, 80);
    let url = address::check(&input.url, app.settings.webhooks_on_loopback).map_err(|code| {
        checks.add(FieldError::new("url", code).with("max", address::LONGEST));
    });
    checks.refuse_if(input.kinds.iter().any(|kind| !is_told(*kind)), "kinds", ErrorCode::InvalidFormat);
    checks.finish()?;
    let url = url.map_err(|()| Error::internal("an address that was neither taken nor refused"))?;
    Ok(Content { url: url.into(), description, kinds: model::join_kinds(&input.kinds) })
}

/// Makes an endpoint of the organisation acted for; the actor answers for it.
pub async fn create(app: &App, actor: &Actor, input: CreateEndpoint) -> Result<CreatedEndpoint> {
    let organisation = actor.acting()?.organisation_id;
    accounts::may_manage_tokens(actor, organisation)?;
    actor.recently_authenticated(app)?;
    let me = actor.person()?.id;
    let content = checked(app, &input)?;
    let (id, new) = (app.id(), secret::make(app));
    let row = webhook_endpoint::ActiveModel {
        id: Set(id),
        organisation_id: Set(organisation),
        url: Set(content.url),
        description: Set(content.description),
        kinds: Set(content.kinds),
        state: Set(WebhookState::Active),
        answerable_id: Set(me),
        sealed: Set(secret::seal(app, id, new)?),
        sealed_before: Set(None),
        signs_before_until: Set(None),
        created_at: Set(app.now()),
        version: Set(1),
        leased_until: Set(None),
        paused_until: Set(None),
        failing_since: Set(None),
        failures: Set(0),
        delivered_at: Set(None),
    };
    let tx = app.db.write().await?;
    if store::count(&tx, organisation).await? >= MOST {
        return Err(Error::Invalid(vec![FieldError::new("", ErrorCode::OutOfRange).with("max", MOST)]));
    }
    let endpoint = store::insert(app, &tx, actor, row).await?;
    tx.commit().await?;
    Ok(CreatedEndpoint { endpoint, secret: secret::shown(new) })
}

/// Changes where an endpoint is called and what it is told. What waits goes to the new address.
pub async fn change(
    app: &App,
    actor: &Actor,
    id: WebhookEndpointId,
    input: ChangeEndpoint,
) -> Result<Endpoint> {
    actor.recently_authenticated(app)?;
    let tx = app.db.write().await?;
    let row = manageable(&tx, actor, id).await?;
    let content = checked(app, &input.content)?;
    if input.expected_version.is_some_and(|version| version != row.version) {
        return Err(Error::Conflict(ErrorCode::StaleVersion));
    }
    let is_moved = row.url != content.url;
    let row = store::save(app, &tx, actor, row, EntryKind::WebhookChanged, |e| {
        e.url = Set(content.url);
        e.description = Set(content.description);
        e.kinds = Set(content.kinds);
        if is_moved {
            at_peace(e);
        }
    })
    .await?;
    tx.commit().await?;
    Ok(row)
}

/// Gives an endpoint a new secret. The one before signs besides for a day, so that the
/// receiver can change over without missing anything.
pub async fn rotate_secret(
    app: &App,
    actor: &Actor,
    id: WebhookEndpointId,
    expected_version: Option<i32>,
) -> Result<CreatedEndpoint> {
    actor.recently_authenticated(app)?;
    let tx = app.db.write().await?;
    let row = manageable(&tx, actor, id).await?;
    // Two at once would end the secret that the receiver still has.
    if expected_version.is_some_and(|version| version != row.version) {
        return Err(Error::Conflict(ErrorCode::StaleVersion));
    }
    let new = secret::make(app);
    let (sealed, before) = (secret::seal(app, id, new)?, row.sealed.clone());
    let until = app.now() + OVERLAP;
    let endpoint = store::save(app, &tx, actor, row, EntryKind::WebhookSecretRotated, |e| {
        e.sealed = Set(sealed);
        e.sealed_before = Set(Some(before));
        e.signs_before_until = Set(Some(until));
    })
    .await?;
    tx.commit().await?;
    Ok(CreatedEndpoint { endpoint, secret: secret::shown(new) })
}

/// Stops an endpoint; it is told nothing until somebody lets it go on.
pub async fn disable(app: &App, actor: &Actor, id: WebhookEndpointId) -> Result<Endpoint> {
    let tx = app.db.write().await?;
    let row = manageable(&tx, actor, id).await?;
    if row.state != WebhookState::Active {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    let row = store::save(app, &tx, actor, row, EntryKind::WebhookDisabled, |e| {
        e.state = Set(WebhookState::Disabled);
    })
    .await?;
    store::give_up(&tx, id, WebhookFailure::Stopped).await?;
    tx.commit().await?;
    Ok(row)
}

/// Lets an endpoint go on that was stopped; the actor answers for it from now on.
pub async fn enable(app: &App, actor: &Actor, id: WebhookEndpointId) -> Result<Endpoint> {
    actor.recently_authenticated(app)?;
    let me = actor.person()?.id;
    let tx = app.db.write().await?;
    let row = manageable(&tx, actor, id).await?;
    if row.state == WebhookState::Active {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    // It may have been made where more was allowed.
    address::check(&row.url, app.settings.webhooks_on_loopback).map_err(|code| Error::field("url", code))?;
    let row = store::save(app, &tx, actor, row, EntryKind::WebhookEnabled, |e| {
        e.state = Set(WebhookState::Active);
        e.answerable_id = Set(me);
        at_peace(e);
    })
    .await?;
    tx.commit().await?;
    Ok(row)
}

/// Deletes an endpoint with its secrets, its log and all that waits.
pub async fn delete(app: &App, actor: &Actor, id: WebhookEndpointId) -> Result<()> {
    let tx = app.db.write().await?;
    let row = manageable(&tx, actor, id).await?;
    store::delete(app, &tx, actor, &row).await?;
    tx.commit().await
}

/// It begins anew: failures of before count no more.
fn at_peace(endpoint: &mut webhook_endpoint::ActiveModel) {
    endpoint.failing_since = Set(None);
    endpoint.failures = Set(0);
    endpoint.paused_until = Set(None);
}

/// The endpoint, locked, if the actor manages it.
pub(super) async fn manageable(tx: &Tx, actor: &Actor, id: WebhookEndpointId) -> Result<Endpoint> {
    // Asked first, so that no refusal tells what there is.
    let organisation = actor.acting()?.organisation_id;
    accounts::may_manage_tokens(actor, organisation)?;
    let row = store::lock(tx, id).await?;
    row.filter(|row| row.organisation_id == organisation).ok_or(Error::NotFound)
}

/// Stops an endpoint by itself, in the transaction in which that was found out.
pub(super) async fn stop(app: &App, tx: &Tx, row: Endpoint, state: WebhookState) -> Result<()> {
    let id = row.id;
    store::save(app, tx, &Actor::system(), row, EntryKind::WebhookStopped, |e| {
        e.state = Set(state);
    })
    .await?;
    store::give_up(tx, id, WebhookFailure::Stopped).await
}
