//! `reader_cursors`: how far a reader of the record has come

use sea_orm::entity::prelude::*;

/// A row of `reader_cursors`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "reader_cursors")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub reader: String,
    pub position: i64,
}

impl ActiveModelBehavior for ActiveModel {}
