//! The summary: everybody's page and the buyer's editor.

use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::routing::get;

use crate::kit::operations::types::*;
use crate::kit::{Choice, Form, Page, PageError, Stale, Visitor, Written, ui};

crate::operations! { "../../graphql/operations/summary/summary.graphql":
    SummaryPage, SummaryDesk, SaveSummaryDraft, PublishSummary
}

pub(crate) fn routes() -> Router {
    Router::new()
        .route("/needs/{slug}/summary", get(show))
        .route("/m/needs/{slug}/summary", get(edit).post(save))
        .route("/m/needs/{slug}/summary/publish", get(check).post(publish))
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

    fn sections<'a>(&self, version: &'a &Version) -> Vec<(String, &'a str)> {
        let c = &version.content;
        told(&self.v, [&c.asked_html, &c.new_facts_html, &c.changes_html])
    }
}

/// What was asked, new facts and changes, with their headings; what is empty
/// is not there.
fn told<'a>(v: &Visitor, html: [&'a String; 3]) -> Vec<(String, &'a str)> {
    [v.t.summary_asked(), v.t.summary_new_facts(), v.t.summary_changes()]
        .into_iter()
        .zip(html.map(String::as_str))
        .filter(|(_, html)| !html.is_empty())
        .collect()
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
    need: Need,
    stale: Option<Stale>,
}

impl EditTemplate {
    fn is_unshared(&self) -> bool {
        let mut found = self.need.summary_warnings.iter().flatten();
        found.any(|w| matches!(w, summary_desk::SummaryWarning::UNSHARED_DISCLOSURES))
    }

    fn rules(&self) -> Vec<Choice> {
        Choice::words(self.v.t, "participant-rule", ParticipantRule::ALL)
    }

    fn questions(&self) -> Vec<(String, &str, &str)> {
        let asked = self.need.content.iter().flat_map(|c| &c.questions);
        asked.enumerate().map(|(i, q)| (format!("answers.{i}"), q.key.as_str(), q.text.as_str())).collect()
    }
}

#[derive(Template)]
#[template(path = "summary/check.html")]
struct CheckTemplate {
    v: Visitor,
    f: Form,
    need: Need,
}

impl CheckTemplate {
    fn warnings(&self) -> Vec<String> {
        let found = self.need.summary_warnings.iter().flatten();
        found.map(|w| self.v.t.word("summary-warning", &format!("{w:?}"))).collect()
    }

    fn may_publish(&self) -> bool {
        self.need.viewer_can.publish && self.need.summary_draft.is_some()
    }

    fn sections(&self) -> Vec<(String, &str)> {
        let Some(draft) = &self.need.summary_draft else { return Vec::new() };
        let c = &draft.content;
        told(&self.v, [&c.asked_html, &c.new_facts_html, &c.changes_html])
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
    v.page(&EditTemplate { f: filled(&v, &need), need, stale: None, v: v.clone() })
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
    let mut stale = None;
    if f.is_valid() {
        match v.send::<SaveSummaryDraft>(save_summary_draft::Variables { input }).await? {
            Ok(saved) if f.is_autosave => {
                let version = saved.save_summary_draft.summary_draft.map_or(0, |d| d.version);
                return v.autosaved(&[("version", version.to_string())]);
            }
            Ok(_) if f.ticked("then") => {
                return v
                    .redirect_saying(&format!("/m/needs/{}/summary/publish", need.slug), "summary-saved");
            }
            Ok(_) => return v.redirect_saying(&format!("/m/needs/{}/summary", need.slug), "summary-saved"),
            Err(refused) => {
                if refused.is(::types::ErrorCode::StaleVersion) {
                    let path = format!("/m/needs/{}/summary", need.slug);
                    stale = Some(Stale::of(&v, &need.id, Written::Summary).await?.link(&path));
                    f.put("version", need.summary_draft.as_ref().map_or(0, |draft| draft.version));
                    f = f.beside(filled(&v, &need));
                }
                f.refuse(&refused);
            }
        }
    }
    v.invalid(&EditTemplate { f, need, stale, v: v.clone() })
}

async fn check(v: Visitor, Path(slug): Path<String>) -> Page {
    let need = load(&v, slug).await?;
    v.page(&CheckTemplate { f: Form::of(&v), need, v: v.clone() })
}

async fn publish(v: Visitor, Path(slug): Path<String>, mut f: Form) -> Page {
    let need = load(&v, slug).await?;
    let input = publish_summary::PublishSummaryInput {
        need_id: need.id.clone(),
        expected_version: f.number("version"),
        note: f.some("note"),
    };
    if let Err(refused) = v.send::<PublishSummary>(publish_summary::Variables { input }).await? {
        // What the summary lacks is told where it is written.
        let mut stored = filled(&v, &need);
        stored.refuse(&refused);
        if ["overview", "nextSteps"].iter().any(|field| stored.error(field).is_some()) {
            return v.invalid(&EditTemplate { f: stored, need, stale: None, v: v.clone() });
        }
        f.refuse(&refused);
        return v.invalid(&CheckTemplate { f, need, v: v.clone() });
    }
    v.redirect_saying(&format!("/needs/{}/summary", need.slug), "summary-published")
}
