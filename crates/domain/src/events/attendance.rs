//! Who was there.

use chrono::TimeDelta;
use sea_orm::ActiveValue::Set;
use serde_json::json;
use types::{EntryKind, ErrorCode, EventState, RegistrationId, RegistrationState};

use super::model::is_ahead;
use super::{Registration, registration, store};
use crate::{Actor, App, Checks, Error, Result};

/// How long before the start people are checked in.
const EARLY: TimeDelta = TimeDelta::hours(2);

/// What the organiser saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Came.
    Attended,
    /// Had a place and did not come.
    NoShow,
    /// The mark was a mistake.
    Unmarked,
}

/// A mark of one registration.
#[derive(Clone, Debug)]
pub struct SetAttendance {
    /// Which registration.
    pub registration_id: RegistrationId,
    /// What to note.
    pub mark: Mark,
    /// Why, if there is something to say.
    pub reason: String,
}

/// Notes who came, from two hours before the start. For the organiser.
pub async fn set_attendance(app: &App, actor: &Actor, input: SetAttendance) -> Result<Registration> {
    let (tx, event, row, is_organiser) = registration::held(app, actor, input.registration_id).await?;
    if !is_organiser {
        return Err(Error::Forbidden(ErrorCode::Forbidden));
    }
    let mut checks = Checks::default();
    let reason = checks.optional_body("reason", &input.reason, 1000);
    checks.finish()?;
    let is_time = event.starts_at - EARLY <= app.now();
    let is_on = is_ahead(event.state) || matches!(event.state, EventState::Held | EventState::Documented);
    if !is_time || !is_on || matches!(row.state, RegistrationState::Waiting | RegistrationState::Withdrawn) {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    let to = match input.mark {
        Mark::Attended => RegistrationState::Attended,
        Mark::NoShow => RegistrationState::NoShow,
        Mark::Unmarked => RegistrationState::Registered,
    };
    if row.state == to {
        return Ok(row);
    }
    let facts = json!({ "from": row.state, "to": to });
    let entry = registration::told(EntryKind::EventRegistrationChanged, &event, &row, facts);
    let row = store::save_registration(app, &tx, actor, row, entry, |change| {
        change.state = Set(to);
        change.reason = Set(Some(reason).filter(|r| !r.is_empty()));
    })
    .await?;
    tx.commit().await?;
    Ok(row)
}
