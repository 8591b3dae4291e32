//! How much one caller may ask for: over all nodes, without a statement for each
//! request, and told before it is too late.

use std::sync::Arc;

use async_graphql::Request;
use chrono::TimeDelta;
use domain::throttle::{self, Allowance, Allowances, Throttle};
use domain::{Actor, App, Error};
use entity::allowance;
use graphql::ApiSettings;
use identity::Tokens;
use mail::MemoryMailer;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use tests::{House, TestClock};
use types::{Language, OrganisationKind, Role};

const SMALL: Allowance = Allowance { points: 1_000, rate: 10 };

/// A node on the house's database, where everybody may ask for little.
async fn node(house: &House, allowance: Allowance) -> (App, Arc<TestClock>) {
    let clock = Arc::new(TestClock::default());
    let mailer = Arc::new(MemoryMailer::new(tests::sender(), clock.clone()));
    let all = Allowances { person: allowance, token: allowance, address: allowance };
    let node = House::node(&house.url, mailer).await;
    (App { throttle: Throttle::new(all), clock: clock.clone(), ..node }, clock)
}

fn visitor(address: &str) -> Actor {
    Actor { address: Some(address.to_owned()), ..Actor::anonymous(Language::En) }
}

/// Spends ten at a time on each of the nodes until all of them refuse; how much it was.
async fn drain(nodes: &[&App], actor: &Actor) -> u32 {
    let mut spent = 0;
    loop {
        let mut refusing = 0;
        for app in nodes {
            match throttle::spend(app, actor, 10).await {
                Ok(()) => spent += 10,
                Err(Error::RateLimited(seconds)) => {
                    assert!(seconds >= 1);
                    refusing += 1;
                }
                Err(error) => panic!("{error}"),
            }
        }
        if refusing == nodes.len() {
            return spent;
        }
        assert!(spent < 100_000, "it never ends");
    }
}

#[tokio::test]
async fn over_all_nodes_a_caller_gets_what_the_bucket_holds_and_a_portion_on_each() {
    let house = House::new().await;
    let ((one, first), (two, second), (three, third)) =
        (node(&house, SMALL).await, node(&house, SMALL).await, node(&house, SMALL).await);
    let all = [&one, &two, &three];
    let most = SMALL.points + 3 * (SMALL.portion() + 10);
    let spent = drain(&all, &visitor("192.0.2.1")).await;
    assert!((SMALL.points..=most).contains(&spent), "{spent} of {most}");
    assert_eq!(drain(&all, &visitor("192.0.2.1")).await, 0, "nothing comes back while time stands");
    assert!(drain(&all, &visitor("192.0.2.2")).await >= SMALL.points, "another one has its own");

    // Ten points a second come back, also together.
    for clock in [&first, &second, &third] {
        clock.advance(TimeDelta::seconds(30));
    }
    let spent = drain(&all, &visitor("192.0.2.1")).await;
    assert!((200..=300 + 3 * (SMALL.portion() + 10)).contains(&spent), "{spent}");
    house.finish().await;
}

#[tokio::test]
async fn a_hundred_at_once_get_no_more() {
    let house = House::new().await;
    let (one, _) = node(&house, SMALL).await;
    let one = Arc::new(one);
    let all = (0..200).map(|_| {
        let app = one.clone();
        tokio::spawn(async move {
            let held = throttle::hold(&app, &visitor("192.0.2.1"), 10).await;
            tokio::task::yield_now().await;
            match held {
                Ok(held) => held.spend(&app, 10).await.map(|_| 10),
                Err(_) => None,
            }
        })
    });
    let mut spent = 0;
    for one in all.collect::<Vec<_>>() {
        spent += one.await.unwrap().unwrap_or(0);
    }
    assert_eq!(spent, SMALL.points);
    house.finish().await;
}

#[tokio::test]
async fn most_requests_ask_the_database_nothing_and_refusals_neither() {
    let house = House::new().await;
    let (one, _) = node(&house, SMALL).await;
    let (actor, before) = (visitor("192.0.2.1"), one.db.statements());
    for _ in 0..4 {
        throttle::spend(&one, &actor, 10).await.unwrap();
    }
    assert_eq!(one.db.statements(), before, "below a portion");
    drain(&[&one], &actor).await;
    let drained = one.db.statements();
    assert!(drained - before <= 4 * u64::from(SMALL.points / SMALL.portion()), "{}", drained - before);
    for _ in 0..1_000 {
        assert!(throttle::spend(&one, &actor, 10).await.is_err());
    }
    assert_eq!(one.db.statements(), drained, "refusals");
    house.finish().await;
}

#[tokio::test]
async fn a_person_is_one_whatever_the_address_and_a_household_too() {
    let house = House::new().await;
    let buyer = house.organisation(OrganisationKind::Municipality, "Lund kommune", None).await;
    let member = house.member(&buyer, "kari@lund.example.no", &[Role::Owner]).await;
    let (one, _) = node(&house, SMALL).await;
    let at = |actor: &Actor, address: &str| Actor { address: Some(address.to_owned()), ..actor.clone() };
    drain(&[&one], &at(&member, "192.0.2.1")).await;
    assert_eq!(drain(&[&one], &at(&member, "192.0.2.2")).await, 0);
    assert!(drain(&[&one], &visitor("192.0.2.1")).await > 0, "others of the same address are not hindered");
    drain(&[&one], &visitor("2001:db8:0:1::1")).await;
    assert_eq!(drain(&[&one], &visitor("2001:db8:0:1:ffff::2")).await, 0, "the same household");
    assert!(drain(&[&one], &visitor("2001:db8:0:2::1")).await > 0, "another one");
    assert!(throttle::spend(&one, &Actor::system(), 1_000_000).await.is_ok());

    // Neither an address nor a hash that could be tried out is kept.
    let rows = allowance::Entity::find().all(one.db.read()).await.unwrap();
    assert!(rows.iter().any(|row| row.key.starts_with("network:")));
    for row in &rows {
        assert!(!row.key.contains("192.0") && !row.key.contains("2001"), "{}", row.key);
        assert_ne!(row.key, format!("network:{}", domain::keys::token_hash("192.0.2.1")));
    }
    house.finish().await;
}

#[tokio::test]
async fn rows_that_say_nothing_any_more_are_swept() {
    let house = House::new().await;
    let (one, clock) = node(&house, SMALL).await;
    drain(&[&one], &visitor("192.0.2.1")).await;
    let rows = async || allowance::Entity::find().count(one.db.read()).await.unwrap();
    assert_eq!(throttle::sweep(&one).await.unwrap(), 0, "it is in force");
    assert_eq!(rows().await, 1);
    clock.advance(TimeDelta::seconds(200));
    assert_eq!(throttle::sweep(&one).await.unwrap(), 1);
    assert_eq!(rows().await, 0);
    house.finish().await;
}

#[tokio::test]
async fn an_answer_says_how_its_caller_stands_and_a_refusal_when_to_come_again() {
    let house = House::new().await;
    let (app, clock) = node(&house, Allowance { points: 5_000, rate: 100 }).await;
    let app = Arc::new(app);
    let api = graphql::Api::new(app.clone(), Arc::new(Tokens::new(app.clone())), ApiSettings::default());
    let ask = async |document: &str| {
        let answer = api.execute(Request::new(document), &visitor("192.0.2.1")).await;
        serde_json::to_value(answer).unwrap()
    };
    let answer = ask("{ needs(first: 50) { nodes { id } } }").await;
    let cost = json!({ "requestedQueryCost": 51, "actualQueryCost": 1, "throttleStatus":
        { "maximumAvailable": 5000, "currentlyAvailable": 4999, "restoreRate": 100 } });
    assert_eq!(answer["extensions"]["cost"], cost, "what was found counts, not what was asked for");

    let dear: Vec<String> = (0..20).map(|n| format!("t{n}: __type(name: \"Need\") {{ name }}")).collect();
    let dear = format!("{{ {} }}", dear.join(" "));
    let mut answer = ask(&dear).await;
    for _ in 0..3 {
        answer = ask(&dear).await;
    }
    let told = super::refusal(&answer);
    assert_eq!(told["code"], "RATE_LIMITED", "{answer}");
    assert_eq!(
        (&answer["data"], &answer["extensions"]["cost"]["actualQueryCost"]),
        (&Value::Null, &Value::Null)
    );
    let left = answer["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"].as_i64().unwrap();
    let wanted = answer["extensions"]["cost"]["requestedQueryCost"].as_i64().unwrap();
    let wait = told["retryAfter"].as_i64().unwrap();
    assert_eq!(wait, (wanted - left + 99) / 100, "{answer}");
    assert!(answer["errors"][0]["message"].as_str().unwrap().contains(&wait.to_string()), "{answer}");
    assert_eq!(ask("{ needs(first: 1) { nodes { id } } }").await["errors"], Value::Null, "less still fits");
    clock.advance(TimeDelta::seconds(wait + 1));
    assert_eq!(ask(&dear).await["errors"], Value::Null, "after that it fits");
    house.finish().await;
}
