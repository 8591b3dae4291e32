//! Asking, answering, announcing.

use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::questions::{self, Announce, Answer, Ask};

use super::{Announcement, Question};
use crate::{Ctx, Markdown, decode, payloads};

payloads! {
    /// The outcome of `askQuestion`.
    AskQuestionPayload {
        /// The question.
        question: Question
    }
    /// The outcome of `answerQuestion`.
    AnswerQuestionPayload {
        /// The question with its answer.
        question: Question
    }
    /// The outcome of `declineQuestion`.
    DeclineQuestionPayload {
        /// The question.
        question: Question
    }
    /// The outcome of `withdrawQuestion`.
    WithdrawQuestionPayload {
        /// The question.
        question: Question
    }
    /// The outcome of `publishAnnouncement`.
    PublishAnnouncementPayload {
        /// The announcement.
        announcement: Announcement
    }
}

/// A question to ask.
#[derive(Clone, Debug, InputObject)]
pub struct AskQuestionInput {
    /// About which need.
    pub need_id: ID,
    /// At most 4 000 characters. It becomes public with its answer, without your name.
    pub text: String,
}

/// An answer to publish.
#[derive(Clone, Debug, InputObject)]
pub struct AnswerQuestionInput {
    /// Which question.
    pub question_id: ID,
    /// The question as it is to be published; null for as it was asked.
    pub published_text: Option<String>,
    /// At most 8 000 characters.
    pub answer: String,
    /// The version that the answer was written on.
    pub expected_version: Option<i32>,
}

/// A question not to publish.
#[derive(Clone, Debug, InputObject)]
pub struct DeclineQuestionInput {
    /// Which question.
    pub question_id: ID,
    /// Why; the asker reads it.
    pub reason: String,
}

/// A question to take back.
#[derive(Clone, Debug, InputObject)]
pub struct WithdrawQuestionInput {
    /// Which question.
    pub question_id: ID,
}

/// A word to everybody.
#[derive(Clone, Debug, InputObject)]
pub struct PublishAnnouncementInput {
    /// About which need.
    pub need_id: ID,
    /// At most 200 characters.
    pub title: String,
    /// At most 8 000 characters.
    pub body: Markdown,
}

/// Doing things with questions.
#[derive(Debug, Default)]
pub struct QuestionMutation;

#[Object]
impl QuestionMutation {
    /// Asks the buyer a question. Anyone who is signed in may.
    async fn ask_question(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The question.")] input: AskQuestionInput,
    ) -> Result<AskQuestionPayload> {
        let result = async {
            let need_id = decode(&input.need_id, "needId")?;
            questions::ask(ctx.app(), ctx.actor(), Ask { need_id, text: input.text }).await
        };
        AskQuestionPayload::of(ctx, result.await)
    }

    /// Publishes a question with its answer, to all at once.
    async fn answer_question(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The answer.")] input: AnswerQuestionInput,
    ) -> Result<AnswerQuestionPayload> {
        let result = async {
            let answer = Answer {
                question_id: decode(&input.question_id, "questionId")?,
                published_text: input.published_text.unwrap_or_default(),
                answer: input.answer,
                expected_version: input.expected_version,
            };
            questions::answer(ctx.app(), ctx.actor(), answer).await
        };
        AnswerQuestionPayload::of(ctx, result.await)
    }

    /// Declines to publish a question, with a reason.
    async fn decline_question(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The question and the reason.")] input: DeclineQuestionInput,
    ) -> Result<DeclineQuestionPayload> {
        let result = async {
            let id = decode(&input.question_id, "questionId")?;
            questions::decline(ctx.app(), ctx.actor(), id, &input.reason).await
        };
        DeclineQuestionPayload::of(ctx, result.await)
    }

    /// Takes your own question back before it is answered.
    async fn withdraw_question(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The question.")] input: WithdrawQuestionInput,
    ) -> Result<WithdrawQuestionPayload> {
        let result = async {
            let id = decode(&input.question_id, "questionId")?;
            questions::withdraw(ctx.app(), ctx.actor(), id).await
        };
        WithdrawQuestionPayload::of(ctx, result.await)
    }

    /// Tells everybody in the dialogue something.
    async fn publish_announcement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to tell.")] input: PublishAnnouncementInput,
    ) -> Result<PublishAnnouncementPayload> {
        let result = async {
            let need_id = decode(&input.need_id, "needId")?;
            questions::announce(
                ctx.app(),
                ctx.actor(),
                Announce { need_id, title: input.title, body: input.body.into() },
            )
            .await
        };
        PublishAnnouncementPayload::of(ctx, result.await)
    }
}
