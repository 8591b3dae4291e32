//! The municipalities as organisations, so that each can be found and given its first owner.

use types::OrganisationKind;

use super::municipalities;
use crate::organisations::{self, NewOrganisation};
use crate::{Actor, App, Result};

/// Set when all are known: done once for an installation.
const DONE: &str = "municipalities_known";

/// Makes every municipality a known organisation, if that has not been done.
pub async fn make_municipalities_known(app: &App) -> Result<()> {
    if app.setting(DONE).await?.is_some() {
        return Ok(());
    }
    let tx = app.db.write().await?;
    // Two nodes that begin at once: the second waits here until the first has made them known.
    if !App::claim_setting(&*tx, DONE, "true").await? {
        return Ok(());
    }
    for place in municipalities() {
        let new = NewOrganisation {
            municipality_number: Some(place.number.clone()),
            county_number: Some(place.county_number.clone()),
            ..NewOrganisation::norwegian(
                OrganisationKind::Municipality,
                format!("{} kommune", place.name),
                place.organisation_number.clone(),
            )
        };
        organisations::ensure_known(app, &tx, &Actor::system(), new).await?;
    }
    tx.commit().await
}
