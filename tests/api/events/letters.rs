//! What everybody registered is told, at once and in order (R20).

use domain::ports::DeliveryError;
use mail::KeptMail;

use super::*;

/// The line of a calendar part that begins with `key`, if the mail has one.
fn line<'a>(mail: &'a KeptMail, key: &str) -> Option<&'a str> {
    mail.calendar.as_deref()?.lines().find_map(|l| l.strip_prefix(key))
}

fn to<'a>(mails: &'a [KeptMail], address: &str) -> Vec<&'a KeptMail> {
    mails.iter().filter(|m| m.to.as_str() == address).collect()
}

#[tokio::test]
async fn change_and_cancellation_reach_everybody_registered_with_the_calendar() {
    let house = House::new().await;
    let (officer, app) = (house.officer().await, house.app.clone());
    let id = announced(&house, &officer, content(&house)).await.event.id;
    let first = house.supplier("Sensor AS", "kari@sensor.example.no").await;
    let waiting = house.supplier("Venter AS", "vera@venter.example.no").await;
    house.work().await;
    house.mail.take();
    let input = Register {
        event_id: id,
        persons: people(&["Ola", "Ida", "Liv"]),
        organisation_id: None,
        reason: String::new(),
    };
    events::register(&app, &first, input).await.unwrap();
    register(&house, &waiting, id, &["Vera"]).await.unwrap();
    house.work().await;
    let mails = house.mail.take();
    let (ola, vera) = (to(&mails, "ola@firma.example.no"), to(&mails, "vera@firma.example.no"));
    assert_eq!((ola.len(), vera.len(), to(&mails, "kari@sensor.example.no").len()), (1, 1, 1));
    assert_eq!(line(ola[0], "METHOD:"), Some("REQUEST"));
    let organiser = line(ola[0], "ORGANIZER;").unwrap();
    assert!(
        organiser.starts_with("CN=") && organiser.ends_with(":mailto:olav.officer@trondheim.example.no"),
        "{organiser}"
    );
    assert!(ola[0].text.contains("hemmelig"));
    assert_eq!(vera[0].calendar, None, "who waits has nothing in the calendar");
    assert!(!vera[0].text.contains("hemmelig"));

    // A typo keeps the sequence and is told to nobody.
    let typo =
        EventInput { title: Some("Dialogkonferanse om tryggleik".to_owned()), ..EventInput::default() };
    let mended = ChangeEvent { is_correction: true, ..change(id, typo) };
    assert_eq!(events::change(&app, &officer, mended).await.unwrap().event.sequence, 0);
    house.work().await;
    assert_eq!(house.mail.take().len(), 0);

    let later = start(&house) + TimeDelta::hours(1);
    let moved = EventInput {
        starts_at: Some(later),
        ends_at: Some(later + TimeDelta::hours(3)),
        ..EventInput::default()
    };
    // A correction that moves the event is no correction.
    let moved = ChangeEvent { is_correction: true, ..change(id, moved) };
    assert_eq!(events::change(&app, &officer, moved).await.unwrap().event.sequence, 1);
    house.work().await;
    let mails = house.mail.take();
    let (ola, vera) = (to(&mails, "ola@firma.example.no"), to(&mails, "vera@firma.example.no"));
    assert_eq!((line(ola[0], "METHOD:"), line(ola[0], "SEQUENCE:")), (Some("REQUEST"), Some("1")));
    assert!(ola[0].text.contains("Ny tid"));
    assert_eq!(vera.len(), 1);
    let uid = line(ola[0], "UID:").unwrap().to_owned();

    events::cancel(&app, &officer, id, "For få ressurser").await.unwrap();
    house.work().await;
    let mails = house.mail.take();
    for address in
        ["ola@firma.example.no", "ida@firma.example.no", "liv@firma.example.no", "kari@sensor.example.no"]
    {
        let mail = to(&mails, address);
        assert_eq!(mail.len(), 1, "{address}");
        assert_eq!((line(mail[0], "METHOD:"), line(mail[0], "SEQUENCE:")), (Some("CANCEL"), Some("2")));
        assert_eq!(line(mail[0], "UID:"), Some(uid.as_str()));
        assert!(mail[0].text.contains("For få ressurser"));
    }
    let vera = to(&mails, "vera@firma.example.no");
    assert_eq!((vera.len(), vera[0].calendar.clone()), (1, None));
    house.finish().await;
}

#[tokio::test]
async fn what_ends_or_pauses_a_dialogue_calls_off_what_is_to_come() {
    let ends = [
        (NeedState::Summarised, "Dialogen er oppsummert og avsluttet. Arrangementet er derfor avlyst."),
        (NeedState::OnHold, "Behovet er satt på vent. Arrangementet er derfor avlyst."),
        (NeedState::Closed, "Behovet er avsluttet uten anskaffelse. Arrangementet er derfor avlyst."),
    ];
    for (end, reason) in ends {
        Box::pin(called_off(end, reason)).await;
    }
}

/// One event lies ahead, one is over, one is a plan.
async fn called_off(end: NeedState, reason: &str) {
    let house = House::new().await;
    let (officer, app) = (house.officer().await, house.app.clone());
    let view = announced(&house, &officer, content(&house)).await;
    let (id, need) = (view.event.id, view.event.need_id);
    let tomorrow = app.now() + TimeDelta::days(1);
    let over = EventInput {
        starts_at: Some(tomorrow),
        ends_at: Some(tomorrow + TimeDelta::hours(1)),
        registration_deadline: Some(None),
        ..content(&house)
    };
    let mut plan = PlanEvent { need_id: need, kind: EventKind::InformationMeeting, content: over };
    let over = events::plan(&app, &officer, plan.clone()).await.unwrap().event.id;
    events::announce(&app, &officer, over, None).await.unwrap();
    plan.content = content(&house);
    let planned = events::plan(&app, &officer, plan).await.unwrap().event.id;
    let first = house.supplier("Sensor AS", "kari@sensor.example.no").await;
    let waiting = house.supplier("Venter AS", "vera@venter.example.no").await;
    register(&house, &first, id, &["Ola", "Ida", "Liv"]).await.unwrap();
    register(&house, &waiting, id, &["Vera"]).await.unwrap();
    house.clock.advance(TimeDelta::days(3));
    house.work().await;
    house.mail.take();

    match end {
        NeedState::Summarised => summarise(&house, &officer, need).await,
        NeedState::OnHold => drop(needs::close(&app, &officer, need, Outcome::OnHold, "Vent").await.unwrap()),
        _ => drop(needs::close(&app, &officer, need, Outcome::Closed, "Slutt").await.unwrap()),
    }
    let event = events::get(&app, &Actor::anonymous(Language::Nb), id).await.unwrap().event;
    assert_eq!((event.state, event.cancel_reason.as_deref()), (EventState::Cancelled, Some(reason)));
    house.work().await;
    let mails = house.mail.take();
    for address in ["ola@firma.example.no", "ida@firma.example.no", "kari@sensor.example.no"] {
        let mail: Vec<_> = to(&mails, address).into_iter().filter(|m| m.text.contains(reason)).collect();
        assert_eq!(mail.len(), 1, "{address}");
        assert_eq!((line(mail[0], "METHOD:"), line(mail[0], "SEQUENCE:")), (Some("CANCEL"), Some("1")));
    }
    let vera = to(&mails, "vera@firma.example.no");
    assert!(vera.iter().any(|m| m.text.contains(reason)), "who waits is told too");
    assert!(vera.iter().all(|m| m.calendar.is_none()));

    // What took place before is no cancelled event, and can be documented. A
    // plan stays where the dialogue can be taken up again.
    events::mark_held(&app, &officer, over).await.unwrap();
    let is_kept = events::find(&app, &officer, planned).await.unwrap().is_some();
    assert_eq!(is_kept, end != NeedState::Closed);
    if end == NeedState::OnHold {
        needs::resume(&app, &officer, need, "Videre").await.unwrap();
        let again = events::announce(&app, &officer, planned, None).await.unwrap();
        assert_eq!(again.event.state, EventState::RegistrationOpen);
    }
    house.finish().await;
}

#[tokio::test]
async fn withdrawal_and_promotion_are_told_and_nobody_learns_whose_place_it_was() {
    let house = House::new().await;
    let (officer, app) = (house.officer().await, house.app.clone());
    let one = EventInput { capacity: Some(Some(1)), ..content(&house) };
    let id = announced(&house, &officer, one).await.event.id;
    let first = house.supplier("Sensor AS", "kari@sensor.example.no").await;
    let second = house.supplier("Venter AS", "vera@venter.example.no").await;
    let registration = register(&house, &first, id, &["Ola"]).await.unwrap();
    register(&house, &second, id, &["Vera"]).await.unwrap();
    house.work().await;
    house.mail.take();
    let withdrawn = Withdraw { registration_id: registration.id, reason: "Konkurs".to_owned() };
    events::withdraw(&app, &officer, withdrawn).await.unwrap();
    house.work().await;
    let mails = house.mail.take();
    let (ola, vera) = (to(&mails, "ola@firma.example.no"), to(&mails, "vera@firma.example.no"));
    assert_eq!(line(ola[0], "METHOD:"), Some("CANCEL"));
    assert!(ola[0].text.contains("Konkurs"));
    assert_eq!(line(vera[0], "METHOD:"), Some("REQUEST"));
    assert!(mails.iter().filter(|m| m.to.as_str().starts_with("vera")).all(|m| !m.text.contains("Sensor")));
    let need = needs::get(&app, &second, events::get(&app, &second, id).await.unwrap().event.need_id);
    let page = PageRequest::new(Some(100), None).unwrap();
    let log = needs::log(&app, &second, &need.await.unwrap(), &page).await.unwrap().into_rows();
    let promoted = log.iter().find(|e| e.kind == types::EntryKind::EventPromoted).unwrap();
    assert_eq!((promoted.actor_person_id, promoted.actor_organisation_id), (None, None));
    house.finish().await;
}

#[tokio::test]
async fn an_invitation_after_a_withdrawal_is_newer_than_it() {
    let house = House::new().await;
    let (officer, app) = (house.officer().await, house.app.clone());
    let id = announced(&house, &officer, content(&house)).await.event.id;
    let supplier = house.supplier("Sensor AS", "kari@sensor.example.no").await;
    let other = house.supplier("Annen AS", "vera@annen.example.no").await;
    register(&house, &other, id, &["Vera"]).await.unwrap();
    house.work().await;
    house.mail.take();
    let registration = register(&house, &supplier, id, &["Ola"]).await.unwrap();
    withdraw(&house, &supplier, &registration).await.unwrap();
    // All told at once: each letter has the revision of its own moment.
    register(&house, &supplier, id, &["Ola"]).await.unwrap();
    house.work().await;
    let revisions = |mails: &[KeptMail], address: &str| -> Vec<(String, u32)> {
        let sequence = |m: &KeptMail| line(m, "SEQUENCE:").unwrap().parse().unwrap();
        to(mails, address).iter().map(|m| (line(m, "METHOD:").unwrap().to_owned(), sequence(m))).collect()
    };
    let own = |method: &str, sequence: u32| (method.to_owned(), sequence);
    let told = revisions(&house.mail.take(), "ola@firma.example.no");
    assert_eq!(told, [own("REQUEST", 0), own("CANCEL", 1), own("REQUEST", 2)]);

    let later = start(&house) + TimeDelta::hours(1);
    let moved = EventInput {
        starts_at: Some(later),
        ends_at: Some(later + TimeDelta::hours(3)),
        ..EventInput::default()
    };
    events::change(&app, &officer, change(id, moved)).await.unwrap();
    house.work().await;
    let mails = house.mail.take();
    assert_eq!(revisions(&mails, "ola@firma.example.no"), [own("REQUEST", 3)]);
    assert_eq!(revisions(&mails, "vera@firma.example.no"), [own("REQUEST", 1)]);
    let feed = events::calendar(&app, &supplier, id).await.unwrap().unwrap();
    assert_eq!(feed.sequence, 3);
    house.finish().await;
}

#[tokio::test]
async fn who_comes_and_goes_within_a_registration_is_told() {
    let house = House::new().await;
    let (officer, app) = (house.officer().await, house.app.clone());
    let id = announced(&house, &officer, content(&house)).await.event.id;
    let supplier = house.supplier("Sensor AS", "kari@sensor.example.no").await;
    let registration = register(&house, &supplier, id, &["Ola", "Ida"]).await.unwrap();
    house.work().await;
    house.mail.take();
    let others = people(&["Ida", "Liv"]);
    let changed = events::change_persons(&app, &supplier, registration.id, None, &others).await.unwrap();
    assert_eq!(changed.places, 2);
    house.work().await;
    let mails = house.mail.take();
    let told: Vec<(&str, Option<&str>)> = mails.iter().map(|m| (m.to.as_str(), line(m, "METHOD:"))).collect();
    assert_eq!(told, [("liv@firma.example.no", Some("REQUEST")), ("ola@firma.example.no", Some("CANCEL"))]);
    house.finish().await;
}

#[tokio::test]
async fn a_cancellation_never_overtakes_the_invitation() {
    let house = House::new().await;
    let officer = house.officer().await;
    let id = announced(&house, &officer, content(&house)).await.event.id;
    let person = house.account("ola@firma.example.no").await;
    let supplier = house.organisation(OrganisationKind::Supplier, "Sensor AS", None).await;
    let supplier = house.member(&supplier, person.email.as_str(), &[Role::Member]).await;
    house.work().await;
    house.mail.take();
    let registration = register(&house, &supplier, id, &["Ola"]).await.unwrap();
    house.mail.refuse(DeliveryError::Retry("451 try later".to_owned()));
    house.work().await;
    withdraw(&house, &supplier, &registration).await.unwrap();
    house.work().await;
    assert_eq!(house.mail.sent().len(), 0, "the withdrawal waits for the invitation");
    house.clock.advance(TimeDelta::minutes(1));
    house.work().await;
    let mails = house.mail.take();
    let methods: Vec<Option<&str>> = mails.iter().map(|m| line(m, "METHOD:")).collect();
    assert_eq!(methods, [Some("REQUEST"), Some("CANCEL")]);
    assert!(mails.iter().all(|m| m.to.as_str() == "ola@firma.example.no"));
    house.finish().await;
}
