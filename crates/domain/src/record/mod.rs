//! The record: what happened, append-only and hash-chained per stream.
//!
//! Every command that changes something appends an entry in its own
//! transaction ([`append()`]). Everything that tells anybody anything reads
//! sealed entries ([`read()`]) that are ours: logs, mails, subscriptions, figures.
//!
//! Invariants: an entry is never changed after sealing; positions have no gap
//! over the installation, sequences none in a stream; the subject of an entry
//! is the row after the change, so the latest entry of a row and the row agree.
//! Each entry carries a tag under a key that is not in the database, and the
//! sealer gives no place to one whose tag is wrong. So does the head, which says
//! how far the record is sealed and signed: a tail that is cut off leaves a head
//! that nobody can make fit.
//!
//! Deliberately absent: personal data in payloads. Persons are ids; content is
//! a salted hash, so that the chain will hold when a salt is erased. No command
//! erases one yet: a salt that is not there is a finding.

mod append;
mod checkpoint;
mod grown;
mod hash;
mod head;
mod raw;
mod read;
mod seal;
mod subject;
mod verify;

pub use append::{Entry, append};
pub use checkpoint::{CheckpointKey, checkpoint};
pub use entity::record_entry::Model as RecordEntry;
pub use grown::{Grown, has_grown};
pub use hash::canonical;
pub(crate) use raw::rows;
pub use read::{
    Log, actors, advance, cursor, entries_of, find, is_behind, is_ours, log_after, log_of, read, reads,
    sealed_until, stream_of, unsealed_count, who_changed,
};
pub(crate) use read::{is_empty, position};
pub use seal::{Refused, SEAL_BATCH, seal};
pub use subject::{Subject, SubjectReader, subject};
pub(crate) use verify::verify;
pub use verify::{Finding, Report};

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
