//! Types of questions, and what they add to a need.

use std::collections::HashMap;

use async_graphql::{Context, Description, ID, Object, Result};
use chrono::{DateTime, Utc};
use domain::questions::{self, QuestionView};

use crate::error::OrTop;
use crate::list::List;
use crate::needs::{LanguageCode, Need, NeedRef, buyers};
use crate::orders::{MyQuestionOrder, NeedWithOpenQuestionsOrder, Ordered, QuestionOrder};
use crate::organisations::Organisation;
use crate::{Ctx, Markdown, encode, list};

crate::api_enum! {
    /// Where a question stands.
    QuestionState {
        /// Received by the buyer.
        Received,
        /// Published with its answer, to all.
        Answered,
        /// Not published, with a reason that the asker reads.
        Declined,
        /// Taken back by the asker.
        Withdrawn,
    }
}

/// A question to the buyer, published without its asker.
#[derive(Clone, Debug, Description)]
pub struct Question {
    view: QuestionView,
    /// Who asked, where the list brought it.
    organisation: Option<domain::organisations::Organisation>,
}

impl From<QuestionView> for Question {
    fn from(view: QuestionView) -> Self {
        Self { view, organisation: None }
    }
}

#[Object(use_type_description)]
impl Question {
    /// Opaque id.
    pub(crate) async fn id(&self) -> ID {
        encode(self.view.id)
    }

    /// The question, as published.
    async fn text(&self) -> &str {
        &self.view.text
    }

    /// As it was asked; for the buyer and the asker.
    async fn original_text(&self) -> Option<&str> {
        self.view.original_text.as_deref()
    }

    /// The language that it was asked in.
    async fn language(&self) -> LanguageCode {
        self.view.language.into()
    }

    /// Where it stands.
    async fn state(&self) -> QuestionState {
        self.view.state.into()
    }

    /// The asker's name within this need; it can't be reversed.
    async fn pseudonym(&self) -> &str {
        &self.view.pseudonym
    }

    /// When it was asked; for the buyer and the asker, since a time can give an asker away.
    async fn asked_at(&self) -> Option<DateTime<Utc>> {
        self.view.asker.map(|_| self.view.asked_at)
    }

    /// The answer.
    async fn answer(&self) -> Option<&str> {
        self.view.answer.as_deref()
    }

    /// When it was answered.
    async fn answered_at(&self) -> Option<DateTime<Utc>> {
        self.view.answered_at
    }

    /// Why it is not published; for the buyer and the asker.
    async fn reason(&self) -> Option<&str> {
        self.view.reason.as_deref()
    }

    /// Whether it is your own.
    async fn is_mine(&self, ctx: &Context<'_>) -> bool {
        let me = ctx.actor().person.as_ref().map(|p| p.id);
        me.is_some() && self.view.asker.map(|a| a.person_id) == me
    }

    /// The organisation that asked; for the buyer and the asker.
    async fn asker(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let Some(id) = self.view.asker.and_then(|a| a.organisation_id) else { return Ok(None) };
        if let Some(known) = &self.organisation {
            return Ok(Some(known.clone().into()));
        }
        Ok(domain::organisations::find(ctx.app(), id).await.or_top(ctx)?.map(Into::into))
    }

    /// For `expectedVersion`.
    async fn version(&self) -> i32 {
        self.view.version
    }
}

/// A buyer's word to everybody in a dialogue.
#[derive(Clone, Debug, Description)]
pub struct Announcement(pub(crate) questions::Announcement);

impl From<questions::Announcement> for Announcement {
    fn from(row: questions::Announcement) -> Self {
        Self(row)
    }
}

#[Object(use_type_description)]
impl Announcement {
    /// Opaque id.
    pub(crate) async fn id(&self) -> ID {
        encode(self.0.id)
    }

    /// Title.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// Text.
    async fn body(&self) -> Markdown {
        self.0.body.as_str().into()
    }

    /// The text as safe HTML.
    async fn body_html(&self) -> String {
        domain::text::markdown::to_html(&self.0.body)
    }

    /// Its language.
    async fn language(&self) -> LanguageCode {
        self.0.language.into()
    }

    /// When it was published.
    async fn published_at(&self) -> DateTime<Utc> {
        self.0.published_at
    }
}

/// What this room adds to a need.
#[derive(Clone, Debug)]
pub struct NeedQuestions(pub(crate) NeedRef);

#[Object]
impl NeedQuestions {
    /// Questions: the answered ones for everybody, the latest answer first; all
    /// for the buyer, the latest question first; your own for you.
    #[graphql(complexity = "first.unwrap_or(20).clamp(1, 100) as usize * child_complexity + 1")]
    async fn market_questions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "In which order; the usual one if null.")] order_by: Option<QuestionOrder>,
        #[graphql(desc = "How many, 1–100; 20 if null.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<List<Question>> {
        let is_after = after.is_some();
        let page = list::countable(ctx, first, after, order_by.is_reversed()).or_top(ctx)?;
        let found = questions::list(ctx.app(), ctx.actor(), &self.0.row, &page).await.or_top(ctx)?;
        let asker = |view: &QuestionView| view.asker.and_then(|a| a.organisation_id);
        let mut known = HashMap::new();
        if list::asks(ctx, &["asker"]) {
            known = buyers(ctx, found.rows.iter().filter_map(|(_, q)| asker(q))).await?;
        }
        let node = |view: QuestionView| {
            let organisation = asker(&view).and_then(|id| known.get(&id).cloned());
            Question { view, organisation }
        };
        Ok(list::counted(ctx, found, node, is_after))
    }

    /// What the buyer told everybody, newest first; at most 200.
    async fn announcements(&self, ctx: &Context<'_>) -> Result<Vec<Announcement>> {
        let found = questions::announcements(ctx.app(), ctx.actor(), &self.0.row).await.or_top(ctx)?;
        Ok(found.into_iter().map(Announcement).collect())
    }
}

/// Reading questions.
#[derive(Debug, Default)]
pub struct QuestionQuery;

#[Object]
impl QuestionQuery {
    /// Your own questions, newest first.
    #[graphql(complexity = "first.unwrap_or(20).clamp(1, 100) as usize * child_complexity + 1")]
    async fn my_questions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "In which order; the usual one if null.")] order_by: Option<MyQuestionOrder>,
        #[graphql(desc = "How many, 1–100; 20 if null.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<List<Question>> {
        let page = list::countable(ctx, first, after, order_by.is_reversed()).or_top(ctx)?;
        let found = questions::list_mine(ctx.app(), ctx.actor(), &page).await.or_top(ctx)?;
        Ok(list::counted(ctx, found, Question::from, page.after.is_some()))
    }

    /// How many questions wait for an answer of the buyer that you act for.
    async fn open_question_count(&self, ctx: &Context<'_>) -> Result<u64> {
        questions::open_count(ctx.app(), ctx.actor()).await.or_top(ctx)
    }

    /// The needs, of the buyer that you act for, where questions wait, the newest first.
    #[graphql(complexity = "first.unwrap_or(20).clamp(1, 100) as usize * child_complexity + 1")]
    async fn needs_with_open_questions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "In which order; the usual one if null.")] order_by: Option<
            NeedWithOpenQuestionsOrder,
        >,
        #[graphql(desc = "How many, 1–100; 20 if null.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<List<Need>> {
        let page = list::countable(ctx, first, after, order_by.is_reversed()).or_top(ctx)?;
        let found = questions::needs_with_open(ctx.app(), ctx.actor(), &page).await.or_top(ctx)?;
        Ok(list::counted(ctx, found, Need::from, page.after.is_some()))
    }
}
