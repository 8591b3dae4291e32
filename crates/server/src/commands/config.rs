//! `config`: checks and shows the configuration.

use anyhow::Result;

use super::read;
use crate::cli::{ConfigCommand, Options};
use crate::config::{Layers, SETTINGS};
use crate::say::say;

pub(super) fn config(options: &Options, what: ConfigCommand) -> Result<()> {
    match what {
        ConfigCommand::Check => {
            read(options)?;
            say("The configuration is sound.");
        }
        ConfigCommand::Dump => {
            let layers = Layers::of_process(&options.flags());
            for setting in SETTINGS {
                let (value, source) = match layers.shown(setting) {
                    Some((value, source)) => (value, source),
                    None if setting.default.is_empty() => ("-".to_owned(), "not set".to_owned()),
                    None => (setting.default.to_owned(), "default".to_owned()),
                };
                say(format_args!("{} = {value}  # {}; from: {source}", setting.path, setting.about));
            }
        }
    }
    Ok(())
}
