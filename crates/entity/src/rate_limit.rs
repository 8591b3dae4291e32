//! `rate_limits`: counters in fixed windows

use sea_orm::entity::prelude::*;

/// A row of `rate_limits`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "rate_limits")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub window_start: types::Time,
    pub count: i32,
}

impl ActiveModelBehavior for ActiveModel {}
