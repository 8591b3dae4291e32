//! `demo`: an installation to look at, with data, personas and a mailbox.

use std::fs;

use anyhow::{Context, Result, bail};

use super::{read_for, serve};
use crate::cli::{Demo, Options};
use crate::config::{Config, Purpose};
use crate::database::{self, Owner};
use crate::demo;
use crate::node::{self, Node, Use};
use crate::say::say;

pub(super) async fn demo(options: &Options, how: Demo) -> Result<()> {
    let config = read_for(options, Purpose::Demo(how.allow_remote_demo))?;
    let listener = serve::listen(&config).await?;
    prepare(&config, how.fresh).await?;
    let folder = node::take_folder(&config.data, Use::Shared)?;
    let node = Node::new(&config, database::open(config.database_url.reveal()).await?, folder).await?;
    introduce(&config);
    serve::run(&config, node, listener).await
}

/// Seeds the database, unless it is seeded. What a killed seeding left is
/// thrown away: nobody has used it yet.
async fn prepare(config: &Config, fresh: bool) -> Result<()> {
    let folder = node::take_folder(&config.data, Use::Shared)?;
    let db = database::open(config.database_url.reveal()).await?;
    let owner = database::owner(&db).await?;
    match owner {
        Owner::Demo { is_seeded: true } if !fresh => {
            database::migrate(&db).await?;
            db.close().await?;
            return Ok(());
        }
        Owner::Demo { is_seeded } => {
            if !is_seeded {
                say("The last seeding was interrupted; starting over.");
            }
            drop(folder);
            clear(config, db).await?;
        }
        Owner::Empty => db.close().await?,
        Owner::Installation => bail!(
            "the database was not made by `samspill demo`, so it is left alone: `--data FOLDER` or another DATABASE_URL chooses another"
        ),
        Owner::Foreign => bail!("the database holds something other than samspill, so it is left alone"),
    }
    let folder = node::take_folder(&config.data, Use::Shared)?;
    let db = database::open(config.database_url.reveal()).await?;
    database::migrate_demo(&db).await?;
    say("Making 18 months of history …");
    demo::seed(config, db, folder).await
}

async fn clear(config: &Config, db: domain::Db) -> Result<()> {
    let _alone = node::take_folder(&config.data, Use::Alone)?;
    if db.is_postgres() || config.has_own_url() {
        database::drop_all(&db).await?;
        db.close().await?;
    } else {
        db.close().await?;
        for suffix in ["", "-wal", "-shm"] {
            let mut file = config.database_file().into_os_string();
            file.push(suffix);
            gone(fs::remove_file(file))?;
        }
    }
    gone(fs::remove_file(config.checkpoint_file()))?;
    gone(fs::remove_dir_all(config.mail_folder()))?;
    gone(fs::remove_dir_all(config.blob_folder()))
}

fn gone(removed: std::io::Result<()>) -> Result<()> {
    match removed {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).context("can't clear the demonstration's data")
        }
        _ => Ok(()),
    }
}

fn introduce(config: &Config) {
    let url = &config.http.public_url;
    say(format_args!(
        "\nPortal   {url}\nAPI      {url}/graphql\nMailbox  {url}/dev/mail\nData     {}\n\nSign in as (by a button at {url}/nb/login):\n",
        config.data.display()
    ));
    for persona in demo::personas() {
        say(format_args!("  {:<20} {:<44} {}", persona.name, persona.email, persona.role));
    }
    say("");
}
