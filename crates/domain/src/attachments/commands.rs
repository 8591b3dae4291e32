//! Adding and removing files.

use entity::attachment;
use sea_orm::ActiveValue::Set;
use types::{AttachmentId, ErrorCode, FieldError};

use super::blobs::{self, Freed};
use super::{Attachment, Home, Subject, queries, store};
use crate::text::sniff;
use crate::{Actor, App, Error, Result, Tx};

/// The most files of one subject.
pub const MAX_FILES: usize = 20;

/// Attaches a file. Its content is stored between two transactions (`blobs`),
/// so what the first one found is asked again in the second.
pub async fn add(app: &App, actor: &Actor, subject: Subject, name: &str, bytes: &[u8]) -> Result<Attachment> {
    let added = attach(app, actor, subject, name, bytes).await;
    told(app, actor, subject, added).await
}

/// Who sees the subject and may not change its files is told so.
async fn told(app: &App, actor: &Actor, on: Subject, done: Result<Attachment>) -> Result<Attachment> {
    match done {
        Err(Error::NotFound) if crate::gate(on.kind).is_seen(app, actor, on.id).await? => {
            Err(Error::Forbidden(ErrorCode::Forbidden))
        }
        done => done,
    }
}

async fn attach(app: &App, actor: &Actor, subject: Subject, name: &str, bytes: &[u8]) -> Result<Attachment> {
    let file = New { name: sniff::safe_name(name), sha256: blobs::hash(bytes) };
    for _ in 0..5 {
        let tx = app.db.write().await?;
        let home = open(app, &tx, actor, subject, &file).await?;
        let kind = check(app, name, bytes)?;
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        let content = blobs::announce(app, &tx, home.organisation_id, &file.sha256, size).await?;
        tx.commit().await?;

        app.blobs.put(&content.key(), bytes).await?;

        let tx = app.db.write().await?;
        let home = open(app, &tx, actor, subject, &file).await?;
        if !blobs::hold(&tx, &content).await? {
            continue;
        }
        let row = attachment::ActiveModel {
            id: Set(app.id()),
            organisation_id: Set(home.organisation_id),
            subject_kind: Set(subject.kind),
            subject_id: Set(subject.id),
            name: Set(file.name),
            media_type: Set(kind.media_type.to_owned()),
            size: Set(size),
            sha256: Set(content.sha256),
            created_at: Set(app.now()),
            created_by: Set(actor.person.as_ref().map(|p| p.id)),
            removed_at: Set(None),
            removed_by: Set(None),
        };
        let row = store::insert(app, &tx, actor, &home, row).await?;
        crate::gate(subject.kind).added(app, &tx, actor, &row).await?;
        tx.commit().await?;
        return Ok(row);
    }
    Err(Error::Unavailable("the file's content was deleted while it was stored".to_owned()))
}

/// A file that is to be attached, as others are compared with it.
struct New {
    name: String,
    sha256: String,
}

/// Opens a subject that has room for a file more and does not have this one.
async fn open(app: &App, tx: &Tx, actor: &Actor, subject: Subject, file: &New) -> Result<Home> {
    let gate = crate::gate(subject.kind);
    let home = gate.open(app, tx, actor, subject.id).await?;
    let all = store::of_subjects(&**tx, subject.kind, &[subject.id]).await?;
    let there = gate.present(tx, all.into_iter().filter(|f| f.removed_at.is_none()).collect()).await?;
    let refused = |code| FieldError::new("uploadId", code);
    if there.iter().any(|f| f.sha256 == file.sha256 && f.name == file.name) {
        return Err(Error::Invalid(vec![refused(ErrorCode::Duplicate).with("found", &file.name)]));
    }
    if there.len() >= MAX_FILES {
        return Err(Error::Invalid(vec![
            refused(ErrorCode::OutOfRange).with("min", 0).with("max", MAX_FILES),
        ]));
    }
    Ok(home)
}

fn check(app: &App, name: &str, bytes: &[u8]) -> Result<sniff::FileType> {
    if bytes.len() > app.settings.max_upload {
        let max = app.settings.max_upload / (1024 * 1024);
        return Err(Error::Invalid(vec![
            FieldError::new("uploadId", ErrorCode::FileTooLarge).with("max", max),
        ]));
    }
    if bytes.is_empty() {
        return Err(Error::field("uploadId", ErrorCode::FileEmpty));
    }
    sniff::file_type(bytes, name).map_err(|code| Error::field("uploadId", code))
}

/// Removes a file: for good if nobody else can have seen it, else it stays
/// listed as removed.
pub async fn remove(app: &App, actor: &Actor, id: AttachmentId) -> Result<Attachment> {
    let found = queries::find(app, actor, id).await?.ok_or(Error::NotFound)?;
    let subject = Subject { kind: found.subject_kind, id: found.subject_id };
    let removed = take_off(app, actor, id, subject).await;
    told(app, actor, subject, removed).await
}

async fn take_off(app: &App, actor: &Actor, id: AttachmentId, subject: Subject) -> Result<Attachment> {
    let tx = app.db.write().await?;
    let home = crate::gate(subject.kind).open(app, &tx, actor, subject.id).await?;
    let row = store::lock(&tx, id).await?;
    if row.removed_at.is_some() {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    if crate::gate(row.subject_kind).removed(app, &tx, actor, &row).await? {
        tx.commit().await?;
        return Ok(row);
    }
    if home.is_seen {
        let row = store::mark_removed(app, &tx, actor, &home, row).await?;
        tx.commit().await?;
        return Ok(row);
    }
    store::delete(app, &tx, actor, &home, &row).await?;
    let freed = blobs::release(app, &tx, row.organisation_id, &row.sha256).await?;
    tx.commit().await?;
    blobs::collect(app, freed).await?;
    Ok(row)
}

/// Removes all files of a subject that is deleted in the same transaction.
/// The contents that are free then are for [`super::collect`], after the commit.
pub async fn remove_all(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    subject: Subject,
    home: &Home,
) -> Result<Vec<Freed>> {
    let mut freed = Vec::new();
    for row in store::of_subjects(&**tx, subject.kind, &[subject.id]).await? {
        store::delete(app, tx, actor, home, &row).await?;
        freed.extend(blobs::release(app, tx, row.organisation_id, &row.sha256).await?);
    }
    Ok(freed)
}
