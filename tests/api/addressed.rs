//! What a person gets mail about, as the page lists it, held against the mails
//! that are sent.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use domain::events::{self, EventInput, PersonInput, PlanEvent};
use domain::interest::{self, Register};
use domain::needs::{self, CreateNeed, Need};
use domain::page::PageRequest;
use domain::questions::{self, Announce, Ask};
use domain::responses::{self, AnswerInput, SaveDraft};
use domain::{Actor, notifications};
use tests::House;
use types::{EventKind, InterestVisibility};

/// A published need of its own title.
async fn need(house: &House, officer: &Actor, reviewer: &Actor, title: &str) -> Need {
    let content = needs::ContentInput { title: Some(title.to_owned()), ..crate::thread::content(house) };
    let need = needs::create(&house.app, officer, CreateNeed { content }).await.unwrap();
    needs::submit(&house.app, officer, need.id, None).await.unwrap();
    needs::approve(&house.app, reviewer, need.id, None, None).await.unwrap()
}

async fn respond(house: &House, who: &Actor, need: &Need) {
    let answer =
        AnswerInput { key: "free".to_owned(), text: Some("Sensorer".to_owned()), ..AnswerInput::default() };
    let draft = SaveDraft { need_id: need.id, expected_version: None, answers: vec![answer], consent: None };
    responses::save_draft(&house.app, who, draft).await.unwrap();
    responses::submit(&house.app, who, need.id, None).await.unwrap();
}

/// Registers `who`, and names a colleague.
async fn register(house: &House, officer: &Actor, who: &Actor, need: &Need, colleague: &str) {
    let start = house.app.now() + chrono::TimeDelta::days(21);
    let content = EventInput {
        title: Some("Møte om netter".to_owned()),
        description: Some("Vi hører på dere.".to_owned()),
        starts_at: Some(start),
        ends_at: Some(start + chrono::TimeDelta::hours(3)),
        place: Some("Rådhuset".to_owned()),
        ..EventInput::default()
    };
    let plan = PlanEvent { need_id: need.id, kind: EventKind::DialogueConference, content };
    let id = events::plan(&house.app, officer, plan).await.unwrap().event.id;
    events::announce(&house.app, officer, id, None).await.unwrap();
    let person =
        PersonInput { name: "Ola".to_owned(), email: colleague.to_uppercase(), ..PersonInput::default() };
    let input = events::Register {
        event_id: id,
        persons: vec![person],
        organisation_id: None,
        reason: String::new(),
    };
    events::register(&house.app, who, input).await.unwrap();
}

#[tokio::test]
async fn the_page_lists_every_need_whose_news_come_and_no_other() {
    let house = House::new().await;
    let app = &house.app;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let kari = house.supplier("Sensor AS", "kari@sensor.example.no").await;
    let per = house.supplier("Sensor AS", "per@sensor.example.no").await;
    let ida = house.supplier("Annen AS", "ida@annen.example.no").await;
    let anne = house.person("anne@privat.example.no").await;
    let mut all = Vec::new();
    for title in ["Fulgt", "Interessert", "Spurt", "Besvart", "Påmeldt", "Trukket", "Ingenting"] {
        all.push(need(&house, &officer, &reviewer, title).await);
    }
    interest::follow(app, &anne, all[0].id).await.unwrap();
    interest::follow(app, &kari, all[1].id).await.unwrap();
    for (n, who) in [(1, &kari), (5, &ida)] {
        let input = Register {
            need_id: all[n].id,
            visibility: InterestVisibility::Discreet,
            is_looking_for_partners: false,
            message: String::new(),
            expected_version: None,
        };
        interest::register(app, who, input).await.unwrap();
    }
    let ask = Ask { need_id: all[2].id, text: "Gjelder det også netter?".to_owned() };
    questions::ask(app, &per, ask).await.unwrap();
    for n in [3, 5] {
        respond(&house, &ida, &all[n]).await;
    }
    register(&house, &officer, &ida, &all[4], "per@sensor.example.no").await;
    interest::withdraw(app, &ida, all[5].id).await.unwrap();
    responses::withdraw(app, &ida, all[5].id, None).await.unwrap();
    house.work().await;
    house.mail.take();

    let mut told: BTreeSet<(String, String)> = BTreeSet::new();
    for need in &all {
        let announcement = Announce { need_id: need.id, title: "Nytt".to_owned(), body: "Les.".to_owned() };
        questions::announce(app, &officer, announcement).await.unwrap();
        house.work().await;
        told.extend(house.mail.take().into_iter().map(|m| (m.to.to_string(), need.title.clone())));
    }
    let mut listed = BTreeSet::new();
    for actor in [&kari, &per, &ida, &anne, &officer, &reviewer] {
        let email = actor.person.as_ref().unwrap().email.to_string();
        for one in notifications::addressed(app, actor, &PageRequest::largest()).await.unwrap().into_rows() {
            assert!(!one.reasons.is_empty());
            listed.insert((email.clone(), one.need.title));
        }
    }
    assert_eq!(listed, told);
    assert_eq!(told.len(), 7, "{told:?}");

    let mut browser = house.browser_of("per@sensor.example.no").await;
    let page = browser.get("/nb/notifications").await.is(StatusCode::OK);
    let page = page.says("Organisasjonen din har meldt interesse").says("Du har stilt spørsmål");
    page.says("Møte om netter").says("kan ikke slås av").hides("Fulgt").hides("/unfollow");
    let mut browser = house.browser_of("anne@privat.example.no").await;
    let page = browser.get("/nb/notifications").await.is(StatusCode::OK).says("Fulgt");
    let stop =
        page.html.split("action=\"").find_map(|a| a.split('"').next().filter(|a| a.ends_with("/unfollow")));
    let after =
        browser.post(stop.unwrap(), &[("stay", "1")]).await.is(StatusCode::OK).at("/nb/notifications");
    after.hides("Fulgt").says("Du får ikke e-post om noe behov");
    house.finish().await;
}
