//! Appending: one insert, no shared lock.

use entity::{record_entry, record_salt};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};
use types::{Audience, AuditEvent, EntryKind, OrganisationId, PersonId};
use uuid::Uuid;

use super::{RecordEntry, Subject, hash};
use crate::audit::{self, Line};
use crate::{Actor, App, Result, Tx, suspended};

/// An entry about to be appended.
#[derive(Clone, Debug)]
pub struct Entry {
    kind: EntryKind,
    stream: String,
    audience: Audience,
    named: Vec<OrganisationId>,
    payload: Value,
    subject: Option<(&'static str, Uuid, Value)>,
    person: Option<PersonId>,
}

impl Entry {
    /// An entry that only the stream's owner reads, without content.
    pub fn new(kind: EntryKind, stream: impl Into<String>) -> Self {
        Self {
            kind,
            stream: stream.into(),
            audience: Audience::Internal,
            named: Vec::new(),
            payload: json!({}),
            subject: None,
            person: None,
        }
    }

    /// Everybody may read it.
    #[must_use]
    pub fn public(mut self) -> Self {
        self.audience = Audience::Public;
        self
    }

    /// These organisations may read it, besides the stream's owner.
    #[must_use]
    pub fn named(mut self, organisations: impl IntoIterator<Item = OrganisationId>) -> Self {
        self.audience = Audience::Named;
        self.named.extend(organisations);
        self
    }

    /// Facts without personal data.
    #[must_use]
    pub fn payload(mut self, payload: Value) -> Self {
        self.payload = payload;
        self
    }

    /// The row after the change.
    pub fn about<S: Subject>(mut self, row: &S) -> Result<Self> {
        self.subject = Some((S::KIND, row.subject_id(), row.content()?));
        Ok(self)
    }

    /// A row that was deleted: from now on it must be absent.
    #[must_use]
    pub fn deleted<S: Subject>(mut self, row: &S) -> Self {
        self.subject = Some((S::KIND, row.subject_id(), Value::Null));
        self
    }

    /// Who did it, where the actor is not signed in yet.
    #[must_use]
    pub fn by(mut self, person: PersonId) -> Self {
        self.person = Some(person);
        self
    }
}

/// Appends in the command's own transaction. The entry is unsealed until the
/// sealer has seen the commit.
pub async fn append(app: &App, tx: &Tx, actor: &Actor, entry: Entry) -> Result<()> {
    suspended::may_record(actor, entry.kind)?;
    let id = app.id();
    let mut row = RecordEntry {
        id,
        stream: entry.stream,
        kind: entry.kind,
        actor_person_id: entry.person.or(actor.person.as_ref().map(|p| p.id)),
        actor_organisation_id: actor.organisation_id(),
        actor_role: actor.acting.as_ref().and_then(|a| a.roles.first()).map(|r| r.as_str().to_owned()),
        occurred_at: app.now(),
        audience: entry.audience,
        named_organisations: (!entry.named.is_empty()).then(|| joined(&entry.named)),
        payload: by_token(entry.payload, actor),
        subject_kind: None,
        subject_id: None,
        content_hash: None,
        tag: None,
        position: None,
        sequence: None,
        previous_hash: None,
        hash: None,
    };
    let mut salt = None;
    if let Some((kind, subject_id, content)) = entry.subject {
        let fresh = app.token();
        row.subject_kind = Some(kind.to_owned());
        row.subject_id = Some(subject_id);
        row.content_hash = Some(hash::content(&fresh, &content));
        salt = Some(record_salt::ActiveModel { entry_id: Set(id), salt: Set(fresh) });
    }
    // An invitation that is accepted is told by the membership that it makes.
    if let Some(event) = audit::event_of(row.kind)
        && !(event == AuditEvent::MemberJoined && row.subject_kind.as_deref() == Some("invitation"))
    {
        let line = Line::of(actor, event);
        tx.note(row.subject_id.into_iter().fold(line, Line::about));
    }
    row.tag = Some(hash::tag(&app.keys.of_record(), &row));
    record_entry::Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await?;
    if let Some(salt) = salt {
        record_salt::Entity::insert(salt).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

/// The payload, with the token that spoke.
fn by_token(mut payload: Value, actor: &Actor) -> Value {
    if let (Value::Object(facts), Some(token)) = (&mut payload, &actor.token) {
        facts.insert("byToken".to_owned(), json!(token.id));
    }
    payload
}

/// Ids between commas with a comma at both ends, so that `LIKE '%,id,%'` finds one.
fn joined(ids: &[OrganisationId]) -> String {
    ids.iter().fold(",".to_owned(), |all, id| format!("{all}{id},"))
}
