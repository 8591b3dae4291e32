//! Planning and changing.

use sea_orm::ActiveValue::Set;
use serde_json::json;
use types::{EntryKind, ErrorCode, EventId, EventKind, EventState, FieldError, NeedId, NeedState};

use super::model::is_ahead;
use super::queries::EventView;
use super::{Event, EventInput, content, registration, store};
use crate::needs::{self, Need};
use crate::record::{Entry, need_stream};
use crate::{Actor, App, Checks, Error, Result, Tx};

/// A new event.
#[derive(Clone, Debug)]
pub struct PlanEvent {
    /// Of which need.
    pub need_id: NeedId,
    /// What it is; never changes.
    pub kind: EventKind,
    /// What it says so far.
    pub content: EventInput,
}

/// A change of an event, planned or announced.
#[derive(Clone, Debug)]
pub struct ChangeEvent {
    /// Which event.
    pub event_id: EventId,
    /// The version that the change was made on; `STALE_VERSION` if it is not the newest.
    pub expected_version: Option<i32>,
    /// What changes; what is left out stays.
    pub content: EventInput,
    /// Only spelling was mended: nobody is told, unless time, place or link changed too.
    pub is_correction: bool,
    /// What everybody registered is told about the change.
    pub note: String,
}

/// Plans an event of a need. Only the buyer sees it until it is announced.
pub async fn plan(app: &App, actor: &Actor, input: PlanEvent) -> Result<EventView> {
    let need = needs::get(app, actor, input.need_id).await?;
    needs::may_run_dialogue(actor, &need)?;
    let mut checks = Checks::default();
    for (field, is_missing) in [
        ("title", input.content.title.is_none()),
        ("startsAt", input.content.starts_at.is_none()),
        ("endsAt", input.content.ends_at.is_none()),
    ] {
        checks.refuse_if(is_missing, field, ErrorCode::Required);
    }
    checks.finish()?;
    let event = content::apply(&blank(app, actor, &need, input.kind), input.content)?;
    let tx = app.db.write().await?;
    // Under the need's lock: a plan that is made while the dialogue ends for good is called off too.
    let need = needs::get_for_update(&tx, actor, need.id).await?;
    if need.state == NeedState::Closed || need.competition_announced_at.is_some() {
        return Err(Error::Conflict(ErrorCode::DialogueClosed));
    }
    let slug = store::free_slug(&tx, &event.title, event.id).await?;
    let event = store::insert(app, &tx, actor, Event { slug, ..event }).await?;
    tx.commit().await?;
    Ok(EventView::own(event))
}

/// An event of which nothing is known but the need and the kind.
fn blank(app: &App, actor: &Actor, need: &Need, kind: EventKind) -> Event {
    let now = app.now();
    Event {
        id: app.id(),
        need_id: need.id,
        organisation_id: need.organisation_id,
        slug: String::new(),
        kind,
        state: EventState::Planned,
        title: String::new(),
        description: String::new(),
        agenda: String::new(),
        language: need.language,
        starts_at: now,
        ends_at: now,
        place: String::new(),
        link: String::new(),
        capacity: None,
        persons_per_organisation: 2,
        registration_opens_at: None,
        registration_deadline: None,
        participants_public: false,
        taken: 0,
        queued: 0,
        sequence: 0,
        announced_at: None,
        cancel_reason: None,
        minutes: None,
        documented_at: None,
        created_by: actor.person.as_ref().map(|p| p.id),
        created_at: now,
        updated_at: now,
        version: 1,
    }
}

/// Changes an event. Once it is announced, a change of time, place, link or
/// text raises its sequence and is told to everybody registered at once (R20);
/// a correction of spelling is not. More capacity gives places to who waits.
pub async fn change(app: &App, actor: &Actor, input: ChangeEvent) -> Result<EventView> {
    let (tx, event) = managed(app, actor, input.event_id).await?;
    if input.expected_version.is_some_and(|v| v != event.version) {
        return Err(Error::Conflict(ErrorCode::StaleVersion));
    }
    let is_planned = event.state == EventState::Planned;
    let now = app.now();
    if !is_planned && (!is_ahead(event.state) || has_begun(&event, now)) {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    let mut checks = Checks::default();
    let note = checks.optional_body("note", &input.note, 2000);
    checks.finish()?;
    let mut next = content::apply(&event, input.content)?;
    if next == event {
        return Ok(EventView::own(event));
    }
    if !is_planned {
        in_time(&event, &next, now)?;
    }
    let is_told = !is_planned
        && (content::differs_in_calendar(&event, &next)
            || (says_else(&event, &next) && !input.is_correction));
    next.sequence += i32::from(is_told);
    let entry = if is_planned {
        Entry::new(EntryKind::EventPlanned, need_stream(event.need_id))
    } else {
        Entry::new(EntryKind::EventChanged, need_stream(event.need_id)).public().payload(json!({
            "isTold": is_told,
            "sequence": next.sequence,
            "note": note,
        }))
    };
    let event = store::save(app, &tx, actor, event, entry, |row| content::set(row, &next)).await?;
    registration::promote(app, &tx, &event).await?;
    let event = store::lock(&tx, actor, event.id).await?;
    tx.commit().await?;
    Ok(EventView::own(event))
}

/// An announced event stays complete, and is not moved into the past.
fn in_time(before: &Event, next: &Event, now: types::Time) -> Result<()> {
    content::check_complete(next, now).or_else(|error| match error {
        // A deadline that has passed stays; a new one lies ahead.
        Error::Invalid(errors) => {
            let same_deadline = before.registration_deadline == next.registration_deadline;
            let left: Vec<FieldError> = errors
                .into_iter()
                .filter(|e| !(same_deadline && e.path == ["registrationDeadline"]))
                .collect();
            if left.is_empty() { Ok(()) } else { Err(Error::Invalid(left)) }
        }
        other => Err(other),
    })
}

fn has_begun(event: &Event, now: types::Time) -> bool {
    // A written round can be extended while it runs.
    let at = if event.kind == EventKind::WrittenInput { event.ends_at } else { event.starts_at };
    at <= now
}

fn says_else(a: &Event, b: &Event) -> bool {
    (&a.title, &a.description, &a.agenda) != (&b.title, &b.description, &b.agenda)
}

/// Deletes an event that was never announced.
pub async fn delete(app: &App, actor: &Actor, id: EventId) -> Result<EventId> {
    let (tx, event) = managed(app, actor, id).await?;
    if event.state != EventState::Planned {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    store::delete(app, &tx, actor, event).await?;
    tx.commit().await?;
    Ok(id)
}

/// Deletes the plans of a need that is deleted, which was never public and so announced none.
pub(crate) async fn dissolve(app: &App, tx: &Tx, actor: &Actor, need: NeedId) -> Result<()> {
    for event in store::of_needs(&**tx, actor, &[need]).await? {
        store::delete(app, tx, actor, event).await?;
    }
    Ok(())
}

/// The event, locked, for those who run the dialogue; saved and committed by the caller.
pub(super) async fn managed(app: &App, actor: &Actor, id: EventId) -> Result<(Tx, Event)> {
    let seen = store::by_id(app.db.read(), actor, id).await?.ok_or(Error::NotFound)?;
    let tx = app.db.write().await?;
    // The need first, as whoever ends its dialogue does: so the two never wait for each other.
    let need = needs::get_for_update(&tx, actor, seen.need_id).await?;
    needs::may_run_dialogue(actor, &need)?;
    let event = store::lock(&tx, actor, id).await?;
    Ok((tx, event))
}

/// Saves a change of state alone.
pub(super) async fn save_state(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    event: Event,
    to: EventState,
) -> Result<Event> {
    let entry = Entry::new(EntryKind::EventStateChanged, need_stream(event.need_id))
        .public()
        .payload(json!({ "from": event.state, "to": to }));
    store::save(app, tx, actor, event, entry, |row| row.state = Set(to)).await
}
