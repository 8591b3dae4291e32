//! Refresh tokens: a session goes on without its person (RFC 9700, 4.14.2).
//!
//! The tokens of a session are a family, and one of them is live. Each is spent
//! once, for the next. One that comes again was copied by somebody, and nobody can
//! tell who of the two is the thief, so the session ends, and with it every token
//! and socket; the person is told by mail.
//!
//! An answer may be lost on its way, and two windows of a tool may ask at once: so
//! within [`GRACE`], while the token that was given for it is unused, a spent token
//! gets another one in that one's place. A thief gains nothing: he and the owner can't
//! both go on for longer than that without one of them being seen.
//!
//! Invariants: only the hash is kept; a token lives no longer than its session,
//! which ends unused, and at last; spending locks the session's row, so that a
//! family is spent one at a time, on every node.

mod store;

use chrono::TimeDelta;
use types::{AuditEvent, ErrorCode, PersonId, RefreshTokenId, SessionId, Time};

use super::sessions;
use crate::audit::Line;
use crate::keys::token_hash;
use crate::{Actor, App, Error, Result, Tx};

/// A lost answer is asked for again within this.
const GRACE: TimeDelta = TimeDelta::seconds(30);
/// So that scanners and people know one when they see it.
const PREFIX: &str = "samspill_refresh_";

/// A session that goes on.
#[derive(Clone)]
pub struct Refreshed {
    /// The session.
    pub session: SessionId,
    /// What to refresh it with next time.
    pub token: String,
    /// Its end at the latest.
    pub expires_at: Time,
}

impl std::fmt::Debug for Refreshed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Refreshed({}, …)", self.session)
    }
}

/// Begins the family of a session that just began.
pub async fn begin_refreshing(app: &App, session: SessionId) -> Result<String> {
    let tx = app.db.write().await?;
    store::forget_ended(&tx, session, app.now()).await?;
    let (_, token) = give(app, &tx, session).await?;
    tx.commit().await?;
    Ok(token)
}

/// Spends a refresh token for the next; `SESSION_ENDED` for one that is worth nothing.
pub async fn refresh(app: &App, actor: &Actor, token: &str) -> Result<Refreshed> {
    let over = || Error::field("refreshToken", ErrorCode::SessionEnded);
    if !token.starts_with(PREFIX) {
        return Err(over());
    }
    let now = app.now();
    let hash = token_hash(token);
    let tx = app.db.write().await?;
    let family = store::family_of(&tx, &hash).await?.ok_or_else(over)?;
    // Locks the family, and counts as use: whatever else is true of the token, its session is in force.
    if !store::use_session(&tx, family.session, now, now - app.settings.session_idle).await? {
        return Err(over());
    }
    let spent = store::by_hash(&tx, &hash).await?.ok_or_else(over)?;
    let is_first = store::spend(&tx, spent.id, now).await?;
    let is_lost = match (spent.used_at, spent.successor_id) {
        // What was given for it was never used: it is spent in the place of this one.
        (Some(used), Some(given)) if now - used <= GRACE => store::spend(&tx, given, now).await?,
        _ => false,
    };
    if !is_first && !is_lost {
        end_family(app, tx, actor, family.person, family.session).await?;
        return Err(over());
    }
    let (next, token) = give(app, &tx, family.session).await?;
    for before in [Some(spent.id), spent.successor_id].into_iter().flatten() {
        store::succeed(&tx, before, next).await?;
    }
    tx.note(Line::of(actor, AuditEvent::SessionRefreshed).session(family.person, family.session));
    tx.commit().await?;
    Ok(Refreshed { session: family.session, token, expires_at: family.expires_at })
}

async fn give(app: &App, tx: &Tx, session: SessionId) -> Result<(RefreshTokenId, String)> {
    let token = format!("{PREFIX}{}", app.token());
    let id = app.id();
    store::insert(tx, id, session, token_hash(&token), app.now()).await?;
    Ok((id, token))
}

async fn end_family(app: &App, tx: Tx, actor: &Actor, person: PersonId, session: SessionId) -> Result<()> {
    super::store::end_session(&tx, session, app.now()).await?;
    if let Some(person) = super::store::person_by_id(&*tx, person).await? {
        sessions::tell(app, &tx, &person, "session-copied", Vec::new()).await?;
    }
    tx.note(Line::of(actor, AuditEvent::RefreshTokenReused).session(person, session));
    tx.commit().await
}
