//! `signing_keys`: key pairs that sign access tokens

use sea_orm::entity::prelude::*;

/// A row of `signing_keys`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "signing_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Grows by one with each rotation; unique, so that two nodes make one key.
    pub serial: i32,
    /// The secret half, sealed under the installation's secret.
    #[sea_orm(column_type = "Text")]
    pub sealed: String,
    pub created_at: types::Time,
    /// It is published before it signs.
    pub signs_from: types::Time,
}

impl ActiveModelBehavior for ActiveModel {}
