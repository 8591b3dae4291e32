//! Who stands behind a need together.

mod mutation;
mod types;

pub use mutation::PartnerMutation;
pub use types::{NeedPartners, Partner, PartnerQuery};
