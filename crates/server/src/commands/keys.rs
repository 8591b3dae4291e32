//! `keys`: the keys that sign access tokens.

use anyhow::Result;
use domain::signing;

use super::node_beside;
use crate::cli::KeysCommand;
use crate::config::Config;
use crate::say::say;

pub(super) async fn keys(config: &Config, what: KeysCommand) -> Result<()> {
    let app = node_beside(config).await?.app;
    let time = |at: types::Time| at.format("%Y-%m-%d %H:%M:%S UTC").to_string();
    match what {
        KeysCommand::List => {
            let keys = signing::published(&app).await?;
            let signs = keys.iter().position(|k| k.signs_from <= app.now());
            for (at, key) in keys.iter().enumerate() {
                let state = match signs {
                    Some(current) if at == current => "signs",
                    Some(current) if at > current => "signed before, still checks",
                    _ => "published, signs later",
                };
                say(format_args!("{}  from {}  {state}", key.id, time(key.signs_from)));
            }
            if keys.is_empty() {
                say("No key yet: the first is made with the first access token.");
            }
        }
        KeysCommand::Rotate { at_once } => {
            let key = signing::rotate(&app, at_once).await?;
            say(format_args!("Made the key {}, which signs from {}.", key.id, time(key.signs_from)));
            if at_once {
                say("All other keys are gone: every access token of before is refused. Sessions go on.");
            }
        }
    }
    Ok(())
}
