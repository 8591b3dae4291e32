//! Letters about memberships and claims.

use types::{EntryKind, OrganisationId, PersonId, Role};

use super::{Letters, NoticeExt, notice};
use crate::accounts::{self, Person};
use crate::ports::{FactValue, Notice};
use crate::record::RecordEntry;
use crate::{App, Result, organisations, webhooks};

pub(super) async fn of(app: &App, entry: &RecordEntry) -> Result<Option<Letters>> {
    let Some(id) = entry.stream.strip_prefix("organisation:").and_then(|id| id.parse().ok()) else {
        return Ok(None);
    };
    let Some(organisation) = organisations::find(app, OrganisationId(id)).await? else { return Ok(None) };
    let managing = [Role::managing(organisation.kind)];
    let managers = || accounts::people_with_roles(app.db.read(), organisation.id, &managing);
    let page = |path: &str| notice(entry, &organisation.name, &organisation.name, path.to_owned());
    let (recipients, notice) = match entry.kind {
        EntryKind::MembershipRequested => (managers().await?, page("/organisation/members")),
        EntryKind::MembershipApproved | EntryKind::MembershipDeclined | EntryKind::MembershipRemoved => {
            (member(app, entry).await?, page("/act-as"))
        }
        EntryKind::OrganisationClaimed => (accounts::platform_administrators(app).await?, page("/admin")),
        EntryKind::OrganisationVerified => (managers().await?, page("/act-as")),
        EntryKind::OrganisationSuspended | EntryKind::OrganisationResumed => {
            let everybody = accounts::people_with_roles(app.db.read(), organisation.id, &[]).await?;
            let reason = organisation.suspension_reason.as_deref();
            (everybody, page("/act-as").quote("reason", reason))
        }
        EntryKind::TokenCreated
        | EntryKind::TokenTakenOver
        | EntryKind::TokenRevoked
        | EntryKind::TokenStopped
        | EntryKind::TokenExpiresSoon
        | EntryKind::TokenExpired => {
            (managers().await?, token(app, entry, page("/organisation/tokens")).await?)
        }
        EntryKind::WebhookCreated
        | EntryKind::WebhookChanged
        | EntryKind::WebhookSecretRotated
        | EntryKind::WebhookEnabled
        | EntryKind::WebhookStopped => {
            (managers().await?, webhook(app, entry, page("/organisation/webhooks")).await?)
        }
        _ => return Ok(None),
    };
    Ok(Some(Letters { recipients, notice }))
}

/// Which endpoint, on which machine, and why it stopped if it did. The whole address may
/// hold a secret.
async fn webhook(app: &App, entry: &RecordEntry, notice: Notice) -> Result<Notice> {
    let Some(id) = entry.subject_id else { return Ok(notice) };
    let Some(endpoint) = webhooks::get(app, id.into()).await? else { return Ok(notice) };
    let host = url::Url::parse(&endpoint.url).ok().and_then(|url| url.host_str().map(str::to_owned));
    let notice = notice
        .fact("webhook", FactValue::Text(endpoint.description))
        .fact("webhook-host", FactValue::Text(host.unwrap_or_default()));
    let state = entry.payload.get("state").and_then(|state| state.as_str());
    Ok(match state {
        Some(state) if entry.kind == EntryKind::WebhookStopped => {
            notice.fact("webhook-stopped", FactValue::word("webhook-why", state))
        }
        _ => notice,
    })
}

/// Which token, and until when it works.
async fn token(app: &App, entry: &RecordEntry, notice: Notice) -> Result<Notice> {
    let Some(id) = entry.subject_id else { return Ok(notice) };
    let Some(token) = accounts::tokens::get(app, id.into()).await? else { return Ok(notice) };
    let notice = notice.fact("token", FactValue::Text(token.name));
    Ok(if matches!(entry.kind, EntryKind::TokenRevoked | EntryKind::TokenExpired) {
        notice
    } else {
        notice.fact("expires-at", FactValue::Time(token.expires_at))
    })
}

async fn member(app: &App, entry: &RecordEntry) -> Result<Vec<Person>> {
    let id = entry.payload.get("person").and_then(|v| serde_json::from_value::<PersonId>(v.clone()).ok());
    let Some(id) = id else { return Ok(Vec::new()) };
    accounts::persons_by_ids(app.db.read(), &[id]).await
}
