//! Verification: what was tampered with, and what can't be known.

use std::collections::{BTreeMap, HashMap, HashSet};

use entity::{record_checkpoint, record_entry, record_head, record_salt, record_stream};
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::checkpoint::{CheckpointKey, Signed, heads_hash};
use super::{RecordEntry, SubjectReader, hash};
use crate::Result;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "finding", rename_all = "snake_case")]
pub enum Finding {
    /// A sealed entry does not have the hash it was sealed with.
    Changed { position: i64, entry: Uuid },
    /// A position is not there.
    Missing { position: i64 },
    /// A position or sequence is there twice, or out of line with its stream.
    Added { position: i64, entry: Uuid },
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
    /// Entries whose salt was erased: their content can't be compared.
    pub erased: u64,
    /// The last checkpoint; what came later is protected by the chain alone.
    pub last_checkpoint: Option<i64>,
    /// Entries after it.
    pub after_checkpoint: u64,
    /// Entries that wait for the sealer.
    pub unsealed: u64,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// Reads the whole record and compares it with itself, with the checkpoints
/// and with the rows it speaks of.
pub async fn verify(
    db: &DatabaseConnection,
    key: &CheckpointKey,
    subjects: &[SubjectReader],
) -> Result<Report> {
    let mut report = Report::default();
    let mut chains = Chains::default();
    let checkpoints = checkpoints(db, key, &mut report).await?;
    let mut position = 0;
    loop {
        let batch = super::read(db, position, 1000).await?;
        let Some(last) = batch.last().and_then(|e| e.position) else { break };
        for entry in &batch {
            chains.take(entry, &mut report);
            chains.compare(&checkpoints, entry.position.unwrap_or_default(), &mut report);
        }
        position = last;
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
    compare_subjects(db, subjects, &mut report).await?;
    Ok(report)
}

/// The checkpoints of table and file together; forged ones become findings. Two
/// that were signed at one position are both kept: a database that was set back
/// and went on differently differs from the elder.
async fn checkpoints(
    db: &DatabaseConnection,
    key: &CheckpointKey,
    report: &mut Report,
) -> Result<BTreeMap<i64, Vec<Signed>>> {
    let rows =
        record_checkpoint::Entity::find().order_by_asc(record_checkpoint::Column::Position).all(db).await?;
    let stored = rows.into_iter().map(|r| {
        Ok(Signed {
            position: r.position,
            created_at: r.created_at,
            heads_hash: r.heads_hash,
            signature: r.signature,
        })
    });
    let mut all: BTreeMap<i64, Vec<Signed>> = BTreeMap::new();
    for signed in stored.chain(key.copies()) {
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
    fn take(&mut self, entry: &RecordEntry, report: &mut Report) {
        report.entries += 1;
        let position = entry.position.unwrap_or_default();
        for missing in self.position + 1..position {
            report.findings.push(Finding::Missing { position: missing });
        }
        self.position = position;
        let (sequence, previous) =
            self.streams.get(&entry.stream).cloned().unwrap_or_else(|| (0, String::new()));
        let own_sequence = entry.sequence.unwrap_or_default();
        let own_previous = entry.previous_hash.clone().unwrap_or_default();
        let own_hash = entry.hash.clone().unwrap_or_default();
        if hash::chain(entry, position, own_sequence, &own_previous) != own_hash {
            report.findings.push(Finding::Changed { position, entry: entry.id.0 });
        } else if own_sequence != sequence + 1 || own_previous != previous {
            // The entry is whole in itself but does not follow what is there.
            let gone = own_sequence > sequence + 1;
            report.findings.push(if gone {
                Finding::HeadMismatch { stream: entry.stream.clone() }
            } else {
                Finding::Added { position, entry: entry.id.0 }
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

    async fn compare_heads(&self, db: &DatabaseConnection, report: &mut Report) -> Result<()> {
        let stored: HashMap<String, (i64, String)> = record_stream::Entity::find()
            .all(db)
            .await?
            .into_iter()
            .map(|s| (s.stream, (s.sequence, s.hash)))
            .collect();
        let names: HashSet<&String> = stored.keys().chain(self.streams.keys()).collect();
        let mut wrong: Vec<String> =
            names.into_iter().filter(|s| stored.get(*s) != self.streams.get(*s)).cloned().collect();
        wrong.sort();
        report.findings.extend(wrong.into_iter().map(|stream| Finding::HeadMismatch { stream }));
        let head = record_head::Entity::find_by_id(1).one(db).await?.map_or(0, |h| h.position);
        for missing in self.position + 1..=head {
            report.findings.push(Finding::Missing { position: missing });
        }
        Ok(())
    }
}

/// Each row against its latest entry, each latest entry against its row.
async fn compare_subjects(
    db: &DatabaseConnection,
    subjects: &[SubjectReader],
    report: &mut Report,
) -> Result<()> {
    let mut latest: HashMap<(String, Uuid), RecordEntry> = HashMap::new();
    let mut after = Uuid::nil();
    loop {
        let batch = record_entry::Entity::find()
            .filter(record_entry::Column::Id.gt(after))
            .order_by_asc(record_entry::Column::Id)
            .limit(1000)
            .all(db)
            .await?;
        let Some(last) = batch.last() else { break };
        after = last.id.0;
        for entry in batch {
            report.unsealed += u64::from(entry.position.is_none());
            if let (Some(kind), Some(id)) = (entry.subject_kind.clone(), entry.subject_id) {
                let newer = |old: &RecordEntry| order(old) < order(&entry);
                if latest.get(&(kind.clone(), id)).is_none_or(newer) {
                    latest.insert((kind, id), entry);
                }
            }
        }
    }
    for reader in subjects {
        for id in (reader.ids)(db).await? {
            if !latest.contains_key(&(reader.kind.to_owned(), id)) {
                report.findings.push(Finding::Unrecorded { subject: reader.kind.to_owned(), id });
            }
        }
    }
    let mut keys: Vec<_> = latest.into_iter().collect();
    keys.sort_by(|a, b| a.0.cmp(&b.0));
    for ((kind, id), entry) in keys {
        let Some(reader) = subjects.iter().find(|r| r.kind == kind) else { continue };
        report.subjects += 1;
        let Some(salt) = record_salt::Entity::find_by_id(entry.id).one(db).await? else {
            report.erased += 1;
            continue;
        };
        let row = (reader.load)(db, id).await?;
        let is_deletion = entry.content_hash.as_deref()
            == Some(hash::content(&salt.salt, &serde_json::Value::Null).as_str());
        match row {
            None if is_deletion => {}
            None => report.findings.push(Finding::SubjectGone { subject: kind, id }),
            Some(row) if entry.content_hash.as_deref() == Some(hash::content(&salt.salt, &row).as_str()) => {}
            Some(_) => report.findings.push(Finding::StateContradicts { subject: kind, id }),
        }
    }
    Ok(())
}

/// Sealed entries by position; what is not sealed yet is newer.
fn order(entry: &RecordEntry) -> (i64, Uuid) {
    (entry.position.unwrap_or(i64::MAX), entry.id.0)
}
