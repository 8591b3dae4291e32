//! Reads. Whoever reads the subject reads its files; a removed one is read by
//! its own organisation alone.

use std::fmt::Write as _;

use types::{AttachmentId, AttachmentSubject};
use uuid::Uuid;

use super::{Attachment, blobs, store};
use crate::{Actor, App, Error, Result};

/// By id, if the actor may see it.
pub async fn find(app: &App, actor: &Actor, id: AttachmentId) -> Result<Option<Attachment>> {
    let Some(row) = store::by_id(app.db.read(), id).await? else { return Ok(None) };
    Ok(crate::gate(row.subject_kind).reads_file(app, actor, &row).await?.then_some(row))
}

/// The files of several subjects of a kind, oldest first, as far as the actor
/// may see them: two statements. Removed ones are among them.
pub async fn list_for(
    app: &App,
    actor: &Actor,
    kind: AttachmentSubject,
    ids: &[Uuid],
) -> Result<Vec<Attachment>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let readable = crate::gate(kind).readable(app, actor, ids).await?;
    store::of_subjects(app.db.read(), kind, &readable).await
}

/// A file with its content, if the actor may read it.
pub async fn read(app: &App, actor: &Actor, id: AttachmentId) -> Result<(Attachment, Vec<u8>)> {
    let row = find(app, actor, id).await?.ok_or(Error::NotFound)?;
    if row.removed_at.is_some() && !actor.acts_for(row.organisation_id) {
        return Err(Error::NotFound);
    }
    let bytes = load(app, &row).await?;
    Ok((row, bytes))
}

/// The content of a file that the caller has found to be readable.
pub async fn load(app: &App, row: &Attachment) -> Result<Vec<u8>> {
    let bytes = app.blobs.get(&blobs::key(row.organisation_id, &row.sha256)).await?;
    if blobs::hash(&bytes) == row.sha256 {
        Ok(bytes)
    } else {
        Err(Error::internal(format!("the content of attachment {} has changed", row.id)))
    }
}

/// `Content-Disposition` for a download under `name` (RFC 6266, RFC 8187):
/// always as an attachment, so that no browser shows a stranger's file as ours.
pub fn disposition(name: &str) -> String {
    let ascii: String = name
        .chars()
        .map(|c| if c.is_ascii_graphic() && !matches!(c, '"' | '\\') || c == ' ' { c } else { '_' })
        .collect();
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{}", percent_encoded(name))
}

/// Where a file is downloaded: `/attachments/{id}/{name}`. The name is for the
/// browser; the id decides.
pub fn path(id: AttachmentId, name: &str) -> String {
    format!("/attachments/{id}/{}", percent_encoded(name))
}

fn percent_encoded(name: &str) -> String {
    let mut encoded = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(byte.into());
        } else {
            // Writing into a string can't fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn a_name_can_not_leave_its_header() {
        assert_eq!(
            disposition("Vedlegg å \"1\"\r\nX: y.pdf"),
            "attachment; filename=\"Vedlegg _ _1___X: y.pdf\"; \
             filename*=UTF-8''Vedlegg%20%C3%A5%20%221%22%0D%0AX%3A%20y.pdf"
        );
    }
}
