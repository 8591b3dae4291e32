//! The log, and sending anew.

use chrono::TimeDelta;
use domain::webhooks::{self, KEPT};
use serde_json::{Value, json};
use tests::House;
use types::{EntryKind, WebhookDeliveryState};

use super::receiver::{Answer, Receiver};
use super::{drafts, fresh, log, made};

const DRAFTED: &[EntryKind] = &[EntryKind::NeedDrafted];
const READ: &str = "query($id: ID!, $states: [WebhookDeliveryState!], $first: Int, $after: String) { \
    node(id: $id) { ... on WebhookEndpoint { url state kinds failingSince lastDeliveredAt \
      deliveries(filter: { states: $states }, first: $first, after: $after) { totalCount \
        nodes { id messageId kind changeId state attempts status failure excerpt durationMs nextAttemptAt body } \
        pageInfo { hasNextPage endCursor } } } } }";

#[tokio::test]
async fn the_log_says_what_became_of_each_message() {
    let house = House::new().await;
    let (api, officer) = (house.api(), house.officer().await);
    let receiver = Receiver::start();
    let id = made(&house, &officer, &receiver.url(), DRAFTED).await.endpoint.id;
    receiver.answers(Answer::Status(200, "", "takk\n\n  skal du ha"));
    drafts(&house, &officer).await;
    house.work().await;
    receiver.answers(Answer::Status(404, "", ""));
    drafts(&house, &officer).await;
    house.work().await;
    let of = json!({ "id": graphql::encode(id) });
    let seen = api.ask(&officer, READ, of.clone()).await["node"].take();
    assert_eq!((&seen["state"], &seen["kinds"]), (&json!("ACTIVE"), &json!(["NEED_DRAFTED"])));
    assert!(seen["failingSince"].is_string() && seen["lastDeliveredAt"].is_string());
    let nodes = seen["deliveries"]["nodes"].as_array().unwrap();
    assert_eq!(seen["deliveries"]["totalCount"], 2);
    let [latest, first] = &nodes[..] else { panic!("{nodes:?}") };
    assert_eq!(first["excerpt"], "takk skal du ha");
    assert_eq!(
        (&first["state"], &first["status"], &first["attempts"]),
        (&json!("DELIVERED"), &json!(200), &json!(1))
    );
    assert!(
        first["durationMs"].is_number() && first["failure"].is_null() && first["nextAttemptAt"].is_null()
    );
    assert_eq!(
        (&latest["state"], &latest["status"], &latest["failure"]),
        (&json!("PENDING"), &json!(404), &json!("REFUSED"))
    );
    assert!(latest["nextAttemptAt"].is_string());
    assert_eq!(receiver.heard()[1].id(), latest["messageId"].as_str().unwrap());
    let change = api.ask(
        &officer,
        "query($id: ID!) { node(id: $id) { ... on Change { kind } } }",
        json!({ "id": first["changeId"] }),
    );
    assert_eq!(change.await["node"]["kind"], "NEED_DRAFTED");
    // A part of it, page by page.
    let mut part = of.clone();
    part["states"] = json!(["DELIVERED"]);
    let part = api.ask(&officer, READ, part).await["node"]["deliveries"]["nodes"].take();
    assert_eq!(part.as_array().unwrap().len(), 1);
    let mut page = of.clone();
    page["first"] = json!(1);
    let one = api.ask(&officer, READ, page.clone()).await["node"]["deliveries"].take();
    assert_eq!(one["pageInfo"]["hasNextPage"], true);
    page["after"] = one["pageInfo"]["endCursor"].clone();
    let two = api.ask(&officer, READ, page).await["node"]["deliveries"].take();
    assert_eq!((&two["nodes"][0]["id"], &two["pageInfo"]["hasNextPage"]), (&first["id"], &json!(false)));

    // It is kept for thirty days.
    house.clock.advance(KEPT - TimeDelta::minutes(1));
    receiver.answers(Answer::Status(200, "", ""));
    house.work().await;
    assert_eq!(log(&house, id).await.len(), 2);
    house.clock.advance(TimeDelta::minutes(2));
    house.work().await;
    assert_eq!(log(&house, id).await.len(), 0);
    house.finish().await;
}

#[tokio::test]
async fn one_message_or_all_that_failed_are_sent_anew() {
    let house = House::new().await;
    let (api, officer) = (house.api(), house.officer().await);
    let receiver = Receiver::start();
    let id = made(&house, &officer, &receiver.url(), DRAFTED).await.endpoint.id;
    drafts(&house, &officer).await;
    house.work().await;
    let first = receiver.heard().remove(0);
    let line = graphql::encode(log(&house, id).await[0].id);
    let anew = json!({ "deliveryId": line });
    let done = api.done(&officer, "replayWebhookDelivery", "delivery { state attempts }", anew.clone()).await;
    assert_eq!(done["delivery"], json!({ "state": "PENDING", "attempts": 0 }));
    assert_eq!(api.refused(&officer, "replayWebhookDelivery", anew.clone()).await, ["WRONG_STATE"]);
    house.work().await;
    let again = receiver.heard().remove(0);
    assert_eq!((again.id(), &again.body), (first.id(), &first.body));

    // All since a time: not what is older, not what went well, no tests.
    receiver.answers(Answer::Status(410, "", ""));
    drafts(&house, &officer).await;
    house.work().await;
    house.clock.advance(TimeDelta::hours(1));
    let officer = fresh(&house, &officer).await;
    let since = house.app.now();
    for _ in 0..2 {
        webhooks::enable(&house.app, &officer, id).await.unwrap();
        drafts(&house, &officer).await;
        house.work().await;
    }
    webhooks::enable(&house.app, &officer, id).await.unwrap();
    webhooks::ping(&house.app, &officer, id).await.unwrap();
    house.work().await;
    let failed =
        |rows: &[webhooks::Delivery]| rows.iter().filter(|d| d.state == WebhookDeliveryState::Failed).count();
    assert_eq!(failed(&log(&house, id).await), 4);
    receiver.answers(Answer::Status(200, "", ""));
    receiver.heard();
    let all = json!({ "endpointId": graphql::encode(id), "since": since });
    assert_eq!(api.refused(&officer, "replayFailedWebhookDeliveries", all.clone()).await, ["WRONG_STATE"]);
    webhooks::enable(&house.app, &officer, id).await.unwrap();
    let future = json!({ "endpointId": graphql::encode(id), "since": since + TimeDelta::days(1) });
    assert_eq!(api.refused(&officer, "replayFailedWebhookDeliveries", future).await, ["OUT_OF_RANGE since"]);
    let done = api.done(&officer, "replayFailedWebhookDeliveries", "replayedCount", all).await;
    assert_eq!(done["replayedCount"], 2);
    house.work().await;
    assert_eq!(receiver.heard().len(), 2);
    assert_eq!(failed(&log(&house, id).await), 2);
    house.finish().await;
}

#[tokio::test]
async fn a_list_asks_the_database_as_often_for_many_as_for_one() {
    let house = House::new().await;
    let (api, officer) = (house.api(), house.officer().await);
    let list = "{ webhookEndpoints { totalCount nodes { id url description kinds state version answerable { name } createdAt } } }";
    let mut counts = Vec::new();
    for wanted in [1, 6] {
        while entity_count(&house).await < wanted {
            made(&house, &officer, "https://kommune.example.no/hook", &[]).await;
        }
        let before = house.app.db.statements();
        let seen = api.ask(&officer, list, Value::Null).await;
        assert_eq!(seen["webhookEndpoints"]["totalCount"], wanted);
        counts.push(house.app.db.statements() - before);
    }
    assert_eq!(counts[0], counts[1]);
    house.finish().await;
}

async fn entity_count(house: &House) -> u64 {
    use sea_orm::{EntityTrait, PaginatorTrait};
    entity::webhook_endpoint::Entity::find().count(house.app.db.read()).await.unwrap()
}
