//! Who may, and when nothing is told any more.

use chrono::TimeDelta;
use domain::accounts;
use domain::organisations;
use domain::webhooks::{self, MOST};
use domain::{Actor, Error};
use serde_json::json;
use tests::House;
use types::{EntryKind, ErrorCode, Language, Role, WebhookDeliveryState, WebhookFailure, WebhookState};

use super::receiver::{Answer, Receiver};
use super::{drafts, fresh, log, made, state};
use crate::record::published;

const DRAFTED: &[EntryKind] = &[EntryKind::NeedDrafted];

async fn administrator(house: &House) -> Actor {
    let chief = "sjef@samspill.example.no".parse().unwrap();
    let chief = accounts::make_administrator(&house.app, &chief, Some("Sjef"), Language::Nb).await.unwrap();
    house.sign_in(&chief).await
}

#[tokio::test]
async fn those_who_manage_members_may_having_proved_who_they_are() {
    let house = House::new().await;
    let (api, officer) = (house.api(), house.officer().await);
    let reviewer = house.reviewer().await;
    let other = house.supplier("Annen AS", "per@annen.example.no").await;
    let id = made(&house, &officer, "https://kommune.example.no/hook?key=abc", &[]).await.endpoint.id;
    let it = json!({ "endpointId": graphql::encode(id) });
    let new = json!({ "url": "https://kommune.example.no/x", "description": "X" });
    let changed = json!({ "endpointId": graphql::encode(id), "url": "https://kommune.example.no/x", "description": "X" });
    let since = json!({ "endpointId": graphql::encode(id), "since": house.app.now() });
    let all = [
        ("changeWebhookEndpoint", &changed),
        ("rotateWebhookSecret", &it),
        ("enableWebhookEndpoint", &it),
        ("disableWebhookEndpoint", &it),
        ("deleteWebhookEndpoint", &it),
        ("sendTestWebhook", &it),
        ("replayFailedWebhookDeliveries", &since),
    ];
    for (mutation, input) in all {
        assert_eq!(api.refused(&reviewer, mutation, (*input).clone()).await, ["FORBIDDEN"], "{mutation}");
        // Another organisation's manager can't tell it from none.
        assert_eq!(api.refused(&other, mutation, (*input).clone()).await, ["NOT_FOUND"], "{mutation}");
        assert_eq!(
            api.refused(&Actor::default(), mutation, (*input).clone()).await,
            ["UNAUTHENTICATED"],
            "{mutation}"
        );
    }
    assert_eq!(api.refused(&reviewer, "createWebhookEndpoint", new.clone()).await, ["FORBIDDEN"]);
    let late = Actor { authenticated_at: None, ..officer.clone() };
    assert_eq!(api.refused(&late, "createWebhookEndpoint", new).await, ["REAUTHENTICATION_REQUIRED"]);
    for (mutation, input) in &all[..3] {
        let told = api.refused(&late, mutation, (*input).clone()).await;
        assert_eq!(told, ["REAUTHENTICATION_REQUIRED"], "{mutation}");
    }
    let read =
        "query($id: ID!) { node(id: $id) { ... on WebhookEndpoint { url deliveries { nodes { id } } } } }";
    for (actor, sees) in [(&officer, true), (&reviewer, false), (&other, false), (&Actor::default(), false)] {
        let node = api.ask(actor, read, json!({ "id": graphql::encode(id) })).await;
        assert_eq!(node["node"].is_object(), sees);
    }
    // Stopping it needs no proof; and each deed is in the record, without the address.
    webhooks::disable(&house.app, &late, id).await.unwrap();
    webhooks::delete(&house.app, &late, id).await.unwrap();
    let entries = domain::record::read(house.app.db.read(), 0, 1_000).await.unwrap();
    assert!(!format!("{entries:?}").contains("kommune.example.no/hook"));
    house.finish().await;
}

#[tokio::test]
async fn an_organisation_has_ten_at_most_and_two_writers_do_not_undo_each_other() {
    let house = House::new().await;
    let (api, officer) = (house.api(), house.officer().await);
    let new = json!({ "url": "https://kommune.example.no/x", "description": "X" });
    let mut made = Vec::new();
    for _ in 0..MOST {
        made.push(api.done(&officer, "createWebhookEndpoint", "endpoint { id version }", new.clone()).await);
    }
    assert_eq!(api.refused(&officer, "createWebhookEndpoint", new.clone()).await, ["OUT_OF_RANGE"]);
    let change = |version: i64| {
        json!({ "endpointId": made[0]["endpoint"]["id"], "url": "https://kommune.example.no/y", "description": "Y",
            "kinds": ["NEED_PUBLISHED"], "expectedVersion": version })
    };
    let done = api.done(&officer, "changeWebhookEndpoint", "endpoint { url kinds version }", change(1)).await;
    assert_eq!(
        done["endpoint"],
        json!({ "url": "https://kommune.example.no/y", "kinds": ["NEED_PUBLISHED"], "version": 2 })
    );
    assert_eq!(api.refused(&officer, "changeWebhookEndpoint", change(1)).await, ["STALE_VERSION"]);
    let rotate =
        |version: i64| json!({ "endpointId": made[0]["endpoint"]["id"], "expectedVersion": version });
    api.done(&officer, "rotateWebhookSecret", "secret", rotate(2)).await;
    assert_eq!(api.refused(&officer, "rotateWebhookSecret", rotate(2)).await, ["STALE_VERSION"]);
    // Another organisation has its own ten.
    let other = house.supplier("Annen AS", "per@annen.example.no").await;
    api.done(&other, "createWebhookEndpoint", "endpoint { id }", new).await;
    house.finish().await;
}

#[tokio::test]
async fn nothing_is_sent_for_a_suspended_organisation() {
    let house = House::new().await;
    let (chief, officer) = (administrator(&house).await, house.officer().await);
    let buyer = officer.organisation_id().unwrap();
    let receiver = Receiver::start();
    let id = made(&house, &officer, &receiver.url(), &[]).await.endpoint.id;
    house.work().await;
    receiver.heard();
    // One waits when it is suspended, one happens afterwards.
    drafts(&house, &officer).await;
    while domain::settle(&house.app, "test").await.unwrap() {}
    let waiting = log(&house, id).await.iter().filter(|d| d.state == WebhookDeliveryState::Pending).count();
    assert!(waiting > 0);
    let before = log(&house, id).await.len();
    organisations::suspend(&house.app, &chief, buyer, "Kontoen er på avveie.").await.unwrap();
    // Something public happens meanwhile.
    house.supplier("Annen AS", "per@annen.example.no").await;
    house.work().await;
    assert_eq!(receiver.heard().len(), 0);
    let lines = log(&house, id).await;
    let given_up = lines.iter().filter(|d| d.failure == Some(WebhookFailure::Suspended)).count();
    assert_eq!((given_up, lines.len()), (waiting, before), "nothing new is queued either");
    let now = crate::suspension::anew(&house, &officer).await;
    let refused = |result: domain::Result<()>| {
        matches!(result, Err(Error::Forbidden(ErrorCode::OrganisationSuspended)))
    };
    assert!(refused(webhooks::ping(&house.app, &now, id).await.map(drop)));
    assert!(refused(webhooks::replay_failed(&house.app, &now, id, house.app.now()).await.map(drop)));
    // When it is lifted, it goes on with what happens from then on.
    organisations::resume(&house.app, &chief, buyer, "Alt er i orden.").await.unwrap();
    house.work().await;
    receiver.heard();
    let officer = fresh(&house, &officer).await;
    drafts(&house, &officer).await;
    house.work().await;
    assert!(!receiver.heard().is_empty());
    house.finish().await;
}

#[tokio::test]
async fn it_stops_when_nobody_answers_for_it_until_another_does() {
    let house = House::new().await;
    let officer = house.officer().await;
    let buyer = accounts::memberships_of(&house.app, &officer).await.unwrap()[0].1.clone();
    let second = house.member(&buyer, "anne.eier@trondheim.example.no", &[Role::Owner]).await;
    let receiver = Receiver::start();
    receiver.answers(Answer::Status(503, "", ""));
    let id = made(&house, &officer, &receiver.url(), DRAFTED).await.endpoint.id;
    drafts(&house, &officer).await;
    house.work().await;
    receiver.heard();
    let mine = accounts::memberships_of(&house.app, &officer).await.unwrap()[0].0.id;
    accounts::change_roles(&house.app, &second, mine, &[Role::ProcurementOfficer]).await.unwrap();
    // Before anything has read the record: the next try asks too.
    house.clock.advance(TimeDelta::hours(1));
    receiver.answers(Answer::Status(200, "", ""));
    assert!(matches!(webhooks::take_next(&house.app).await.unwrap(), webhooks::Next::Again));
    assert_eq!(state(&house, id).await, WebhookState::Orphaned);
    house.work().await;
    drafts(&house, &officer).await;
    house.work().await;
    assert_eq!(receiver.heard().len(), 0);
    let text = house.mail_to("anne.eier@trondheim.example.no").await;
    assert!(text.contains("styrer ikke lenger medlemmene"), "{text}");

    let second = fresh(&house, &second).await;
    let row = webhooks::enable(&house.app, &second, id).await.unwrap();
    assert_eq!(Some(row.answerable_id), second.person.as_ref().map(|p| p.id));
    drafts(&house, &officer).await;
    house.work().await;
    assert_eq!(receiver.heard().len(), 1);
    // And when the member leaves, as soon as the record says so.
    let last = accounts::memberships_of(&house.app, &second).await.unwrap()[0].0.id;
    house.member(&buyer, "tredje@trondheim.example.no", &[Role::Owner]).await;
    let third = house.member(&buyer, "tredje@trondheim.example.no", &[Role::Owner]).await;
    accounts::remove(&house.app, &third, last).await.unwrap();
    house.work().await;
    assert_eq!(state(&house, id).await, WebhookState::Orphaned);
    house.finish().await;
}

#[tokio::test]
async fn an_unproved_claim_is_told_what_the_feed_would_tell_it() {
    let house = House::new().await;
    let need = published(&house).await;
    let claimer = house.person("kari@nordisk.example.se").await;
    let claim = json!({ "country": "SE", "name": "Nordisk AB" });
    let made_claim = house.api().done(&claimer, "claimSupplier", "organisation { id }", claim).await;
    let nordisk = graphql::decode(&made_claim["organisation"]["id"].as_str().unwrap().into(), "id").unwrap();
    let claimer = accounts::act_for(&house.app, &claimer, Some(nordisk)).await.unwrap();
    let receiver = Receiver::start();
    let id = made(&house, &claimer, &receiver.url(), &[]).await.endpoint.id;
    crate::record::ask(&house.app, &claimer, &need, "Gjelder det oss?").await;
    house.work().await;
    let told: Vec<_> = receiver.heard().iter().map(|h| h.json()["data"]["id"].clone()).collect();
    let feed = "{ changes(first: 100) { nodes { id } } }";
    let feed = house.api().ask(&claimer, feed, json!({})).await;
    let feed: Vec<_> = feed["changes"]["nodes"].as_array().unwrap().iter().map(|n| n["id"].clone()).collect();
    assert!(told.iter().all(|id| feed.contains(id)), "{told:?}");
    assert_eq!(state(&house, id).await, WebhookState::Active);
    house.finish().await;
}

#[tokio::test]
async fn a_deleted_endpoint_ends_with_all_that_it_was_told() {
    let house = House::new().await;
    let officer = house.officer().await;
    let receiver = Receiver::start();
    let id = made(&house, &officer, &receiver.url(), DRAFTED).await.endpoint.id;
    drafts(&house, &officer).await;
    house.work().await;
    let line = log(&house, id).await[0].id;
    webhooks::delete(&house.app, &officer, id).await.unwrap();
    assert_eq!(log(&house, id).await.len(), 0);
    assert!(webhooks::find(&house.app, &officer, id).await.unwrap().is_none());
    assert!(webhooks::find_delivery(&house.app, &officer, line).await.unwrap().is_none());
    receiver.heard();
    drafts(&house, &officer).await;
    house.work().await;
    assert_eq!(receiver.heard().len(), 0);
    house.finish().await;
}
