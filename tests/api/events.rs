//! Events: the way from the plan to the minutes, places and the queue,
//! what everybody registered is told, and what nobody else may see.

mod letters;
mod pages;
mod places;

use chrono::{DateTime, TimeDelta, Utc};
use domain::events::{
    self, ChangeEvent, EventInput, EventView, Filter, Mark, PersonInput, PlanEvent, Register, Registration,
    SetAttendance, When, Withdraw,
};
use domain::needs::{self, CreateNeed, Need};
use domain::page::PageRequest;
use domain::{Actor, Error};
use tests::House;
use types::{
    ErrorCode, EventId, EventKind, EventState, Language, NeedState, OrganisationKind, Outcome,
    RegistrationState, Role,
};

/// The clock of a house stands on 5 January 2026; events are three weeks on.
fn start(house: &House) -> DateTime<Utc> {
    house.app.now() + TimeDelta::days(21)
}

async fn published(house: &House, officer: &Actor) -> Need {
    let app = &house.app;
    let content = crate::thread::content(house);
    let need = needs::create(app, officer, CreateNeed { content }).await.unwrap();
    let need = needs::submit(app, officer, need.id, None).await.unwrap();
    needs::approve(app, &house.reviewer().await, need.id, None, None).await.unwrap()
}

fn content(house: &House) -> EventInput {
    let start = start(house);
    EventInput {
        title: Some("Dialogkonferanse om trygghet".to_owned()),
        description: Some("Vi forteller om behovet og hører på dere.".to_owned()),
        agenda: Some("- 09.00 Velkommen\n- 10.00 Spørsmål".to_owned()),
        starts_at: Some(start),
        ends_at: Some(start + TimeDelta::hours(3)),
        place: Some("Rådhuset, Munkegata 1".to_owned()),
        link: Some("https://mote.example.no/hemmelig".to_owned()),
        capacity: Some(Some(3)),
        persons_per_organisation: Some(3),
        registration_deadline: Some(Some(start - TimeDelta::days(2))),
        ..EventInput::default()
    }
}

async fn planned(house: &House, officer: &Actor, content: EventInput) -> EventView {
    let need = published(house, officer).await;
    let plan = PlanEvent { need_id: need.id, kind: EventKind::DialogueConference, content };
    events::plan(&house.app, officer, plan).await.unwrap()
}

async fn announced(house: &House, officer: &Actor, content: EventInput) -> EventView {
    let view = planned(house, officer, content).await;
    events::announce(&house.app, officer, view.event.id, None).await.unwrap()
}

fn people(names: &[&str]) -> Vec<PersonInput> {
    names
        .iter()
        .map(|name| PersonInput {
            name: format!("{name} Nordmann"),
            email: format!("{}@firma.example.no", name.to_lowercase()),
            ..PersonInput::default()
        })
        .collect()
}

async fn register(house: &House, who: &Actor, event: EventId, names: &[&str]) -> Result<Registration, Error> {
    let input =
        Register { event_id: event, persons: people(names), organisation_id: None, reason: String::new() };
    events::register(&house.app, who, input).await
}

async fn withdraw(house: &House, who: &Actor, registration: &Registration) -> Result<Registration, Error> {
    let reason = "Kan ikke likevel".to_owned();
    events::withdraw(&house.app, who, Withdraw { registration_id: registration.id, reason }).await
}

fn change(event: EventId, content: EventInput) -> ChangeEvent {
    ChangeEvent {
        event_id: event,
        expected_version: None,
        content,
        is_correction: false,
        note: "Ny tid".to_owned(),
    }
}

fn fields(error: Error) -> Vec<(String, ErrorCode)> {
    match error {
        Error::Invalid(errors) => errors.into_iter().map(|e| (e.path.join("."), e.code)).collect(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_event_goes_from_the_plan_to_the_minutes() {
    let house = House::new().await;
    let (officer, app) = (house.officer().await, house.app.clone());
    let supplier = house.supplier("Sensor AS", "kari@sensor.example.no").await;
    let view = planned(&house, &officer, content(&house)).await;
    let id = view.event.id;
    assert!(events::find(&app, &supplier, id).await.unwrap().is_none(), "a plan is the buyer's");
    let register_early = register(&house, &supplier, id, &["Kari"]).await.unwrap_err();
    assert_eq!(register_early.code(), ErrorCode::NotFound);

    let view = events::announce(&app, &officer, id, Some(view.event.version)).await.unwrap();
    assert_eq!(view.event.state, EventState::RegistrationOpen);
    let need = needs::get(&app, &officer, view.event.need_id).await.unwrap();
    assert_eq!(need.state, NeedState::InDialogue);

    let registration = register(&house, &supplier, id, &["Kari", "Per"]).await.unwrap();
    assert_eq!(registration.state, RegistrationState::Registered);
    let twice = register(&house, &supplier, id, &["Kari"]).await.unwrap_err();
    assert_eq!(twice.code(), ErrorCode::AlreadyRegistered);

    house.clock.set(events::closes_at(&view.event));
    assert_eq!(events::due(&app).await.unwrap(), 1);
    assert_eq!(events::due(&app).await.unwrap(), 0);
    let late = house.supplier("Sein AS", "sein@sein.example.no").await;
    let refused = register(&house, &late, id, &["Sein"]).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::PeriodClosed);
    assert_eq!(events::mark_held(&app, &officer, id).await.unwrap_err().code(), ErrorCode::WrongState);
    let mark =
        SetAttendance { registration_id: registration.id, mark: Mark::Attended, reason: String::new() };
    let early = events::set_attendance(&app, &officer, mark.clone()).await.unwrap_err();
    assert_eq!(early.code(), ErrorCode::WrongState);

    house.clock.set(view.event.starts_at);
    assert_eq!(withdraw(&house, &supplier, &registration).await.unwrap_err().code(), ErrorCode::PeriodClosed);
    let own = events::set_attendance(&app, &supplier, mark.clone()).await.unwrap_err();
    assert_eq!(own.code(), ErrorCode::Forbidden);
    let there = events::set_attendance(&app, &officer, mark).await.unwrap();
    assert_eq!(there.state, RegistrationState::Attended);
    // Somebody stands at the door: the organiser lets them in while there is room.
    let walk_in = Register {
        event_id: id,
        persons: people(&["Sein"]),
        organisation_id: late.organisation_id(),
        reason: "Møtte opp".to_owned(),
    };
    events::register(&app, &officer, walk_in).await.unwrap();
    events::mark_held(&app, &officer, id).await.unwrap();
    let cancelled = events::cancel(&app, &officer, id, "Nei").await.unwrap_err();
    assert_eq!(cancelled.code(), ErrorCode::WrongState);
    let view = events::document(&app, &officer, id, None, "Tre leverandører kom.").await.unwrap();
    assert_eq!(view.event.state, EventState::Documented);
    let public = events::find_by_slug(&app, &Actor::default(), &view.event.slug).await.unwrap().unwrap();
    assert_eq!(public.event.minutes.as_deref(), Some("Tre leverandører kom."));
    house.finish().await;
}

#[tokio::test]
async fn only_the_buyers_people_run_an_event() {
    let house = House::new().await;
    let (officer, app) = (house.officer().await, house.app.clone());
    let view = announced(&house, &officer, content(&house)).await;
    let id = view.event.id;
    let supplier = house.supplier("Sensor AS", "kari@sensor.example.no").await;
    let neighbour = house.organisation(OrganisationKind::Municipality, "Malvik kommune", None).await;
    let neighbour = house.member(&neighbour, "n@malvik.example.no", &[Role::Owner]).await;
    let reader = house.reviewer().await;
    for (who, wanted) in [
        (&supplier, ErrorCode::Forbidden),
        (&neighbour, ErrorCode::Forbidden),
        (&reader, ErrorCode::Forbidden),
        (&Actor::anonymous(Language::En), ErrorCode::Unauthenticated),
    ] {
        let changed = events::change(&app, who, change(id, EventInput::default())).await.unwrap_err();
        let cancelled = events::cancel(&app, who, id, "Nei").await.unwrap_err();
        let closed = events::close_registration(&app, who, id).await.unwrap_err();
        let documented = events::document(&app, who, id, None, "Nei").await.unwrap_err();
        let held = events::mark_held(&app, who, id).await.unwrap_err();
        for error in [changed, cancelled, closed, documented, held] {
            assert_eq!(error.code(), wanted);
        }
    }
    let after = events::get(&app, &officer, id).await.unwrap();
    assert_eq!(after.event, view.event, "a refusal changes nothing");
    assert_eq!(
        register(&house, &officer, id, &["Olav"]).await.unwrap_err().code(),
        ErrorCode::WrongOrganisation
    );
    // Another buyer comes as a guest.
    let guest = register(&house, &neighbour, id, &["Nina"]).await.unwrap();
    assert_eq!(guest.state, RegistrationState::Registered);
    house.finish().await;
}

#[tokio::test]
async fn every_wrong_field_is_told_at_once() {
    let house = House::new().await;
    let (officer, app) = (house.officer().await, house.app.clone());
    let need = published(&house, &officer).await;
    let plan = |content| PlanEvent { need_id: need.id, kind: EventKind::InformationMeeting, content };
    let nothing = events::plan(&app, &officer, plan(EventInput::default())).await.unwrap_err();
    let required: Vec<String> = fields(nothing).into_iter().map(|(field, _)| field).collect();
    assert_eq!(required, ["title", "startsAt", "endsAt"]);

    let start = start(&house);
    let wrong = EventInput {
        title: Some("x".repeat(201)),
        ends_at: Some(start),
        link: Some("mote.example.no".to_owned()),
        capacity: Some(Some(0)),
        persons_per_organisation: Some(51),
        registration_deadline: Some(Some(start + TimeDelta::hours(1))),
        registration_opens_at: Some(Some(start + TimeDelta::hours(2))),
        ..content(&house)
    };
    let found = fields(events::plan(&app, &officer, plan(wrong)).await.unwrap_err());
    for wanted in [
        ("title", ErrorCode::TooLong),
        ("endsAt", ErrorCode::WrongOrder),
        ("link", ErrorCode::InvalidUrl),
        ("capacity", ErrorCode::OutOfRange),
        ("personsPerOrganisation", ErrorCode::OutOfRange),
        ("registrationDeadline", ErrorCode::WrongOrder),
        ("registrationOpensAt", ErrorCode::WrongOrder),
    ] {
        assert!(found.contains(&(wanted.0.to_owned(), wanted.1)), "{wanted:?} in {found:?}");
    }

    let bare = EventInput { place: None, link: None, description: None, ..content(&house) };
    let view = events::plan(&app, &officer, plan(bare)).await.unwrap();
    let found = fields(events::announce(&app, &officer, view.event.id, None).await.unwrap_err());
    assert_eq!(
        found,
        [("place".to_owned(), ErrorCode::Required), ("description".to_owned(), ErrorCode::Required)]
    );
    let filled = change(view.event.id, EventInput { persons_per_organisation: Some(2), ..content(&house) });
    events::change(&app, &officer, filled).await.unwrap();
    let view = events::announce(&app, &officer, view.event.id, None).await.unwrap();
    let stale = ChangeEvent { expected_version: Some(1), ..change(view.event.id, EventInput::default()) };
    assert_eq!(events::change(&app, &officer, stale).await.unwrap_err().code(), ErrorCode::StaleVersion);
    let widen = EventInput { participants_public: Some(true), ..EventInput::default() };
    let widened = events::change(&app, &officer, change(view.event.id, widen)).await.unwrap_err();
    assert_eq!(fields(widened), [("participantsPublic".to_owned(), ErrorCode::WrongState)]);

    let supplier = house.supplier("Sensor AS", "kari@sensor.example.no").await;
    let mut persons = people(&["Kari", "Kari"]);
    persons[0].name = String::new();
    persons[0].email = "kari@".to_owned();
    persons.push(PersonInput::default());
    let input =
        |persons| Register { event_id: view.event.id, persons, organisation_id: None, reason: String::new() };
    let found = fields(events::register(&app, &supplier, input(persons)).await.unwrap_err());
    assert_eq!(
        found,
        [
            ("persons".to_owned(), ErrorCode::OutOfRange),
            ("persons.0.name".to_owned(), ErrorCode::Required),
            ("persons.0.email".to_owned(), ErrorCode::InvalidEmail),
        ]
    );
    let twice = events::register(&app, &supplier, input(people(&["Kari", "Kari"]))).await.unwrap_err();
    assert_eq!(fields(twice), [("persons.1.email".to_owned(), ErrorCode::Duplicate)]);
    assert_eq!(fields(events::register(&app, &supplier, input(vec![])).await.unwrap_err()).len(), 1);
    house.finish().await;
}

#[tokio::test]
async fn link_and_persons_are_for_those_who_may_read_them() {
    let house = House::new().await;
    let (officer, app) = (house.officer().await, house.app.clone());
    let public = EventInput { participants_public: Some(true), ..content(&house) };
    let id = announced(&house, &officer, public).await.event.id;
    let first = house.supplier("Sensor AS", "kari@sensor.example.no").await;
    let other = house.supplier("Annen AS", "per@annen.example.no").await;
    let waiting = house.supplier("Venter AS", "vera@venter.example.no").await;
    let visitor = Actor::anonymous(Language::Nb);
    let registration = register(&house, &first, id, &["Kari", "Ola", "Ida"]).await.unwrap();
    register(&house, &waiting, id, &["Vera"]).await.unwrap();

    for (who, reads_link) in
        [(&first, true), (&officer, true), (&other, false), (&waiting, false), (&visitor, false)]
    {
        let view = events::get(&app, who, id).await.unwrap();
        assert_eq!(!view.event.link.is_empty(), reads_link, "{:?}", who.acting);
        let calendar = events::calendar(&app, who, id).await.unwrap().unwrap();
        assert_eq!(calendar.location.contains("hemmelig"), reads_link);
        let listed = events::participants(&app, &view).await.unwrap();
        let is_officer = who == &officer;
        assert_eq!(listed.len(), if is_officer { 2 } else { 1 }, "who waits is not listed");
        assert_eq!(listed[0].registration.is_some(), is_officer);
        let found = events::registration(&app, who, registration.id).await.unwrap();
        assert_eq!(found.is_some(), is_officer || who == &first);
        let filter = Filter { when: When::All, ..Filter::default() };
        let page = PageRequest::new(None, None).unwrap();
        let rows = events::list(&app, who, &filter, &page).await.unwrap().into_rows();
        assert_eq!(!rows[0].event.link.is_empty(), reads_link);
    }
    for stranger in [&other, &visitor] {
        let refused = withdraw(&house, stranger, &registration).await.unwrap_err().code();
        assert!(matches!(refused, ErrorCode::NotFound | ErrorCode::Unauthenticated));
    }
    let mine = events::list_mine(&app, &waiting, &PageRequest::default()).await.unwrap().into_rows();
    assert_eq!(mine.len(), 1);
    let closed = EventInput { participants_public: Some(false), ..EventInput::default() };
    events::change(&app, &officer, change(id, closed)).await.unwrap();
    let view = events::get(&app, &other, id).await.unwrap();
    assert_eq!(events::participants(&app, &view).await.unwrap(), []);

    house.work().await;
    let need = needs::get(&app, &other, view.event.need_id).await.unwrap();
    let page = PageRequest::new(Some(100), None).unwrap();
    let log = needs::log(&app, &other, &need, &page).await.unwrap().into_rows();
    let text = serde_json::to_string(&log).unwrap();
    for secret in ["event.registered", "event.waitlisted", "hemmelig", "Nordmann", "firma.example.no"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    house.finish().await;
}

#[tokio::test]
async fn r4_nothing_is_announced_or_registered_after_the_competition() {
    let house = House::new().await;
    let (officer, app) = (house.officer().await, house.app.clone());
    let view = announced(&house, &officer, content(&house)).await;
    let need = view.event.need_id;
    let plan = PlanEvent { need_id: need, kind: EventKind::InformationMeeting, content: content(&house) };
    let second = events::plan(&app, &officer, plan.clone()).await.unwrap();
    assert_ne!(second.event.slug, view.event.slug);
    to_procurement(&house, &officer, need).await;
    needs::announce_competition(&app, &officer, need, "https://doffin.example.no/1").await.unwrap();

    let supplier = house.supplier("Sensor AS", "kari@sensor.example.no").await;
    let codes = [
        register(&house, &supplier, view.event.id, &["Kari"]).await.unwrap_err().code(),
        events::plan(&app, &officer, plan).await.unwrap_err().code(),
    ];
    assert_eq!(codes, [ErrorCode::DialogueClosed; 2]);
    let gone = events::announce(&app, &officer, second.event.id, None).await.unwrap_err();
    assert_eq!(gone.code(), ErrorCode::NotFound, "a plan goes with the dialogue");
    let later = EventInput { place: Some("Torget 1".to_owned()), ..EventInput::default() };
    let id = view.event.id;
    let refused = [
        events::change(&app, &officer, change(id, later)).await.unwrap_err().code(),
        events::open_registration(&app, &officer, id).await.unwrap_err().code(),
        events::delete(&app, &officer, id).await.unwrap_err().code(),
    ];
    assert_eq!(refused, [ErrorCode::WrongState; 3]);
    house.clock.advance(TimeDelta::days(40));
    let held = events::mark_held(&app, &officer, id).await.unwrap_err();
    assert_eq!(held.code(), ErrorCode::WrongState);
    house.finish().await;
}

/// A need that goes on to procurement.
async fn to_procurement(house: &House, officer: &Actor, need: types::NeedId) {
    summarise(house, officer, need).await;
    needs::close(&house.app, officer, need, Outcome::ToProcurement, "Vi kjøper").await.unwrap();
}

async fn summarise(house: &House, officer: &Actor, need: types::NeedId) {
    let app = &house.app;
    let tx = app.db.write().await.unwrap();
    let row = needs::get_for_update(&tx, officer, need).await.unwrap();
    needs::note_summarised(app, &tx, officer, row).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn plans_go_with_the_draft_that_they_are_of() {
    let house = House::new().await;
    let (officer, app) = (house.officer().await, house.app.clone());
    let content = crate::thread::content(&house);
    let need = needs::create(&app, &officer, needs::CreateNeed { content }).await.unwrap();
    let plan =
        PlanEvent { need_id: need.id, kind: EventKind::InformationMeeting, content: self::content(&house) };
    let event = events::plan(&app, &officer, plan).await.unwrap().event;
    needs::delete_draft(&app, &officer, need.id).await.unwrap();
    assert!(events::find(&app, &officer, event.id).await.unwrap().is_none());
    house.finish().await;
}

#[tokio::test]
async fn a_written_round_ends_by_itself_and_takes_no_registrations() {
    let house = House::new().await;
    let (officer, app) = (house.officer().await, house.app.clone());
    let need = published(&house, &officer).await;
    let content = EventInput { place: None, link: None, ..content(&house) };
    let plan = PlanEvent { need_id: need.id, kind: EventKind::WrittenInput, content };
    let view = events::plan(&app, &officer, plan).await.unwrap();
    assert_eq!((view.event.capacity, view.event.registration_deadline), (None, None));
    let view = events::announce(&app, &officer, view.event.id, None).await.unwrap();
    assert_eq!(view.event.state, EventState::Announced);
    let supplier = house.supplier("Sensor AS", "kari@sensor.example.no").await;
    let refused = register(&house, &supplier, view.event.id, &["Kari"]).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::WrongState);
    assert_eq!(events::calendar(&app, &supplier, view.event.id).await.unwrap(), None);
    house.clock.set(view.event.ends_at);
    house.work().await;
    let view = events::get(&app, &supplier, view.event.id).await.unwrap();
    assert_eq!(view.event.state, EventState::Held);
    house.finish().await;
}
