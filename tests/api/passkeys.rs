//! Passkeys: added, used to sign in and to show once more who one is, and refused for whatever is
//! not as it must be.

use axum::http::StatusCode;
use chrono::TimeDelta;
use domain::accounts::{self, passkeys};
use domain::ports::Letter;
use domain::{Actor, Error};
use serde_json::{Value, json};
use tests::{Authenticator, House, Key};
use types::{ErrorCode, Language, OrganisationKind, Role};

/// What is wrong with an answer, and how it came about.
type Spoiled = (&'static str, fn(&mut Authenticator));

const KARI: &str = "kari@firma.example.no";

fn visitor() -> Actor {
    Actor { address: Some("198.51.100.7".to_owned()), ..Actor::anonymous(Language::Nb) }
}

fn telephone(house: &House, seed: u8) -> Authenticator {
    Authenticator::new(&house.app.settings.public_url, seed)
}

/// What the browser is asked, and the ceremony that goes with it.
async fn asked(house: &House, actor: &Actor, mutation: &str, field: &str) -> (Value, String) {
    let document =
        format!("mutation {{ {mutation} {{ {field} {{ ceremony options }} userErrors {{ code }} }} }}");
    let payload = house.api().ask(actor, &document, json!({})).await[mutation].take();
    assert_eq!(payload["userErrors"], json!([]), "{mutation}");
    let options = serde_json::from_str(payload[field]["options"].as_str().unwrap()).unwrap();
    (options, payload[field]["ceremony"].as_str().unwrap().to_owned())
}

/// An answer to a new question about a new passkey.
async fn made(house: &House, actor: &Actor, device: &mut Authenticator) -> Value {
    let (options, ceremony) = asked(house, actor, "startPasskeyRegistration", "registration").await;
    json!({ "ceremony": ceremony, "response": device.create(&options), "name": "Jobbtelefonen" })
}

/// An answer to a new question about who it is.
async fn used(house: &House, device: &mut Authenticator) -> Value {
    let (options, ceremony) = asked(house, &visitor(), "startPasskeySignIn", "signIn").await;
    json!({ "ceremony": ceremony, "response": device.get(&options) })
}

/// Adds a passkey; its id.
async fn add(house: &House, actor: &Actor, device: &mut Authenticator) -> String {
    let input = made(house, actor, device).await;
    let done = house.api().done(actor, "addPasskey", "passkey { id name lastUsedAt stoppedAt }", input).await;
    assert_eq!(
        (&done["passkey"]["name"], &done["passkey"]["lastUsedAt"], &done["passkey"]["stoppedAt"]),
        (&json!("Jobbtelefonen"), &Value::Null, &Value::Null)
    );
    done["passkey"]["id"].as_str().unwrap().to_owned()
}

/// Signs in, as `actor` so far; who that is.
async fn sign_in(house: &House, actor: &Actor, device: &mut Authenticator) -> Actor {
    let input = used(house, device).await;
    let fields = "signedIn { accessToken sessionToken deviceToken next }";
    let done = house.api().done(actor, "completePasskeySignIn", fields, input).await;
    let token = done["signedIn"]["sessionToken"].as_str().unwrap();
    accounts::actor_of_token(&house.app, token).await.unwrap().unwrap()
}

async fn refused(house: &House, device: &mut Authenticator) -> Vec<String> {
    let input = used(house, device).await;
    house.api().refused(&visitor(), "completePasskeySignIn", input).await
}

const NOT_ACCEPTED: [&str; 1] = ["PASSKEY_REFUSED response"];
const EXPIRED: [&str; 1] = ["PASSKEY_EXPIRED ceremony"];
const DONE: [&str; 0] = [];

/// How many letters of a kind somebody got.
fn told(house: &House, of: &str) -> usize {
    let is = |letter: &Letter| matches!(letter, Letter::Security { kind, .. } if kind == of);
    house.mail.messages().iter().filter(|m| is(&m.letter) && m.to.as_str() == KARI).count()
}

#[tokio::test]
async fn a_passkey_is_added_and_signs_in_without_a_name() {
    let house = House::new().await;
    let kari = house.person(KARI).await;
    for (seed, key) in [(1, Key::Es256), (2, Key::EdDsa)] {
        let mut device = Authenticator { key, ..telephone(&house, seed) };
        add(&house, &kari, &mut device).await;
        house.clock.advance(TimeDelta::minutes(2));
        let signed = sign_in(&house, &visitor(), &mut device).await;
        assert_eq!(signed.person.as_ref().unwrap().id, kari.person.as_ref().unwrap().id);
        assert!(signed.recently_authenticated(&house.app).is_ok());
        let seen = "{ viewer { email sessions { method isCurrent } passkeys { name isSynced lastUsedAt } } }";
        let viewer = house.api().ask(&signed, seen, json!({})).await["viewer"].take();
        assert_eq!(viewer["email"], KARI);
        let current = viewer["sessions"].as_array().unwrap().iter().find(|s| s["isCurrent"] == true).unwrap();
        assert_eq!(current["method"], "PASSKEY");
        let of_it = &viewer["passkeys"][usize::from(seed) - 1];
        assert_eq!((&of_it["name"], &of_it["isSynced"]), (&json!("Jobbtelefonen"), &json!(false)));
        assert!(of_it["lastUsedAt"].is_string());
    }
    house.work().await;
    assert_eq!(told(&house, "passkey-added"), 2);
    let sent = house.mail.sent();
    let letter = sent.iter().find(|m| m.subject == "Ny passnøkkel i Samspill").unwrap();
    assert!(letter.text.contains("Passnøkkel: Jobbtelefonen"), "{}", letter.text);
    assert!(letter.text.contains("/nb/account/security"), "{}", letter.text);
    house.finish().await;
}

#[tokio::test]
async fn what_is_asked_tells_nobody_who_has_an_account() {
    let house = House::new().await;
    let (before, _) = asked(&house, &visitor(), "startPasskeySignIn", "signIn").await;
    let kari = house.person(KARI).await;
    add(&house, &kari, &mut telephone(&house, 1)).await;
    let (mut after, _) = asked(&house, &visitor(), "startPasskeySignIn", "signIn").await;
    assert_ne!(before["challenge"], after["challenge"]);
    after["challenge"] = before["challenge"].clone();
    assert_eq!(before, after);
    assert_eq!((&after["rpId"], &after["userVerification"]), (&json!("localhost"), &json!("required")));
    // What makes a new one names the person to its own device, and what is there already.
    let (made, _) = asked(&house, &kari, "startPasskeyRegistration", "registration").await;
    assert_eq!(
        (&made["user"]["name"], &made["attestation"], made["excludeCredentials"].as_array().unwrap().len()),
        (&json!(KARI), &json!("none"), 1)
    );
    house.finish().await;
}

#[tokio::test]
async fn an_answer_that_is_not_as_it_must_be_makes_no_passkey() {
    let house = House::new().await;
    let kari = house.person(KARI).await;
    let api = house.api();
    let spoil: [Spoiled; 7] = [
        ("another site", |d| d.origin = "https://samspill.example.com".to_owned()),
        ("another port", |d| d.origin = "http://localhost:9999".to_owned()),
        ("for another site", |d| d.rp_id = "example.no".to_owned()),
        ("another challenge", |d| d.challenge = Some("AAAAAAAAAAAAAAAAAAAAAA".to_owned())),
        ("nobody verified", |d| d.verifies = false),
        ("another algorithm", |d| d.key = Key::Es512),
        ("within another site's page", |d| d.cross_origin = true),
    ];
    for (what, spoil) in spoil {
        let mut device = telephone(&house, 1);
        spoil(&mut device);
        let input = made(&house, &kari, &mut device).await;
        assert_eq!(api.refused(&kari, "addPasskey", input.clone()).await, NOT_ACCEPTED, "{what}");
        // A challenge is spent by a wrong answer too.
        assert_eq!(api.refused(&kari, "addPasskey", input).await, EXPIRED, "{what}");
    }
    for nonsense in ["", "{}", "[]", "\u{0}", "{\"response\":{}}"] {
        let mut input = made(&house, &kari, &mut telephone(&house, 1)).await;
        input["response"] = nonsense.into();
        assert_eq!(api.refused(&kari, "addPasskey", input).await, NOT_ACCEPTED, "{nonsense}");
    }
    assert!(passkeys::list(&house.app, &kari).await.unwrap().is_empty());
    house.finish().await;
}

#[tokio::test]
async fn a_name_that_is_wrong_costs_nothing() {
    let house = House::new().await;
    let kari = house.person(KARI).await;
    let api = house.api();
    let mut device = telephone(&house, 1);
    let mut input = made(&house, &kari, &mut device).await;
    for (name, code) in [("", "REQUIRED name"), (&*"x".repeat(81), "TOO_LONG name")] {
        input["name"] = name.into();
        assert_eq!(api.refused(&kari, "addPasskey", input.clone()).await, [code]);
    }
    input["name"] = "Jobbtelefonen".into();
    assert_eq!(api.refused(&kari, "addPasskey", input).await, DONE, "the same answer still counts");
    // The same again is known.
    let again = made(&house, &kari, &mut device).await;
    assert_eq!(api.refused(&kari, "addPasskey", again).await, ["ALREADY_EXISTS response"]);
    // Nor can another take it over, whose device claims to hold it.
    let per = house.person("per@annen.example.no").await;
    let taken = made(&house, &per, &mut telephone(&house, 1)).await;
    assert_eq!(api.refused(&per, "addPasskey", taken).await, ["ALREADY_EXISTS response"]);
    house.finish().await;
}

#[tokio::test]
async fn a_question_is_answered_once_by_whom_it_was_put_to_and_in_time() {
    let house = House::new().await;
    let kari = house.person(KARI).await;
    let api = house.api();
    let mut device = telephone(&house, 1);

    // Somebody else, another session of the same person, and what was asked for something else.
    let per = house.person("per@annen.example.no").await;
    let of_kari = made(&house, &kari, &mut device).await;
    assert_eq!(api.refused(&per, "addPasskey", of_kari.clone()).await, EXPIRED);
    let elsewhere = house.person(KARI).await;
    assert_eq!(api.refused(&elsewhere, "addPasskey", of_kari.clone()).await, EXPIRED);
    let (_, to_sign_in) = asked(&house, &visitor(), "startPasskeySignIn", "signIn").await;
    let mut other = of_kari.clone();
    other["ceremony"] = to_sign_in.into();
    assert_eq!(api.refused(&kari, "addPasskey", other).await, EXPIRED);
    let mut forged = of_kari.clone();
    forged["ceremony"] = "AAAA".into();
    assert_eq!(api.refused(&kari, "addPasskey", forged).await, EXPIRED);
    assert_eq!(api.refused(&kari, "addPasskey", of_kari.clone()).await, DONE);
    assert_eq!(api.refused(&kari, "addPasskey", of_kari).await, EXPIRED);

    // A sign-in is replayed, and comes too late by nothing at all.
    let first = used(&house, &mut device).await;
    assert_eq!(api.refused(&visitor(), "completePasskeySignIn", first.clone()).await, DONE);
    assert_eq!(api.refused(&visitor(), "completePasskeySignIn", first).await, EXPIRED);
    let late = used(&house, &mut device).await;
    house.clock.advance(TimeDelta::minutes(5));
    assert_eq!(api.refused(&visitor(), "completePasskeySignIn", late).await, EXPIRED);
    let last = used(&house, &mut device).await;
    house.clock.advance(TimeDelta::minutes(5) - TimeDelta::milliseconds(1));
    assert_eq!(api.refused(&visitor(), "completePasskeySignIn", last).await, DONE);
    house.finish().await;
}

#[tokio::test]
async fn two_nodes_take_an_answer_once() {
    let house = House::new().await;
    let kari = house.person(KARI).await;
    let mut device = telephone(&house, 1);
    add(&house, &kari, &mut device).await;
    let input = used(&house, &mut device).await;
    let other = House::node(&house.url, house.mail.clone()).await;
    let proof = passkeys::PasskeyProof {
        ceremony: input["ceremony"].as_str().unwrap(),
        response: input["response"].as_str().unwrap(),
        device_token: None,
    };
    let visitor = visitor();
    let (here, there) = tokio::join!(
        passkeys::complete_sign_in(&house.app, &visitor, proof),
        passkeys::complete_sign_in(&other, &visitor, proof),
    );
    assert_eq!(u8::from(here.is_ok()) + u8::from(there.is_ok()), 1, "{here:?} {there:?}");
    let refused = here.err().or(there.err()).unwrap();
    assert_eq!(refused.code(), ErrorCode::PasskeyExpired);
    house.finish().await;
}

#[tokio::test]
async fn an_answer_that_is_not_as_it_must_be_signs_nobody_in() {
    let house = House::new().await;
    let kari = house.person(KARI).await;
    let per = house.person("per@annen.example.no").await;
    let mut own = telephone(&house, 1);
    add(&house, &kari, &mut own).await;
    let mut other = telephone(&house, 2);
    add(&house, &per, &mut other).await;
    let spoil: [Spoiled; 8] = [
        ("another site", |d| d.origin = "https://samspill.example.com".to_owned()),
        ("plain where it is not", |d| d.origin = "https://localhost:8080".to_owned()),
        ("for another site", |d| d.rp_id = "example.no".to_owned()),
        ("another challenge", |d| d.challenge = Some("AAAAAAAAAAAAAAAAAAAAAA".to_owned())),
        ("nobody verified", |d| d.verifies = false),
        ("another's key", |d| d.seed = 2),
        ("no such passkey", |d| d.credential_id = vec![9; 32]),
        ("within another site's page", |d| d.cross_origin = true),
    ];
    for (what, spoil) in spoil {
        let mut device = own.clone();
        spoil(&mut device);
        assert_eq!(refused(&house, &mut device).await, NOT_ACCEPTED, "{what}");
    }
    // In another's name: the passkey is Per's, and says Kari's.
    let mut as_kari = Authenticator { user_handle: own.user_handle.clone(), ..other.clone() };
    assert_eq!(refused(&house, &mut as_kari).await, NOT_ACCEPTED);
    // Whether it may be kept elsewhere never changes.
    let mut moved = Authenticator { is_backed_up: true, ..own.clone() };
    assert_eq!(refused(&house, &mut moved).await, NOT_ACCEPTED);
    assert_eq!(
        house.api().refused(&visitor(), "completePasskeySignIn", used(&house, &mut own).await).await,
        DONE
    );
    house.finish().await;
}

#[tokio::test]
async fn a_counter_that_goes_back_stops_the_passkey() {
    let house = House::new().await;
    let kari = house.person(KARI).await;
    let mut own = Authenticator { counter: Some(7), ..telephone(&house, 1) };
    let id = add(&house, &kari, &mut own).await;
    let mut copy = own.clone();
    sign_in(&house, &visitor(), &mut own).await;
    sign_in(&house, &visitor(), &mut own).await;
    // The copy has counted less.
    assert_eq!(refused(&house, &mut copy).await, NOT_ACCEPTED);
    house.work().await;
    assert_eq!(told(&house, "passkey-stopped"), 1);
    // From now on neither opens anything, and nobody is told a second time.
    assert_eq!(refused(&house, &mut own).await, NOT_ACCEPTED);
    assert_eq!(refused(&house, &mut copy).await, NOT_ACCEPTED);
    house.work().await;
    assert_eq!(told(&house, "passkey-stopped"), 1);
    let node = "query($id: ID!) { node(id: $id) { ... on Passkey { stoppedAt } } }";
    let seen = house.api().ask(&kari, node, json!({ "id": id })).await;
    assert!(seen["node"]["stoppedAt"].is_string());
    // One that stands still is no better.
    let mut still = Authenticator { counter: Some(3), ..telephone(&house, 2) };
    add(&house, &kari, &mut still).await;
    still.counter = Some(2);
    assert_eq!(refused(&house, &mut still).await, NOT_ACCEPTED);
    house.finish().await;
}

#[tokio::test]
async fn a_removed_passkey_opens_nothing_and_the_code_stays() {
    let house = House::new().await;
    let kari = house.person(KARI).await;
    let api = house.api();
    let mut device = telephone(&house, 1);
    let id = add(&house, &kari, &mut device).await;
    let stranger = house.person("per@annen.example.no").await;
    let it = json!({ "passkeyId": id });
    let renamed = json!({ "passkeyId": id, "name": "Nettbrettet" });
    // Another's is not there.
    assert_eq!(api.refused(&stranger, "removePasskey", it.clone()).await, ["NOT_FOUND"]);
    assert_eq!(api.refused(&stranger, "renamePasskey", renamed.clone()).await, ["NOT_FOUND"]);
    let node = "query($id: ID!) { node(id: $id) { __typename } }";
    assert_eq!(api.ask(&stranger, node, json!({ "id": id })).await["node"], Value::Null);
    let done = api.done(&kari, "renamePasskey", "passkey { name }", renamed).await;
    assert_eq!(done["passkey"]["name"], "Nettbrettet");

    let asked_before = used(&house, &mut device).await;
    let done = api.done(&kari, "removePasskey", "passkey { name }", it.clone()).await;
    assert_eq!(done["passkey"]["name"], "Nettbrettet");
    assert_eq!(api.refused(&visitor(), "completePasskeySignIn", asked_before).await, NOT_ACCEPTED);
    assert_eq!(refused(&house, &mut device).await, NOT_ACCEPTED);
    assert_eq!(api.refused(&kari, "removePasskey", it).await, ["NOT_FOUND"]);
    house.work().await;
    assert_eq!(told(&house, "passkey-removed"), 1);
    house.person(KARI).await;
    house.finish().await;
}

#[tokio::test]
async fn who_shows_by_passkey_once_more_who_it_is_goes_on_as_before() {
    let house = House::new().await;
    let firm = house.organisation(OrganisationKind::Supplier, "Firma AS", None).await;
    let kari = house.member(&firm, KARI, &[Role::Member]).await;
    let api = house.api();
    let mut device = telephone(&house, 1);
    let id = add(&house, &kari, &mut device).await;
    house.clock.advance(TimeDelta::minutes(15) + TimeDelta::seconds(1));
    let it = json!({ "passkeyId": id });
    assert_eq!(api.refused(&kari, "removePasskey", it.clone()).await, ["REAUTHENTICATION_REQUIRED"]);
    assert_eq!(
        api.refused(&kari, "startPasskeyRegistration", Value::Null).await,
        ["REAUTHENTICATION_REQUIRED"]
    );
    let again = sign_in(&house, &kari, &mut device).await;
    assert_eq!(again.organisation_id(), Some(firm.id));
    assert_eq!(accounts::actor_of_session(&house.app, kari.session.unwrap()).await.unwrap(), None);
    assert_eq!(api.refused(&again, "removePasskey", it).await, DONE);
    house.finish().await;
}

#[tokio::test]
async fn there_is_an_end_to_passkeys_and_to_tries() {
    let house = House::new().await;
    let kari = house.person(KARI).await;
    let api = house.api();
    for seed in 0..10 {
        add(&house, &kari, &mut telephone(&house, seed)).await;
    }
    assert_eq!(api.refused(&kari, "startPasskeyRegistration", Value::Null).await, ["OUT_OF_RANGE"]);
    house.clock.advance(TimeDelta::minutes(15));
    let nothing = json!({ "ceremony": "AAAA", "response": "{}" });
    for _ in 0..60 {
        assert_eq!(api.refused(&visitor(), "completePasskeySignIn", nothing.clone()).await, EXPIRED);
    }
    assert_eq!(api.refused(&visitor(), "completePasskeySignIn", nothing).await, ["RATE_LIMITED"]);
    // The tries at a code are the same tries.
    let proof = accounts::Proof { attempt: Some("x"), code: Some("AAAA-AAAA"), ..accounts::Proof::default() };
    let code = accounts::complete_sign_in(&house.app, &visitor(), proof).await;
    assert!(matches!(code, Err(Error::RateLimited(_))));
    house.finish().await;
}

#[tokio::test]
async fn the_pages_of_passkeys() {
    let house = House::new().await;
    house.person(KARI).await;
    let mut browser = house.browser_of(KARI).await;
    browser.get("/nb/account/security").await.is(StatusCode::OK).says("Du har ingen passnøkler.");
    let page = browser.get("/nb/account/security/passkeys/new").await.is(StatusCode::OK);
    // Without a script it says calmly what stands against it.
    let page = page.says("Koden på e-post virker alltid.");
    let mut device = telephone(&house, 1);
    let answer = device.create(&options(&page.html));
    let ceremony = page.field("ceremony");
    let fields = [("ceremony", &*ceremony), ("response", &answer), ("name", "")];
    let page = browser.post("/nb/account/security/passkeys/new", &fields).await;
    let page = page.is(StatusCode::UNPROCESSABLE_ENTITY).says("Fyll ut");
    let (answer, ceremony) = (device.create(&options(&page.html)), page.field("ceremony"));
    let fields = [("ceremony", &*ceremony), ("response", &answer), ("name", "Jobbtelefonen")];
    let page = browser.post("/nb/account/security/passkeys/new", &fields).await.is(StatusCode::OK);
    let page = page.at("/nb/account/security").says("Passnøkkelen er lagt til.").says("Jobbtelefonen");
    let own = page.link("/nb/account/security/passkeys/");
    // Sent once more, it is told in words.
    let again = browser.post("/nb/account/security/passkeys/new", &fields).await;
    again.is(StatusCode::UNPROCESSABLE_ENTITY).says("Det gikk for lang tid");

    // Somebody comes from elsewhere, and is led to where they were going.
    let mut elsewhere = house.browser();
    let page = elsewhere.get("/nb/login?next=/nb/account/security").await.is(StatusCode::OK);
    let page = page.says("Koden på e-post virker her.");
    let (answer, ceremony) = (device.get(&options(&page.html)), page.field("ceremony"));
    let wrong =
        [("ceremony", &*ceremony), ("response", "{}"), ("next", "/nb/account/security"), ("email", KARI)];
    let page = elsewhere.post("/nb/login/passkey", &wrong).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let page = page.says("Passnøkkelen ble ikke godtatt.");
    assert_eq!(page.field("email"), KARI, "what was typed is kept");
    drop(answer);
    let (answer, ceremony) = (device.get(&options(&page.html)), page.field("ceremony"));
    let right = [("ceremony", &*ceremony), ("response", &*answer), ("next", "/nb/account/security")];
    let page = elsewhere.post("/nb/login/passkey", &right).await.is(StatusCode::OK);
    page.at("/nb/account/security").says("Passnøkkel");
    house.clock.advance(TimeDelta::minutes(16));
    browser.get("/nb/account/security/passkeys/new").await.is(StatusCode::UNAUTHORIZED);
    let page = browser.get(&own).await.is(StatusCode::OK).says("Det er den siste du har.");
    page.says("Sist brukt");
    browser.post(&own, &[("remove", "yes")]).await.is(StatusCode::UNAUTHORIZED);
    browser.post(&own, &[("name", "Nettbrettet")]).await.is(StatusCode::OK).says("Nettbrettet");
    let mut again = house.browser_of(KARI).await;
    again.post(&own, &[("remove", "yes")]).await.is(StatusCode::OK).says("Passnøkkelen er fjernet.");
    again.get(&own).await.is(StatusCode::NOT_FOUND);
    house.finish().await;
}

/// What a page has its script ask the browser.
fn options(html: &str) -> Value {
    let (_, rest) = html.split_once("data-options=\"").expect("a question");
    let text = rest.split_once('"').expect("an end").0;
    let plain = text.replace("&#34;", "\"").replace("&#38;", "&").replace("&#60;", "<").replace("&#62;", ">");
    serde_json::from_str(&plain).expect("JSON")
}
