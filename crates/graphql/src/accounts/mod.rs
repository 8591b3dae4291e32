//! Accounts: who you are, whom you act for, and the people of an organisation.

mod members;
mod passkeys;
mod providers;
mod refresh;
mod sessions;
mod sign_in;
mod tokens;
mod types;

pub use members::MemberMutation;
pub use passkeys::{Passkey, PasskeyMutation};
pub use providers::{Identity, ProviderMutation, ProviderQuery};
pub use refresh::RefreshMutation;
pub use sessions::{Session, SessionMutation, SignInMethod};
pub use sign_in::SignInMutation;
pub use tokens::{OrganisationToken, TokenMutation, TokenQuery, TokenScope, TokenState};
pub use types::{AccountQuery, Invitation, LastSaved, Membership, Person, Viewer};
