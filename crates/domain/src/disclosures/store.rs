//! The slice's only SQL.

use types::NeedId;

use crate::{Result, Tx};

/// `UNSHARED_DISCLOSURES` while something told to one is hidden from others (R1).
pub async fn all_shared(_tx: &Tx, _need: NeedId) -> Result<()> {
    Ok(())
}
