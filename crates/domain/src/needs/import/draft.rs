//! What a notice says, in the fields of a need.

use serde_json::{Map, Value};
use types::Language;

use super::super::content::{check_codes, check_places, check_questions, check_value};
use super::super::{NeedContent, ValueRange};
use super::report::Unmapped;
use crate::ports::NoticeDraft;
use crate::text::{clean, markdown, plain};
use crate::{Checks, Error, Result};

/// The fields that a notice can carry: as stored, and in the API.
const CARRIED: &[(&str, &str)] = &[
    ("title", "title"),
    ("summary", "summary"),
    ("challenge", "challenge"),
    ("value", "value"),
    ("plan", "plan"),
    ("planned_on", "plannedOn"),
    ("cpv_codes", "cpvCodes"),
    ("places", "places"),
    ("questions", "questions"),
    ("response_deadline", "responseDeadline"),
    ("question_deadline", "questionDeadline"),
    ("case_number", "caseNumber"),
    ("language", "language"),
];
const MAX_BODY: usize = 20_000;

/// A notice in the fields of a need, and what has no place there.
pub(super) struct Mapped {
    pub content: NeedContent,
    pub unmapped: Vec<Unmapped>,
}

/// Maps a notice. Questions that `before` has already keep their keys.
pub(super) fn map(notice: &NoticeDraft, before: &NeedContent) -> Mapped {
    let mut unmapped: Vec<Unmapped> =
        notice.unmapped.iter().map(|(path, text)| Unmapped::new(path, text)).collect();
    let description = plain::to_markdown(&without_controls(&notice.description));
    let challenge = cut(&description, MAX_BODY, "cac:ProcurementProject/cbc:Description (…)", &mut unmapped);
    let title = clean::line(&without_controls(&notice.title).replace('\n', " "), 200).unwrap_or_default();
    let first_line = || markdown::excerpt(&challenge, 120);
    let title = [title, first_line()].into_iter().find(|t| !t.is_empty());
    let mut content = NeedContent {
        title: title.unwrap_or_else(|| notice.source_id.chars().take(200).collect()),
        summary: markdown::excerpt(&challenge, 300),
        plan: plan(notice),
        planned_on: notice.planned_on,
        response_deadline: notice.response_deadline,
        question_deadline: notice.question_deadline,
        language: notice.language,
        case_number: notice.case_number.as_deref().and_then(|n| clean::line(n, 60).ok()).unwrap_or_default(),
        challenge,
        ..NeedContent::default()
    };
    content.cpv_codes = accepted(
        notice.cpv_codes.iter().map(ToString::to_string).collect(),
        20,
        "cac:MainCommodityClassification/cbc:ItemClassificationCode",
        &mut unmapped,
        check_codes,
    );
    content.places = accepted(
        notice.places.clone(),
        50,
        "cac:RealizedLocation/cac:Address/cbc:CountrySubentityCode",
        &mut unmapped,
        check_places,
    );
    let questions = notice.questions.iter().map(|text| {
        let text = without_controls(text);
        let known = before.questions.iter().find(|q| q.text == text);
        (known.map(|q| q.key.clone()), text)
    });
    content.questions =
        check_questions(&mut Checks::default(), questions.take(40).collect(), &before.questions);
    content.value = notice.value.as_ref().and_then(|money| {
        let amount = Some(money.amount);
        let value = ValueRange { minimum: amount, maximum: amount, currency: money.currency.clone() };
        let mut checks = Checks::default();
        check_value(&mut checks, &value);
        let is_fine = checks.finish().is_ok();
        if !is_fine {
            let path = "cac:RequestedTenderTotal/cbc:EstimatedOverallContractAmount";
            unmapped.push(Unmapped::new(path, &format!("{} {}", money.amount, money.currency)));
        }
        is_fine.then_some(value)
    });
    Mapped { content, unmapped }
}

/// The codes that we know; the others are told as unmapped.
fn accepted<T>(
    codes: Vec<String>,
    most: usize,
    path: &str,
    unmapped: &mut Vec<Unmapped>,
    check: impl Fn(&mut Checks, &[String]) -> Vec<T>,
) -> Vec<T> {
    let mut taken = Vec::new();
    for code in codes {
        let mut checks = Checks::default();
        let known = check(&mut checks, std::slice::from_ref(&code));
        if known.is_empty() || taken.len() == most {
            unmapped.push(Unmapped::new(path, &code));
        } else {
            taken.extend(known);
        }
    }
    taken
}

/// When the contract runs and where the documents are: a need has no fields
/// for them, but its plan has room.
fn plan(notice: &NoticeDraft) -> String {
    let (from, until, documents) = match notice.language {
        Language::Nb => ("Planlagt kontraktstart", "Planlagt kontraktslutt", "Dokumenter"),
        Language::Nn => ("Planlagd kontraktstart", "Planlagd kontraktslutt", "Dokument"),
        Language::En => ("Planned start of the contract", "Planned end of the contract", "Documents"),
    };
    let (start, end) = notice.period.unwrap_or_default();
    let day = |label: &str, on: chrono::NaiveDate| format!("- {label}: {}", on.format("%Y-%m-%d"));
    let lines = [
        start.map(|on| day(from, on)),
        end.map(|on| day(until, on)),
        notice.documents_url.as_ref().map(|url| format!("- {documents}: {url}")),
    ];
    lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

/// Text that may be stored: a notice is not refused for a stray control character.
fn without_controls(text: &str) -> String {
    let lines = text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n").replace('\t', " ");
    lines.chars().filter(|c| *c == '\n' || clean::line(&c.to_string(), 1).is_ok()).collect()
}

fn cut(text: &str, max: usize, path: &str, unmapped: &mut Vec<Unmapped>) -> String {
    let Some((at, _)) = text.char_indices().nth(max) else { return text.trim_end().to_owned() };
    let at = text[..at].rfind(char::is_whitespace).unwrap_or(at);
    unmapped.push(Unmapped::new(path, text[at..].trim()));
    text[..at].trim_end().to_owned()
}

/// What of a content came from the notice: no empty fields.
pub(super) fn carried(said: &NeedContent) -> Result<Map<String, Value>> {
    let said = object(said)?;
    let is_empty = |v: &Value| match v {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    };
    Ok(said
        .into_iter()
        .filter(|(field, value)| CARRIED.iter().any(|c| c.0 == field) && !is_empty(value))
        .collect())
}

/// The names of fields in the API.
pub(super) fn api_names<'a>(fields: impl Iterator<Item = &'a String>) -> Vec<String> {
    let stored: Vec<&String> = fields.collect();
    CARRIED.iter().filter(|c| stored.iter().any(|s| *s == c.0)).map(|c| c.1.to_owned()).collect()
}

/// The draft with what the notice says now, but for fields that differ from
/// what it said the last time: those were edited by hand, and are told.
pub(super) fn merge(
    before: &NeedContent,
    imported: &Map<String, Value>,
    said: &NeedContent,
) -> Result<(NeedContent, Vec<String>)> {
    let (mut fields, empty) = (object(before)?, object(&NeedContent::default())?);
    let mut kept = Vec::new();
    for (field, value) in carried(said)? {
        let untouched = imported.get(&field).or_else(|| empty.get(&field));
        if fields.get(&field) == untouched {
            fields.insert(field, value);
        } else if fields.get(&field) != Some(&value) {
            kept.push(field);
        }
    }
    let mut content: NeedContent = serde_json::from_value(Value::Object(fields))?;
    // A deadline edited by hand and a new one can contradict each other: the hand wins.
    let is_deadline = |field: &String| field.ends_with("_deadline");
    if kept.iter().any(is_deadline)
        && content.response_deadline.is_some_and(|until| content.question_deadline > Some(until))
    {
        content.question_deadline = before.question_deadline;
        content.response_deadline = before.response_deadline;
        kept.extend(["question_deadline".to_owned(), "response_deadline".to_owned()]);
    }
    Ok((content, api_names(kept.iter())))
}

fn object(content: &NeedContent) -> Result<Map<String, Value>> {
    match serde_json::to_value(content)? {
        Value::Object(map) => Ok(map),
        _ => Err(Error::internal("a need's content is an object")),
    }
}
