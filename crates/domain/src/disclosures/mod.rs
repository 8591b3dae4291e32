//! Disclosures: what the buyer told somebody, and whether all know it (R1).
//!
//! Everything that a buyer says through the platform in public is shared as it
//! is said. What it tells one supplier (in a meeting, on the phone) is noted
//! here as a disclosure to that party, and is *unshared* until it is published
//! to all or waived with a reason.
//!
//! Invariant: a need cannot go to procurement while a disclosure is unshared.

mod store;

pub use store::all_shared;
