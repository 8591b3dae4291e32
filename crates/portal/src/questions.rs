//! Questions: asking one, the buyer's desk, the own ones.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::{get, post};

use crate::kit::operations::types::*;
use crate::kit::{After, Form, Page, PageError, Visitor, ui};

crate::operations! { "../../graphql/operations/questions/questions.graphql":
    AskPage, AskQuestion, QuestionDesk, AnswerQuestion, DeclineQuestion, PublishAnnouncement, MyQuestions,
    WithdrawQuestion
}

pub(crate) fn routes() -> Router {
    Router::new()
        .route("/needs/{slug}/ask", get(show).post(ask))
        .route("/m/needs/{slug}/questions", get(desk))
        .route("/m/needs/{slug}/questions/{index}/answer", post(answer))
        .route("/m/needs/{slug}/questions/{index}/decline", post(decline))
        .route("/m/needs/{slug}/announce", post(announce))
        .route("/my/questions", get(mine))
        .route("/my/questions/withdraw", post(withdraw))
}

#[derive(Template)]
#[template(path = "questions/ask.html")]
struct AskTemplate {
    v: Visitor,
    f: Form,
    need: ask_page::AskPageNeed,
}

impl AskTemplate {
    fn path(&self) -> String {
        format!("/needs/{}", self.need.slug)
    }

    /// Why no question is taken.
    fn why_closed(&self) -> String {
        let why = self.v.why_closed(self.need.state, self.need.competition_announced_at.is_some());
        why.unwrap_or_else(|| self.v.t.question_closed())
    }
}

/// What both ways to the page need.
async fn load(v: &Visitor, slug: String) -> Result<ask_page::AskPageNeed, PageError> {
    v.signed_in()?;
    v.run::<AskPage>(ask_page::Variables { slug }).await?.need.ok_or(PageError::NotFound)
}

async fn show(v: Visitor, Path(slug): Path<String>) -> Page {
    let need = load(&v, slug).await?;
    v.page(&AskTemplate { f: Form::of(&v), need, v: v.clone() })
}

async fn ask(v: Visitor, Path(slug): Path<String>, mut f: Form) -> Page {
    let need = load(&v, slug).await?;
    let input = ask_question::AskQuestionInput { need_id: need.id.clone(), text: f.text_of("text") };
    if let Err(refused) = v.send::<AskQuestion>(ask_question::Variables { input }).await? {
        f.refuse(&refused);
        return v.invalid(&AskTemplate { f, need, v: v.clone() });
    }
    v.redirect_saying(&format!("/needs/{}", need.slug), "question-sent")
}

type Desk = question_desk::QuestionDeskNeed;
type DeskQuestion = question_desk::QuestionDeskNeedMarketQuestionsNodes;

#[derive(Template)]
#[template(path = "questions/desk.html")]
struct DeskTemplate {
    v: Visitor,
    /// The form that was refused, and which: a question's id, or `announce`.
    f: Form,
    refused: Option<String>,
    empty: Form,
    need: Desk,
}

impl DeskTemplate {
    fn new(v: &Visitor, need: Desk, refused: Option<(String, Form)>) -> Self {
        let (refused, f) = match refused {
            Some((which, form)) => (Some(which), form),
            None => (None, Form::of(v)),
        };
        Self { v: v.clone(), f, refused, empty: Form::of(v), need }
    }

    /// The form of one question: as it was typed, if it is the refused one.
    fn form_of(&self, which: &str) -> &Form {
        if self.refused.as_deref() == Some(which) { &self.f } else { &self.empty }
    }

    fn is_refused(&self, which: &str) -> bool {
        self.refused.as_deref() == Some(which)
    }

    fn waiting(&self) -> Vec<&DeskQuestion> {
        self.need.market_questions.nodes.iter().filter(|q| q.state == QuestionState::Received).collect()
    }

    fn done(&self) -> Vec<&DeskQuestion> {
        self.need.market_questions.nodes.iter().filter(|q| q.state != QuestionState::Received).collect()
    }
}

async fn desk_of(v: &Visitor, slug: String) -> Result<Desk, PageError> {
    v.signed_in()?;
    let need =
        v.run::<QuestionDesk>(question_desk::Variables { slug }).await?.need.ok_or(PageError::NotFound)?;
    if need.viewer_can.is_owner { Ok(need) } else { Err(PageError::NotFound) }
}

async fn desk(v: Visitor, Path(slug): Path<String>) -> Page {
    let need = desk_of(&v, slug).await?;
    v.page(&DeskTemplate::new(&v, need, None))
}

async fn answer(v: Visitor, Path((slug, id)): Path<(String, String)>, mut f: Form) -> Page {
    let need = desk_of(&v, slug).await?;
    let input = answer_question::AnswerQuestionInput {
        question_id: id.clone(),
        published_text: f.some("publishedText"),
        answer: f.text_of("answer"),
        expected_version: f.number("version"),
    };
    if let Err(refused) = v.send::<AnswerQuestion>(answer_question::Variables { input }).await? {
        f.refuse(&refused);
        return v.invalid(&DeskTemplate::new(&v, need, Some((id, f))));
    }
    v.redirect_saying(&format!("/m/needs/{}/questions", need.slug), "question-answered")
}

async fn decline(v: Visitor, Path((slug, id)): Path<(String, String)>, mut f: Form) -> Page {
    let need = desk_of(&v, slug).await?;
    let input =
        decline_question::DeclineQuestionInput { question_id: id.clone(), reason: f.text_of("reason") };
    if let Err(refused) = v.send::<DeclineQuestion>(decline_question::Variables { input }).await? {
        f.refuse(&refused);
        return v.invalid(&DeskTemplate::new(&v, need, Some((id, f))));
    }
    v.redirect_saying(&format!("/m/needs/{}/questions", need.slug), "question-declined")
}

async fn announce(v: Visitor, Path(slug): Path<String>, mut f: Form) -> Page {
    let need = desk_of(&v, slug).await?;
    let input = publish_announcement::PublishAnnouncementInput {
        need_id: need.id.clone(),
        title: f.text_of("title"),
        body: f.text_of("body"),
    };
    if let Err(refused) = v.send::<PublishAnnouncement>(publish_announcement::Variables { input }).await? {
        f.refuse(&refused);
        return v.invalid(&DeskTemplate::new(&v, need, Some(("announce".to_owned(), f))));
    }
    v.redirect_saying(&format!("/m/needs/{}/questions", need.slug), "announcement-published")
}

#[derive(Template)]
#[template(path = "questions/mine.html")]
struct MineTemplate {
    v: Visitor,
    f: Form,
    questions: Vec<my_questions::MyQuestionsMyQuestionsNodes>,
    next: Option<String>,
}

impl MineTemplate {
    async fn of(v: &Visitor, f: Form, after: Option<String>) -> Result<Self, PageError> {
        let list = v.run::<MyQuestions>(my_questions::Variables { after }).await?.my_questions;
        let next = list.page_info.end_cursor.filter(|_| list.page_info.has_next_page);
        Ok(Self { v: v.clone(), f, questions: list.nodes, next })
    }
}

async fn mine(v: Visitor, Query(After { after }): Query<After>) -> Page {
    v.signed_in()?;
    v.page(&MineTemplate::of(&v, Form::of(&v), after).await?)
}

async fn withdraw(v: Visitor, mut f: Form) -> Page {
    v.signed_in()?;
    let input = withdraw_question::WithdrawQuestionInput { question_id: f.text_of("questionId") };
    if let Err(refused) = v.send::<WithdrawQuestion>(withdraw_question::Variables { input }).await? {
        f.refuse(&refused);
        return v.invalid(&MineTemplate::of(&v, f, None).await?);
    }
    v.redirect_saying("/my/questions", "question-withdrawn")
}
