//! Notifications: the teller that turns entries of the record into mails.
//!
//! It reads sealed entries behind its cursor, asks each slice's letters who is
//! to be told what, and puts the mails in the queue and moves the cursor in one
//! transaction. So an entry is told once, whatever dies when, and nothing is
//! told that did not happen. Whoever did a thing is not told of it.
//!
//! Deliberately absent: mails from commands. The sole exception is security
//! mail (sign-in, invitations), whose secrets must not be in the record.

mod addressed;
mod letters;
mod tell;

pub use addressed::{Addressed, Reason, addressed};
pub use tell::{READER, tell};
