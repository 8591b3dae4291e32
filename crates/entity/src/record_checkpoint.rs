//! `record_checkpoints`: signed ends of the record, each with the one before it

use sea_orm::entity::prelude::*;

/// A row of `record_checkpoints`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "record_checkpoints")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i64,
    /// Of the checkpoint before it; 0 for the first.
    pub previous_position: i64,
    pub created_at: types::Time,
    /// Over all entries up to the position.
    #[sea_orm(column_type = "Text")]
    pub running_hash: String,
    #[sea_orm(column_type = "Text")]
    pub signature: String,
}

impl ActiveModelBehavior for ActiveModel {}
