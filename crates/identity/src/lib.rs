//! Proves who is calling: access tokens for the API, passkeys, and sign-in by other services.
//!
//! A token names its session and its audience, nothing more; session,
//! memberships and roles are read anew with each request, so ending a session
//! ends its tokens. The portal's cookie holds the session's own secret and
//! needs no token (`domain::accounts::actor_of_token`).

pub mod oidc;
mod passkeys;
mod tokens;

pub use passkeys::Passkeys;
pub use tokens::Tokens;
