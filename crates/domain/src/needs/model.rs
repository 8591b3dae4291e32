//! Rules without IO: transitions, and the difference of two versions.

use types::{Language, NeedState};

use super::NeedContent;
use crate::text::diff::{Change, diff};

/// Whether a need may go from one state to the other.
pub const fn can_move(from: NeedState, to: NeedState) -> bool {
    use NeedState as S;
    matches!(
        (from, to),
        (S::Draft, S::InReview)
            | (S::InReview, S::Draft | S::Scheduled | S::Published)
            | (S::Scheduled, S::Draft | S::Published)
            | (S::Published, S::InDialogue | S::OnHold | S::Closed | S::Summarised)
            | (S::InDialogue, S::Summarised | S::OnHold | S::Closed)
            | (S::Summarised, S::ToProcurement | S::OnHold | S::Closed)
            | (S::OnHold, S::Published | S::InDialogue | S::Summarised | S::Closed)
    )
}

/// A field that differs between two versions, word by word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// The field's name in the API.
    pub field: &'static str,
    /// What stayed, came and went.
    pub changes: Vec<Change>,
}

/// What differs between two versions, field by field, in the order of the page.
pub fn changes_between(old: &NeedContent, new: &NeedContent) -> Vec<FieldChange> {
    let (old, new) = (as_texts(old), as_texts(new));
    old.into_iter()
        .zip(new)
        .filter(|((_, a), (_, b))| a != b)
        .map(|((field, a), (_, b))| FieldChange { field, changes: diff(&a, &b) })
        .collect()
}

fn as_texts(content: &NeedContent) -> Vec<(&'static str, String)> {
    let time = |t: Option<types::Time>| t.map(|t| t.to_rfc3339()).unwrap_or_default();
    let value = content.value.as_ref().map(|v| {
        let end = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
        format!("{}–{} {}", end(v.minimum), end(v.maximum), v.currency)
    });
    let questions: Vec<String> = content.questions.iter().map(|q| q.text.clone()).collect();
    let codes: Vec<&str> = content.cpv_codes.iter().map(types::CpvCode::as_str).collect();
    let language = if content.language == Language::default() { "nb" } else { content.language.as_str() };
    vec![
        ("title", content.title.clone()),
        ("summary", content.summary.clone()),
        ("challenge", content.challenge.clone()),
        ("users", content.users.clone()),
        ("effects", content.effects.clone()),
        ("successCriteria", content.success_criteria.clone()),
        ("constraints", content.constraints.clone()),
        ("openness", content.openness.clone()),
        ("scale", content.scale.clone()),
        ("value", value.unwrap_or_default()),
        ("plan", content.plan.clone()),
        ("plannedOn", content.planned_on.map(|d| d.to_string()).unwrap_or_default()),
        ("questions", questions.join("\n")),
        ("responseDeadline", time(content.response_deadline)),
        ("questionDeadline", time(content.question_deadline)),
        ("cpvCodes", codes.join(" ")),
        ("places", content.places.join(" ")),
        ("ownerUnit", content.owner_unit.clone()),
        ("contactName", content.contact_name.clone()),
        ("contactEmail", content.contact_email.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("language", language.to_owned()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_never_published_without_review_and_the_end_is_the_end() {
        assert!(!can_move(NeedState::Draft, NeedState::Published));
        assert!(can_move(NeedState::OnHold, NeedState::Published), "where no dialogue had begun");
        for to in NeedState::ALL {
            assert!(!can_move(NeedState::Closed, *to));
            assert!(!can_move(NeedState::ToProcurement, *to));
            assert!(
                !can_move(*to, NeedState::Draft) || matches!(to, NeedState::InReview | NeedState::Scheduled)
            );
        }
    }

    #[test]
    fn only_what_differs_is_told() {
        let old =
            NeedContent { title: "Gode dager".to_owned(), scale: "100".to_owned(), ..NeedContent::default() };
        let new = NeedContent { title: "Gode netter".to_owned(), ..old.clone() };
        let changes = changes_between(&old, &new);
        assert_eq!(changes.len(), 1);
        assert_eq!(changes[0].field, "title");
    }
}
