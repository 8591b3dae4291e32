//! Verification: what was tampered with, and what can't be known.
//!
//! It reads one moment of the database, each row on its own: one that can't be
//! read is a finding and hides no other.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::{record_checkpoint, record_entry, record_head, record_salt, record_stream};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::checkpoint::{CheckpointKey, Signed, heads_hash};
use super::raw::{self, Broken};
use super::{RecordEntry, SubjectReader, hash};
use crate::Result;

/// How many entries are read at once.
const BATCH: u64 = 1000;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "finding", rename_all = "snake_case")]
pub enum Finding {
    /// A sealed entry does not have the hash it was sealed with.
    Changed { position: i64, entry: Uuid },
    /// A position is not there.
    Missing { position: i64 },
    /// An entry that the program did not write, or that does not follow what
    /// is before it in its stream; without a position it was never sealed.
    Added { position: Option<i64>, entry: Uuid },
    /// The chain of a stream does not end where its head says.
    HeadMismatch { stream: String },
    /// Entries before a checkpoint are gone, or differ from it.
    CheckpointMismatch { position: i64, detail: String },
    /// A checkpoint's signature is not ours.
    CheckpointForged { position: i64 },
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
}

impl Finding {
    pub(crate) fn unreadable(table: &str, key: &str, broken: &Broken) -> Self {
        Self::Unreadable { table: table.to_owned(), row: broken.key(key), detail: broken.why.clone() }
    }
}

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
    /// The last checkpoint; what came later is protected by the chain and the tags alone.
    pub last_checkpoint: Option<i64>,
    /// Entries after it.
    pub after_checkpoint: u64,
    /// Entries that wait for the sealer.
    pub unsealed: u64,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// Reads the whole record and compares it with itself, with the checkpoints
/// and with the rows it speaks of. `key` is that of the tags.
pub(crate) async fn verify(
    db: &DatabaseTransaction,
    key: &[u8; 32],
    checkpoint_key: &CheckpointKey,
    subjects: &[SubjectReader],
) -> Result<Report> {
    let mut report = Report::default();
    let checkpoints = checkpoints(db, checkpoint_key, &mut report).await?;
    let mut chains = Chains::default();
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
            let Some(at) = chains.take(row, key, &mut report) else { continue };
            chains.compare(&checkpoints, at, &mut report);
            position = at;
        }
        latest.take(db, batch, &mut report).await?;
        // Positions that are no numbers come last, and on SQLite again and again.
        if is_last || position == before {
            break;
        }
    }
    for position in checkpoints.keys().filter(|p| **p > chains.position) {
        report.findings.push(Finding::CheckpointMismatch {
            position: *position,
            detail: "the record ends before it".to_owned(),
        });
    }
    chains.compare_heads(db, &mut report).await?;
    report.streams = chains.streams.len() as u64;
    report.last_checkpoint = checkpoints.keys().next_back().copied();
    report.after_checkpoint =
        u64::try_from(chains.position - report.last_checkpoint.unwrap_or(0)).unwrap_or(0);
    take_unsealed(db, key, &mut latest, &mut report).await?;
    latest.compare(db, subjects, &mut report).await?;
    Ok(report)
}

/// The checkpoints of table and file together; forged ones become findings. Two
/// that were signed at one position are both kept: a database that was set back
/// and went on differently differs from the elder.
async fn checkpoints(
    db: &DatabaseTransaction,
    key: &CheckpointKey,
    report: &mut Report,
) -> Result<BTreeMap<i64, Vec<Signed>>> {
    let query = record_checkpoint::Entity::find().order_by_asc(record_checkpoint::Column::Position);
    let mut stored = Vec::new();
    for row in raw::rows(db, query).await? {
        match row {
            Ok(r) => stored.push(Ok(Signed {
                position: r.position,
                created_at: r.created_at,
                heads_hash: r.heads_hash,
                signature: r.signature,
            })),
            Err(broken) => {
                report.findings.push(Finding::unreadable("record_checkpoints", "position", &broken));
            }
        }
    }
    let mut all: BTreeMap<i64, Vec<Signed>> = BTreeMap::new();
    for signed in stored.into_iter().chain(key.copies()) {
        match signed {
            Ok(signed) if key.accepts(&signed) => {
                let there = all.entry(signed.position).or_default();
                if !there.contains(&signed) {
                    there.push(signed);
                }
            }
            Ok(signed) => report.findings.push(Finding::CheckpointForged { position: signed.position }),
            Err(_) => report.findings.push(Finding::CheckpointForged { position: -1 }),
        }
    }
    Ok(all)
}

/// The chains as far as they were read.
#[derive(Default)]
struct Chains {
    position: i64,
    streams: BTreeMap<String, (i64, String)>,
}

impl Chains {
    /// Takes the next entry by position; its position, if that can be read.
    fn take(
        &mut self,
        row: &Result<RecordEntry, Broken>,
        key: &[u8; 32],
        report: &mut Report,
    ) -> Option<i64> {
        report.entries += 1;
        let position = match row {
            Ok(entry) => entry.position?,
            Err(broken) => {
                report.findings.push(Finding::unreadable("record_entries", "id", broken));
                broken.column("position")?
            }
        };
        if position < 1 {
            if let Ok(entry) = row {
                report.findings.push(Finding::Added { position: Some(position), entry: entry.id.0 });
            }
            return Some(position);
        }
        for missing in self.position + 1..position {
            report.findings.push(Finding::Missing { position: missing });
        }
        self.position = position;
        match row {
            Ok(entry) => self.follow(entry, position, key, report),
            // The chain goes on from what the row still says.
            Err(broken) => {
                let head = broken.column("sequence").zip(broken.column("hash"));
                if let Some((stream, head)) = broken.column("stream").zip(head) {
                    self.streams.insert(stream, head);
                }
            }
        }
        Some(position)
    }

    fn follow(&mut self, entry: &RecordEntry, position: i64, key: &[u8; 32], report: &mut Report) {
        let (sequence, previous) =
            self.streams.get(&entry.stream).cloned().unwrap_or_else(|| (0, String::new()));
        let own_sequence = entry.sequence.unwrap_or_default();
        let own_previous = entry.previous_hash.clone().unwrap_or_default();
        let own_hash = entry.hash.clone().unwrap_or_default();
        if hash::chain(entry, position, own_sequence, &own_previous) != own_hash {
            report.findings.push(Finding::Changed { position, entry: entry.id.0 });
        } else if !hash::is_ours(key, entry) {
            report.findings.push(Finding::Added { position: Some(position), entry: entry.id.0 });
        } else if own_sequence != sequence + 1 || own_previous != previous {
            // The entry is whole in itself but does not follow what is there.
            let gone = own_sequence > sequence + 1;
            report.findings.push(if gone {
                Finding::HeadMismatch { stream: entry.stream.clone() }
            } else {
                Finding::Added { position: Some(position), entry: entry.id.0 }
            });
        }
        self.streams.insert(entry.stream.clone(), (own_sequence, own_hash));
    }

    fn hash(&self) -> String {
        heads_hash(
            self.streams.iter().map(|(stream, (sequence, hash))| (stream.as_str(), *sequence, hash.as_str())),
        )
    }

    fn compare(&self, checkpoints: &BTreeMap<i64, Vec<Signed>>, position: i64, report: &mut Report) {
        let Some(signed) = checkpoints.get(&position) else { return };
        let hash = self.hash();
        if signed.iter().any(|s| s.heads_hash != hash) {
            report.findings.push(Finding::CheckpointMismatch {
                position,
                detail: "the entries up to it are not those it was signed over".to_owned(),
            });
        }
    }

    async fn compare_heads(&self, db: &DatabaseTransaction, report: &mut Report) -> Result<()> {
        let mut stored: BTreeMap<String, (i64, String)> = BTreeMap::new();
        for row in raw::rows(db, record_stream::Entity::find()).await? {
            match row {
                Ok(s) => drop(stored.insert(s.stream, (s.sequence, s.hash))),
                Err(broken) => {
                    report.findings.push(Finding::unreadable("record_streams", "stream", &broken));
                }
            }
        }
        let names: BTreeSet<&String> = stored.keys().chain(self.streams.keys()).collect();
        let wrong = names.into_iter().filter(|s| stored.get(*s) != self.streams.get(*s));
        report.findings.extend(wrong.map(|stream| Finding::HeadMismatch { stream: stream.clone() }));
        let head = match raw::rows(db, record_head::Entity::find_by_id(1)).await?.pop() {
            Some(Ok(head)) => head.position,
            Some(Err(broken)) => {
                report.findings.push(Finding::unreadable("record_heads", "id", &broken));
                broken.column("position").unwrap_or(0)
            }
            None => 0,
        };
        for missing in self.position + 1..=head {
            report.findings.push(Finding::Missing { position: missing });
        }
        Ok(())
    }
}

/// What waits for the sealer is newer than what is sealed, if it is ours.
async fn take_unsealed(
    db: &DatabaseTransaction,
    key: &[u8; 32],
    latest: &mut Latest,
    report: &mut Report,
) -> Result<()> {
    let query = record_entry::Entity::find()
        .filter(record_entry::Column::Position.is_null())
        .order_by_asc(record_entry::Column::Id);
    let mut waiting = Vec::new();
    for row in raw::rows(db, query).await? {
        report.unsealed += 1;
        match row {
            Ok(entry) if hash::is_ours(key, &entry) => waiting.push(Ok(entry)),
            Ok(entry) => report.findings.push(Finding::Added { position: None, entry: entry.id.0 }),
            Err(broken) => report.findings.push(Finding::unreadable("record_entries", "id", &broken)),
        }
    }
    while !waiting.is_empty() {
        let rest = waiting.split_off(waiting.len().min(500));
        latest.take(db, std::mem::replace(&mut waiting, rest), report).await?;
    }
    Ok(())
}

/// The latest that was said of each row: the hash of its content, with the salt.
#[derive(Default)]
struct Latest(BTreeMap<(String, Uuid), Option<(String, String)>>);

impl Latest {
    /// Takes entries in their order, and finds out whose salt is gone.
    async fn take(
        &mut self,
        db: &DatabaseTransaction,
        batch: Vec<Result<RecordEntry, Broken>>,
        report: &mut Report,
    ) -> Result<()> {
        let ids: Vec<_> = batch.iter().flatten().filter(|e| e.subject_id.is_some()).map(|e| e.id).collect();
        let query = record_salt::Entity::find().filter(record_salt::Column::EntryId.is_in(ids));
        let salts = raw::rows(db, query).await?.into_iter().flatten();
        let mut salts: HashMap<_, _> = salts.map(|row| (row.entry_id, row.salt)).collect();
        for row in batch {
            let entry = match row {
                Ok(entry) => entry,
                Err(broken) => {
                    // What it says can't be compared; that it speaks of the row is known.
                    if let Some(subject) = broken.column("subject_kind").zip(broken.column("subject_id")) {
                        self.0.insert(subject, None);
                    }
                    continue;
                }
            };
            let Some(subject) = entry.subject_kind.zip(entry.subject_id) else { continue };
            let salt = salts.remove(&entry.id);
            if salt.is_none() {
                report.findings.push(Finding::SaltMissing { entry: entry.id.0 });
            }
            self.0.insert(subject, entry.content_hash.zip(salt));
        }
        Ok(())
    }

    /// Each row against its latest entry, each latest entry against its row.
    async fn compare(
        self,
        db: &DatabaseTransaction,
        subjects: &[SubjectReader],
        report: &mut Report,
    ) -> Result<()> {
        for reader in subjects {
            for id in (reader.ids)(db).await? {
                match id {
                    Ok(id) if self.0.contains_key(&(reader.kind.to_owned(), id)) => {}
                    Ok(id) => {
                        report.findings.push(Finding::Unrecorded { subject: reader.kind.to_owned(), id });
                    }
                    Err(broken) => report.findings.push(Finding::unreadable(reader.kind, "id", &broken)),
                }
            }
        }
        for ((kind, id), said) in self.0 {
            let Some(reader) = subjects.iter().find(|r| r.kind == kind) else { continue };
            let row = match (reader.load)(db, id).await? {
                Some(Err(broken)) => {
                    report.findings.push(Finding::unreadable(&kind, "id", &broken));
                    continue;
                }
                Some(Ok(row)) => Some(row),
                None => None,
            };
            // Without its salt it was told as missing already.
            let Some((said, salt)) = said else { continue };
            report.subjects += 1;
            let is = |content: &serde_json::Value| said == hash::content(&salt, content);
            match row {
                None if is(&serde_json::Value::Null) => {}
                None => report.findings.push(Finding::SubjectGone { subject: kind, id }),
                Some(row) if is(&row) => {}
                Some(_) => report.findings.push(Finding::StateContradicts { subject: kind, id }),
            }
        }
        Ok(())
    }
}
