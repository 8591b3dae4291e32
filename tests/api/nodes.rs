//! Two nodes on one database: what one does, the other tells.

use std::sync::Arc;

use domain::Actor;
use domain::questions::{self, Announce};
use futures::{FutureExt, StreamExt};
use mail::MemoryMailer;
use serde_json::json;
use tests::{House, TestClock};
use types::Language;

const LISTEN: &str = "subscription($id: ID!) { needChanged(needId: $id) { kind } }";

#[tokio::test]
async fn what_another_node_seals_wakes_who_listens_at_this_one() {
    let house = House::new().await;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let need = crate::thread::published(&house, &officer, &reviewer).await;
    house.work().await;
    let mailer = Arc::new(MemoryMailer::new(tests::sender(), Arc::new(TestClock::default())));
    let other = House::node(&house.url, mailer).await;
    let id = json!({ "id": graphql::encode(need.id) });
    let mut told = house.api().listen(&Actor::anonymous(Language::Nb), LISTEN, id);
    // The first poll only begins to listen, so the other node goes on until it is heard.
    let mut heard = None;
    for n in 0..200 {
        let news = Announce { need_id: need.id, title: format!("Nytt {n}"), body: "Til alle.".to_owned() };
        questions::announce(&other, &officer, news).await.unwrap();
        while domain::settle(&other, "other").await.unwrap() {}
        // As this node's worker does every second.
        assert!(!domain::settle(&house.app, "this").await.unwrap(), "the other has done everything");
        heard = told.next().now_or_never().flatten();
        if heard.is_some() {
            break;
        }
    }
    let entry = heard.expect("something is told");
    assert_eq!(entry["data"]["needChanged"], json!({ "kind": "announcement.published" }));
    drop(told);
    house.finish().await;
}
