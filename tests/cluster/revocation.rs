//! What is taken away on one node is gone on the other: the next request is refused, and
//! what was open ends, within what `docs/api/protocol.md` promises.

use std::time::Duration;

use chrono::TimeDelta;
use domain::accounts::{self, tokens};
use domain::{Actor, organisations};
use serde_json::{Value, json};
use tests::{House, Socket};
use tokio::time::timeout;
use types::{Language, OrganisationKind, Role, TokenScope};

use crate::cluster::Cluster;
use crate::node::Node;
use crate::wire::{self, Events};

/// What the documentation promises.
const BOUND: Duration = Duration::from_secs(5);
const LISTEN: &str = "subscription { changes { cursor } }";
const TRY: &str =
    "mutation { createNeed(input: { content: { title: \"Etterpå\" } }) { userErrors { code } } }";

/// How the next request is refused.
#[derive(Clone, Copy, Debug)]
enum Next {
    /// The credential is worth nothing.
    Unknown,
    /// It still says who, and who may not any more.
    Refused(&'static str),
}

/// A deed on the one node, and whom it befalls.
struct Case {
    what: &'static str,
    /// What the other speaks by.
    token: String,
    /// Who does it, and what.
    deeds: Vec<(String, &'static str, Value)>,
    next: Next,
}

/// Somebody who may write needs, in an organisation.
async fn officer(house: &House, of: &organisations::Organisation, name: &str) -> Actor {
    house.member(of, &format!("{name}@t.example.no"), &[Role::Owner, Role::ProcurementOfficer]).await
}

async fn membership(cluster: &Cluster, boss: &Actor, of: &Actor) -> Value {
    let (members, _) = accounts::members_of(&cluster.house.app, boss).await.unwrap();
    let person = of.person.as_ref().unwrap().id;
    let found = members.into_iter().find(|(_, p)| p.id == person).unwrap();
    json!(graphql::encode(found.0.id))
}

async fn organisation_token(cluster: &Cluster, of: &Actor) -> (String, Value) {
    let app = &cluster.house.app;
    let made = tokens::CreateToken {
        name: "Systemet".to_owned(),
        scopes: vec![TokenScope::Read, TokenScope::Needs],
        expires_at: app.now() + TimeDelta::days(30),
    };
    let made = tokens::create(app, of, made).await.unwrap();
    (made.secret, json!(graphql::encode(made.token.id)))
}

async fn cases(cluster: &Cluster) -> Vec<Case> {
    let house = &cluster.house;
    let app = &house.app;
    let kind = OrganisationKind::Municipality;
    let buyer = house.organisation(kind, "Trondheim kommune", Some("942110464")).await;
    let other = house.organisation(kind, "Bergen kommune", Some("964338531")).await;
    let boss = officer(house, &buyer, "boss").await;
    let by_boss = cluster.token(&boss).await;
    let email = "sjef@s.example.no".parse().unwrap();
    let chief = accounts::make_administrator(app, &email, None, Language::Nb).await.unwrap();
    let chief = house.sign_in(&chief).await;
    let by_chief = cluster.token(&chief).await;

    let mut cases = Vec::new();
    let signed_out = cluster.token(&officer(house, &buyer, "ute").await).await;
    cases.push(Case {
        what: "signed out",
        deeds: vec![(signed_out.clone(), "signOut", Value::Null)],
        token: signed_out,
        next: Next::Unknown,
    });

    let twice = officer(house, &buyer, "to").await;
    let lost = accounts::person(app, twice.person.as_ref().unwrap().id).await.unwrap().unwrap();
    let lost = house.sign_in(&lost).await;
    let lost = accounts::act_for(app, &lost, Some(buyer.id)).await.unwrap();
    let session = json!({ "sessionId": graphql::encode(lost.session.unwrap()) });
    cases.push(Case {
        what: "a session ended from another one",
        token: cluster.token(&lost).await,
        deeds: vec![(cluster.token(&twice).await, "endSession", session)],
        next: Next::Unknown,
    });

    let (secret, id) = organisation_token(cluster, &boss).await;
    cases.push(Case {
        what: "an organisation's token revoked",
        token: secret,
        deeds: vec![(by_boss.clone(), "revokeOrganisationToken", json!({ "tokenId": id }))],
        next: Next::Unknown,
    });

    let removed = officer(house, &buyer, "borte").await;
    let removal = json!({ "membershipId": membership(cluster, &boss, &removed).await });
    cases.push(Case {
        what: "a member removed",
        token: cluster.token(&removed).await,
        deeds: vec![(by_boss.clone(), "removeMember", removal)],
        next: Next::Refused("ACTING_REQUIRED"),
    });

    let answerable = officer(house, &buyer, "svarer").await;
    let (secret, _) = organisation_token(cluster, &answerable).await;
    let removal = json!({ "membershipId": membership(cluster, &boss, &answerable).await });
    cases.push(Case {
        what: "the member removed in whose name a token speaks",
        token: secret,
        deeds: vec![(by_boss.clone(), "removeMember", removal)],
        next: Next::Unknown,
    });

    let lesser = officer(house, &buyer, "mindre").await;
    let roles = json!({ "membershipId": membership(cluster, &boss, &lesser).await, "roles": ["READER"] });
    cases.push(Case {
        what: "a role taken",
        token: cluster.token(&lesser).await,
        deeds: vec![(by_boss, "changeRoles", roles)],
        next: Next::Refused("FORBIDDEN"),
    });

    let suspended = officer(house, &other, "sperret").await;
    let (secret, _) = organisation_token(cluster, &suspended).await;
    let why = json!({ "organisationId": graphql::encode(other.id), "reason": "På avveie." });
    cases.push(Case {
        what: "an organisation suspended",
        token: cluster.token(&suspended).await,
        deeds: vec![(by_chief.clone(), "suspendOrganisation", why)],
        next: Next::Refused("ORGANISATION_SUSPENDED"),
    });
    // Done already by then.
    cases.push(Case {
        what: "the organisation of a token suspended",
        token: secret,
        deeds: Vec::new(),
        next: Next::Unknown,
    });

    let stolen = officer(house, &buyer, "stjaalet").await;
    let email = stolen.person.as_ref().unwrap().email.as_str().to_owned();
    cases.push(Case {
        what: "a person's sessions ended by an administrator",
        token: cluster.token(&stolen).await,
        deeds: vec![(by_chief, "endSessionsOfPerson", json!({ "email": email }))],
        next: Next::Unknown,
    });
    cases
}

async fn deed(node: &Node, (token, mutation, input): (String, &str, Value)) -> Value {
    if input.is_null() {
        let document = format!("mutation {{ {mutation} {{ __typename }} }}");
        return wire::ask(&node.host, &token, &document, &json!({})).await;
    }
    let fields = if mutation == "refreshSession" { "refreshed { refreshToken }" } else { "" };
    wire::done(&node.host, &token, mutation, fields, input).await
}

async fn is_refused(node: &Node, token: &str, next: Next, what: &str) {
    let (status, answer) = wire::graphql(&node.host, token, TRY, &json!({})).await.unwrap();
    match next {
        Next::Unknown => assert_eq!(status, 401, "{what}: {answer}"),
        Next::Refused(code) => {
            let told = [
                &answer["errors"][0]["extensions"]["code"],
                &answer["data"]["createNeed"]["userErrors"][0]["code"],
            ];
            assert!(told.contains(&&json!(code)), "{what}: {answer}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_away_on_one_node_is_gone_on_the_other() {
    let cluster = Cluster::new().await;
    let cases = cases(&cluster).await;
    let (here, there) = (cluster.node().await, cluster.node().await);
    let mut open = Vec::new();
    for case in &cases {
        let (status, answer) = wire::graphql(&there.host, &case.token, TRY, &json!({})).await.unwrap();
        assert_eq!((status, &answer["data"]["createNeed"]["userErrors"]), (200, &json!([])), "{}", case.what);
        let mut socket = Socket::greeted(&there.host, &case.token).await;
        socket.subscribe("a", LISTEN, json!({})).await;
        open.push((socket, Events::open(&there.host, &case.token, LISTEN).await));
    }
    for (case, (mut socket, events)) in cases.into_iter().zip(open) {
        for doing in case.deeds {
            deed(&here, doing).await;
        }
        is_refused(&there, &case.token, case.next, case.what).await;
        let both = async { tokio::join!(socket.ended(), events.ended()) };
        let (code, names) =
            timeout(BOUND, both).await.unwrap_or_else(|_| panic!("{}: still open", case.what));
        assert_eq!(code, 4403, "{}", case.what);
        assert!(!names.contains(&"complete".to_owned()), "{}: {names:?}", case.what);
    }
    assert!(here.stop() && there.stop());
    cluster.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_that_comes_again_ends_the_session_everywhere() {
    let cluster = Cluster::new().await;
    let house = &cluster.house;
    let buyer = house.organisation(OrganisationKind::Municipality, "Trondheim kommune", None).await;
    let kari = officer(house, &buyer, "kari").await;
    let first = accounts::begin_refreshing(&house.app, kari.session.unwrap()).await.unwrap();
    let token = cluster.token(&kari).await;
    let (here, there) = (cluster.node().await, cluster.node().await);
    let mut socket = Socket::greeted(&there.host, &token).await;
    let events = Events::open(&there.host, &token, LISTEN).await;

    // Spent on both nodes in turn; then the first comes again, which somebody has copied.
    let spend = async |node: &Node, token: &str| {
        let fields = "refreshed { refreshToken }";
        let input = json!({ "refreshToken": token });
        wire::done(&node.host, "", "refreshSession", fields, input).await["refreshed"]["refreshToken"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let second = spend(&here, &first).await;
    let third = spend(&there, &second).await;
    let again = wire::document("refreshSession", "");
    let again = wire::ask(&here.host, "", &again, &json!({ "input": { "refreshToken": first } })).await;
    assert_eq!(again["refreshSession"]["userErrors"][0]["code"], "SESSION_ENDED");

    is_refused(&there, &token, Next::Unknown, "an access token of the family").await;
    let last = wire::document("refreshSession", "");
    let last = wire::ask(&there.host, "", &last, &json!({ "input": { "refreshToken": third } })).await;
    assert_eq!(last["refreshSession"]["userErrors"][0]["code"], "SESSION_ENDED");
    let both = async { tokio::join!(socket.ended(), events.ended()) };
    let (code, names) = timeout(BOUND, both).await.expect("still open");
    assert_eq!((code, names.contains(&"complete".to_owned())), (4403, false));
    assert!(here.stop() && there.stop());
    cluster.finish().await;
}
