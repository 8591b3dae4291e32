//! Developer commands, run as `cargo xtask COMMAND`.
//!
//! `test` is every check there is and what `.ci/run` calls; `schema` rewrites the checked-in SDL;
//! `sbom` writes the bill of materials; `corpus` tries the importers on a folder of real notices. Nothing here is part of the product.
#![expect(clippy::print_stdout, reason = "a command line tool speaks on standard output")]

mod corpus;
mod notice;
mod postgres;
mod report;
mod sbom;
mod schema;
mod shell;
mod test;
mod tools;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::shell::Workspace;

/// Developer commands of Samspill.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs every check; the last line is `N passed, N failed`.
    Test(test::Options),
    /// Writes `graphql/schema.graphql` from the schema as it is built.
    Schema,
    /// Writes the bill of materials of program and portal into `TARGET/sbom`.
    Sbom,
    /// Imports the real notices, CPV list and organisation numbers of a folder.
    Corpus {
        /// The folder with `notices/`, `orgnr/` and the CPV list.
        folder: PathBuf,
    },
}

fn main() -> anyhow::Result<ExitCode> {
    let workspace = Workspace::locate()?;
    match Cli::parse().command {
        Command::Test(options) => Ok(test::run_steps(&workspace, &options)),
        Command::Schema => schema::write(&workspace).map(|()| ExitCode::SUCCESS),
        Command::Sbom => sbom::write(&workspace).map(|()| ExitCode::SUCCESS),
        Command::Corpus { folder } => corpus::run(&workspace, &folder),
    }
}
