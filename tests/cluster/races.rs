//! Two nodes at once: of two who publish one wins, and no event has more guests than places.

use chrono::TimeDelta;
use domain::events::{self, EventInput, PlanEvent};
use domain::needs::{self, CreateNeed};
use futures::future::join_all;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use types::{EventId, EventKind, NeedState, RegistrationState, Role};

use crate::cluster::Cluster;
use crate::wire;

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_publish_one_wins() {
    const NEEDS: usize = 12;
    let cluster = Cluster::new().await;
    let house = &cluster.house;
    let officer = house.officer().await;
    let buyer = domain::organisations::get(&house.app, officer.organisation_id().unwrap()).await.unwrap();
    let mut reviewers = Vec::new();
    for name in ["rita", "rolf"] {
        let reviewer = house.member(&buyer, &format!("{name}@t.example.no"), &[Role::Reviewer]).await;
        reviewers.push(cluster.token(&reviewer).await);
    }
    let mut sent = Vec::new();
    for _ in 0..NEEDS {
        let draft = CreateNeed { content: cluster.content() };
        let need = needs::create(&house.app, &officer, draft).await.unwrap();
        sent.push(needs::submit(&house.app, &officer, need.id, None).await.unwrap());
    }
    let (here, there) = (cluster.node().await, cluster.node().await);
    let document = wire::document("approveNeed", "need { state }");
    for (n, need) in sent.iter().enumerate() {
        // With the version that was read, and without.
        let version = n.is_multiple_of(2).then_some(need.version);
        let input = json!({ "input": { "needId": graphql::encode(need.id), "expectedVersion": version } });
        let (one, other) = tokio::join!(
            wire::ask(&here.host, &reviewers[0], &document, &input),
            wire::ask(&there.host, &reviewers[1], &document, &input)
        );
        let won = |answer: &Value| answer["approveNeed"]["need"]["state"] == "PUBLISHED";
        assert!(won(&one) != won(&other), "{one} {other}");
        let lost = if won(&one) { other } else { one };
        let code = lost["approveNeed"]["userErrors"][0]["code"].as_str().unwrap();
        assert!(["STALE_VERSION", "WRONG_STATE"].contains(&code), "{lost}");
    }
    for need in &sent {
        let now = entity::need::Entity::find_by_id(need.id).one(house.app.db.read()).await.unwrap().unwrap();
        assert_eq!(now.state, NeedState::Published);
        let versions = entity::need_version::Entity::find().all(house.app.db.read()).await.unwrap();
        assert_eq!(versions.iter().filter(|v| v.need_id == need.id).count(), 1, "published once");
    }
    assert!(here.stop() && there.stop());
    cluster.finish().await;
}

/// An event of a public need, with few places.
async fn event(cluster: &Cluster, capacity: i32) -> EventId {
    let house = &cluster.house;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let need = cluster.published(&officer, &reviewer).await;
    let start = house.app.now() + TimeDelta::days(21);
    let content = EventInput {
        title: Some("Dialogkonferanse".to_owned()),
        description: Some("Vi hører på dere.".to_owned()),
        agenda: Some("- 09.00 Velkommen".to_owned()),
        starts_at: Some(start),
        ends_at: Some(start + TimeDelta::hours(3)),
        place: Some("Rådhuset".to_owned()),
        capacity: Some(Some(capacity)),
        persons_per_organisation: Some(3),
        registration_deadline: Some(Some(start - TimeDelta::days(2))),
        ..EventInput::default()
    };
    let plan = PlanEvent { need_id: need.id, kind: EventKind::DialogueConference, content };
    let planned = events::plan(&house.app, &officer, plan).await.unwrap();
    events::announce(&house.app, &officer, planned.event.id, None).await.unwrap().event.id
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_has_never_more_guests_than_places() {
    const CAPACITY: i32 = 7;
    const FIRMS: usize = 24;
    let cluster = Cluster::new().await;
    let house = &cluster.house;
    let event = event(&cluster, CAPACITY).await;
    let mut firms = Vec::new();
    for n in 0..FIRMS {
        let firm = house.supplier(&format!("Firma {n} AS"), &format!("kari@firma{n}.example.no")).await;
        firms.push(cluster.token(&firm).await);
    }
    let nodes = [cluster.node().await, cluster.node().await];
    let register = wire::document("registerForEvent", "registration { id state }");
    let withdraw = wire::document("withdrawFromEvent", "registration { id state }");
    let guests = |n: usize| -> Vec<Value> {
        let guest =
            |g: usize| json!({ "name": format!("Gjest {g}"), "email": format!("g{g}@firma{n}.example.no") });
        (0..=n % 3).map(guest).collect()
    };
    let (nodes, register, withdraw, guests) = (&nodes, &register, &withdraw, &guests);
    // Everybody at once; every third gives it up on the other node, and comes back, twice.
    let storm = firms.iter().enumerate().map(|(n, token)| async move {
        let input = json!({ "input": { "eventId": graphql::encode(event), "persons": guests(n) } });
        for turn in 0..3 {
            let node = &nodes[(n + turn) % 2];
            let got = wire::ask(&node.host, token, register, &input).await;
            let registration = &got["registerForEvent"]["registration"];
            assert!(registration["id"].is_string(), "{got}");
            if !n.is_multiple_of(3) || turn == 2 {
                return;
            }
            let leave = json!({ "input": { "registrationId": registration["id"], "reason": "Kan ikke" } });
            let left = wire::ask(&nodes[(n + turn + 1) % 2].host, token, withdraw, &leave).await;
            assert_eq!(left["withdrawFromEvent"]["userErrors"], json!([]), "{left}");
        }
    });
    join_all(storm).await;

    let rows = entity::event_registration::Entity::find().all(house.app.db.read()).await.unwrap();
    assert_eq!(rows.len(), FIRMS);
    let of = |state: RegistrationState| rows.iter().filter(move |row| row.state == state);
    let taken: i32 = of(RegistrationState::Registered).map(|row| row.places).sum();
    assert!(taken <= CAPACITY, "{taken} guests");
    let waiting: Vec<_> = of(RegistrationState::Waiting).collect();
    let least = waiting.iter().map(|row| row.places).min().unwrap();
    assert!(CAPACITY - taken < least, "{} places are free, and {least} would do", CAPACITY - taken);
    let mut numbers: Vec<_> = waiting.iter().filter_map(|row| row.queue_number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), waiting.len(), "each has a place of its own in the queue");
    let kept = entity::event::Entity::find_by_id(event).one(house.app.db.read()).await.unwrap().unwrap();
    assert_eq!(kept.taken, taken);
    assert!(nodes.iter().all(|node| node.log_text().contains("listening")));
    cluster.finish().await;
}
