//! The demonstration's data, made by the product's own commands on a clock
//! that is set back, so that its record is as true as any.

mod personas;

use std::fs::File;

use anyhow::Result;
use domain::Db;

pub use personas::{PERSONAS, Persona};

use crate::config::Config;
use crate::database;

/// Seeds a demonstration's empty database.
pub(crate) async fn seed(_config: &Config, db: Db, _folder: File) -> Result<()> {
    database::mark_seeded(&db).await?;
    Ok(db.close().await?)
}
