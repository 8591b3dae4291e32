//! Who sees a question and who asked it. Pure; the row filter in `store` is the
//! twin, and a test proves that they agree.

use types::QuestionState;

use super::QuestionRow;
use crate::Actor;
use crate::needs::{self, Need};

/// Whether the actor knows who asked: the asker and the need's own people.
pub fn knows_asker(actor: &Actor, need: &Need, question: &QuestionRow) -> bool {
    let is_own = actor.person.as_ref().is_some_and(|p| p.id == question.asker_person_id);
    is_own || needs::reads_internals(actor, need)
}

/// Whether the question exists for the actor: once answered for everybody who
/// sees the need.
pub fn sees(actor: &Actor, need: &Need, question: &QuestionRow) -> bool {
    question.state == QuestionState::Answered || knows_asker(actor, need, question)
}
