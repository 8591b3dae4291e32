//! What a need says (DOMAIN §1.3), and the checks of each field.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use types::{AnchoringLevel, CpvCode, EmailAddress, ErrorCode, FieldError, InnovationKind, Language, Time};

use crate::reference;
use crate::{Checks, Result};

/// The text and facts of a need, as written by the buyer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NeedContent {
    /// Title, at most 200 characters.
    pub title: String,
    /// In one or two sentences, for lists.
    pub summary: String,
    /// The challenge, and how it is today (Markdown).
    pub challenge: String,
    /// Who is affected (Markdown).
    pub users: String,
    /// The effects wanted (Markdown).
    pub effects: String,
    /// Success criteria that can be measured (Markdown).
    pub success_criteria: String,
    /// Law, integration, security, climate (Markdown).
    pub constraints: String,
    /// What is not decided (Markdown).
    pub openness: String,
    /// Volume and today's use in figures (Markdown).
    pub scale: String,
    /// Estimated value without VAT.
    pub value: Option<ValueRange>,
    /// What happens when (Markdown).
    pub plan: String,
    /// When a procurement may be announced.
    pub planned_on: Option<NaiveDate>,
    /// Unit that owns the need.
    pub owner_unit: String,
    /// Where it is anchored.
    pub anchoring: Option<AnchoringLevel>,
    /// The kind of innovation.
    pub innovation: Option<InnovationKind>,
    /// Whether other buyers are invited to join.
    pub joint_interest: bool,
    /// CPV codes, the main one first.
    pub cpv_codes: Vec<CpvCode>,
    /// Places: municipality, county or NUTS codes.
    pub places: Vec<String>,
    /// Questions to the market.
    pub questions: Vec<NeedQuestion>,
    /// Until when responses are taken.
    pub response_deadline: Option<Time>,
    /// Until when questions are taken.
    pub question_deadline: Option<Time>,
    /// The language that it is written in.
    pub language: Language,
    /// Work contact: name.
    pub contact_name: String,
    /// Work contact: mailbox.
    pub contact_email: Option<EmailAddress>,
    /// Case number of the archive (R18).
    pub case_number: String,
}

/// A range of values; either end may be open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueRange {
    /// At least, in whole units.
    pub minimum: Option<i64>,
    /// At most, in whole units.
    pub maximum: Option<i64>,
    /// ISO 4217.
    pub currency: String,
}

/// A question to the market. Its key stays when the text changes, so that
/// answers keep their question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NeedQuestion {
    /// Stable within the need: `q1`, `q2`, ….
    pub key: String,
    /// The question.
    pub text: String,
}

/// Input for a draft: raw, each field may be left out (unchanged).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of NeedContent")]
pub struct ContentInput {
    pub title: Option<String>,
    pub summary: Option<String>,
    pub challenge: Option<String>,
    pub users: Option<String>,
    pub effects: Option<String>,
    pub success_criteria: Option<String>,
    pub constraints: Option<String>,
    pub openness: Option<String>,
    pub scale: Option<String>,
    pub value: Option<Option<ValueRange>>,
    pub plan: Option<String>,
    pub planned_on: Option<Option<NaiveDate>>,
    pub owner_unit: Option<String>,
    pub anchoring: Option<Option<AnchoringLevel>>,
    pub innovation: Option<Option<InnovationKind>>,
    pub joint_interest: Option<bool>,
    pub cpv_codes: Option<Vec<String>>,
    pub places: Option<Vec<String>>,
    /// Key (empty for a new question) and text.
    pub questions: Option<Vec<(Option<String>, String)>>,
    pub response_deadline: Option<Option<Time>>,
    pub question_deadline: Option<Option<Time>>,
    pub language: Option<Language>,
    pub contact_name: Option<String>,
    pub contact_email: Option<Option<String>>,
    pub case_number: Option<String>,
}

const BODY: usize = 20_000;

impl NeedContent {
    /// The content after `input`: every value is checked, nothing is required
    /// yet, so a draft can be saved half-written.
    pub(super) fn apply(&self, input: ContentInput) -> Result<Self> {
        let mut checks = Checks::default();
        let mut next = self.clone();
        let mut line = |field: &str, raw: Option<String>, max: usize, into: &mut String| {
            if let Some(raw) = raw {
                *into = checks.optional_line(field, &raw, max);
            }
        };
        line("title", input.title, 200, &mut next.title);
        line("ownerUnit", input.owner_unit, 200, &mut next.owner_unit);
        line("contactName", input.contact_name, 120, &mut next.contact_name);
        line("caseNumber", input.case_number, 60, &mut next.case_number);
        let mut body = |field: &str, raw: Option<String>, max: usize, into: &mut String| {
            if let Some(raw) = raw {
                *into = checks.optional_body(field, &raw, max);
            }
        };
        body("summary", input.summary, 500, &mut next.summary);
        body("challenge", input.challenge, BODY, &mut next.challenge);
        body("users", input.users, BODY, &mut next.users);
        body("effects", input.effects, BODY, &mut next.effects);
        body("successCriteria", input.success_criteria, BODY, &mut next.success_criteria);
        body("constraints", input.constraints, BODY, &mut next.constraints);
        body("openness", input.openness, BODY, &mut next.openness);
        body("scale", input.scale, BODY, &mut next.scale);
        body("plan", input.plan, BODY, &mut next.plan);
        if let Some(value) = input.value {
            next.value = value.inspect(|v| check_value(&mut checks, v));
        }
        if let Some(codes) = input.cpv_codes {
            next.cpv_codes = check_codes(&mut checks, &codes);
        }
        if let Some(places) = input.places {
            next.places = check_places(&mut checks, &places);
        }
        if let Some(questions) = input.questions {
            next.questions = check_questions(&mut checks, questions, &self.questions);
        }
        if let Some(email) = input.contact_email {
            let email = email.map(|e| e.trim().to_owned()).filter(|e| !e.is_empty());
            next.contact_email =
                email.and_then(|e| checks.parse("contactEmail", &e, ErrorCode::InvalidEmail));
        }
        next.planned_on = input.planned_on.unwrap_or(next.planned_on);
        next.anchoring = input.anchoring.unwrap_or(next.anchoring);
        next.innovation = input.innovation.unwrap_or(next.innovation);
        next.joint_interest = input.joint_interest.unwrap_or(next.joint_interest);
        next.response_deadline = input.response_deadline.unwrap_or(next.response_deadline);
        next.question_deadline = input.question_deadline.unwrap_or(next.question_deadline);
        next.language = input.language.unwrap_or(next.language);
        if let (Some(questions), Some(responses)) = (next.question_deadline, next.response_deadline) {
            checks.refuse_if(questions > responses, "questionDeadline", ErrorCode::WrongOrder);
        }
        checks.finish()?;
        Ok(next)
    }

    /// What must be there before others see it.
    pub(super) fn check_complete(&self, now: Time) -> Result<()> {
        let mut checks = Checks::default();
        for (field, text) in [
            ("title", &self.title),
            ("summary", &self.summary),
            ("challenge", &self.challenge),
            ("effects", &self.effects),
            ("contactName", &self.contact_name),
        ] {
            checks.refuse_if(text.trim().is_empty(), field, ErrorCode::Required);
        }
        checks.refuse_if(self.cpv_codes.is_empty(), "cpvCodes", ErrorCode::Required);
        checks.refuse_if(self.contact_email.is_none(), "contactEmail", ErrorCode::Required);
        match self.response_deadline {
            None => checks.refuse_if(true, "responseDeadline", ErrorCode::Required),
            Some(deadline) => checks.refuse_if(deadline <= now, "responseDeadline", ErrorCode::MustBeFuture),
        }
        if let Some(deadline) = self.question_deadline {
            checks.refuse_if(deadline <= now, "questionDeadline", ErrorCode::MustBeFuture);
        }
        checks.finish()
    }

    /// Until when questions are taken: the stated deadline, else that for responses.
    pub fn questions_until(&self) -> Option<Time> {
        self.question_deadline.or(self.response_deadline)
    }

    /// What is searched, with the weight of each part.
    pub(super) fn searched(&self) -> Vec<(&str, u32)> {
        let mut parts = vec![(self.title.as_str(), 8), (self.summary.as_str(), 4)];
        for text in [
            &self.challenge,
            &self.users,
            &self.effects,
            &self.success_criteria,
            &self.constraints,
            &self.openness,
            &self.scale,
            &self.plan,
            &self.owner_unit,
        ] {
            parts.push((text, 1));
        }
        parts.extend(self.questions.iter().map(|q| (q.text.as_str(), 1)));
        parts.extend(self.cpv_codes.iter().map(|c| (c.as_str(), 4)));
        parts
    }
}

pub(super) fn check_value(checks: &mut Checks, value: &ValueRange) {
    const MOST: i64 = 1_000_000_000_000;
    for (field, amount) in [("value.minimum", value.minimum), ("value.maximum", value.maximum)] {
        if amount.is_some_and(|a| !(0..=MOST).contains(&a)) {
            checks.add(FieldError::new(field, ErrorCode::OutOfRange).with("min", 0).with("max", MOST));
        }
    }
    if let (Some(minimum), Some(maximum)) = (value.minimum, value.maximum) {
        checks.refuse_if(minimum > maximum, "value.minimum", ErrorCode::MinAboveMax);
    }
    let is_code = value.currency.len() == 3 && value.currency.bytes().all(|b| b.is_ascii_uppercase());
    checks.refuse_if(!is_code, "value.currency", ErrorCode::InvalidFormat);
}

pub(super) fn check_codes(checks: &mut Checks, raw: &[String]) -> Vec<CpvCode> {
    if raw.len() > 20 {
        checks.add(FieldError::new("cpvCodes", ErrorCode::OutOfRange).with("min", 1).with("max", 20));
    }
    let mut seen = BTreeSet::new();
    let mut codes = Vec::new();
    for (i, text) in raw.iter().enumerate().take(20) {
        match text.parse::<CpvCode>() {
            Ok(code) if reference::cpv::label(&code, Language::Nb).is_some() => {
                if seen.insert(code.clone()) {
                    codes.push(code);
                }
            }
            _ => checks.add(
                FieldError::new(&format!("cpvCodes.{i}"), ErrorCode::UnknownCpvCode).with("found", text),
            ),
        }
    }
    codes
}

pub(super) fn check_places(checks: &mut Checks, raw: &[String]) -> Vec<String> {
    if raw.len() > 50 {
        checks.add(FieldError::new("places", ErrorCode::OutOfRange).with("min", 0).with("max", 50));
    }
    let mut seen = BTreeSet::new();
    let mut places = Vec::new();
    for (i, code) in raw.iter().enumerate().take(50) {
        if reference::place_name(code.trim(), Language::Nb).is_none() {
            checks.add(FieldError::new(&format!("places.{i}"), ErrorCode::UnknownPlace).with("found", code));
        } else if seen.insert(code.trim().to_owned()) {
            places.push(code.trim().to_owned());
        }
    }
    places
}

pub(super) fn check_questions(
    checks: &mut Checks,
    raw: Vec<(Option<String>, String)>,
    before: &[NeedQuestion],
) -> Vec<NeedQuestion> {
    if raw.len() > 40 {
        checks.add(FieldError::new("questions", ErrorCode::OutOfRange).with("min", 0).with("max", 40));
    }
    let number = |key: &str| key.strip_prefix('q').and_then(|n| n.parse::<u32>().ok());
    let mut highest = before.iter().filter_map(|q| number(&q.key)).max().unwrap_or(0);
    let mut used = BTreeSet::new();
    let mut questions = Vec::new();
    for (i, (key, text)) in raw.into_iter().enumerate().take(40) {
        let text = checks.optional_body(&format!("questions.{i}.text"), &text, 1000);
        if text.is_empty() {
            continue;
        }
        let known = key.filter(|k| before.iter().any(|q| q.key == *k) && !used.contains(k));
        let key = known.unwrap_or_else(|| {
            highest += 1;
            format!("q{highest}")
        });
        used.insert(key.clone());
        questions.push(NeedQuestion { key, text });
    }
    questions
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(result: Result<NeedContent>) -> Vec<(String, ErrorCode)> {
        match result {
            Err(crate::Error::Invalid(errors)) => {
                errors.into_iter().map(|e| (e.path.join("."), e.code)).collect()
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn all_wrong_fields_are_told_at_once() {
        let input = ContentInput {
            title: Some("x".repeat(201)),
            challenge: Some("a\u{0}b".to_owned()),
            cpv_codes: Some(vec!["48180000".to_owned(), "99999999".to_owned()]),
            places: Some(vec!["5001".to_owned(), "0000".to_owned()]),
            contact_email: Some(Some("nobody".to_owned())),
            value: Some(Some(ValueRange { minimum: Some(5), maximum: Some(2), currency: "nok".to_owned() })),
            ..ContentInput::default()
        };
        let found = codes(NeedContent::default().apply(input));
        for wanted in [
            ("title", ErrorCode::TooLong),
            ("challenge", ErrorCode::InvalidCharacters),
            ("cpvCodes.1", ErrorCode::UnknownCpvCode),
            ("places.1", ErrorCode::UnknownPlace),
            ("contactEmail", ErrorCode::InvalidEmail),
            ("value.minimum", ErrorCode::MinAboveMax),
            ("value.currency", ErrorCode::InvalidFormat),
        ] {
            assert!(found.contains(&(wanted.0.to_owned(), wanted.1)), "{wanted:?} in {found:?}");
        }
    }

    #[test]
    fn a_question_keeps_its_key_and_a_new_one_never_takes_an_old() {
        let first = NeedContent::default()
            .apply(ContentInput {
                questions: Some(vec![(None, "A?".to_owned()), (None, "B?".to_owned())]),
                ..ContentInput::default()
            })
            .unwrap();
        let second = first
            .apply(ContentInput {
                questions: Some(vec![(Some("q2".to_owned()), "B!".to_owned()), (None, "C?".to_owned())]),
                ..ContentInput::default()
            })
            .unwrap();
        let keys: Vec<(&str, &str)> =
            second.questions.iter().map(|q| (q.key.as_str(), q.text.as_str())).collect();
        assert_eq!(keys, [("q2", "B!"), ("q3", "C?")]);
    }

    #[test]
    fn left_out_is_unchanged_and_empty_clears() {
        let content = NeedContent { title: "T".to_owned(), scale: "S".to_owned(), ..NeedContent::default() };
        let next =
            content.apply(ContentInput { scale: Some(String::new()), ..ContentInput::default() }).unwrap();
        assert_eq!((next.title.as_str(), next.scale.as_str()), ("T", ""));
    }
}
