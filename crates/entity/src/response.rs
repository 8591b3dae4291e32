//! `responses`: what one supplier answers to one need

use sea_orm::entity::prelude::*;

/// A row of `responses`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "responses")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: types::ResponseId,
    pub need_id: types::NeedId,
    pub supplier_id: types::OrganisationId,
    pub state: types::ResponseState,
    /// What the supplier is writing; after submission, what it would submit next.
    pub draft: Json,
    /// Whether the draft says something else than the last submission.
    pub is_changed: bool,
    /// Whether partner buyers may read the open passages.
    pub partners_read: bool,
    /// Partner buyers that may read trade secrets too: `,id,id,`.
    #[sea_orm(column_type = "Text")]
    pub secret_readers: String,
    /// The revision that the buyer reads.
    pub current_submission_id: Option<types::SubmissionId>,
    pub submitted_at: Option<types::Time>,
    pub withdrawn_at: Option<types::Time>,
    pub created_by: types::PersonId,
    pub created_at: types::Time,
    pub updated_at: types::Time,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
