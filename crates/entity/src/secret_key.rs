//! `secret_keys`: keys sealed under the installation's secret

use sea_orm::entity::prelude::*;

/// A row of `secret_keys`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "secret_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    #[sea_orm(column_type = "Text")]
    pub sealed: String,
    pub created_at: types::Time,
}

impl ActiveModelBehavior for ActiveModel {}
