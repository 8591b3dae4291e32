//! `admin`: administrators of the platform.

use anyhow::{Context, Result};
use domain::accounts;
use types::{EmailAddress, Language};

use super::node_beside;
use crate::cli::Admin;
use crate::config::Config;
use crate::say::say;

pub(super) async fn admin(config: &Config, what: Admin) -> Result<()> {
    let Admin::Create { email, name } = what;
    let email: EmailAddress =
        email.parse().ok().with_context(|| format!("`{email}` is not an e-mail address"))?;
    let node = node_beside(config).await?;
    let person = accounts::make_administrator(&node.app, &email, name.as_deref(), Language::Nb).await?;
    say(format_args!("{} <{}> administers the platform, and signs in at", person.name, person.email));
    say(format_args!("{}/nb/login", config.http.public_url));
    Ok(())
}
