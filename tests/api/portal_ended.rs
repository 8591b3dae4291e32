//! What the portal offers once a dialogue, a response or an event is over, page by page.

use axum::http::StatusCode;
use domain::Actor;
use domain::needs::{self, Need};
use domain::responses::{self, AnswerInput, SaveDraft};
use tests::House;
use types::Outcome;

use crate::disclosures::summarised;
use crate::thread::published;

const OK: StatusCode = StatusCode::OK;
const INVALID: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
const OFFICER: &str = "olav.officer@trondheim.example.no";
const KARI: &str = "kari@sensor.example.no";

async fn draft(house: &House, who: &Actor, need: &Need) {
    let answer =
        AnswerInput { key: "free".to_owned(), text: Some("Sensorer".to_owned()), ..AnswerInput::default() };
    let draft = SaveDraft { need_id: need.id, expected_version: None, answers: vec![answer], consent: None };
    responses::save_draft(&house.app, who, draft).await.unwrap();
}

#[tokio::test]
async fn no_event_is_offered_where_none_can_be_announced_again() {
    let house = House::new().await;
    let app = &house.app;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let mut buyer = house.browser_of(OFFICER).await;
    let waiting = published(&house, &officer, &reviewer).await;
    let closed = published(&house, &officer, &reviewer).await;
    let announced = summarised(&house, &officer, &reviewer).await;
    needs::close(app, &officer, waiting.id, Outcome::OnHold, "Vi venter.").await.unwrap();
    needs::close(app, &officer, closed.id, Outcome::Closed, "Vi kjøper ikke.").await.unwrap();
    needs::close(app, &officer, announced.id, Outcome::ToProcurement, "Vi lyser ut.").await.unwrap();
    needs::announce_competition(app, &officer, announced.id, "https://doffin.no/1").await.unwrap();

    let list = |need: &Need, language: &str| format!("/{language}/m/needs/{}/events", need.slug);
    let new = buyer.get(&list(&waiting, "nb")).await.is(OK).says("Nytt arrangement");
    assert!(new.html.contains("/events/new\""), "it may be taken up again");
    for need in [&closed, &announced] {
        for (language, words) in [
            ("nb", "Dialogen er avsluttet for godt"),
            ("nn", "Dialogen er avslutta for godt"),
            ("en", "The dialogue has ended for good"),
        ] {
            let page = list(need, language);
            let seen = buyer.get(&page).await.is(OK).says(words);
            assert!(!seen.html.contains("/events/new\""), "{page}");
            buyer.get(&format!("{page}/new")).await.is(OK).at(&page);
        }
        // The form was open when the dialogue ended.
        let typed = [
            ("kind", "DIALOGUE_CONFERENCE"),
            ("title", "Møte om netter"),
            ("language", "nb"),
            ("startsAt", "2026-02-02T09:00"),
            ("endsAt", "2026-02-02T12:00"),
            ("personsPerOrganisation", "2"),
        ];
        let refused = buyer.post(&format!("{}/new", list(need, "nb")), &typed).await.is(INVALID);
        let refused = refused.says("Dialogen er avsluttet");
        assert_eq!(refused.field("title"), "Møte om netter", "nothing typed is lost");
    }
    house.finish().await;
}

#[tokio::test]
async fn the_receipt_of_what_was_withdrawn_promises_no_change() {
    let house = House::new().await;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let need = published(&house, &officer, &reviewer).await;
    let kari = house.supplier("Sensor AS", KARI).await;
    let mut browser = house.browser_of(KARI).await;
    draft(&house, &kari, &need).await;
    responses::submit(&house.app, &kari, need.id, None).await.unwrap();
    let promises = [
        ("nb", "Dere kan endre eller trekke innspillet"),
        ("nn", "De kan endre eller trekkje innspelet"),
        ("en", "You can change or withdraw it until"),
    ];
    let receipt = |language: &str| format!("/{language}/needs/{}/respond/receipt", need.slug);
    for (language, promise) in promises {
        browser.get(&receipt(language)).await.is(OK).says(promise);
    }
    responses::withdraw(&house.app, &kari, need.id, None).await.unwrap();
    for (language, promise) in promises {
        browser.get(&receipt(language)).await.is(OK).hides(promise);
    }
    house.finish().await;
}

#[tokio::test]
async fn a_supplier_reads_why_nothing_is_taken_and_keeps_what_was_typed() {
    let house = House::new().await;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let kari = house.supplier("Sensor AS", KARI).await;
    let mut browser = house.browser_of(KARI).await;
    for (outcome, why) in [(Outcome::OnHold, "satt på vent"), (Outcome::Closed, "avsluttet uten anskaffelse")]
    {
        let need = published(&house, &officer, &reviewer).await;
        draft(&house, &kari, &need).await;
        needs::close(&house.app, &officer, need.id, outcome, "Fordi.").await.unwrap();
        let page = format!("/nb/needs/{}", need.slug);
        for path in ["respond", "respond/free", "respond/files", "respond/check", "ask"] {
            browser.get(&format!("{page}/{path}")).await.is(OK).says(why).hides("Fristen er gått ut");
        }
        browser.get(&format!("{page}/respond/free")).await.says("Sensorer");
        browser.get(&format!("{page}/respond/check")).await.hides("Lever innspillet");
        let asked = browser.post(&format!("{page}/ask"), &[("text", "Også netter?")]).await.is(INVALID);
        asked.says("Også netter?").hides("Send spørsmålet");
    }
    house.finish().await;
}
