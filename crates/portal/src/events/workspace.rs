//! The buyer's side: a need's events, and one event with everybody who comes.

use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};

use super::public::when;
use crate::kit::operations::types::*;
use crate::kit::{Form, Page, PageError, Visitor, ui};

crate::operations! { "../../graphql/operations/events/workspace.graphql":
    NeedEventList, EventDesk, FindOrganisation, AnnounceEvent, OpenEventRegistration,
    CloseEventRegistration, CancelEvent, MarkEventHeld, DocumentEvent, DeleteEvent, SetEventAttendance
}
crate::operations! { "../../graphql/operations/events/public.graphql":
    RegisterForEvent, WithdrawFromEvent
}

pub(crate) fn routes() -> Router {
    Router::new()
        .route("/m/needs/{slug}/events", get(list))
        .route("/m/needs/{slug}/events/{event}", get(desk))
        .route("/m/needs/{slug}/events/{event}/announce", post(announce))
        .route("/m/needs/{slug}/events/{event}/open", post(open))
        .route("/m/needs/{slug}/events/{event}/close", post(close))
        .route("/m/needs/{slug}/events/{event}/cancel", post(cancel))
        .route("/m/needs/{slug}/events/{event}/held", post(held))
        .route("/m/needs/{slug}/events/{event}/document", post(document))
        .route("/m/needs/{slug}/events/{event}/delete", post(delete))
        .route("/m/needs/{slug}/events/{event}/attendance", post(attendance))
        .route("/m/needs/{slug}/events/{event}/register", post(register))
        .route("/m/needs/{slug}/events/{event}/withdraw", post(withdraw))
}

#[derive(Template)]
#[template(path = "events/need.html")]
struct ListTemplate {
    v: Visitor,
    need: need_event_list::NeedEventListNeed,
}

impl ListTemplate {
    fn is_over(&self) -> bool {
        super::is_over(self.need.state, self.need.competition_announced_at)
    }

    fn can_plan(&self) -> bool {
        self.need.viewer_can.run_dialogue && !self.is_over()
    }
}

async fn list(v: Visitor, Path(slug): Path<String>) -> Page {
    v.signed_in()?;
    let need =
        v.run::<NeedEventList>(need_event_list::Variables { slug }).await?.need.ok_or(PageError::NotFound)?;
    if !need.viewer_can.is_owner {
        return Err(PageError::NotFound);
    }
    v.page(&ListTemplate { need, v: v.clone() })
}

type Event = event_desk::EventDeskEvent;
type Participant = event_desk::EventDeskEventParticipants;
type Registered = event_desk::EventDeskEventParticipantsRegistration;

#[derive(Template)]
#[template(path = "events/desk.html")]
struct DeskTemplate {
    v: Visitor,
    f: Form,
    /// Which of the forms was refused.
    refused: &'static str,
    event: Event,
}

impl DeskTemplate {
    fn new(v: &Visitor, event: Event, refused: &'static str, f: Form) -> Self {
        // The minutes can be corrected, so their form begins with what is published.
        let f = if refused == "document" { f } else { f.with_some("minutes", event.minutes.as_ref()) };
        Self { v: v.clone(), f, refused, event }
    }

    fn when(&self) -> String {
        when(&self.v, self.event.starts_at, self.event.ends_at)
    }

    fn need_path(&self) -> String {
        format!("/m/needs/{}", self.event.need.slug)
    }

    fn events_path(&self) -> String {
        format!("/m/needs/{}/events", self.event.need.slug)
    }

    fn with_state(&self, states: &[RegistrationState]) -> Vec<(&Participant, &Registered)> {
        let all = self.event.participants.iter();
        all.filter_map(|p| Some((p, p.registration.as_ref()?)))
            .filter(|(_, r)| states.contains(&r.state))
            .collect()
    }

    fn coming(&self) -> Vec<(&Participant, &Registered)> {
        use RegistrationState as S;
        self.with_state(&[S::Registered, S::Attended, S::NoShow])
    }

    /// In the order of the queue.
    fn waiting(&self) -> Vec<(&Participant, &Registered)> {
        let mut waiting = self.with_state(&[RegistrationState::Waiting]);
        waiting.sort_by_key(|(_, r)| r.waiting_position);
        waiting
    }

    fn withdrawn(&self) -> Vec<(&Participant, &Registered)> {
        self.with_state(&[RegistrationState::Withdrawn])
    }

    fn is_written(&self) -> bool {
        self.event.kind == EventKind::WrittenInput
    }

    /// Announced and not over.
    fn is_ahead(&self) -> bool {
        use EventState as S;
        matches!(self.event.state, S::Announced | S::RegistrationOpen | S::RegistrationClosed)
    }

    fn has_begun(&self) -> bool {
        self.event.starts_at <= self.v.now()
    }

    /// Two hours before the start people are checked in.
    fn checks_in(&self) -> bool {
        use EventState as S;
        let is_on = self.is_ahead() || matches!(self.event.state, S::Held | S::Documented);
        is_on && self.event.starts_at - chrono::TimeDelta::hours(2) <= self.v.now()
    }

    fn can_open(&self) -> bool {
        use EventState as S;
        matches!(self.event.state, S::Announced | S::RegistrationClosed)
            && self.event.registration_closes_at.is_some_and(|at| at > self.v.now())
    }

    fn can_edit(&self) -> bool {
        let end = if self.is_written() { self.event.ends_at } else { self.event.starts_at };
        self.event.state == EventState::Planned || (self.is_ahead() && end > self.v.now())
    }

    fn can_register(&self) -> bool {
        !self.is_written() && (self.is_ahead() || self.event.state == EventState::Held)
    }
}

async fn load(v: &Visitor, need: &str, slug: String) -> Result<Event, PageError> {
    v.signed_in()?;
    let event = v.run::<EventDesk>(event_desk::Variables { slug }).await?.event.ok_or(PageError::NotFound)?;
    // Only the buyer's people read the version.
    if event.version.is_some() && event.need.slug == need { Ok(event) } else { Err(PageError::NotFound) }
}

async fn desk(v: Visitor, Path((need, slug)): Path<(String, String)>) -> Page {
    let event = load(&v, &need, slug).await?;
    let f = Form::of(&v);
    v.page(&DeskTemplate::new(&v, event, "", f))
}

/// Runs one step's mutation; a refusal shows the event with what was typed.
macro_rules! step {
    ($name:ident, $operation:ident, $module:ident, $flash:literal, |$event:ident, $f:ident| $input:expr) => {
        async fn $name(v: Visitor, Path((need, slug)): Path<(String, String)>, mut $f: Form) -> Page {
            let $event = load(&v, &need, slug).await?;
            let input = $input;
            if $f.is_valid() {
                match v.send::<$operation>($module::Variables { input }).await? {
                    Ok(_) => {
                        let path = format!("/m/needs/{}/events/{}", $event.need.slug, $event.slug);
                        return v.redirect_saying(&path, $flash);
                    }
                    Err(refused) => $f.refuse(&refused),
                }
            }
            v.invalid(&DeskTemplate::new(&v, $event, stringify!($name), $f))
        }
    };
}

step!(announce, AnnounceEvent, announce_event, "event-announced", |event, f| {
    announce_event::AnnounceEventInput { event_id: event.id.clone(), expected_version: f.number("version") }
});

step!(open, OpenEventRegistration, open_event_registration, "event-opened", |event, f| {
    open_event_registration::OpenEventRegistrationInput { event_id: event.id.clone() }
});

step!(close, CloseEventRegistration, close_event_registration, "event-closed", |event, f| {
    close_event_registration::CloseEventRegistrationInput { event_id: event.id.clone() }
});

step!(cancel, CancelEvent, cancel_event, "event-cancelled", |event, f| cancel_event::CancelEventInput {
    event_id: event.id.clone(),
    reason: f.text_of("reason"),
});

step!(held, MarkEventHeld, mark_event_held, "event-held", |event, f| mark_event_held::MarkEventHeldInput {
    event_id: event.id.clone(),
});

step!(document, DocumentEvent, document_event, "event-documented", |event, f| {
    document_event::DocumentEventInput {
        event_id: event.id.clone(),
        expected_version: f.number("version"),
        minutes: f.text_of("minutes"),
    }
});

step!(attendance, SetEventAttendance, set_event_attendance, "event-attendance", |event, f| {
    set_event_attendance::SetEventAttendanceInput {
        registration_id: f.text_of("registrationId"),
        mark: match f.value("mark") {
            "attended" => set_event_attendance::AttendanceMark::ATTENDED,
            "no-show" => set_event_attendance::AttendanceMark::NO_SHOW,
            _ => set_event_attendance::AttendanceMark::UNMARKED,
        },
        reason: None,
    }
});

/// Takes an organisation off the list. Each has a field of its own, so that an
/// error stands at the right one.
async fn withdraw(v: Visitor, Path((need, slug)): Path<(String, String)>, mut f: Form) -> Page {
    let event = load(&v, &need, slug).await?;
    let registration_id = f.text_of("registrationId");
    let field = format!("reason-{registration_id}");
    let reason = f.some(&field);
    if reason.is_none() {
        f.fail(&field, ::types::ErrorCode::Required);
    } else {
        let input = withdraw_from_event::WithdrawFromEventInput { reason, registration_id };
        match v.send::<WithdrawFromEvent>(withdraw_from_event::Variables { input }).await? {
            Ok(_) => {
                let path = format!("/m/needs/{}/events/{}", event.need.slug, event.slug);
                return v.redirect_saying(&path, "event-withdrawn-other");
            }
            Err(refused) => f.refuse(&refused),
        }
    }
    v.invalid(&DeskTemplate::new(&v, event, "withdraw", f))
}

async fn delete(v: Visitor, Path((need, slug)): Path<(String, String)>, mut f: Form) -> Page {
    let event = load(&v, &need, slug).await?;
    let input = delete_event::DeleteEventInput { event_id: event.id.clone() };
    if let Err(refused) = v.send::<DeleteEvent>(delete_event::Variables { input }).await? {
        f.refuse(&refused);
        return v.invalid(&DeskTemplate::new(&v, event, "delete", f));
    }
    v.redirect_saying(&format!("/m/needs/{}/events", event.need.slug), "event-deleted")
}

/// Registers another organisation: somebody rang, or stands at the door.
async fn register(v: Visitor, Path((need, slug)): Path<(String, String)>, mut f: Form) -> Page {
    let event = load(&v, &need, slug).await?;
    let wanted = f.text_of("organisationId");
    let mut found = if wanted.is_empty() {
        Vec::new()
    } else {
        v.run::<FindOrganisation>(find_organisation::Variables { query: wanted.clone() })
            .await?
            .organisations
            .nodes
    };
    // A whole name is one organisation, also when it begins another's.
    if found.len() > 1 {
        found.retain(|o| o.name.to_lowercase() == wanted.to_lowercase());
    }
    let reason = f.some("registerReason");
    if reason.is_none() {
        f.fail("registerReason", ::types::ErrorCode::Required);
    }
    match found.pop() {
        None if wanted.is_empty() => f.fail("organisationId", ::types::ErrorCode::Required),
        None => f.fail("organisationId", ::types::ErrorCode::NotFound),
        Some(_) if !f.is_valid() => {}
        Some(organisation) => {
            let person = register_for_event::EventPersonInput {
                name: f.text_of("persons.0.name"),
                email: f.text_of("persons.0.email"),
                needs: f.some("persons.0.needs"),
                is_online: f.ticked("persons.0.isOnline"),
            };
            let input = register_for_event::RegisterForEventInput {
                event_id: event.id.clone(),
                persons: vec![person],
                organisation_id: Some(organisation.id),
                reason,
            };
            match v.send::<RegisterForEvent>(register_for_event::Variables { input }).await? {
                Ok(_) => {
                    let path = format!("/m/needs/{}/events/{}", event.need.slug, event.slug);
                    return v.redirect_saying(&path, "event-registered-other");
                }
                Err(refused) => f.refuse(&refused),
            }
        }
    }
    v.invalid(&DeskTemplate::new(&v, event, "register", f))
}
