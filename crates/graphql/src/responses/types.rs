//! A response and its parts.

use async_graphql::{Context, Description, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use domain::accounts::Saved;
use domain::record::{need_stream, organisation_stream};
use domain::responses::{self, Consent, Reader, Receipt};

use crate::accounts::LastSaved;
use crate::error::{self, OrTop};
use crate::needs::Need;
use crate::organisations::Organisation;
use crate::{Ctx, UserError, encode};

crate::api_enum! {
    /// Where a response stands.
    ResponseState {
        /// Being written; only the supplier sees it.
        Draft,
        /// Submitted; the buyer reads it.
        Submitted,
        /// Taken back; only the supplier sees it.
        Withdrawn,
    }
}

crate::api_enum! {
    /// Whether a passage is open or a trade secret (R13).
    Confidentiality {
        /// Open; may be quoted and is given out on request.
        Open,
        /// The supplier claims a trade secret.
        Claimed,
        /// The buyer accepted the claim.
        Accepted,
        /// The buyer rejected the claim.
        Rejected,
    }
}

crate::api_enum! {
    /// What became of an input point.
    Disposition {
        /// Received.
        Received,
        /// Read by the buyer.
        Acknowledged,
        /// It changed the need.
        Adopted,
        /// Part of it did.
        PartlyAdopted,
        /// It did not.
        NotAdopted,
        /// It was about something else.
        OutOfScope,
    }
}

/// A supplier's response to a need, with what its list loaded along.
#[derive(Clone, Debug, Description)]
pub struct Response {
    pub(super) row: responses::Response,
    pub(super) supplier: Option<Box<domain::organisations::Organisation>>,
    pub(super) need: Option<Need>,
    pub(super) passages: Option<Vec<responses::Passage>>,
    pub(super) revisions: Option<Vec<Revision>>,
}

impl From<responses::Response> for Response {
    fn from(row: responses::Response) -> Self {
        Self { row, supplier: None, need: None, passages: None, revisions: None }
    }
}

/// One submission, without what it says.
#[derive(Clone, Debug, SimpleObject)]
pub struct Revision {
    /// 1, 2, ….
    pub number: i32,
    /// When it was submitted.
    pub submitted_at: DateTime<Utc>,
}

/// Which partner buyers read what of a response.
#[derive(Clone, Debug, SimpleObject)]
pub struct ResponseConsent {
    /// Partner buyers may read the open passages.
    pub partners_read: bool,
    /// These may read trade secrets too (R14).
    pub secret_readers: Vec<Organisation>,
}

#[Object(use_type_description)]
impl Response {
    /// Opaque id.
    pub(crate) async fn id(&self) -> ID {
        encode(self.row.id)
    }

    /// Where it stands.
    async fn state(&self) -> ResponseState {
        self.row.state.into()
    }

    /// The need.
    async fn need(&self, ctx: &Context<'_>) -> Result<Need> {
        if let Some(known) = &self.need {
            return Ok(known.clone());
        }
        Ok(domain::needs::get(ctx.app(), ctx.actor(), self.row.need_id).await.or_top(ctx)?.into())
    }

    /// Who responds.
    async fn supplier(&self, ctx: &Context<'_>) -> Result<Organisation> {
        if let Some(known) = &self.supplier {
            return Ok(known.as_ref().clone().into());
        }
        Ok(domain::organisations::get(ctx.app(), self.row.supplier_id).await.or_top(ctx)?.into())
    }

    /// When it was submitted last.
    async fn submitted_at(&self) -> Option<DateTime<Utc>> {
        self.row.submitted_at
    }

    /// When it was withdrawn.
    async fn withdrawn_at(&self) -> Option<DateTime<Utc>> {
        self.row.withdrawn_at
    }

    /// Number and time of every submission, the latest first. What an earlier
    /// one said is the supplier's alone.
    async fn revisions(&self, ctx: &Context<'_>) -> Result<Vec<Revision>> {
        if let Some(known) = &self.revisions {
            return Ok(known.clone());
        }
        let one = std::slice::from_ref(&self.row);
        let found = responses::revisions_of(ctx.app(), one).await.or_top(ctx)?;
        Ok(found.into_iter().map(|(_, number, submitted_at)| Revision { number, submitted_at }).collect())
    }

    /// The passages of the latest submission that you may read, in order.
    async fn passages(&self, ctx: &Context<'_>) -> Result<Vec<Passage>> {
        let found = if let Some(known) = &self.passages {
            known.clone()
        } else {
            let reader = self.reader(ctx).await?;
            let one = std::slice::from_ref(&self.row);
            responses::passages_of(ctx.app(), &reader, one).await.or_top(ctx)?
        };
        Ok(found.into_iter().map(Into::into).collect())
    }

    /// Whether the draft says something else than the last submission; null unless it is your own.
    async fn is_changed(&self, ctx: &Context<'_>) -> Option<bool> {
        self.is_own(ctx).then_some(self.row.is_changed)
    }

    /// When the draft was saved; null unless it is your own.
    async fn saved_at(&self, ctx: &Context<'_>) -> Option<DateTime<Utc>> {
        self.is_own(ctx).then_some(self.row.updated_at)
    }

    /// Which colleague saved it last, and when; null unless it is your own.
    async fn last_saved(&self, ctx: &Context<'_>) -> Result<Option<LastSaved>> {
        if !self.is_own(ctx) {
            return Ok(None);
        }
        let row = &self.row;
        let saved = Saved {
            owner: row.supplier_id,
            streams: vec![organisation_stream(row.supplier_id), need_stream(row.need_id)],
            kind: "response",
            id: row.id.0,
            at: row.updated_at,
        };
        LastSaved::of(ctx, saved).await.map(Some)
    }

    /// For `expectedVersion`; null unless it is your own.
    async fn version(&self, ctx: &Context<'_>) -> Option<i32> {
        self.is_own(ctx).then_some(self.row.version)
    }

    /// What must be mended before it can be submitted, at `answers.{key}.…`;
    /// empty unless it is your own.
    async fn missing(&self, ctx: &Context<'_>) -> Result<Vec<UserError>> {
        if !self.is_own(ctx) {
            return Ok(Vec::new());
        }
        let missing = responses::missing(&self.row).or_top(ctx)?;
        Ok(error::user_errors(ctx, &missing))
    }

    /// The files of the draft; empty unless it is your own.
    async fn files(&self, ctx: &Context<'_>) -> Result<Vec<ResponseFile>> {
        if !self.is_own(ctx) {
            return Ok(Vec::new());
        }
        Ok(files(ctx, &responses::draft_of(&self.row).or_top(ctx)?.answers))
    }

    /// Which partner buyers read what; null unless it is your own.
    async fn consent(&self, ctx: &Context<'_>) -> Result<Option<ResponseConsent>> {
        if !self.is_own(ctx) {
            return Ok(None);
        }
        let consent = Consent::of(&self.row);
        let readers =
            domain::organisations::list_by_ids(ctx.app(), &consent.secret_readers).await.or_top(ctx)?;
        Ok(Some(ResponseConsent {
            partners_read: consent.partners_read,
            secret_readers: readers.into_iter().map(Into::into).collect(),
        }))
    }

    /// Your own copies with their receipts, the latest first; empty unless it is your own.
    async fn submissions(&self, ctx: &Context<'_>) -> Result<Vec<Submission>> {
        let one = std::slice::from_ref(&self.row);
        let found = responses::submissions_of(ctx.app(), ctx.actor(), one).await.or_top(ctx)?;
        Ok(found.into_iter().map(Into::into).collect())
    }
}

impl Response {
    fn is_own(&self, ctx: &Context<'_>) -> bool {
        ctx.actor().acts_for(self.row.supplier_id)
    }

    async fn reader(&self, ctx: &Context<'_>) -> Result<Reader> {
        if self.is_own(ctx) {
            return Ok(responses::own_reader(ctx.actor()));
        }
        let need = domain::needs::get(ctx.app(), ctx.actor(), self.row.need_id).await.or_top(ctx)?;
        responses::reader_of(ctx.app(), ctx.actor(), &need).await.or_top(ctx)
    }
}

/// The answer to one question of a submission, its free text, or a file: an input point.
#[derive(Clone, Debug, Description)]
pub struct Passage {
    row: responses::Passage,
    pub(super) response: Option<Box<Response>>,
}

impl From<responses::Passage> for Passage {
    fn from(row: responses::Passage) -> Self {
        Self { row, response: None }
    }
}

#[Object(use_type_description)]
impl Passage {
    /// Opaque id.
    pub(crate) async fn id(&self) -> ID {
        encode(self.row.id)
    }

    /// The question's key, `free` for the free text, or `file-…`.
    async fn question_key(&self) -> &str {
        &self.row.question_key
    }

    /// The question as it was answered; null for the free text and for files.
    async fn question(&self) -> Option<&str> {
        Some(self.row.question.as_str()).filter(|q| !q.is_empty())
    }

    /// The answer, or the file's name; empty once it is withdrawn.
    async fn text(&self) -> &str {
        &self.row.text
    }

    /// Where to download the file, if it is one and not withdrawn.
    async fn file_url(&self, ctx: &Context<'_>) -> Option<String> {
        let id = responses::file_of(&self.row.question_key).filter(|_| self.row.withdrawn_at.is_none())?;
        Some(url(ctx, id, &self.row.text))
    }

    /// Whether it is open or a trade secret.
    async fn confidentiality(&self) -> Confidentiality {
        self.row.confidentiality.into()
    }

    /// Why it is claimed to be a trade secret.
    async fn claim_reason(&self) -> Option<&str> {
        self.row.claim_reason.as_deref()
    }

    /// Why the claim was accepted or rejected.
    async fn decision_reason(&self) -> Option<&str> {
        self.row.decision_reason.as_deref()
    }

    /// When the claim was decided on.
    async fn decided_at(&self) -> Option<DateTime<Utc>> {
        self.row.decided_at
    }

    /// From when a rejected claim no longer hides it; until then it can be withdrawn.
    async fn released_at(&self) -> Option<DateTime<Utc>> {
        self.row.released_at
    }

    /// Whether the supplier can withdraw it now.
    async fn can_be_withdrawn(&self, ctx: &Context<'_>) -> bool {
        let until = self.row.released_at.filter(|_| self.row.withdrawn_at.is_none());
        until.is_some_and(|until| until > ctx.app().now())
    }

    /// What became of it.
    async fn disposition(&self) -> Disposition {
        self.row.disposition.into()
    }

    /// Why.
    async fn disposition_reason(&self) -> Option<&str> {
        self.row.disposition_reason.as_deref()
    }

    /// When.
    async fn disposed_at(&self) -> Option<DateTime<Utc>> {
        self.row.disposed_at
    }

    /// When the supplier took it back.
    async fn withdrawn_at(&self) -> Option<DateTime<Utc>> {
        self.row.withdrawn_at
    }

    /// For `expectedVersion`.
    async fn version(&self) -> i32 {
        self.row.version
    }

    /// The response that it is part of.
    async fn response(&self, ctx: &Context<'_>) -> Result<Option<Response>> {
        if let Some(known) = &self.response {
            return Ok(Some(known.as_ref().clone()));
        }
        let found = responses::find(ctx.app(), ctx.actor(), self.row.response_id).await.or_top(ctx)?;
        Ok(found.map(Into::into))
    }
}

impl Passage {
    pub(super) fn response_id(&self) -> types::ResponseId {
        self.row.response_id
    }
}

/// One submission of your own response: your copy, with its receipt.
#[derive(Clone, Debug, Description)]
pub struct Submission(responses::Submission);

impl From<responses::Submission> for Submission {
    fn from(row: responses::Submission) -> Self {
        Self(row)
    }
}

/// A file of your own response, drafted or submitted.
#[derive(Clone, Debug, SimpleObject)]
pub struct ResponseFile {
    /// Its key among the answers of the draft, `file-…`: with it a trade secret is claimed.
    pub key: String,
    /// For `removeAttachment`.
    pub attachment_id: ID,
    /// Its name.
    pub name: String,
    /// What it is, told by its content.
    pub media_type: String,
    /// Its size in bytes.
    pub size: i64,
    /// SHA-256 of its content, in hexadecimal.
    pub sha256: String,
    /// Where to download it.
    pub url: String,
    /// Whether it is claimed to be a trade secret.
    pub is_secret: bool,
    /// Why.
    pub claim_reason: String,
}

/// The files among answers.
fn files(ctx: &Context<'_>, answers: &[responses::Answer]) -> Vec<ResponseFile> {
    let file = |a: &responses::Answer| {
        let (id, file) = (responses::file_of(&a.key)?, a.file.as_ref()?);
        Some(ResponseFile {
            key: a.key.clone(),
            attachment_id: encode(id),
            name: a.text.clone(),
            media_type: file.media_type.clone(),
            size: file.size,
            sha256: file.sha256.clone(),
            url: url(ctx, id, &a.text),
            is_secret: a.is_secret,
            claim_reason: a.claim_reason.clone(),
        })
    };
    answers.iter().filter_map(file).collect()
}

fn url(ctx: &Context<'_>, id: types::AttachmentId, name: &str) -> String {
    format!("{}{}", ctx.app().settings.public_url, domain::attachments::path(id, name))
}

/// An answer as it was submitted.
#[derive(Clone, Debug, SimpleObject)]
pub struct SubmittedAnswer {
    /// The question's key, or `free`.
    pub key: String,
    /// The question as it was answered; null for the free text.
    pub question: Option<String>,
    /// The answer.
    pub text: String,
    /// Whether it is claimed to be a trade secret.
    pub is_secret: bool,
    /// Why.
    pub claim_reason: Option<String>,
}

#[Object(use_type_description)]
impl Submission {
    /// Opaque id.
    pub(crate) async fn id(&self) -> ID {
        encode(self.0.id)
    }

    /// 1, 2, ….
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// When.
    async fn submitted_at(&self) -> DateTime<Utc> {
        self.0.submitted_at
    }

    /// The receipt: SHA-256, in hexadecimal, of `salt`, a line break and `content`.
    async fn hash(&self) -> &str {
        &self.0.content_hash
    }

    /// What the hash was made with.
    async fn salt(&self) -> &str {
        &self.0.salt
    }

    /// What was submitted, as JSON with sorted keys and no white space.
    async fn content(&self, ctx: &Context<'_>) -> Result<String> {
        Ok(Receipt::of(&self.0).or_top(ctx)?.content)
    }

    /// The files.
    async fn files(&self, ctx: &Context<'_>) -> Result<Vec<ResponseFile>> {
        Ok(files(ctx, &Receipt::of(&self.0).or_top(ctx)?.answers))
    }

    /// The answers, without the files.
    async fn answers(&self, ctx: &Context<'_>) -> Result<Vec<SubmittedAnswer>> {
        let filled = |text: String| Some(text).filter(|t| !t.is_empty());
        let answers = Receipt::of(&self.0).or_top(ctx)?.answers.into_iter().filter(|a| a.file.is_none());
        Ok(answers
            .map(|a| SubmittedAnswer {
                key: a.key,
                question: filled(a.question),
                text: a.text,
                is_secret: a.is_secret,
                claim_reason: filled(a.claim_reason),
            })
            .collect())
    }
}
