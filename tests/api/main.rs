//! The API suite: one binary, a module a slice, run on SQLite and on PostgreSQL.

mod architecture;
mod import;
mod thread;
mod tokens;
