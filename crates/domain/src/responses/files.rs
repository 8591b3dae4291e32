//! A response's files: what a supplier sends along with its answers.
//!
//! A file is an answer like the others, with a key of its own (`file-…`) and
//! its name as the text: so it is part of the receipt, becomes a passage when
//! it is submitted, can be claimed to be a trade secret, and is read by whoever
//! reads that passage (R13, R14). Until then nobody but the supplier knows of
//! it. What was submitted stays with the supplier's own copy, whatever becomes
//! of the draft.

use async_trait::async_trait;
use sea_orm::ActiveValue::Set;
use types::{AttachmentId, EntryKind, ErrorCode, ResponseId};
use uuid::Uuid;

use super::{Answer, Draft, Reader, Response, policy, queries, store};
use crate::attachments::{Attachment, Gate, Home};
use crate::record::{Entry, organisation_stream};
use crate::{Actor, App, Db, Error, Result, Tx, needs};

const PREFIX: &str = "file-";

/// The key of a file among a response's answers and passages.
pub fn file_key(id: AttachmentId) -> String {
    format!("{PREFIX}{id}")
}

/// The file that an answer or passage with this key is, if it is one.
pub fn file_of(key: &str) -> Option<AttachmentId> {
    key.strip_prefix(PREFIX)?.parse().ok().map(AttachmentId)
}

/// What `LIKE` finds the keys of files by.
pub(super) const KEYS: &str = "file-%";

/// The gate of responses.
#[derive(Clone, Copy, Debug)]
pub struct Files;

#[async_trait]
impl Gate for Files {
    async fn open(&self, _app: &App, tx: &Tx, actor: &Actor, id: Uuid) -> Result<Home> {
        let response = store::lock(tx, ResponseId(id)).await?;
        if !policy::reads_response(&policy::own_reader(actor), &response) {
            return Err(Error::NotFound);
        }
        Ok(Home {
            organisation_id: response.supplier_id,
            stream: organisation_stream(response.supplier_id),
            is_public: false,
            is_seen: false,
        })
    }

    /// The buyer sees that there is one, once it is submitted.
    async fn is_seen(&self, app: &App, actor: &Actor, id: Uuid) -> Result<bool> {
        Ok(super::find(app, actor, ResponseId(id)).await?.is_some())
    }

    async fn called(&self, db: &Db, id: Uuid) -> Result<String> {
        Ok(match store::by_id(db.read(), ResponseId(id)).await? {
            Some(response) => {
                format!("the response {id} to {}", needs::Files.called(db, response.need_id.0).await?)
            }
            None => format!("the response {id}"),
        })
    }

    /// All files of a response, drafted or once submitted: its supplier's.
    async fn readable(&self, app: &App, actor: &Actor, ids: &[Uuid]) -> Result<Vec<Uuid>> {
        let ids: Vec<ResponseId> = ids.iter().copied().map(ResponseId).collect();
        let own = queries::list_by_ids(app, &policy::own_reader(actor), &ids).await?;
        Ok(own.into_iter().map(|r| r.id.0).collect())
    }

    /// One file: its supplier's, and then whoever reads the passage that it became.
    async fn reads_file(&self, app: &App, actor: &Actor, file: &Attachment) -> Result<bool> {
        let Some(response) = store::by_id(app.db.read(), ResponseId(file.subject_id)).await? else {
            return Ok(false);
        };
        if actor.is_system || policy::reads_response(&policy::own_reader(actor), &response) {
            return Ok(true);
        }
        let Some(current) = response.current_submission_id else { return Ok(false) };
        let Some(passage) = store::passage_at(app.db.read(), current, &file_key(file.id)).await? else {
            return Ok(false);
        };
        let Some(need) = needs::find(app, actor, response.need_id).await? else { return Ok(false) };
        let reader = queries::reader_of(app, actor, &need).await?;
        let is_other = !matches!(reader, Reader::Supplier { .. } | Reader::Nobody);
        let is_there = passage.withdrawn_at.is_none();
        Ok(is_other && is_there && policy::reads_passage(&reader, &response, &passage, app.now()))
    }

    /// Those of the draft: what only an earlier revision holds is the receipt's.
    async fn present(&self, tx: &Tx, files: Vec<Attachment>) -> Result<Vec<Attachment>> {
        let Some(first) = files.first() else { return Ok(files) };
        let draft = super::draft_of(&store::lock(tx, ResponseId(first.subject_id)).await?)?;
        let is_there = |file: &Attachment| draft.answers.iter().any(|a| a.key == file_key(file.id));
        Ok(files.into_iter().filter(is_there).collect())
    }

    async fn added(&self, app: &App, tx: &Tx, actor: &Actor, file: &Attachment) -> Result<()> {
        let answer = Answer {
            key: file_key(file.id),
            text: file.name.clone(),
            file: Some(super::AnswerFile {
                media_type: file.media_type.clone(),
                size: file.size,
                sha256: file.sha256.clone(),
            }),
            ..Answer::default()
        };
        change(app, tx, actor, file, |draft| draft.answers.push(answer)).await
    }

    async fn removed(&self, app: &App, tx: &Tx, actor: &Actor, file: &Attachment) -> Result<bool> {
        let key = file_key(file.id);
        let response = store::lock(tx, ResponseId(file.subject_id)).await?;
        if !super::draft_of(&response)?.answers.iter().any(|a| a.key == key) {
            return Err(Error::Conflict(ErrorCode::WrongState));
        }
        change(app, tx, actor, file, |draft| draft.answers.retain(|a| a.key != key)).await?;
        Ok(store::was_submitted(tx, response.id, &key).await?)
    }
}

/// Changes the draft of the response that a file is attached to.
async fn change(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    file: &Attachment,
    with: impl FnOnce(&mut Draft) + Send,
) -> Result<()> {
    let before: Response = store::lock(tx, ResponseId(file.subject_id)).await?;
    let mut draft = super::draft_of(&before)?;
    with(&mut draft);
    let json = serde_json::to_value(&draft)?;
    let entry = Entry::new(EntryKind::ResponseDraftSaved, organisation_stream(before.supplier_id));
    store::save(app, tx, actor, before, entry, |row| {
        row.draft = Set(json);
        row.is_changed = Set(true);
    })
    .await?;
    Ok(())
}
