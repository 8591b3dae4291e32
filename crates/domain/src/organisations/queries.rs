//! Reads. Organisations are public; who belongs to them is not.

use types::{OrganisationId, OrganisationKind, OrganisationNumber};

use super::{Organisation, store};
use crate::page::{Page, PageRequest};
use crate::{App, Error, Result};

/// Which organisations.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Kinds; empty is all.
    pub kinds: Vec<OrganisationKind>,
    /// Part of the name, or an organisation number.
    pub query: Option<String>,
    /// Only those that somebody acts for.
    pub is_active: bool,
    /// Only those that are suspended.
    pub is_suspended: bool,
}

/// By id, if it exists.
pub async fn find(app: &App, id: OrganisationId) -> Result<Option<Organisation>> {
    store::by_id(app.db.read(), id).await
}

/// By id in a transaction, if it exists.
pub(crate) async fn find_in<C: sea_orm::ConnectionTrait>(
    conn: &C,
    id: OrganisationId,
) -> Result<Option<Organisation>> {
    store::by_id(conn, id).await
}

/// By id.
pub async fn get(app: &App, id: OrganisationId) -> Result<Organisation> {
    find(app, id).await?.ok_or(Error::NotFound)
}

/// By slug, if it exists.
pub async fn find_by_slug(app: &App, slug: &str) -> Result<Option<Organisation>> {
    store::by_slug(app.db.read(), slug).await
}

/// By organisation number, if it exists.
pub async fn find_by_number(app: &App, number: &OrganisationNumber) -> Result<Option<Organisation>> {
    store::by_number(app.db.read(), number).await
}

/// The same within a transaction, which takes no second connection.
pub(crate) async fn find_number_in<C: sea_orm::ConnectionTrait>(
    conn: &C,
    number: &OrganisationNumber,
) -> Result<Option<Organisation>> {
    store::by_number(conn, number).await
}

/// Several at once, in no order.
pub async fn list_by_ids(app: &App, ids: &[OrganisationId]) -> Result<Vec<Organisation>> {
    store::by_ids(app.db.read(), ids).await
}

/// Several in a transaction, in no order.
pub(crate) async fn list_by_ids_in(tx: &crate::Tx, ids: &[OrganisationId]) -> Result<Vec<Organisation>> {
    store::by_ids(&**tx, ids).await
}

/// A page by name.
pub async fn list(app: &App, filter: &Filter, page: &PageRequest) -> Result<Page<Organisation>> {
    store::page(app.db.read(), filter, page).await
}

/// Those whose claim is not proved yet, oldest claim first; for administrators.
pub async fn list_unverified(app: &App, page: &PageRequest) -> Result<Page<Organisation>> {
    store::unverified(app.db.read(), page).await
}
