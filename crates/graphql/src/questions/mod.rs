//! Questions and announcements.

mod mutation;
mod types;

pub use mutation::QuestionMutation;
pub use types::{Announcement, NeedQuestions, Question, QuestionQuery};
