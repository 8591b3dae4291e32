//! What a verification can find.

use uuid::Uuid;

use super::super::raw::Broken;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "finding", rename_all = "snake_case")]
pub enum Finding {
    /// No entry is tagged with the secret key at hand, nor is the head: most
    /// likely the key is another installation's.
    OtherSecretKey { entries: u64 },
    /// No checkpoint is signed with the key at hand, likewise.
    OtherCheckpointKey,
    /// A sealed entry does not have the hash it was sealed with.
    Changed { position: i64, entry: Uuid },
    /// Positions from `position` to `last` are not there.
    Missing { position: i64, last: i64 },
    /// An entry that the program did not write; without a position it was never sealed.
    Foreign { position: Option<i64>, entry: Uuid },
    /// An entry that does not follow what is before it in its stream.
    Added { position: Option<i64>, entry: Uuid },
    /// The chain of a stream does not end where its head says.
    StreamMismatch { stream: String },
    /// The head is gone, or the program did not write it as it is: the end of
    /// the record may be cut off.
    HeadForged,
    /// The head is ours and does not fit the entries.
    HeadMismatch { position: i64, detail: String },
    /// Entries before a checkpoint are gone, or differ from it.
    CheckpointMismatch { position: i64, detail: String },
    /// A checkpoint's signature is not ours.
    CheckpointForged { position: i64 },
    /// A line of the copies can't be read.
    CopyUnreadable { line: String },
    /// A checkpoint is nowhere, though a later one or the head names it.
    CheckpointMissing { position: i64 },
    /// A checkpoint's row is gone; its copy is there.
    CheckpointRowMissing { position: i64 },
    /// A checkpoint's copy outside the database is gone; its row is there.
    CheckpointCopyMissing { position: i64 },
    /// Neither the head nor a later checkpoint names the checkpoint of a row.
    CheckpointUnnamed { position: i64 },
    /// A row is not what its latest entry says.
    StateContradicts { subject: String, id: Uuid },
    /// A row has no entry at all.
    Unrecorded { subject: String, id: Uuid },
    /// An entry speaks of a row that is gone.
    SubjectGone { subject: String, id: Uuid },
    /// The salt of an entry is gone, so its content can't be compared.
    SaltMissing { entry: Uuid },
    /// A row does not hold what its table is to hold.
    Unreadable { table: String, row: String, detail: String },
    /// The sealed ballots of a survey are not those of the people who answered.
    BallotsContradict { survey: Uuid, detail: String },
    /// The content of a file is not there.
    FileMissing { attachment: Uuid, name: String, of: String },
    /// The content of a file is not what was uploaded.
    FileChanged { attachment: Uuid, name: String, of: String },
    /// The content of a file can't be read.
    FileUnreadable { attachment: Uuid, name: String, of: String, detail: String },
}

impl Finding {
    pub(crate) fn unreadable(table: &str, key: &str, broken: &Broken) -> Self {
        Self::Unreadable { table: table.to_owned(), row: broken.key(key), detail: broken.why.clone() }
    }
}
