//! Two people at one text, and a deadline that passes while somebody types.

use axum::http::StatusCode;
use chrono::TimeDelta;
use domain::Actor;
use serde_json::{Value, json};
use tests::{Api, House};
use types::Role;

use crate::thread::{content, published};

async fn save(api: &Api, actor: &Actor, need: &Value, version: &Value, scale: &str) -> Value {
    let document = "mutation($input: SaveNeedDraftInput!) { saveNeedDraft(input: $input) {
        need { version draft { scale } } userErrors { code message } } }";
    let input = json!({ "needId": need, "expectedVersion": version, "content": { "scale": scale } });
    api.ask(actor, document, json!({ "input": input })).await["saveNeedDraft"].take()
}

#[tokio::test]
async fn two_people_edit_one_draft_and_none_overwrites_the_other() {
    let house = House::new().await;
    let api = house.api();
    let officer = house.officer().await;
    let buyer = domain::organisations::get(&house.app, officer.organisation_id().unwrap()).await.unwrap();
    let colleague = house.member(&buyer, "berit@trondheim.example.no", &[Role::NeedOwner]).await;
    let create = json!({ "content": { "title": "Trygghet hjemme" } });
    let made = api.done(&officer, "createNeed", "need { id version }", create).await;
    let (need, opened) = (&made["need"]["id"], &made["need"]["version"]);

    // Both opened the same version, and save at the same time.
    let (one, other) = tokio::join!(
        save(&api, &officer, need, opened, "400 brukere"),
        save(&api, &colleague, need, opened, "500 brukere"),
    );
    let is_saved = |answer: &Value| answer["userErrors"] == json!([]);
    assert!(is_saved(&one) != is_saved(&other), "one of them: {one} {other}");
    let (saved, refused) = if is_saved(&one) { (one, other) } else { (other, one) };
    assert_eq!(refused["userErrors"][0]["code"], "STALE_VERSION");
    assert!(!refused["userErrors"][0]["message"].as_str().unwrap().is_empty());

    // What was acknowledged is there, and whoever reads it first may go on.
    let read = "query($id: ID!) { node(id: $id) { ... on Need { version draft { scale } } } }";
    let seen = api.ask(&colleague, read, json!({ "id": need })).await["node"].take();
    assert_eq!(seen, saved["need"]);
    let again = save(&api, &colleague, need, &seen["version"], "450 brukere").await;
    assert!(is_saved(&again), "{again}");
    house.finish().await;
}

#[tokio::test]
async fn two_people_answer_for_one_supplier_and_none_overwrites_the_other() {
    let house = House::new().await;
    let api = house.api();
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let kari = house.supplier("Sensor AS", "kari@sensor.example.no").await;
    let per = house.supplier("Sensor AS", "per@sensor.example.no").await;
    let need = json!(graphql::encode(published(&house, &officer, &reviewer).await.id));
    let draft = |version: Value, text: &str| {
        let answers = json!([{ "key": "q1", "text": text }]);
        json!({ "needId": need, "expectedVersion": version, "answers": answers })
    };
    let fields = "response { version }";
    let first = api.done(&kari, "saveResponseDraft", fields, draft(Value::Null, "Sensorer")).await;
    let opened = first["response"]["version"].clone();
    api.done(&per, "saveResponseDraft", fields, draft(opened.clone(), "Kameraer")).await;
    let late = api.refused(&kari, "saveResponseDraft", draft(opened.clone(), "Matter")).await;
    assert_eq!(late, ["STALE_VERSION"]);
    let unread = json!({ "needId": need, "expectedVersion": opened });
    assert_eq!(api.refused(&kari, "submitResponse", unread).await, ["STALE_VERSION"], "it is another text");
    house.finish().await;
}

#[tokio::test]
async fn a_question_typed_past_the_deadline_is_refused_and_kept() {
    let house = House::new().await;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    house.supplier("Sensor AS", "kari@sensor.example.no").await;
    let need = published(&house, &officer, &reviewer).await;
    let mut browser = house.browser_of("kari@sensor.example.no").await;
    let path = format!("/nb/needs/{}/ask", need.slug);
    browser.get(&path).await.is(StatusCode::OK);
    house.clock.set(content(&house).response_deadline.unwrap().unwrap() + TimeDelta::minutes(1));

    let typed = "Et langt og gjennomtenkt spørsmål om nattevakter?";
    let page = browser.post(&path, &[("text", typed)]).await;
    assert!(page.status.is_client_error(), "{}: {}", page.status, page.words());
    assert!(page.html.contains(typed), "what was typed is still there: {}", page.words());
    let mine = house.api().ask(&officer, "{ openQuestionCount }", json!({})).await;
    assert_eq!(mine["openQuestionCount"], 0);
    house.finish().await;
}
