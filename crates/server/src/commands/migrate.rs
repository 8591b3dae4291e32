//! `migrate`: the schema by hand.

use anyhow::{Result, bail};

use super::check_is_there;
use crate::cli::Migrate;
use crate::config::Config;
use crate::database::{self, Owner};
use crate::node::{self, Use};
use crate::say::say;

pub(super) async fn migrate(config: &Config, what: Migrate) -> Result<()> {
    // Only `up` makes what is not there.
    let _folder = if matches!(what, Migrate::Up) {
        Some(node::take_folder(&config.data, Use::Shared)?)
    } else {
        check_is_there(config)?;
        node::visit_folder(&config.data)?
    };
    let db = database::open(config.database_url.reveal()).await?;
    if database::owner(&db).await? == Owner::Foreign {
        bail!("the database holds something other than samspill");
    }
    match what {
        Migrate::Up => match database::migrate(&db).await? {
            0 => say("The database is up to date."),
            n => say(format_args!("Applied {n} migrations.")),
        },
        Migrate::Status => {
            for (name, is_applied) in database::status(&db).await? {
                say(format_args!("{} {name}", if is_applied { "applied" } else { "pending" }));
            }
        }
        Migrate::Down { steps } => {
            database::down(&db, steps).await?;
            say("Taken back.");
        }
    }
    Ok(db.close().await?)
}
