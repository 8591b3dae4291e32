//! The first thread, from end to end: publish a need, ask, answer, be told.

use chrono::TimeDelta;
use domain::Actor;
use domain::needs::{self, ContentInput, CreateNeed, Need};
use domain::questions::{self, Answer, Ask};
use tests::House;
use types::{ErrorCode, Language, NeedState};

pub(crate) fn content(house: &House) -> ContentInput {
    ContentInput {
        title: Some("Trygghet hjemme for eldre".to_owned()),
        summary: Some("Vi vil at flere eldre kan bo trygt hjemme lenger.".to_owned()),
        challenge: Some("Mange eldre faller hjemme, og hjelpen kommer sent.".to_owned()),
        effects: Some("30 prosent færre fall som fører til innleggelse innen 2028.".to_owned()),
        cpv_codes: Some(vec!["33190000".to_owned()]),
        places: Some(vec!["5001".to_owned()]),
        questions: Some(vec![(None, "Hvilke løsninger finnes i dag?".to_owned())]),
        response_deadline: Some(Some(house.app.now() + TimeDelta::days(30))),
        ..ContentInput::default()
    }
}

/// A need that is open to everybody.
pub(crate) async fn published(house: &House, officer: &Actor, reviewer: &Actor) -> Need {
    let app = &house.app;
    let need = needs::create(app, officer, CreateNeed { content: content(house) }).await.unwrap();
    needs::submit(app, officer, need.id, None).await.unwrap();
    needs::approve(app, reviewer, need.id, None, None).await.unwrap()
}

#[tokio::test]
async fn nobody_approves_what_was_not_read() {
    let house = House::new().await;
    let app = &house.app;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let need = needs::create(app, &officer, CreateNeed { content: content(&house) }).await.unwrap();
    let read = needs::submit(app, &officer, need.id, None).await.unwrap();
    // Taken back, changed and sent again while the reviewer had the page open.
    needs::return_to_draft(app, &officer, need.id, "").await.unwrap();
    let sent = needs::submit(app, &officer, need.id, None).await.unwrap();
    let stale = needs::approve(app, &reviewer, need.id, Some(read.version), None).await.unwrap_err();
    assert_eq!(stale.code(), ErrorCode::StaleVersion);
    let need = needs::approve(app, &reviewer, need.id, Some(sent.version), None).await.unwrap();
    assert_eq!(need.state, NeedState::Published);
    house.finish().await;
}

#[tokio::test]
async fn a_need_is_published_asked_about_answered_and_told() {
    let house = House::new().await;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let app = &house.app;
    let need = needs::create(app, &officer, CreateNeed { content: content(&house) }).await.unwrap();
    let need = needs::submit(app, &officer, need.id, Some(need.version)).await.unwrap();

    let own = needs::approve(app, &officer, need.id, None, None).await.unwrap_err();
    assert_eq!(own.code(), ErrorCode::SecondPersonRequired);
    let need = needs::approve(app, &reviewer, need.id, None, None).await.unwrap();
    assert_eq!(need.state, NeedState::Published);

    let supplier = house.supplier("Sensor Trøndelag AS", "kari@sensor.example.no").await;
    let asked = questions::ask(
        app,
        &supplier,
        Ask { need_id: need.id, text: "Gjelder det også korttidsplass?".to_owned() },
    )
    .await
    .unwrap();
    let other = house.supplier("Annen AS", "per@annen.example.no").await;
    assert!(questions::find(app, &other, asked.id).await.unwrap().is_none());

    let revealing = Answer {
        question_id: asked.id,
        published_text: "Sensor Trøndelag spør om korttidsplass".to_owned(),
        answer: "Ja.".to_owned(),
        expected_version: None,
    };
    let refused = questions::answer(app, &officer, revealing.clone()).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::RevealsAsker);
    questions::answer(app, &officer, Answer { published_text: String::new(), ..revealing }).await.unwrap();
    let seen = questions::find(app, &other, asked.id).await.unwrap().unwrap();
    assert_eq!(seen.answer.as_deref(), Some("Ja."));
    assert_eq!((seen.asker, seen.original_text), (None, None));

    house.work().await;
    let told: Vec<(String, String)> =
        house.mail.take().into_iter().map(|m| (m.to.to_string(), m.subject)).collect();
    assert!(told.iter().any(|(to, _)| to == "kari@sensor.example.no"), "{told:?}");
    assert!(told.iter().any(|(to, _)| to == "olav.officer@trondheim.example.no"), "{told:?}");
    house.finish().await;
}

/// A letter about the draft links to what the draft was called; publication may rename it.
#[tokio::test]
async fn the_address_of_a_draft_leads_to_what_was_published() {
    let house = House::new().await;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let app = &house.app;
    let draft = needs::create(app, &officer, CreateNeed { content: content(&house) }).await.unwrap();
    let retitled = ContentInput { title: Some("Færre fall hjemme".to_owned()), ..content(&house) };
    let change = needs::SaveDraft { need_id: draft.id, expected_version: None, content: retitled };
    needs::save_draft(app, &officer, change).await.unwrap();
    needs::submit(app, &officer, draft.id, None).await.unwrap();
    let published = needs::approve(app, &reviewer, draft.id, None, None).await.unwrap();
    assert_eq!(published.slug, "faerre-fall-hjemme");
    for slug in [&published.slug, &draft.slug] {
        let found = needs::find_by_slug(app, &Actor::anonymous(Language::Nb), slug).await.unwrap();
        assert_eq!(found.unwrap().id, draft.id, "{slug}");
    }
    let second = needs::create(app, &officer, CreateNeed { content: content(&house) }).await.unwrap();
    assert_ne!(second.slug, draft.slug, "an address is not given to another");
    house.finish().await;
}
