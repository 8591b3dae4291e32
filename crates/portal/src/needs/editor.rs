//! Writing a need: five steps, saved as one goes.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::get;
use serde::Deserialize;

use crate::kit::operations::types::*;
use crate::kit::{Choice, Form, Page, PageError, Stale, Visitor, Written, ui};

crate::operations! { "../../graphql/operations/needs/workspace.graphql": NeedDraft, CreateNeed, SaveNeedDraft }

pub(crate) fn routes() -> Router {
    Router::new()
        .route("/needs/new", get(to_new))
        .route("/m/needs/new", get(new).post(create))
        .route("/m/needs/{slug}/edit", get(edit).post(save))
}

const STEPS: usize = 5;

#[derive(Template)]
#[template(path = "needs/new.html")]
struct NewTemplate {
    v: Visitor,
    f: Form,
    languages: Vec<Choice>,
}

async fn to_new(v: Visitor) -> Page {
    v.redirect("/m/needs/new")
}

fn languages(v: &Visitor) -> Vec<Choice> {
    Choice::words(v.t, "language", ::types::Language::ALL)
}

async fn new(v: Visitor) -> Page {
    v.buyer()?;
    let f = Form::of(&v).with("content.language", v.language);
    v.page(&NewTemplate { f, languages: languages(&v), v: v.clone() })
}

async fn create(v: Visitor, mut f: Form) -> Page {
    v.buyer()?;
    let variables = create_need::Variables {
        title: f.text_of("title"),
        summary: f.text_of("summary"),
        language: f.read("content.language"),
    };
    if f.is_valid() {
        match v.send::<CreateNeed>(variables).await? {
            Ok(data) => {
                let slug = data.create_need.need.map(|n| n.slug).unwrap_or_default();
                return v.redirect(&format!("/m/needs/{slug}/edit?step=1"));
            }
            Err(refused) => f.refuse(&refused),
        }
    }
    v.invalid(&NewTemplate { f, languages: languages(&v), v: v.clone() })
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct EditQuery {
    step: Option<usize>,
}

type Draft = need_draft::NeedDraftNeedDraft;
type Advice = need_draft::NeedDraftNeedDraftAdvice;

#[derive(Template)]
#[template(path = "needs/edit.html")]
struct EditTemplate {
    v: Visitor,
    f: Form,
    step: usize,
    need: need_draft::NeedDraftNeed,
    draft: Draft,
    counties: Vec<need_draft::NeedDraftCounties>,
    /// Somebody else saved meanwhile.
    stale: Option<Stale>,
}

impl EditTemplate {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand references over")]
    fn step_title(&self, step: &usize) -> String {
        match *step {
            1 => self.v.t.edit_step_challenge(),
            2 => self.v.t.edit_step_effects(),
            3 => self.v.t.edit_step_frame(),
            4 => self.v.t.edit_step_classify(),
            _ => self.v.t.edit_step_questions(),
        }
    }

    /// Whether somebody is to decide on the text as it stands.
    fn is_frozen(&self) -> bool {
        matches!(self.need.state, NeedState::InReview | NeedState::Scheduled)
    }

    fn path(&self) -> String {
        format!("/m/needs/{}", self.need.slug)
    }

    fn fields(&self) -> &'static [&'static str] {
        match self.step {
            1 => &["title", "summary", "challenge", "users"],
            2 => &["effects", "successCriteria"],
            3 => &["openness", "constraints", "scale", "plan"],
            4 => &[],
            _ => &["responseDeadline"],
        }
    }

    /// The writing aid's advice on the fields of this step.
    fn advice(&self) -> Vec<&Advice> {
        self.draft.advice.iter().filter(|a| self.fields().contains(&a.field.as_str())).collect()
    }

    fn innovations(&self) -> Vec<Choice> {
        Choice::words(self.v.t, "innovation-kind", ::types::InnovationKind::ALL)
    }

    fn anchorings(&self) -> Vec<Choice> {
        Choice::words(self.v.t, "anchoring-level", ::types::AnchoringLevel::ALL)
    }

    /// The questions' numbers: those there are, and three empty ones.
    fn question_numbers(&self) -> std::ops::Range<usize> {
        let typed = self.f.indices("questions").into_iter().max().map_or(0, |n| n + 1);
        0..typed.max(self.draft.questions.len()) + 3
    }
}

async fn load(
    v: &Visitor,
    slug: String,
) -> Result<(need_draft::NeedDraftNeed, Draft, Vec<need_draft::NeedDraftCounties>), PageError> {
    v.signed_in()?;
    let data = v.run::<NeedDraft>(need_draft::Variables { slug }).await?;
    let mut need = data.need.ok_or(PageError::NotFound)?;
    let draft = need.draft.take().ok_or(PageError::NotFound)?;
    Ok((need, draft, data.counties))
}

/// The form as the draft has it.
fn filled(v: &Visitor, need: &need_draft::NeedDraftNeed, d: &Draft) -> Form {
    let mut f = Form::of(v)
        .with("version", need.version.unwrap_or_default())
        .with("title", &d.title)
        .with("summary", &d.summary)
        .with("challenge", &d.challenge)
        .with("users", &d.users)
        .with("effects", &d.effects)
        .with("successCriteria", &d.success_criteria)
        .with("constraints", &d.constraints)
        .with("openness", &d.openness)
        .with("scale", &d.scale)
        .with("plan", &d.plan)
        .with("ownerUnit", &d.owner_unit)
        .with("contactName", &d.contact_name)
        .with("caseNumber", &d.case_number)
        .with_some("contactEmail", d.contact_email.as_ref())
        .with_some("plannedOn", d.planned_on)
        .with_some("anchoring", d.anchoring)
        .with_some("innovation", d.innovation)
        .with_some("responseDeadline", d.response_deadline.map(|t| v.t.input_moment(t)))
        .with_some("questionDeadline", d.question_deadline.map(|t| v.t.input_moment(t)))
        .with_some("value.minimum", d.value.as_ref().and_then(|x| x.minimum))
        .with_some("value.maximum", d.value.as_ref().and_then(|x| x.maximum))
        .with("cpvCodes", d.cpv_codes.iter().map(|c| c.code.as_str()).collect::<Vec<_>>().join("\n"))
        .with("places", d.places.iter().map(|p| p.code.as_str()).collect::<Vec<_>>().join("\n"));
    if d.joint_interest {
        f = f.with("jointInterest", "true");
    }
    for (i, question) in d.questions.iter().enumerate() {
        f = f
            .with(&format!("questions.{i}.key"), &question.key)
            .with(&format!("questions.{i}.text"), &question.text);
    }
    f
}

async fn edit(v: Visitor, Path(slug): Path<String>, Query(q): Query<EditQuery>) -> Page {
    let (need, draft, counties) = load(&v, slug).await?;
    let step = q.step.unwrap_or(1).clamp(1, STEPS);
    let f = filled(&v, &need, &draft);
    v.page(&EditTemplate { f, step, need, draft, counties, stale: None, v: v.clone() })
}

/// Input that changes nothing: what null would clear is given as it is.
fn unchanged(d: &Draft) -> save_need_draft::NeedContentInput {
    save_need_draft::NeedContentInput {
        value: d.value.as_ref().map(|x| save_need_draft::ValueRangeInput {
            minimum: x.minimum,
            maximum: x.maximum,
            currency: x.currency.clone(),
        }),
        planned_on: d.planned_on,
        anchoring: d.anchoring,
        innovation: d.innovation,
        response_deadline: d.response_deadline,
        question_deadline: d.question_deadline,
        contact_email: d.contact_email.clone(),
        title: None,
        summary: None,
        challenge: None,
        users: None,
        effects: None,
        success_criteria: None,
        constraints: None,
        openness: None,
        scale: None,
        plan: None,
        owner_unit: None,
        joint_interest: None,
        cpv_codes: None,
        places: None,
        questions: None,
        language: None,
        contact_name: None,
        case_number: None,
    }
}

/// The input of one step: only the fields that stand on it.
fn input_of(f: &mut Form, step: usize, draft: &Draft) -> save_need_draft::NeedContentInput {
    let mut c = unchanged(draft);
    let lines = |text: String| -> Vec<String> {
        text.split(['\n', ',', ';']).map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect()
    };
    match step {
        1 => {
            c.title = Some(f.text_of("title"));
            c.summary = Some(f.text_of("summary"));
            c.challenge = Some(f.text_of("challenge"));
            c.users = Some(f.text_of("users"));
        }
        2 => {
            c.effects = Some(f.text_of("effects"));
            c.success_criteria = Some(f.text_of("successCriteria"));
        }
        3 => {
            c.openness = Some(f.text_of("openness"));
            c.constraints = Some(f.text_of("constraints"));
            c.scale = Some(f.text_of("scale"));
            c.plan = Some(f.text_of("plan"));
        }
        4 => {
            c.cpv_codes = Some(lines(f.text_of("cpvCodes")));
            c.places = Some(lines(f.text_of("places")));
            c.owner_unit = Some(f.text_of("ownerUnit"));
            c.case_number = Some(f.text_of("caseNumber"));
            c.joint_interest = Some(f.ticked("jointInterest"));
            c.innovation = f.get("innovation").is_some().then(|| f.read("innovation")).flatten();
            c.anchoring = f.get("anchoring").is_some().then(|| f.read("anchoring")).flatten();
            let (minimum, maximum) = (f.number("value.minimum"), f.number("value.maximum"));
            let currency = draft.value.as_ref().map_or("NOK", |x| &x.currency).to_owned();
            c.value = (minimum.is_some() || maximum.is_some()).then_some(save_need_draft::ValueRangeInput {
                currency,
                maximum,
                minimum,
            });
        }
        _ => {
            let numbers = f.indices("questions");
            let questions = numbers.into_iter().map(|i| save_need_draft::MarketQuestionInput {
                key: f.some(&format!("questions.{i}.key")),
                text: f.text_of(&format!("questions.{i}.text")),
            });
            c.questions = Some(questions.collect());
            c.response_deadline = f.moment("responseDeadline");
            c.question_deadline = f.moment("questionDeadline");
            c.planned_on = f.day("plannedOn");
            c.contact_name = Some(f.text_of("contactName"));
            c.contact_email = f.some("contactEmail");
        }
    }
    c
}

async fn save(v: Visitor, Path(slug): Path<String>, Query(q): Query<EditQuery>, mut f: Form) -> Page {
    let (need, draft, counties) = load(&v, slug).await?;
    let step = q.step.unwrap_or(1).clamp(1, STEPS);
    let content = input_of(&mut f, step, &draft);
    let expected_version = f.number("version");
    let mut stale = None;
    if f.is_valid() {
        let input =
            save_need_draft::SaveNeedDraftInput { need_id: need.id.clone(), expected_version, content };
        match v.send::<SaveNeedDraft>(save_need_draft::Variables { input }).await? {
            Ok(data) => {
                let version = data.save_need_draft.need.and_then(|n| n.version).unwrap_or_default();
                if f.is_autosave {
                    return v.autosaved(&[("version", version.to_string())]);
                }
                let next = match f.get("to") {
                    Some("next") if step < STEPS => format!("/m/needs/{}/edit?step={}", need.slug, step + 1),
                    Some("stay") => format!("/m/needs/{}/edit?step={step}", need.slug),
                    _ => format!("/m/needs/{}", need.slug),
                };
                return v.redirect_saying(&next, "need-saved");
            }
            Err(refused) => {
                if refused.is(::types::ErrorCode::StaleVersion) {
                    let path = format!("/m/needs/{}/edit?step={step}", need.slug);
                    stale = Some(Stale::of(&v, &need.id, Written::Itself).await?.link(&path));
                    f.put("version", need.version.unwrap_or_default());
                    f = f.beside(filled(&v, &need, &draft));
                }
                f.refuse(&refused);
            }
        }
    }
    v.invalid(&EditTemplate { f, step, need, draft, counties, stale, v: v.clone() })
}
