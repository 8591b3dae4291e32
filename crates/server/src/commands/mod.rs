//! What each command of the command line does.

mod admin;
mod config;
mod demo;
mod doctor;
mod import;
mod keys;
mod migrate;
mod record;
mod schema;
mod serve;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{CommandFactory, Parser};
use domain::Db;

use crate::cli::{Cli, Command, Options};
use crate::config::{Config, Layers, Mistakes, Purpose};
use crate::database::{self, Owner};
use crate::keys::MissingKey;
use crate::node::{self, Node, Use};
use crate::say::say;
use crate::telemetry;

/// Runs the program; refusals go to standard error.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return refuse(&error.into()),
    };
    match runtime.block_on(dispatch(cli)) {
        Ok(code) => code,
        Err(error) => refuse(&error),
    }
}

fn refuse(error: &anyhow::Error) -> ExitCode {
    tell(error);
    ExitCode::from(if error.is::<Mistakes>() || error.is::<MissingKey>() { 2 } else { 1 })
}

/// The whole chain, for whoever mends it; a cause that was said already is not
/// said again.
fn tell(error: &anyhow::Error) {
    let mut said = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if !said.contains(&cause) {
            said = if said.is_empty() { cause } else { format!("{said}: {cause}") };
        }
    }
    let _ = std::io::Write::write_fmt(&mut std::io::stderr().lock(), format_args!("samspill: {said}\n"));
}

async fn dispatch(cli: Cli) -> Result<ExitCode> {
    let options = &cli.options;
    match cli.command.unwrap_or(Command::Serve { migrate: false }) {
        Command::Serve { migrate } => serve::serve(&read(options)?, migrate).await?,
        Command::Worker => serve::work(&read(options)?).await?,
        Command::Demo(how) => demo::demo(options, how).await?,
        Command::Migrate(what) => migrate::migrate(&read(options)?, what).await?,
        Command::Admin(what) => admin::admin(&read(options)?, what).await?,
        Command::Import(what) => import::import(&read(options)?, what).await?,
        Command::Record(what) => return Ok(record::record(&read(options)?, what).await),
        Command::Keys(what) => keys::keys(&read(options)?, what).await?,
        Command::Schema(what) => return schema::schema(&what),
        Command::Config(what) => config::config(options, what)?,
        Command::Doctor => return doctor::doctor(options).await,
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "samspill", &mut std::io::stdout());
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads the configuration of an installation, and begins logging.
fn read(options: &Options) -> Result<Config> {
    read_for(options, Purpose::Installation)
}

fn read_for(options: &Options, purpose: Purpose) -> Result<Config> {
    let config = Config::check(&Layers::of_process(&options.flags()), purpose)?;
    telemetry::begin(&config.log);
    Ok(config)
}

/// Refuses where there is no installation: opening it would make a file.
fn check_is_there(config: &Config) -> Result<()> {
    match config.sqlite_file() {
        Some(file) if !file.is_file() => {
            bail!(
                "there is no installation in {}: `samspill serve` makes one",
                place(config, &file).display()
            )
        }
        _ => Ok(()),
    }
}

/// What the user knows the database by.
fn place<'a>(config: &'a Config, file: &'a Path) -> &'a Path {
    if config.has_own_url() { file } else { &config.data }
}

/// Opens a database that is there, as it is, and counts the migrations that are pending.
async fn open_as_it_is(config: &Config) -> Result<(Db, usize)> {
    check_is_there(config)?;
    let db = database::open(config.database_url.reveal()).await?;
    match database::owner(&db).await? {
        Owner::Foreign => bail!("the database holds something other than samspill"),
        Owner::Empty => bail!("the database is empty: `samspill migrate up` prepares it"),
        Owner::Installation | Owner::Demo { .. } => {}
    }
    let pending = database::pending(&db).await?;
    Ok((db, pending))
}

/// Opens a database that is there and up to date, for a command beside the server.
async fn open_existing(config: &Config) -> Result<Db> {
    let (db, pending) = open_as_it_is(config).await?;
    match pending {
        0 => {}
        _ if !config.is_postgres() => drop(database::migrate(&db).await?),
        n => bail!("{n} migrations are pending: run `samspill migrate up`"),
    }
    Ok(db)
}

/// A node beside the server, without workers. Where there is no installation
/// yet, data may be its beginning: `serve` then goes on from it.
async fn node_beside(config: &Config) -> Result<Node> {
    let folder = node::take_folder(&config.data, Use::Shared)?;
    let db = if !config.has_own_url() && !config.database_file().is_file() {
        let db = database::open(config.database_url.reveal()).await?;
        database::migrate(&db).await?;
        say(format_args!("Made a new installation in {}.", config.data.display()));
        db
    } else {
        open_existing(config).await?
    };
    Node::new(config, db, folder).await
}
