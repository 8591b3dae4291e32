//! Accounts: signing in, choosing whom to act for, and who else may.

mod act_as;
mod claim;
mod invitations;
mod members;
mod passkeys;
mod providers;
mod security;
mod set_up;
mod sign_in;
mod tokens;
mod webhooks;
mod welcome;

use axum::Router;

/// The pages.
pub(crate) fn routes() -> Router {
    Router::new()
        .merge(sign_in::routes())
        .merge(set_up::routes())
        .merge(act_as::routes())
        .merge(welcome::routes())
        .merge(claim::routes())
        .merge(invitations::routes())
        .merge(members::routes())
        .merge(tokens::routes())
        .merge(webhooks::routes())
        .merge(security::routes())
        .merge(passkeys::routes())
        .merge(providers::routes())
}

/// `path?next=…`, where somebody was going.
fn with_next(path: &str, next: Option<&str>) -> String {
    match next {
        None => path.to_owned(),
        Some(next) => {
            let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
            format!("{path}?next={next}")
        }
    }
}

/// The query of a page that somebody passes on the way to another.
#[derive(serde::Deserialize)]
struct Going {
    next: Option<String>,
}
