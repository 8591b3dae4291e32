//! The audit log: each event is written, and nothing in it is a name, an address or a secret.

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use domain::accounts::passkeys::{self, AddPasskey, PasskeyProof};
use domain::accounts::{self, Invite, Proof, providers, tokens};
use domain::{Actor, organisations, signing, webhooks};
use serde_json::{Value, json};
use tests::{Authenticator, House, somebody};
use types::{AuditEvent, Language, OrganisationKind, Role, TokenScope};

use crate::http::demonstration;

/// What is logged under the target `audit`, as lines of JSON.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<u8>>>);

impl Write for Heard {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Heard {
    /// Listens on this thread, on which a test runs with all that it awaits.
    fn listen() -> (Self, tracing::subscriber::DefaultGuard) {
        let heard = Self::default();
        let writer = heard.clone();
        let subscriber = tracing_subscriber::fmt()
            .json()
            .flatten_event(true)
            .with_max_level(tracing::Level::INFO)
            .with_writer(move || writer.clone())
            .finish();
        let listening = tracing::subscriber::set_default(subscriber);
        // With one listener, tracing lets the thread that first comes to where a line is written
        // decide whether anybody hears it, and on another test's thread nobody listens.
        for event in [AuditEvent::Started, AuditEvent::SignInRefused] {
            domain::audit::Line::of(&Actor::default(), event).write();
        }
        tracing::callsite::rebuild_interest_cache();
        heard.0.lock().unwrap().clear();
        (heard, listening)
    }

    fn lines(&self) -> Vec<Value> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.filter(|line| line["target"] == domain::audit::TARGET).collect()
    }

    /// What a line of an event says besides who it was.
    fn last(&self, event: AuditEvent) -> Value {
        self.lines().into_iter().rev().find(|line| line["event"] == event.as_str()).unwrap()
    }
}

/// Everything about signing in and sessions.
async fn sessions(house: &House, secrets: &mut Vec<String>) {
    let visitor = Actor::anonymous(Language::Nb);
    let begun = accounts::start_sign_in(&house.app, &visitor, "kari@firma.example.no", None).await.unwrap();
    let wrong = Proof { attempt: Some(&begun.secret), code: Some("XXXX-XXXX"), ..Proof::default() };
    assert!(accounts::complete_sign_in(&house.app, &visitor, wrong).await.is_err());
    let kari = house.person("kari@firma.example.no").await;
    let session = kari.session.unwrap();
    let first = accounts::begin_refreshing(&house.app, session).await.unwrap();
    let second = accounts::refresh(&house.app, &visitor, &first).await.unwrap();
    house.clock.advance(TimeDelta::seconds(31));
    assert!(accounts::refresh(&house.app, &visitor, &first).await.is_err());
    secrets.extend([begun.secret, first, second.token]);
    let per = house.person("per@firma.example.no").await;
    let proof = house.pending_proof("porten", "per-der").await;
    let linked = providers::link_identity(&house.app, &per, &proof).await.unwrap();
    house.sign_in_by(&visitor, "porten", somebody("per-der")).await;
    providers::remove_identity(&house.app, &per, linked.id).await.unwrap();
    secrets.extend([proof, "per-der".to_owned()]);
    accounts::sign_out(&house.app, &per).await.unwrap();
}

/// Everything about passkeys.
async fn passkeys_of(house: &House) {
    let per = house.person("per@firma.example.no").await;
    let app = &house.app;
    let mut device = Authenticator { counter: Some(5), ..Authenticator::new(&app.settings.public_url, 1) };
    let begun = passkeys::begin(app, &per).await.unwrap();
    let made = device.create(&serde_json::from_str(&begun.options).unwrap());
    let add = AddPasskey { ceremony: &begun.ceremony, response: &made, name: "Sakssystemet" };
    let added = passkeys::add(app, &per, add).await.unwrap();
    let visitor = Actor::anonymous(Language::Nb);
    for (verifies, counter) in [(false, 9), (true, 2)] {
        let mut device = Authenticator { verifies, counter: Some(counter), ..device.clone() };
        let begun = passkeys::begin_sign_in(app).unwrap();
        let answer = device.get(&serde_json::from_str(&begun.options).unwrap());
        let proof = PasskeyProof { ceremony: &begun.ceremony, response: &answer, device_token: None };
        assert!(passkeys::complete_sign_in(app, &visitor, proof).await.is_err());
    }
    passkeys::remove(app, &per, added.id).await.unwrap();
}

/// Everything about members, claims, tokens and who is stopped.
async fn organisations_and_people(house: &House, secrets: &mut Vec<String>) {
    let chief = "sjef@samspill.example.no".parse().unwrap();
    let chief = accounts::make_administrator(&house.app, &chief, Some("Sjef Sjefsen"), Language::Nb).await;
    let chief = house.sign_in(&chief.unwrap()).await;
    let owner = house.officer().await;
    let buyer = owner.organisation_id().unwrap();
    let invite =
        |email: &str| Invite { organisation_id: buyer, email: email.to_owned(), roles: vec![Role::Reader] };
    let sent = accounts::invite(&house.app, &owner, invite("rita@t.example.no")).await.unwrap();
    accounts::revoke_invitation(&house.app, &owner, sent.id).await.unwrap();
    let lise = house.person("lise@t.example.no").await;
    for roles in [None, Some(vec![Role::Reader])] {
        let asked = accounts::request_to_join(&house.app, &lise, buyer, "Lise Lund her").await.unwrap();
        accounts::decide_request(&house.app, &owner, asked.id, roles).await.unwrap();
    }
    let (members, _) = accounts::members_of(&house.app, &owner).await.unwrap();
    let of_lise = members.iter().find(|(_, p)| p.email.as_str() == "lise@t.example.no").unwrap().0.id;
    accounts::change_roles(&house.app, &owner, of_lise, &[Role::Reviewer]).await.unwrap();
    accounts::remove(&house.app, &owner, of_lise).await.unwrap();

    let claim = json!({ "country": "SE", "name": "Nordisk AB" });
    assert_eq!(house.api().refused(&lise, "claimSupplier", claim).await, [""; 0]);
    let claimed = accounts::memberships_of(&house.app, &lise).await.unwrap().pop().unwrap().1;
    accounts::verify(&house.app, &chief, claimed.id).await.unwrap();
    organisations::suspend(&house.app, &chief, claimed.id, "Kontoen er på avveie.").await.unwrap();
    organisations::resume(&house.app, &chief, claimed.id, "Alt er i orden.").await.unwrap();

    let second = organisations::get(&house.app, buyer).await.unwrap();
    let second = house.member(&second, "eier@t.example.no", &[Role::Owner]).await;
    let made = tokens::CreateToken {
        name: "Sakssystemet".to_owned(),
        scopes: vec![TokenScope::Read],
        expires_at: house.app.now() + TimeDelta::days(9),
    };
    let made = tokens::create(&house.app, &owner, made).await.unwrap();
    tokens::take_over(&house.app, &second, made.token.id).await.unwrap();
    tokens::revoke(&house.app, &second, made.token.id).await.unwrap();
    secrets.push(made.secret);
    let hook = |url: &str| webhooks::CreateEndpoint {
        url: url.to_owned(),
        description: "Sakssystemet".to_owned(),
        kinds: Vec::new(),
    };
    // Its name leads where nobody shall be led.
    let made = webhooks::create(&house.app, &owner, hook("https://inside.example.no/")).await.unwrap();
    let id = made.endpoint.id;
    webhooks::ping(&house.app, &owner, id).await.unwrap();
    house.work().await;
    let change = webhooks::ChangeEndpoint { content: hook("https://x.example.no/"), expected_version: None };
    webhooks::change(&house.app, &owner, id, change).await.unwrap();
    secrets
        .extend([made.secret, webhooks::rotate_secret(&house.app, &owner, id, None).await.unwrap().secret]);
    webhooks::disable(&house.app, &owner, id).await.unwrap();
    webhooks::enable(&house.app, &owner, id).await.unwrap();
    webhooks::delete(&house.app, &owner, id).await.unwrap();
    let lise =
        house.api().refused(&lise, "verifyClaim", json!({ "organisationId": graphql::encode(buyer) })).await;
    assert_eq!(lise, ["FORBIDDEN"]);
}

#[tokio::test]
async fn each_event_is_written_and_says_ids_alone() {
    let house = House::new().await;
    let (heard, listening) = Heard::listen();
    let mut secrets = Vec::new();
    passkeys_of(&house).await;
    let refused = heard.last(AuditEvent::PasskeyRefused);
    assert_eq!((&refused["why"], &refused["level"]), (&json!("NOT_VERIFIED"), &json!("WARN")));
    assert!(heard.last(AuditEvent::PasskeyStopped)["subject"].is_string());
    sessions(&house, &mut secrets).await;
    organisations_and_people(&house, &mut secrets).await;
    signing::rotate(&house.app, true).await.unwrap();

    let lines = heard.lines();
    let mut written: BTreeSet<String> =
        lines.iter().map(|line| line["event"].as_str().unwrap().to_owned()).collect();
    let told = serde_json::to_string(&lines).unwrap();
    let private = ["@", "Sjef", "Lise", "Nordisk", "Sakssystemet", "avveie", "orden"];
    for word in private.into_iter().chain(secrets.iter().map(String::as_str)) {
        assert!(!told.contains(word), "the audit log holds {word}: {told}");
    }
    let always = ["timestamp", "level", "target", "message", "event", "why", "operation"];
    let ids = ["person", "session", "organisation", "token", "subject"];
    for line in &lines {
        for (name, value) in line.as_object().unwrap() {
            let is_id = value.as_str().is_some_and(|text| uuid::Uuid::parse_str(text).is_ok());
            let is_known = always.contains(&name.as_str()) || (ids.contains(&name.as_str()) && is_id);
            assert!(is_known, "{name} in {line}");
        }
    }
    // Who, by what, why.
    let refused = heard.last(AuditEvent::AccessRefused);
    assert_eq!((&refused["why"], &refused["operation"]), (&json!("FORBIDDEN"), &json!("verifyClaim")));
    assert!(refused["person"].is_string() && refused["level"] == "WARN");
    assert_eq!(heard.last(AuditEvent::SignInRefused)["why"], "INVALID_CODE");
    let copied = heard.last(AuditEvent::RefreshTokenReused);
    assert!(copied["session"].is_string() && copied["person"].is_string());
    drop(listening);
    house.work().await;
    house.finish().await;

    // What the program itself writes: that it serves, and whose bearer opens nothing.
    let served = demonstration().await;
    served.send("GET", "/graphql?query={__typename}", &[("Authorization", "Bearer nothing")], b"");
    let log = std::fs::read_to_string(&served.log).unwrap();
    for event in [AuditEvent::Started, AuditEvent::CredentialRefused] {
        let line = log.lines().find(|line| line.contains(&format!("event=\"{event}\"")));
        assert!(line.is_some(), "{event} is not written");
        written.insert(event.as_str().to_owned());
    }
    let refused = log.lines().find(|line| line.contains("credential.refused")).unwrap();
    assert!(refused.contains("request=") && !refused.contains("nothing"), "{refused}");

    let all: BTreeSet<String> = AuditEvent::ALL.iter().map(|event| event.as_str().to_owned()).collect();
    let lacking: Vec<_> = all.difference(&written).collect();
    assert!(lacking.is_empty(), "nothing here makes {lacking:?}: add what does");
}

#[tokio::test]
async fn what_is_rolled_back_did_not_happen() {
    let house = House::new().await;
    let firm = house.organisation(OrganisationKind::Supplier, "Firma AS", None).await;
    let kari = house.member(&firm, "kari@firma.example.no", &[Role::SupplierAdministrator]).await;
    let (heard, listening) = Heard::listen();
    let (members, _) = accounts::members_of(&house.app, &kari).await.unwrap();
    // The last who manages it stays.
    assert!(accounts::remove(&house.app, &kari, members[0].0.id).await.is_err());
    let tx = house.app.db.write().await.unwrap();
    tx.note(domain::audit::Line::of(&kari, AuditEvent::SessionEnded));
    drop(tx);
    assert_eq!(heard.lines(), Vec::<Value>::new());
    drop(listening);
    house.finish().await;
}

/// The list that whoever watches an installation reads.
#[test]
fn the_list_of_events_is_whole() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/security/audit.md");
    let text = std::fs::read_to_string(path).unwrap();
    let told: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
        .map(|(event, _)| event)
        .filter(|event| event.contains('.'))
        .collect();
    let all: BTreeSet<&str> = AuditEvent::ALL.iter().map(|event| event.as_str()).collect();
    assert_eq!(told, all);
}
