//! Requests that may be sent twice and are done once: an `Idempotency-Key`.
//!
//! The key's row is there before the request runs, so of many that come at once,
//! on whichever node, one runs. Its answer is kept for a day, for the same
//! caller acting for the same organisation: each other, with the same key, has a
//! key of its own.
//!
//! An answer may hold a secret that is shown once, and that is just what must not
//! be lost with a connection. So it is sealed under a key that follows from the
//! installation's secret **and** from the caller's key, of which we keep a hash
//! alone: who has the database and our secret can't open it.
//!
//! A node that is killed in the middle leaves a key without an answer. Nobody
//! knows then whether the request was done, so it is never run again under that
//! key: [`Found::Lost`] says so.

mod store;

use chrono::TimeDelta;

use crate::{Actor, App, Error, Result};

/// Answers are kept so long.
pub const LIFETIME: TimeDelta = TimeDelta::hours(24);
/// No request runs so long: its node is gone.
const LONGEST: TimeDelta = TimeDelta::minutes(5);

/// A key that is taken: the request may run, once.
#[derive(Debug)]
pub struct Claim {
    id: String,
    purpose: String,
}

/// What there is under a key.
#[derive(Debug)]
pub enum Found {
    /// Nothing: it is ours now.
    Nothing(Claim),
    /// The first request is still running.
    Running,
    /// The first request was cut off; whether it was done, nobody knows.
    Lost,
    /// Another request came with this key.
    Other,
    /// The answer to the same request.
    Answer(String),
}

/// Takes a key for a request, or says what there is under it. `request` is the
/// whole of what is asked.
pub async fn take(app: &App, actor: &Actor, key: &str, request: &[u8]) -> Result<Found> {
    let caller = match (&actor.token, &actor.person) {
        (Some(token), _) => format!("token:{}", token.id),
        (None, Some(person)) => format!("person:{}", person.id),
        (None, None) => return Err(Error::Unauthenticated),
    };
    let acting = actor.organisation_id().map(|id| id.to_string()).unwrap_or_default();
    let parts = [&b"idempotency key"[..], caller.as_bytes(), acting.as_bytes(), key.as_bytes()];
    let claim = Claim { id: app.keys.mark(&parts), purpose: format!("answers under {key}") };
    let request = app.keys.mark(&[b"idempotent request", request]);
    let Some(row) = store::take(app, &claim.id, &request).await? else { return Ok(Found::Nothing(claim)) };
    if row.request != request {
        return Ok(Found::Other);
    }
    match row.answer {
        None if row.created_at + LONGEST < app.now() => Ok(Found::Lost),
        None => Ok(Found::Running),
        Some(sealed) => {
            let answer = app.keys.unseal(&claim.purpose, &claim.id, &sealed);
            let answer = answer.and_then(|bytes| String::from_utf8(bytes).ok());
            answer.map(Found::Answer).ok_or_else(|| Error::internal("a kept answer does not open"))
        }
    }
}

impl Claim {
    /// Keeps the answer.
    pub async fn keep(self, app: &App, answer: &str) -> Result<()> {
        let sealed = app.keys.seal(&*app.entropy, &self.purpose, &self.id, answer.as_bytes())?;
        store::keep(app, &self.id, sealed).await
    }

    /// Gives the key back: nothing was done.
    pub async fn give_back(self, app: &App) -> Result<()> {
        store::delete(app, &self.id).await
    }
}

/// Deletes what is older than a day; how many.
pub async fn sweep(app: &App) -> Result<u64> {
    store::sweep(app).await
}
