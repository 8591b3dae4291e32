//! `doctor`: whether the installation has what it needs.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result};
use domain::ports::{BusinessRegister, Lookup};
use domain::wall;
use interop::brreg::BrregRegister;
use types::SystemClock;

use super::read;
use crate::cli::Options;
use crate::config::Config;
use crate::database::{self, Owner};
use crate::keys;
use crate::node;
use crate::say::say;

/// Brønnøysundregistrene themselves.
const A_NUMBER: &str = "974760673";

pub(super) async fn doctor(options: &Options) -> Result<ExitCode> {
    let config = read(options)?;
    say("ok       configuration");
    let checks = [
        ("data folder", folder(&config)),
        ("database", schema(&config).await),
        ("second wall", wall(&config).await),
        ("mail", mail(&config).await),
        ("register", register(&config).await),
    ];
    let mut is_well = true;
    for (what, found) in checks {
        is_well &= found.is_ok();
        match found {
            Ok(how) => say(format_args!("ok       {what}: {how}")),
            Err(why) => say(format_args!("problem  {what}: {why:#}")),
        }
    }
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn folder(config: &Config) -> Result<String> {
    let (folder, name) = (&config.data, config.data.display());
    if !folder.try_exists().with_context(|| format!("can't look at {name}"))? {
        return Ok(format!("{name} is not there yet; `samspill serve` makes it"));
    }
    node::visit_folder(folder)?;
    anyhow::ensure!(folder.is_dir(), "{name} is not a folder");
    anyhow::ensure!(!folder.metadata()?.permissions().readonly(), "nobody may write in {name}");
    Ok(name.to_string())
}

async fn schema(config: &Config) -> Result<String> {
    if config.sqlite_file().is_some_and(|file| !file.is_file()) {
        return Ok("none yet; `samspill serve` makes it".to_owned());
    }
    let db = database::open(config.database_url.reveal()).await?;
    let kind = if db.is_postgres() { "PostgreSQL" } else { "SQLite" };
    let owner = database::owner(&db).await?;
    anyhow::ensure!(owner != Owner::Foreign, "it holds something other than samspill");
    let pending = database::pending(&db).await?;
    if pending == 0 && !domain::is_unused(&db).await? {
        keys::existing(config)?;
    }
    db.close().await?;
    anyhow::ensure!(
        pending == 0 || kind == "SQLite",
        "{pending} migrations are pending: run `samspill migrate up`"
    );
    Ok(format!("{kind}, {}", if pending == 0 { "up to date" } else { "brought up to date when it serves" }))
}

/// Whether row-level security stands behind the row filters.
async fn wall(config: &Config) -> Result<String> {
    if !config.is_postgres() {
        return Ok("none on SQLite; the row filters are the wall".to_owned());
    }
    let db = database::open(config.database_url.reveal()).await?;
    let told = match database::pending(&db).await? {
        0 => wall::weaknesses(&db).await?,
        _ => vec!["it is built by the migrations that are pending".to_owned()],
    };
    let has_visitors = wall::has_visitors(&db).await?;
    db.close().await?;
    anyhow::ensure!(told.is_empty(), "{}", told.join("; "));
    Ok(if has_visitors {
        format!("row-level security is forced; visitors read as {}", wall::VISITORS)
    } else {
        format!(
            "row-level security is forced; visitors read under the product's own role. With a role {}, \
             granted to it, they would not (deploy/README.md)",
            wall::VISITORS
        )
    })
}

async fn mail(config: &Config) -> Result<String> {
    let Some(smtp) = &config.mail.smtp else {
        return Ok(format!("filed in {}, sent to nobody", config.mail_folder().display()));
    };
    let mailer = node::smtp_mailer(smtp, node::sender(config), Arc::new(SystemClock))?;
    match mailer.check().await {
        Ok(()) => Ok(format!("{}:{} takes our mail", smtp.host, smtp.port)),
        Err(error) => anyhow::bail!("{}:{}: {error:?}", smtp.host, smtp.port),
    }
}

async fn register(config: &Config) -> Result<String> {
    let Some(base) = &config.register else { return Ok("not asked".to_owned()) };
    let number = A_NUMBER.parse().ok().context("the number")?;
    match BrregRegister::new(base).look_up(&number).await {
        Lookup::Found(_) | Lookup::Unknown => Ok(format!("{base} answers")),
        Lookup::Offline => anyhow::bail!("{base} does not answer; people then type names themselves"),
    }
}
