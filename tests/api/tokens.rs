//! Access tokens: whose they are, when they are worth nothing, and the keys that sign them.

use std::sync::Arc;

use chrono::TimeDelta;
use domain::ports::TokenIssuer;
use domain::{accounts, signing};
use identity::Tokens;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use mail::MemoryMailer;
use serde_json::{Value, json};
use tests::{House, TestClock};

/// An access token as the house would write it, with something changed.
struct Forger {
    header: Header,
    claims: Value,
    key: EncodingKey,
}

impl Forger {
    async fn new(house: &House, session: types::SessionId) -> Self {
        let key = signing::current(&house.app).await.unwrap();
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some("at+jwt".to_owned());
        header.kid = Some(key.id.clone());
        let (url, now) = (&house.app.settings.public_url, house.app.now().timestamp());
        let claims = json!({ "iss": url, "aud": format!("{url}/graphql"), "sid": session, "iat": now, "exp": now + 600 });
        Self { header, claims, key: EncodingKey::from_ed_der(&key.pkcs8()) }
    }

    fn token(&self) -> String {
        jsonwebtoken::encode(&self.header, &self.claims, &self.key).unwrap()
    }

    fn claim(mut self, name: &str, value: Value) -> Self {
        self.claims[name] = value;
        self
    }

    fn header(mut self, change: impl FnOnce(&mut Header)) -> Self {
        change(&mut self.header);
        self
    }
}

#[tokio::test]
async fn a_token_speaks_for_its_session_and_ends_with_it() {
    let house = House::new().await;
    let kari = house.person("kari@example.no").await;
    let tokens = Tokens::new(house.app.clone());
    let (token, ends_at) = tokens.issue(kari.session.unwrap()).await.unwrap();
    assert!(ends_at - house.app.now() <= TimeDelta::minutes(15));
    assert_eq!(tokens.actor_of(&token).await.unwrap().unwrap().person, kari.person);

    accounts::sign_out(&house.app, &kari).await.unwrap();
    assert_eq!(tokens.actor_of(&token).await.unwrap(), None);
    house.finish().await;
}

#[tokio::test]
async fn a_session_that_nobody_uses_ends_and_one_in_use_ends_at_last() {
    let mut house = House::new().await;
    let kari = house.person("kari@example.no").await;
    let session = kari.session.unwrap();
    let began = house.app.now();
    let app = std::sync::Arc::get_mut(&mut house.app).unwrap();
    app.settings.session_idle = TimeDelta::hours(24);
    let is_in_force = async || accounts::actor_of_session(&house.app, session).await.unwrap().is_some();
    house.clock.advance(TimeDelta::hours(24) - TimeDelta::seconds(1));
    assert!(is_in_force().await);
    // Every working day for a month, and then it is enough.
    while house.app.now() < began + TimeDelta::days(29) {
        house.clock.advance(TimeDelta::hours(20));
        assert!(is_in_force().await);
    }
    house.clock.set(began + TimeDelta::days(30));
    assert!(!is_in_force().await);

    let kari = house.person("kari@example.no").await;
    house.clock.advance(TimeDelta::hours(24));
    assert!(accounts::actor_of_session(&house.app, kari.session.unwrap()).await.unwrap().is_none());
    house.finish().await;
}

#[tokio::test]
async fn only_what_the_house_wrote_to_the_letter_is_a_token() {
    let house = House::new().await;
    let session = house.person("kari@example.no").await.session.unwrap();
    let tokens = Tokens::new(house.app.clone());
    let now = house.app.now().timestamp();
    let forger = || Forger::new(&house, session);
    let is_taken = async |token: &str| tokens.session_of(token).await.unwrap().is_some();
    assert!(is_taken(&forger().await.token()).await, "the forger writes as the house does");

    let mut wrong = vec![
        ("another issuer", forger().await.claim("iss", json!("https://evil.example.no"))),
        ("another audience", forger().await.claim("aud", json!("https://evil.example.no/graphql"))),
        (
            "two audiences",
            forger().await.claim("aud", json!([format!("{}/graphql", house.app.settings.public_url), "x"])),
        ),
        ("no audience", forger().await.claim("aud", Value::Null)),
        ("expired this second", forger().await.claim("exp", json!(now))),
        ("from the future", forger().await.claim("iat", json!(now + 31)).claim("exp", json!(now + 600))),
        ("for longer than any", forger().await.claim("exp", json!(now + 601))),
        (
            "an end before its beginning",
            forger().await.claim("iat", json!(now + 20)).claim("exp", json!(now + 10)),
        ),
        ("no session", forger().await.claim("sid", Value::Null)),
        ("another type", forger().await.header(|h| h.typ = Some("JWT".to_owned()))),
        ("no type", forger().await.header(|h| h.typ = None)),
        ("no key's name", forger().await.header(|h| h.kid = None)),
        ("an unknown key's name", forger().await.header(|h| h.kid = Some("../../secret.key".to_owned()))),
        (
            "the address of a key",
            forger().await.header(|h| h.jku = Some("https://evil.example.no/jwks".to_owned())),
        ),
        ("what must be understood", forger().await.header(|h| h.crit = Some(vec!["exp".to_owned()]))),
    ];
    let own = EncodingKey::from_ed_der(&elsewhere().await.pkcs8());
    wrong.push(("another's key under our name", Forger { key: own, ..forger().await }));
    // The public half as a shared secret: the old confusion of algorithms.
    let key = signing::current(&house.app).await.unwrap();
    for algorithm in [Algorithm::HS256, Algorithm::HS512] {
        let other = Forger { key: EncodingKey::from_secret(&key.public), ..forger().await };
        wrong.push(("the public key as a secret", other.header(|h| h.alg = algorithm)));
    }
    for (what, forged) in wrong {
        assert!(!is_taken(&forged.token()).await, "{what}");
    }

    let right = forger().await.token();
    let parts: Vec<&str> = right.split('.').collect();
    // {"alg":"none","typ":"at+jwt"}
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0";
    for broken in [
        format!("{none}.{}.", parts[1]),
        format!("{none}.{}.{}", parts[1], parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}", parts[0], parts[1]),
        format!("{right}.{}", parts[2]),
        format!(" {right}"),
        String::new(),
        "a".repeat(100_000),
        format!("{}.{}.{}", "e".repeat(50_000), parts[1], parts[2]),
    ] {
        assert!(!is_taken(&broken).await, "{broken:.80}");
    }
    house.finish().await;
}

/// A key of another installation.
async fn elsewhere() -> signing::SigningKey {
    let house = House::new().await;
    let mut seed = [0; 32];
    // The houses' chance is seeded alike: another key than the first.
    house.app.entropy.fill(&mut seed);
    let key = signing::current(&house.app).await.unwrap();
    house.finish().await;
    key
}

#[tokio::test]
async fn a_token_ends_to_the_second() {
    let house = House::new().await;
    let kari = house.person("kari@example.no").await;
    let tokens = Tokens::new(house.app.clone());
    let (token, ends_at) = tokens.issue(kari.session.unwrap()).await.unwrap();
    house.clock.set(ends_at - TimeDelta::seconds(1));
    assert!(tokens.session_of(&token).await.unwrap().is_some());
    house.clock.set(ends_at);
    assert_eq!(tokens.session_of(&token).await.unwrap(), None);
    house.finish().await;
}

/// The names of the published keys, the newest first.
async fn names(house: &House) -> Vec<String> {
    signing::published(&house.app).await.unwrap().into_iter().map(|k| k.id).collect()
}

#[tokio::test]
async fn keys_rotate_without_refusing_anybody() {
    let house = House::new().await;
    let session = house.person("kari@example.no").await.session.unwrap();
    let tokens = Tokens::new(house.app.clone());
    assert_eq!(names(&house).await, [""; 0]);
    tokens.issue(session).await.unwrap();
    let first = names(&house).await;
    assert_eq!(first.len(), 1);

    // A month on, the next is published, and signs an hour later.
    house.clock.advance(TimeDelta::days(30));
    house.work().await;
    let both = names(&house).await;
    assert_eq!((both.len(), &both[1]), (2, &first[0]));
    assert_eq!(signing::current(&house.app).await.unwrap().id, first[0]);
    house.clock.advance(signing::AHEAD - TimeDelta::seconds(1));
    let (last, _) = tokens.issue(session).await.unwrap();
    house.clock.advance(TimeDelta::seconds(1));
    assert_eq!(signing::current(&house.app).await.unwrap().id, both[0]);

    // The last token of the old key lives its time; then the key goes.
    house.clock.advance(TimeDelta::minutes(9));
    house.work().await;
    assert!(tokens.session_of(&last).await.unwrap().is_some());
    house.clock.advance(TimeDelta::seconds(90));
    house.work().await;
    assert_eq!(names(&house).await, [both[0].clone()]);
    house.finish().await;
}

#[tokio::test]
async fn a_key_that_got_out_is_refused_at_once_on_every_node() {
    let house = House::new().await;
    let session = house.person("kari@example.no").await.session.unwrap();
    let mailer = Arc::new(MemoryMailer::new(tests::sender(), Arc::new(TestClock::default())));
    let other = Arc::new(House::node(&house.url, mailer).await);
    let (here, there) = (Tokens::new(house.app.clone()), Tokens::new(other.clone()));
    let (token, _) = here.issue(session).await.unwrap();
    assert!(there.session_of(&token).await.unwrap().is_some(), "nodes agree about the keys");

    signing::rotate(&other, true).await.unwrap();
    assert_eq!(here.session_of(&token).await.unwrap(), None);
    assert_eq!(there.session_of(&token).await.unwrap(), None);
    let (fresh, _) = here.issue(session).await.unwrap();
    assert!(there.session_of(&fresh).await.unwrap().is_some());
    house.finish().await;
}

#[tokio::test]
async fn two_nodes_that_rotate_at_once_make_one_key() {
    let house = House::new().await;
    signing::current(&house.app).await.unwrap();
    house.clock.advance(TimeDelta::days(31));
    let mailer = Arc::new(MemoryMailer::new(tests::sender(), Arc::new(TestClock::default())));
    let other = domain::App { clock: house.clock.clone(), ..House::node(&house.url, mailer).await };
    let (one, two) = futures::join!(signing::due(&house.app), signing::due(&other));
    assert!(one.unwrap() + two.unwrap() >= 1);
    assert_eq!(names(&house).await.len(), 2);
    house.finish().await;
}
