//! The record: what happened, append-only and hash-chained per stream.
//!
//! Every command that changes something appends an entry in its own
//! transaction ([`append()`]). Everything that tells anybody anything reads
//! sealed entries ([`read()`]): logs, mails, subscriptions, figures.
//!
//! Invariants: an entry is never changed after sealing; positions have no gap
//! over the installation, sequences none in a stream; the subject of an entry
//! is the row after the change, so the latest entry of a row and the row agree.
//!
//! Deliberately absent: personal data in payloads. Persons are ids; content is
//! a salted hash whose salt an erasure deletes, and the chain still verifies.

mod append;
mod checkpoint;
mod hash;
mod read;
mod seal;
mod subject;
mod verify;

pub use append::{Entry, append};
pub use checkpoint::{CheckpointKey, checkpoint};
pub use entity::record_entry::Model as RecordEntry;
pub use hash::canonical;
pub use read::{Log, actors, advance, cursor, entries_of, is_behind, log_of, read, unsealed_count};
pub use seal::{SEAL_BATCH, seal};
pub use subject::{Subject, SubjectReader, subject};
pub use verify::{Finding, Report, verify};

use types::{NeedId, OrganisationId, PersonId};

/// The stream of a need.
pub fn need_stream(id: NeedId) -> String {
    format!("need:{id}")
}

/// The stream of an organisation.
pub fn organisation_stream(id: OrganisationId) -> String {
    format!("organisation:{id}")
}

/// The stream of a person: what only that person reads.
pub fn person_stream(id: PersonId) -> String {
    format!("person:{id}")
}

/// The stream of the installation.
pub const INSTALLATION: &str = "installation";
