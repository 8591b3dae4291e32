//! How the operator set a service up.

use domain::ports::Provider;
use serde_json::Value;

/// A service with what only this crate needs of it.
#[derive(Clone)]
pub struct OidcSettings {
    /// What the domain knows of it.
    pub provider: Provider,
    /// Our name there.
    pub client_id: String,
    /// How we show there who we are.
    pub authentication: ClientAuthentication,
    /// What is asked for; `openid` is among it.
    pub scopes: Vec<String>,
    /// How sure it is to be, the least that is enough; empty is whatever it does.
    pub acr_values: Vec<String>,
    /// Whom the person may represent is asked so (RFC 9396); a list, or null.
    pub authorization_details: Value,
    /// Whether a mailbox is checked though it does not say so.
    pub emails_are_verified: bool,
    /// Whether it may be on this machine, without TLS.
    pub may_be_plain: bool,
}

impl std::fmt::Debug for OidcSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OidcSettings({}, …)", self.provider.key)
    }
}

/// How we show at the token endpoint who we are.
#[derive(Clone, PartialEq, Eq)]
pub enum ClientAuthentication {
    /// Not at all: a public client, whose answers PKCE alone protects.
    None,
    /// A secret in the header (`client_secret_basic`).
    Basic(String),
    /// A secret in the body (`client_secret_post`).
    Post(String),
    /// A signed assertion (`private_key_jwt`).
    PrivateKey {
        /// PEM: RSA (RS256), P-256 (ES256) or Ed25519.
        pem: String,
        /// Its name at the service.
        kid: Option<String>,
    },
}

impl std::fmt::Debug for ClientAuthentication {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Basic(_) => "Basic(…)",
            Self::Post(_) => "Post(…)",
            Self::PrivateKey { .. } => "PrivateKey(…)",
        })
    }
}
