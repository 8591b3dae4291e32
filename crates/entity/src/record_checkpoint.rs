//! `record_checkpoints`: signed heads of all streams

use sea_orm::entity::prelude::*;

/// A row of `record_checkpoints`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "record_checkpoints")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i64,
    pub created_at: types::Time,
    #[sea_orm(column_type = "Text")]
    pub heads_hash: String,
    #[sea_orm(column_type = "Text")]
    pub signature: String,
}

impl ActiveModelBehavior for ActiveModel {}
