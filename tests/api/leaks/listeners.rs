//! Who listens hears what they may know now, not what they might when they began.

use domain::Actor;
use domain::questions::{self, Announce};
use futures::StreamExt;
use serde_json::{Value, json};
use tests::{Api, House};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use types::{NeedId, Role};

const LISTEN: &str = "subscription($id: ID!) { needChanged(needId: $id) { id } }";
const NEWEST: &str = "query($id: ID!) { node(id: $id) { ... on Need { log(first: 1) { nodes { id } } } } }";

/// Says something to all; the id of its entry.
async fn announce(house: &House, api: &Api, officer: &Actor, need_id: NeedId) -> Value {
    let news = Announce { need_id, title: "Nytt".to_owned(), body: "Til alle.".to_owned() };
    questions::announce(&house.app, officer, news).await.unwrap();
    house.work().await;
    let newest = api.ask(officer, NEWEST, json!({ "id": graphql::encode(need_id) })).await;
    newest["node"]["log"]["nodes"][0]["id"].clone()
}

/// What somebody hears from now on, as long as they hear anything.
fn listen(api: &Api, who: &Actor, need: NeedId) -> UnboundedReceiver<Value> {
    let mut told = api.listen(who, LISTEN, json!({ "id": graphql::encode(need) }));
    let (sender, heard) = unbounded_channel();
    tokio::spawn(async move {
        while let Some(entry) = told.next().await {
            sender.send(entry["data"]["needChanged"]["id"].clone()).unwrap();
        }
    });
    heard
}

#[tokio::test]
async fn who_is_removed_hears_what_everybody_hears_and_who_signs_out_nothing() {
    let house = House::new().await;
    let api = house.api();
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let need = crate::thread::published(&house, &officer, &reviewer).await;
    let buyer = domain::organisations::find(&house.app, officer.organisation_id().unwrap()).await;
    let buyer = buyer.unwrap().unwrap();
    let leaver = house.member(&buyer, "lars@trondheim.example.no", &[Role::Reader]).await;
    let mut heard = listen(&api, &leaver, need.id);
    // To listen begins at some moment after it is asked for.
    while heard.is_empty() {
        announce(&house, &api, &officer, need.id).await;
    }

    let leave = json!({ "organisationId": graphql::encode(buyer.id) });
    api.done(&leaver, "leaveOrganisation", "membership { id }", leave).await;
    let last = announce(&house, &api, &officer, need.id).await;
    while heard.recv().await.expect("what is public") != last {}
    let draft = json!({ "needId": graphql::encode(need.id), "content": { "scale": "500 brukere" } });
    api.done(&officer, "saveNeedDraft", "need { id }", draft).await;
    let next = announce(&house, &api, &officer, need.id).await;
    assert_eq!(heard.recv().await, Some(next), "and not what is internal");

    domain::accounts::sign_out(&house.app, &leaver).await.unwrap();
    announce(&house, &api, &officer, need.id).await;
    assert_eq!(heard.recv().await, None, "the end");
    house.finish().await;
}
