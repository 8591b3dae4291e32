//! Getting a place, waiting for one, giving it up.

use chrono::TimeDelta;
use sea_orm::ActiveValue::Set;
use serde_json::json;
use types::{
    EntryKind, ErrorCode, EventId, EventKind, EventState, OrganisationId, RegistrationId, RegistrationState,
};

use super::model::{everybody_of, has_place, is_ahead, renumbered, revision_of};
use super::{Event, PersonInput, Registration, content, store};
use crate::record::{Entry, need_stream};
use crate::{Actor, App, Checks, Error, Result, Tx, accounts, needs, organisations};

/// A registration.
#[derive(Clone, Debug)]
pub struct Register {
    /// For which event.
    pub event_id: EventId,
    /// The persons who come.
    pub persons: Vec<PersonInput>,
    /// Set by the organiser, for another organisation than its own.
    pub organisation_id: Option<OrganisationId>,
    /// Why the organiser does it.
    pub reason: String,
}

/// Giving up a place or the wait for one.
#[derive(Clone, Debug)]
pub struct Withdraw {
    /// Which registration.
    pub registration_id: RegistrationId,
    /// Why; the organiser must say.
    pub reason: String,
}

/// Registers the organisation acted for, or another one for the organiser. It
/// gets a place if all its persons fit, else it waits.
pub async fn register(app: &App, actor: &Actor, input: Register) -> Result<Registration> {
    let acting = actor.acting()?.organisation_id;
    let event = store::by_id(app.db.read(), actor, input.event_id).await?;
    let event = event.ok_or_else(|| Error::field("eventId", ErrorCode::NotFound))?;
    let need = needs::get(app, actor, event.need_id).await?;
    let organisation = input.organisation_id.unwrap_or(acting);
    let is_organiser = organisation != acting;
    if is_organiser {
        needs::may_run_dialogue(actor, &need)?;
        organisations::get(app, organisation).await.map_err(|_| missing_organisation())?;
    } else if event.organisation_id == acting {
        return Err(Error::Forbidden(ErrorCode::WrongOrganisation));
    }
    if need.competition_announced_at.is_some() || !need.state.is_open() {
        return Err(Error::Conflict(ErrorCode::DialogueClosed));
    }
    limit(app, actor).await?;
    let mut checks = Checks::default();
    let reason = if is_organiser { Some(checks.body("reason", &input.reason, 1000)) } else { None };
    checks.finish()?;
    let persons = content::check_persons(&event, &input.persons)?;
    let places = i32::try_from(persons.len()).unwrap_or(i32::MAX);

    let tx = app.db.write().await?;
    // One statement takes the places and with them the event's row; whoever
    // does not get them takes the row too, before the queue.
    let open_at = (!is_organiser).then(|| app.now());
    let mut has_got = false;
    if !is_organiser {
        has_got = store::take_places(&tx, event.id, places, open_at).await?;
    }
    let event = store::lock(&tx, actor, event.id).await?;
    if !has_got {
        takes_registrations(app, &event, is_organiser)?;
        has_got = store::take_places(&tx, event.id, places, open_at).await?;
    }
    let before = store::registration_of(&*tx, event.id, organisation).await?;
    if before.as_ref().is_some_and(|r| r.state != RegistrationState::Withdrawn) {
        return Err(Error::Conflict(ErrorCode::AlreadyRegistered));
    }
    let has_started = event.starts_at <= app.now();
    if !has_got && has_started {
        return Err(Error::Conflict(ErrorCode::Full));
    }
    let (state, kind, queue_number) = if has_got {
        (RegistrationState::Registered, EntryKind::EventRegistered, None)
    } else {
        let number = store::draw_number(&tx, &event).await?;
        (RegistrationState::Waiting, EntryKind::EventWaitlisted, Some(number))
    };
    let known = before.as_ref().map(everybody_of).transpose()?.unwrap_or_default();
    let (persons, _, _) = renumbered(&known, persons);
    let now = app.now();
    let next = Registration {
        id: before.as_ref().map_or_else(|| app.id(), |r| r.id),
        event_id: event.id,
        organisation_id: organisation,
        state,
        persons: serde_json::to_value(&persons)?,
        places,
        queue_number,
        registered_by: actor.person.as_ref().map(|p| p.id).filter(|_| !is_organiser),
        registered_at: now,
        changed_at: now,
        reason,
        version: 1,
    };
    let version = before.as_ref().map_or(1, |r| r.version + 1);
    let facts = json!({ "places": places, "sequence": revision_of(&event, version) });
    let entry = told(kind, &event, &next, facts);
    let row = match before {
        None => store::insert_registration(app, &tx, actor, next, entry).await?,
        Some(before) => {
            store::save_registration(app, &tx, actor, before, entry, |row| {
                row.state = Set(next.state);
                row.persons = Set(next.persons);
                row.places = Set(next.places);
                row.queue_number = Set(next.queue_number);
                row.registered_by = Set(next.registered_by);
                row.registered_at = Set(next.registered_at);
                row.reason = Set(next.reason);
            })
            .await?
        }
    };
    tx.commit().await?;
    Ok(row)
}

fn missing_organisation() -> Error {
    Error::field("organisationId", ErrorCode::NotFound)
}

/// Each registration writes to people: so many an hour and no more.
async fn limit(app: &App, actor: &Actor) -> Result<()> {
    let me = actor.person()?.id;
    accounts::rate_limit(app, &format!("register:{me}"), 60, TimeDelta::hours(1)).await
}

/// Whether registrations are taken now: from suppliers while it is open, from
/// the organiser until the minutes are written.
fn takes_registrations(app: &App, event: &Event, is_organiser: bool) -> Result<()> {
    if event.kind == EventKind::WrittenInput {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    if is_organiser {
        let is_taken = is_ahead(event.state) || event.state == EventState::Held;
        return if is_taken { Ok(()) } else { Err(Error::Conflict(ErrorCode::WrongState)) };
    }
    match event.state {
        EventState::RegistrationOpen if super::closes_at(event) > app.now() => Ok(()),
        EventState::RegistrationOpen | EventState::RegistrationClosed | EventState::Held => {
            Err(Error::Conflict(ErrorCode::PeriodClosed))
        }
        _ => Err(Error::Conflict(ErrorCode::WrongState)),
    }
}

/// An entry that the buyer and the organisation itself read.
pub(super) fn told(
    kind: EntryKind,
    event: &Event,
    registration: &Registration,
    payload: serde_json::Value,
) -> Entry {
    Entry::new(kind, need_stream(event.need_id)).named([registration.organisation_id]).payload(payload)
}

/// A registration with its event, locked, and whether the actor is the organiser.
pub(super) async fn held(
    app: &App,
    actor: &Actor,
    id: RegistrationId,
) -> Result<(Tx, Event, Registration, bool)> {
    actor.acting()?;
    let unknown = || Error::field("registrationId", ErrorCode::NotFound);
    let seen = store::registration(app.db.read(), id).await?.ok_or_else(unknown)?;
    let event = store::by_id(app.db.read(), actor, seen.event_id).await?.ok_or_else(unknown)?;
    let is_organiser = actor.acts_for(event.organisation_id);
    if is_organiser {
        needs::may_run_dialogue(actor, &needs::get(app, actor, event.need_id).await?)?;
    } else if !super::is_own(actor, &seen) {
        return Err(unknown());
    }
    let tx = app.db.write().await?;
    let event = store::lock(&tx, actor, event.id).await?;
    // Read again: what was seen above may have changed before the lock.
    let registration = store::registration(&*tx, id).await?.ok_or(Error::NotFound)?;
    Ok((tx, event, registration, is_organiser))
}

/// Withdraws, also after the deadline until the event starts. Freed places go
/// to those who wait, at once. The organiser gives a reason.
pub async fn withdraw(app: &App, actor: &Actor, input: Withdraw) -> Result<Registration> {
    let (tx, event, registration, is_organiser) = held(app, actor, input.registration_id).await?;
    if registration.state == RegistrationState::Withdrawn {
        return Err(Error::Conflict(ErrorCode::NotRegistered));
    }
    let mut checks = Checks::default();
    let reason = if is_organiser {
        checks.body("reason", &input.reason, 1000)
    } else {
        checks.optional_body("reason", &input.reason, 1000)
    };
    checks.finish()?;
    before_start(app, &event)?;
    let state = registration.state;
    if !matches!(state, RegistrationState::Registered | RegistrationState::Waiting) {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    let sequence = revision_of(&event, registration.version + 1);
    let facts = json!({ "from": state, "sequence": sequence, "byOrganiser": is_organiser });
    let entry = told(EntryKind::EventWithdrawn, &event, &registration, facts);
    let places = registration.places;
    let row = store::save_registration(app, &tx, actor, registration, entry, |row| {
        row.state = Set(RegistrationState::Withdrawn);
        row.queue_number = Set(None);
        row.reason = Set(Some(reason).filter(|r| !r.is_empty()));
    })
    .await?;
    if has_place(state) {
        store::free_places(&tx, event.id, places).await?;
        promote(app, &tx, &event).await?;
    }
    tx.commit().await?;
    Ok(row)
}

/// Names other persons, more or fewer. More need as many free places; fewer
/// free some. One who waits keeps the place in the queue.
pub async fn change_persons(
    app: &App,
    actor: &Actor,
    id: RegistrationId,
    expected_version: Option<i32>,
    persons: &[PersonInput],
) -> Result<Registration> {
    limit(app, actor).await?;
    let (tx, event, registration, _) = held(app, actor, id).await?;
    if expected_version.is_some_and(|v| v != registration.version) {
        return Err(Error::Conflict(ErrorCode::StaleVersion));
    }
    before_start(app, &event)?;
    let has_place = match registration.state {
        RegistrationState::Registered => true,
        RegistrationState::Waiting => false,
        RegistrationState::Withdrawn => return Err(Error::Conflict(ErrorCode::NotRegistered)),
        _ => return Err(Error::Conflict(ErrorCode::WrongState)),
    };
    let persons = content::check_persons(&event, persons)?;
    let places = i32::try_from(persons.len()).unwrap_or(i32::MAX);
    let before = everybody_of(&registration)?;
    let (persons, came, went) = renumbered(&before, persons);
    if persons == before {
        return Ok(registration);
    }
    let more = places - registration.places;
    if has_place && more > 0 && !store::take_places(&tx, event.id, more, None).await? {
        return Err(Error::Conflict(ErrorCode::Full));
    }
    let facts = json!({ "places": places, "came": came, "went": went, "hasPlace": has_place,
        "sequence": revision_of(&event, registration.version + 1) });
    let entry = told(EntryKind::EventRegistrationChanged, &event, &registration, facts);
    let persons = serde_json::to_value(&persons)?;
    let row = store::save_registration(app, &tx, actor, registration, entry, |row| {
        row.persons = Set(persons);
        row.places = Set(places);
    })
    .await?;
    if has_place && more < 0 {
        store::free_places(&tx, event.id, -more).await?;
    }
    if more < 0 {
        promote(app, &tx, &event).await?;
    }
    let row = store::registration(&*tx, row.id).await?.ok_or(Error::NotFound)?;
    tx.commit().await?;
    Ok(row)
}

fn before_start(app: &App, event: &Event) -> Result<()> {
    if !is_ahead(event.state) {
        Err(Error::Conflict(ErrorCode::WrongState))
    } else if event.starts_at <= app.now() {
        Err(Error::Conflict(ErrorCode::PeriodClosed))
    } else {
        Ok(())
    }
}

/// Gives free places to those who wait: the first in the queue whose whole
/// group fits, again and again, until the event starts. The event is locked.
/// The product does it, not the actor: nobody learns from the entry whose place it was.
pub(super) async fn promote(app: &App, tx: &Tx, event: &Event) -> Result<()> {
    if !is_ahead(event.state) || event.starts_at <= app.now() {
        return Ok(());
    }
    let system = Actor::system();
    loop {
        let (taken, capacity) = store::taken(tx, event.id).await?;
        let free = capacity.map(|c| c - taken);
        let Some(next) = store::next_waiting(tx, event.id, free).await? else { return Ok(()) };
        if !store::take_places(tx, event.id, next.places, None).await? {
            return Err(Error::internal("places were free and are not, under the event's lock"));
        }
        let facts = json!({ "places": next.places, "sequence": revision_of(event, next.version + 1) });
        let entry = told(EntryKind::EventPromoted, event, &next, facts);
        store::save_registration(app, tx, &system, next, entry, |row| {
            row.state = Set(RegistrationState::Registered);
            row.queue_number = Set(None);
        })
        .await?;
    }
}
