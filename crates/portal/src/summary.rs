//! The summary: everybody's page and the buyer's editor.

use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};

use crate::kit::operations::types::*;
use crate::kit::{Choice, Form, Page, PageError, Visitor, ui};

crate::operations! { "../../graphql/operations/summary/summary.graphql":
    SummaryPage, SummaryDesk, SaveSummaryDraft, PublishSummary
}

pub(crate) fn routes() -> Router {
    Router::new()
        .route("/needs/{slug}/summary", get(show))
        .route("/m/needs/{slug}/summary", get(edit).post(save))
        .route("/m/needs/{slug}/summary/publish", post(publish))
}

type Version = summary_page::SummaryPageNeedSummaryVersions;

#[derive(Template)]
#[template(path = "summary/page.html")]
struct SummaryTemplate {
    v: Visitor,
    need: summary_page::SummaryPageNeed,
}

impl SummaryTemplate {
    fn path(&self) -> String {
        format!("/needs/{}", self.need.slug)
    }

    /// The parts of a version in the order of the page; what is empty is not there.
    fn sections<'a>(&self, version: &'a Version) -> Vec<(String, &'a str)> {
        let (t, c) = (self.v.t, &version.content);
        [
            (t.summary_asked(), &c.asked_html),
            (t.summary_new_facts(), &c.new_facts_html),
            (t.summary_changes(), &c.changes_html),
        ]
        .into_iter()
        .filter(|(_, html)| !html.is_empty())
        .map(|(title, html)| (title, html.as_str()))
        .collect()
    }
}

async fn show(v: Visitor, Path(slug): Path<String>) -> Page {
    let need = v.run::<SummaryPage>(summary_page::Variables { slug }).await?.need;
    let need = need.filter(|n| !n.summary_versions.is_empty()).ok_or(PageError::NotFound)?;
    v.page(&SummaryTemplate { v: v.clone(), need })
}

type Need = summary_desk::SummaryDeskNeed;

#[derive(Template)]
#[template(path = "summary/edit.html")]
struct EditTemplate {
    v: Visitor,
    f: Form,
    /// Which form was refused: `save`, `publish` or none.
    refused: &'static str,
    need: Need,
}

impl EditTemplate {
    fn rules(&self) -> Vec<Choice> {
        Choice::words(self.v.t, "participant-rule", ParticipantRule::ALL)
    }

    fn questions(&self) -> Vec<(String, &str, &str)> {
        let asked = self.need.content.iter().flat_map(|c| &c.questions);
        asked
            .enumerate()
            .map(|(i, q)| (format!("answers.{i}"), q.key.as_str(), q.text.as_str()))
            .collect()
    }

    fn warnings(&self) -> Vec<String> {
        let found = self.need.summary_warnings.iter().flatten();
        found.map(|w| self.v.t.word("summary-warning", &format!("{w:?}"))).collect()
    }

    fn may_publish(&self) -> bool {
        self.need.viewer_can.publish && self.need.summary_draft.is_some()
    }
}

async fn load(v: &Visitor, slug: String) -> Result<Need, PageError> {
    v.signed_in()?;
    let need = v.run::<SummaryDesk>(summary_desk::Variables { slug }).await?.need;
    need.filter(|n| n.viewer_can.is_owner).ok_or(PageError::NotFound)
}

/// The form as the draft has it.
fn filled(v: &Visitor, need: &Need) -> Form {
    let Some(draft) = &need.summary_draft else {
        return Form::of(v).with("participants", ParticipantRule::Count).with("version", 0);
    };
    let c = &draft.content;
    let mut f = Form::of(v)
        .with("version", draft.version)
        .with("overview", &c.overview)
        .with("participants", c.participants)
        .with("asked", &c.asked)
        .with("newFacts", &c.new_facts)
        .with("changes", &c.changes)
        .with("nextSteps", &c.next_steps)
        .with_some("nextOn", c.next_on);
    for (i, question) in need.content.iter().flat_map(|c| &c.questions).enumerate() {
        let text = c.answers.iter().find(|a| a.key == question.key).map(|a| a.text.as_str());
        f = f.with_some(&format!("answers.{i}.text"), text);
    }
    f
}

async fn edit(v: Visitor, Path(slug): Path<String>) -> Page {
    let need = load(&v, slug).await?;
    v.page(&EditTemplate { f: filled(&v, &need), refused: "", need, v: v.clone() })
}

async fn save(v: Visitor, Path(slug): Path<String>, mut f: Form) -> Page {
    let need = load(&v, slug).await?;
    let answers = f.indices("answers").into_iter().map(|i| save_summary_draft::SummaryAnswerInput {
        key: f.text_of(&format!("answers.{i}.key")),
        text: f.text_of(&format!("answers.{i}.text")),
    });
    let answers = answers.collect();
    let next_on = f.day("nextOn");
    let input = save_summary_draft::SaveSummaryDraftInput {
        need_id: need.id.clone(),
        expected_version: f.number("version"),
        overview: Some(f.text_of("overview")),
        participants: f.read("participants"),
        asked: Some(f.text_of("asked")),
        answers: Some(answers),
        new_facts: Some(f.text_of("newFacts")),
        changes: Some(f.text_of("changes")),
        next_steps: Some(f.text_of("nextSteps")),
        next_on,
    };
    if f.is_valid() {
        match v.send::<SaveSummaryDraft>(save_summary_draft::Variables { input }).await? {
            Ok(saved) if f.is_autosave => {
                let version = saved.save_summary_draft.summary_draft.map_or(0, |d| d.version);
                return v.autosaved(&[("version", version.to_string())]);
            }
            Ok(_) => return v.redirect_saying(&format!("/m/needs/{}/summary", need.slug), "summary-saved"),
            Err(refused) => f.refuse(&refused),
        }
    }
    v.invalid(&EditTemplate { f, refused: "save", need, v: v.clone() })
}

async fn publish(v: Visitor, Path(slug): Path<String>, mut f: Form) -> Page {
    let need = load(&v, slug).await?;
    let input = publish_summary::PublishSummaryInput {
        need_id: need.id.clone(),
        expected_version: f.number("version"),
        note: f.some("note"),
    };
    if let Err(refused) = v.send::<PublishSummary>(publish_summary::Variables { input }).await? {
        // The editor shows what is stored, with what it lacks told at the fields.
        let mut filled = filled(&v, &need).with("note", f.text_of("note"));
        filled.refuse(&refused);
        return v.invalid(&EditTemplate { f: filled, refused: "publish", need, v: v.clone() });
    }
    v.redirect_saying(&format!("/needs/{}/summary", need.slug), "summary-published")
}
