//! `sign_ins`: attempts to sign in by e-mail

use sea_orm::entity::prelude::*;

/// A row of `sign_ins`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "sign_ins")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: types::SignInId,
    pub email: types::EmailAddress,
    #[sea_orm(column_type = "Text")]
    pub token_hash: String,
    #[sea_orm(column_type = "Text")]
    pub code_hash: String,
    /// Of the cookie of the browser that asked.
    #[sea_orm(column_type = "Text")]
    pub browser_hash: String,
    /// Where to go afterwards.
    #[sea_orm(column_type = "Text", nullable)]
    pub next: Option<String>,
    pub created_at: types::Time,
    pub expires_at: types::Time,
    pub tries: i32,
    pub used_at: Option<types::Time>,
}

impl ActiveModelBehavior for ActiveModel {}
