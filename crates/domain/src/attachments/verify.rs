//! Verification of contents: each file that is attached is there, as it was uploaded.
//!
//! That nobody changed the hashes is for the record to tell. A content without
//! a file is no finding: one is left where a program was killed while storing it.

use std::collections::HashMap;
use std::io::ErrorKind;

use entity::attachment;
use sea_orm::{EntityTrait, QueryOrder};
use sha2::{Digest, Sha256};
use tokio::io::AsyncReadExt;

use super::{Attachment, blobs, store};
use crate::ports::BlobStore;
use crate::record::{Finding, Report, rows};
use crate::{Db, Result};

/// What became of a content.
#[derive(Clone)]
enum Content {
    Whole,
    Missing,
    Changed,
    Unreadable(String),
}

/// Adds to `report` the files whose content is not what was uploaded. It asks
/// the present, not one moment: a file may be taken away meanwhile.
pub(crate) async fn verify(db: &Db, store: &dyn BlobStore, report: &mut Report) -> Result<()> {
    let mut seen: HashMap<String, Content> = HashMap::new();
    let query = attachment::Entity::find().order_by_asc(attachment::Column::Id);
    // A row that can't be read was told with the other rows of the record.
    for file in rows(db.read(), query).await?.into_iter().flatten() {
        report.files += 1;
        let key = blobs::key(file.organisation_id, &file.sha256);
        let content = match seen.get(&key) {
            Some(content) => content.clone(),
            None => seen.entry(key.clone()).or_insert(look(store, &key, &file.sha256).await).clone(),
        };
        report.findings.extend(finding(db, &file, content).await?);
    }
    Ok(())
}

async fn look(store: &dyn BlobStore, key: &str, sha256: &str) -> Content {
    match hash(store, key).await {
        Ok(found) if found == sha256 => Content::Whole,
        Ok(_) => Content::Changed,
        Err(error) if error.kind() == ErrorKind::NotFound => Content::Missing,
        Err(error) => Content::Unreadable(error.to_string()),
    }
}

/// The hash of a content, read piece by piece.
async fn hash(store: &dyn BlobStore, key: &str) -> std::io::Result<String> {
    let mut content = store.open(key).await?;
    let (mut hasher, mut piece) = (Sha256::new(), vec![0_u8; 64 * 1024]);
    loop {
        match content.read(&mut piece).await? {
            0 => return Ok(hex::encode(hasher.finalize())),
            length => hasher.update(&piece[..length]),
        }
    }
}

async fn finding(db: &Db, file: &Attachment, content: Content) -> Result<Option<Finding>> {
    if matches!(content, Content::Whole) || store::by_id(db.read(), file.id).await?.is_none() {
        return Ok(None);
    }
    let (attachment, name) = (file.id.0, file.name.clone());
    let of = crate::gate(file.subject_kind).called(db, file.subject_id).await?;
    Ok(match content {
        Content::Whole => None,
        Content::Missing => Some(Finding::FileMissing { attachment, name, of }),
        Content::Changed => Some(Finding::FileChanged { attachment, name, of }),
        Content::Unreadable(detail) => Some(Finding::FileUnreadable { attachment, name, of, detail }),
    })
}
