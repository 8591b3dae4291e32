//! Doing things with needs.

use async_graphql::{Context, ID, InputObject, Object, Result};
use chrono::{DateTime, Utc};
use domain::needs::{self as domain_needs, CreateNeed, SaveDraft};

use super::Need;
use super::content::NeedContentInput;
use crate::{Ctx, decode, payloads};

payloads! {
    /// The outcome of `createNeed`.
    CreateNeedPayload {
        /// The draft.
        need: Need
    }
    /// The outcome of `saveNeedDraft`.
    SaveNeedDraftPayload {
        /// The need.
        need: Need
    }
    /// The outcome of `deleteNeedDraft`.
    DeleteNeedDraftPayload {
        /// The id that is gone.
        deleted_id: ID
    }
    /// The outcome of `submitNeed`.
    SubmitNeedPayload {
        /// The need.
        need: Need
    }
    /// The outcome of `returnNeed`.
    ReturnNeedPayload {
        /// The need.
        need: Need
    }
    /// The outcome of `approveNeed`.
    ApproveNeedPayload {
        /// The need.
        need: Need
    }
    /// The outcome of `publishNeedVersion`.
    PublishNeedVersionPayload {
        /// The need.
        need: Need
    }
    /// The outcome of `closeNeed`.
    CloseNeedPayload {
        /// The need.
        need: Need
    }
    /// The outcome of `resumeNeed`.
    ResumeNeedPayload {
        /// The need.
        need: Need
    }
    /// The outcome of `announceCompetition`.
    AnnounceCompetitionPayload {
        /// The need.
        need: Need
    }
}

crate::api_enum! {
    /// How a dialogue ends or pauses.
    Outcome {
        /// Goes to procurement.
        ToProcurement,
        /// On hold.
        OnHold,
        /// Closed without procurement.
        Closed,
    }
}

/// A new draft.
#[derive(Clone, Debug, InputObject)]
pub struct CreateNeedInput {
    /// What it says so far; a title at least.
    pub content: NeedContentInput,
}

/// A change of a draft.
#[derive(Clone, Debug, InputObject)]
pub struct SaveNeedDraftInput {
    /// Which need.
    pub need_id: ID,
    /// The version that the change was made on; refused with `STALE_VERSION` if it is not the newest.
    pub expected_version: Option<i32>,
    /// What changes.
    pub content: NeedContentInput,
}

/// Which draft to delete.
#[derive(Clone, Debug, InputObject)]
pub struct DeleteNeedDraftInput {
    /// Which need; it must never have been public.
    pub need_id: ID,
}

/// Which draft to have approved.
#[derive(Clone, Debug, InputObject)]
pub struct SubmitNeedInput {
    /// Which need.
    pub need_id: ID,
    /// The version that you read.
    pub expected_version: Option<i32>,
}

/// Which draft to send or take back.
#[derive(Clone, Debug, InputObject)]
pub struct ReturnNeedInput {
    /// Which need.
    pub need_id: ID,
    /// What to change; may be empty if you take your own request back.
    pub comment: Option<String>,
}

/// Which draft to approve.
#[derive(Clone, Debug, InputObject)]
pub struct ApproveNeedInput {
    /// Which need.
    pub need_id: ID,
    /// The version that you read; a draft that was changed since is not approved unread.
    pub expected_version: Option<i32>,
    /// When to publish; null is now.
    pub publish_at: Option<DateTime<Utc>>,
}

/// Which draft to publish as the next version.
#[derive(Clone, Debug, InputObject)]
pub struct PublishNeedVersionInput {
    /// Which need.
    pub need_id: ID,
    /// The version that you read.
    pub expected_version: Option<i32>,
    /// What was changed and why; everybody reads it.
    pub change_note: String,
}

/// How a dialogue ends or pauses.
#[derive(Clone, Debug, InputObject)]
pub struct CloseNeedInput {
    /// Which need.
    pub need_id: ID,
    /// How.
    pub outcome: Outcome,
    /// Why; everybody reads it.
    pub reason: String,
}

/// Which dialogue to take up again.
#[derive(Clone, Debug, InputObject)]
pub struct ResumeNeedInput {
    /// Which need; it must be on hold.
    pub need_id: ID,
    /// Why; everybody reads it.
    pub reason: String,
}

/// The competition that followed.
#[derive(Clone, Debug, InputObject)]
pub struct AnnounceCompetitionInput {
    /// Which need.
    pub need_id: ID,
    /// Where it is announced (Doffin, TED).
    pub url: String,
}

/// Doing things with needs.
#[derive(Debug, Default)]
pub struct NeedMutation;

#[Object]
impl NeedMutation {
    /// Begins a need for the buyer that you act for.
    async fn create_need(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The draft.")] input: CreateNeedInput,
    ) -> Result<CreateNeedPayload> {
        let draft = CreateNeed { content: input.content.into() };
        CreateNeedPayload::of(ctx, domain_needs::create(ctx.app(), ctx.actor(), draft).await)
    }

    /// Saves the working draft; half-written is fine.
    async fn save_need_draft(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What changes.")] input: SaveNeedDraftInput,
    ) -> Result<SaveNeedDraftPayload> {
        let result = async {
            let change = SaveDraft {
                need_id: decode(&input.need_id, "needId")?,
                expected_version: input.expected_version,
                content: input.content.into(),
            };
            domain_needs::save_draft(ctx.app(), ctx.actor(), change).await
        };
        SaveNeedDraftPayload::of(ctx, result.await)
    }

    /// Deletes a draft that was never public.
    async fn delete_need_draft(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: DeleteNeedDraftInput,
    ) -> Result<DeleteNeedDraftPayload> {
        let result = async {
            let id = decode(&input.need_id, "needId")?;
            let id = domain_needs::delete_draft(ctx.app(), ctx.actor(), id).await?;
            Ok(crate::encode(id))
        };
        DeleteNeedDraftPayload::of(ctx, result.await)
    }

    /// Asks a second person to approve; freezes the draft.
    async fn submit_need(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: SubmitNeedInput,
    ) -> Result<SubmitNeedPayload> {
        let result = async {
            let id = decode(&input.need_id, "needId")?;
            domain_needs::submit(ctx.app(), ctx.actor(), id, input.expected_version).await
        };
        SubmitNeedPayload::of(ctx, result.await)
    }

    /// Sends a draft back to its writer, or takes the own request back.
    async fn return_need(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: ReturnNeedInput,
    ) -> Result<ReturnNeedPayload> {
        let result = async {
            let id = decode(&input.need_id, "needId")?;
            let comment = input.comment.unwrap_or_default();
            domain_needs::return_to_draft(ctx.app(), ctx.actor(), id, &comment).await
        };
        ReturnNeedPayload::of(ctx, result.await)
    }

    /// Approves a draft and publishes it, now or at a time.
    async fn approve_need(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and when.")] input: ApproveNeedInput,
    ) -> Result<ApproveNeedPayload> {
        let result = async {
            let id = decode(&input.need_id, "needId")?;
            let publish_at = input.publish_at.map(types::truncate);
            domain_needs::approve(ctx.app(), ctx.actor(), id, input.expected_version, publish_at).await
        };
        ApproveNeedPayload::of(ctx, result.await)
    }

    /// Publishes the working draft as the next version.
    async fn publish_need_version(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and what changed.")] input: PublishNeedVersionInput,
    ) -> Result<PublishNeedVersionPayload> {
        let result = async {
            let id = decode(&input.need_id, "needId")?;
            domain_needs::publish(ctx.app(), ctx.actor(), id, input.expected_version, &input.change_note)
                .await
        };
        PublishNeedVersionPayload::of(ctx, result.await)
    }

    /// Ends or pauses a dialogue, with a public reason. A need cannot go to
    /// procurement while something told to one is hidden from others (R1).
    async fn close_need(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, how and why.")] input: CloseNeedInput,
    ) -> Result<CloseNeedPayload> {
        let result = async {
            let id = decode(&input.need_id, "needId")?;
            domain_needs::close(ctx.app(), ctx.actor(), id, input.outcome.into(), &input.reason).await
        };
        CloseNeedPayload::of(ctx, result.await)
    }

    /// Takes up a dialogue that was on hold, with a public reason.
    async fn resume_need(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: ResumeNeedInput,
    ) -> Result<ResumeNeedPayload> {
        let result = async {
            let id = decode(&input.need_id, "needId")?;
            domain_needs::resume(ctx.app(), ctx.actor(), id, &input.reason).await
        };
        ResumeNeedPayload::of(ctx, result.await)
    }

    /// Notes that the competition is announced: from now on no dialogue, and
    /// coming events are cancelled (R4).
    async fn announce_competition(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and where.")] input: AnnounceCompetitionInput,
    ) -> Result<AnnounceCompetitionPayload> {
        let result = async {
            let id = decode(&input.need_id, "needId")?;
            domain_needs::announce_competition(ctx.app(), ctx.actor(), id, &input.url).await
        };
        AnnounceCompetitionPayload::of(ctx, result.await)
    }
}
