//! Ending somebody else's sessions, where a mailbox or a machine is in other hands (ASVS 7.4.5).

use types::{AuditEvent, EmailAddress, ErrorCode};

use super::{sessions, store};
use crate::audit::Line;
use crate::{Actor, App, Error, Result};

/// Ends all sessions of the person with this mailbox, with their tokens and sockets, on every
/// node; how many. For the platform's administrators. The person is told.
pub async fn end_sessions_of(app: &App, actor: &Actor, email: &str) -> Result<u64> {
    actor.platform_administrator()?;
    actor.recently_authenticated(app)?;
    let email: EmailAddress = email.parse().map_err(|_| Error::field("email", ErrorCode::InvalidEmail))?;
    let tx = app.db.write().await?;
    let person = store::person_by_email(&*tx, &email).await?;
    let person = person.ok_or_else(|| Error::NotFound.at("email"))?;
    let ended = store::end_sessions(&tx, person.id, None, app.now(), app.settings.session_idle).await?;
    if ended > 0 {
        sessions::tell(app, &tx, &person, "signed-out", Vec::new()).await?;
    }
    tx.note(Line::of(actor, AuditEvent::SessionEnded).about(person.id.0).why("ADMINISTRATOR"));
    tx.commit().await?;
    Ok(ended)
}
