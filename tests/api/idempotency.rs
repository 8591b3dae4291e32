//! Keys under which a request is done once: over nodes, for one caller, for a day, and
//! nothing of the answer is legible in the database. Over HTTP: `http/idempotency.rs`.

use std::sync::Arc;

use chrono::TimeDelta;
use domain::idempotency::{self, Claim, Found};
use domain::{Actor, App, accounts};
use entity::idempotency_key;
use mail::MemoryMailer;
use sea_orm::{EntityTrait, PaginatorTrait};
use tests::{House, TestClock};
use types::{OrganisationKind, Role};

const KEY: &str = "8e03978e-40d5-43dd-bc93-6894a57f9324";
const ASKED: &[u8] = b"mutation { publishNeed }";

async fn node(house: &House) -> App {
    let mailer = Arc::new(MemoryMailer::new(tests::sender(), Arc::new(TestClock::default())));
    House::node(&house.url, mailer).await
}

async fn take(app: &App, actor: &Actor) -> Found {
    idempotency::take(app, actor, KEY, ASKED).await.unwrap()
}

/// The claim of a key that was free.
async fn free(app: &App, actor: &Actor) -> Claim {
    match take(app, actor).await {
        Found::Nothing(claim) => claim,
        found => panic!("{found:?}"),
    }
}

#[tokio::test]
async fn a_key_holds_on_every_node_from_its_first_moment() {
    let house = House::new().await;
    let (one, two) = (&house.app, node(&house).await);
    let officer = house.officer().await;
    let claim = free(one, &officer).await;
    assert!(matches!(take(&two, &officer).await, Found::Running));
    let other = idempotency::take(&two, &officer, KEY, b"mutation { closeNeed }").await.unwrap();
    assert!(matches!(other, Found::Other), "{other:?}");
    claim.keep(one, "{\"data\":1}").await.unwrap();
    let found = take(&two, &officer).await;
    assert!(matches!(&found, Found::Answer(answer) if answer == "{\"data\":1}"), "{found:?}");
    let other = idempotency::take(&two, &officer, KEY, b"mutation { closeNeed }").await.unwrap();
    assert!(matches!(other, Found::Other), "{other:?}");
    house.finish().await;
}

#[tokio::test]
async fn of_twenty_at_once_on_two_nodes_one_runs() {
    let house = House::new().await;
    let nodes = [house.app.clone(), Arc::new(node(&house).await)];
    let officer = house.officer().await;
    let all: Vec<_> = (0..20)
        .map(|n| {
            let (app, officer) = (nodes[n % 2].clone(), officer.clone());
            tokio::spawn(async move { take(&app, &officer).await })
        })
        .collect();
    let (mut first, mut running) = (0, 0);
    for one in all {
        match one.await.unwrap() {
            Found::Nothing(_) => first += 1,
            Found::Running => running += 1,
            found => panic!("{found:?}"),
        }
    }
    assert_eq!((first, running), (1, 19));
    house.finish().await;
}

#[tokio::test]
async fn a_key_is_one_persons_acting_for_one_organisation() {
    let house = House::new().await;
    let officer = house.officer().await;
    free(&house.app, &officer).await.keep(&house.app, "hers").await.unwrap();
    let reviewer = house.reviewer().await;
    drop(free(&house.app, &reviewer).await);

    // The same person for somebody else, and again for the first.
    let other = house.organisation(OrganisationKind::Municipality, "Lund kommune", None).await;
    let person = officer.person().unwrap();
    let there = house.member(&other, person.email.as_str(), &[Role::Owner]).await;
    assert_eq!(there.person().unwrap().id, person.id);
    drop(free(&house.app, &there).await);
    let back = accounts::act_for(&house.app, &there, officer.organisation_id()).await.unwrap();
    assert!(matches!(take(&house.app, &back).await, Found::Answer(answer) if answer == "hers"));
    let nobody = idempotency::take(&house.app, &Actor::default(), KEY, ASKED).await;
    assert!(nobody.is_err(), "{nobody:?}");
    house.finish().await;
}

#[tokio::test]
async fn a_key_given_back_is_free_and_one_cut_off_is_never_run_again() {
    let house = House::new().await;
    let officer = house.officer().await;
    free(&house.app, &officer).await.give_back(&house.app).await.unwrap();
    drop(free(&house.app, &officer).await);
    house.clock.advance(TimeDelta::minutes(4));
    assert!(matches!(take(&house.app, &officer).await, Found::Running));
    house.clock.advance(TimeDelta::minutes(2));
    assert!(matches!(take(&house.app, &officer).await, Found::Lost));
    house.finish().await;
}

#[tokio::test]
async fn an_answer_is_sealed_and_goes_after_a_day() {
    let house = House::new().await;
    let officer = house.officer().await;
    let secret = "{\"data\":{\"token\":\"sst_shown_once\"}}";
    free(&house.app, &officer).await.keep(&house.app, secret).await.unwrap();
    let rows = idempotency_key::Entity::find().all(house.app.db.read()).await.unwrap();
    let sealed = rows[0].answer.clone().unwrap();
    assert!(!sealed.windows(10).any(|w| w == b"shown_once"));
    assert!(!format!("{rows:?}").contains(KEY), "the key is the other half of what opens it");

    house.clock.advance(TimeDelta::hours(23));
    house.work().await;
    assert!(matches!(take(&house.app, &officer).await, Found::Answer(_)));
    house.clock.advance(TimeDelta::hours(1));
    drop(free(&house.app, &officer).await);
    house.clock.advance(TimeDelta::hours(24));
    house.work().await;
    let left = idempotency_key::Entity::find().count(house.app.db.read()).await.unwrap();
    assert_eq!(left, 0, "swept");
    house.finish().await;
}
