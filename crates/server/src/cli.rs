//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

use crate::config::Flags;

/// Municipalities say what they need, suppliers answer, both rate the dialogue.
///
/// Ends with 0 when all went well, 1 when something was refused or found, 2
/// when the command line or the configuration is wrong or a key is missing.
#[derive(Debug, Parser)]
#[command(name = "samspill", version, propagate_version = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) options: Options,
    /// Without a command: serve.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// Options of every command.
#[derive(Clone, Debug, Args)]
pub(crate) struct Options {
    /// Configuration file in TOML.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Folder of everything that the installation keeps.
    #[arg(long, global = true, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// Where to listen.
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    bind: Option<String>,
}

impl Options {
    pub(crate) fn flags(&self) -> Flags {
        Flags { config: self.config.clone(), data: self.data.clone(), bind: self.bind.clone() }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve portal and API, and do the work in the background.
    Serve {
        /// Bring a PostgreSQL database up to date first; SQLite always is.
        #[arg(long)]
        migrate: bool,
    },
    /// Do the work in the background only, beside servers on PostgreSQL.
    Worker,
    /// Serve a demonstration with data, personas and a mailbox.
    Demo(Demo),
    /// Look after the database's schema.
    #[command(subcommand)]
    Migrate(Migrate),
    /// Look after administrators of the platform.
    #[command(subcommand)]
    Admin(Admin),
    /// Take data in, also while a server runs.
    #[command(subcommand)]
    Import(Import),
    /// Look after the record.
    #[command(subcommand)]
    Record(Record),
    /// Look after the keys that sign access tokens.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// The API's schema.
    #[command(subcommand)]
    Schema(Schema),
    /// The configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Check what the installation needs to run.
    Doctor,
    /// Print completions for a shell.
    Completions {
        /// Which shell.
        shell: Shell,
    },
}

#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Demo {
    /// Throw the demonstration's data away and start over.
    #[arg(long)]
    pub(crate) fresh: bool,
    /// Let others than this machine in. Everybody can sign in as anybody.
    #[arg(long)]
    pub(crate) allow_remote_demo: bool,
}

#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum Migrate {
    /// Apply what is pending.
    Up,
    /// List the migrations, and which are applied.
    Status,
    /// Take migrations back.
    Down {
        /// How many.
        #[arg(long, default_value_t = 1)]
        steps: u32,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Admin {
    /// Make somebody an administrator, who then signs in by e-mail.
    Create {
        /// The mailbox.
        email: String,
        /// The name; can be changed after signing in.
        #[arg(long)]
        name: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Import {
    /// Make a draft need of a Doffin or TED notice in eForms XML.
    Notice {
        /// The notice.
        file: PathBuf,
        /// The buyer's organisation number, as the notice names it.
        #[arg(long, value_name = "ORGNR")]
        organisation: String,
    },
    /// Replace the full CPV list by one in CSV (columns code, nb, en).
    Cpv {
        /// The list.
        file: PathBuf,
    },
}

#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum Record {
    /// Check that nobody tampered with the record; ends with 1 if somebody did, with 2 if that
    /// can't be checked. Changes nothing.
    Verify {
        /// Print the findings as JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// List the keys in force.
    List,
    /// Make the next key. It is published now and signs in an hour.
    Rotate {
        /// A secret got out: sign with the new key now, and refuse every token of before.
        #[arg(long)]
        at_once: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Schema {
    /// Print the schema in SDL.
    Export,
    /// Compare a file with the schema; ends with 1 if they differ.
    Check {
        /// The file.
        #[arg(default_value = "graphql/schema.graphql")]
        file: PathBuf,
    },
}

#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Check the configuration.
    Check,
    /// Print all settings and where each comes from, without secrets.
    Dump,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn options_stand_before_or_after_the_command() {
        for line in ["samspill --data x demo", "samspill demo --data x"] {
            let cli = Cli::parse_from(line.split(' '));
            assert_eq!(cli.options.data, Some("x".into()), "{line}");
        }
    }
}
