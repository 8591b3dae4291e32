//! Access tokens: JWT, HS256 under the installation's key `jwt`, ten minutes.

use std::sync::Arc;

use chrono::TimeDelta;
use domain::ports::TokenIssuer;
use domain::{Actor, App, Error, Result, accounts};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use types::{SessionId, Time};
use uuid::Uuid;

/// How long a token lives.
const LIFE: TimeDelta = TimeDelta::minutes(10);
/// How far the clocks of two nodes may differ.
const LEEWAY: i64 = 30;
/// The key among the installation's.
const KEY: &str = "jwt";

#[derive(Debug, Serialize, Deserialize)]
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
        let key = self.app.keys.get(&self.app, KEY).await?;
        let mut rules = Validation::new(Algorithm::HS256);
        rules.set_issuer(&[&self.app.settings.public_url]);
        rules.set_audience(&[self.audience()]);
        rules.set_required_spec_claims(&["iss", "aud", "exp"]);
        // The library would ask the system for the time.
        rules.validate_exp = false;
        let Ok(read) = jsonwebtoken::decode::<Claims>(token, &DecodingKey::from_secret(&key), &rules) else {
            return Ok(None);
        };
        let (claims, now) = (read.claims, self.app.now().timestamp());
        let is_in_time =
            claims.exp > now && claims.iat <= now + LEEWAY && claims.exp - claims.iat <= LIFE.num_seconds();
        Ok(is_in_time.then(|| claims.sid.into()))
    }

    /// The actor behind a token, if it and its session are in force.
    pub async fn actor_of(&self, token: &str) -> Result<Option<Actor>> {
        match self.session_of(token).await? {
            Some(session) => accounts::actor_of_session(&self.app, session).await,
            None => Ok(None),
        }
    }
}

#[async_trait::async_trait]
impl TokenIssuer for Tokens {
    async fn issue(&self, session: SessionId) -> Result<(String, Time)> {
        let now = self.app.now();
        let ends_at = now + LIFE;
        let claims = Claims {
            iss: self.app.settings.public_url.clone(),
            aud: self.audience(),
            sid: session.0,
            iat: now.timestamp(),
            exp: ends_at.timestamp(),
        };
        let key = self.app.keys.get(&self.app, KEY).await?;
        let header = Header::new(Algorithm::HS256);
        let token = jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(&key))
            .map_err(|error| Error::Internal(Box::new(error)))?;
        Ok((token, ends_at))
    }
}
