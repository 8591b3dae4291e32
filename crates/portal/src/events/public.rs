//! What everybody sees: the list, an event, one's own registration.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::{get, post};
use serde::Deserialize;

use super::persons;
use crate::kit::operations::types::*;
use crate::kit::{Choice, Form, Page, PageError, Visitor, ui};

crate::operations! { "../../graphql/operations/events/public.graphql":
    EventList, EventPage, RegisterForEvent, ChangeEventPersons, WithdrawFromEvent
}

pub(crate) fn routes() -> Router {
    Router::new()
        .route("/events", get(list))
        .route("/events/{slug}", get(page))
        .route("/events/{slug}/register", post(register))
        .route("/events/{slug}/persons", post(change_persons))
        .route("/events/{slug}/withdraw", post(withdraw))
}

/// The list's address: every filter is in it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ListQuery {
    time: String,
    kind: String,
    mine: String,
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "events/list.html")]
struct ListTemplate {
    v: Visitor,
    f: Form,
    data: event_list::ResponseData,
    times: Vec<Choice>,
    kinds: Vec<Choice>,
    acts: bool,
    is_filtered: bool,
    is_later_page: bool,
}

async fn list(v: Visitor, Query(q): Query<ListQuery>) -> Page {
    let acts = v.viewer().is_some_and(|viewer| viewer.acting.is_some());
    let filter = event_list::EventFilter {
        kinds: q.kind.parse::<EventKind>().ok().map(|kind| vec![kind]),
        states: None,
        organisation_ids: None,
        is_mine: acts && q.mine == "1",
        time: match q.time.as_str() {
            "past" => event_list::EventTime::PAST,
            "all" => event_list::EventTime::ALL,
            _ => event_list::EventTime::UPCOMING,
        },
    };
    let is_later_page = q.after.as_ref().is_some_and(|a| !a.is_empty());
    let variables = event_list::Variables { filter: Some(filter), after: q.after.clone() };
    let data = v.run::<EventList>(variables).await?;
    let f = Form::of(&v).with("time", &q.time).with("kind", &q.kind).with("mine", &q.mine);
    let times = vec![
        Choice::new("", v.t.events_upcoming()),
        Choice::new("past", v.t.events_past()),
        Choice::new("all", v.t.events_all()),
    ];
    let kinds = std::iter::once(Choice::new("", v.t.shell_choose_any()))
        .chain(Choice::words(v.t, "event-kind", EventKind::ALL))
        .collect();
    let is_filtered = [&q.time, &q.kind, &q.mine].iter().any(|t| !t.is_empty());
    v.page(&ListTemplate { v: v.clone(), f, data, times, kinds, acts, is_filtered, is_later_page })
}

type Event = event_page::EventPageEvent;

#[derive(Template)]
#[template(path = "events/page.html")]
struct EventTemplate {
    v: Visitor,
    f: Form,
    /// How many rows for persons.
    rows: usize,
    /// Which of the forms was sent: it stays open.
    sent: &'static str,
    /// The organisation was registered already: say where.
    is_registered: bool,
    event: Event,
}

impl EventTemplate {
    fn new(v: &Visitor, event: Event, sent: &'static str, form: Form, wants_more: bool) -> Self {
        let rows = persons::shown(&form, wants_more, event.persons_per_organisation);
        Self { v: v.clone(), f: form, rows, sent, is_registered: false, event }
    }

    fn need_path(&self) -> String {
        format!("/needs/{}", self.event.need.slug)
    }

    /// The day, and from when to when.
    fn when(&self) -> String {
        when(&self.v, self.event.starts_at, self.event.ends_at)
    }

    /// The registration, unless it was given up.
    fn mine(&self) -> Option<&event_page::EventPageEventMyRegistration> {
        self.event.my_registration.as_ref().filter(|r| r.state != RegistrationState::Withdrawn)
    }

    /// Whether the own registration can still be changed.
    fn can_change(&self) -> bool {
        use EventState as S;
        let is_ahead = matches!(self.event.state, S::Announced | S::RegistrationOpen | S::RegistrationClosed);
        is_ahead
            && self.event.starts_at > self.v.now()
            && self.mine().is_some_and(|r| {
                matches!(r.state, RegistrationState::Registered | RegistrationState::Waiting)
            })
    }

    /// Whether the participants' list says anything.
    fn lists_participants(&self) -> bool {
        self.event.participants_public && !self.event.participants.is_empty()
    }

    fn is_written(&self) -> bool {
        self.event.kind == EventKind::WrittenInput
    }

    fn has_more_rows(&self) -> bool {
        i64::try_from(self.rows).is_ok_and(|rows| rows < self.event.persons_per_organisation)
    }
}

/// `torsdag 12. mars 2026 kl. 09.00–12.00`, or both moments where the days differ.
pub(super) fn when(v: &Visitor, starts_at: DateTime, ends_at: DateTime) -> String {
    let (start, end) = (v.t.moment(starts_at), v.t.moment(ends_at));
    if v.t.date(starts_at) == v.t.date(ends_at) {
        format!("{start}–{}", v.t.hour(ends_at))
    } else {
        format!("{start} – {end}")
    }
}

async fn load(v: &Visitor, slug: String) -> Result<Event, PageError> {
    v.run::<EventPage>(event_page::Variables { slug }).await?.event.ok_or(PageError::NotFound)
}

/// The form as it is registered, or with one's own name in the first row.
fn fresh(v: &Visitor, event: &Event) -> Form {
    let mine = event.my_registration.as_ref().filter(|r| r.state != RegistrationState::Withdrawn);
    let rows: Vec<persons::Row> = match (mine, v.viewer()) {
        (Some(mine), _) => mine
            .persons
            .iter()
            .map(|p| persons::Row {
                name: p.name.clone(),
                email: p.email.clone(),
                needs: p.needs.clone(),
                is_online: p.is_online,
            })
            .collect(),
        (None, Some(viewer)) => vec![persons::Row {
            name: viewer.name.clone(),
            email: viewer.email.clone(),
            needs: String::new(),
            is_online: false,
        }],
        (None, None) => Vec::new(),
    };
    let form = Form::of(v).with_some("version", mine.map(|r| r.version));
    persons::filled(form, &rows)
}

async fn page(v: Visitor, Path(slug): Path<String>) -> Page {
    let event = load(&v, slug).await?;
    if event.state == EventState::Planned {
        // Not announced yet: its people find it in their workspace.
        return v.redirect(&format!("/m/needs/{}/events/{}", event.need.slug, event.slug));
    }
    let form = fresh(&v, &event);
    v.page(&EventTemplate::new(&v, event, "", form, false))
}

async fn register(v: Visitor, Path(slug): Path<String>, f: Form) -> Page {
    v.signed_in()?;
    let event = load(&v, slug.clone()).await?;
    let (rows, mut form) = persons::read(&v, &f);
    if f.ticked("more") {
        return v.page(&EventTemplate::new(&v, event, "register", form, true));
    }
    let input = register_for_event::RegisterForEventInput {
        event_id: event.id.clone(),
        persons: rows
            .into_iter()
            .map(|r| register_for_event::EventPersonInput {
                name: r.name,
                email: r.email,
                needs: Some(r.needs),
                is_online: r.is_online,
            })
            .collect(),
        organisation_id: None,
        reason: None,
    };
    match v.send::<RegisterForEvent>(register_for_event::Variables { input }).await? {
        Ok(data) => {
            let registration = data.register_for_event.registration;
            let waits = registration.is_some_and(|r| r.state == RegistrationState::Waiting);
            let said = if waits { "event-waiting" } else { "event-registered" };
            v.redirect_saying(&format!("/events/{}", event.slug), said)
        }
        Err(refused) => {
            form.refuse(&refused);
            if !refused.is(::types::ErrorCode::AlreadyRegistered) {
                return v.invalid(&EventTemplate::new(&v, event, "register", form, false));
            }
            // What was typed can go into the registration that is there.
            let event = load(&v, slug).await?;
            let mine = event.my_registration.as_ref();
            form.put("version", mine.map(|r| r.version).unwrap_or_default());
            let page = EventTemplate::new(&v, event, "persons", form, false);
            v.invalid(&EventTemplate { is_registered: true, ..page })
        }
    }
}

async fn change_persons(v: Visitor, Path(slug): Path<String>, mut f: Form) -> Page {
    v.signed_in()?;
    let event = load(&v, slug).await?;
    let Some(registration_id) = event.my_registration.as_ref().map(|r| r.id.clone()) else {
        return Err(PageError::NotFound);
    };
    let expected_version = f.number("version");
    let (rows, mut form) = persons::read(&v, &f);
    if f.ticked("more") {
        return v.page(&EventTemplate::new(&v, event, "persons", form, true));
    }
    let input = change_event_persons::ChangeEventPersonsInput {
        registration_id,
        expected_version,
        persons: rows
            .into_iter()
            .map(|r| change_event_persons::EventPersonInput {
                name: r.name,
                email: r.email,
                needs: Some(r.needs),
                is_online: r.is_online,
            })
            .collect(),
    };
    if let Err(refused) = v.send::<ChangeEventPersons>(change_event_persons::Variables { input }).await? {
        form.refuse(&refused);
        return v.invalid(&EventTemplate::new(&v, event, "persons", form, false));
    }
    v.redirect_saying(&format!("/events/{}", event.slug), "event-persons-changed")
}

async fn withdraw(v: Visitor, Path(slug): Path<String>, mut f: Form) -> Page {
    v.signed_in()?;
    let event = load(&v, slug).await?;
    let Some(registration_id) = event.my_registration.as_ref().map(|r| r.id.clone()) else {
        return Err(PageError::NotFound);
    };
    let input = withdraw_from_event::WithdrawFromEventInput { registration_id, reason: f.some("reason") };
    if let Err(refused) = v.send::<WithdrawFromEvent>(withdraw_from_event::Variables { input }).await? {
        f.refuse(&refused);
        return v.invalid(&EventTemplate::new(&v, event, "withdraw", f, false));
    }
    v.redirect_saying(&format!("/events/{}", event.slug), "event-withdrawn")
}
