//! `record_heads`: one row that the sealer locks: how far the record is sealed and signed, and the lease

use sea_orm::entity::prelude::*;

/// A row of `record_heads`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "record_heads")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Of the last sealed entry.
    pub position: i64,
    /// Over all sealed entries in order.
    #[sea_orm(column_type = "Text")]
    pub running_hash: String,
    /// Of the last signed checkpoint; 0 before the first.
    pub checkpoint_position: i64,
    /// Keyed hash of the three above, which nobody makes who has only the database.
    #[sea_orm(column_type = "Text", nullable)]
    pub tag: Option<String>,
    /// Node that seals at present.
    #[sea_orm(column_type = "Text", nullable)]
    pub holder: Option<String>,
    pub leased_until: Option<types::Time>,
}

impl ActiveModelBehavior for ActiveModel {}
