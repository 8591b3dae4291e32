//! Responding: a list of topics, one topic a page, a check, a receipt.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::{get, post};
use serde::Deserialize;

use super::asked;
use crate::kit::operations::types::{
    Confidentiality, DateTime, Disposition, Language, NeedState, ResponseState,
};
use crate::kit::{Choice, FileRules, Form, Page, PageError, Stale, Visitor, Written, ui};

crate::operations! { "../../graphql/operations/responses/supplier.graphql":
    RespondPage, ReceiptPage, OwnResponses, SaveResponseDraft, SubmitResponse, WithdrawResponse,
    WithdrawPassage
}

pub(crate) fn routes() -> Router {
    Router::new()
        .route("/needs/{slug}/respond", get(overview))
        .route("/needs/{slug}/respond/access", get(access).post(save_access))
        .route("/needs/{slug}/respond/check", get(check).post(submit))
        .route("/needs/{slug}/respond/withdraw", post(withdraw))
        .route("/needs/{slug}/respond/receipt", get(receipt))
        .route("/needs/{slug}/respond/{key}", get(topic).post(save))
        .route("/supplier/responses", get(own))
        .route("/supplier/responses/withdraw", post(withdraw_passage))
}

type Need = respond_page::RespondPageNeed;
type Topic = respond_page::RespondPageNeedResponseTopics;

/// A need as a supplier responds to it.
pub(super) struct Responding {
    pub(super) need: Need,
    pub(super) rules: FileRules,
}

impl Responding {
    pub(super) fn path(&self) -> String {
        format!("/needs/{}/respond", self.need.slug)
    }

    pub(super) fn need_path(&self) -> String {
        format!("/needs/{}", self.need.slug)
    }

    /// Whether what is written can be submitted, now or when the dialogue is taken up again.
    pub(super) fn can_write(&self) -> bool {
        self.need.is_open || self.need.state == NeedState::OnHold
    }

    /// Why nothing can be submitted, and what becomes of what was written.
    pub(super) fn why_closed(&self, v: &Visitor) -> Option<String> {
        if self.need.is_open {
            return None;
        }
        let why = v.why_closed(self.need.state, self.need.competition_announced_at.is_some());
        let why = why.unwrap_or_else(|| v.t.respond_closed());
        let kept = if self.can_write() { v.t.respond_kept_on_hold() } else { v.t.respond_kept() };
        Some(format!("{why} {kept}"))
    }

    fn version(&self) -> Option<i64> {
        self.need.my_response.as_ref().map(|r| r.version.unwrap_or_default())
    }

    fn state(&self) -> ResponseState {
        self.need.my_response.as_ref().map_or(ResponseState::Draft, |r| r.state)
    }

    /// Whether there is something that the buyer does not have yet.
    fn is_unsent(&self) -> bool {
        let response = self.need.my_response.as_ref();
        response.is_none_or(|r| r.state != ResponseState::Submitted || r.is_changed == Some(true))
    }

    fn has_receipt(&self) -> bool {
        self.need.my_response.as_ref().is_some_and(|r| r.submitted_at.is_some())
    }

    /// The files of the draft.
    pub(super) fn files(&self) -> &[respond_page::RespondPageNeedMyResponseFiles] {
        self.need.my_response.as_ref().map_or(&[], |r| &r.files)
    }

    fn consent(&self) -> Option<&respond_page::RespondPageNeedMyResponseConsent> {
        self.need.my_response.as_ref()?.consent.as_ref()
    }

    fn is_answered(topic: &Topic) -> bool {
        !topic.text.is_empty()
    }

    /// What is missing at a topic before the response can be submitted.
    pub(super) fn missing(&self, key: &str) -> Vec<&str> {
        let all = self.need.my_response.iter().flat_map(|r| &r.missing);
        let at = all.filter(|e| e.path.as_ref().is_some_and(|p| p.get(1).is_some_and(|k| k == key)));
        at.map(|e| e.message.as_str()).collect()
    }

    /// What to say at the reason of a topic or file that is marked without one.
    pub(super) fn unreasoned(&self, key: &str) -> Option<String> {
        let mut all = self.need.my_response.iter().flat_map(|r| &r.missing);
        let path = ["answers", key, "claimReason"];
        let found = all.find(|e| e.path.as_ref().is_some_and(|p| p.iter().eq(path)));
        found.map(|e| e.message.clone())
    }

    /// What is missing in the whole.
    fn missing_in_all(&self) -> Vec<&str> {
        let all = self.need.my_response.iter().flat_map(|r| &r.missing);
        all.filter(|e| e.path.as_ref().is_some_and(|p| p.len() == 1)).map(|e| e.message.as_str()).collect()
    }

    fn title(v: &Visitor, topic: &Topic) -> String {
        asked(v, topic.question.as_deref())
    }
}

/// The need, or where else its buyer's people should be.
pub(super) async fn load(v: &Visitor, slug: String) -> Result<Responding, PageError> {
    v.signed_in()?;
    let data = v.run::<RespondPage>(respond_page::Variables { slug }).await?;
    let need = data.need.ok_or(PageError::NotFound)?;
    Ok(Responding { need, rules: crate::file_rules!(data.file_rules) })
}

#[derive(Template)]
#[template(path = "responses/overview.html")]
struct OverviewTemplate {
    v: Visitor,
    f: Form,
    r: Responding,
}

impl OverviewTemplate {
    /// Why the one who is signed in can't respond, if so.
    fn obstacle(&self) -> Option<String> {
        match self.v.viewer().map(|viewer| viewer.acting.as_ref()) {
            Some(Some(acting)) if acting.organisation.kind.is_buyer() => Some(self.v.t.respond_buyer()),
            Some(Some(_)) => None,
            _ => Some(self.v.t.respond_nobody()),
        }
    }
}

async fn overview(v: Visitor, Path(slug): Path<String>) -> Page {
    let r = load(&v, slug).await?;
    if r.need.viewer_can.is_owner {
        return v.redirect(&format!("/m/needs/{}/responses", r.need.slug));
    }
    v.page(&OverviewTemplate { f: Form::of(&v), r, v: v.clone() })
}

#[derive(Template)]
#[template(path = "responses/topic.html")]
struct TopicTemplate {
    v: Visitor,
    f: Form,
    r: Responding,
    index: usize,
    stale: Option<Stale>,
    /// It is saved, but something is missing.
    is_kept: bool,
}

impl TopicTemplate {
    fn topic(&self) -> &Topic {
        &self.r.need.response_topics[self.index]
    }

    fn label(&self) -> String {
        if self.topic().question.is_some() { self.v.t.respond_answer() } else { self.v.t.respond_free_text() }
    }
}

async fn topic_of(v: &Visitor, slug: String, key: &str) -> Result<(Responding, usize), PageError> {
    let r = load(v, slug).await?;
    let index = r.need.response_topics.iter().position(|t| t.key == key).ok_or(PageError::NotFound)?;
    Ok((r, index))
}

async fn topic(v: Visitor, Path((slug, key)): Path<(String, String)>) -> Page {
    let (r, index) = topic_of(&v, slug, &key).await?;
    v.page(&TopicTemplate { f: filled(&v, &r, index), r, index, stale: None, is_kept: false, v: v.clone() })
}

/// The form as the draft has it.
fn filled(v: &Visitor, r: &Responding, index: usize) -> Form {
    let topic = &r.need.response_topics[index];
    let f = Form::of(v)
        .with_some("version", r.version())
        .with("answers.0.text", &topic.text)
        .with("answers.0.claimReason", &topic.claim_reason);
    if topic.is_secret { f.with("answers.0.isSecret", "true") } else { f }
}

async fn save(v: Visitor, Path((slug, key)): Path<(String, String)>, mut f: Form) -> Page {
    let (r, index) = topic_of(&v, slug, &key).await?;
    let answer = save_response_draft::ResponseAnswerInput {
        key,
        text: Some(f.value("answers.0.text").to_owned()),
        is_secret: Some(f.ticked("answers.0.isSecret")),
        claim_reason: Some(f.value("answers.0.claimReason").to_owned()),
    };
    let input = save_response_draft::SaveResponseDraftInput {
        need_id: r.need.id.clone(),
        expected_version: f.number("version"),
        answers: vec![answer],
        consent: None,
    };
    match v.send::<SaveResponseDraft>(save_response_draft::Variables { input }).await? {
        Ok(data) if f.is_autosave => {
            let version = data.save_response_draft.response.and_then(|r| r.version).unwrap_or_default();
            v.autosaved(&[("version", version.to_string())])
        }
        Ok(_) => {
            // What was written is kept; the mark without a reason is told now, not when all is written.
            let (r, index) = topic_of(&v, r.need.slug, &r.need.response_topics[index].key).await?;
            if let Some(message) = r.unreasoned(&r.need.response_topics[index].key) {
                f.put("version", r.version().unwrap_or_default());
                f.fail_saying("answers.0.claimReason", message);
                return v.invalid(&TopicTemplate { f, r, index, stale: None, is_kept: true, v: v.clone() });
            }
            let next = r.need.response_topics.get(index + 1).filter(|_| f.get("to") == Some("next"));
            let path = next.map_or_else(|| r.path(), |t| format!("{}/{}", r.path(), t.key));
            v.redirect_saying(&path, "response-saved")
        }
        Err(refused) => {
            let mut stale = None;
            if let Some(response) = &r.need.my_response
                && refused.is(::types::ErrorCode::StaleVersion)
            {
                stale = Some(Stale::of(&v, &response.id, Written::Itself).await?);
                f.put("version", r.version().unwrap_or_default());
                f = f.beside(filled(&v, &r, index));
            }
            f.refuse(&refused);
            v.invalid(&TopicTemplate { f, r, index, stale, is_kept: false, v: v.clone() })
        }
    }
}

#[derive(Template)]
#[template(path = "responses/access.html")]
struct AccessTemplate {
    v: Visitor,
    f: Form,
    r: Responding,
    readers: Vec<Choice>,
}

/// The partner buyers to choose among: those that stand behind the need, and those chosen before.
fn readers(r: &Responding) -> Vec<Choice> {
    let chosen = r.consent().into_iter().flat_map(|c| &c.secret_readers);
    let mut all: Vec<(&str, &str)> = chosen.map(|o| (o.id.as_str(), o.name.as_str())).collect();
    for o in &r.need.possible_readers {
        if !all.iter().any(|(id, _)| *id == o.id) {
            all.push((&o.id, &o.name));
        }
    }
    all.into_iter().map(|(id, name)| Choice::new(id, name)).collect()
}

async fn access(v: Visitor, Path(slug): Path<String>) -> Page {
    let r = load(&v, slug).await?;
    let consent = r.consent();
    let mut f = Form::of(&v).with_some("version", r.version());
    if let Some(consent) = consent {
        f = f.with_all("consent.secretReaders", consent.secret_readers.iter().map(|o| &o.id));
        if consent.partners_read {
            f = f.with("consent.partnersRead", "true");
        }
    }
    v.page(&AccessTemplate { f, readers: readers(&r), r, v: v.clone() })
}

async fn save_access(v: Visitor, Path(slug): Path<String>, mut f: Form) -> Page {
    let r = load(&v, slug).await?;
    let consent = save_response_draft::ResponseConsentInput {
        partners_read: f.ticked("consent.partnersRead"),
        secret_readers: f.all("consent.secretReaders"),
    };
    let input = save_response_draft::SaveResponseDraftInput {
        need_id: r.need.id.clone(),
        expected_version: f.number("version"),
        answers: Vec::new(),
        consent: Some(consent),
    };
    if let Err(refused) = v.send::<SaveResponseDraft>(save_response_draft::Variables { input }).await? {
        f.refuse(&refused);
        return v.invalid(&AccessTemplate { f, readers: readers(&r), r, v: v.clone() });
    }
    v.redirect_saying(&r.path(), "response-access-saved")
}

#[derive(Template)]
#[template(path = "responses/check.html")]
struct CheckTemplate {
    v: Visitor,
    f: Form,
    r: Responding,
}

async fn check(v: Visitor, Path(slug): Path<String>) -> Page {
    let r = load(&v, slug).await?;
    let f = Form::of(&v).with_some("version", r.version());
    v.page(&CheckTemplate { f, r, v: v.clone() })
}

async fn submit(v: Visitor, Path(slug): Path<String>, mut f: Form) -> Page {
    let r = load(&v, slug).await?;
    let input = submit_response::SubmitResponseInput {
        need_id: r.need.id.clone(),
        expected_version: f.number("version"),
    };
    if let Err(refused) = v.send::<SubmitResponse>(submit_response::Variables { input }).await? {
        f.refuse(&refused);
        return v.invalid(&CheckTemplate { f, r, v: v.clone() });
    }
    v.redirect_saying(&format!("{}/receipt", r.path()), "response-submitted")
}

async fn withdraw(v: Visitor, Path(slug): Path<String>, mut f: Form) -> Page {
    let r = load(&v, slug).await?;
    let input = withdraw_response::WithdrawResponseInput {
        need_id: r.need.id.clone(),
        expected_version: f.number("version"),
    };
    if let Err(refused) = v.send::<WithdrawResponse>(withdraw_response::Variables { input }).await? {
        f.refuse(&refused);
        return v.invalid(&OverviewTemplate { f, r, v: v.clone() });
    }
    v.redirect_saying(&r.path(), "response-withdrawn")
}

type Submission = receipt_page::ReceiptPageNeedMyResponseSubmissions;

#[derive(Template)]
#[template(path = "responses/receipt.html")]
struct ReceiptTemplate {
    v: Visitor,
    need: receipt_page::ReceiptPageNeed,
    state: ResponseState,
    submission: Submission,
    numbers: Vec<i64>,
}

impl ReceiptTemplate {
    fn path(&self) -> String {
        format!("/needs/{}/respond", self.need.slug)
    }

    fn is_latest(&self) -> bool {
        self.numbers.first() == Some(&self.submission.number)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ReceiptQuery {
    number: Option<i64>,
}

async fn receipt(v: Visitor, Path(slug): Path<String>, Query(q): Query<ReceiptQuery>) -> Page {
    v.signed_in()?;
    let need = v.run::<ReceiptPage>(receipt_page::Variables { slug }).await?.need;
    let need = need.ok_or(PageError::NotFound)?;
    let response = need.my_response.as_ref().ok_or(PageError::NotFound)?;
    let (state, numbers) = (response.state, response.submissions.iter().map(|s| s.number).collect());
    let wanted = response.submissions.iter().find(|s| q.number.is_none_or(|n| n == s.number));
    let submission = wanted.cloned().ok_or(PageError::NotFound)?;
    v.page(&ReceiptTemplate { need, state, submission, numbers, v: v.clone() })
}

type Own = own_responses::OwnResponsesMyResponsesNodes;

#[derive(Template)]
#[template(path = "responses/own.html")]
struct OwnTemplate {
    v: Visitor,
    f: Form,
    responses: Vec<Own>,
    next: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PageQuery {
    after: Option<String>,
}

async fn own_of(v: &Visitor, f: Form, after: Option<String>) -> Result<OwnTemplate, PageError> {
    v.signed_in()?;
    let list = v.run::<OwnResponses>(own_responses::Variables { after }).await?.my_responses;
    let next = list.page_info.end_cursor.filter(|_| list.page_info.has_next_page);
    Ok(OwnTemplate { f, responses: list.nodes, next, v: v.clone() })
}

async fn own(v: Visitor, Query(q): Query<PageQuery>) -> Page {
    let page = own_of(&v, Form::of(&v), q.after).await?;
    v.page(&page)
}

async fn withdraw_passage(v: Visitor, mut f: Form) -> Page {
    v.signed_in()?;
    let input = withdraw_passage::WithdrawPassageInput { passage_id: f.text_of("passageId") };
    if let Err(refused) = v.send::<WithdrawPassage>(withdraw_passage::Variables { input }).await? {
        f.refuse(&refused);
        let page = own_of(&v, f, None).await?;
        return v.invalid(&page);
    }
    v.redirect_saying("/supplier/responses", "passage-withdrawn")
}
