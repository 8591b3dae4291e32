//! `passages`: input points, one for each answer of a submission

use sea_orm::entity::prelude::*;

/// A row of `passages`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "passages")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: types::PassageId,
    pub submission_id: types::SubmissionId,
    pub response_id: types::ResponseId,
    pub need_id: types::NeedId,
    /// The question's key, or `free`.
    #[sea_orm(column_type = "Text")]
    pub question_key: String,
    /// The question as it was answered; empty for the free text.
    #[sea_orm(column_type = "Text")]
    pub question: String,
    /// Order within the submission.
    pub ordinal: i32,
    /// Empty once withdrawn.
    #[sea_orm(column_type = "Text")]
    pub text: String,
    pub confidentiality: types::Confidentiality,
    #[sea_orm(column_type = "Text", nullable)]
    pub claim_reason: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub decision_reason: Option<String>,
    pub decided_by: Option<types::PersonId>,
    pub decided_at: Option<types::Time>,
    /// After a rejected claim: from then on it is read as an open passage.
    pub released_at: Option<types::Time>,
    pub disposition: types::Disposition,
    #[sea_orm(column_type = "Text", nullable)]
    pub disposition_reason: Option<String>,
    pub disposed_by: Option<types::PersonId>,
    pub disposed_at: Option<types::Time>,
    pub withdrawn_at: Option<types::Time>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
