//! What an event says, and the checks of each field.

use sea_orm::ActiveValue::Set;
use types::{ErrorCode, EventKind, EventState, FieldError, Language, Time};

use super::model::Attendee;
use super::{Event, closes_at};
use crate::{Checks, Result};

/// Input for an event: raw, each field may be left out (unchanged).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventInput {
    /// Title, at most 200 characters; a new event needs one.
    pub title: Option<String>,
    /// What it is about (Markdown).
    pub description: Option<String>,
    /// The programme (Markdown).
    pub agenda: Option<String>,
    /// The language that it is written in; else the need's.
    pub language: Option<Language>,
    /// Start; a new event needs one.
    pub starts_at: Option<Time>,
    /// End; a new event needs one.
    pub ends_at: Option<Time>,
    /// Address.
    pub place: Option<String>,
    /// Web address of the meeting, for those who have a place.
    pub link: Option<String>,
    /// Persons; `Some(None)` is unlimited.
    pub capacity: Option<Option<i32>>,
    /// How many persons one organisation may name.
    pub persons_per_organisation: Option<i32>,
    /// When registration opens; `Some(None)` is with the announcement.
    pub registration_opens_at: Option<Option<Time>>,
    /// When it closes; `Some(None)` is at the start.
    pub registration_deadline: Option<Option<Time>>,
    /// Whether everybody sees which organisations come.
    pub participants_public: Option<bool>,
}

/// A person to register, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonInput {
    /// Name.
    pub name: String,
    /// Work address.
    pub email: String,
    /// What the organiser must know.
    pub needs: String,
    /// Comes by the link, where the event is hybrid.
    pub is_online: bool,
}

/// The most places, and the most persons of one organisation.
const MOST_PLACES: i32 = 10_000;
const MOST_PERSONS: i32 = 50;

/// The event after `input`: every value is checked, all wrong fields told at once.
pub(super) fn apply(before: &Event, input: EventInput) -> Result<Event> {
    let mut checks = Checks::default();
    let mut next = before.clone();
    if let Some(raw) = input.title {
        next.title = checks.line("title", &raw, 200);
    }
    for (field, raw, into) in [
        ("description", input.description, &mut next.description),
        ("agenda", input.agenda, &mut next.agenda),
    ] {
        if let Some(raw) = raw {
            *into = checks.optional_body(field, &raw, 20_000);
        }
    }
    if let Some(raw) = input.place {
        next.place = checks.optional_line("place", &raw, 300);
    }
    if let Some(raw) = input.link {
        next.link = checks.optional_line("link", &raw, 500);
        let is_web = next.link.starts_with("https://") || next.link.starts_with("http://");
        checks.refuse_if(!is_web && !next.link.is_empty(), "link", ErrorCode::InvalidUrl);
    }
    next.language = input.language.unwrap_or(next.language);
    next.starts_at = input.starts_at.unwrap_or(next.starts_at);
    next.ends_at = input.ends_at.unwrap_or(next.ends_at);
    next.capacity = input.capacity.unwrap_or(next.capacity);
    next.persons_per_organisation = input.persons_per_organisation.unwrap_or(next.persons_per_organisation);
    next.registration_opens_at = input.registration_opens_at.unwrap_or(next.registration_opens_at);
    next.registration_deadline = input.registration_deadline.unwrap_or(next.registration_deadline);
    next.participants_public = input.participants_public.unwrap_or(next.participants_public);
    if next.kind == EventKind::WrittenInput {
        // A round of written input has answers, not seats.
        (next.capacity, next.registration_opens_at, next.registration_deadline) = (None, None, None);
    }
    check_order(&mut checks, &next);
    let least = before.taken.max(1);
    if next.capacity.is_some_and(|c| !(least..=MOST_PLACES).contains(&c)) {
        checks.add(
            FieldError::new("capacity", ErrorCode::OutOfRange).with("min", least).with("max", MOST_PLACES),
        );
    }
    if !(1..=MOST_PERSONS).contains(&next.persons_per_organisation) {
        let field = FieldError::new("personsPerOrganisation", ErrorCode::OutOfRange);
        checks.add(field.with("min", 1).with("max", MOST_PERSONS));
    }
    // Who registered did so under the rule that was published.
    let is_published = before.state != EventState::Planned;
    let opens_list = next.participants_public && !before.participants_public;
    checks.refuse_if(is_published && opens_list, "participantsPublic", ErrorCode::WrongState);
    checks.finish()?;
    Ok(next)
}

fn check_order(checks: &mut Checks, event: &Event) {
    checks.refuse_if(event.ends_at <= event.starts_at, "endsAt", ErrorCode::WrongOrder);
    checks.refuse_if(closes_at(event) > event.starts_at, "registrationDeadline", ErrorCode::WrongOrder);
    let opens_late = event.registration_opens_at.is_some_and(|at| at >= closes_at(event));
    checks.refuse_if(opens_late, "registrationOpensAt", ErrorCode::WrongOrder);
}

/// What must be there before others see it.
pub(super) fn check_complete(event: &Event, now: Time) -> Result<()> {
    let mut checks = Checks::default();
    if event.kind == EventKind::WrittenInput {
        checks.refuse_if(event.ends_at <= now, "endsAt", ErrorCode::MustBeFuture);
    } else {
        checks.refuse_if(event.starts_at <= now, "startsAt", ErrorCode::MustBeFuture);
        let is_past = event.registration_deadline.is_some_and(|at| at <= now);
        checks.refuse_if(is_past, "registrationDeadline", ErrorCode::MustBeFuture);
        checks.refuse_if(event.place.is_empty() && event.link.is_empty(), "place", ErrorCode::Required);
    }
    checks.refuse_if(event.description.trim().is_empty(), "description", ErrorCode::Required);
    checks.finish()
}

/// Whether what a calendar holds differs: time, place or link.
pub(super) fn differs_in_calendar(a: &Event, b: &Event) -> bool {
    (a.starts_at, a.ends_at, &a.place, &a.link) != (b.starts_at, b.ends_at, &b.place, &b.link)
}

/// Writes the content of `next` into the row's columns.
pub(super) fn set(row: &mut entity::event::ActiveModel, next: &Event) {
    row.title = Set(next.title.clone());
    row.description = Set(next.description.clone());
    row.agenda = Set(next.agenda.clone());
    row.language = Set(next.language);
    row.starts_at = Set(next.starts_at);
    row.ends_at = Set(next.ends_at);
    row.place = Set(next.place.clone());
    row.link = Set(next.link.clone());
    row.capacity = Set(next.capacity);
    row.persons_per_organisation = Set(next.persons_per_organisation);
    row.registration_opens_at = Set(next.registration_opens_at);
    row.registration_deadline = Set(next.registration_deadline);
    row.participants_public = Set(next.participants_public);
    row.sequence = Set(next.sequence);
}

/// The persons to register: one to as many as the event lets an organisation send.
pub(super) fn check_persons(event: &Event, raw: &[PersonInput]) -> Result<Vec<Attendee>> {
    let mut checks = Checks::default();
    let most = usize::try_from(event.persons_per_organisation).unwrap_or(1);
    if raw.is_empty() || raw.len() > most {
        checks.add(FieldError::new("persons", ErrorCode::OutOfRange).with("min", 1).with("max", most));
    }
    let mut persons: Vec<Attendee> = Vec::new();
    for (i, person) in raw.iter().enumerate().take(most) {
        let field = |name: &str| format!("persons.{i}.{name}");
        let name = checks.line(&field("name"), &person.name, 120);
        let needs = checks.optional_line(&field("needs"), &person.needs, 500);
        let email = person.email.trim();
        let Some(email) = checks.parse(&field("email"), email, email_error(email)) else { continue };
        let email: types::EmailAddress = email;
        let is_twice = persons.iter().any(|p| p.email.key() == email.key());
        checks.refuse_if(is_twice, &field("email"), ErrorCode::Duplicate);
        let is_online = person.is_online && super::is_hybrid(event);
        persons.push(Attendee { number: 0, name, email, needs, is_online, has_left: false });
    }
    checks.finish()?;
    Ok(persons)
}

const fn email_error(email: &str) -> ErrorCode {
    if email.is_empty() { ErrorCode::Required } else { ErrorCode::InvalidEmail }
}
