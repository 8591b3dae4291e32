//! Events and registrations.

mod mutation;
mod query;
mod registration;
mod types;

pub use mutation::EventMutation;
pub use query::EventQuery;
pub use registration::{Participant, Registration, RegistrationMutation};
pub use types::{Event, NeedEvents};
