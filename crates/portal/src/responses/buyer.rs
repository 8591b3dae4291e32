//! The buyer's side: the list, one response with its input points, and all
//! answers to one question side by side. Nothing is ranked.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::{get, post};
use serde::Deserialize;

use super::asked;
use crate::kit::operations::types::{ClaimState, Confidentiality, DateTime, Disposition, Language};
use crate::kit::{Choice, Form, Page, PageError, Visitor, ui};

crate::operations! { "../../graphql/operations/responses/buyer.graphql":
    NeedResponses, ReadResponse, CompareResponses, AcknowledgeResponse, DisposePassage, DecideConfidentiality
}

pub(crate) fn routes() -> Router {
    Router::new()
        .route("/m/needs/{slug}/responses", get(list))
        .route("/m/needs/{slug}/compare", get(compare))
        .route("/m/responses/{id}", get(read))
        .route("/m/responses/{id}/acknowledge", post(acknowledge))
        .route("/m/responses/{id}/{passage}/dispose", post(dispose))
        .route("/m/responses/{id}/{passage}/decide", post(decide))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ListQuery {
    after: Option<String>,
    question: Option<String>,
}

type Listed = need_responses::NeedResponsesNeedResponsesNodes;

#[derive(Template)]
#[template(path = "responses/list.html")]
struct ListTemplate {
    v: Visitor,
    need: need_responses::NeedResponsesNeed,
    next: Option<String>,
}

impl ListTemplate {
    /// How many input points wait for what became of them.
    fn waiting(response: &Listed) -> usize {
        response.passages.iter().filter(|p| !p.disposition.is_outcome()).count()
    }

    /// How many claims wait for a decision.
    fn claims(response: &Listed) -> usize {
        response.passages.iter().filter(|p| p.confidentiality == Confidentiality::Claimed).count()
    }
}

async fn list(v: Visitor, Path(slug): Path<String>, Query(q): Query<ListQuery>) -> Page {
    v.signed_in()?;
    let variables = need_responses::Variables { slug, after: q.after };
    let need = v.run::<NeedResponses>(variables).await?.need.ok_or(PageError::NotFound)?;
    let page = &need.responses.page_info;
    let next = page.end_cursor.clone().filter(|_| page.has_next_page);
    v.page(&ListTemplate { need, next, v: v.clone() })
}

type Response = read_response::ReadResponseNodeOnResponse;
type Passage = read_response::ReadResponseNodeOnResponsePassages;

#[derive(Template)]
#[template(path = "responses/read.html")]
struct ReadTemplate {
    v: Visitor,
    /// The form that was refused, and which: `dispose` or `decide` with the passage's id.
    f: Form,
    refused: Option<String>,
    empty: Form,
    response: Response,
}

impl ReadTemplate {
    fn new(v: &Visitor, response: Response, refused: Option<(String, Form)>) -> Self {
        let (refused, f) = match refused {
            Some((which, form)) => (Some(which), form),
            None => (None, Form::of(v)),
        };
        Self { v: v.clone(), f, refused, empty: Form::of(v), response }
    }

    fn path(&self) -> String {
        format!("/m/needs/{}/responses", self.response.need.slug)
    }

    fn is_refused(&self, step: &str, passage: &Passage) -> bool {
        self.refused.as_deref() == Some(&format!("{step}-{}", passage.id))
    }

    /// The form of one step of one passage: as it was typed, if it is the refused one.
    fn form_of(&self, step: &str, passage: &Passage) -> &Form {
        if self.is_refused(step, passage) { &self.f } else { &self.empty }
    }

    fn is_unread(&self) -> bool {
        self.response.passages.iter().any(|p| p.disposition == Disposition::Received)
    }

    fn outcomes(&self) -> Vec<Choice> {
        let outcomes: Vec<Disposition> =
            Disposition::ALL.iter().copied().filter(|d| d.is_outcome()).collect();
        Choice::words(self.v.t, "disposition", &outcomes)
    }

    fn decisions(&self) -> Vec<Choice> {
        Choice::words(self.v.t, "confidentiality", &[Confidentiality::Accepted, Confidentiality::Rejected])
    }

    /// Whether a claim can be decided on, for the first time or anew.
    fn may_decide(&self, passage: &Passage) -> bool {
        let is_claim = match passage.confidentiality {
            Confidentiality::Open => false,
            Confidentiality::Rejected => passage.released_at.is_some_and(|at| at > self.v.now()),
            Confidentiality::Claimed | Confidentiality::Accepted => true,
        };
        is_claim && passage.withdrawn_at.is_none()
    }
}

async fn load(v: &Visitor, id: String) -> Result<Response, PageError> {
    v.signed_in()?;
    match v.run::<ReadResponse>(read_response::Variables { id }).await?.node {
        Some(read_response::ReadResponseNode::Response(response)) => Ok(response),
        _ => Err(PageError::NotFound),
    }
}

async fn read(v: Visitor, Path(id): Path<String>) -> Page {
    let response = load(&v, id).await?;
    v.page(&ReadTemplate::new(&v, response, None))
}

async fn acknowledge(v: Visitor, Path(id): Path<String>, mut f: Form) -> Page {
    let response = load(&v, id.clone()).await?;
    let input = acknowledge_response::AcknowledgeResponseInput { response_id: id.clone() };
    if let Err(refused) = v.send::<AcknowledgeResponse>(acknowledge_response::Variables { input }).await? {
        f.refuse(&refused);
        return v.invalid(&ReadTemplate::new(&v, response, Some(("acknowledge".to_owned(), f))));
    }
    v.redirect_saying(&format!("/m/responses/{id}"), "response-acknowledged")
}

async fn dispose(v: Visitor, Path((id, passage)): Path<(String, String)>, mut f: Form) -> Page {
    let response = load(&v, id.clone()).await?;
    let Some(disposition) = f.read("disposition") else {
        f.fail("disposition", ::types::ErrorCode::Required);
        return v.invalid(&ReadTemplate::new(&v, response, Some((format!("dispose-{passage}"), f))));
    };
    let input = dispose_passage::DisposePassageInput {
        passage_id: passage.clone(),
        expected_version: f.number("version"),
        disposition,
        reason: f.text_of("reason"),
    };
    if let Err(refused) = v.send::<DisposePassage>(dispose_passage::Variables { input }).await? {
        f.refuse(&refused);
        return v.invalid(&ReadTemplate::new(&v, response, Some((format!("dispose-{passage}"), f))));
    }
    v.redirect_saying(&format!("/m/responses/{id}"), "passage-disposed")
}

async fn decide(v: Visitor, Path((id, passage)): Path<(String, String)>, mut f: Form) -> Page {
    let response = load(&v, id.clone()).await?;
    let decision: Option<Confidentiality> = f.read("isAccepted");
    if decision.is_none() {
        f.fail("isAccepted", ::types::ErrorCode::Required);
        return v.invalid(&ReadTemplate::new(&v, response, Some((format!("decide-{passage}"), f))));
    }
    let input = decide_confidentiality::DecideConfidentialityInput {
        passage_id: passage.clone(),
        expected_version: f.number("version"),
        is_accepted: decision == Some(Confidentiality::Accepted),
        reason: f.text_of("reason"),
    };
    if let Err(refused) = v.send::<DecideConfidentiality>(decide_confidentiality::Variables { input }).await?
    {
        f.refuse(&refused);
        return v.invalid(&ReadTemplate::new(&v, response, Some((format!("decide-{passage}"), f))));
    }
    v.redirect_saying(&format!("/m/responses/{id}"), "confidentiality-decided")
}

#[derive(Template)]
#[template(path = "responses/compare.html")]
struct CompareTemplate {
    v: Visitor,
    need: compare_responses::CompareResponsesNeed,
    question: String,
    next: Option<String>,
}

impl CompareTemplate {
    fn path(&self) -> String {
        format!("/m/needs/{}/responses", self.need.slug)
    }

    fn title(&self) -> String {
        let found = self.need.answered_questions.iter().find(|q| q.key == self.question);
        asked(&self.v, found.and_then(|q| q.question.as_deref()))
    }
}

async fn compare(v: Visitor, Path(slug): Path<String>, Query(q): Query<ListQuery>) -> Page {
    v.signed_in()?;
    let ask = |question: String| compare_responses::Variables {
        slug: slug.clone(),
        question,
        after: q.after.clone(),
    };
    let mut question = q.question.clone().unwrap_or_else(|| "q1".to_owned());
    let mut need = v.run::<CompareResponses>(ask(question.clone())).await?.need.ok_or(PageError::NotFound)?;
    // Without a choice: the first question that somebody answered.
    if q.question.is_none()
        && let Some(first) = need.answered_questions.first().filter(|first| first.key != question)
    {
        question.clone_from(&first.key);
        need = v.run::<CompareResponses>(ask(question.clone())).await?.need.ok_or(PageError::NotFound)?;
    }
    let page = &need.comparison.page_info;
    let next = page.end_cursor.clone().filter(|_| page.has_next_page);
    v.page(&CompareTemplate { need, question, next, v: v.clone() })
}
