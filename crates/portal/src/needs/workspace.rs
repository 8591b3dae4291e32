//! The buyer's side: the worklist, a need's overview, and every step of its life.

use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};

use crate::kit::operations::types::*;
use crate::kit::{Form, Page, PageError, Visitor, ui};

crate::operations! { "../../graphql/operations/needs/workspace.graphql":
    Worklist, NeedWorkspace, SubmitNeed, ReturnNeed, ApproveNeed, PublishNeedVersion, CloseNeed,
    ResumeNeed, AnnounceCompetition, DeleteNeedDraft
}

pub(crate) fn routes() -> Router {
    Router::new()
        .route("/m", get(worklist))
        .route("/m/needs/{slug}", get(overview))
        .route("/m/needs/{slug}/submit", post(submit))
        .route("/m/needs/{slug}/return", post(send_back))
        .route("/m/needs/{slug}/approve", post(approve))
        .route("/m/needs/{slug}/publish", post(publish))
        .route("/m/needs/{slug}/close", post(close))
        .route("/m/needs/{slug}/resume", post(resume))
        .route("/m/needs/{slug}/competition", post(competition))
        .route("/m/needs/{slug}/delete", post(delete))
}

type Listed = worklist::WorklistOwnNeedsNodes;

#[derive(Template)]
#[template(path = "needs/worklist.html")]
struct WorklistTemplate {
    v: Visitor,
    needs: Vec<Listed>,
    open_questions: i64,
    /// Where they wait.
    asked: Vec<worklist::WorklistNeedsWithOpenQuestionsNodes>,
    invitations: usize,
}

impl WorklistTemplate {
    fn group(&self, states: &[NeedState]) -> Vec<&Listed> {
        self.needs.iter().filter(|n| states.contains(&n.state)).collect()
    }

    /// Groups in the order in which something is to be done.
    fn groups(&self) -> Vec<(String, Vec<&Listed>)> {
        use NeedState as S;
        let t = self.v.t;
        [
            (t.m_group_review(), self.group(&[S::InReview])),
            (t.m_group_dialogue(), self.group(&[S::Published, S::InDialogue])),
            (t.m_group_drafts(), self.group(&[S::Draft, S::Scheduled])),
            (t.m_group_summarised(), self.group(&[S::Summarised, S::OnHold])),
            (t.m_group_ended(), self.group(&[S::ToProcurement, S::Closed])),
        ]
        .into_iter()
        .filter(|(_, needs)| !needs.is_empty())
        .collect()
    }
}

async fn worklist(v: Visitor) -> Page {
    v.signed_in()?;
    let data = v.run::<Worklist>(worklist::Variables {}).await?;
    let invited = data.my_partnerships.nodes.iter().filter(|p| p.state == PartnerState::Invited);
    v.page(&WorklistTemplate {
        v: v.clone(),
        invitations: invited.count(),
        needs: data.own_needs.nodes,
        open_questions: data.open_question_count,
        asked: data.needs_with_open_questions.nodes,
    })
}

type Need = need_workspace::NeedWorkspaceNeed;

#[derive(Template)]
#[template(path = "needs/overview.html")]
struct OverviewTemplate {
    v: Visitor,
    f: Form,
    /// Which of the forms was refused.
    refused: &'static str,
    need: Need,
}

impl OverviewTemplate {
    fn sections(&self) -> Vec<(String, &str)> {
        let t = self.v.t;
        let Some(c) = &self.need.draft else { return Vec::new() };
        [
            (t.need_challenge(), &c.challenge_html),
            (t.need_users(), &c.users_html),
            (t.need_effects(), &c.effects_html),
            (t.need_success_criteria(), &c.success_criteria_html),
            (t.need_openness(), &c.openness_html),
            (t.need_constraints(), &c.constraints_html),
            (t.need_scale(), &c.scale_html),
            (t.need_plan(), &c.plan_html),
        ]
        .into_iter()
        .filter(|(_, html)| !html.is_empty())
        .map(|(title, html)| (title, html.as_str()))
        .collect()
    }

    /// How much was told to one and not to all (R1).
    fn unshared(&self) -> usize {
        let all = self.need.disclosures.iter().flatten();
        all.filter(|d| d.state == DisclosureState::Unshared).count()
    }

    /// Announced events that are not over: to close is to call them off.
    fn events_ahead(&self) -> usize {
        use EventState as S;
        let waits = |s| matches!(s, S::Announced | S::RegistrationOpen | S::RegistrationClosed);
        self.need.events.iter().filter(|e| waits(e.state) && e.ends_at > self.v.now()).count()
    }

    /// Events that nobody knows of yet: to close for good is to delete them.
    fn plans(&self) -> usize {
        self.need.events.iter().filter(|e| e.state == EventState::Planned).count()
    }

    /// Nobody can answer any more, though the need is open or can be again.
    fn is_past_deadline(&self) -> bool {
        self.need.response_deadline.is_some_and(|at| at <= self.v.now())
    }

    /// What waits in the dialogue: in words, and where it is done.
    fn waiting(&self) -> Vec<(String, String)> {
        let (t, path) = (self.v.t, format!("/m/needs/{}", self.need.slug));
        let Some(w) = &self.need.waiting else { return Vec::new() };
        let counted = [
            (w.open_questions, t.m_waits_questions(w.open_questions), "questions"),
            (w.unread_responses, t.m_waits_responses(w.unread_responses), "responses"),
            (w.open_points, t.m_waits_points(w.open_points), "responses"),
            (w.undocumented_events, t.m_waits_events(w.undocumented_events), "events"),
        ];
        let counted = counted.into_iter().filter(|(count, ..)| *count > 0).map(|(_, text, at)| (text, at));
        let summary = w.summary_due_on.map(|day| (t.m_waits_summary(t.day(day)), "summary"));
        counted.chain(summary).map(|(text, at)| (text, format!("{path}/{at}"))).collect()
    }

    fn has_draft_changes(&self) -> bool {
        self.need.draft_changes.as_ref().is_some_and(|c| !c.is_empty())
    }

    fn outcomes(&self) -> Vec<crate::kit::Choice> {
        let mut outcomes = vec![Outcome::OnHold, Outcome::Closed];
        outcomes.retain(|o| *o != Outcome::OnHold || self.need.state != NeedState::OnHold);
        if self.need.state == NeedState::Summarised {
            outcomes.insert(0, Outcome::ToProcurement);
        }
        crate::kit::Choice::words(self.v.t, "need-state", &outcomes)
    }

    /// Whether advice on the text is still of use.
    fn is_being_written(&self) -> bool {
        use NeedState as S;
        matches!(self.need.state, S::Draft | S::InReview | S::Scheduled | S::Published | S::InDialogue)
    }

    fn may_close(&self) -> bool {
        use NeedState as S;
        self.need.viewer_can.publish
            && matches!(self.need.state, S::Published | S::InDialogue | S::Summarised | S::OnHold)
    }
}

async fn load(v: &Visitor, slug: String) -> Result<Need, PageError> {
    v.signed_in()?;
    let need =
        v.run::<NeedWorkspace>(need_workspace::Variables { slug }).await?.need.ok_or(PageError::NotFound)?;
    if need.viewer_can.is_owner { Ok(need) } else { Err(PageError::NotFound) }
}

async fn overview(v: Visitor, Path(slug): Path<String>) -> Page {
    let need = load(&v, slug).await?;
    v.page(&OverviewTemplate { f: Form::of(&v), refused: "", need, v: v.clone() })
}

/// Runs one step's mutation; a refusal shows the overview with what was typed.
macro_rules! step {
    ($name:ident, $operation:ident, $module:ident, $flash:literal, |$need:ident, $f:ident| $input:expr) => {
        async fn $name(v: Visitor, Path(slug): Path<String>, mut $f: Form) -> Page {
            let $need = load(&v, slug).await?;
            let input = $input;
            if $f.is_valid() {
                match v.send::<$operation>($module::Variables { input }).await? {
                    Ok(_) => return v.redirect_saying(&format!("/m/needs/{}", $need.slug), $flash),
                    Err(refused) => $f.refuse(&refused),
                }
            }
            v.invalid(&OverviewTemplate { f: $f, refused: stringify!($name), need: $need, v: v.clone() })
        }
    };
}

step!(submit, SubmitNeed, submit_need, "need-submitted", |need, f| submit_need::SubmitNeedInput {
    need_id: need.id.clone(),
    expected_version: f.number("version"),
});

step!(send_back, ReturnNeed, return_need, "need-returned", |need, f| return_need::ReturnNeedInput {
    need_id: need.id.clone(),
    comment: f.some("comment"),
});

step!(approve, ApproveNeed, approve_need, "need-approved", |need, f| approve_need::ApproveNeedInput {
    need_id: need.id.clone(),
    expected_version: f.number("version"),
    publish_at: f.moment("publishAt"),
});

step!(publish, PublishNeedVersion, publish_need_version, "need-version-published", |need, f| {
    publish_need_version::PublishNeedVersionInput {
        need_id: need.id.clone(),
        expected_version: f.number("version"),
        change_note: f.text_of("changeNote"),
    }
});

step!(close, CloseNeed, close_need, "need-closed", |need, f| close_need::CloseNeedInput {
    need_id: need.id.clone(),
    outcome: f.read("outcome").unwrap_or(Outcome::OnHold),
    reason: f.text_of("reason"),
});

step!(competition, AnnounceCompetition, announce_competition, "need-competition-announced", |need, f| {
    announce_competition::AnnounceCompetitionInput { need_id: need.id.clone(), url: f.text_of("url") }
});

/// Not a `step!`: its page has the form to close beside it, with a reason too.
async fn resume(v: Visitor, Path(slug): Path<String>, mut f: Form) -> Page {
    let need = load(&v, slug).await?;
    let input = resume_need::ResumeNeedInput { need_id: need.id.clone(), reason: f.text_of("reason-resume") };
    if let Err(refused) = v.send::<ResumeNeed>(resume_need::Variables { input }).await? {
        f.refuse_row(&refused, "resume");
        return v.invalid(&OverviewTemplate { f, refused: "resume", need, v: v.clone() });
    }
    v.redirect_saying(&format!("/m/needs/{}", need.slug), "need-resumed")
}

async fn delete(v: Visitor, Path(slug): Path<String>, mut f: Form) -> Page {
    let need = load(&v, slug).await?;
    let input = delete_need_draft::DeleteNeedDraftInput { need_id: need.id.clone() };
    if let Err(refused) = v.send::<DeleteNeedDraft>(delete_need_draft::Variables { input }).await? {
        f.refuse(&refused);
        return v.invalid(&OverviewTemplate { f, refused: "delete", need, v: v.clone() });
    }
    v.redirect_saying("/m", "need-deleted")
}
