//! The slices: rules, policy, SQL, commands and readers of the record.

pub mod ports;
pub mod reference;
pub mod text;
