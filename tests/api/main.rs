//! The API suite: one binary, a module a slice, run on SQLite and on PostgreSQL.

mod architecture;
mod thread;
mod tokens;
