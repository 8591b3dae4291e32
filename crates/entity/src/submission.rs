//! `submissions`: immutable revisions of responses

use sea_orm::entity::prelude::*;

/// A row of `submissions`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "submissions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: types::SubmissionId,
    pub response_id: types::ResponseId,
    /// 1, 2, … within the response.
    pub number: i32,
    /// The supplier's own copy.
    pub content: Json,
    /// What the receipt's hash was made with, so that the supplier can make it again.
    #[sea_orm(column_type = "Text")]
    pub salt: String,
    /// The receipt.
    #[sea_orm(column_type = "Text")]
    pub content_hash: String,
    pub submitted_by: types::PersonId,
    pub submitted_at: types::Time,
}

impl ActiveModelBehavior for ActiveModel {}
