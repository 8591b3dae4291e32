//! Letters about events and registrations. Whoever is named in a registration
//! gets them, with or without an account here; whoever has a place also gets
//! the event for the calendar.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;
use sha2::{Digest, Sha256};
use types::{
    EmailAddress, EntryKind, EventId, EventKind, Language, PersonId, RegistrationId, RegistrationState,
};

use super::needs::{followers, need_of};
use super::{Letters, NoticeExt, notice};
use crate::accounts::{self, Person};
use crate::events::{self, Attendee, Event, Registration};
use crate::needs::Need;
use crate::ports::{FactValue, Notice};
use crate::record::RecordEntry;
use crate::{Actor, App, Result, organisations};

pub(super) async fn of(app: &App, entry: &RecordEntry) -> Result<Vec<Letters>> {
    let Some(need) = need_of(app, entry).await? else { return Ok(Vec::new()) };
    let Some((event, registration)) = subject(app, entry).await? else { return Ok(Vec::new()) };
    let buyer = organisations::get(app, need.organisation_id).await?.name;
    let organiser = events::organiser(app, &need, &buyer).await?;
    let desk = Desk { app, entry, need: &need, event: &event, buyer: &buyer, organiser };
    match registration {
        Some(registration) => desk.to_one(&registration).await,
        None => desk.to_all().await,
    }
}

/// The event that an entry is about, and the registration if it is about one.
async fn subject(app: &App, entry: &RecordEntry) -> Result<Option<(Event, Option<Registration>)>> {
    let (Some(kind), Some(id)) = (entry.subject_kind.as_deref(), entry.subject_id) else { return Ok(None) };
    let system = Actor::system();
    if kind == "event" {
        return Ok(events::find(app, &system, EventId(id)).await?.map(|view| (view.event, None)));
    }
    let Some(row) = events::registration(app, &system, RegistrationId(id)).await? else { return Ok(None) };
    Ok(events::find(app, &system, row.event_id).await?.map(|view| (view.event, Some(row))))
}

/// Where the letters of one entry are written.
struct Desk<'a> {
    app: &'a App,
    entry: &'a RecordEntry,
    need: &'a Need,
    event: &'a Event,
    buyer: &'a str,
    /// Whom calendars show.
    organiser: (String, String),
}

impl Desk<'_> {
    fn fact(&self, key: &str) -> Option<&Value> {
        self.entry.payload.get(key)
    }

    fn is(&self, key: &str) -> bool {
        self.fact(key).and_then(Value::as_bool).unwrap_or(false)
    }

    /// What an event's letter always says: when, where, and for how long one registers.
    fn notice(&self, has_place: bool) -> Notice {
        let event = self.event;
        let mut notice = notice(self.entry, &event.title, self.buyer, format!("/events/{}", event.slug))
            .fact("need", FactValue::Text(self.need.title.clone()))
            .fact("starts-at", FactValue::Time(event.starts_at))
            .fact("ends-at", FactValue::Time(event.ends_at));
        if !event.place.is_empty() {
            notice = notice.fact("place", FactValue::Text(event.place.clone()));
        }
        if has_place && !event.link.is_empty() {
            notice = notice.fact("link", FactValue::Text(event.link.clone()));
        }
        notice
    }

    /// The same with the calendar's part, in the revision that the entry names.
    fn with_calendar(&self, notice: Notice, is_cancelled: bool) -> Notice {
        self.in_revision(notice, self.sequence(), is_cancelled)
    }

    fn sequence(&self) -> i32 {
        let sequence = self.fact("sequence").and_then(Value::as_i64).and_then(|s| i32::try_from(s).ok());
        sequence.unwrap_or(self.event.sequence)
    }

    fn in_revision(&self, mut notice: Notice, sequence: i32, is_cancelled: bool) -> Notice {
        let revision = events::Revision { at: self.entry.occurred_at, sequence, is_cancelled };
        notice.calendar = Some(events::calendar_of(self.app, self.event, self.organiser.clone(), &revision));
        notice
    }

    /// A letter about the event to everybody who has a place, each with the
    /// revision that follows what that registration got before.
    async fn to_coming(
        &self,
        coming: &[Registration],
        notice: Notice,
        is_cancelled: bool,
    ) -> Result<Vec<Letters>> {
        let mut by_version: BTreeMap<i32, Vec<Registration>> = BTreeMap::new();
        for registration in coming {
            by_version.entry(registration.version).or_default().push(registration.clone());
        }
        let (mut letters, mut told) = (Vec::new(), HashSet::new());
        // Whoever is in several gets the latest.
        for (version, registrations) in by_version.into_iter().rev() {
            let mut recipients = people_of(self.app, &registrations).await?;
            recipients.retain(|p| told.insert(p.email_key.clone()));
            let sequence = self.sequence() + version - 1;
            letters.push(Letters {
                recipients,
                notice: self.in_revision(notice.clone(), sequence, is_cancelled),
            });
        }
        Ok(letters)
    }

    /// Letters about the event itself.
    async fn to_all(&self) -> Result<Vec<Letters>> {
        let (app, event) = (self.app, self.event);
        match self.entry.kind {
            EntryKind::EventAnnounced => {
                let mut notice = self.notice(false);
                if event.kind != EventKind::WrittenInput {
                    let until = FactValue::Time(events::closes_at(event));
                    notice = notice.fact("registration-deadline", until);
                }
                Ok(vec![Letters { recipients: followers(app, self.need).await?, notice }])
            }
            EntryKind::EventChanged if self.is("isTold") => {
                let change = self.fact("note").and_then(Value::as_str);
                let (coming, waiting) = self.registered().await?;
                let notice = self.notice(true).quote("change", change);
                let plain = self.notice(false).quote("change", change);
                let mut letters = self.to_coming(&coming, notice, false).await?;
                letters.push(Letters { recipients: waiting, notice: plain });
                Ok(letters)
            }
            EntryKind::EventCancelled => {
                let reason = self.fact("reason").and_then(Value::as_str);
                let (coming, waiting) = self.registered().await?;
                let plain = self.notice(false).quote("reason", reason);
                let mut letters = self.to_coming(&coming, plain.clone(), true).await?;
                let coming = letters.iter().flat_map(|l| &l.recipients);
                let told: Vec<String> = coming.chain(&waiting).map(|p| p.email_key.clone()).collect();
                let mut others = followers(app, self.need).await?;
                others.retain(|p| !told.contains(&p.email_key));
                others.extend(waiting);
                letters.push(Letters { recipients: others, notice: plain });
                Ok(letters)
            }
            EntryKind::EventDocumented if self.is("isFirst") => {
                let notice = self.notice(false);
                Ok(vec![Letters { recipients: followers(app, self.need).await?, notice }])
            }
            _ => Ok(Vec::new()),
        }
    }

    /// Who has a place, and who waits.
    async fn registered(&self) -> Result<(Vec<Registration>, Vec<Person>)> {
        let rows = events::registrations(self.app, self.event.id).await?;
        let (waiting, rest): (Vec<Registration>, Vec<Registration>) =
            rows.into_iter().partition(|r| r.state == RegistrationState::Waiting);
        let coming: Vec<Registration> =
            rest.into_iter().filter(|r| r.state != RegistrationState::Withdrawn).collect();
        Ok((coming, people_of(self.app, &waiting).await?))
    }

    /// Letters about one registration.
    async fn to_one(&self, registration: &Registration) -> Result<Vec<Letters>> {
        let app = self.app;
        let persons = FactValue::Text(registration.places.to_string());
        let people = || people_of(app, std::slice::from_ref(registration));
        let letters = match self.entry.kind {
            EntryKind::EventRegistered | EntryKind::EventPromoted => {
                let notice = self.with_calendar(self.notice(true), false).fact("persons", persons);
                Letters { recipients: people().await?, notice }
            }
            EntryKind::EventWaitlisted => {
                let positions = events::positions(app, &[registration.id]).await?;
                let mut notice = self.notice(false).fact("persons", persons);
                if let Some(position) = positions.get(&registration.id) {
                    notice = notice.fact("position", FactValue::Text(position.to_string()));
                }
                Letters { recipients: people().await?, notice }
            }
            EntryKind::EventWithdrawn => {
                let had_place =
                    self.fact("from").and_then(Value::as_str) == Some(RegistrationState::Registered.as_str());
                let notice = self.notice(false);
                let notice = if had_place { self.with_calendar(notice, true) } else { notice };
                let reason = registration.reason.as_deref().filter(|_| self.is("byOrganiser"));
                Letters { recipients: people().await?, notice: notice.quote("reason", reason) }
            }
            EntryKind::EventRegistrationChanged => return self.to_changed(registration).await,
            _ => return Ok(Vec::new()),
        };
        Ok(vec![letters])
    }

    /// Those who came into and went out of a registration hear that they did.
    async fn to_changed(&self, registration: &Registration) -> Result<Vec<Letters>> {
        let numbers = |key: &str| -> Vec<u32> {
            self.fact(key).and_then(|v| serde_json::from_value(v.clone()).ok()).unwrap_or_default()
        };
        let has_place = self.is("hasPlace");
        let everybody = events::everybody_of(registration)?;
        let by = registration.registered_by.as_slice();
        let language = accounts::persons_by_ids(self.app.db.read(), by).await?.first().map(|p| p.language);
        let mut letters = Vec::new();
        for (key, came) in [("came", true), ("went", false)] {
            let named = numbers(key);
            let those: Vec<Attendee> =
                everybody.iter().filter(|p| named.contains(&p.number)).cloned().collect();
            let mut notice = self.notice(has_place && came);
            let kind = match (came, has_place) {
                (true, true) => EntryKind::EventRegistered,
                (true, false) => EntryKind::EventWaitlisted,
                (false, _) => EntryKind::EventWithdrawn,
            };
            kind.as_str().clone_into(&mut notice.kind);
            if has_place {
                notice = self.with_calendar(notice, !came);
            }
            letters.push(Letters {
                recipients: as_persons(self.app, &those, language.unwrap_or_default()).await?,
                notice,
            });
        }
        Ok(letters)
    }
}

/// Everybody in these registrations: who registered, and who is named.
pub(super) async fn people_of(app: &App, registrations: &[Registration]) -> Result<Vec<Person>> {
    let by: Vec<PersonId> = registrations.iter().filter_map(|r| r.registered_by).collect();
    let mut people = accounts::persons_by_ids(app.db.read(), &by).await?;
    let languages: HashMap<PersonId, Language> = people.iter().map(|p| (p.id, p.language)).collect();
    let mut named: HashMap<Language, Vec<Attendee>> = HashMap::new();
    for registration in registrations {
        let language = registration.registered_by.and_then(|id| languages.get(&id)).copied();
        named.entry(language.unwrap_or_default()).or_default().extend(events::persons_of(registration)?);
    }
    for (language, persons) in named {
        people.extend(as_persons(app, &persons, language).await?);
    }
    people.sort_by(|a, b| a.email_key.cmp(&b.email_key));
    people.dedup_by(|a, b| a.email_key == b.email_key);
    Ok(people)
}

/// Named persons as recipients: their account where they have one, else the
/// mailbox alone, addressed in the language of who registered them.
async fn as_persons(app: &App, named: &[Attendee], language: Language) -> Result<Vec<Person>> {
    let keys: Vec<String> = named.iter().map(|p| p.email.key()).collect();
    let known: HashMap<String, Person> = accounts::persons_by_emails(app.db.read(), &keys)
        .await?
        .into_iter()
        .map(|p| (p.email_key.clone(), p))
        .collect();
    Ok(named
        .iter()
        .map(|p| {
            let stranger = || mailbox(&p.email, &p.name, language, app.now());
            known.get(&p.email.key()).cloned().unwrap_or_else(stranger)
        })
        .collect())
}

/// A recipient without an account. The id is made of the address, so that a
/// letter told twice has the same `Message-ID`.
fn mailbox(email: &EmailAddress, name: &str, language: Language, now: types::Time) -> Person {
    let digest = Sha256::digest(email.key().as_bytes());
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    Person {
        id: PersonId(uuid::Builder::from_random_bytes(bytes).into_uuid()),
        email: email.clone(),
        email_key: email.key(),
        name: name.to_owned(),
        language,
        is_platform_administrator: false,
        created_at: now,
        version: 0,
    }
}
