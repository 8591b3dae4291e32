//! The entries by themselves: tags, hashes, order, chains, and where all ends.

use std::collections::{BTreeMap, BTreeSet};

use entity::{record_head, record_stream};
use sea_orm::{DatabaseTransaction, EntityTrait};

use super::super::raw::{self, Broken};
use super::super::{RecordEntry, hash, head};
use super::checkpoints::Checkpoints;
use super::{Finding, Report};
use crate::Result;

/// The chains as far as they were read.
pub(super) struct Chains<'a> {
    key: &'a [u8; 32],
    checkpoints: &'a Checkpoints,
    pub(super) position: i64,
    running_hash: String,
    streams: BTreeMap<String, (i64, String)>,
    /// Whether all positions so far were there.
    is_whole: bool,
    /// Whether any entry is ours.
    pub(super) any_ours: bool,
}

impl<'a> Chains<'a> {
    pub(super) fn new(key: &'a [u8; 32], checkpoints: &'a Checkpoints) -> Self {
        Self {
            key,
            checkpoints,
            position: 0,
            running_hash: String::new(),
            streams: BTreeMap::new(),
            is_whole: true,
            any_ours: false,
        }
    }

    pub(super) fn streams(&self) -> u64 {
        self.streams.len() as u64
    }

    /// Takes the next entry by position; its position, if that can be read.
    pub(super) fn take(&mut self, row: &Result<RecordEntry, Broken>, report: &mut Report) -> Option<i64> {
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
        self.skip_to(position - 1, report);
        self.position = position;
        match row {
            Ok(entry) => self.follow(entry, position, report),
            // The chain goes on from what the row still says.
            Err(broken) => {
                if let Some(hash) = broken.column::<String>("hash") {
                    self.running_hash = hash::run_on(&self.running_hash, &hash);
                    if let Some((stream, sequence)) = broken.column("stream").zip(broken.column("sequence")) {
                        self.streams.insert(stream, (sequence, hash));
                    }
                }
            }
        }
        self.checkpoints.compare(position, &self.running_hash, report);
        Some(position)
    }

    /// What is not there up to and with `last` is missing.
    fn skip_to(&mut self, last: i64, report: &mut Report) {
        if last > self.position {
            self.is_whole = false;
            report.findings.push(Finding::Missing { position: self.position + 1, last });
        }
    }

    fn follow(&mut self, entry: &RecordEntry, position: i64, report: &mut Report) {
        let (sequence, previous) =
            self.streams.get(&entry.stream).cloned().unwrap_or_else(|| (0, String::new()));
        let own_sequence = entry.sequence.unwrap_or_default();
        let own_previous = entry.previous_hash.clone().unwrap_or_default();
        let own_hash = entry.hash.clone().unwrap_or_default();
        let is_ours = hash::is_ours(self.key, entry);
        self.any_ours |= is_ours;
        if hash::chain(entry, position, own_sequence, &own_previous) != own_hash {
            report.findings.push(Finding::Changed { position, entry: entry.id.0 });
        } else if !is_ours {
            report.findings.push(Finding::Foreign { position: Some(position), entry: entry.id.0 });
        } else if own_sequence != sequence.saturating_add(1) || own_previous != previous {
            // The entry is whole in itself but does not follow what is there.
            let gone = own_sequence > sequence.saturating_add(1);
            report.findings.push(if gone {
                Finding::StreamMismatch { stream: entry.stream.clone() }
            } else {
                Finding::Added { position: Some(position), entry: entry.id.0 }
            });
        }
        self.running_hash = hash::run_on(&self.running_hash, &own_hash);
        self.streams.insert(entry.stream.clone(), (own_sequence, own_hash));
    }

    /// Each stream against its head.
    pub(super) async fn compare_streams(&self, db: &DatabaseTransaction, report: &mut Report) -> Result<()> {
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
        report.findings.extend(wrong.map(|stream| Finding::StreamMismatch { stream: stream.clone() }));
        Ok(())
    }

    /// The whole against the head; the head's last checkpoint, if the head is ours.
    pub(super) async fn compare_head(
        &mut self,
        db: &DatabaseTransaction,
        report: &mut Report,
    ) -> Result<Option<i64>> {
        let head = match raw::rows(db, record_head::Entity::find_by_id(1)).await?.pop() {
            Some(Ok(head)) => head,
            Some(Err(broken)) => {
                report.findings.push(Finding::unreadable("record_heads", "id", &broken));
                self.skip_to(broken.column("position").unwrap_or(0), report);
                return Ok(None);
            }
            // Nothing was sealed yet, or nothing of what was is left.
            None if self.position == 0 && self.checkpoints.last().is_none() => return Ok(None),
            None => {
                report.findings.push(Finding::HeadForged);
                return Ok(None);
            }
        };
        self.skip_to(head.position, report);
        if !head::is_ours(&head, self.key) {
            report.findings.push(Finding::HeadForged);
            return Ok(None);
        }
        let detail = if head.position < self.position {
            Some(format!("there are entries up to {}", self.position))
        } else {
            // Without its missing entries the record can't fit.
            (self.is_whole && head.running_hash != self.running_hash)
                .then(|| "the entries up to it are not those that were sealed".to_owned())
        };
        let position = head.position;
        report.findings.extend(detail.map(|detail| Finding::HeadMismatch { position, detail }));
        Ok(Some(head.checkpoint_position))
    }
}
