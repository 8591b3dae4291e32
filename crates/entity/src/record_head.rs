//! `record_heads`: one row that the sealer locks: the last position and the lease

use sea_orm::entity::prelude::*;

/// A row of `record_heads`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "record_heads")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    pub position: i64,
    /// Node that seals at present.
    #[sea_orm(column_type = "Text", nullable)]
    pub holder: Option<String>,
    pub leased_until: Option<types::Time>,
}

impl ActiveModelBehavior for ActiveModel {}
