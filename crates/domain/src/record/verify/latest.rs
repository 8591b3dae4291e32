//! Rows against the latest entry that speaks of each.

use std::collections::{BTreeMap, HashMap};

use entity::record_salt;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::super::raw::{self, Broken};
use super::super::{RecordEntry, SubjectReader, hash};
use super::{Finding, Report};
use crate::Result;

/// The latest that was said of each row: the hash of its content, with the salt.
#[derive(Default)]
pub(super) struct Latest(BTreeMap<(String, Uuid), Option<(String, String)>>);

impl Latest {
    /// Takes entries in their order, and finds out whose salt is gone.
    pub(super) async fn take(
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
    pub(super) async fn compare(
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
