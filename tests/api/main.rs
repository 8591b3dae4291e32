//! The API suite: one binary, a module a slice, run on SQLite and on PostgreSQL.

mod architecture;
mod import;
mod quality;
mod thread;
mod tokens;
