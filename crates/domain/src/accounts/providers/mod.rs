//! Signing in by another service (OpenID Connect): Ansattporten, Entra ID, ….
//!
//! A browser is sent there with a `state` that is a row, spent once, by the browser that
//! began and within ten minutes, on any node. Nonce and PKCE verifier follow from that
//! browser's secret, the state and the installation's key, so no row holds them. What
//! comes back is checked by the port ([`crate::ports::Providers`]); what it means is
//! decided here.
//!
//! - An *identity* says which account is whose: a keyed hash of issuer and subject. The
//!   subject is not kept, nor anything else the service knows of the person.
//! - An identity that nobody has is tied to an account by a mailbox that the service has
//!   checked, if it is trusted for that domain; else by the person, who proves the mailbox
//!   by a code, or the session by a fresh sign-in. Until then it travels sealed in the
//!   browser's cookie (`pending`).
//! - A service that says whom the person represents chooses whom the session acts for, and
//!   may make members (`organisation`).
//!
//! Deliberately absent: calling the service in the person's name, its tokens, and signing
//! out there.

mod finish;
mod identities;
mod organisation;
mod pending;
mod start;
mod store;

pub use entity::identity::Model as Identity;
pub use finish::{Answer, Finished, Outcome, finish};
pub use identities::{find_identity, link_identity, list_identities, remove_identity};
pub(super) use pending::{Pending, settle};
pub use pending::{PendingIdentity, pending_identity};
pub use start::{Started, start};

use crate::App;
use crate::ports::Provider;

/// A service by its key.
pub fn provider<'a>(app: &'a App, key: &str) -> Option<&'a Provider> {
    app.providers.all().iter().find(|provider| provider.key == key)
}

/// Where a service sends the browser back to: exactly this, one address for each, so that
/// no service's answer is taken for another's.
fn redirect_uri(app: &App, provider: &Provider) -> String {
    format!("{}/sign-in/{}/callback", app.settings.public_url, provider.key)
}
