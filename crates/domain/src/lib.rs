//! The slices: rules, policy, SQL, commands and readers of the record.
//!
//! A slice is a folder: `mod.rs` is its only public surface, `model.rs` its
//! pure rules, `policy.rs` who may do what, `commands.rs` one function a
//! transaction, `queries.rs` scoped reads, `store.rs` its only SQL. `needs` is
//! the one to copy. A slice calls only those before it:
//! `record → organisations → accounts → reference → disclosures → needs →
//! events, questions, interest, responses → quality → notifications`.
//!
//! What the slices share: [`App`] (database, clock, ports), [`Actor`] (who is
//! asking), [`Error`], [`Db`] and [`Tx`], [`page`].

pub mod accounts;
mod actor;
mod app;
mod db;
pub mod disclosures;
mod error;
pub mod jobs;
pub mod keys;
pub mod needs;
pub mod organisations;
pub mod page;
pub mod ports;
pub mod record;
pub mod reference;
pub mod text;

pub use actor::{Acting, Actor, ActorPerson};
pub use app::{App, Settings};
pub use db::{Db, Tx};
pub use error::{Checks, Error, Result, unique};
