//! Webhooks: what is told, to whom, how often, and what a receiver can't do to us.

mod addresses;
mod log;
mod receiver;
mod rights;
mod tries;

use chrono::TimeDelta;
use domain::changes::{self, Filter};
use domain::needs::{self, CreateNeed};
use domain::webhooks::{self, CreateEndpoint, CreatedEndpoint, Delivery};
use domain::{Actor, page::PageRequest};
use receiver::Receiver;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tests::House;
use types::{EntryKind, WebhookDeliveryState, WebhookEndpointId, WebhookState};

use crate::record::published;
use crate::thread::content;

/// Makes an endpoint that is told of some kinds; of all where there are none.
async fn made(house: &House, actor: &Actor, url: &str, kinds: &[EntryKind]) -> CreatedEndpoint {
    let input =
        CreateEndpoint { url: url.to_owned(), description: "Sakssystemet".to_owned(), kinds: kinds.to_vec() };
    webhooks::create(&house.app, actor, input).await.unwrap()
}

/// The actor as at the next request, having just proved who it is.
async fn fresh(house: &House, actor: &Actor) -> Actor {
    let anew = crate::suspension::anew(house, actor).await;
    Actor { authenticated_at: Some(house.app.now()), ..anew }
}

/// All that an endpoint was told, the oldest first.
async fn log(house: &House, id: WebhookEndpointId) -> Vec<Delivery> {
    let mut rows = entity::webhook_delivery::Entity::find().all(house.app.db.read()).await.unwrap();
    rows.retain(|row| row.endpoint_id == id);
    rows.sort_by_key(|row| row.id);
    rows
}

async fn state(house: &House, id: WebhookEndpointId) -> WebhookState {
    let found = entity::webhook_endpoint::Entity::find_by_id(id).one(house.app.db.read()).await;
    found.unwrap().unwrap().state
}

/// A draft of the officer's: something that the buyer alone is told.
async fn drafts(house: &House, officer: &Actor) {
    needs::create(&house.app, officer, CreateNeed { content: content(house) }).await.unwrap();
}

#[tokio::test]
async fn an_organisation_is_told_what_the_feed_tells_it_and_nothing_else() {
    let house = House::new().await;
    let (app, api) = (&house.app, house.api());
    let officer = house.officer().await;
    let asker = house.supplier("Sensor AS", "kari@sensor.example.no").await;
    let other = house.supplier("Annen AS", "per@annen.example.no").await;
    house.work().await;
    let mut all = Vec::new();
    for actor in [&officer, &asker, &other] {
        let receiver = Receiver::start();
        let endpoint = made(&house, actor, &receiver.url(), &[]).await;
        all.push((actor.clone(), receiver, endpoint, changes::now(app, actor).await.unwrap()));
    }
    let need = published(&house).await;
    crate::record::ask(app, &asker, &need, "Hva med hemmelig nattevakt?").await;
    drafts(&house, &officer).await;
    house.work().await;
    for (actor, receiver, endpoint, since) in &all {
        let page = changes::read(app, actor, &Filter::default(), 100, Some(since)).await.unwrap();
        assert!(page.is_complete && !page.rows.is_empty());
        let told: Vec<Value> = receiver.heard().iter().map(receiver::Heard::json).collect();
        let wanted: Vec<Value> = page
            .rows
            .iter()
            .map(|(_, change)| {
                let mut data = json!({ "id": graphql::encode(types::ChangeId(change.id.0)) });
                if let Some(need) = change.need_id {
                    data["needId"] = json!(graphql::encode(need));
                }
                if let Some(organisation) = change.organisation_id {
                    data["organisationId"] = json!(graphql::encode(organisation));
                }
                let at = change.occurred_at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
                json!({ "type": change.kind.as_str(), "timestamp": at, "data": data })
            })
            .collect();
        let sorted = |mut values: Vec<Value>| {
            values.sort_by_key(Value::to_string);
            values
        };
        assert_eq!(sorted(told.clone()), sorted(wanted));
        // What is told is there for who is told.
        for message in &told {
            let read = "query($id: ID!) { node(id: $id) { id ... on Change { kind occurredAt } } }";
            let node = api.ask(actor, read, json!({ "id": message["data"]["id"] })).await;
            assert_eq!(node["node"]["id"], message["data"]["id"]);
        }
        assert_eq!(state(&house, endpoint.endpoint.id).await, WebhookState::Active);
    }
    let drafted = |told: &[Delivery]| {
        told.iter()
            .filter(|d| d.kind == Some(EntryKind::NeedDraftSaved) || d.kind == Some(EntryKind::NeedDrafted))
            .count()
    };
    assert!(drafted(&log(&house, all[0].2.endpoint.id).await) >= 2, "its own drafts");
    for (_, _, endpoint, _) in &all[1..] {
        assert_eq!(drafted(&log(&house, endpoint.endpoint.id).await), 0, "a stranger's draft");
    }
    let is_of_question = |told: Vec<Delivery>| told.iter().any(|d| d.kind == Some(EntryKind::QuestionAsked));
    assert!(is_of_question(log(&house, all[0].2.endpoint.id).await), "the buyer");
    assert!(!is_of_question(log(&house, all[2].2.endpoint.id).await), "another supplier");
    house.finish().await;
}

#[tokio::test]
async fn a_message_is_thin_and_signed_and_holds_nobody() {
    let house = House::new().await;
    let officer = house.officer().await;
    let receiver = Receiver::start();
    let made = made(&house, &officer, &format!("{}?key=1", receiver.url()), &[EntryKind::NeedDrafted]).await;
    assert!(made.secret.starts_with("whsec_") && made.secret.len() == 6 + 44);
    drafts(&house, &officer).await;
    house.work().await;
    let heard = receiver.heard();
    let [message] = &heard[..] else { panic!("{heard:?}") };
    assert_eq!(message.path, "/hook?key=1");
    assert_eq!(message.signatures(&made.secret), (1, 1));
    assert_eq!(message.headers["webhook-timestamp"], house.app.now().timestamp().to_string());
    assert_eq!(message.headers["content-type"], "application/json");
    assert!(message.id().starts_with("msg_"));
    let body = message.json();
    assert_eq!(body["type"], "need.drafted");
    let fields: Vec<&str> = body["data"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(fields, ["id", "needId"]);
    for hidden in ["Trygghet", "olav", "officer", "cookie", "authorization", &made.secret] {
        let all = format!("{:?} {}", message.headers, message.body);
        assert!(!all.contains(hidden), "{hidden}: {all}");
    }
    // The secret lies in no column as it is.
    let rows = entity::webhook_endpoint::Entity::find().all(house.app.db.read()).await.unwrap();
    assert!(!format!("{rows:?}").contains(made.secret.strip_prefix("whsec_").unwrap()));
    house.finish().await;
}

#[tokio::test]
async fn only_the_chosen_kinds_from_now_on() {
    let house = House::new().await;
    let officer = house.officer().await;
    let receiver = Receiver::start();
    drafts(&house, &officer).await;
    house.work().await;
    let endpoint = made(&house, &officer, &receiver.url(), &[EntryKind::NeedPublished]).await;
    house.work().await;
    assert_eq!(receiver.heard().len(), 0, "nothing of before");
    published(&house).await;
    house.work().await;
    let kinds: Vec<Value> = receiver.heard().iter().map(|h| h.json()["type"].clone()).collect();
    assert_eq!(kinds, [json!("need.published")]);
    // Two workers that read the record do not tell anything twice, and a dead cursor is no trouble.
    house.work().await;
    assert_eq!(log(&house, endpoint.endpoint.id).await.len(), 1);
    house.finish().await;
}

#[tokio::test]
async fn a_new_secret_and_the_one_before_sign_for_a_day() {
    let house = House::new().await;
    let officer = house.officer().await;
    let receiver = Receiver::start();
    let first = made(&house, &officer, &receiver.url(), &[EntryKind::NeedDrafted]).await;
    let id = first.endpoint.id;
    let second = webhooks::rotate_secret(&house.app, &officer, id, None).await.unwrap();
    assert_ne!(first.secret, second.secret);
    drafts(&house, &officer).await;
    house.work().await;
    let heard = receiver.heard();
    assert_eq!(heard[0].signatures(&second.secret), (1, 2));
    assert_eq!(heard[0].signatures(&first.secret), (1, 2));
    house.clock.advance(TimeDelta::hours(24) + TimeDelta::seconds(1));
    let officer = fresh(&house, &officer).await;
    drafts(&house, &officer).await;
    house.work().await;
    let heard = receiver.heard();
    assert_eq!(heard[0].signatures(&second.secret), (1, 1));
    assert_eq!(heard[0].signatures(&first.secret), (0, 1));
    // It is gone, not only unused.
    let row =
        entity::webhook_endpoint::Entity::find_by_id(id).one(house.app.db.read()).await.unwrap().unwrap();
    assert_eq!((row.sealed_before, row.signs_before_until), (None, None));
    house.finish().await;
}

#[tokio::test]
async fn a_test_message_says_at_once_how_it_went() {
    let house = House::new().await;
    let officer = house.officer().await;
    let receiver = Receiver::start();
    let endpoint = made(&house, &officer, &receiver.url(), &[]).await.endpoint;
    house.work().await;
    receiver.heard();
    webhooks::ping(&house.app, &officer, endpoint.id).await.unwrap();
    house.work().await;
    let heard = receiver.heard();
    let body = heard.last().unwrap().json();
    assert_eq!(body["type"], "webhook.ping");
    let read = "query($id: ID!) { node(id: $id) { ... on WebhookEndpoint { description } } }";
    let node = house.api().ask(&officer, read, json!({ "id": body["data"]["id"] })).await;
    assert_eq!(node["node"]["description"], "Sakssystemet");
    // One that fails is tried once, and counts for nothing.
    receiver.answers(receiver::Answer::Status(500, "", "no"));
    webhooks::ping(&house.app, &officer, endpoint.id).await.unwrap();
    house.work().await;
    let last = log(&house, endpoint.id).await.pop().unwrap();
    assert_eq!((last.state, last.attempts, last.status), (WebhookDeliveryState::Failed, 1, Some(500)));
    let found = webhooks::find(&house.app, &officer, endpoint.id).await.unwrap().unwrap().endpoint;
    assert_eq!((found.failures, found.failing_since), (0, None));
    let page = PageRequest::default();
    let listed = webhooks::deliveries(&house.app, &officer, endpoint.id, &[], &page);
    assert_eq!(listed.await.unwrap().rows.len(), log(&house, endpoint.id).await.len());
    house.finish().await;
}
