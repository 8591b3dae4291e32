//! What a service signs (`OpenID` Connect Core, 3.1.3.7), checked to the last claim.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use types::Time;

use super::known::Known;

/// Its clock and ours may differ so much.
const LEEWAY: TimeDelta = TimeDelta::seconds(60);
/// It was signed for this sign-in, so not long ago.
const OLDEST: TimeDelta = TimeDelta::minutes(15);
/// Groups and the like may be in one.
const LONGEST: usize = 32 * 1024;
/// A shorter RSA key proves nothing: 2048 bits.
const SHORTEST_RSA: usize = 256;

/// The algorithms that count: each of a key pair, none that a shared secret makes.
const ALGORITHMS: [(&str, Algorithm); 9] = [
    ("RS256", Algorithm::RS256),
    ("RS384", Algorithm::RS384),
    ("RS512", Algorithm::RS512),
    ("PS256", Algorithm::PS256),
    ("PS384", Algorithm::PS384),
    ("PS512", Algorithm::PS512),
    ("ES256", Algorithm::ES256),
    ("ES384", Algorithm::ES384),
    ("EdDSA", Algorithm::EdDSA),
];

/// Why one does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// Its key is not among those that are known.
    UnknownKey,
    /// It is of another time.
    Clock(&'static str),
    /// The person did not show anew who it is.
    NotFresh,
    /// Weaker than is asked for.
    TooWeak,
    /// Anything else.
    Untrusted(&'static str),
}

/// What is expected of one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) nonce: &'a str,
    pub(super) acr_values: &'a [String],
    /// When the person was asked to show anew who it is.
    pub(super) fresh_since: Option<Time>,
    pub(super) now: Time,
}

#[derive(Deserialize)]
struct Head {
    alg: String,
    kid: Option<String>,
    crit: Option<IgnoredAny>,
}

/// What we read; everything else, a national identity number above all, is passed over.
#[derive(Clone, Deserialize)]
pub(super) struct Claims {
    iss: String,
    aud: Audience,
    azp: Option<String>,
    pub(super) sub: String,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
    nonce: Option<String>,
    pub(super) acr: Option<String>,
    pub(super) auth_time: Option<i64>,
    #[serde(flatten)]
    pub(super) person: PersonClaims,
    pub(super) authorization_details: Option<Value>,
}

/// What it says of the person, here or at its userinfo endpoint.
#[derive(Clone, Default, Deserialize)]
pub(super) struct PersonClaims {
    pub(super) email: Option<String>,
    pub(super) email_verified: Option<Flag>,
    pub(super) name: Option<String>,
    pub(super) given_name: Option<String>,
    pub(super) family_name: Option<String>,
}

/// Some write the truth as text.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum Flag {
    Bool(bool),
    Text(String),
}

impl Flag {
    pub(super) fn is_true(&self) -> bool {
        match self {
            Self::Bool(flag) => *flag,
            Self::Text(text) => text == "true",
        }
    }
}

#[derive(Clone, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// Reads a token, if it is one that the service signed for us, now, and for this sign-in.
pub(super) fn read(token: &str, known: &Known, expected: &Expected<'_>) -> Result<Claims, Wrong> {
    if token.len() > LONGEST {
        return Err(Wrong::Untrusted("a token without end"));
    }
    let head = token.split('.').next().and_then(|head| URL_SAFE_NO_PAD.decode(head).ok());
    let head = head.and_then(|head| serde_json::from_slice::<Head>(&head).ok());
    let head = head.ok_or(Wrong::Untrusted("a token whose head can't be read"))?;
    if head.crit.is_some() {
        return Err(Wrong::Untrusted("a token with conditions that we don't know"));
    }
    let algorithm = ALGORITHMS.iter().find(|(name, _)| *name == head.alg).map(|(_, algorithm)| *algorithm);
    let algorithm = algorithm.ok_or(Wrong::Untrusted("an algorithm that does not count"))?;
    let supported = &known.metadata.id_token_signing_alg_values_supported;
    if !supported.is_empty() && !supported.contains(&head.alg) {
        return Err(Wrong::Untrusted("an algorithm that the service does not use"));
    }
    let key = key_of(&known.keys, head.kid.as_deref(), algorithm)?;
    let key = DecodingKey::from_jwk(key).map_err(|_| Wrong::Untrusted("a key that can't be read"))?;
    let mut rules = Validation::new(algorithm);
    // Everything but the signature is checked below, by our own clock.
    rules.required_spec_claims.clear();
    rules.validate_exp = false;
    rules.validate_aud = false;
    let read = jsonwebtoken::decode::<Claims>(token, &key, &rules);
    let claims = read.map_err(|_| Wrong::Untrusted("a signature or a claim that does not hold"))?.claims;
    check(&claims, expected)?;
    Ok(claims)
}

fn check(claims: &Claims, expected: &Expected<'_>) -> Result<(), Wrong> {
    if claims.iss != expected.issuer {
        return Err(Wrong::Untrusted("a token of another issuer"));
    }
    let ours = expected.client_id;
    let (is_ours, is_ours_alone) = match &claims.aud {
        Audience::One(one) => (one == ours, one == ours),
        Audience::Several(all) => (all.iter().any(|a| a == ours), all.iter().all(|a| a == ours)),
    };
    // For several it must say that it was made for us.
    let is_party = match &claims.azp {
        Some(party) => party == ours,
        None => is_ours_alone,
    };
    if !is_ours || !is_party {
        return Err(Wrong::Untrusted("a token for somebody else"));
    }
    if claims.nonce.as_deref() != Some(expected.nonce) {
        return Err(Wrong::Untrusted("a token of another sign-in"));
    }
    if claims.sub.is_empty() || claims.sub.len() > 255 {
        return Err(Wrong::Untrusted("a token about nobody"));
    }
    let (now, leeway) = (expected.now.timestamp(), LEEWAY.num_seconds());
    if claims.exp + leeway <= now {
        return Err(Wrong::Clock("a token that has expired"));
    }
    if claims.iat > now + leeway || claims.nbf.is_some_and(|from| from > now + leeway) {
        return Err(Wrong::Clock("a token from the future"));
    }
    if claims.iat < now - OLDEST.num_seconds() - leeway {
        return Err(Wrong::Clock("an old token"));
    }
    if let Some(since) = expected.fresh_since
        && claims.auth_time.is_none_or(|at| at + leeway < since.timestamp() || at > now + leeway)
    {
        return Err(Wrong::NotFresh);
    }
    if !is_enough(claims.acr.as_deref(), expected.acr_values) {
        return Err(Wrong::TooWeak);
    }
    Ok(())
}

/// Whether what a service did is at least one of what was asked for. Words of another
/// ladder, and of none, must be the same to the letter.
fn is_enough(told: Option<&str>, asked: &[String]) -> bool {
    const LADDERS: [&[&str]; 3] = [
        &["low", "substantial", "high"],
        &["idporten-loa-low", "idporten-loa-substantial", "idporten-loa-high"],
        &["Level3", "Level4"],
    ];
    let is_at_least = |told: &str, least: &str| {
        let step = |ladder: &&[&str], word: &str| ladder.iter().position(|rung| *rung == word);
        told == least
            || LADDERS.iter().any(|ladder| match (step(ladder, told), step(ladder, least)) {
                (Some(told), Some(least)) => told >= least,
                _ => false,
            })
    };
    asked.is_empty() || told.is_some_and(|told| asked.iter().any(|least| is_at_least(told, least)))
}

/// The key that a token names, or the only one that fits where it names none.
fn key_of<'a>(keys: &'a [Jwk], kid: Option<&str>, algorithm: Algorithm) -> Result<&'a Jwk, Wrong> {
    let fits = |key: &&Jwk| {
        let common = &key.common;
        let is_for_signing = matches!(common.public_key_use, None | Some(PublicKeyUse::Signature));
        is_for_signing
            && common.key_algorithm.is_none_or(|named| named == algorithm.into())
            && kid.is_none_or(|kid| common.key_id.as_deref() == Some(kid))
            && is_of_kind(&key.algorithm, algorithm)
    };
    let mut fitting = keys.iter().filter(fits);
    match (fitting.next(), fitting.next()) {
        (Some(key), None) => Ok(key),
        (None, _) => Err(Wrong::UnknownKey),
        (Some(_), Some(_)) => Err(Wrong::Untrusted("several keys that may be meant")),
    }
}

/// Whether a key is of the kind that an algorithm needs, and long enough.
fn is_of_kind(key: &AlgorithmParameters, algorithm: Algorithm) -> bool {
    use jsonwebtoken::jwk::EllipticCurve as Curve;
    match (key, algorithm) {
        (AlgorithmParameters::EllipticCurve(ec), Algorithm::ES256) => ec.curve == Curve::P256,
        (AlgorithmParameters::EllipticCurve(ec), Algorithm::ES384) => ec.curve == Curve::P384,
        (AlgorithmParameters::OctetKeyPair(okp), Algorithm::EdDSA) => okp.curve == Curve::Ed25519,
        (AlgorithmParameters::RSA(_), Algorithm::ES256 | Algorithm::ES384 | Algorithm::EdDSA) => false,
        (AlgorithmParameters::RSA(rsa), _) => {
            URL_SAFE_NO_PAD.decode(&rsa.n).is_ok_and(|modulus| modulus.len() >= SHORTEST_RSA)
        }
        _ => false,
    }
}

#[cfg(test)]
#[path = "id_token_tests.rs"]
mod tests;
