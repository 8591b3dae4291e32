//! What was told to whom: disclosures, the ledger, the register of participants.

mod mutation;
mod types;

pub use mutation::DisclosureMutation;
pub use types::{Disclosure, LedgerEntry, NeedDisclosures};
