//! `provider_sign_ins`: attempts to sign in by another service

use sea_orm::entity::prelude::*;

/// A row of `provider_sign_ins`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "provider_sign_ins")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: types::ProviderSignInId,
    /// The service's key in the configuration.
    #[sea_orm(column_type = "Text")]
    pub provider: String,
    #[sea_orm(column_type = "Text")]
    pub state_hash: String,
    /// Of the cookie of the browser that began.
    #[sea_orm(column_type = "Text")]
    pub browser_hash: String,
    /// Where to go afterwards.
    #[sea_orm(column_type = "Text", nullable)]
    pub next: Option<String>,
    pub language: types::Language,
    /// Who was signed in there, and so is to be shown anew.
    pub person_id: Option<types::PersonId>,
    pub created_at: types::Time,
    pub expires_at: types::Time,
    pub used_at: Option<types::Time>,
}

impl ActiveModelBehavior for ActiveModel {}
