//! The program: configuration, telemetry, routes, workers, command line.
//!
//! [`config`] is read first and as a whole; [`node`] puts the application
//! together from it; [`routes`] serves it; `workers` do what waits.

mod cli;
pub mod commands;
pub mod config;
mod database;
pub mod demo;
mod keys;
mod listen;
pub mod node;
pub mod routes;
mod say;
mod telemetry;
mod workers;
