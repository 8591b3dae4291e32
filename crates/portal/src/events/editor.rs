//! Planning and changing an event.

use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::routing::get;

use crate::kit::operations::types::*;
use crate::kit::{Choice, Form, Page, PageError, Stale, Visitor, Written, ui};

crate::operations! { "../../graphql/operations/events/workspace.graphql":
    NewEventPage, EventDesk, PlanEvent, ChangeEvent
}

pub(crate) fn routes() -> Router {
    Router::new()
        .route("/m/needs/{slug}/events/new", get(new).post(plan))
        .route("/m/needs/{slug}/events/{event}/edit", get(edit).post(save))
}

#[derive(Template)]
#[template(path = "events/edit.html")]
struct EditTemplate {
    v: Visitor,
    f: Form,
    need_slug: String,
    need_title: String,
    language: Language,
    /// The event that is changed; none for a new one.
    event: Option<event_desk::EventDeskEvent>,
    kinds: Vec<Choice>,
    languages: Vec<Choice>,
    stale: Option<Stale>,
}

impl EditTemplate {
    fn need_path(&self) -> String {
        format!("/m/needs/{}", self.need_slug)
    }

    fn events_path(&self) -> String {
        format!("/m/needs/{}/events", self.need_slug)
    }

    /// Whether people have been told of it.
    fn is_announced(&self) -> bool {
        self.event.as_ref().is_some_and(|e| e.state != EventState::Planned)
    }

    fn is_written(&self) -> bool {
        self.event.as_ref().is_some_and(|e| e.kind == EventKind::WrittenInput)
    }
}

fn kinds(v: &Visitor) -> Vec<Choice> {
    EventKind::ALL
        .iter()
        .map(|kind| {
            let word = kind.as_str();
            Choice::new(word, v.t.word("event-kind", word)).help(v.t.word("event-kind-help", word))
        })
        .collect()
}

fn languages(v: &Visitor) -> Vec<Choice> {
    Choice::words(v.t, "language", ::types::Language::ALL)
}

type NeedOfNew = new_event_page::NewEventPageNeed;

async fn need_of(v: &Visitor, slug: String) -> Result<NeedOfNew, PageError> {
    v.signed_in()?;
    let need =
        v.run::<NewEventPage>(new_event_page::Variables { slug }).await?.need.ok_or(PageError::NotFound)?;
    if need.viewer_can.run_dialogue { Ok(need) } else { Err(PageError::NotFound) }
}

fn for_new(v: &Visitor, f: Form, need: NeedOfNew) -> EditTemplate {
    EditTemplate {
        f,
        need_slug: need.slug,
        need_title: need.title,
        language: need.language,
        event: None,
        kinds: kinds(v),
        languages: languages(v),
        stale: None,
        v: v.clone(),
    }
}

async fn new(v: Visitor, Path(slug): Path<String>) -> Page {
    let need = need_of(&v, slug).await?;
    if super::is_over(need.state, need.competition_announced_at) {
        // The list says why.
        return v.redirect(&format!("/m/needs/{}/events", need.slug));
    }
    let f = Form::of(&v)
        .with("kind", EventKind::DialogueConference)
        .with("language", need.language)
        .with("personsPerOrganisation", 2);
    v.page(&for_new(&v, f, need))
}

async fn plan(v: Visitor, Path(slug): Path<String>, mut f: Form) -> Page {
    let need = need_of(&v, slug).await?;
    let content = plan_event::EventContentInput {
        title: f.some("title"),
        description: Some(f.text_of("description")),
        agenda: Some(f.text_of("agenda")),
        language: f.read("language"),
        starts_at: f.moment("startsAt"),
        ends_at: f.moment("endsAt"),
        place: Some(f.text_of("place")),
        link: Some(f.text_of("link")),
        capacity: f.number("capacity"),
        persons_per_organisation: f.number("personsPerOrganisation"),
        registration_opens_at: f.moment("registrationOpensAt"),
        registration_deadline: f.moment("registrationDeadline"),
        participants_public: Some(f.ticked("participantsPublic")),
    };
    let kind = f.read("kind");
    if kind.is_none() && f.is_valid() {
        f.fail("kind", ::types::ErrorCode::Required);
    }
    if let (Some(kind), true) = (kind, f.is_valid()) {
        let input = plan_event::PlanEventInput { need_id: need.id.clone(), kind, content };
        match v.send::<PlanEvent>(plan_event::Variables { input }).await? {
            Ok(data) => {
                let slug = data.plan_event.event.map(|e| e.slug).unwrap_or_default();
                let path = format!("/m/needs/{}/events/{slug}", need.slug);
                return v.redirect_saying(&path, "event-planned");
            }
            Err(refused) => f.refuse(&refused),
        }
    }
    v.invalid(&for_new(&v, f, need))
}

type Event = event_desk::EventDeskEvent;

async fn event_of(v: &Visitor, need: &str, slug: String) -> Result<Event, PageError> {
    v.signed_in()?;
    let event = v.run::<EventDesk>(event_desk::Variables { slug }).await?.event.ok_or(PageError::NotFound)?;
    if event.viewer_can.manage && event.need.slug == need { Ok(event) } else { Err(PageError::NotFound) }
}

fn for_change(v: &Visitor, f: Form, event: Event) -> EditTemplate {
    EditTemplate {
        f,
        need_slug: event.need.slug.clone(),
        need_title: event.need.title.clone(),
        language: event.language,
        kinds: Vec::new(),
        languages: languages(v),
        stale: None,
        event: Some(event),
        v: v.clone(),
    }
}

async fn edit(v: Visitor, Path((need, slug)): Path<(String, String)>) -> Page {
    let event = event_of(&v, &need, slug).await?;
    v.page(&for_change(&v, filled(&v, &event), event))
}

/// The form as the event is.
fn filled(v: &Visitor, event: &Event) -> Form {
    let time = |t: DateTime| v.t.input_moment(t);
    let mut f = Form::of(v)
        .with("version", event.version.unwrap_or_default())
        .with("title", &event.title)
        .with("description", &event.description)
        .with("agenda", &event.agenda)
        .with("language", event.language)
        .with("startsAt", time(event.starts_at))
        .with("endsAt", time(event.ends_at))
        .with("place", &event.place)
        .with_some("link", event.link.as_ref())
        .with_some("capacity", event.capacity)
        .with("personsPerOrganisation", event.persons_per_organisation)
        .with_some("registrationOpensAt", event.registration_opens_at.map(time))
        .with_some("registrationDeadline", event.registration_deadline.map(time));
    if event.participants_public {
        f = f.with("participantsPublic", "true");
    }
    f
}

async fn save(v: Visitor, Path((need, slug)): Path<(String, String)>, mut f: Form) -> Page {
    let event = event_of(&v, &need, slug).await?;
    let content = change_event::EventContentInput {
        title: Some(f.text_of("title")),
        description: Some(f.text_of("description")),
        agenda: Some(f.text_of("agenda")),
        language: f.read("language"),
        starts_at: same_minute(f.moment("startsAt"), event.starts_at),
        ends_at: same_minute(f.moment("endsAt"), event.ends_at),
        place: Some(f.text_of("place")),
        link: Some(f.text_of("link")),
        capacity: f.number("capacity"),
        persons_per_organisation: f.number("personsPerOrganisation"),
        registration_opens_at: f.moment("registrationOpensAt"),
        registration_deadline: f.moment("registrationDeadline"),
        participants_public: Some(f.ticked("participantsPublic")),
    };
    for name in ["startsAt", "endsAt"] {
        if f.get(name).is_none() {
            f.fail(name, ::types::ErrorCode::Required);
        }
    }
    let expected_version = f.number("version");
    let mut stale = None;
    if f.is_valid() {
        let input = change_event::ChangeEventInput {
            event_id: event.id.clone(),
            expected_version,
            content,
            is_correction: f.ticked("isCorrection"),
            note: f.some("note"),
        };
        match v.send::<ChangeEvent>(change_event::Variables { input }).await? {
            Ok(_) => {
                let path = format!("/m/needs/{}/events/{}", event.need.slug, event.slug);
                return v.redirect_saying(&path, "event-saved");
            }
            Err(refused) => {
                if refused.is(::types::ErrorCode::StaleVersion) {
                    let path = format!("/m/needs/{}/events/{}/edit", event.need.slug, event.slug);
                    stale = Some(Stale::of(&v, &event.id, Written::Itself).await?.link(&path));
                    f.put("version", event.version.unwrap_or_default());
                    f = f.beside(filled(&v, &event));
                }
                f.refuse(&refused);
            }
        }
    }
    v.invalid(&EditTemplate { stale, ..for_change(&v, f, event) })
}

/// The field knows minutes; a stored time with seconds that was left alone is left alone.
fn same_minute(typed: Option<DateTime>, stored: DateTime) -> Option<DateTime> {
    typed.map(|t| if t.timestamp() / 60 == stored.timestamp() / 60 { stored } else { t })
}
