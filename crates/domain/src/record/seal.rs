//! Sealing: committed entries get their place.
//!
//! One row, `record_heads`, is locked for the length of a batch: on PostgreSQL
//! by `FOR UPDATE`, on SQLite by the write itself. So there is one sealer at a
//! time on any number of nodes, a killed one leaves nothing half done, and the
//! next goes on from what is committed. The lease columns say who sealed last.
//! A head that the program did not write is told and gone on from, so that
//! nobody stops the record by spoiling it; its tag stays wrong for ever.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use entity::{record_entry, record_stream};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use super::head::{self, Head};
use super::read::is_ours;
use super::{RecordEntry, hash, raw};
use crate::{App, Result, Tx};

/// How many entries a batch seals at most.
pub const SEAL_BATCH: u64 = 500;
/// How many rows one statement writes.
const ROWS_A_STATEMENT: usize = 100;

/// Seals one batch; how many entries it sealed.
pub async fn seal(app: &App, holder: &str) -> Result<usize> {
    let tx = app.db.write().await?;
    let key = app.keys.of_record();
    let head = head::lock_or_make(&tx, &key).await?;
    if !head::is_ours(&head, &key) {
        app.refused.tell("head", "the program did not write it as it is");
    }
    let entries = waiting(app, &tx).await?;
    if entries.is_empty() {
        // Another node may have sealed: tell this node's readers how far.
        app.sealed.send_if_modified(|known| std::mem::replace(known, head.position) != head.position);
        return Ok(0);
    }

    let streams: Vec<String> = entries.iter().map(|e| e.stream.clone()).collect();
    let mut heads: HashMap<String, (i64, String)> = record_stream::Entity::find()
        .filter(record_stream::Column::Stream.is_in(streams))
        .all(&*tx)
        .await?
        .into_iter()
        .map(|s| (s.stream, (s.sequence, s.hash)))
        .collect();

    let count = entries.len();
    let (mut position, mut running) = (head.position, head.running_hash.clone());
    let mut sealed = Vec::with_capacity(count);
    for mut entry in entries {
        position += 1;
        let stream = heads.entry(entry.stream.clone()).or_default();
        let hash = hash::chain(&entry, position, stream.0 + 1, &stream.1);
        running = hash::run_on(&running, &hash);
        entry.position = Some(position);
        entry.sequence = Some(stream.0 + 1);
        entry.previous_hash = Some(std::mem::replace(&mut stream.1, hash.clone()));
        entry.hash = Some(hash);
        stream.0 += 1;
        sealed.push(entry);
    }
    write(&tx, sealed).await?;
    let rows = heads.into_iter().map(|(stream, (sequence, hash))| record_stream::ActiveModel {
        stream: Set(stream),
        sequence: Set(sequence),
        hash: Set(hash),
    });
    record_stream::Entity::insert_many(rows)
        .on_conflict(
            OnConflict::column(record_stream::Column::Stream)
                .update_columns([record_stream::Column::Sequence, record_stream::Column::Hash])
                .to_owned(),
        )
        .exec_without_returning(&*tx)
        .await?;
    let checkpoint_position = head.checkpoint_position;
    let mut head = Head { position, running_hash: &running, checkpoint_position }.instead_of(head, &key);
    head.holder = Set(Some(holder.to_owned()));
    head.leased_until = Set(Some(app.now() + TimeDelta::seconds(10)));
    head.update(&*tx).await?;
    tx.commit().await?;
    app.sealed.send_replace(position);
    Ok(count)
}

/// The eldest entries without a place that the program wrote. What somebody
/// else put there, or what can't be read, stays where it is: it gets no place,
/// is told to nobody, and the others do not wait for it.
async fn waiting(app: &App, tx: &Tx) -> Result<Vec<RecordEntry>> {
    let batch = usize::try_from(SEAL_BATCH).unwrap_or(usize::MAX);
    let (mut entries, mut after) = (Vec::new(), Uuid::nil());
    while entries.len() < batch {
        let query = record_entry::Entity::find()
            .filter(record_entry::Column::Position.is_null())
            .filter(record_entry::Column::Id.gt(after))
            .order_by_asc(record_entry::Column::Id)
            .limit(SEAL_BATCH);
        let (page, before) = (raw::rows(&**tx, query).await?, after);
        let is_last = page.len() < batch;
        for row in page {
            match row {
                Ok(entry) => {
                    after = entry.id.0;
                    if is_ours(app, &entry) {
                        entries.push(entry);
                    }
                }
                Err(broken) => {
                    after = broken.column("id").unwrap_or(after);
                    app.refused.tell(&broken.key("id"), &broken.why);
                }
            }
        }
        if is_last || after == before {
            break;
        }
    }
    entries.truncate(batch);
    Ok(entries)
}

/// What this node has found in the record and gone round, so that each is told once.
#[derive(Clone, Debug, Default)]
pub struct Refused(Arc<Mutex<HashSet<String>>>);

impl Refused {
    pub(super) fn tell(&self, what: &str, why: &str) {
        if self.0.lock().is_ok_and(|mut told| told.insert(what.to_owned())) {
            tracing::error!(what, why, "the record holds what is not ours: run `samspill record verify`");
        }
    }
}

/// Writes the seals, many rows a statement: an upsert in which every row is
/// there already is the one form of that which both engines know.
async fn write(tx: &Tx, sealed: Vec<record_entry::Model>) -> Result<()> {
    let mut rows = sealed.into_iter().map(record_entry::Model::into_active_model).peekable();
    while rows.peek().is_some() {
        record_entry::Entity::insert_many(rows.by_ref().take(ROWS_A_STATEMENT))
            .on_conflict(
                OnConflict::column(record_entry::Column::Id)
                    .update_columns([
                        record_entry::Column::Position,
                        record_entry::Column::Sequence,
                        record_entry::Column::PreviousHash,
                        record_entry::Column::Hash,
                    ])
                    .to_owned(),
            )
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}
