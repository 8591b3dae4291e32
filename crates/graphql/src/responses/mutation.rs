//! Writing, submitting and handling responses.

use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::responses::{self, AnswerInput, Consent, SaveDraft};

use super::types::{Disposition, Passage, Response, Submission};
use crate::{Ctx, decode, payloads};

payloads! {
    /// The outcome of `saveResponseDraft`.
    SaveResponseDraftPayload {
        /// The response.
        response: Response
    }
    /// The outcome of `submitResponse`.
    SubmitResponsePayload {
        /// Your copy, with its receipt.
        submission: Submission
    }
    /// The outcome of `withdrawResponse`.
    WithdrawResponsePayload {
        /// The response.
        response: Response
    }
    /// The outcome of `acknowledgeResponse`.
    AcknowledgeResponsePayload {
        /// The response.
        response: Response
    }
    /// The outcome of `disposePassage`.
    DisposePassagePayload {
        /// The passage.
        passage: Passage
    }
    /// The outcome of `decideConfidentiality`.
    DecideConfidentialityPayload {
        /// The passage.
        passage: Passage
    }
    /// The outcome of `withdrawPassage`.
    WithdrawPassagePayload {
        /// The passage.
        passage: Passage
    }
}

/// A change of one answer; null stays as it is.
#[derive(Clone, Debug, InputObject)]
pub struct ResponseAnswerInput {
    /// The question's key, `free` for the free text, or `file-…` for a file that was attached.
    pub key: String,
    /// At most 10 000 characters; empty removes the answer. Not for a file.
    pub text: Option<String>,
    /// Whether it is claimed to be a trade secret.
    pub is_secret: Option<bool>,
    /// Why, at most 1 000 characters: what you would lose if others knew.
    pub claim_reason: Option<String>,
}

/// Which partner buyers read what.
#[derive(Clone, Debug, InputObject)]
pub struct ResponseConsentInput {
    /// Partner buyers may read the open passages.
    pub partners_read: bool,
    /// These partner buyers may read trade secrets too.
    #[graphql(default)]
    pub secret_readers: Vec<ID>,
}

/// A change of your draft.
#[derive(Clone, Debug, InputObject)]
pub struct SaveResponseDraftInput {
    /// To which need.
    pub need_id: ID,
    /// The version that the change was made on; refused with `STALE_VERSION` if it is not the newest.
    pub expected_version: Option<i32>,
    /// What changes; answers that are left out stay.
    #[graphql(default, validator(max_items = 60))]
    pub answers: Vec<ResponseAnswerInput>,
    /// In force as soon as it is saved.
    pub consent: Option<ResponseConsentInput>,
}

/// Which draft to submit.
#[derive(Clone, Debug, InputObject)]
pub struct SubmitResponseInput {
    /// To which need.
    pub need_id: ID,
    /// The version that you checked.
    pub expected_version: Option<i32>,
}

/// Which response to take back.
#[derive(Clone, Debug, InputObject)]
pub struct WithdrawResponseInput {
    /// To which need.
    pub need_id: ID,
    /// The version that you read.
    pub expected_version: Option<i32>,
}

/// Which response has been read.
#[derive(Clone, Debug, InputObject)]
pub struct AcknowledgeResponseInput {
    /// Which.
    pub response_id: ID,
}

/// What became of an input point.
#[derive(Clone, Debug, InputObject)]
pub struct DisposePassageInput {
    /// Which.
    pub passage_id: ID,
    /// The version that you read.
    pub expected_version: Option<i32>,
    /// `ADOPTED`, `PARTLY_ADOPTED`, `NOT_ADOPTED` or `OUT_OF_SCOPE`.
    pub disposition: Disposition,
    /// Why, at most 4 000 characters; the supplier reads it.
    pub reason: String,
}

/// A decision on a claim of trade secret.
#[derive(Clone, Debug, InputObject)]
pub struct DecideConfidentialityInput {
    /// Which.
    pub passage_id: ID,
    /// The version that you read.
    pub expected_version: Option<i32>,
    /// Whether it is a trade secret.
    pub is_accepted: bool,
    /// Why, at most 4 000 characters; the supplier reads it.
    pub reason: String,
}

/// Which passage to take back.
#[derive(Clone, Debug, InputObject)]
pub struct WithdrawPassageInput {
    /// Which.
    pub passage_id: ID,
}

/// Doing things with responses.
#[derive(Debug, Default)]
pub struct ResponseMutation;

#[Object]
impl ResponseMutation {
    /// Saves your organisation's draft; half-written is fine, also after the deadline.
    async fn save_response_draft(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What changes.")] input: SaveResponseDraftInput,
    ) -> Result<SaveResponseDraftPayload> {
        let result = async {
            let answers = input.answers.into_iter().map(|a| AnswerInput {
                key: a.key,
                text: a.text,
                is_secret: a.is_secret,
                claim_reason: a.claim_reason,
            });
            let draft = SaveDraft {
                need_id: decode(&input.need_id, "needId")?,
                expected_version: input.expected_version,
                answers: answers.collect(),
                consent: input.consent.as_ref().map(consent).transpose()?,
            };
            responses::save_draft(ctx.app(), ctx.actor(), draft).await
        };
        SaveResponseDraftPayload::of(ctx, result.await)
    }

    /// Submits the draft as it is stored, until the deadline. After that it is
    /// refused with `PERIOD_CLOSED`, and the draft stays.
    async fn submit_response(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: SubmitResponseInput,
    ) -> Result<SubmitResponsePayload> {
        let result = async {
            let id = decode(&input.need_id, "needId")?;
            responses::submit(ctx.app(), ctx.actor(), id, input.expected_version).await
        };
        SubmitResponsePayload::of(ctx, result.await)
    }

    /// Takes your response back, until the deadline; your copy stays.
    async fn withdraw_response(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: WithdrawResponseInput,
    ) -> Result<WithdrawResponsePayload> {
        let result = async {
            let id = decode(&input.need_id, "needId")?;
            responses::withdraw(ctx.app(), ctx.actor(), id, input.expected_version).await
        };
        WithdrawResponsePayload::of(ctx, result.await)
    }

    /// Tells the supplier that every passage of its response has been read.
    async fn acknowledge_response(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: AcknowledgeResponseInput,
    ) -> Result<AcknowledgeResponsePayload> {
        let result = async {
            let id = decode(&input.response_id, "responseId")?;
            responses::acknowledge(ctx.app(), ctx.actor(), id).await
        };
        AcknowledgeResponsePayload::of(ctx, result.await)
    }

    /// Says what became of an input point, with a reason; the supplier is told by mail.
    async fn dispose_passage(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and what.")] input: DisposePassageInput,
    ) -> Result<DisposePassagePayload> {
        let result = async {
            let id = decode(&input.passage_id, "passageId")?;
            let (version, disposition) = (input.expected_version, input.disposition.into());
            responses::dispose(ctx.app(), ctx.actor(), id, version, disposition, &input.reason).await
        };
        DisposePassagePayload::of(ctx, result.await)
    }

    /// Accepts or rejects a claim of trade secret. A rejected passage can be
    /// withdrawn by the supplier before others read it.
    async fn decide_confidentiality(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and how.")] input: DecideConfidentialityInput,
    ) -> Result<DecideConfidentialityPayload> {
        let result = async {
            let id = decode(&input.passage_id, "passageId")?;
            let (version, is_accepted) = (input.expected_version, input.is_accepted);
            responses::decide_confidentiality(ctx.app(), ctx.actor(), id, version, is_accepted, &input.reason)
                .await
        };
        DecideConfidentialityPayload::of(ctx, result.await)
    }

    /// Takes a passage back whose claim was rejected, before it is released.
    async fn withdraw_passage(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: WithdrawPassageInput,
    ) -> Result<WithdrawPassagePayload> {
        let result = async {
            let id = decode(&input.passage_id, "passageId")?;
            responses::withdraw_passage(ctx.app(), ctx.actor(), id).await
        };
        WithdrawPassagePayload::of(ctx, result.await)
    }
}

fn consent(input: &ResponseConsentInput) -> domain::Result<Consent> {
    let readers = input.secret_readers.iter().enumerate();
    let readers: domain::Result<Vec<_>> =
        readers.map(|(i, id)| decode(id, &format!("consent.secretReaders.{i}"))).collect();
    Ok(Consent { partners_read: input.partners_read, secret_readers: readers? })
}
