//! The mail crate from outside: letters, transports, and a real SMTP server.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod fixtures;
mod letters;
mod smtp;
mod transports;
