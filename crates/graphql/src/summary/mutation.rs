//! Writing and publishing summaries.

use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::needs as domain_needs;
use domain::summary::{self as domain_summary, SaveSummary, SummaryInput};

use super::SummaryDraft;
use super::types::ParticipantRule;
use crate::needs::{Need, given};
use crate::{Ctx, Date, Markdown, decode, payloads};

payloads! {
    /// The outcome of `saveSummaryDraft`.
    SaveSummaryDraftPayload {
        /// The working draft.
        summary_draft: SummaryDraft
    }
    /// The outcome of `publishSummary`.
    PublishSummaryPayload {
        /// The need with its summary.
        need: Need
    }
}

/// The aggregated answers to one question.
#[derive(Clone, Debug, InputObject)]
pub struct SummaryAnswerInput {
    /// The question's key in the need.
    pub key: String,
    /// What the market said; empty for none.
    pub text: Markdown,
}

/// A change of the working draft: what is left out or null stays.
#[derive(Clone, Debug, InputObject)]
pub struct SaveSummaryDraftInput {
    /// Of which need.
    pub need_id: ID,
    /// The version that the change was made on; 0 for a draft not begun.
    pub expected_version: Option<i32>,
    /// What the dialogue was and what came of it.
    pub overview: Option<Markdown>,
    /// How it tells who took part.
    pub participants: Option<ParticipantRule>,
    /// What the market was asked.
    pub asked: Option<Markdown>,
    /// What was answered, question by question.
    #[graphql(validator(max_items = 40))]
    pub answers: Option<Vec<SummaryAnswerInput>>,
    /// What the buyer told that was not in the need.
    pub new_facts: Option<Markdown>,
    /// How the need changed.
    pub changes: Option<Markdown>,
    /// What happens next.
    pub next_steps: Option<Markdown>,
    /// When; an explicit null clears it.
    pub next_on: async_graphql::MaybeUndefined<Date>,
}

/// Which summary to publish.
#[derive(Clone, Debug, InputObject)]
pub struct PublishSummaryInput {
    /// Of which need.
    pub need_id: ID,
    /// The version that you read.
    pub expected_version: Option<i32>,
    /// What is corrected; needed from the second publication on.
    pub note: Option<String>,
}

/// Doing things with summaries.
#[derive(Debug, Default)]
pub struct SummaryMutation;

#[Object]
impl SummaryMutation {
    /// Saves the working draft; half-written is fine.
    async fn save_summary_draft(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What changes.")] input: SaveSummaryDraftInput,
    ) -> Result<SaveSummaryDraftPayload> {
        let result = async {
            let answers = input.answers.map(|a| a.into_iter().map(|a| (a.key, a.text.into())).collect());
            let content = SummaryInput {
                overview: input.overview.map(Into::into),
                participants: input.participants.map(Into::into),
                asked: input.asked.map(Into::into),
                answers,
                new_facts: input.new_facts.map(Into::into),
                changes: input.changes.map(Into::into),
                next_steps: input.next_steps.map(Into::into),
                next_on: given(input.next_on, |d| d.0),
            };
            let save = SaveSummary {
                need_id: decode(&input.need_id, "needId")?,
                expected_version: input.expected_version,
                content,
            };
            SummaryDraft::of(domain_summary::save_draft(ctx.app(), ctx.actor(), save).await?)
        };
        SaveSummaryDraftPayload::of(ctx, result.await)
    }

    /// Publishes the working draft to all. The first time it ends the
    /// dialogue; later it corrects.
    async fn publish_summary(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and what is corrected.")] input: PublishSummaryInput,
    ) -> Result<PublishSummaryPayload> {
        let result = async {
            let id = decode(&input.need_id, "needId")?;
            let note = input.note.unwrap_or_default();
            domain_summary::publish(ctx.app(), ctx.actor(), id, input.expected_version, &note).await?;
            domain_needs::get(ctx.app(), ctx.actor(), id).await
        };
        PublishSummaryPayload::of(ctx, result.await)
    }
}
