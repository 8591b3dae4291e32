//! Checkpoints of table and file: whose they are, and that none was taken away.

use std::collections::{BTreeMap, BTreeSet};

use entity::record_checkpoint;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, QueryOrder};

use super::super::checkpoint::{CheckpointKey, Signed};
use super::super::raw;
use super::{Finding, Report};
use crate::Result;

/// The checkpoints that are ours.
#[derive(Default)]
pub(super) struct Checkpoints {
    rows: BTreeMap<i64, Signed>,
    /// Two that were signed at one position are both kept: a database that was
    /// set back and went on differently differs from the elder.
    copies: BTreeMap<i64, Vec<Signed>>,
    /// Those that were told to be wrong already.
    told: BTreeSet<i64>,
    /// Whether a row without a copy shows that the copy was taken away.
    all_copied_to: i64,
}

impl Checkpoints {
    pub(super) async fn read(
        db: &DatabaseTransaction,
        key: &CheckpointKey,
        report: &mut Report,
    ) -> Result<Self> {
        let (mut all, mut forged) = (Self::default(), BTreeSet::new());
        let query = record_checkpoint::Entity::find().order_by_asc(record_checkpoint::Column::Position);
        for row in raw::rows(db, query).await? {
            match row.map(Signed::from) {
                Ok(signed) if key.accepts(&signed) => drop(all.rows.insert(signed.position, signed)),
                Ok(signed) => drop(forged.insert(signed.position)),
                Err(broken) => {
                    all.told.extend(broken.column::<i64>("position"));
                    report.findings.push(Finding::unreadable("record_checkpoints", "position", &broken));
                }
            }
        }
        for copy in key.copies()? {
            match copy {
                Ok(signed) if key.accepts(&signed) => {
                    all.copies.entry(signed.position).or_default().push(signed);
                }
                Ok(signed) => drop(forged.insert(signed.position)),
                Err(line) => report.findings.push(Finding::CopyUnreadable { line }),
            }
        }
        all.all_copied_to = match (key.keeps_copies(), db.get_database_backend()) {
            (false, _) => 0,
            // Other nodes have folders of their own, and this one copies later what they sign.
            (true, DbBackend::Postgres) => all.copies.keys().next_back().copied().unwrap_or(0),
            (true, _) => i64::MAX,
        };
        all.tell_forged(forged, report);
        Ok(all)
    }

    /// Each forged one, or that the key is another's.
    fn tell_forged(&mut self, forged: BTreeSet<i64>, report: &mut Report) {
        if self.rows.is_empty() && self.copies.is_empty() && !forged.is_empty() {
            report.findings.push(Finding::OtherCheckpointKey);
        } else {
            report.findings.extend(forged.iter().map(|at| Finding::CheckpointForged { position: *at }));
        }
        self.told.extend(forged);
    }

    /// The position of the last.
    pub(super) fn last(&self) -> Option<i64> {
        self.rows.keys().chain(self.copies.keys()).max().copied()
    }

    fn at(&self, position: i64) -> impl Iterator<Item = &Signed> {
        self.rows.get(&position).into_iter().chain(self.copies.get(&position).into_iter().flatten())
    }

    /// Compares those at a position with the entries up to it.
    pub(super) fn compare(&self, position: i64, running_hash: &str, report: &mut Report) {
        if self.at(position).any(|signed| signed.running_hash != running_hash) {
            let detail = "the entries up to it are not those it was signed over".to_owned();
            report.findings.push(Finding::CheckpointMismatch { position, detail });
        }
    }

    /// Tells of those that come after the last entry, or at an entry that is not there.
    pub(super) fn compare_end(&self, last_position: i64, report: &mut Report) {
        let beyond: BTreeSet<_> =
            self.rows.keys().chain(self.copies.keys()).filter(|at| **at > last_position).collect();
        report.findings.extend(beyond.into_iter().map(|position| Finding::CheckpointMismatch {
            position: *position,
            detail: "the record ends before it".to_owned(),
        }));
    }

    /// Follows the checkpoints back from the last that the head names. Each that
    /// is named must be in table and file; a row that is not named does not
    /// belong there. A copy that is not named was signed by a program that was
    /// ended before it committed: as long as it fits, it only adds to the proof.
    pub(super) fn follow(&self, head: Option<i64>, report: &mut Report) {
        let mut named = BTreeSet::new();
        let mut at = head.or(self.last()).unwrap_or(0);
        while at > 0 {
            named.insert(at);
            let copy = self.copies.get(&at).and_then(|copies| copies.first());
            let row = self.rows.get(&at);
            let finding = match (row, copy) {
                (None, None) => Some(Finding::CheckpointMissing { position: at }),
                (None, Some(_)) => Some(Finding::CheckpointRowMissing { position: at }),
                (Some(_), None) if at <= self.all_copied_to => {
                    Some(Finding::CheckpointCopyMissing { position: at })
                }
                (Some(_), _) => None,
            };
            report.findings.extend(finding.filter(|_| !self.told.contains(&at)));
            at = match row.or(copy) {
                Some(signed) => signed.previous_position,
                // It would have said which was before it.
                None => self.before(at),
            };
        }
        let unnamed = self.rows.keys().filter(|at| !named.contains(at));
        report.findings.extend(unnamed.map(|at| Finding::CheckpointUnnamed { position: *at }));
    }

    /// The last before a position.
    fn before(&self, position: i64) -> i64 {
        let (row, copy) = (self.rows.range(..position), self.copies.range(..position));
        let (row, copy) = (row.map(|(at, _)| *at).next_back(), copy.map(|(at, _)| *at).next_back());
        row.max(copy).unwrap_or(0)
    }
}
