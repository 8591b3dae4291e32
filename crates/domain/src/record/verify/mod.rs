//! Verification: what was tampered with, and what can't be known.
//!
//! It reads one moment of the database, each row on its own: one that can't be
//! read is a finding and hides no other.

mod chains;
mod checkpoints;
mod finding;
mod latest;

use entity::record_entry;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::checkpoint::CheckpointKey;
use super::{SubjectReader, hash, raw};
use crate::Result;
use chains::Chains;
use checkpoints::Checkpoints;
pub use finding::Finding;
use latest::Latest;

/// How many entries are read at once.
const BATCH: u64 = 1000;

/// What a verification saw.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Report {
    /// Sealed entries read.
    pub entries: u64,
    /// Streams read.
    pub streams: u64,
    /// Rows compared with their latest entry.
    pub subjects: u64,
    /// Sealed ballots opened and counted against who answered.
    pub ballots: u64,
    /// Files whose content was read and compared.
    pub files: u64,
    /// The last checkpoint; what came later is protected by the head alone.
    pub last_checkpoint: Option<i64>,
    /// Entries after it.
    pub after_checkpoint: u64,
    /// Entries that wait for the sealer.
    pub unsealed: u64,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// Reads the whole record and compares it with itself, with its head, with the
/// checkpoints and with the rows it speaks of. `key` is that of the tags.
pub(crate) async fn verify(
    db: &DatabaseTransaction,
    key: &[u8; 32],
    checkpoint_key: &CheckpointKey,
    subjects: &[SubjectReader],
) -> Result<Report> {
    let mut report = Report::default();
    let checkpoints = Checkpoints::read(db, checkpoint_key, &mut report).await?;
    let mut chains = Chains::new(key, &checkpoints);
    let mut latest = Latest::default();
    let mut position = i64::MIN;
    loop {
        let query = record_entry::Entity::find()
            .filter(record_entry::Column::Position.gt(position))
            .order_by_asc(record_entry::Column::Position)
            .limit(BATCH);
        let batch = raw::rows(db, query).await?;
        let is_last = u64::try_from(batch.len()).unwrap_or(u64::MAX) < BATCH;
        let before = position;
        for row in &batch {
            position = chains.take(row, &mut report).unwrap_or(position);
        }
        latest.take(db, batch, &mut report).await?;
        // Positions that are no numbers come last, and on SQLite again and again.
        if is_last || position == before {
            break;
        }
    }
    let last_position = chains.position;
    checkpoints.compare_end(last_position, &mut report);
    chains.compare_streams(db, &mut report).await?;
    let last_checkpoint = chains.compare_head(db, &mut report).await?;
    checkpoints.follow(last_checkpoint, &mut report);
    report.streams = chains.streams();
    report.last_checkpoint = checkpoints.last();
    report.after_checkpoint = u64::try_from(last_position - report.last_checkpoint.unwrap_or(0)).unwrap_or(0);
    // Nothing is ours: then most likely nothing is wrong but the key.
    let suspects_key = last_checkpoint.is_none() && !chains.any_ours;
    let suspects_key = take_unsealed(db, key, suspects_key, &mut latest, &mut report).await?;
    latest.compare(db, subjects, &mut report).await?;
    if suspects_key {
        report.suspect_key();
    }
    Ok(report)
}

impl Report {
    /// Blames the key, once, for what is blamed on the entries and the head.
    fn suspect_key(&mut self) {
        let is_foreign = |f: &Finding| matches!(f, Finding::Foreign { .. });
        if self.findings.iter().any(is_foreign) {
            self.findings.retain(|f| !is_foreign(f) && *f != Finding::HeadForged);
            self.findings.insert(0, Finding::OtherSecretKey { entries: self.entries + self.unsealed });
        }
    }

    /// Whether the secret key at hand seems to be another installation's.
    pub(crate) fn suspects_key(&self) -> bool {
        matches!(self.findings.first(), Some(Finding::OtherSecretKey { .. }))
    }
}

/// What waits for the sealer is newer than what is sealed, if it is ours, or if
/// none is because the key is suspect; whether it still is.
async fn take_unsealed(
    db: &DatabaseTransaction,
    key: &[u8; 32],
    suspects_key: bool,
    latest: &mut Latest,
    report: &mut Report,
) -> Result<bool> {
    let query = record_entry::Entity::find()
        .filter(record_entry::Column::Position.is_null())
        .order_by_asc(record_entry::Column::Id);
    let (mut ours, mut foreign) = (Vec::new(), Vec::new());
    for row in raw::rows(db, query).await? {
        report.unsealed += 1;
        match row {
            Ok(entry) if hash::is_ours(key, &entry) => ours.push(Ok(entry)),
            Ok(entry) => {
                report.findings.push(Finding::Foreign { position: None, entry: entry.id.0 });
                foreign.push(Ok(entry));
            }
            Err(broken) => report.findings.push(Finding::unreadable("record_entries", "id", &broken)),
        }
    }
    let suspects_key = suspects_key && ours.is_empty();
    let mut waiting = if suspects_key { foreign } else { ours };
    while !waiting.is_empty() {
        let rest = waiting.split_off(waiting.len().min(500));
        latest.take(db, std::mem::replace(&mut waiting, rest), report).await?;
    }
    Ok(suspects_key)
}
