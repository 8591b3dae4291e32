//! Uploads: files that a person has sent and that a command is to use.
//!
//! A browser or client sends a file by an ordinary route and names its id in
//! the command. Nobody but the sender can use it, and it goes after a day. The
//! row is there before the file and until after it, so none is lost sight of.

use chrono::TimeDelta;
use entity::upload;
pub use entity::upload::Model as Upload;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
};
use types::{ErrorCode, FieldError, UploadId};

use crate::text::sniff::safe_name;
use crate::{Actor, App, Error, Result, suspended};

/// How long an upload waits for its use.
const LIFETIME: TimeDelta = TimeDelta::hours(24);
/// The most that wait for one person.
const MAX_WAITING: u64 = 50;

fn key(id: UploadId) -> String {
    format!("uploads/{id}")
}

/// Keeps a file for a day. What it is, the command that uses it finds out.
pub async fn store(app: &App, actor: &Actor, name: &str, bytes: &[u8]) -> Result<Upload> {
    let person = actor.person()?.id;
    suspended::may_act(actor)?;
    if bytes.len() > app.settings.max_upload {
        let max = app.settings.max_upload / (1024 * 1024);
        return Err(Error::Invalid(vec![
            FieldError::new("uploadId", ErrorCode::FileTooLarge).with("max", max),
        ]));
    }
    if bytes.is_empty() {
        return Err(Error::field("uploadId", ErrorCode::FileEmpty));
    }
    let now = app.now();
    let tx = app.db.write().await?;
    let waiting = upload::Entity::find()
        .filter(upload::Column::PersonId.eq(person))
        .filter(upload::Column::ExpiresAt.gt(now))
        .count(&*tx)
        .await?;
    if waiting >= MAX_WAITING {
        return Err(Error::RateLimited(LIFETIME.num_seconds()));
    }
    let row = upload::ActiveModel {
        id: Set(app.id()),
        person_id: Set(person),
        name: Set(safe_name(name)),
        size: Set(i64::try_from(bytes.len()).unwrap_or(i64::MAX)),
        created_at: Set(now),
        expires_at: Set(now + LIFETIME),
    };
    let row = row.insert(&*tx).await?;
    tx.commit().await?;
    app.blobs.put(&key(row.id), bytes).await?;
    Ok(row)
}

/// The sender's upload with its content. It stays until [`discard`], so that a
/// command that fails can be tried again.
pub async fn take(app: &App, actor: &Actor, id: UploadId) -> Result<(Upload, Vec<u8>)> {
    let row = own(app, actor, id).await?;
    let bytes = app.blobs.get(&key(id)).await?;
    Ok((row, bytes))
}

/// Deletes an upload that was used.
pub async fn discard(app: &App, actor: &Actor, id: UploadId) -> Result<()> {
    own(app, actor, id).await?;
    delete(app, id).await
}

async fn own(app: &App, actor: &Actor, id: UploadId) -> Result<Upload> {
    upload::Entity::find_by_id(id)
        .filter(upload::Column::PersonId.eq(actor.person()?.id))
        .filter(upload::Column::ExpiresAt.gt(app.now()))
        .one(app.db.read())
        .await?
        .ok_or_else(|| Error::field("uploadId", ErrorCode::NotFound))
}

async fn delete(app: &App, id: UploadId) -> Result<()> {
    let tx = app.db.write().await?;
    upload::Entity::delete_by_id(id).exec(&*tx).await?;
    app.blobs.delete(&key(id)).await?;
    tx.commit().await
}

/// Deletes what nobody used in time; how many.
pub async fn sweep(app: &App) -> Result<usize> {
    let expired = upload::Entity::find()
        .filter(upload::Column::ExpiresAt.lte(app.now()))
        .limit(100)
        .all(app.db.read())
        .await?;
    for row in &expired {
        delete(app, row.id).await?;
    }
    Ok(expired.len())
}
