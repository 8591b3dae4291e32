//! The API suite: one binary, a module a slice, run on SQLite and on PostgreSQL.

mod architecture;
mod attachments;
mod events;
mod import;
mod quality;
mod responses;
mod thread;
mod tokens;
