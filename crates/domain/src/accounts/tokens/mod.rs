//! Tokens of organisations: for a municipality's own systems, a supplier's tool.
//!
//! A token belongs to an organisation and speaks in the name of the member who
//! answers for it, so that records and four-eyes rules keep a named person; what
//! it may do is what its scopes and that member's roles allow, whichever is less.
//! It works while that member manages members there, the organisation is not
//! suspended, and it is neither expired nor revoked. All of that is read with
//! each request, so that a token stops at once on every node. When its member
//! has left it waits until another takes it over.
//!
//! Invariants: the secret is shown once and only its hash is kept; each change is
//! recorded (`token.…`), the last use is not; nobody makes or takes over a token by
//! a token.

mod commands;
mod due;
mod queries;
mod secret;
mod store;

pub(super) use commands::note_stopped;
pub use commands::{CreateToken, CreatedToken, create, revoke, take_over};
pub(crate) use due::due;
pub use entity::organisation_token::Model as Token;
pub(in crate::accounts) use queries::actors_of;
pub(crate) use queries::get;
pub use queries::{TokenView, actor_of, find, id_of, list, names};
pub use secret::is_ours;

use types::{Time, TokenScope, TokenState};

crate::subjects! {
    Token => "token" except ["last_used_at", "warned_at", "ended_at"];
}

/// Scopes from a column.
pub fn parse_scopes(column: &str) -> Vec<TokenScope> {
    column.split(',').filter_map(|word| word.parse().ok()).collect()
}

/// Scopes for a column, each once, in the order of declaration.
fn join_scopes(scopes: &[TokenScope]) -> String {
    let words: Vec<&str> =
        TokenScope::ALL.iter().filter(|s| scopes.contains(s)).map(|s| s.as_str()).collect();
    words.join(",")
}

/// Where a token stands; `has_answerable` is whether its member still manages members.
pub fn state_of(token: &Token, has_answerable: bool, now: Time) -> TokenState {
    if token.revoked_at.is_some() {
        TokenState::Revoked
    } else if token.expires_at <= now {
        TokenState::Expired
    } else if has_answerable {
        TokenState::Active
    } else {
        TokenState::Orphaned
    }
}
