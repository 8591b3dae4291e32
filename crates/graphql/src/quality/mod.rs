//! Rating a dialogue, and what a buyer's dialogues are like.

mod mutation;
mod types;

pub use mutation::QualityMutation;
pub use types::{CommentToReview, InteractionQuality, NeedQuality, QualityQuery, Survey, SurveyComment};
