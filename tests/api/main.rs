//! The API suite: one binary, a module a slice, run on SQLite and on PostgreSQL.

mod architecture;
mod attachments;
mod delivery;
mod events;
mod import;
mod process;
mod quality;
mod record;
mod responses;
mod smtp;
mod thread;
mod tokens;
