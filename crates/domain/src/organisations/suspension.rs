//! Suspending an organisation, and letting it go on.
//!
//! For an administrator of the platform who must stop somebody at once: an account
//! that was taken over, a supplier that nobody stands behind. It takes nothing away.
//! What is public stays public, for it is part of a record; the members read what
//! they read before and take their own along; nothing is done in the
//! organisation's name, neither by them, nor by its tokens, nor by the clock (a
//! scheduled need waits). What it had begun to lose, it may still lose: members
//! leave, tokens and invitations end.
//!
//! Invariants: every deed is recorded, and `suspended::may_record` stands before the
//! record, so what is not in its list can't be done; a suspension counts from the
//! next request on every node, and ends sockets.

use sea_orm::ActiveValue::Set;
use types::{EntryKind, ErrorCode, OrganisationId};

use super::{Organisation, store};
use crate::{Actor, App, Checks, Error, Result};

/// Suspends an organisation, for a reason that its members are told.
pub async fn suspend(app: &App, actor: &Actor, id: OrganisationId, reason: &str) -> Result<Organisation> {
    set(app, actor, id, reason, true).await
}

/// Lets it go on, for a reason that its members are told.
pub async fn resume(app: &App, actor: &Actor, id: OrganisationId, reason: &str) -> Result<Organisation> {
    set(app, actor, id, reason, false).await
}

async fn set(
    app: &App,
    actor: &Actor,
    id: OrganisationId,
    reason: &str,
    suspends: bool,
) -> Result<Organisation> {
    actor.platform_administrator()?;
    actor.recently_authenticated(app)?;
    let mut checks = Checks::default();
    let reason = checks.body("reason", reason, 1000);
    checks.finish()?;
    let tx = app.db.write().await?;
    let organisation = store::by_id(&*tx, id).await?.ok_or(Error::NotFound)?;
    if organisation.suspended_at.is_some() == suspends {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    let (kind, since) = if suspends {
        (EntryKind::OrganisationSuspended, Some(app.now()))
    } else {
        (EntryKind::OrganisationResumed, None)
    };
    let organisation = store::change(app, &tx, actor, organisation, kind, |row| {
        row.suspended_at = Set(since);
        row.suspension_reason = Set(Some(reason));
    })
    .await?;
    tx.commit().await?;
    Ok(organisation)
}

/// Why it was suspended, or why it goes on, for its members and the platform's administrators.
pub fn reason_for<'a>(actor: &Actor, organisation: &'a Organisation) -> Option<&'a str> {
    let may_read =
        actor.acts_for(organisation.id) || actor.person.as_ref().is_some_and(|p| p.is_platform_administrator);
    organisation.suspension_reason.as_deref().filter(|_| may_read)
}
