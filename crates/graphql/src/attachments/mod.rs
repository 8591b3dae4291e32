//! Files on needs and on what suppliers say.

use async_graphql::{Context, Description, ID, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use domain::attachments::{self as domain_attachments, Subject};
use domain::{Error, uploads};
use types::{AttachmentSubject, ErrorCode};

use crate::error::OrTop;
use crate::needs::NeedRef;
use crate::{Ctx, decode, encode, payloads};

/// What files are taken.
#[derive(Clone, Debug, SimpleObject)]
pub struct FileRules {
    /// The largest file in bytes.
    pub max_size: i64,
    /// The most files of one need or response.
    pub max_files: i64,
    /// The usual extensions of the kinds that are taken, without the dot.
    pub extensions: Vec<&'static str>,
}

/// Reading what holds for all files.
#[derive(Debug, Default)]
pub struct AttachmentQuery;

#[Object]
impl AttachmentQuery {
    /// What files are taken: ask before you send one.
    async fn file_rules(&self, ctx: &Context<'_>) -> FileRules {
        let rules = domain_attachments::rules(ctx.app());
        FileRules {
            max_size: i64::try_from(rules.max_size).unwrap_or(i64::MAX),
            max_files: i64::try_from(rules.max_files).unwrap_or(i64::MAX),
            extensions: rules.extensions,
        }
    }
}

/// A file.
#[derive(Clone, Debug, Description)]
pub struct Attachment(domain_attachments::Attachment);

impl From<domain_attachments::Attachment> for Attachment {
    fn from(row: domain_attachments::Attachment) -> Self {
        Self(row)
    }
}

#[Object(use_type_description)]
impl Attachment {
    /// Opaque id.
    pub(crate) async fn id(&self) -> ID {
        encode(self.0.id)
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What it is, told by its content.
    async fn media_type(&self) -> &str {
        &self.0.media_type
    }

    /// Its size in bytes.
    async fn size(&self) -> i64 {
        self.0.size
    }

    /// When it was added.
    async fn added_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it was removed, if it was: what others had seen stays listed.
    async fn removed_at(&self) -> Option<DateTime<Utc>> {
        self.0.removed_at
    }

    /// Where to download it; null if you can't.
    async fn url(&self, ctx: &Context<'_>) -> Option<String> {
        let is_readable = self.0.removed_at.is_none() || ctx.actor().acts_for(self.0.organisation_id);
        let base = &ctx.app().settings.public_url;
        is_readable.then(|| format!("{base}{}", domain_attachments::path(self.0.id, &self.0.name)))
    }
}

payloads! {
    /// The outcome of `addAttachment`.
    AddAttachmentPayload {
        /// The file.
        attachment: Attachment
    }
    /// The outcome of `removeAttachment`.
    RemoveAttachmentPayload {
        /// The file as it was, or as it stays listed.
        attachment: Attachment
    }
}

/// Which file to attach to what.
#[derive(Clone, Debug, InputObject)]
pub struct AddAttachmentInput {
    /// A need, or your own response.
    pub subject_id: ID,
    /// The file, sent to `POST /uploads` before.
    pub upload_id: ID,
}

/// Which file to remove.
#[derive(Clone, Debug, InputObject)]
pub struct RemoveAttachmentInput {
    /// Which.
    pub attachment_id: ID,
}

/// Adding and removing files.
#[derive(Debug, Default)]
pub struct AttachmentMutation;

#[Object]
impl AttachmentMutation {
    /// Attaches a file that was uploaded before.
    async fn add_attachment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and to what.")] input: AddAttachmentInput,
    ) -> Result<AddAttachmentPayload> {
        let (app, actor) = (ctx.app(), ctx.actor());
        let result = async {
            let subject = subject(&input.subject_id)?;
            let id = decode(&input.upload_id, "uploadId")?;
            let (upload, bytes) = uploads::take(app, actor, id).await?;
            let row = domain_attachments::add(app, actor, subject, &upload.name, &bytes).await?;
            uploads::discard(app, actor, id).await?;
            Ok(row)
        };
        AddAttachmentPayload::of(ctx, result.await)
    }

    /// Removes a file. What others had seen stays listed as removed.
    async fn remove_attachment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: RemoveAttachmentInput,
    ) -> Result<RemoveAttachmentPayload> {
        let result = async {
            let id = decode(&input.attachment_id, "attachmentId")?;
            domain_attachments::remove(ctx.app(), ctx.actor(), id).await
        };
        RemoveAttachmentPayload::of(ctx, result.await)
    }
}

/// What a global id is the id of, as something that files are attached to.
fn subject(id: &ID) -> domain::Result<Subject> {
    let kind = match crate::ids::split(id) {
        Some((name, uuid)) if name == "Need" => (AttachmentSubject::Need, uuid),
        Some((name, uuid)) if name == "Response" => (AttachmentSubject::Response, uuid),
        _ => return Err(Error::field("subjectId", ErrorCode::InvalidFormat)),
    };
    Ok(Subject { kind: kind.0, id: kind.1 })
}

/// What this room adds to a need.
#[derive(Clone, Debug)]
pub struct NeedAttachments(pub(crate) NeedRef);

#[Object]
impl NeedAttachments {
    /// Its files, oldest first; removed ones too, if they had been public.
    async fn attachments(&self, ctx: &Context<'_>) -> Result<Vec<Attachment>> {
        let ids = [self.0.row.id.0];
        let kind = AttachmentSubject::Need;
        let found = domain_attachments::list_for(ctx.app(), ctx.actor(), kind, &ids).await.or_top(ctx)?;
        Ok(found.into_iter().map(Attachment).collect())
    }
}
