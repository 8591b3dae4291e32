//! Tokens that speak for an organisation: what they may, and when they stop.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_graphql::{Request, Variables};
use chrono::TimeDelta;
use domain::accounts::{self, tokens};
use domain::ports::Letter;
use domain::{Actor, needs};
use graphql::{ApiSettings, scopes};
use identity::Tokens;
use mail::MemoryMailer;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tests::{House, TestClock};
use types::{ErrorCode, OrganisationKind, Role, TokenScope, TokenState};

use TokenScope::{Needs, Participate, Read};

/// Makes a token as `owner`, and tells the secret.
async fn made(house: &House, owner: &Actor, scopes: &[TokenScope]) -> tokens::CreatedToken {
    let input = tokens::CreateToken {
        name: "Sakssystemet".to_owned(),
        scopes: scopes.to_vec(),
        expires_at: house.app.now() + TimeDelta::days(90),
    };
    tokens::create(&house.app, owner, input).await.unwrap()
}

async fn speaks(house: &House, secret: &str) -> Option<Actor> {
    Tokens::new(house.app.clone()).actor_of(secret).await.unwrap()
}

/// Runs a document as the outside does; the answer.
async fn run(house: &House, actor: &Actor, document: &str, variables: Value) -> Value {
    let request = Request::new(document).variables(Variables::from_json(variables));
    let api = house.outside(ApiSettings::default());
    serde_json::to_value(api.execute(request, actor).await).unwrap()
}

/// Code and scope of a refusal.
fn refusal(answer: &Value) -> (&str, &str) {
    let told = &answer["errors"][0]["extensions"];
    (told["code"].as_str().unwrap_or_default(), told["scope"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn every_mutation_has_its_line_in_the_table_of_scopes() {
    let house = House::new().await;
    let schema: BTreeSet<String> = crate::authz::mutations(&house.api()).await.into_iter().collect();
    let table: Vec<&str> = scopes::known().collect();
    let once: BTreeSet<String> = table.iter().map(|m| (*m).to_owned()).collect();
    assert_eq!(once.len(), table.len(), "a mutation has two lines");
    let lacking: Vec<_> = schema.difference(&once).collect();
    assert!(lacking.is_empty(), "no line in crates/graphql/src/scopes.rs: {lacking:?}");
    let gone: Vec<_> = once.difference(&schema).collect();
    assert!(gone.is_empty(), "not in the schema: {gone:?}");
    house.finish().await;
}

#[tokio::test]
async fn a_token_does_what_its_scopes_say_and_no_more() {
    let house = House::new().await;
    let owner = house.officer().await;
    let reads = speaks(&house, &made(&house, &owner, &[Read]).await.secret).await.unwrap();
    let writes = speaks(&house, &made(&house, &owner, &[Needs]).await.secret).await.unwrap();
    let create = "mutation { createNeed(input: { content: { title: \"Fra sakssystemet\" } }) { need { id } userErrors { code } } }";
    let read = "{ viewer { name token acting { organisation { name } } } }";

    let seen = run(&house, &reads, read, Value::Null).await;
    assert_eq!(seen["data"]["viewer"]["token"], "Sakssystemet");
    assert_eq!(seen["data"]["viewer"]["acting"]["organisation"]["name"], "Trondheim kommune");
    assert_eq!(refusal(&run(&house, &reads, create, Value::Null).await), ("SCOPE_MISSING", "NEEDS"));

    assert_eq!(refusal(&run(&house, &writes, read, Value::Null).await), ("SCOPE_MISSING", "READ"));
    let done = run(&house, &writes, create, Value::Null).await;
    assert_eq!(done["data"]["createNeed"]["userErrors"], json!([]), "{done}");

    // Behind a fragment, an alias, and beside what is allowed.
    for document in [
        "mutation { ...A } fragment A on Mutation { x: askQuestion(input: { needId: \"x\", text: \"x\" }) { userErrors { code } } }",
        "mutation { createNeed(input: { content: { title: \"x\" } }) { userErrors { code } } askQuestion(input: { needId: \"x\", text: \"x\" }) { userErrors { code } } }",
    ] {
        assert_eq!(
            refusal(&run(&house, &writes, document, Value::Null).await),
            ("SCOPE_MISSING", "PARTICIPATE")
        );
    }
    // What only a person does.
    for document in [
        "mutation { signOut { signedOut } }",
        "mutation { createOrganisationToken(input: { name: \"x\", scopes: [READ], expiresAt: \"2026-02-01T00:00:00Z\" }) { secret } }",
        "mutation { approveNeed(input: { needId: \"x\" }) { userErrors { code } } }",
    ] {
        assert_eq!(refusal(&run(&house, &writes, document, Value::Null).await).0, "FORBIDDEN", "{document}");
    }
    house.finish().await;
}

#[tokio::test]
async fn the_record_says_which_token_spoke_in_whose_name() {
    let house = House::new().await;
    let owner = house.officer().await;
    let created = made(&house, &owner, &[Needs, Read]).await;
    let speaker = speaks(&house, &created.secret).await.unwrap();
    let document = "mutation { createNeed(input: { content: { title: \"Fra sakssystemet\" } }) { need { id } userErrors { code } } }";
    let done = run(&house, &speaker, document, Value::Null).await;
    let id = &done["data"]["createNeed"]["need"]["id"];
    house.work().await;

    let entries = entity::record_entry::Entity::find().all(house.app.db.read()).await.unwrap();
    let drafted = entries.iter().find(|e| e.kind == types::EntryKind::NeedDrafted).unwrap();
    assert_eq!(drafted.payload["byToken"], json!(created.token.id));
    assert_eq!(drafted.actor_person_id, owner.person.as_ref().map(|p| p.id));

    let log = "query($id: ID!) { node(id: $id) { ... on Need { log { nodes { kind byToken } } } } }";
    let seen = run(&house, &owner, log, json!({ "id": id })).await;
    assert_eq!(
        seen["data"]["node"]["log"]["nodes"],
        json!([{ "kind": "need.drafted", "byToken": "Sakssystemet" }])
    );
    house.finish().await;
}

#[tokio::test]
async fn a_token_stops_with_its_member_until_another_takes_it_over() {
    let house = House::new().await;
    let owner = house.officer().await;
    let buyer = accounts::memberships_of(&house.app, &owner).await.unwrap()[0].1.clone();
    let other = house.member(&buyer, "anne.eier@trondheim.example.no", &[Role::Owner]).await;
    let created = made(&house, &owner, &[Read]).await;
    assert!(speaks(&house, &created.secret).await.is_some());
    house.work().await;

    let mine = accounts::memberships_of(&house.app, &owner).await.unwrap()[0].0.id;
    accounts::change_roles(&house.app, &other, mine, &[Role::ProcurementOfficer]).await.unwrap();
    assert_eq!(speaks(&house, &created.secret).await, None, "without the role nothing speaks");
    let state = async || tokens::find(&house.app, &other, created.token.id).await.unwrap().unwrap().state;
    assert_eq!(state().await, TokenState::Orphaned);
    house.work().await;
    let told = |kind: &str| {
        let is = |m: &&domain::ports::Message| matches!(&m.letter, Letter::Notice(n) if n.kind == kind);
        house.mail.messages().iter().filter(is).map(|m| m.to.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(told("token.created").len(), 2, "whoever made it is told too");
    assert_eq!(told("token.stopped"), [""; 0], "whoever did it knows it");

    let taken = tokens::take_over(&house.app, &other, created.token.id).await.unwrap();
    assert_eq!(Some(taken.answerable_id), other.person.as_ref().map(|p| p.id));
    let speaker = speaks(&house, &created.secret).await.unwrap();
    assert_eq!(speaker.person.unwrap().name, "anne.eier");
    assert_eq!(state().await, TokenState::Active);
    house.finish().await;
}

#[tokio::test]
async fn a_token_is_shown_once_ends_in_time_and_its_people_are_told() {
    let house = House::new().await;
    let owner = house.officer().await;
    let created = made(&house, &owner, &[Read]).await;
    assert!(created.secret.starts_with("samspill_") && created.secret.len() == 47, "{created:?}");
    assert_eq!(created.token.hint, created.secret[43..]);
    let row = entity::organisation_token::Entity::find().one(house.app.db.read()).await.unwrap().unwrap();
    let kept = serde_json::to_string(&row).unwrap();
    let entries = entity::record_entry::Entity::find().all(house.app.db.read()).await.unwrap();
    for text in
        [kept, format!("{created:?}"), format!("{entries:?}"), serde_json::to_string(&entries).unwrap()]
    {
        assert!(!text.contains(&created.secret[9..41]), "the secret is kept: {text}");
    }

    // Written at most every few minutes.
    let used = async || {
        let row = entity::organisation_token::Entity::find().one(house.app.db.read()).await.unwrap();
        row.unwrap().last_used_at
    };
    assert_eq!(used().await, None);
    speaks(&house, &created.secret).await.unwrap();
    let first = used().await.unwrap();
    house.clock.advance(TimeDelta::minutes(4));
    speaks(&house, &created.secret).await.unwrap();
    assert_eq!(used().await, Some(first));
    house.clock.advance(TimeDelta::minutes(2));
    speaks(&house, &created.secret).await.unwrap();
    assert!(used().await.unwrap() > first);

    house.clock.set(created.token.expires_at - TimeDelta::days(14));
    house.work().await;
    house.clock.set(created.token.expires_at - TimeDelta::seconds(1));
    assert!(speaks(&house, &created.secret).await.is_some());
    house.clock.set(created.token.expires_at);
    assert_eq!(speaks(&house, &created.secret).await, None);
    house.work().await;
    house.work().await;
    let kinds: Vec<String> = house
        .mail
        .messages()
        .iter()
        .filter_map(|m| match &m.letter {
            Letter::Notice(n) if n.kind.starts_with("token.") => Some(n.kind.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(kinds, ["token.created", "token.expires_soon", "token.expired"], "each once");
    house.finish().await;
}

#[tokio::test]
async fn what_is_no_token_speaks_for_nobody() {
    let house = House::new().await;
    let owner = house.officer().await;
    let created = made(&house, &owner, &[Read]).await;
    let secret = &created.secret;
    let mut checksum = secret.clone();
    checksum.replace_range(46.., if secret.ends_with('a') { "b" } else { "a" });
    for wrong in [
        checksum,
        secret.to_uppercase(),
        format!("{secret}="),
        format!(" {secret}"),
        secret[..46].to_owned(),
        "samspill_".to_owned(),
        format!("samspill_{}", "a".repeat(100_000)),
        format!("samspill_{}", "æ".repeat(19)),
    ] {
        let before = house.app.db.statements();
        assert_eq!(speaks(&house, &wrong).await, None, "{wrong:.60}");
        assert_eq!(house.app.db.statements(), before, "refused before the database is asked");
    }
    tokens::revoke(&house.app, &owner, created.token.id).await.unwrap();
    assert_eq!(speaks(&house, secret).await, None);
    let again = tokens::revoke(&house.app, &owner, created.token.id).await.unwrap_err();
    assert_eq!(again.code(), ErrorCode::WrongState);
    house.finish().await;
}

#[tokio::test]
async fn a_revoked_token_is_refused_by_the_other_node() {
    let house = House::new().await;
    let owner = house.officer().await;
    let created = made(&house, &owner, &[Read]).await;
    let mailer = Arc::new(MemoryMailer::new(tests::sender(), Arc::new(TestClock::default())));
    let other = Arc::new(House::node(&house.url, mailer).await);
    let there = Tokens::new(other);
    assert!(there.actor_of(&created.secret).await.unwrap().is_some());
    tokens::revoke(&house.app, &owner, created.token.id).await.unwrap();
    assert_eq!(there.actor_of(&created.secret).await.unwrap(), None);
    house.finish().await;
}

#[tokio::test]
async fn who_may_make_a_token_and_which() {
    let house = House::new().await;
    let owner = house.officer().await;
    let reader = house.reviewer().await;
    let supplier = house.supplier("Sensor AS", "kari@sensor.example.no").await;
    let now = house.app.now();
    let input = |name: &str, scopes: &[TokenScope], days: i64| tokens::CreateToken {
        name: name.to_owned(),
        scopes: scopes.to_vec(),
        expires_at: now + TimeDelta::days(days),
    };
    let refused = async |actor: &Actor, input| {
        tokens::create(&house.app, actor, input).await.map(|_| ()).unwrap_err().code()
    };
    assert_eq!(refused(&reader, input("x", &[Read], 1)).await, ErrorCode::Forbidden);
    assert_eq!(refused(&Actor::default(), input("x", &[Read], 1)).await, ErrorCode::Unauthenticated);
    assert_eq!(refused(&owner, input(" ", &[Read], 1)).await, ErrorCode::Required);
    assert_eq!(refused(&owner, input("x", &[], 1)).await, ErrorCode::Required);
    assert_eq!(refused(&owner, input("x", &[Read], 0)).await, ErrorCode::MustBeFuture);
    assert_eq!(refused(&owner, input("x", &[Read], 400)).await, ErrorCode::OutOfRange);
    let speaker = speaks(&house, &made(&house, &owner, TokenScope::ALL).await.secret).await.unwrap();
    assert_eq!(refused(&speaker, input("x", &[Read], 1)).await, ErrorCode::Forbidden);

    // Another organisation's is not there.
    let theirs = made(&house, &supplier, &[Participate]).await.token.id;
    assert_eq!(tokens::revoke(&house.app, &owner, theirs).await.unwrap_err().code(), ErrorCode::NotFound);
    assert!(tokens::find(&house.app, &owner, theirs).await.unwrap().is_none());

    // Whoever has not shown lately who it is may not.
    house.clock.advance(TimeDelta::minutes(15) + TimeDelta::seconds(1));
    let late = input("x", &[Read], 1);
    assert_eq!(refused(&owner, late).await, ErrorCode::ReauthenticationRequired);
    house.finish().await;
}

#[tokio::test]
async fn a_token_may_no_more_than_the_member_who_answers_for_it() {
    let house = House::new().await;
    let owner = house.officer().await;
    let reviewer = house.reviewer().await;
    let other = house.organisation(OrganisationKind::Municipality, "Malvik kommune", None).await;
    let stranger = house.member(&other, "eier@malvik.example.no", &[Role::Owner]).await;
    let need = crate::thread::published(&house, &owner, &reviewer).await;
    let speaker = speaks(&house, &made(&house, &stranger, TokenScope::ALL).await.secret).await.unwrap();
    assert!(needs::draft(&speaker, &need).is_ok_and(|draft| draft.is_none()), "another's draft stays closed");
    let close = "mutation($id: ID!) { closeNeed(input: { needId: $id, outcome: CLOSED, reason: \"x\" }) { userErrors { code } } }";
    let told = run(&house, &speaker, close, json!({ "id": graphql::encode(need.id) })).await;
    assert_ne!(told["data"]["closeNeed"]["userErrors"], json!([]), "{told}");
    house.finish().await;
}

#[tokio::test]
async fn a_token_knows_nothing_of_what_is_its_persons_own() {
    let house = House::new().await;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let need = crate::thread::published(&house, &officer, &reviewer).await;
    let other = house.organisation(OrganisationKind::Supplier, "Hemmelig AS", None).await;
    house.member(&other, "per@firma.example.no", &[Role::SupplierAdministrator]).await;
    let per = house.supplier("Firma AS", "per@firma.example.no").await;
    domain::interest::follow(&house.app, &per, need.id).await.unwrap();
    let token = speaks(&house, &made(&house, &per, &[Read]).await.secret).await.unwrap();

    let own = "{ followedNeeds { nodes { need { id } } } myNotifications { nodes { need { id } } } }";
    let seen = run(&house, &per, own, Value::Null).await;
    assert_eq!(seen["data"]["followedNeeds"]["nodes"].as_array().unwrap().len(), 1, "{seen}");
    assert_eq!(seen["data"]["myNotifications"]["nodes"].as_array().unwrap().len(), 1, "{seen}");
    for field in ["followedNeeds", "myNotifications"] {
        let refused =
            run(&house, &token, &format!("{{ {field} {{ nodes {{ need {{ id }} }} }} }}"), Value::Null).await;
        assert_eq!(refusal(&refused).0, "FORBIDDEN", "{field}: {refused}");
    }
    let mine = "{ viewer { memberships { organisation { name } } } needs { nodes { isFollowed } } }";
    for (actor, count, follows) in [(&per, 2, true), (&token, 1, false)] {
        let seen = run(&house, actor, mine, Value::Null).await;
        let memberships = seen["data"]["viewer"]["memberships"].as_array().unwrap();
        assert_eq!(memberships.len(), count, "{seen}");
        assert_eq!(seen["data"]["needs"]["nodes"][0]["isFollowed"], follows, "{seen}");
        assert_eq!(seen.to_string().contains("Hemmelig AS"), follows);
    }
    house.finish().await;
}
