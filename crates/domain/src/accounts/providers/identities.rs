//! One's own identities at other services: seen, tied and removed.
//!
//! As with sessions, a person at a machine sees them, no token does; to change them one
//! shows first who one is. Removing one locks nobody out: the mailbox stays.

use types::{AuditEvent, ErrorCode, IdentityId};

use super::pending::{Pending, settle, tell};
use super::{Identity, store};
use crate::accounts::store::person_by_id;
use crate::audit::Line;
use crate::{Actor, ActorPerson, App, Error, Result};

fn owner(actor: &Actor) -> Result<&ActorPerson> {
    let me = actor.person()?;
    if actor.token.is_some() { Err(Error::Forbidden(ErrorCode::Forbidden)) } else { Ok(me) }
}

/// One's own, the oldest first.
pub async fn list_identities(app: &App, actor: &Actor) -> Result<Vec<Identity>> {
    store::identities_of(app.db.read(), owner(actor)?.id).await
}

/// One of them.
pub async fn find_identity(app: &App, actor: &Actor, id: IdentityId) -> Result<Option<Identity>> {
    if owner(actor).is_err() {
        return Ok(None);
    }
    Ok(list_identities(app, actor).await?.into_iter().find(|row| row.id == id))
}

/// Ties what waits in this browser to one's account.
pub async fn link_identity(app: &App, actor: &Actor, proof: &str) -> Result<Identity> {
    let me = owner(actor)?.id;
    actor.recently_authenticated(app)?;
    let pending = Pending::read(app, proof)?;
    let tx = app.db.write().await?;
    let person = person_by_id(&*tx, me).await?.ok_or(Error::Unauthenticated)?;
    let row = settle(app, &tx, actor, &person, &pending).await?;
    tx.commit().await?;
    Ok(row)
}

/// Removes one of one's own; one is told.
pub async fn remove_identity(app: &App, actor: &Actor, id: IdentityId) -> Result<Identity> {
    let me = owner(actor)?.id;
    actor.recently_authenticated(app)?;
    let row = find_identity(app, actor, id).await?.ok_or(Error::NotFound)?;
    let tx = app.db.write().await?;
    let person = person_by_id(&*tx, me).await?.ok_or(Error::Unauthenticated)?;
    if !store::delete_identity(&tx, me, id).await? {
        return Err(Error::NotFound);
    }
    tell(app, &tx, &person, "identity-removed", &row.provider).await?;
    tx.note(Line::of(actor, AuditEvent::IdentityRemoved).about(id.0));
    tx.commit().await?;
    Ok(row)
}
