//! What was asked of a browser, in an envelope that only this installation opens.
//!
//! To ask keeps nothing, so the page of signing in may ask each time it is shown, and nobody can
//! fill a table by loading it. What is kept is which questions were answered, until they are too
//! old to be answered anyway.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta};
use sha2::{Digest, Sha256};
use types::{ErrorCode, Time};

use super::store;
use crate::ports::PasskeyQuestion;
use crate::{App, Error, Result, Tx};

/// So long a question may be answered.
const LIFE: TimeDelta = TimeDelta::minutes(5);
/// The form of an envelope and the key that seals it: another one refuses the older.
const PURPOSE: &str = "passkey ceremonies 1";

/// A question to a browser.
#[derive(Clone)]
pub struct Begun {
    /// What `navigator.credentials` is called with, as JSON.
    pub options: String,
    /// What is handed in with the answer.
    pub ceremony: String,
    /// Until when it may be.
    pub expires_at: Time,
}

impl std::fmt::Debug for Begun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Begun(…, until {})", self.expires_at)
    }
}

/// A question that came back.
pub(super) struct Asked {
    /// What checks the answer.
    pub state: Vec<u8>,
    hash: String,
    expires_at: Time,
}

fn expired() -> Error {
    Error::field("ceremony", ErrorCode::PasskeyExpired)
}

/// Seals a question for whoever it is for; `what` says what the answer may do.
pub(super) fn seal(app: &App, what: &str, question: Option<PasskeyQuestion>) -> Result<Begun> {
    let question = question.ok_or(Error::Conflict(ErrorCode::PasskeysUnavailable))?;
    let expires_at = app.now() + LIFE;
    let bytes = [&expires_at.timestamp_millis().to_be_bytes()[..], &question.state].concat();
    let sealed = app.keys.seal(&*app.entropy, PURPOSE, what, &bytes)?;
    Ok(Begun { options: question.options, ceremony: URL_SAFE_NO_PAD.encode(sealed), expires_at })
}

/// Opens one; `PASSKEY_EXPIRED` where it is too old, forged, or for something else.
pub(super) fn open(app: &App, what: &str, ceremony: &str) -> Result<Asked> {
    let sealed = URL_SAFE_NO_PAD.decode(ceremony).ok();
    let bytes = sealed.and_then(|sealed| app.keys.unseal(PURPOSE, what, &sealed)).ok_or_else(expired)?;
    let (at, state) = bytes.split_first_chunk::<8>().ok_or_else(expired)?;
    let expires_at = DateTime::from_timestamp_millis(i64::from_be_bytes(*at)).ok_or_else(expired)?;
    if expires_at <= app.now() {
        return Err(expired());
    }
    // Of what is inside, so that no other envelope of the same question is a second one.
    Ok(Asked { hash: hex::encode(Sha256::digest(&bytes)), state: state.to_owned(), expires_at })
}

/// Takes the answer as given, right or wrong; the second time it is `PASSKEY_EXPIRED`.
pub(super) async fn spend(app: &App, tx: &Tx, asked: &Asked) -> Result<()> {
    store::forget_ceremonies(tx, app.now()).await?;
    if store::spend_ceremony(tx, &asked.hash, asked.expires_at).await? { Ok(()) } else { Err(expired()) }
}
