//! A need and what hangs on it.

use std::sync::Arc;

use async_graphql::connection::Connection;
use async_graphql::{Context, Description, ID, MergedObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use domain::accounts::Saved;
use domain::needs as domain_needs;
use domain::record::need_stream;

use super::import::NeedImport;
use super::{LanguageCode, NeedContent};
use crate::accounts::LastSaved;
use crate::attachments::NeedAttachments;
use crate::disclosures::NeedDisclosures;
use crate::error::OrTop;
use crate::events::NeedEvents;
use crate::interest::NeedInterest;
use crate::orders::{LogEntryOrder, Ordered};
use crate::organisations::Organisation;
use crate::partners::NeedPartners;
use crate::quality::NeedQuality;
use crate::questions::NeedQuestions;
use crate::responses::NeedResponses;
use crate::summary::NeedSummary;
use crate::{Ctx, encode, list};

crate::api_enum! {
    /// Where a need stands.
    NeedState {
        /// Being written; only the buyer sees it.
        Draft,
        /// Frozen while a second person reads it.
        InReview,
        /// Approved; publishes itself at the time that was set.
        Scheduled,
        /// Open to everybody.
        Published,
        /// The dialogue has begun.
        InDialogue,
        /// The summary is published.
        Summarised,
        /// Goes to procurement.
        ToProcurement,
        /// Waiting, with a public reason.
        OnHold,
        /// Ended without procurement, with a public reason.
        Closed,
    }
}

/// A need as loaded, with what its list loaded along.
#[derive(Debug)]
pub struct NeedData {
    /// The row.
    pub row: domain_needs::Need,
    /// The published content, where the list brought it.
    pub content: Option<domain_needs::NeedContent>,
    /// The buyer, where the list brought it.
    pub organisation: Option<domain::organisations::Organisation>,
    /// The newest summary, or that there is none, where the list brought it.
    pub summary: Option<Option<domain::summary::Published>>,
    /// The words that were searched for, for highlighting.
    pub query: Vec<String>,
}

impl From<domain_needs::Need> for NeedData {
    fn from(row: domain_needs::Need) -> Self {
        Self { row, content: None, organisation: None, summary: None, query: Vec::new() }
    }
}

/// Shared by the parts of a need.
pub type NeedRef = Arc<NeedData>;

/// What a buyer lacks, said before it decides what to buy. It does not commit
/// the buyer to procure anything.
#[derive(Clone, Debug, MergedObject)]
pub struct Need(
    NeedFields,
    NeedImport,
    NeedAttachments,
    NeedQuestions,
    NeedEvents,
    NeedResponses,
    NeedDisclosures,
    NeedInterest,
    NeedPartners,
    NeedSummary,
    NeedQuality,
);

impl Need {
    pub(crate) fn loaded(data: NeedData) -> Self {
        let data = Arc::new(data);
        Self(
            NeedFields(Arc::clone(&data)),
            NeedImport(Arc::clone(&data)),
            NeedAttachments(Arc::clone(&data)),
            NeedQuestions(Arc::clone(&data)),
            NeedEvents(Arc::clone(&data)),
            NeedResponses(Arc::clone(&data)),
            NeedDisclosures(Arc::clone(&data)),
            NeedInterest(Arc::clone(&data)),
            NeedPartners(Arc::clone(&data)),
            NeedSummary(Arc::clone(&data)),
            NeedQuality(data),
        )
    }
}

impl From<domain_needs::Need> for Need {
    fn from(row: domain_needs::Need) -> Self {
        Self::loaded(row.into())
    }
}

impl Need {
    /// For the `Node` interface.
    pub(crate) async fn id(&self, _ctx: &Context<'_>) -> Result<ID> {
        Ok(encode(self.0.0.row.id))
    }
}

/// A piece of a text; hits of a search are marked.
#[derive(Clone, Debug, SimpleObject)]
pub struct Fragment {
    /// The words.
    pub text: String,
    /// Whether they were searched for.
    pub is_hit: bool,
}

/// What the viewer may do with a need; the same rules that the mutations ask.
#[expect(clippy::struct_excessive_bools, reason = "five independent permissions")]
#[derive(Clone, Debug, SimpleObject)]
pub struct NeedPermissions {
    /// Write the draft, ask for approval.
    pub edit: bool,
    /// Approve or send back.
    pub approve: bool,
    /// Publish further versions, close.
    pub publish: bool,
    /// Answer, announce, run events.
    pub run_dialogue: bool,
    /// Whether you act for the buyer.
    pub is_owner: bool,
}

/// The fields of this room.
#[derive(Clone, Debug)]
pub struct NeedFields(NeedRef);

#[Object]
impl NeedFields {
    /// Opaque id.
    async fn id(&self) -> ID {
        encode(self.0.row.id)
    }

    /// Its address on the web: `/needs/{slug}`.
    async fn slug(&self) -> &str {
        &self.0.row.slug
    }

    /// Title.
    async fn title(&self) -> &str {
        &self.0.row.title
    }

    /// The title in pieces, hits of the search marked.
    async fn title_fragments(&self) -> Vec<Fragment> {
        fragments(&self.0.row.title, &self.0.query, 400)
    }

    /// A snippet of the published text around the first hit, or the summary.
    async fn snippet(&self, ctx: &Context<'_>) -> Result<Vec<Fragment>> {
        let Some(content) = self.published(ctx).await? else { return Ok(Vec::new()) };
        let texts =
            [&content.summary, &content.challenge, &content.effects, &content.users, &content.openness];
        let plain: Vec<String> = texts.iter().map(|t| domain::text::markdown::to_plain(t)).collect();
        let best = plain
            .iter()
            .map(|t| fragments(t, &self.0.query, 240))
            .find(|pieces| pieces.iter().any(|p| p.is_hit));
        Ok(best.unwrap_or_else(|| fragments(&plain[0], &[], 240)))
    }

    /// Where it stands.
    async fn state(&self) -> NeedState {
        self.0.row.state.into()
    }

    /// The language that it is written in.
    async fn language(&self) -> LanguageCode {
        self.0.row.language.into()
    }

    /// The buyer.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Organisation> {
        if let Some(known) = &self.0.organisation {
            return Ok(known.clone().into());
        }
        let found = domain::organisations::get(ctx.app(), self.0.row.organisation_id).await.or_top(ctx)?;
        Ok(found.into())
    }

    /// What the current published version says; null while there is none.
    async fn content(&self, ctx: &Context<'_>) -> Result<Option<NeedContent>> {
        Ok(self.published(ctx).await?.map(NeedContent))
    }

    /// The working draft; null unless you act for the buyer.
    async fn draft(&self, ctx: &Context<'_>) -> Result<Option<NeedContent>> {
        Ok(domain_needs::draft(ctx.actor(), &self.0.row).or_top(ctx)?.map(NeedContent))
    }

    /// Grows with each change; for `expectedVersion`. Null unless you act for the buyer.
    async fn version(&self, ctx: &Context<'_>) -> Option<i32> {
        domain_needs::reads_internals(ctx.actor(), &self.0.row).then_some(self.0.row.version)
    }

    /// Who saved it last, and when; null unless you act for the buyer.
    async fn last_saved(&self, ctx: &Context<'_>) -> Result<Option<LastSaved>> {
        let row = &self.0.row;
        if !domain_needs::reads_internals(ctx.actor(), row) {
            return Ok(None);
        }
        let saved = Saved {
            owner: row.organisation_id,
            streams: vec![need_stream(row.id)],
            kind: "need",
            id: row.id.0,
            at: row.updated_at,
        };
        LastSaved::of(ctx, saved).await.map(Some)
    }

    /// When it was first published.
    async fn published_at(&self) -> Option<DateTime<Utc>> {
        self.0.row.published_at
    }

    /// When it publishes itself; null unless you act for the buyer.
    async fn publish_at(&self, ctx: &Context<'_>) -> Option<DateTime<Utc>> {
        if domain_needs::reads_internals(ctx.actor(), &self.0.row) { self.0.row.publish_at } else { None }
    }

    /// When it was changed last.
    async fn updated_at(&self, ctx: &Context<'_>) -> Option<DateTime<Utc>> {
        domain_needs::reads_internals(ctx.actor(), &self.0.row).then_some(self.0.row.updated_at)
    }

    /// Until when responses are taken.
    async fn response_deadline(&self) -> Option<DateTime<Utc>> {
        self.0.row.response_deadline
    }

    /// Until when questions are taken.
    async fn question_deadline(&self) -> Option<DateTime<Utc>> {
        self.0.row.question_deadline.or(self.0.row.response_deadline)
    }

    /// Whether responses are taken now.
    async fn is_open(&self, ctx: &Context<'_>) -> bool {
        self.0.row.state.is_open() && self.0.row.response_deadline.is_some_and(|d| d > ctx.app().now())
    }

    /// Whether questions are taken now.
    async fn takes_questions(&self, ctx: &Context<'_>) -> bool {
        let until = self.0.row.question_deadline.or(self.0.row.response_deadline);
        self.0.row.state.is_open() && until.is_none_or(|d| d > ctx.app().now())
    }

    /// Why it was closed, put on hold or sent to procurement.
    async fn outcome_reason(&self) -> Option<&str> {
        self.0.row.outcome_reason.as_deref()
    }

    /// When the competition was announced; from then on there is no dialogue.
    async fn competition_announced_at(&self) -> Option<DateTime<Utc>> {
        self.0.row.competition_announced_at
    }

    /// Where the competition is announced.
    async fn competition_url(&self) -> Option<&str> {
        self.0.row.competition_url.as_deref()
    }

    /// Whether it came from a call for competition, which can't open a dialogue (R4).
    async fn is_call_for_competition(&self) -> bool {
        self.0.row.is_call_for_competition
    }

    /// The published versions, newest first.
    async fn versions(&self, ctx: &Context<'_>) -> Result<Vec<NeedVersion>> {
        let found = domain_needs::versions(ctx.app(), &self.0.row).await.or_top(ctx)?;
        Ok(found.into_iter().map(|row| NeedVersion { row, need: Arc::clone(&self.0) }).collect())
    }

    /// What differs between the published version and the draft; null unless you act for the buyer.
    async fn draft_changes(&self, ctx: &Context<'_>) -> Result<Option<Vec<FieldChange>>> {
        let Some(draft) = domain_needs::draft(ctx.actor(), &self.0.row).or_top(ctx)? else { return Ok(None) };
        let Some(published) = self.published(ctx).await? else { return Ok(None) };
        Ok(Some(changes(&published, &draft)))
    }

    /// What happened, newest first: all of it for the buyer's people, what is
    /// public or names your organisation for others.
    #[graphql(complexity = "first.unwrap_or(20).clamp(1, 100) as usize * child_complexity + 1")]
    async fn log(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "In which order; the usual one if null.")] order_by: Option<LogEntryOrder>,
        #[graphql(desc = "How many, 1–100; 20 if null.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<Connection<String, LogEntry>> {
        let is_after = after.is_some();
        let page = list::request(ctx, first, after, order_by.is_reversed()).or_top(ctx)?;
        let found = domain_needs::log(ctx.app(), ctx.actor(), &self.0.row, &page).await.or_top(ctx)?;
        // All at once: one statement, however many were done by a token.
        let ids: Vec<_> = found.rows.iter().filter_map(|(_, entry)| LogEntry::token_of(entry)).collect();
        let names = if list::asks(ctx, &["byToken"]) {
            Some(domain::accounts::tokens::names(ctx.app(), ctx.actor(), &ids).await.or_top(ctx)?)
        } else {
            None
        };
        Ok(list::connection(ctx, found, |entry| LogEntry::with(entry, names.as_deref()), is_after))
    }

    /// What you may do.
    async fn viewer_can(&self, ctx: &Context<'_>) -> NeedPermissions {
        let (actor, row) = (ctx.actor(), &self.0.row);
        NeedPermissions {
            edit: domain_needs::may_edit(actor, row).is_ok(),
            approve: domain_needs::may_approve(actor, row).is_ok(),
            publish: domain_needs::may_publish(actor, row).is_ok(),
            run_dialogue: domain_needs::may_run_dialogue(actor, row).is_ok(),
            is_owner: domain_needs::reads_internals(actor, row),
        }
    }
}

impl NeedFields {
    async fn published(&self, ctx: &Context<'_>) -> Result<Option<domain_needs::NeedContent>> {
        match &self.0.content {
            Some(content) => Ok(Some(content.clone())),
            None => domain_needs::published(ctx.app().db.read(), &self.0.row).await.or_top(ctx),
        }
    }
}

fn fragments(text: &str, query: &[String], max: usize) -> Vec<Fragment> {
    domain::text::search::highlight(text, query, max)
        .into_iter()
        .map(|f| Fragment { text: f.text, is_hit: f.is_hit })
        .collect()
}

/// One published version of a need; it never changes.
#[derive(Clone, Debug, Description)]
pub struct NeedVersion {
    row: domain_needs::NeedVersion,
    need: NeedRef,
}

impl From<(domain_needs::Need, domain_needs::NeedVersion)> for NeedVersion {
    fn from((need, row): (domain_needs::Need, domain_needs::NeedVersion)) -> Self {
        Self { row, need: Arc::new(need.into()) }
    }
}

#[Object(use_type_description)]
impl NeedVersion {
    /// Opaque id.
    pub(crate) async fn id(&self) -> ID {
        encode(self.row.id)
    }

    /// 1, 2, ….
    async fn number(&self) -> i32 {
        self.row.number
    }

    /// When it was published.
    async fn published_at(&self) -> DateTime<Utc> {
        self.row.published_at
    }

    /// What was changed, in the buyer's words.
    async fn change_note(&self) -> Option<&str> {
        self.row.change_note.as_deref()
    }

    /// What it says.
    async fn content(&self) -> Result<NeedContent> {
        Ok(NeedContent(serde_json::from_value(self.row.content.clone())?))
    }

    /// What differs from the version before, field by field, word by word.
    async fn changes(&self, ctx: &Context<'_>) -> Result<Vec<FieldChange>> {
        let before =
            domain_needs::version(ctx.app(), &self.need.row, self.row.number - 1).await.or_top(ctx)?;
        let Some(before) = before else { return Ok(Vec::new()) };
        Ok(changes(
            &serde_json::from_value(before.content)?,
            &serde_json::from_value(self.row.content.clone())?,
        ))
    }
}

crate::api_enum_of! {
    /// What became of a piece of text.
    ChangeKind = domain::text::diff::ChangeKind {
        /// It stayed.
        Same,
        /// It came.
        Added,
        /// It went.
        Removed,
    }
}

/// A piece of a difference.
#[derive(Clone, Debug, SimpleObject)]
pub struct TextChange {
    /// Whether it stayed, came or went.
    pub kind: ChangeKind,
    /// The text.
    pub text: String,
}

/// A field that differs.
#[derive(Clone, Debug, SimpleObject)]
pub struct FieldChange {
    /// The field's name in `NeedContent`.
    pub field: String,
    /// The pieces, in order.
    pub changes: Vec<TextChange>,
}

fn changes(old: &domain_needs::NeedContent, new: &domain_needs::NeedContent) -> Vec<FieldChange> {
    domain_needs::changes_between(old, new)
        .into_iter()
        .map(|c| FieldChange {
            field: c.field.to_owned(),
            changes: c
                .changes
                .into_iter()
                .map(|p| TextChange { kind: p.kind.into(), text: p.text })
                .collect(),
        })
        .collect()
}

/// An entry of the record, as far as you may see it.
#[derive(Clone, Debug, Description)]
pub struct LogEntry(domain::record::RecordEntry, TokenName);

/// The name of the token that did it, where it was loaded along with a list.
type TokenName = Option<Option<String>>;

impl From<domain::record::RecordEntry> for LogEntry {
    fn from(entry: domain::record::RecordEntry) -> Self {
        Self(entry, None)
    }
}

impl LogEntry {
    fn token_of(entry: &domain::record::RecordEntry) -> Option<types::TokenId> {
        entry.payload.get("byToken").and_then(|id| serde_json::from_value(id.clone()).ok())
    }

    fn with(entry: domain::record::RecordEntry, names: Option<&[(types::TokenId, String)]>) -> Self {
        let id = Self::token_of(&entry);
        let name = names
            .map(|names| names.iter().find(|(known, _)| Some(*known) == id).map(|(_, name)| name.clone()));
        Self(entry, name)
    }
}

#[Object(use_type_description)]
impl LogEntry {
    /// Opaque id.
    pub(crate) async fn id(&self) -> ID {
        encode(self.0.id)
    }

    /// What happened: `need.published`, `question.answered`, ….
    async fn kind(&self) -> &str {
        self.0.kind.as_str()
    }

    /// What happened, in your language.
    async fn text(&self, ctx: &Context<'_>) -> String {
        let text = ctx.texts().word("log", &self.0.kind.as_str().replace('.', "_"));
        let to = self.0.payload.get("to").and_then(|to| to.as_str());
        match to.filter(|_| self.0.kind == types::EntryKind::NeedStateChanged) {
            Some(state) => format!("{text}: {}", ctx.texts().word("need-state", state)),
            None => text,
        }
    }

    /// When.
    async fn occurred_at(&self) -> DateTime<Utc> {
        self.0.occurred_at
    }

    /// The name of the token by which it was done; null where no token of the
    /// organisation that you act for did it.
    async fn by_token(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        if let Some(loaded) = &self.1 {
            return Ok(loaded.clone());
        }
        let Some(id) = Self::token_of(&self.0) else { return Ok(None) };
        let names = domain::accounts::tokens::names(ctx.app(), ctx.actor(), &[id]).await.or_top(ctx)?;
        Ok(names.into_iter().next().map(|(_, name)| name))
    }

    /// Whether everybody may read it.
    async fn is_public(&self) -> bool {
        self.0.audience == types::Audience::Public
    }
}
