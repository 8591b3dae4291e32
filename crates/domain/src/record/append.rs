//! Appending: one insert, no shared lock.

use entity::{record_entry, record_salt};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::{Value, json};
use types::{Audience, EntryKind, OrganisationId, PersonId};
use uuid::Uuid;

use super::{Subject, hash};
use crate::{Actor, App, Result, Tx};

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
    let id = app.id();
    let mut row = record_entry::ActiveModel {
        id: Set(id),
        stream: Set(entry.stream),
        kind: Set(entry.kind),
        actor_person_id: Set(entry.person.or(actor.person.as_ref().map(|p| p.id))),
        actor_organisation_id: Set(actor.organisation_id()),
        actor_role: Set(actor.acting.as_ref().and_then(|a| a.roles.first()).map(|r| r.as_str().to_owned())),
        occurred_at: Set(app.now()),
        audience: Set(entry.audience),
        named_organisations: Set((!entry.named.is_empty()).then(|| joined(&entry.named))),
        payload: Set(entry.payload),
        subject_kind: Set(None),
        subject_id: Set(None),
        content_hash: Set(None),
        position: Set(None),
        sequence: Set(None),
        previous_hash: Set(None),
        hash: Set(None),
    };
    let mut salt = None;
    if let Some((kind, subject_id, content)) = entry.subject {
        let fresh = app.token();
        row.subject_kind = Set(Some(kind.to_owned()));
        row.subject_id = Set(Some(subject_id));
        row.content_hash = Set(Some(hash::content(&fresh, &content)));
        salt = Some(record_salt::ActiveModel { entry_id: Set(id), salt: Set(fresh) });
    }
    record_entry::Entity::insert(row).exec_without_returning(&**tx).await?;
    if let Some(salt) = salt {
        record_salt::Entity::insert(salt).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

/// Ids between commas with a comma at both ends, so that `LIKE '%,id,%'` finds one.
fn joined(ids: &[OrganisationId]) -> String {
    ids.iter().fold(",".to_owned(), |all, id| format!("{all}{id},"))
}
