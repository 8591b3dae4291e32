//! `allowances`: how full the buckets of the callers are

use sea_orm::entity::prelude::*;

/// A row of `allowances`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "allowances")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// When the bucket will be empty, in microseconds since 1970.
    pub empty_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
