//! More ask at once than there are connections: whoever waits for one holds none.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::Request;
use domain::App;
use domain::throttle::{Allowance, Allowances, Throttle};
use entity::need;
use futures::future::{join, join_all};
use graphql::ApiSettings;
use identity::Tokens;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;
use tests::House;
use tokio::time::timeout;

/// Less than one waits for a connection before one is told that there is none.
const PATIENCE: Duration = Duration::from_secs(25);

/// The fields of one request are read at the same time, some as who asks, some as the product.
#[tokio::test]
async fn the_fields_of_a_request_never_hold_one_connection_and_wait_for_another() {
    let house = House::new().await;
    let officer = house.officer().await;
    let all = (0..24).map(|_| {
        let app = house.app.asked_by(&officer);
        async move {
            let own = async {
                for _ in 0..20 {
                    need::Entity::find().count(app.db.read()).await.unwrap();
                }
            };
            let product = async {
                for n in 0..20 {
                    need::Entity::find().count(app.db.product()).await.unwrap();
                    if n % 5 == 0 {
                        app.db.write().await.unwrap().commit().await.unwrap();
                        drop(app.db.snapshot().await.unwrap());
                    }
                }
            };
            join(own, product).await
        }
    });
    timeout(PATIENCE, join_all(all)).await.expect("they wait for each other");
    house.finish().await;
}

/// Operations write what they cost when they are done, and mutations besides.
#[tokio::test]
async fn nobody_waits_for_a_connection_holding_one() {
    let house = House::new().await;
    let officer = house.officer().await;
    for title in ["En", "To"] {
        let content = json!({ "content": { "title": title } });
        house.api().done(&officer, "createNeed", "need { id }", content).await;
    }
    let allowance = Allowance { points: 20_000, rate: 20_000 };
    let all = Allowances { person: allowance, token: allowance, address: allowance };
    let app = Arc::new(App { throttle: Throttle::new(all), ..house.app.as_nobody() });
    let api = graphql::Api::new(app.clone(), Arc::new(Tokens::new(app.clone())), ApiSettings::default());
    let read = "{ viewer { name sessions { id } acting { organisation { name } } } \
                  members { memberships { id person { name } } } \
                  own: ownNeeds(first: 3) { totalCount nodes { title log(first: 5) { nodes { text } } } } \
                  all: needs(first: 3) { totalCount nodes { title organisation { name } } } \
                  events(first: 3) { nodes { title } } changes(first: 3) { nodes { kind } } \
                  signInProviders { key } }";
    let write = "mutation { createNeed(input: { content: { title: \"Tre\" } }) \
                   { need { title log(first: 5) { nodes { text } } } userErrors { code } } }";
    let all = (0..96).map(|n| {
        let request = Request::new(if n % 4 == 0 { write } else { read });
        api.execute(request, &officer)
    });
    let answers = timeout(PATIENCE, join_all(all)).await;
    for answer in answers.expect("they wait for each other") {
        assert!(answer.errors.is_empty(), "{:?}", answer.errors);
    }
    house.finish().await;
}
