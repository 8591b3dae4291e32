//! One's own sessions: seen, and ended.
//!
//! Only a person at a machine sees them; a token of an organisation sees none. To
//! end another session one shows first who one is (ASVS 7.5.2): whoever found an
//! open browser can't lock the owner out. Signing out asks nothing.

use types::{AuditEvent, SessionId, SignInMethod, Time};

use super::policy::may_see_own_means;
use super::{device, store};
use crate::audit::Line;
use crate::{Actor, App, Error, Result};

/// A session that is in force.
#[derive(Clone, Debug)]
pub struct SessionView {
    /// Id.
    pub id: SessionId,
    /// The browser or tool, if it told.
    pub browser: Option<String>,
    /// The system that it runs on, if it told.
    pub system: Option<String>,
    /// How the person signed in; unknown for the oldest.
    pub method: Option<SignInMethod>,
    /// By which service, if by one: its key.
    pub provider: Option<String>,
    /// How sure that service is, in its own word.
    pub assurance: Option<String>,
    /// When.
    pub created_at: Time,
    /// When it was used last, to within five minutes.
    pub seen_at: Time,
    /// Its end at the latest.
    pub expires_at: Time,
    /// Whether it is the one that asks.
    pub is_current: bool,
}

impl SessionView {
    fn of(row: &entity::session::Model, actor: &Actor) -> Self {
        let (browser, system) = row.device.as_deref().map(device::parts).unwrap_or_default();
        Self {
            browser: browser.map(str::to_owned),
            system: system.map(str::to_owned),
            id: row.id,
            method: row.method,
            provider: row.provider.clone(),
            assurance: row.assurance.clone(),
            created_at: row.created_at,
            seen_at: row.seen_at,
            expires_at: row.expires_at,
            is_current: actor.session == Some(row.id),
        }
    }
}

/// One's sessions in force: this one, then those used last.
pub async fn list_sessions(app: &App, actor: &Actor) -> Result<Vec<SessionView>> {
    let me = may_see_own_means(actor)?;
    let rows = store::sessions_in_force(app.db.read(), me, app.now(), app.settings.session_idle).await?;
    let mut views: Vec<SessionView> = rows.iter().map(|row| SessionView::of(row, actor)).collect();
    views.sort_by_key(|view| !view.is_current);
    Ok(views)
}

/// One of them; `None` if it is over, or somebody else's.
pub async fn find_session(app: &App, actor: &Actor, id: SessionId) -> Result<Option<SessionView>> {
    if may_see_own_means(actor).is_err() {
        return Ok(None);
    }
    Ok(list_sessions(app, actor).await?.into_iter().find(|view| view.id == id))
}

/// Ends the actor's own session.
pub async fn sign_out(app: &App, actor: &Actor) -> Result<()> {
    let id = actor.session.ok_or(Error::Unauthenticated)?;
    let tx = app.db.write().await?;
    store::end_session(&tx, id, app.now()).await?;
    tx.note(Line::of(actor, AuditEvent::SessionEnded).why("SIGNED_OUT"));
    tx.commit().await
}

/// Ends one of the actor's sessions, on every node from its next request.
pub async fn end_session(app: &App, actor: &Actor, id: SessionId) -> Result<SessionView> {
    may_see_own_means(actor)?;
    if actor.session != Some(id) {
        actor.recently_authenticated(app)?;
    }
    let view = find_session(app, actor, id).await?.ok_or(Error::NotFound)?;
    let tx = app.db.write().await?;
    store::end_session(&tx, id, app.now()).await?;
    tx.note(Line::of(actor, AuditEvent::SessionEnded).about(id.0).why("ENDED_FROM_ANOTHER"));
    tx.commit().await?;
    Ok(view)
}

/// Ends all of the actor's sessions but this one; how many.
pub async fn end_other_sessions(app: &App, actor: &Actor) -> Result<u64> {
    let me = may_see_own_means(actor)?;
    let this = actor.session.ok_or(Error::Unauthenticated)?;
    actor.recently_authenticated(app)?;
    let tx = app.db.write().await?;
    let ended = store::end_sessions(&tx, me, Some(this), app.now(), app.settings.session_idle).await?;
    tx.note(Line::of(actor, AuditEvent::SessionEnded).why("ALL_OTHERS"));
    tx.commit().await?;
    Ok(ended)
}
