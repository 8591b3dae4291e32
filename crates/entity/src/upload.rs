//! `uploads`: files that a person has sent and not used yet

use sea_orm::entity::prelude::*;

/// A row of `uploads`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "uploads")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: types::UploadId,
    pub person_id: types::PersonId,
    /// As sent.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    pub size: i64,
    pub created_at: types::Time,
    pub expires_at: types::Time,
}

impl ActiveModelBehavior for ActiveModel {}
