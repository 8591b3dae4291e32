//! The teller's loop.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use entity::webhook_delivery;
use sea_orm::ActiveValue::Set;
use types::{EntryId, EntryKind, OrganisationId, WebhookDeliveryId, WebhookState};

use super::commands::stop;
use super::deliveries::waiting;
use super::{body, kinds_of, store};
use crate::changes::{self, Change, Reader};
use crate::record::{self, RecordEntry};
use crate::{App, Result, accounts};

/// The teller's name in cursors.
pub const READER: &str = "webhooks";
const BATCH: u64 = 100;

/// After these, somebody may not manage members any more.
const MEMBERS_CHANGED: [EntryKind; 3] =
    [EntryKind::MembershipChanged, EntryKind::MembershipRemoved, EntryKind::OrganisationVerified];

/// Tells one batch; how many entries it read.
pub async fn tell(app: &App) -> Result<usize> {
    if !record::is_behind(app, READER).await? {
        return Ok(0);
    }
    let conn = app.db.read();
    let position = record::position(conn, READER).await?;
    // What is sealed is read before who is told: an endpoint that is made meanwhile comes
    // before whatever is not read yet.
    let head = record::sealed_until(conn).await?;
    let entries = record::read(conn, position, BATCH).await?;
    let Some(last) = entries.last().and_then(|e| e.position) else { return Ok(0) };
    let endpoints = store::active(conn).await?;
    let ours: Vec<&RecordEntry> = entries.iter().filter(|entry| record::is_ours(app, entry)).collect();
    let mut told: HashMap<OrganisationId, Vec<EntryId>> = HashMap::new();
    let mut rows = Vec::new();
    for (endpoint, organisation) in &endpoints {
        // Nothing is told to an organisation that is suspended, or that nobody acts for.
        let Some(reader) = Reader::of_organisation(organisation) else { continue };
        if organisation.suspended_at.is_some() {
            continue;
        }
        // Asked once for all endpoints of an organisation.
        let told = match told.entry(organisation.id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(changes::told_of(app, reader, &entries).await?),
        };
        let kinds = kinds_of(&endpoint.kinds);
        let is_told =
            |e: &&&RecordEntry| told.contains(&e.id) && (kinds.is_empty() || kinds.contains(&e.kind));
        for entry in ours.iter().filter(is_told) {
            let id: WebhookDeliveryId = app.id();
            rows.push(webhook_delivery::ActiveModel {
                id: Set(id),
                endpoint_id: Set(endpoint.id),
                entry_id: Set(Some(entry.id)),
                kind: Set(Some(entry.kind)),
                body: Set(body::of_change(&Change::from((*entry).clone()))),
                ..waiting(app.now())
            });
        }
    }
    // Where nobody is told, there is no need to read on to where everybody is told.
    let to = if endpoints.is_empty() { Ord::max(head, last) } else { last };
    let tx = app.db.write().await?;
    if record::cursor(&tx, READER).await? != position {
        // Another node was faster.
        return Ok(0);
    }
    store::enqueue(&tx, rows).await?;
    for entry in ours.iter().filter(|entry| MEMBERS_CHANGED.contains(&entry.kind)) {
        if let Some(id) = entry.stream.strip_prefix("organisation:").and_then(|id| id.parse().ok()) {
            stop_orphans(app, &tx, OrganisationId(id)).await?;
        }
    }
    record::advance(&tx, READER, to).await?;
    tx.commit().await?;
    Ok(entries.len())
}

/// Stops the endpoints of an organisation for which nobody answers any more.
async fn stop_orphans(app: &App, tx: &crate::Tx, organisation: OrganisationId) -> Result<()> {
    for endpoint in store::active_of(tx, organisation).await? {
        if !accounts::manages_members(&**tx, endpoint.answerable_id, organisation).await? {
            stop(app, tx, endpoint, WebhookState::Orphaned).await?;
        }
    }
    Ok(())
}
