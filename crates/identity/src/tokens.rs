//! Access tokens: JWT, `EdDSA` (Ed25519) by the installation's current key, ten minutes.
//!
//! The algorithm and the header's shape are fixed: a token whose header holds
//! anything but what this installation writes (`none`, another algorithm, a key
//! or an address of a key of its own) is refused before its signature is looked at.

use std::sync::Arc;

use domain::ports::TokenIssuer;
use domain::signing::{self, LEEWAY, SigningKey, TOKEN_LIFE};
use domain::{Actor, App, Error, Result, accounts};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use types::{SessionId, Time};
use uuid::Uuid;

/// The type that RFC 9068 gives access tokens, so that no other JWT of ours is one.
const TYPE: &str = "at+jwt";
/// Ours are about 500 characters.
const LONGEST: usize = 2048;

#[derive(Serialize, Deserialize)]
struct Claims {
    /// The installation that issued it.
    iss: String,
    /// Whom it is for: the installation's API.
    aud: String,
    /// The session that it speaks for.
    sid: Uuid,
    iat: i64,
    exp: i64,
}

/// Issues access tokens, and tells whose they are.
#[derive(Clone, Debug)]
pub struct Tokens {
    app: Arc<App>,
}

impl Tokens {
    /// For one installation, under its keys.
    pub fn new(app: Arc<App>) -> Self {
        Self { app }
    }

    fn audience(&self) -> String {
        format!("{}/graphql", self.app.settings.public_url)
    }

    /// The session behind a token that is ours and in its time.
    pub async fn session_of(&self, token: &str) -> Result<Option<SessionId>> {
        if token.len() > LONGEST {
            return Ok(None);
        }
        let Ok(header) = jsonwebtoken::decode_header(token) else { return Ok(None) };
        let Some(kid) = header.kid.clone() else { return Ok(None) };
        if header != header_of(&kid) {
            return Ok(None);
        }
        // Read anew with each token: a key that was taken away is gone on every node.
        let keys = signing::published(&self.app).await?;
        let Some(key) = keys.iter().find(|k| k.id == kid) else { return Ok(None) };
        let Some(claims) = self.claims(token, key) else { return Ok(None) };
        let (now, leeway) = (self.app.now().timestamp(), LEEWAY.num_seconds());
        let is_in_time = claims.exp > now
            && claims.iat <= now + leeway
            && claims.iat <= claims.exp
            && claims.exp - claims.iat <= TOKEN_LIFE.num_seconds();
        Ok(is_in_time.then(|| claims.sid.into()))
    }

    fn claims(&self, token: &str, key: &SigningKey) -> Option<Claims> {
        let mut rules = Validation::new(Algorithm::EdDSA);
        rules.set_issuer(&[&self.app.settings.public_url]);
        rules.set_audience(&[self.audience()]);
        rules.set_required_spec_claims(&["iss", "aud", "exp"]);
        // The library would ask the system for the time.
        rules.validate_exp = false;
        let key = DecodingKey::from_ed_der(&key.public);
        jsonwebtoken::decode::<Claims>(token, &key, &rules).ok().map(|read| read.claims)
    }

    /// The actor behind an access token or a token of an organisation, if it is in force.
    pub async fn actor_of(&self, token: &str) -> Result<Option<Actor>> {
        if accounts::tokens::is_ours(token) {
            return accounts::tokens::actor_of(&self.app, token).await;
        }
        match self.session_of(token).await? {
            Some(session) => accounts::actor_of_session(&self.app, session).await,
            None => Ok(None),
        }
    }
}

/// The header of our tokens, to the letter.
fn header_of(kid: &str) -> Header {
    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some(TYPE.to_owned());
    header.kid = Some(kid.to_owned());
    header
}

#[async_trait::async_trait]
impl TokenIssuer for Tokens {
    async fn issue(&self, session: SessionId) -> Result<(String, Time)> {
        let now = self.app.now();
        let ends_at = now + TOKEN_LIFE;
        let claims = Claims {
            iss: self.app.settings.public_url.clone(),
            aud: self.audience(),
            sid: session.0,
            iat: now.timestamp(),
            exp: ends_at.timestamp(),
        };
        let key = signing::current(&self.app).await?;
        let token =
            jsonwebtoken::encode(&header_of(&key.id), &claims, &EncodingKey::from_ed_der(&key.pkcs8()))
                .map_err(|error| Error::Internal(Box::new(error)))?;
        Ok((token, ends_at))
    }
}
