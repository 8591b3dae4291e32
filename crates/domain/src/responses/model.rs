//! Rules without IO: what a draft holds, what it lacks, and the receipt.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use types::{ErrorCode, FieldError, NeedId, OrganisationId, Time};

use super::Submission;
use crate::needs::NeedQuestion;
use crate::record::canonical;
use crate::{Checks, Error, Result};

/// The key of the free text, beside the questions' own.
pub const FREE: &str = "free";
/// After a rejected claim, so long the supplier may take the passage back.
pub const WITHDRAWAL_PERIOD: TimeDelta = TimeDelta::days(7);

const ANSWER: usize = 10_000;
const REASON: usize = 1000;

/// What a supplier is writing. Half-written is fine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// In the order of the need's questions, then the free text, the files last.
    pub answers: Vec<Answer>,
}

/// The answer to one question, or the free text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Answer {
    /// The question's key, or [`FREE`].
    pub key: String,
    /// The question as it was when this was written: it outlives the question.
    pub question: String,
    /// The answer.
    pub text: String,
    /// Whether it is claimed to be a trade secret.
    pub is_secret: bool,
    /// Why (R13).
    pub claim_reason: String,
    /// Set for a file, whose name is the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<AnswerFile>,
}

/// A file that is sent along.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AnswerFile {
    /// What it is, told by its content.
    pub media_type: String,
    /// Its size in bytes.
    pub size: i64,
    /// SHA-256 of its content, in hexadecimal.
    pub sha256: String,
}

/// A change of one answer; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct AnswerInput {
    /// The question's key, or [`FREE`].
    pub key: String,
    /// The answer; empty removes it.
    pub text: Option<String>,
    /// Whether it is claimed to be a trade secret.
    pub is_secret: Option<bool>,
    /// Why.
    pub claim_reason: Option<String>,
}

/// Which partner buyers read what. Takes effect when it is saved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Consent {
    /// Partner buyers may read the open passages.
    pub partners_read: bool,
    /// These may read trade secrets too (R14).
    pub secret_readers: Vec<OrganisationId>,
}

impl Consent {
    /// What a response's supplier consented to.
    pub fn of(response: &super::Response) -> Self {
        let ids = response.secret_readers.split(',').filter_map(|id| id.parse().ok());
        Self { partners_read: response.partners_read, secret_readers: ids.map(OrganisationId).collect() }
    }

    /// Ids between commas with a comma at both ends, so that a `LIKE` finds one.
    pub(super) fn joined(&self) -> String {
        let mut ids: Vec<String> = self.secret_readers.iter().map(ToString::to_string).collect();
        ids.sort();
        ids.dedup();
        if ids.is_empty() { String::new() } else { format!(",{},", ids.join(",")) }
    }
}

/// One page of the form: a question with what is written so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// The question's key, or [`FREE`].
    pub key: String,
    /// The question; empty for the free text.
    pub question: String,
    /// Whether a newer version of the need no longer asks this.
    pub is_dropped: bool,
    /// What is written.
    pub answer: Option<Answer>,
}

impl Draft {
    /// The draft after `input`: every value is checked, nothing is required yet.
    pub(super) fn apply(&self, questions: &[NeedQuestion], input: Vec<AnswerInput>) -> Result<Self> {
        let mut checks = Checks::default();
        let mut next = self.clone();
        for (i, change) in input.into_iter().enumerate() {
            let at = |field: &str| format!("answers.{i}.{field}");
            let asked = questions.iter().find(|q| q.key == change.key).map(|q| q.text.clone());
            let found = next.answers.iter().position(|a| a.key == change.key);
            if asked.is_none() && found.is_none() && change.key != FREE {
                checks.add(FieldError::new(&at("key"), ErrorCode::NotFound).with("found", change.key));
                continue;
            }
            let index = found.unwrap_or_else(|| {
                next.answers.push(Answer { key: change.key, ..Answer::default() });
                next.answers.len() - 1
            });
            let answer = &mut next.answers[index];
            if let Some(asked) = asked {
                answer.question = asked;
            }
            if let Some(text) = change.text {
                // A file's name is the upload's.
                checks.refuse_if(answer.file.is_some(), &at("text"), ErrorCode::BadUserInput);
                answer.text = checks.optional_body(&at("text"), &text, ANSWER);
            }
            if let Some(reason) = change.claim_reason {
                answer.claim_reason = checks.optional_body(&at("claimReason"), &reason, REASON);
            }
            answer.is_secret = change.is_secret.unwrap_or(answer.is_secret);
        }
        checks.finish()?;
        next.answers.retain(|a| !a.text.is_empty() || a.is_secret || !a.claim_reason.is_empty());
        let place = |key: &str| match questions.iter().position(|q| q.key == key) {
            Some(at) => (0, at),
            None if super::file_of(key).is_some() => (3, 0),
            None => (usize::from(key == FREE) + 1, 0),
        };
        next.answers.sort_by_key(|a| place(&a.key));
        Ok(next)
    }

    /// What must be mended before it can be submitted, at the answers' keys.
    pub(super) fn missing(&self) -> Vec<FieldError> {
        let mut missing = Vec::new();
        if self.answers.iter().all(|a| a.text.trim().is_empty()) {
            missing.push(FieldError::new("answers", ErrorCode::Required));
        }
        for answer in &self.answers {
            let mut add = |field: &str, code| {
                missing.push(FieldError::new(&format!("answers.{}.{field}", answer.key), code));
            };
            let has_reason = !answer.claim_reason.trim().is_empty();
            if answer.is_secret && answer.text.trim().is_empty() {
                add("text", ErrorCode::Required);
            }
            if answer.is_secret && !has_reason {
                add("claimReason", ErrorCode::Required);
            }
            // Who says why it is secret believes that it is marked so.
            if !answer.is_secret && has_reason {
                add("claimReason", ErrorCode::ClaimNotMarked);
            }
        }
        missing
    }

    /// The pages of the form: the need's questions, answers to dropped ones, the free text.
    pub(super) fn topics(&self, questions: &[NeedQuestion]) -> Vec<Topic> {
        let answer = |key: &str| self.answers.iter().find(|a| a.key == key).cloned();
        let topic = |key: &str, question: &str, is_dropped| Topic {
            key: key.to_owned(),
            question: question.to_owned(),
            is_dropped,
            answer: answer(key),
        };
        let mut topics: Vec<Topic> = questions.iter().map(|q| topic(&q.key, &q.text, false)).collect();
        let dropped = self
            .answers
            .iter()
            .filter(|a| a.key != FREE && a.file.is_none() && !questions.iter().any(|q| q.key == a.key));
        topics.extend(dropped.map(|a| topic(&a.key, &a.question, true)));
        topics.push(topic(FREE, "", false));
        topics
    }
}

/// The parts of a submission that are not its answers.
pub(super) struct Facts {
    pub need: NeedId,
    pub need_version: i32,
    pub supplier: OrganisationId,
    pub number: i32,
    pub submitted_at: Time,
}

/// The supplier's own copy, as it is hashed. Strings, numbers and booleans
/// only, so that every JSON library writes the same canonical form.
pub(super) fn content(facts: &Facts, draft: &Draft) -> Value {
    let answers = draft.answers.iter().filter(|a| !a.text.is_empty()).map(|a| {
        let mut answer = json!({
            "key": a.key,
            "question": a.question,
            "text": a.text,
            "tradeSecret": a.is_secret,
            "reason": if a.is_secret { a.claim_reason.as_str() } else { "" },
        });
        if let Some(file) = &a.file {
            answer["file"] = json!(file);
        }
        answer
    });
    json!({
        "need": facts.need,
        "needVersion": facts.need_version,
        "supplier": facts.supplier,
        "number": facts.number,
        "submittedAt": facts.submitted_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        "answers": answers.collect::<Vec<_>>(),
    })
}

/// SHA-256 over the salt, a line break and the canonical JSON, in hexadecimal.
pub fn receipt_hash(salt: &str, content: &Value) -> String {
    hex::encode(Sha256::digest(format!("{salt}\n{}", canonical(content))))
}

/// What a supplier has in hand after submitting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// 1, 2, … within the response.
    pub number: i32,
    /// When.
    pub submitted_at: Time,
    /// [`receipt_hash`] of `content`.
    pub hash: String,
    /// What the hash was made with.
    pub salt: String,
    /// The canonical JSON that was hashed.
    pub content: String,
    /// The answers, to be read.
    pub answers: Vec<Answer>,
}

impl Receipt {
    /// The receipt of a submission.
    pub fn of(submission: &Submission) -> Result<Self> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Stored {
            key: String,
            question: String,
            text: String,
            trade_secret: bool,
            reason: String,
            file: Option<AnswerFile>,
        }
        let answers = submission.content.get("answers").cloned().unwrap_or_default();
        let answers: Vec<Stored> = serde_json::from_value(answers).map_err(Error::from)?;
        Ok(Self {
            number: submission.number,
            submitted_at: submission.submitted_at,
            hash: submission.content_hash.clone(),
            salt: submission.salt.clone(),
            content: canonical(&submission.content),
            answers: answers
                .into_iter()
                .map(|a| Answer {
                    key: a.key,
                    question: a.question,
                    text: a.text,
                    is_secret: a.trade_secret,
                    claim_reason: a.reason,
                    file: a.file,
                })
                .collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn questions(keys: &[&str]) -> Vec<NeedQuestion> {
        keys.iter().map(|k| NeedQuestion { key: (*k).to_owned(), text: format!("{k}?") }).collect()
    }

    fn text(key: &str, text: &str) -> AnswerInput {
        AnswerInput { key: key.to_owned(), text: Some(text.to_owned()), ..AnswerInput::default() }
    }

    #[test]
    fn an_answer_outlives_its_question_and_the_free_text_comes_last() {
        let first = Draft::default()
            .apply(&questions(&["q1", "q2"]), vec![text("free", "F"), text("q2", "B"), text("q1", "A")])
            .unwrap();
        let topics = first.topics(&questions(&["q3", "q2"]));
        let seen: Vec<(&str, &str, bool)> =
            topics.iter().map(|t| (t.key.as_str(), t.question.as_str(), t.is_dropped)).collect();
        assert_eq!(
            seen,
            [("q3", "q3?", false), ("q2", "q2?", false), ("q1", "q1?", true), ("free", "", false)]
        );
        let second = first.apply(&questions(&["q3", "q2"]), vec![text("q1", "A!")]).unwrap();
        let keys: Vec<&str> = second.answers.iter().map(|a| a.key.as_str()).collect();
        assert_eq!(keys, ["q2", "q1", "free"]);
        assert_eq!(second.answers[1].text, "A!");
    }

    #[test]
    fn one_topic_is_saved_without_touching_the_others_and_emptied_ones_go() {
        let draft = Draft::default()
            .apply(&questions(&["q1", "q2"]), vec![text("q1", "A"), text("q2", "B")])
            .unwrap();
        let draft = draft.apply(&questions(&["q1", "q2"]), vec![text("q1", " ")]).unwrap();
        let keys: Vec<&str> = draft.answers.iter().map(|a| a.key.as_str()).collect();
        assert_eq!(keys, ["q2"]);
    }

    #[test]
    fn unknown_questions_and_long_texts_are_told_together() {
        let input = vec![text("q9", "x"), text("q1", &"x".repeat(ANSWER + 1))];
        let Err(Error::Invalid(errors)) = Draft::default().apply(&questions(&["q1"]), input) else {
            panic!("refused")
        };
        let found: Vec<(String, ErrorCode)> =
            errors.into_iter().map(|e| (e.path.join("."), e.code)).collect();
        assert_eq!(
            found,
            [
                ("answers.0.key".to_owned(), ErrorCode::NotFound),
                ("answers.1.text".to_owned(), ErrorCode::TooLong)
            ]
        );
    }

    #[test]
    fn a_claim_needs_a_text_and_a_reason() {
        let claim = AnswerInput { key: FREE.to_owned(), is_secret: Some(true), ..AnswerInput::default() };
        let draft = Draft::default().apply(&[], vec![claim]).unwrap();
        let paths: Vec<String> = draft.missing().into_iter().map(|e| e.path.join(".")).collect();
        assert_eq!(paths, ["answers", "answers.free.text", "answers.free.claimReason"]);
    }

    #[test]
    fn a_reason_without_a_mark_is_not_submitted_openly() {
        let open = AnswerInput {
            key: FREE.to_owned(),
            text: Some("Oppskriften".to_owned()),
            claim_reason: Some("Den er vår".to_owned()),
            ..AnswerInput::default()
        };
        let draft = Draft::default().apply(&[], vec![open.clone()]).unwrap();
        let missing: Vec<_> = draft.missing().into_iter().map(|e| (e.path.join("."), e.code)).collect();
        assert_eq!(missing, [("answers.free.claimReason".to_owned(), ErrorCode::ClaimNotMarked)]);
        let marked = AnswerInput { is_secret: Some(true), ..open };
        assert_eq!(Draft::default().apply(&[], vec![marked]).unwrap().missing(), []);
    }

    #[test]
    fn the_receipt_is_made_again_by_any_tool() {
        let content = json!({ "b": 1, "a": "å" });
        // printf 'salt\n{"a":"å","b":1}' | sha256sum
        let by_hand = "8fb4761c4aa709737b0783d2c52c75b0ddc74bb727394cb79bc6e0dc4220a346";
        assert_eq!(receipt_hash("salt", &content), by_hand);
    }
}
