//! Rating a dialogue, a buyer's figures, and the comments.

use std::fmt::Write as _;

use askama::Template;
use askama::filters::HtmlSafe;
use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::get;

use crate::kit::operations::types::*;
use crate::kit::{After, Choice, Form, Page, PageError, Visitor, ui};

crate::operations! { "../../graphql/operations/quality/quality.graphql":
    QualityPage, SurveyPage, AnswerSurvey, MySurveys, ReviewComments, ReviewSurveyComment, BuyerComments
}

/// Two a dimension.
const ITEMS: usize = 16;

pub(crate) fn routes() -> Router {
    Router::new()
        .route("/quality/{slug}", get(quality))
        .route("/surveys/{slug}", get(survey).post(answer))
        .route("/my/surveys", get(mine))
        .route("/m/comments", get(comments))
        .route("/admin/comments", get(to_review).post(review))
}

type Figures = quality_page::QualityPageInteractionQualityFigures;
type Dimension = quality_page::QualityPageInteractionQualityFiguresDimensions;

#[derive(Template)]
#[template(path = "quality/page.html")]
struct QualityTemplate {
    v: Visitor,
    quality: quality_page::QualityPageInteractionQuality,
}

impl QualityTemplate {
    /// The dimensions in their order, also those that too few answered.
    fn rows<'a>(&self, figures: &'a Figures) -> Vec<(String, Option<&'a Dimension>)> {
        QualityDimension::ALL
            .iter()
            .map(|d| {
                let name = self.v.t.word("quality-dimension", d.as_str());
                (name, figures.dimensions.iter().find(|f| f.dimension == *d))
            })
            .collect()
    }

    /// A number with `decimals`, with the language's decimal mark.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand references over")]
    fn number(&self, value: &f64, decimals: usize) -> String {
        let text = format!("{value:.decimals$}");
        if self.v.language == Language::En { text } else { text.replace('.', ",") }
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand references over")]
    fn signed(&self, value: &f64) -> String {
        let sign = if *value > 0.0 { "+" } else { "" };
        format!("{sign}{}", self.number(value, 1)).replace('-', "−")
    }

    #[expect(clippy::trivially_copy_pass_by_ref, clippy::unused_self, reason = "templates call it so")]
    fn percent(&self, share: &f64) -> String {
        format!("{:.0}", share * 100.0)
    }

    /// The bars, drawn here: nothing to load, nothing to run.
    fn chart(&self, figures: &Figures) -> Svg {
        const ROW: usize = 34;
        const LEFT: usize = 170;
        const WIDTH: f64 = 340.0;
        let rows: Vec<(String, &Dimension)> =
            self.rows(figures).into_iter().filter_map(|(name, row)| row.map(|r| (name, r))).collect();
        let height = rows.len() * ROW + 8;
        let mut svg = format!(
            "<svg class=\"bars\" role=\"img\" aria-labelledby=\"bars-title\" viewBox=\"0 0 560 {height}\" \
             xmlns=\"http://www.w3.org/2000/svg\"><title id=\"bars-title\">{}</title>",
            escaped(&self.v.t.quality_chart())
        );
        for (i, (name, row)) in rows.iter().enumerate() {
            let top = i * ROW + 4;
            let along = |score: f64| (score - 1.0) / 4.0 * WIDTH;
            let _ = write!(
                svg,
                "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\
                 <rect class=\"track\" x=\"{LEFT}\" y=\"{top}\" width=\"{WIDTH}\" height=\"22\" rx=\"3\"/>\
                 <rect class=\"bar\" x=\"{LEFT}\" y=\"{top}\" width=\"{:.1}\" height=\"22\" rx=\"3\"/>\
                 <text x=\"{}\" y=\"{}\">{}</text>",
                LEFT - 10,
                top + 16,
                escaped(name),
                along(row.mean),
                LEFT + 350,
                top + 16,
                self.number(&row.mean, 1),
            );
        }
        svg.push_str("</svg>");
        Svg(svg)
    }
}

/// Markup of ours, not to be escaped again.
struct Svg(String);

impl std::fmt::Display for Svg {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Svg {}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

async fn quality(v: Visitor, Path(slug): Path<String>) -> Page {
    let data = v.run::<QualityPage>(quality_page::Variables { organisation: slug }).await?;
    let quality = data.interaction_quality.ok_or(PageError::NotFound)?;
    v.page(&QualityTemplate { quality, v: v.clone() })
}

#[derive(Template)]
#[template(path = "quality/survey.html")]
struct SurveyTemplate {
    v: Visitor,
    f: Form,
    need: survey_page::SurveyPageNeed,
    survey: survey_page::SurveyPageNeedSurvey,
    scores: Vec<Choice>,
}

impl SurveyTemplate {
    fn path(&self) -> String {
        format!("/needs/{}", self.need.slug)
    }

    /// The dimensions, each with its items: field name and statement.
    fn groups(&self) -> Vec<(String, Vec<(String, String)>)> {
        let side = self.survey.side.unwrap_or(SurveySide::Supplier).as_str();
        let item = |i: usize| {
            let text = self.v.t.word("survey-item", &format!("{side}-{}", i + 1));
            (format!("answers.{i}"), text)
        };
        QualityDimension::ALL
            .iter()
            .enumerate()
            .map(|(d, dimension)| {
                let name = self.v.t.word("quality-dimension", dimension.as_str());
                (name, vec![item(2 * d), item(2 * d + 1)])
            })
            .collect()
    }
}

async fn load(v: &Visitor, slug: String, f: Form) -> Result<SurveyTemplate, PageError> {
    v.signed_in()?;
    let mut need =
        v.run::<SurveyPage>(survey_page::Variables { slug }).await?.need.ok_or(PageError::NotFound)?;
    let survey = need.survey.take().ok_or(PageError::NotFound)?;
    let scores = Choice::words(v.t, "survey-score", &["1", "2", "3", "4", "5", "NA"]);
    Ok(SurveyTemplate { v: v.clone(), f, need, survey, scores })
}

async fn survey(v: Visitor, Path(slug): Path<String>) -> Page {
    v.page(&load(&v, slug, Form::of(&v)).await?)
}

async fn answer(v: Visitor, Path(slug): Path<String>, f: Form) -> Page {
    let mut page = load(&v, slug, f).await?;
    let answers = (0..ITEMS)
        .filter_map(|i| {
            let score = page.f.some(&format!("answers.{i}"))?;
            let item = i64::try_from(i).ok()? + 1;
            Some(answer_survey::SurveyItemInput { item, score: score.parse().ok() })
        })
        .collect();
    let input = answer_survey::AnswerSurveyInput {
        survey_id: page.survey.id.clone(),
        answers,
        comment: page.f.some("comment"),
    };
    if let Err(refused) = v.send::<AnswerSurvey>(answer_survey::Variables { input }).await? {
        page.f.refuse(&refused);
        return v.invalid(&page);
    }
    v.redirect_saying(&format!("/surveys/{}", page.need.slug), "survey-answered")
}

#[derive(Template)]
#[template(path = "quality/mine.html")]
struct MineTemplate {
    v: Visitor,
    surveys: Vec<my_surveys::MySurveysSurveysToAnswerNodes>,
    next: Option<String>,
}

async fn mine(v: Visitor, Query(After { after }): Query<After>) -> Page {
    v.signed_in()?;
    let list = v.run::<MySurveys>(my_surveys::Variables { after }).await?.surveys_to_answer;
    let next = list.page_info.end_cursor.filter(|_| list.page_info.has_next_page);
    v.page(&MineTemplate { surveys: list.nodes, next, v: v.clone() })
}

#[derive(Template)]
#[template(path = "quality/comments.html")]
struct CommentsTemplate {
    v: Visitor,
    comments: Vec<buyer_comments::BuyerCommentsSurveyCommentsNodes>,
    next: Option<String>,
}

async fn comments(v: Visitor, Query(After { after }): Query<After>) -> Page {
    v.signed_in()?;
    let list = v.run::<BuyerComments>(buyer_comments::Variables { after }).await?.survey_comments;
    let next = list.page_info.end_cursor.filter(|_| list.page_info.has_next_page);
    v.page(&CommentsTemplate { comments: list.nodes, next, v: v.clone() })
}

#[derive(Template)]
#[template(path = "quality/review.html")]
struct ReviewTemplate {
    v: Visitor,
    f: Form,
    waiting: Vec<review_comments::ReviewCommentsSurveyCommentsToReviewNodes>,
}

async fn review_page(v: &Visitor, f: Form) -> Result<ReviewTemplate, PageError> {
    v.signed_in()?;
    // Looking through the first page makes room for the next.
    let waiting = v.run::<ReviewComments>(review_comments::Variables {}).await?;
    let waiting = waiting.survey_comments_to_review.nodes;
    Ok(ReviewTemplate { v: v.clone(), f, waiting })
}

async fn to_review(v: Visitor) -> Page {
    v.page(&review_page(&v, Form::of(&v)).await?)
}

async fn review(v: Visitor, mut f: Form) -> Page {
    v.signed_in()?;
    let input = review_survey_comment::ReviewSurveyCommentInput {
        comment_id: f.text_of("commentId"),
        is_shown: f.value("show") == "yes",
    };
    if let Err(refused) = v.send::<ReviewSurveyComment>(review_survey_comment::Variables { input }).await? {
        f.refuse(&refused);
        return v.invalid(&review_page(&v, f).await?);
    }
    v.redirect_saying("/admin/comments", "comment-reviewed")
}
