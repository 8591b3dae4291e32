//! Types of summaries, and what they add to a need.

use async_graphql::{Context, Description, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use domain::accounts::Saved;
use domain::record::need_stream;
use domain::summary as domain_summary;

use crate::accounts::LastSaved;
use crate::error::OrTop;
use crate::list::List;
use crate::needs::{Need, NeedRef, buyers};
use crate::orders::{Ordered, OverdueSummaryOrder};
use crate::organisations::Organisation;
use crate::{Ctx, Date, Markdown, encode, list};

crate::api_enum! {
    /// How a summary tells who took part.
    ParticipantRule {
        /// Only how many.
        Count,
        /// Also the names of those whose interest is public.
        List,
    }
}

crate::api_enum_of! {
    /// What a careful writer would still do before publishing.
    SummaryWarning = domain::summary::Warning {
        /// The deadline for responses lies ahead; publishing ends the dialogue.
        DeadlineAhead,
        /// Events lie ahead; publishing cancels them.
        EventsAhead,
        /// Questions wait for an answer.
        OpenQuestions,
        /// Input points have no outcome yet.
        DispositionsMissing,
        /// Something told to one is not shared yet.
        UnsharedDisclosures,
        /// Questions to the market have no aggregated answer.
        AnswersMissing,
    }
}

/// The answers to one question, aggregated.
#[derive(Clone, Debug, SimpleObject)]
pub struct SummaryAnswer {
    /// The question's key in the need.
    pub key: String,
    /// The question, as it was when this was written.
    pub question: String,
    /// What the market said.
    pub text: Markdown,
    /// The same as safe HTML.
    pub text_html: String,
}

/// The parts of a summary. Each text in Markdown has a twin in safe HTML.
#[derive(Clone, Debug, Description)]
pub struct SummaryContent(domain_summary::SummaryContent);

#[Object(use_type_description)]
impl SummaryContent {
    /// What the dialogue was and what came of it.
    async fn overview(&self) -> Markdown {
        self.0.overview.as_str().into()
    }

    /// The overview as safe HTML.
    async fn overview_html(&self) -> String {
        html(&self.0.overview)
    }

    /// How it tells who took part.
    async fn participants(&self) -> ParticipantRule {
        self.0.participants.into()
    }

    /// What the market was asked.
    async fn asked(&self) -> Markdown {
        self.0.asked.as_str().into()
    }

    /// What the market was asked, as safe HTML.
    async fn asked_html(&self) -> String {
        html(&self.0.asked)
    }

    /// What was answered, question by question.
    async fn answers(&self) -> Vec<SummaryAnswer> {
        let answers = self.0.answers.iter();
        answers
            .map(|a| SummaryAnswer {
                key: a.key.clone(),
                question: a.question.clone(),
                text: a.text.as_str().into(),
                text_html: html(&a.text),
            })
            .collect()
    }

    /// What the buyer told that was not in the need.
    async fn new_facts(&self) -> Markdown {
        self.0.new_facts.as_str().into()
    }

    /// The new facts as safe HTML.
    async fn new_facts_html(&self) -> String {
        html(&self.0.new_facts)
    }

    /// How the need changed.
    async fn changes(&self) -> Markdown {
        self.0.changes.as_str().into()
    }

    /// The changes as safe HTML.
    async fn changes_html(&self) -> String {
        html(&self.0.changes)
    }

    /// What happens next.
    async fn next_steps(&self) -> Markdown {
        self.0.next_steps.as_str().into()
    }

    /// The next steps as safe HTML.
    async fn next_steps_html(&self) -> String {
        html(&self.0.next_steps)
    }

    /// When.
    async fn next_on(&self) -> Option<Date> {
        self.0.next_on.map(Date)
    }
}

fn html(text: &str) -> String {
    domain::text::markdown::to_html(text)
}

/// A published version of a summary; it never changes.
#[derive(Clone, Debug, Description)]
pub struct Summary(domain_summary::Published);

#[Object(use_type_description)]
impl Summary {
    /// Opaque id.
    pub(crate) async fn id(&self) -> ID {
        encode(self.0.version.id)
    }

    /// 1, 2, …: a later one corrects.
    async fn number(&self) -> i32 {
        self.0.version.number
    }

    /// What was corrected.
    async fn note(&self) -> Option<&str> {
        self.0.version.note.as_deref()
    }

    /// When it was published.
    async fn published_at(&self) -> DateTime<Utc> {
        self.0.version.published_at
    }

    /// What it says.
    async fn content(&self) -> SummaryContent {
        SummaryContent(self.0.content.clone())
    }

    /// How many organisations took part; discreet interest is not counted.
    async fn participant_count(&self) -> i32 {
        self.0.version.participant_count
    }

    /// Those who agreed to be named, where the summary names any.
    async fn participants(&self, ctx: &Context<'_>) -> Result<Vec<Organisation>> {
        let known = buyers(ctx, self.0.participants.iter().copied()).await?;
        let mut found: Vec<_> = known.into_values().collect();
        found.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(found.into_iter().map(Into::into).collect())
    }
}

impl From<domain_summary::Published> for Summary {
    fn from(published: domain_summary::Published) -> Self {
        Self(published)
    }
}

/// The working draft of a summary; for the buyer's people.
#[derive(Clone, Debug, Description)]
pub struct SummaryDraft {
    row: domain_summary::Summary,
    content: domain_summary::SummaryContent,
}

impl SummaryDraft {
    pub(super) fn of(row: domain_summary::Summary) -> domain::Result<Self> {
        let content = serde_json::from_value(row.content.clone())?;
        Ok(Self { row, content })
    }
}

#[Object(use_type_description)]
impl SummaryDraft {
    /// What it says so far.
    async fn content(&self) -> SummaryContent {
        SummaryContent(self.content.clone())
    }

    /// For `expectedVersion`.
    async fn version(&self) -> i32 {
        self.row.version
    }

    /// When it was saved last.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.row.updated_at
    }

    /// Who saved it last, and when.
    async fn last_saved(&self, ctx: &Context<'_>) -> Result<LastSaved> {
        let need = domain::needs::get(ctx.app(), ctx.actor(), self.row.need_id).await.or_top(ctx)?;
        let saved = Saved {
            owner: need.organisation_id,
            streams: vec![need_stream(need.id)],
            kind: "summary",
            id: self.row.id.0,
            at: self.row.updated_at,
        };
        LastSaved::of(ctx, saved).await
    }
}

/// What this room adds to a need.
#[derive(Clone, Debug)]
pub struct NeedSummary(pub(crate) NeedRef);

#[Object]
impl NeedSummary {
    /// The newest published summary.
    async fn dialogue_summary(&self, ctx: &Context<'_>) -> Result<Option<Summary>> {
        if let Some(known) = &self.0.summary {
            return Ok(known.clone().map(Into::into));
        }
        Ok(domain_summary::published(ctx.app(), self.0.row.id).await.or_top(ctx)?.map(Into::into))
    }

    /// All published versions of the summary, newest first.
    async fn summary_versions(&self, ctx: &Context<'_>) -> Result<Vec<Summary>> {
        let found = domain_summary::versions(ctx.app(), self.0.row.id).await.or_top(ctx)?;
        Ok(found.into_iter().map(Into::into).collect())
    }

    /// The working draft; null unless you act for the buyer and it is begun.
    async fn summary_draft(&self, ctx: &Context<'_>) -> Result<Option<SummaryDraft>> {
        let found = domain_summary::draft(ctx.app(), ctx.actor(), &self.0.row).await.or_top(ctx)?;
        Ok(found.map(|(row, content)| SummaryDraft { row, content }))
    }

    /// What waits for the buyer's people; null unless you act for the buyer.
    async fn waiting(&self, ctx: &Context<'_>) -> Result<Option<NeedWaiting>> {
        if !domain::needs::reads_internals(ctx.actor(), &self.0.row) {
            return Ok(None);
        }
        let found = domain_summary::waiting(ctx.app(), ctx.actor(), &self.0.row).await.or_top(ctx)?;
        Ok(Some(NeedWaiting {
            open_questions: found.open_questions,
            unread_responses: found.unread_responses,
            open_points: found.open_points,
            undocumented_events: found.undocumented_events,
            summary_due_on: found.summary_due_on.map(Date),
        }))
    }

    /// What to do before publishing; null unless you act for the buyer.
    async fn summary_warnings(&self, ctx: &Context<'_>) -> Result<Option<Vec<SummaryWarning>>> {
        if !domain::needs::reads_internals(ctx.actor(), &self.0.row) {
            return Ok(None);
        }
        let found = domain_summary::warnings(ctx.app(), ctx.actor(), &self.0.row).await.or_top(ctx)?;
        Ok(Some(found.into_iter().map(Into::into).collect()))
    }
}

/// What waits for the buyer's people in one dialogue.
#[derive(Clone, Debug, SimpleObject)]
pub struct NeedWaiting {
    /// Questions without an answer.
    pub open_questions: u64,
    /// Responses with something that nobody marked as read.
    pub unread_responses: u64,
    /// Input points that were read and have no outcome.
    pub open_points: u64,
    /// Events that were held and have no minutes.
    pub undocumented_events: u64,
    /// When the summary is due; null before the deadline for responses, and once one is published.
    pub summary_due_on: Option<Date>,
}

/// A summary that is late.
#[derive(Clone, Debug, SimpleObject)]
pub struct OverdueSummary {
    /// Of which need.
    pub need: Need,
    /// When it was due.
    pub due_on: Date,
}

/// Reading summaries.
#[derive(Debug, Default)]
pub struct SummaryQuery;

#[Object]
impl SummaryQuery {
    /// Late summaries of the buyer that you act for, the longest waiting first.
    #[graphql(complexity = "first.unwrap_or(20).clamp(1, 100) as usize * child_complexity + 1")]
    async fn overdue_summaries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "In which order; the usual one if null.")] order_by: Option<OverdueSummaryOrder>,
        #[graphql(desc = "How many, 1–100; 20 if null.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<List<OverdueSummary>> {
        let page = list::countable(ctx, first, after, order_by.is_reversed()).or_top(ctx)?;
        let found = domain_summary::overdue(ctx.app(), ctx.actor(), &page).await.or_top(ctx)?;
        let node =
            |o: domain_summary::Overdue| OverdueSummary { need: o.need.into(), due_on: Date(o.due_on) };
        Ok(list::counted(ctx, found, node, page.after.is_some()))
    }
}
