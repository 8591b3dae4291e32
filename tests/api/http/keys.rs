//! The published keys, over the wire.

use serde_json::Value;

use super::{OFFICER, demonstration};

#[tokio::test]
async fn the_keys_are_published_with_what_a_cache_needs() {
    let served = demonstration().await;
    served.token_of(OFFICER);
    let answer = served.send("GET", "/.well-known/jwks.json", &[], &[]);
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/jwk-set+json"));
    assert_eq!(answer.header("cache-control"), "public, max-age=300");
    let set: Value = serde_json::from_slice(&answer.body).unwrap();
    let key = &set["keys"][0];
    assert_eq!((&key["kty"], &key["crv"], &key["alg"]), (&"OKP".into(), &"Ed25519".into(), &"EdDSA".into()));
    assert!(key["d"].is_null(), "the secret half stays where it is");
}
