//! Answering a survey, looking through comments.

use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::quality::{self, Ballot, ItemAnswer};

use super::{Survey, SurveyComment};
use crate::{Ctx, decode, payloads};

payloads! {
    /// The outcome of `answerSurvey`.
    AnswerSurveyPayload {
        /// The survey. What you answered can't be read again, by you or by others.
        survey: Survey
    }
    /// The outcome of `reviewSurveyComment`.
    ReviewSurveyCommentPayload {
        /// The comment.
        comment: SurveyComment
    }
}

/// An answer to one item.
#[derive(Clone, Debug, InputObject)]
pub struct SurveyItemInput {
    /// 1–16.
    pub item: i32,
    /// 1 (disagree fully) to 5 (agree fully); null is *not relevant*.
    pub score: Option<i32>,
}

/// Answers to a survey.
#[derive(Clone, Debug, InputObject)]
pub struct AnswerSurveyInput {
    /// Which survey.
    pub survey_id: ID,
    /// Every item, once.
    pub answers: Vec<SurveyItemInput>,
    /// In your own words; at most 1 000 characters.
    pub comment: Option<String>,
}

/// A decision on a comment.
#[derive(Clone, Debug, InputObject)]
pub struct ReviewSurveyCommentInput {
    /// Which comment.
    pub comment_id: ID,
    /// Whether the buyer may read it.
    pub is_shown: bool,
}

/// Doing things with surveys.
#[derive(Debug, Default)]
pub struct QualityMutation;

#[Object]
impl QualityMutation {
    /// Answers a survey, once. Who took part in the dialogue may, on either side.
    async fn answer_survey(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The answers.")] input: AnswerSurveyInput,
    ) -> Result<AnswerSurveyPayload> {
        let result = async {
            let answers = input.answers.iter().map(|a| ItemAnswer { item: a.item, score: a.score }).collect();
            let ballot = Ballot {
                survey_id: decode(&input.survey_id, "surveyId")?,
                answers,
                comment: input.comment.unwrap_or_default(),
            };
            quality::answer(ctx.app(), ctx.actor(), ballot).await
        };
        AnswerSurveyPayload::of(ctx, result.await)
    }

    /// Shows a comment to the buyer, or withholds it. For the platform's administrators.
    async fn review_survey_comment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The decision.")] input: ReviewSurveyCommentInput,
    ) -> Result<ReviewSurveyCommentPayload> {
        let result = async {
            let id = decode(&input.comment_id, "commentId")?;
            quality::review_comment(ctx.app(), ctx.actor(), id, input.is_shown).await
        };
        ReviewSurveyCommentPayload::of(ctx, result.await)
    }
}
