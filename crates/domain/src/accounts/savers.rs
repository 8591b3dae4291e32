//! Who saved what two people write: for whoever finds that a colleague was faster.

use types::{OrganisationId, PersonId, Time};
use uuid::Uuid;

use super::store;
use crate::{Actor, App, Result, record};

/// A row that several people of an organisation write.
#[derive(Clone, Debug)]
pub struct Saved {
    /// Whose it is.
    pub owner: OrganisationId,
    /// Where the record tells of it.
    pub streams: Vec<String>,
    /// What it is, as the record calls it.
    pub kind: &'static str,
    /// Its id.
    pub id: Uuid,
    /// When it was saved last.
    pub at: Time,
}

/// The name of who saved it last, for the owner's own people. None while the
/// entry waits for its seal, and for what the product itself did.
pub async fn who_saved(app: &App, actor: &Actor, saved: &Saved) -> Result<Option<String>> {
    if !actor.acts_for(saved.owner) {
        return Ok(None);
    }
    let found = record::who_changed(app, &saved.streams, (saved.kind, saved.id), saved.at).await?;
    let ids: Vec<PersonId> = found.into_iter().collect();
    let person = store::persons_by_ids(app.db.product(), &ids).await?.pop();
    Ok(person.map(|p| if p.name.is_empty() { p.email.to_string() } else { p.name }))
}
