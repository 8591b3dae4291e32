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

/// Whoever was slower is told who was faster, keeps what was typed, and may save it after all.
#[tokio::test]
async fn a_conflict_names_the_colleague_and_keeps_what_was_typed() {
    let house = House::new().await;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    house.supplier("Sensor AS", "kari@sensor.example.no").await;
    house.supplier("Sensor AS", "per@sensor.example.no").await;
    let need = published(&house, &officer, &reviewer).await;
    let mut kari = house.browser_of("kari@sensor.example.no").await;
    let mut per = house.browser_of("per@sensor.example.no").await;
    let mut olav = house.browser_of("olav.officer@trondheim.example.no").await;
    let (invalid, ok) = (StatusCode::UNPROCESSABLE_ENTITY, StatusCode::OK);

    let topic = format!("/nb/needs/{}/respond/q1", need.slug);
    per.post(&topic, &[("answers.0.text", "Sensorer")]).await.is(ok);
    let opened = kari.get(&topic).await.field("version");
    per.post(&topic, &[("answers.0.text", "Kameraer"), ("version", &opened)]).await.is(ok);
    house.work().await;
    let typed = [("answers.0.text", "Matter"), ("version", opened.as_str())];
    let late = kari.post(&topic, &typed).await.is(invalid).says("per lagret").says("Kameraer");
    assert!(late.html.contains("Matter"), "what was typed is there");
    let typed = [typed[0], ("version", &*late.field("version"))].map(|(n, v)| (n, v.to_owned()));
    let typed = [(typed[0].0, typed[0].1.as_str()), (typed[1].0, typed[1].1.as_str())];
    kari.post(&topic, &typed).await.is(ok);
    kari.get(&topic).await.says("Matter");

    let summary = format!("/nb/m/needs/{}/summary", need.slug);
    let write = |text: &'static str| [("overview", text), ("version", "0"), ("participants", "COUNT")];
    olav.post(&summary, &write("Markedet er modent.")).await.is(ok);
    house.work().await;
    let late = olav.post(&summary, &write("Markedet er ungt.")).await.is(invalid);
    let late = late.says("olav.officer lagret").says("Markedet er ungt.");
    assert_eq!(late.field("version"), "1");

    let edit = format!("/nb/m/needs/{}/edit?step=2", need.slug);
    let opened = olav.get(&edit).await.is(ok).field("version");
    let typed =
        |text, criteria| [("effects", text), ("successCriteria", criteria), ("version", opened.as_str())];
    olav.post(&edit, &typed("Færre fall om natten.", "Ti av tolv soner.")).await.is(ok);
    house.work().await;
    let late = olav.post(&edit, &typed("Tryggere netter.", "")).await.is(invalid);
    // Also the field that was not touched here: its colleague's text is not lost unseen.
    late.says("olav.officer lagret")
        .says("Tryggere netter.")
        .says("Færre fall om natten.")
        .says("Ti av tolv soner.");
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
