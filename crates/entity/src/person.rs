//! `persons`: people who sign in

use sea_orm::entity::prelude::*;

/// A row of `persons`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "persons")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: types::PersonId,
    pub email: types::EmailAddress,
    /// The address in lower case; unique.
    #[sea_orm(column_type = "Text")]
    pub email_key: String,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    pub language: types::Language,
    pub is_platform_administrator: bool,
    pub created_at: types::Time,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
