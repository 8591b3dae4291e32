//! `/.well-known/jwks.json`: the public halves of the keys that sign access
//! tokens (RFC 7517), for whoever wants to check one without asking.

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::signing;
use serde_json::{Value, json};

use super::Web;

/// Far less than a key is published ahead of its use.
const KEEP: &str = "public, max-age=300";

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/.well-known/jwks.json", get(show))
}

async fn show(State(web): State<Web>) -> Response {
    match signing::published(&web.app).await {
        Ok(keys) => {
            let keys: Vec<Value> = keys.iter().map(jwk).collect();
            let headers = [(header::CONTENT_TYPE, "application/jwk-set+json"), (header::CACHE_CONTROL, KEEP)];
            (headers, json!({ "keys": keys }).to_string()).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "the published keys can't be read");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

fn jwk(key: &signing::SigningKey) -> Value {
    json!({ "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": key.id, "x": key.x() })
}
