//! An identity that nobody has yet: shown by a service, and waiting for the person to say
//! whose account it is.
//!
//! It travels sealed, in the cookie of the browser that came back with it, for a quarter
//! of an hour; so nothing of it is stored. It is worth nothing by itself: who ties it to
//! an account proves that account as well.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use entity::identity;
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};
use types::{AuditEvent, ErrorCode, OrganisationNumber, Time};

use super::super::{Person, sessions};
use super::{Identity, store};
use crate::audit::Line;
use crate::ports::{Fact, FactValue, Provider, ShownIdentity};
use crate::{Actor, App, Error, Result, Tx};

/// So long it waits.
pub(super) const MINUTES: i64 = 15;
const PURPOSE: &str = "pending identity";

/// What waits.
#[derive(Clone, Serialize, Deserialize)]
pub(in crate::accounts) struct Pending {
    pub(super) provider: String,
    pub(super) subject_hash: String,
    pub(super) name: Option<String>,
    pub(super) email: Option<String>,
    pub(super) represents: Vec<OrganisationNumber>,
    pub(super) next: Option<String>,
    pub(super) expires_at: Time,
}

/// What the person is shown of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingIdentity {
    /// The service's key.
    pub provider: String,
    /// The name that it told.
    pub name: Option<String>,
    /// The mailbox that it told.
    pub email: Option<String>,
    /// Where the person was going.
    pub next: Option<String>,
}

impl Pending {
    pub(super) fn of(app: &App, provider: &Provider, shown: &ShownIdentity, next: Option<String>) -> Self {
        Self {
            provider: provider.key.clone(),
            subject_hash: subject_hash(app, provider, &shown.subject),
            name: shown.name.clone(),
            email: shown.email.as_ref().map(ToString::to_string),
            represents: shown.represents.clone(),
            next,
            expires_at: app.now() + TimeDelta::minutes(MINUTES),
        }
    }

    pub(super) fn sealed(&self, app: &App) -> Result<String> {
        let bytes = app.keys.seal(&*app.entropy, PURPOSE, "", &serde_json::to_vec(self)?)?;
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// What a browser hands in, if it is ours, in its time, and of a service that there is.
    pub(in crate::accounts) fn read(app: &App, proof: &str) -> Result<Self> {
        let wrong = || Error::field("identity", ErrorCode::InvalidCode);
        let bytes = URL_SAFE_NO_PAD.decode(proof).map_err(|_| wrong())?;
        let bytes = app.keys.unseal(PURPOSE, "", &bytes).ok_or_else(wrong)?;
        let pending: Self = serde_json::from_slice(&bytes).map_err(|_| wrong())?;
        let is_good = pending.expires_at > app.now() && super::provider(app, &pending.provider).is_some();
        if is_good { Ok(pending) } else { Err(wrong()) }
    }
}

/// What waits in a browser; none if it is too late.
pub fn pending_identity(app: &App, proof: &str) -> Option<PendingIdentity> {
    let Pending { provider, name, email, next, .. } = Pending::read(app, proof).ok()?;
    Some(PendingIdentity { provider, name, email, next })
}

/// Of issuer and subject, under the installation's key: whoever reads the rows learns
/// nothing of who somebody is there, even where subjects can be guessed.
pub(super) fn subject_hash(app: &App, provider: &Provider, subject: &str) -> String {
    hex::encode(app.keys.derive("identity", &[provider.issuer.as_bytes(), subject.as_bytes()]))
}

/// Ties it to an account, whose person is told.
pub(super) async fn tie(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    person: &Person,
    pending: &Pending,
) -> Result<Identity> {
    let now = app.now();
    let row = Identity {
        id: app.id(),
        person_id: person.id,
        provider: pending.provider.clone(),
        subject_hash: pending.subject_hash.clone(),
        created_at: now,
        last_used_at: now,
    };
    let active = identity::ActiveModel {
        id: Set(row.id),
        person_id: Set(row.person_id),
        provider: Set(row.provider.clone()),
        subject_hash: Set(row.subject_hash.clone()),
        created_at: Set(now),
        last_used_at: Set(now),
    };
    store::insert_identity(tx, active).await?;
    tell(app, tx, person, "identity-linked", &row.provider).await?;
    let mut line = Line::of(actor, AuditEvent::IdentityLinked).about(row.id.0);
    if let (None, Some(session)) = (&actor.person, actor.session) {
        line = line.session(person.id, session);
    }
    tx.note(line);
    Ok(row)
}

/// Ties it to an account whose session has begun, which acts for whom the person chose.
pub(in crate::accounts) async fn settle(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    person: &Person,
    pending: &Pending,
) -> Result<Identity> {
    let row = tie(app, tx, actor, person, pending).await?;
    if let (Some(session), Some(provider)) = (actor.session, super::provider(app, &pending.provider)) {
        let chosen = (pending.represents.as_slice(), None);
        super::organisation::act_as_chosen(app, tx, person, session, provider, chosen).await?;
    }
    Ok(row)
}

/// Tells a person of what befell an identity.
pub(super) async fn tell(app: &App, tx: &Tx, person: &Person, kind: &str, provider: &str) -> Result<()> {
    let name = super::provider(app, provider).map_or(provider, |p| p.name(person.language));
    let facts = vec![
        Fact { key: "provider".to_owned(), value: FactValue::Text(name.to_owned()) },
        Fact { key: "signed-in-at".to_owned(), value: FactValue::Time(app.now()) },
    ];
    sessions::tell(app, tx, person, kind, facts).await
}
