//! What a summary says (DOMAIN §1.3), and the checks of each field.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use types::{ErrorCode, FieldError, ParticipantRule};

use crate::needs::NeedContent;
use crate::{Checks, Result};

const BODY: usize = 20_000;

/// The parts of a summary; texts are Markdown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SummaryContent {
    /// What the dialogue was and what came of it.
    pub overview: String,
    /// How it tells who took part.
    pub participants: ParticipantRule,
    /// What the market was asked.
    pub asked: String,
    /// What was answered, question by question.
    pub answers: Vec<SummaryAnswer>,
    /// What the buyer told that was not in the need.
    pub new_facts: String,
    /// How the need changed.
    pub changes: String,
    /// What happens next.
    pub next_steps: String,
    /// When.
    pub next_on: Option<NaiveDate>,
}

impl Default for SummaryContent {
    fn default() -> Self {
        Self {
            overview: String::new(),
            participants: ParticipantRule::Count,
            asked: String::new(),
            answers: Vec::new(),
            new_facts: String::new(),
            changes: String::new(),
            next_steps: String::new(),
            next_on: None,
        }
    }
}

/// The answers to one question, aggregated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummaryAnswer {
    /// The question's key in the need.
    pub key: String,
    /// The question, as it was when this was written.
    pub question: String,
    /// What the market said.
    pub text: String,
}

/// Input for a draft: each field may be left out (unchanged).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of SummaryContent")]
pub struct SummaryInput {
    pub overview: Option<String>,
    pub participants: Option<ParticipantRule>,
    pub asked: Option<String>,
    /// Key of the need's question, and text.
    pub answers: Option<Vec<(String, String)>>,
    pub new_facts: Option<String>,
    pub changes: Option<String>,
    pub next_steps: Option<String>,
    pub next_on: Option<Option<NaiveDate>>,
}

impl SummaryContent {
    /// The content after `input`; the questions are those of the published need.
    pub(super) fn apply(&self, input: SummaryInput, need: &NeedContent) -> Result<Self> {
        let mut checks = Checks::default();
        let mut next = self.clone();
        let mut body = |field: &str, raw: Option<String>, into: &mut String| {
            if let Some(raw) = raw {
                *into = checks.optional_body(field, &raw, BODY);
            }
        };
        body("overview", input.overview, &mut next.overview);
        body("asked", input.asked, &mut next.asked);
        body("newFacts", input.new_facts, &mut next.new_facts);
        body("changes", input.changes, &mut next.changes);
        body("nextSteps", input.next_steps, &mut next.next_steps);
        if let Some(answers) = input.answers {
            next.answers = checked_answers(&mut checks, answers, need);
        }
        next.participants = input.participants.unwrap_or(next.participants);
        next.next_on = input.next_on.unwrap_or(next.next_on);
        checks.finish()?;
        Ok(next)
    }

    /// What must be there before others read it.
    pub(super) fn check_complete(&self, checks: &mut Checks) {
        for (field, text) in [("overview", &self.overview), ("nextSteps", &self.next_steps)] {
            checks.refuse_if(text.trim().is_empty(), field, ErrorCode::Required);
        }
    }
}

/// In the order of the need's questions; a question without text is left out.
fn checked_answers(
    checks: &mut Checks,
    raw: Vec<(String, String)>,
    need: &NeedContent,
) -> Vec<SummaryAnswer> {
    let mut answers: Vec<SummaryAnswer> = Vec::new();
    for (i, (key, text)) in raw.into_iter().enumerate() {
        let Some(question) = need.questions.iter().find(|q| q.key == key) else {
            checks.add(FieldError::new(&format!("answers.{i}.key"), ErrorCode::NotFound));
            continue;
        };
        let is_twice = answers.iter().any(|a| a.key == key);
        checks.refuse_if(is_twice, &format!("answers.{i}.key"), ErrorCode::Duplicate);
        let text = checks.optional_body(&format!("answers.{i}.text"), &text, BODY);
        if !text.is_empty() {
            answers.push(SummaryAnswer { key, question: question.text.clone(), text });
        }
    }
    let place = |a: &SummaryAnswer| need.questions.iter().position(|q| q.key == a.key);
    answers.sort_by_key(place);
    answers
}
