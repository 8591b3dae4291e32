//! Types of surveys and figures, and what they add to a need.

use async_graphql::{Context, Description, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use domain::quality::{self, SurveyView};

use crate::error::OrTop;
use crate::list::List;
use crate::needs::{Need, NeedRef};
use crate::orders::{Ordered, SurveyOrder};
use crate::organisations::Organisation;
use crate::{Ctx, encode, list};

crate::api_enum! {
    /// Where a survey stands.
    SurveyState {
        /// Takes answers.
        Open,
        /// Takes no more answers, and waits for others to be opened with.
        Closed,
        /// Its answers are in the figures.
        Released,
        /// Its answers were destroyed unread: too few for too long.
        Discarded,
    }
}

crate::api_enum! {
    /// Which side of a dialogue.
    SurveySide {
        /// Suppliers who took part.
        Supplier,
        /// The buyer's people.
        Buyer,
    }
}

crate::api_enum! {
    /// What interaction quality consists of; two items of the survey each, in this order.
    QualityDimension {
        /// The need was clear, and the solution open.
        Clarity,
        /// The dialogue was easy to find and join, with time to prepare.
        Access,
        /// All got the same information, under clear rules.
        EqualTreatment,
        /// Questions were answered in time, and usefully.
        Responsiveness,
        /// Ideas could be shared safely, and the buyer was open.
        Trust,
        /// The right people were there, and both sides learnt.
        Learning,
        /// It is known what the input led to, and it did.
        Impact,
        /// It was worth the effort.
        Worth,
    }
}

/// The rating of one dialogue. What was answered can't be read, by anyone.
#[derive(Clone, Debug, Description)]
pub struct Survey(pub(crate) SurveyView);

impl From<SurveyView> for Survey {
    fn from(view: SurveyView) -> Self {
        Self(view)
    }
}

/// How many were asked and how many have answered; never who.
#[derive(Clone, Debug, SimpleObject)]
pub struct SurveyStatus {
    /// Suppliers that took part.
    pub invited_suppliers: usize,
    /// Suppliers of which somebody has answered.
    pub answered_suppliers: usize,
    /// The buyer's people.
    pub invited_persons: usize,
    /// Those who have answered.
    pub answered_persons: usize,
}

#[Object(use_type_description)]
impl Survey {
    /// Opaque id.
    pub(crate) async fn id(&self) -> ID {
        encode(self.0.survey.id)
    }

    /// Where it stands.
    async fn state(&self) -> SurveyState {
        self.0.survey.state.into()
    }

    /// When it opened.
    async fn opened_at(&self) -> DateTime<Utc> {
        self.0.survey.opened_at
    }

    /// Until when it takes answers.
    async fn closes_at(&self) -> DateTime<Utc> {
        self.0.survey.closes_at
    }

    /// The side on which you may answer, if on any.
    async fn side(&self) -> Option<SurveySide> {
        self.0.side.map(Into::into)
    }

    /// Whether you have answered; forgotten once the answers are released.
    async fn has_answered(&self) -> bool {
        self.0.has_answered
    }

    /// Whether you can answer now.
    async fn takes_answer(&self, ctx: &Context<'_>) -> bool {
        let survey = &self.0.survey;
        let is_open = survey.state == types::SurveyState::Open && survey.closes_at > ctx.app().now();
        is_open && self.0.side.is_some() && !self.0.has_answered
    }

    /// The need that it is about.
    async fn need(&self, ctx: &Context<'_>) -> Result<Need> {
        Ok(self.0.need(ctx.app()).await.or_top(ctx)?.into())
    }

    /// How many have answered; for the buyer.
    async fn status(&self, ctx: &Context<'_>) -> Result<Option<SurveyStatus>> {
        let status = self.0.status(ctx.app(), ctx.actor()).await.or_top(ctx)?;
        Ok(status.map(|s| SurveyStatus {
            invited_suppliers: s.invited_suppliers,
            answered_suppliers: s.answered_suppliers,
            invited_persons: s.invited_persons,
            answered_persons: s.answered_persons,
        }))
    }
}

/// A share with its 95 % interval (Wilson).
#[derive(Clone, Debug, SimpleObject)]
pub struct QualityShare {
    /// How many suppliers agree: score 4 or more.
    pub agree: u32,
    /// Of how many.
    pub n: u32,
    /// Lower end, 0–1.
    pub low: f64,
    /// Upper end, 0–1.
    pub high: f64,
}

impl From<quality::Share> for QualityShare {
    fn from(share: quality::Share) -> Self {
        Self { agree: share.agree, n: share.n, low: share.low, high: share.high }
    }
}

/// One dimension of a buyer's figures. Scores are 1–5.
#[derive(Clone, Debug, SimpleObject)]
pub struct QualityDimensionFigure {
    /// Which.
    pub dimension: QualityDimension,
    /// The suppliers' mean.
    pub mean: f64,
    /// The same, drawn towards the platform's mean as far as few answers know little.
    pub shrunk: f64,
    /// The platform's mean that was used.
    pub platform_mean: f64,
    /// How many answers that mean weighs.
    pub weight: f64,
    /// The share of suppliers that agree.
    pub share: QualityShare,
    /// The buyer's own view; null where too few of its people answered.
    pub buyer: Option<f64>,
    /// Suppliers less buyer.
    pub gap: Option<f64>,
    /// Whether the gap is worth talking about: 0.75 or more, from five suppliers or more.
    pub is_flagged: bool,
}

impl From<quality::DimensionFigure> for QualityDimensionFigure {
    fn from(figure: quality::DimensionFigure) -> Self {
        Self {
            dimension: figure.dimension.into(),
            mean: figure.mean,
            shrunk: figure.shrunk,
            platform_mean: figure.platform_mean,
            weight: figure.weight,
            share: figure.share.into(),
            buyer: figure.buyer,
            gap: figure.gap,
            is_flagged: figure.is_flagged,
        }
    }
}

/// A buyer's figures, as published.
#[derive(Clone, Debug, SimpleObject)]
pub struct QualityFigures {
    /// When they were published; they change in batches only.
    pub released_at: DateTime<Utc>,
    /// How they were computed.
    pub method: String,
    /// How many suppliers' answers they are made of; at least five suppliers.
    pub n: u32,
    /// From how many dialogues.
    pub dialogues: u32,
    /// 0–100; null where too few dimensions were answered.
    pub index: Option<f64>,
    /// The share of suppliers that agree, over all.
    pub share: QualityShare,
    /// The dimensions that enough suppliers answered.
    pub dimensions: Vec<QualityDimensionFigure>,
}

/// What a buyer's dialogues are like, as both sides say.
#[derive(Clone, Debug, Description)]
pub struct InteractionQuality(domain::organisations::Organisation);

#[Object(use_type_description)]
impl InteractionQuality {
    /// The buyer.
    async fn organisation(&self) -> Organisation {
        self.0.clone().into()
    }

    /// The figures over twelve months; null is *too few answers*.
    async fn figures(&self, ctx: &Context<'_>) -> Result<Option<QualityFigures>> {
        let published = quality::figures_of(ctx.app(), self.0.id).await.or_top(ctx)?;
        Ok(published.map(|p| QualityFigures {
            released_at: p.released_at,
            method: p.figures.method,
            n: p.figures.n,
            dialogues: p.figures.surveys,
            index: p.figures.index,
            share: p.figures.share.into(),
            dimensions: p.figures.dimensions.into_iter().map(Into::into).collect(),
        }))
    }
}

/// What somebody wrote in a survey, without a name and cut loose from the rest.
#[derive(Clone, Debug, Description)]
pub struct SurveyComment(quality::Comment);

impl From<quality::Comment> for SurveyComment {
    fn from(row: quality::Comment) -> Self {
        Self(row)
    }
}

#[Object(use_type_description)]
impl SurveyComment {
    /// Opaque id.
    pub(crate) async fn id(&self) -> ID {
        encode(self.0.id)
    }

    /// From which side.
    async fn side(&self) -> SurveySide {
        self.0.side.into()
    }

    /// What was written.
    async fn text(&self) -> &str {
        &self.0.text
    }

    /// Whether the buyer may read it; null before somebody has looked.
    async fn is_shown(&self) -> Option<bool> {
        self.0.is_shown
    }
}

/// A comment to look through, with the buyer that it is about.
#[derive(Clone, Debug, SimpleObject)]
pub struct CommentToReview {
    /// The comment.
    pub comment: SurveyComment,
    /// The buyer.
    pub organisation: Organisation,
}

/// What this room adds to a need.
#[derive(Clone, Debug)]
pub struct NeedQuality(pub(crate) NeedRef);

#[Object]
impl NeedQuality {
    /// Its rating, once it is summarised; for the buyer and those who took part.
    async fn survey(&self, ctx: &Context<'_>) -> Result<Option<Survey>> {
        let found = quality::of_need(ctx.app(), ctx.actor(), self.0.row.id).await.or_top(ctx)?;
        Ok(found.map(Survey))
    }
}

/// Reading surveys and figures.
#[derive(Debug, Default)]
pub struct QualityQuery;

#[Object]
impl QualityQuery {
    /// What a buyer's dialogues are like; null if there is no such buyer.
    async fn interaction_quality(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The buyer's slug.")] organisation: String,
    ) -> Result<Option<InteractionQuality>> {
        let found = domain::organisations::find_by_slug(ctx.app(), &organisation).await.or_top(ctx)?;
        Ok(found.filter(|o| o.kind.is_buyer()).map(InteractionQuality))
    }

    /// The surveys that wait for your answer, soonest to close first.
    #[graphql(complexity = "first.unwrap_or(20).clamp(1, 100) as usize * child_complexity + 1")]
    async fn surveys_to_answer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "In which order; the usual one if null.")] order_by: Option<SurveyOrder>,
        #[graphql(desc = "How many, 1–100; 20 if null.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<List<Survey>> {
        let page = list::countable(ctx, first, after, order_by.is_reversed()).or_top(ctx)?;
        let found = quality::list_open(ctx.app(), ctx.actor(), &page).await.or_top(ctx)?;
        Ok(list::counted(ctx, found, Survey, page.after.is_some()))
    }

    /// Comments about the buyer that you act for, in no order that means anything.
    #[graphql(complexity = "first.unwrap_or(20).clamp(1, 100) as usize * child_complexity + 1")]
    async fn survey_comments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1–100; 20 if null.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<List<SurveyComment>> {
        let page = list::countable(ctx, first, after, false).or_top(ctx)?;
        let found = quality::comments(ctx.app(), ctx.actor(), &page).await.or_top(ctx)?;
        Ok(list::counted(ctx, found, SurveyComment, page.after.is_some()))
    }

    /// Comments that nobody has looked through; for the platform's administrators.
    #[graphql(complexity = "first.unwrap_or(20).clamp(1, 100) as usize * child_complexity + 1")]
    async fn survey_comments_to_review(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1–100; 20 if null.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<List<CommentToReview>> {
        let page = list::countable(ctx, first, after, false).or_top(ctx)?;
        let found = quality::comments_to_review(ctx.app(), ctx.actor(), &page).await.or_top(ctx)?;
        let node = |(comment, buyer): (quality::Comment, domain::organisations::Organisation)| {
            CommentToReview { comment: SurveyComment(comment), organisation: buyer.into() }
        };
        Ok(list::counted(ctx, found, node, page.after.is_some()))
    }
}
