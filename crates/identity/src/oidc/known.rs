//! What is known of a service: its metadata and its keys, kept for a while.

use std::sync::{Mutex, PoisonError};

use chrono::TimeDelta;
use jsonwebtoken::jwk::Jwk;
use serde::Deserialize;
use types::Time;

use super::fetch::{Fault, Fetcher};
use super::settings::OidcSettings;

/// Metadata and keys are asked for again after this …
const KEPT: TimeDelta = TimeDelta::hours(1);
/// … and serve so long where the service does not answer.
const AT_MOST: TimeDelta = TimeDelta::hours(24);
/// A key that is not known makes us look again, at most so often: anybody can name one.
const LOOK_AGAIN: TimeDelta = TimeDelta::seconds(30);

/// What a service says of itself (`OpenID` Connect Discovery; RFC 8414, 9207).
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Metadata {
    pub(super) issuer: String,
    pub(super) authorization_endpoint: String,
    pub(super) token_endpoint: String,
    pub(super) userinfo_endpoint: Option<String>,
    pub(super) jwks_uri: String,
    #[serde(default)]
    pub(super) id_token_signing_alg_values_supported: Vec<String>,
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<serde_json::Value>,
}

#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) metadata: Metadata,
    pub(super) keys: Vec<Jwk>,
    at: Time,
}

impl Known {
    pub(super) fn new(metadata: Metadata, keys: Vec<Jwk>, at: Time) -> Self {
        Self { metadata, keys, at }
    }
}

/// Keeps what is known of one service.
#[derive(Debug, Default)]
pub(super) struct Keeper(Mutex<Option<Known>>);

impl Keeper {
    fn kept(&self) -> Option<Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What is known, fetched if it is not, or too old.
    pub(super) async fn known(
        &self,
        fetcher: &Fetcher,
        settings: &OidcSettings,
        now: Time,
    ) -> Result<Known, Fault> {
        let kept = self.kept();
        match kept {
            Some(kept) if now - kept.at < KEPT => Ok(kept),
            Some(kept) if now - kept.at < AT_MOST => match self.fetch(fetcher, settings, now).await {
                Err(Fault::Unreachable(_)) => Ok(kept),
                other => other,
            },
            _ => self.fetch(fetcher, settings, now).await,
        }
    }

    /// Looks again for a key that was not there; what is kept, if that was just now.
    pub(super) async fn look_again(
        &self,
        fetcher: &Fetcher,
        settings: &OidcSettings,
        now: Time,
    ) -> Result<Option<Known>, Fault> {
        match self.kept() {
            Some(kept) if now - kept.at < LOOK_AGAIN => Ok(None),
            _ => self.fetch(fetcher, settings, now).await.map(Some),
        }
    }

    async fn fetch(&self, fetcher: &Fetcher, settings: &OidcSettings, now: Time) -> Result<Known, Fault> {
        let issuer = &settings.provider.issuer;
        let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let metadata: Metadata = fetcher.get(&address, settings.may_be_plain, None).await?;
        if metadata.issuer != *issuer {
            return Err(Fault::Untrusted("its metadata name another issuer"));
        }
        let set: KeySet = fetcher.get(&metadata.jwks_uri, settings.may_be_plain, None).await?;
        // Kinds of keys that we don't know are for others.
        let keys = set.keys.into_iter().filter_map(|key| serde_json::from_value(key).ok()).collect();
        let known = Known::new(metadata, keys, now);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(known.clone());
        Ok(known)
    }
}
