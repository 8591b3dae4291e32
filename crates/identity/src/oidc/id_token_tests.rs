//! An ID token is believed in no other case than the one.

use ed25519_dalek::SigningKey;
use jsonwebtoken::{EncodingKey, Header};
use serde_json::json;

use super::super::known::Metadata;
use super::*;

const ISSUER: &str = "https://ansattporten.example.no";
const CLIENT: &str = "samspill";
const NOW: i64 = 1_800_000_000;

/// A key of a service, by its number.
fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn jwk(seed: u8, kid: &str) -> Jwk {
    let x = URL_SAFE_NO_PAD.encode(key(seed).verifying_key().to_bytes());
    serde_json::from_value(
        json!({ "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": kid, "x": x }),
    )
    .unwrap()
}

fn known(keys: Vec<Jwk>) -> Known {
    let metadata = Metadata {
        issuer: ISSUER.to_owned(),
        authorization_endpoint: format!("{ISSUER}/authorize"),
        token_endpoint: format!("{ISSUER}/token"),
        userinfo_endpoint: None,
        jwks_uri: format!("{ISSUER}/jwks"),
        id_token_signing_alg_values_supported: vec!["EdDSA".to_owned(), "RS256".to_owned()],
        authorization_response_iss_parameter_supported: true,
    };
    Known::new(metadata, keys, at(NOW))
}

fn at(seconds: i64) -> Time {
    Time::from_timestamp(seconds, 0).unwrap()
}

fn expected() -> Expected<'static> {
    Expected {
        issuer: ISSUER,
        client_id: CLIENT,
        nonce: "nonce",
        acr_values: &[],
        fresh_since: None,
        now: at(NOW),
    }
}

fn claims() -> Value {
    json!({
        "iss": ISSUER, "aud": CLIENT, "sub": "abc", "nonce": "nonce",
        "iat": NOW - 1, "exp": NOW + 120, "auth_time": NOW - 2, "acr": "high",
        "pid": "47906701517", "name": "Kari Nordmann",
    })
}

/// A token with what `change` makes of its claims.
fn token(change: impl FnOnce(&mut Value)) -> String {
    let mut claims = claims();
    change(&mut claims);
    signed(1, Some("k1"), &claims)
}

fn signed(seed: u8, kid: Option<&str>, claims: &Value) -> String {
    let mut pkcs8 = hex("302e020100300506032b657004220420");
    pkcs8.extend(key(seed).to_bytes());
    let header = Header { kid: kid.map(str::to_owned), ..Header::new(Algorithm::EdDSA) };
    jsonwebtoken::encode(&header, claims, &EncodingKey::from_ed_der(&pkcs8)).unwrap()
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
}

fn reading(token: &str, expected: &Expected<'_>) -> Result<String, Wrong> {
    read(token, &known(vec![jwk(1, "k1"), jwk(2, "k2")]), expected).map(|claims| claims.sub)
}

#[test]
fn what_the_service_signed_for_us_now_counts() {
    assert_eq!(reading(&token(|_| {}), &expected()), Ok("abc".to_owned()));
    assert_eq!(reading(&token(|c| c["aud"] = json!([CLIENT])), &expected()), Ok("abc".to_owned()));
    let several = token(|c| {
        c["aud"] = json!([CLIENT, "another"]);
        c["azp"] = json!(CLIENT);
    });
    assert_eq!(reading(&several, &expected()), Ok("abc".to_owned()));
    // Their clock may be a minute off, either way.
    assert!(reading(&token(|c| c["iat"] = json!(NOW + 59)), &expected()).is_ok());
    assert!(reading(&token(|c| c["exp"] = json!(NOW - 59)), &expected()).is_ok());
}

#[test]
fn each_claim_is_checked() {
    let wrong = |change: fn(&mut Value)| reading(&token(change), &expected()).unwrap_err();
    for change in [
        (|c: &mut Value| c["iss"] = json!("https://ansattporten.example.no/")) as fn(&mut Value),
        |c| c["iss"] = json!("https://evil.example"),
        |c| c["aud"] = json!("another"),
        |c| c["aud"] = json!([CLIENT, "another"]),
        |c| c["aud"] = json!([]),
        |c| c["azp"] = json!("another"),
        |c| c["nonce"] = json!("of another sign-in"),
        |c| c["nonce"] = Value::Null,
        |c| c["sub"] = json!(""),
        |c| c["sub"] = json!("x".repeat(256)),
        |c| c["sub"] = Value::Null,
        |c| c["exp"] = json!("soon"),
    ] {
        assert!(matches!(wrong(change), Wrong::Untrusted(_)), "{:?}", wrong(change));
    }
    for change in [
        (|c: &mut Value| c["exp"] = json!(NOW - 60)) as fn(&mut Value),
        |c| c["iat"] = json!(NOW + 61),
        |c| c["nbf"] = json!(NOW + 61),
        |c| c["iat"] = json!(NOW - 15 * 60 - 61),
    ] {
        assert!(matches!(wrong(change), Wrong::Clock(_)), "{:?}", wrong(change));
    }
}

#[test]
fn only_a_key_of_the_service_signs() {
    let good = claims();
    assert_eq!(reading(&signed(3, Some("k3"), &good), &expected()), Err(Wrong::UnknownKey));
    // Another's key under a known name, and a known key under another's name.
    let foreign = reading(&signed(3, Some("k1"), &good), &expected());
    assert!(matches!(foreign, Err(Wrong::Untrusted(_))), "{foreign:?}");
    let swapped = reading(&signed(2, Some("k1"), &good), &expected());
    assert!(matches!(swapped, Err(Wrong::Untrusted(_))), "{swapped:?}");
    // Without a name only one may be meant.
    let nameless = signed(1, None, &good);
    assert!(matches!(reading(&nameless, &expected()), Err(Wrong::Untrusted(_))));
    assert!(read(&nameless, &known(vec![jwk(1, "k1")]), &expected()).is_ok());
    // A key for something else signs nothing.
    let mut for_encryption = jwk(1, "k1");
    for_encryption.common.public_key_use = Some(PublicKeyUse::Encryption);
    let read = read(&token(|_| {}), &known(vec![for_encryption]), &expected()).map(|c| c.sub);
    assert_eq!(read, Err(Wrong::UnknownKey));
    // A claim changed after it was signed.
    let token = token(|_| {});
    let (head, rest) = token.split_once('.').unwrap();
    let (_, signature) = rest.split_once('.').unwrap();
    let other = URL_SAFE_NO_PAD.encode(json!({ "sub": "somebody else" }).to_string());
    assert!(reading(&format!("{head}.{other}.{signature}"), &expected()).is_err());
}

#[test]
fn no_algorithm_counts_but_those_of_key_pairs() {
    let body = URL_SAFE_NO_PAD.encode(claims().to_string());
    for alg in ["none", "None", "HS256", "HS512", "", "eddsa"] {
        let head = URL_SAFE_NO_PAD.encode(json!({ "alg": alg, "kid": "k1" }).to_string());
        let read = reading(&format!("{head}.{body}."), &expected());
        assert!(matches!(read, Err(Wrong::Untrusted(_))), "{alg}: {read:?}");
    }
    // The public key as a shared secret, the oldest of tricks.
    let secret = EncodingKey::from_secret(key(1).verifying_key().as_bytes());
    let header = Header { kid: Some("k1".to_owned()), ..Header::new(Algorithm::HS256) };
    let forged = jsonwebtoken::encode(&header, &claims(), &secret).unwrap();
    assert!(matches!(reading(&forged, &expected()), Err(Wrong::Untrusted(_))));
    let head = URL_SAFE_NO_PAD.encode(json!({ "alg": "EdDSA", "kid": "k1", "crit": ["x"] }).to_string());
    assert!(matches!(reading(&format!("{head}.{body}.x"), &expected()), Err(Wrong::Untrusted(_))));
    // One of ours that the service says it does not use.
    let mut other = known(vec![jwk(1, "k1")]);
    other.metadata.id_token_signing_alg_values_supported = vec!["RS256".to_owned()];
    assert!(read(&token(|_| {}), &other, &expected()).is_err());
    for bad in ["", ".", "..", "a.b.c", "eyJ.eyJ.x", &"x".repeat(40_000)] {
        assert!(reading(bad, &expected()).is_err(), "{bad}");
    }
}

#[test]
fn a_short_rsa_key_proves_nothing() {
    let rsa = |bytes: usize| -> AlgorithmParameters {
        let n = URL_SAFE_NO_PAD.encode(vec![0xc1; bytes]);
        serde_json::from_value(json!({ "kty": "RSA", "n": n, "e": "AQAB" })).unwrap()
    };
    assert!(is_of_kind(&rsa(256), Algorithm::RS256) && !is_of_kind(&rsa(128), Algorithm::RS256));
    assert!(!is_of_kind(&rsa(256), Algorithm::ES256));
}

#[test]
fn who_is_to_show_it_anew_has_done_so() {
    let fresh = Expected { fresh_since: Some(at(NOW - 30)), ..expected() };
    assert!(reading(&token(|c| c["auth_time"] = json!(NOW - 5)), &fresh).is_ok());
    assert!(reading(&token(|c| c["auth_time"] = json!(NOW - 90)), &fresh).is_ok(), "their clock");
    for change in [
        (|c: &mut Value| c["auth_time"] = json!(NOW - 91)) as fn(&mut Value),
        |c| c["auth_time"] = Value::Null,
        |c| c["auth_time"] = json!(NOW + 61),
    ] {
        assert_eq!(reading(&token(change), &fresh), Err(Wrong::NotFresh));
    }
}

#[test]
fn it_is_at_least_as_sure_as_was_asked_for() {
    let asked = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
    for (told, asked_for, is_fine) in [
        (Some("high"), &["substantial"][..], true),
        (Some("substantial"), &["substantial"][..], true),
        (Some("low"), &["substantial"][..], false),
        (Some("substantial"), &["high"][..], false),
        (Some("entraid"), &["substantial", "entraid"][..], true),
        (Some("entraid"), &["substantial"][..], false),
        (Some("idporten-loa-high"), &["idporten-loa-substantial"][..], true),
        (Some("high"), &["idporten-loa-substantial"][..], false),
        (Some("Level3"), &["Level4"][..], false),
        (Some("gold"), &["gold"][..], true),
        (None, &["gold"][..], false),
        (None, &[][..], true),
    ] {
        assert_eq!(is_enough(told, &asked(asked_for)), is_fine, "{told:?} for {asked_for:?}");
    }
    let acr_values = asked(&["high"]);
    let strict = Expected { acr_values: &acr_values, ..expected() };
    assert!(reading(&token(|_| {}), &strict).is_ok());
    assert_eq!(reading(&token(|c| c["acr"] = json!("low")), &strict), Err(Wrong::TooWeak));
}
