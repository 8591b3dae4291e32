//! Nobody but the asker and the buyer learns who asked: neither from the log nor
//! from any field of the need.

use chrono::TimeDelta;
use domain::interest::{self, Register};
use domain::page::PageRequest;
use domain::questions::{self, Answer, Ask};
use domain::{Actor, needs, record};
use sea_orm::EntityTrait;
use serde_json::json;
use tests::House;
use types::{Audience, InterestVisibility, Language};

use crate::thread::published;

/// All that one may ask about a need and what is asked in it.
const EVERYTHING: &str = "query($slug: String!) { need(slug: $slug) {
    state updatedAt followerCount interestCounts { public discreet }
    log(first: 100) { nodes { id kind text isPublic occurredAt } }
    marketQuestions(first: 100) { nodes { id text answer pseudonym originalText isMine asker { name id } } }
    answeredQuestions { key count } announcements { title body }
    interestedInPublic { id name } partnerSeekers { organisation { id name } }
    interest { organisation { id name } } participants { organisation { id name } }
    ledger(first: 100) { nodes { what toldTo { id name } } }
} }";

#[tokio::test]
async fn neither_an_id_nor_an_order_tells_when_a_question_was_asked() {
    let house = House::new().await;
    let app = &house.app;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let asker = house.supplier("Sensor AS", "kari@sensor.example.no").await;
    let need = published(&house, &officer, &reviewer).await;
    let visitor = Actor::anonymous(Language::Nb);
    let mut ids = Vec::new();
    for text in ["Først spurt?", "Så spurt?", "Sist spurt?"] {
        house.clock.advance(TimeDelta::hours(1));
        let ask = Ask { need_id: need.id, text: text.to_owned() };
        ids.push(questions::ask(app, &asker, ask).await.unwrap().id);
    }
    assert!(ids.iter().all(|id| id.0.get_version_num() == 4), "a random id");
    let [first, second, third] = ids[..] else { panic!("three") };
    // Two at the same moment: the id decides between them.
    for (question_id, hours) in [(third, 1), (first, 1), (second, 0)] {
        house.clock.advance(TimeDelta::hours(hours));
        let (published_text, answer) = (String::new(), "Ja.".to_owned());
        let answer = Answer { question_id, published_text, answer, expected_version: None };
        questions::answer(app, &officer, answer).await.unwrap();
    }
    let read = async |who: &Actor| {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = PageRequest::new(Some(1), after).unwrap();
            let page = questions::list(app, who, &need, &page).await.unwrap();
            all.extend(page.rows.iter().map(|(_, q)| q.id));
            after = page.rows.last().map(|(cursor, _)| cursor.clone());
            if !page.has_next {
                return all;
            }
        }
    };
    assert_eq!(read(&visitor).await, [first.max(second), first.min(second), third]);
    assert_eq!(read(&asker).await, read(&visitor).await);
    assert_eq!(read(&officer).await, [third, second, first], "the desk: as they were asked");
    let mine = questions::list_mine(app, &asker, &PageRequest::default()).await.unwrap().into_rows();
    assert_eq!(mine.iter().map(|q| q.id).collect::<Vec<_>>(), [third, second, first]);
    house.finish().await;
}

#[tokio::test]
async fn the_first_who_asks_is_in_no_entry_that_others_read() {
    let house = House::new().await;
    let app = &house.app;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let asker = house.supplier("Sensor Trøndelag AS", "kari@sensor.example.no").await;
    let other = house.supplier("Annen AS", "per@annen.example.no").await;
    let need = published(&house, &officer, &reviewer).await;
    house.work().await;

    let ask = Ask { need_id: need.id, text: "Gjelder det også natt?".to_owned() };
    let question = questions::ask(app, &asker, ask.clone()).await.unwrap();
    interest::follow(app, &asker, need.id).await.unwrap();
    let register = Register {
        need_id: need.id,
        visibility: InterestVisibility::Discreet,
        is_looking_for_partners: false,
        message: String::new(),
        expected_version: None,
    };
    interest::register(app, &asker, register).await.unwrap();
    let answer = Answer {
        question_id: question.id,
        published_text: String::new(),
        answer: "Ja.".to_owned(),
        expected_version: None,
    };
    questions::answer(app, &officer, answer).await.unwrap();
    let taken_back = questions::ask(app, &asker, ask).await.unwrap();
    questions::withdraw(app, &asker, taken_back.id).await.unwrap();
    house.work().await;

    let person = asker.person().unwrap();
    let organisation = asker.organisation_id().unwrap();
    let secrets = [
        organisation.to_string(),
        person.id.to_string(),
        graphql::encode(organisation).to_string(),
        graphql::encode(person.id).to_string(),
        "Sensor Trøndelag".to_owned(),
        person.email.to_string(),
        person.name.clone(),
    ];
    let hides = |what: &str, seen: &str| {
        for secret in &secrets {
            assert!(!seen.contains(secret.as_str()), "{what} tells {secret}: {seen}");
        }
    };
    // What the record lets everybody read, whoever asks for it one day.
    let entries = entity::record_entry::Entity::find().all(app.db.read()).await.unwrap();
    let stream = record::need_stream(need.id);
    let public = entries.iter().filter(|e| e.stream == stream && e.audience == Audience::Public);
    let public: Vec<String> = public.map(|e| format!("{e:?}")).collect();
    assert!(public.len() >= 3, "published, in dialogue, answered: {public:?}");
    for entry in &public {
        hides("the record", entry);
    }

    for reader in [&other, &Actor::anonymous(Language::Nb)] {
        let page = PageRequest::new(Some(100), None).unwrap();
        let log = needs::log(app, reader, &need, &page).await.unwrap().into_rows();
        hides("the log", &format!("{log:?}"));
        let seen = house.api().run(reader, EVERYTHING, json!({ "slug": need.slug })).await;
        assert!(seen.to_string().contains("Gjelder det også natt?"), "{seen}");
        hides("the API", &seen.to_string());
    }
    for mail in house.mail.take().iter().filter(|m| m.to.as_str() == "per@annen.example.no") {
        hides("a mail", &mail.text);
    }
    house.finish().await;
}
