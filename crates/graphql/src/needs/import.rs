//! Needs from notices that were published elsewhere.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use domain::{needs as domain_needs, uploads};

use super::{Need, NeedRef};
use crate::error::OrTop;
use crate::{Ctx, OrganisationNumber, decode, payloads};

crate::api_enum_of! {
    /// What an import did.
    ImportResult = domain_needs::ImportResult {
        /// A new draft.
        Created,
        /// The draft follows the notice.
        Updated,
        /// The draft says all of it already.
        Unchanged,
        /// The draft was made from a later version of the notice; nothing changed.
        Older,
        /// The need is public; nothing changed.
        Published,
    }
}

/// A text of the notice that has no place in a need.
#[derive(Clone, Debug, SimpleObject)]
pub struct UnmappedText {
    /// Where it stands in the file.
    pub path: String,
    /// What it says.
    pub text: String,
    /// Whether it was written to be read, so that it may belong in the need;
    /// the rest are codes, addresses and identifiers.
    pub is_prose: bool,
}

/// A buyer of the notice beside the need's own.
#[derive(Clone, Debug, SimpleObject)]
pub struct NoticeBuyer {
    /// Its name.
    pub name: String,
    /// Its organisation number, if it is a valid Norwegian one.
    pub organisation_number: Option<OrganisationNumber>,
}

/// What was taken from a notice, and what was not.
#[derive(Clone, Debug, SimpleObject)]
pub struct ImportReport {
    /// The notice's kind (`pin-only`, `pmc`, `cn-standard`, …).
    pub notice_type: String,
    /// The notice's subtype, if it states one.
    pub notice_subtype: Option<String>,
    /// Fields of the draft that the notice filled.
    pub filled: Vec<String>,
    /// Fields that it would have changed, had they not been edited by hand.
    pub kept: Vec<String>,
    /// The notice's other buyers: possible partners.
    pub other_buyers: Vec<NoticeBuyer>,
    /// What has no place in a need.
    pub unmapped: Vec<UnmappedText>,
}

impl From<domain_needs::ImportReport> for ImportReport {
    fn from(report: domain_needs::ImportReport) -> Self {
        let buyer = |b: domain_needs::OtherBuyer| NoticeBuyer {
            name: b.name,
            organisation_number: b.organisation_number.map(OrganisationNumber),
        };
        let text =
            |u: domain_needs::Unmapped| UnmappedText { is_prose: u.is_prose(), path: u.path, text: u.text };
        Self {
            notice_type: report.notice_type,
            notice_subtype: report.notice_subtype,
            filled: report.filled,
            kept: report.kept,
            other_buyers: report.other_buyers.into_iter().map(buyer).collect(),
            unmapped: report.unmapped.into_iter().map(text).collect(),
        }
    }
}

/// What came of an import.
#[derive(SimpleObject)]
pub struct NoticeImport {
    /// The draft, or what it has become since.
    pub need: Need,
    /// What was done.
    pub result: ImportResult,
    /// What was taken from the notice, and what was not.
    pub report: ImportReport,
}

impl From<domain_needs::ImportOutcome> for NoticeImport {
    fn from(outcome: domain_needs::ImportOutcome) -> Self {
        Self { need: outcome.need.into(), result: outcome.result.into(), report: outcome.report.into() }
    }
}

payloads! {
    /// The outcome of `importNotice`.
    ImportNoticePayload {
        /// What came of it.
        import: NoticeImport
    }
}

/// Which notice to import.
#[derive(Clone, Debug, InputObject)]
pub struct ImportNoticeInput {
    /// The eForms file (XML), sent to `POST /uploads` before.
    pub upload_id: ID,
}

/// Importing.
#[derive(Debug, Default)]
pub struct ImportMutation;

#[Object]
impl ImportMutation {
    /// Makes a draft of a notice of the buyer that you act for; the same notice
    /// again updates the draft, but for fields that were edited by hand.
    async fn import_notice(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: ImportNoticeInput,
    ) -> Result<ImportNoticePayload> {
        let (app, actor) = (ctx.app(), ctx.actor());
        let result = async {
            let id = decode(&input.upload_id, "uploadId")?;
            let (_, bytes) = uploads::take(app, actor, id).await?;
            let outcome = domain_needs::import_own_notice(app, actor, bytes).await?;
            uploads::discard(app, actor, id).await?;
            Ok(outcome)
        };
        ImportNoticePayload::of(ctx, result.await)
    }
}

/// What this part adds to a need.
#[derive(Clone, Debug)]
pub struct NeedImport(pub(crate) NeedRef);

#[Object]
impl NeedImport {
    /// The report of the notice that the draft was made from; null if there is
    /// none, or unless you act for the buyer.
    async fn import_report(&self, ctx: &Context<'_>) -> Result<Option<ImportReport>> {
        Ok(domain_needs::import_report(ctx.actor(), &self.0.row).or_top(ctx)?.map(Into::into))
    }
}
