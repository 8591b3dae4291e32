//! Sending a browser to a service.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use entity::provider_sign_in;
use sea_orm::ActiveValue::Set;
use types::{SignInFailure, Time};

use super::store;
use crate::keys::token_hash;
use crate::ports::{Provider, ProviderRequest};
use crate::throttle::network;
use crate::{Actor, App, Error, Result};

/// Whoever is sent there comes back within this.
const MINUTES: i64 = 10;
const WINDOW: TimeDelta = TimeDelta::minutes(15);

/// A browser that is to be sent to a service.
#[derive(Clone)]
pub struct Started {
    /// Where to.
    pub address: String,
    /// The secret that the browser keeps; the same for all that it begins meanwhile.
    pub browser: String,
    /// Until when the answer is taken.
    pub expires_at: Time,
}

impl std::fmt::Debug for Started {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Started(…, until {})", self.expires_at)
    }
}

/// Begins. Whoever is signed in is asked to show anew who it is. `browser` is the secret
/// that this browser keeps already, so that it may begin in two windows.
pub async fn start(
    app: &App,
    actor: &Actor,
    key: &str,
    next: Option<&str>,
    browser: Option<&str>,
) -> Result<Result<Started, SignInFailure>> {
    let provider = super::provider(app, key).ok_or(Error::NotFound)?;
    if let Some(address) = &actor.address {
        super::super::rate_limit(app, &format!("provider:{}", network(app, address)), 60, WINDOW).await?;
    }
    let browser = browser.filter(|b| is_secret(b)).map_or_else(|| app.token(), str::to_owned);
    let (state, now) = (app.token(), app.now());
    let person = actor.person.as_ref().map(|p| p.id);
    let asked = asked(app, actor, provider, &browser, &state, person.is_some());
    let address = match app.providers.address(key, &asked, now).await {
        Ok(address) => address,
        Err(failure) => return Ok(Err(failure)),
    };
    let expires_at = now + TimeDelta::minutes(MINUTES);
    let row = provider_sign_in::ActiveModel {
        id: Set(app.id()),
        provider: Set(key.to_owned()),
        state_hash: Set(token_hash(&state)),
        browser_hash: Set(token_hash(&browser)),
        next: Set(next.filter(|n| super::super::sign_in::is_local_path(n)).map(str::to_owned)),
        language: Set(actor.language),
        person_id: Set(person),
        created_at: Set(now),
        expires_at: Set(expires_at),
        used_at: Set(None),
    };
    let tx = app.db.write().await?;
    store::forget_attempts(&tx, now - TimeDelta::days(1)).await?;
    store::insert_attempt(&tx, row).await?;
    tx.commit().await?;
    Ok(Ok(Started { address, browser, expires_at }))
}

/// What a service is asked with: the same again when its answer is redeemed.
pub(super) fn asked(
    app: &App,
    actor: &Actor,
    provider: &Provider,
    browser: &str,
    state: &str,
    is_fresh: bool,
) -> ProviderRequest {
    let derive = |what: &str| {
        let bytes = app.keys.derive(what, &[browser.as_bytes(), state.as_bytes()]);
        URL_SAFE_NO_PAD.encode(bytes)
    };
    ProviderRequest {
        state: state.to_owned(),
        nonce: derive("provider nonce"),
        verifier: derive("provider verifier"),
        redirect_uri: super::redirect_uri(app, provider),
        is_fresh,
        language: actor.language,
    }
}

/// Whether a text may be a secret of ours ([`App::token`]).
fn is_secret(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}
