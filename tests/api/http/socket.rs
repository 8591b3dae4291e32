//! Subscriptions by graphql-transport-ws: what happens is told, and the protocol's rules hold.

use std::time::Duration;

use serde_json::{Value, json};
use tests::{Opening, Socket};
use tokio::time::timeout;

use super::{OFFICER, SUPPLIER, Served, demonstration};

const LISTEN: &str = "subscription($id: ID!) { needChanged(needId: $id) { kind text isPublic } }";

/// A need of the officer's buyer in one of these states.
fn need(served: &Served, token: &str, states: &[&str]) -> Value {
    let document =
        "query($states: [NeedState!]) { ownNeeds(filter: { states: $states }, first: 1) { nodes { id } } }";
    let found = served.graphql(token, document, &json!({ "states": states }));
    found["data"]["ownNeeds"]["nodes"][0]["id"].clone()
}

/// The officer tells everybody something.
fn announce(served: &Served, token: &str, need: &Value, title: &str) {
    let document = "mutation($input: PublishAnnouncementInput!) {
        publishAnnouncement(input: $input) { userErrors { code } } }";
    let input = json!({ "input": { "needId": need, "title": title, "body": "Til alle." } });
    let done = served.graphql(token, document, &input);
    assert_eq!(done["data"]["publishAnnouncement"]["userErrors"], json!([]), "{done}");
}

#[tokio::test]
async fn what_happens_in_a_need_is_told_to_who_listens() {
    let served = demonstration().await;
    let officer = served.token_of(OFFICER);
    let (public, draft) =
        (need(served, &officer, &["IN_DIALOGUE"]), need(served, &officer, &["DRAFT", "IN_REVIEW"]));
    assert!(public.is_string() && draft.is_string(), "the demonstration has both");
    let mut visitor = Socket::greeted(&served.host, "").await;
    visitor.subscribe("a", LISTEN, json!({ "id": public })).await;

    // The protocol does not say when a subscription has begun: we tell until it is heard.
    let mut told = None;
    for attempt in 0..30 {
        announce(served, &officer, &public, &format!("Nytt {attempt}"));
        if let Ok(next) = timeout(Duration::from_secs(1), visitor.hear()).await {
            told = Some(next);
            break;
        }
    }
    let told = told.expect("nothing is told");
    assert_eq!((&told["type"], &told["id"]), (&json!("next"), &json!("a")));
    let entry = &told["payload"]["data"]["needChanged"];
    assert_eq!((&entry["kind"], &entry["isPublic"]), (&json!("announcement.published"), &json!(true)));
    assert!(!entry["text"].as_str().unwrap().is_empty());

    // What one may not see does not exist; the socket lives on.
    let mut supplier = Socket::greeted(&served.host, &served.token_of(SUPPLIER)).await;
    supplier.subscribe("b", LISTEN, json!({ "id": draft })).await;
    let refused = supplier.hear().await;
    assert_eq!((&refused["type"], &refused["payload"]["data"]), (&json!("next"), &Value::Null));
    assert_eq!(refused["payload"]["errors"][0]["extensions"]["code"], "NOT_FOUND");
    assert_eq!(supplier.hear().await, json!({ "type": "complete", "id": "b" }));
    supplier.subscribe("b", "{ viewer { name } }", json!({})).await;
    let answered = supplier.hear().await;
    assert_eq!(answered["payload"]["data"]["viewer"]["name"], SUPPLIER);
    assert_eq!(supplier.hear().await, json!({ "type": "complete", "id": "b" }));
}

#[tokio::test]
async fn the_protocols_rules_hold() {
    let served = demonstration().await;
    assert_eq!(
        Socket::try_open(&served.host, Opening { protocol: None, ..Opening::default() })
            .await
            .unwrap()
            .closed()
            .await,
        4406
    );

    let mut hasty = Socket::open(&served.host).await;
    hasty.subscribe("a", "{ awaitsSetUp }", json!({})).await;
    assert_eq!(hasty.closed().await, 4401);

    let mut stranger = Socket::open(&served.host).await;
    stranger.say(json!({ "type": "connection_init", "payload": { "authorization": "Bearer no" } })).await;
    assert_eq!(stranger.closed().await, 4403);

    let mut noise = Socket::greeted(&served.host, "").await;
    noise.say_text("no json").await;
    assert_eq!(noise.closed().await, 4400);

    let mut twice = Socket::greeted(&served.host, "").await;
    twice.say(json!({ "type": "connection_init" })).await;
    assert_eq!(twice.closed().await, 4429);

    let officer = served.token_of(OFFICER);
    let public = need(served, &officer, &["PUBLISHED"]);
    let mut same = Socket::greeted(&served.host, &officer).await;
    same.say(json!({ "type": "ping" })).await;
    assert_eq!(same.hear().await, json!({ "type": "pong" }));
    same.subscribe("a", "{ nothing }", json!({})).await;
    let invalid = same.hear().await;
    assert_eq!(invalid["type"], "error", "what does not validate is no answer: {invalid}");
    same.subscribe("a", LISTEN, json!({ "id": public })).await;
    same.say(json!({ "type": "complete", "id": "a" })).await;
    same.subscribe("a", LISTEN, json!({ "id": public })).await;
    same.subscribe("a", LISTEN, json!({ "id": public })).await;
    assert_eq!(same.closed().await, 4409);
}

/// A member, a role, an organisation: whichever goes takes an open socket with it.
#[tokio::test]
async fn what_is_open_ends_with_a_role_a_membership_or_a_suspension() {
    let served = demonstration().await;
    let (owner, reader) = ("Tor Arne Vatne", "Liv Randi Møll");
    // Of a buyer about which no other test says anything, so that the end is all that comes.
    let public = need(served, &served.token_of(owner), &["IN_DIALOGUE"]);
    let listening = async |name: &str| {
        let mut socket = Socket::greeted(&served.host, &served.token_of(name)).await;
        socket.subscribe("a", LISTEN, json!({ "id": public })).await;
        socket
    };
    let ended = async |mut socket: Socket| timeout(Duration::from_secs(20), socket.closed()).await.unwrap();
    let done = |who: &str, mutation: &str, kind: &str, input: Value| {
        let document =
            format!("mutation($input: {kind}!) {{ {mutation}(input: $input) {{ userErrors {{ code }} }} }}");
        let done = served.graphql(&served.token_of(who), &document, &json!({ "input": input }));
        assert_eq!(done["data"][mutation]["userErrors"], json!([]), "{done}");
    };
    let members = "{ members { memberships { id person { name } } } }";
    let members = served.graphql(&served.token_of(owner), members, &json!({}));
    let members = members["data"]["members"]["memberships"].as_array().unwrap();
    let of_reader = members.iter().find(|m| m["person"]["name"] == reader).unwrap()["id"].clone();

    let socket = listening(reader).await;
    let roles = json!({ "membershipId": of_reader, "roles": ["REVIEWER"] });
    done(owner, "changeRoles", "ChangeRolesInput", roles);
    assert_eq!(ended(socket).await, 4403);

    let socket = listening(reader).await;
    done(owner, "removeMember", "RemoveMemberInput", json!({ "membershipId": of_reader }));
    assert_eq!(ended(socket).await, 4403);

    let supplier = "Geir Tangen";
    let organisation = "{ viewer { acting { organisation { id } } } }";
    let organisation = served.graphql(&served.token_of(supplier), organisation, &json!({}));
    let id = organisation["data"]["viewer"]["acting"]["organisation"]["id"].clone();
    let socket = listening(supplier).await;
    let why = json!({ "organisationId": id, "reason": "Kontoen er på avveie." });
    done("Berit Platou", "suspendOrganisation", "SuspendOrganisationInput", why.clone());
    assert_eq!(ended(socket).await, 4403);
    done("Berit Platou", "resumeOrganisation", "ResumeOrganisationInput", why);
}
