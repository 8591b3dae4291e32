//! The slice's SQL on attachments; that on contents is in `blobs`.

use entity::attachment;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect,
};
use types::{AttachmentId, AttachmentSubject, EntryKind};
use uuid::Uuid;

use super::{Attachment, Home};
use crate::record::{self, Entry};
use crate::{Actor, App, Error, Result, Tx};

pub(super) async fn by_id<C: ConnectionTrait>(conn: &C, id: AttachmentId) -> Result<Option<Attachment>> {
    Ok(attachment::Entity::find_by_id(id).one(conn).await?)
}

/// The row, locked until the transaction ends.
pub(super) async fn lock(tx: &Tx, id: AttachmentId) -> Result<Attachment> {
    attachment::Entity::find_by_id(id).lock_exclusive().one(&**tx).await?.ok_or(Error::NotFound)
}

pub(super) async fn of_subjects<C: ConnectionTrait>(
    conn: &C,
    kind: AttachmentSubject,
    ids: &[Uuid],
) -> Result<Vec<Attachment>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(attachment::Entity::find()
        .filter(attachment::Column::SubjectKind.eq(kind))
        .filter(attachment::Column::SubjectId.is_in(ids.to_vec()))
        .order_by_asc(attachment::Column::Id)
        .all(conn)
        .await?)
}

pub(super) async fn insert(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    home: &Home,
    row: attachment::ActiveModel,
) -> Result<Attachment> {
    let row = row.insert(&**tx).await?;
    record::append(app, tx, actor, entry(EntryKind::AttachmentAdded, home, &row).about(&row)?).await?;
    Ok(row)
}

/// Marks a file as removed: its content stays for its own organisation.
pub(super) async fn mark_removed(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    home: &Home,
    row: Attachment,
) -> Result<Attachment> {
    let mut change = row.into_active_model();
    change.removed_at = Set(Some(app.now()));
    change.removed_by = Set(actor.person.as_ref().map(|p| p.id));
    let row = change.update(&**tx).await?;
    record::append(app, tx, actor, entry(EntryKind::AttachmentRemoved, home, &row).about(&row)?).await?;
    Ok(row)
}

pub(super) async fn delete(app: &App, tx: &Tx, actor: &Actor, home: &Home, row: &Attachment) -> Result<()> {
    attachment::Entity::delete_by_id(row.id).exec(&**tx).await?;
    record::append(app, tx, actor, entry(EntryKind::AttachmentRemoved, home, row).deleted(row)).await
}

fn entry(kind: EntryKind, home: &Home, row: &Attachment) -> Entry {
    let facts = serde_json::json!({ "attachmentId": row.id, "mediaType": row.media_type, "size": row.size });
    let entry = Entry::new(kind, &*home.stream).payload(facts);
    if home.is_public { entry.public() } else { entry }
}
