//! From the announcement to the minutes: every change of an event's state.

use sea_orm::ActiveValue::Set;
use serde_json::json;
use types::{EntryKind, ErrorCode, EventId, EventKind, EventState, Language, NeedState};

use super::commands::{managed, save_state};
use super::model::lies_ahead;
use super::queries::EventView;
use super::{Event, can_move, closes_at, content, store};
use crate::needs::{self, Need};
use crate::record::{Entry, need_stream};
use crate::{Actor, App, Checks, Error, Result, Tx};

/// Announces an event to everybody (R2) and so begins the dialogue. Refused
/// once the competition is announced (R4). Registration opens with it, unless
/// it has a later time of its own.
pub async fn announce(
    app: &App,
    actor: &Actor,
    id: EventId,
    expected_version: Option<i32>,
) -> Result<EventView> {
    let (tx, event) = managed(app, actor, id).await?;
    if expected_version.is_some_and(|v| v != event.version) {
        return Err(Error::Conflict(ErrorCode::StaleVersion));
    }
    moves(&event, EventState::Announced)?;
    needs::open_dialogue(app, &tx, actor, event.need_id).await?;
    let now = app.now();
    content::check_complete(&event, now)?;
    let opens_now =
        event.kind != EventKind::WrittenInput && event.registration_opens_at.is_none_or(|at| at <= now);
    let state = if opens_now { EventState::RegistrationOpen } else { EventState::Announced };
    let entry = Entry::new(EntryKind::EventAnnounced, need_stream(event.need_id))
        .public()
        .payload(json!({ "state": state, "startsAt": event.starts_at, "sequence": event.sequence }));
    let event = store::save(app, &tx, actor, event, entry, |row| {
        row.state = Set(state);
        row.announced_at = Set(Some(now));
    })
    .await?;
    tx.commit().await?;
    Ok(EventView::own(event))
}

/// Opens registration before its time, or again after the buyer closed it.
pub async fn open_registration(app: &App, actor: &Actor, id: EventId) -> Result<EventView> {
    let (tx, event) = managed(app, actor, id).await?;
    moves(&event, EventState::RegistrationOpen)?;
    if closes_at(&event) <= app.now() {
        return Err(Error::Conflict(ErrorCode::PeriodClosed));
    }
    let event = save_state(app, &tx, actor, event, EventState::RegistrationOpen).await?;
    tx.commit().await?;
    Ok(EventView::own(event))
}

/// Closes registration before its deadline.
pub async fn close_registration(app: &App, actor: &Actor, id: EventId) -> Result<EventView> {
    let (tx, event) = managed(app, actor, id).await?;
    moves(&event, EventState::RegistrationClosed)?;
    let event = save_state(app, &tx, actor, event, EventState::RegistrationClosed).await?;
    tx.commit().await?;
    Ok(EventView::own(event))
}

/// Cancels an announced event, with a reason that everybody reads. Everybody
/// registered or waiting is told at once (R20).
pub async fn cancel(app: &App, actor: &Actor, id: EventId, reason: &str) -> Result<EventView> {
    let (tx, event) = managed(app, actor, id).await?;
    moves(&event, EventState::Cancelled)?;
    let mut checks = Checks::default();
    let reason = checks.body("reason", reason, 2000);
    checks.finish()?;
    let event = save_cancelled(app, &tx, actor, event, reason).await?;
    tx.commit().await?;
    Ok(EventView::own(event))
}

async fn save_cancelled(app: &App, tx: &Tx, actor: &Actor, event: Event, reason: String) -> Result<Event> {
    let sequence = event.sequence + 1;
    let entry = Entry::new(EntryKind::EventCancelled, need_stream(event.need_id))
        .public()
        .payload(json!({ "from": event.state, "reason": reason, "sequence": sequence }));
    store::save(app, tx, actor, event, entry, |row| {
        row.state = Set(EventState::Cancelled);
        row.cancel_reason = Set(Some(reason));
        row.sequence = Set(sequence);
    })
    .await
}

/// Calls off what lies ahead when a need stops taking part (R4): announced
/// events are cancelled with a reason that everybody reads. Plans go too once
/// the dialogue can't be taken up again. What is over stays, and can still be
/// noted as held and documented.
pub(crate) async fn end_dialogue(app: &App, tx: &Tx, actor: &Actor, need: &Need) -> Result<()> {
    let Some(reason) = why_over(need) else { return Ok(()) };
    let now = app.now();
    let is_final = need.state == NeedState::Closed || need.competition_announced_at.is_some();
    for found in store::of_needs(&**tx, &Actor::system(), &[need.id]).await? {
        // Whoever registers meanwhile is either told, or finds it cancelled.
        let event = store::lock(tx, &Actor::system(), found.id).await?;
        if event.state == EventState::Planned && is_final {
            store::delete(app, tx, actor, event).await?;
        } else if lies_ahead(&event, now) {
            save_cancelled(app, tx, actor, event, reason.to_owned()).await?;
        }
    }
    Ok(())
}

/// Why events are called off, as content in the need's language; nothing while
/// the dialogue is open.
const fn why_over(need: &Need) -> Option<&'static str> {
    use Language::{En, Nb, Nn};
    use NeedState as S;
    Some(match (need.state, need.language) {
        (S::OnHold, Nb) => "Behovet er satt på vent. Arrangementet er derfor avlyst.",
        (S::OnHold, Nn) => "Behovet er sett på vent. Arrangementet er difor avlyst.",
        (S::OnHold, En) => "The need has been put on hold. The event is therefore cancelled.",
        (S::Closed, Nb) => "Behovet er avsluttet uten anskaffelse. Arrangementet er derfor avlyst.",
        (S::Closed, Nn) => "Behovet er avslutta utan innkjøp. Arrangementet er difor avlyst.",
        (S::Closed, En) => {
            "The need has been closed without a procurement. The event is therefore cancelled."
        }
        (S::Summarised, Nb) => "Dialogen er oppsummert og avsluttet. Arrangementet er derfor avlyst.",
        (S::Summarised, Nn) => "Dialogen er oppsummert og avslutta. Arrangementet er difor avlyst.",
        (S::Summarised, En) => {
            "The dialogue has been summarised and closed. The event is therefore cancelled."
        }
        (S::ToProcurement, Nb) => {
            "Konkurransen er kunngjort. Dialogen er derfor avsluttet, og arrangementet er avlyst."
        }
        (S::ToProcurement, Nn) => {
            "Konkurransen er kunngjord. Dialogen er difor avslutta, og arrangementet er avlyst."
        }
        (S::ToProcurement, En) => {
            "The competition has been announced. The dialogue is therefore closed, and the event is cancelled."
        }
        _ => return None,
    })
}

/// Notes that the event took place.
pub async fn mark_held(app: &App, actor: &Actor, id: EventId) -> Result<EventView> {
    let (tx, event) = managed(app, actor, id).await?;
    moves(&event, EventState::Held)?;
    if event.starts_at > app.now() {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    let event = save_state(app, &tx, actor, event, EventState::Held).await?;
    tx.commit().await?;
    Ok(EventView::own(event))
}

/// Publishes the minutes, or a correction of them.
pub async fn document(
    app: &App,
    actor: &Actor,
    id: EventId,
    expected_version: Option<i32>,
    minutes: &str,
) -> Result<EventView> {
    let (tx, event) = managed(app, actor, id).await?;
    if expected_version.is_some_and(|v| v != event.version) {
        return Err(Error::Conflict(ErrorCode::StaleVersion));
    }
    moves(&event, EventState::Documented)?;
    let mut checks = Checks::default();
    let minutes = checks.body("minutes", minutes, 50_000);
    checks.finish()?;
    if event.minutes.as_ref() == Some(&minutes) {
        return Ok(EventView::own(event));
    }
    let is_first = event.documented_at.is_none();
    let now = app.now();
    let entry = Entry::new(EntryKind::EventDocumented, need_stream(event.need_id))
        .public()
        .payload(json!({ "isFirst": is_first }));
    let event = store::save(app, &tx, actor, event, entry, |row| {
        row.state = Set(EventState::Documented);
        row.minutes = Set(Some(minutes));
        row.documented_at = Set(Some(now));
    })
    .await?;
    tx.commit().await?;
    Ok(EventView::own(event))
}

/// Opens and closes registration, and ends written rounds, when their time has
/// come. Run by the worker; safe to run twice. Gives how many events it moved.
pub async fn due(app: &App) -> Result<usize> {
    let system = Actor::system();
    let mut moved = 0;
    for found in store::due(app.db.read(), app.now()).await? {
        let tx = app.db.write().await?;
        let event = store::lock(&tx, &system, found.id).await?;
        if let Some(to) = due_state(&event, app.now()) {
            save_state(app, &tx, &system, event, to).await?;
            tx.commit().await?;
            moved += 1;
        }
    }
    Ok(moved)
}

fn due_state(event: &Event, now: types::Time) -> Option<EventState> {
    use EventState as S;
    match (event.kind, event.state) {
        (EventKind::WrittenInput, S::Announced) => (event.ends_at <= now).then_some(S::Held),
        (EventKind::WrittenInput, _) => None,
        (_, S::Announced | S::RegistrationOpen) if closes_at(event) <= now => Some(S::RegistrationClosed),
        (_, S::Announced) => {
            event.registration_opens_at.is_none_or(|at| at <= now).then_some(S::RegistrationOpen)
        }
        _ => None,
    }
}

fn moves(event: &Event, to: EventState) -> Result<()> {
    if can_move(event.kind, event.state, to) { Ok(()) } else { Err(Error::Conflict(ErrorCode::WrongState)) }
}
