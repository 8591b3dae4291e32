//! Sealing: committed entries get their place.
//!
//! One row, `record_heads`, is locked for the length of a batch: on PostgreSQL
//! by `FOR UPDATE`, on SQLite by the write itself. So there is one sealer at a
//! time on any number of nodes, a killed one leaves nothing half done, and the
//! next goes on from what is committed. The lease columns say who sealed last.

use std::collections::HashMap;

use chrono::TimeDelta;
use entity::{record_entry, record_head, record_stream};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::hash;
use crate::{App, Result};

/// How many entries a batch seals at most.
pub const SEAL_BATCH: u64 = 500;

/// Seals one batch; how many entries it sealed.
pub async fn seal(app: &App, holder: &str) -> Result<usize> {
    let tx = app.db.write().await?;
    let head = match record_head::Entity::find_by_id(1).lock_exclusive().one(&*tx).await? {
        Some(head) => head,
        None => first_head(&tx).await?,
    };
    let entries = record_entry::Entity::find()
        .filter(record_entry::Column::Position.is_null())
        .order_by_asc(record_entry::Column::Id)
        .limit(SEAL_BATCH)
        .all(&*tx)
        .await?;
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

    let mut position = head.position;
    for entry in &entries {
        position += 1;
        let stream = heads.entry(entry.stream.clone()).or_default();
        let hash = hash::chain(entry, position, stream.0 + 1, &stream.1);
        record_entry::Entity::update_many()
            .set(record_entry::ActiveModel {
                position: Set(Some(position)),
                sequence: Set(Some(stream.0 + 1)),
                previous_hash: Set(Some(stream.1.clone())),
                hash: Set(Some(hash.clone())),
                ..Default::default()
            })
            .filter(record_entry::Column::Id.eq(entry.id))
            .exec(&*tx)
            .await?;
        *stream = (stream.0 + 1, hash);
    }
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
    let mut head: record_head::ActiveModel = head.into();
    head.position = Set(position);
    head.holder = Set(Some(holder.to_owned()));
    head.leased_until = Set(Some(app.now() + TimeDelta::seconds(10)));
    head.update(&*tx).await?;
    tx.commit().await?;
    app.sealed.send_replace(position);
    Ok(entries.len())
}

/// Makes the head of an empty record; a racing node's row counts.
async fn first_head(tx: &crate::Tx) -> Result<record_head::Model> {
    let row =
        record_head::ActiveModel { id: Set(1), position: Set(0), holder: Set(None), leased_until: Set(None) };
    record_head::Entity::insert(row)
        .on_conflict(OnConflict::column(record_head::Column::Id).do_nothing().to_owned())
        .exec_without_returning(&**tx)
        .await?;
    record_head::Entity::find_by_id(1)
        .lock_exclusive()
        .one(&**tx)
        .await?
        .ok_or_else(|| crate::Error::internal("the record has no head"))
}
