//! `organisation_tokens`: tokens that speak for an organisation

use sea_orm::entity::prelude::*;

/// A row of `organisation_tokens`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "organisation_tokens")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: types::TokenId,
    pub organisation_id: types::OrganisationId,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    #[sea_orm(column_type = "Text")]
    pub token_hash: String,
    /// How it ends, so that people tell one from another.
    #[sea_orm(column_type = "Text")]
    pub hint: String,
    /// Scope words between commas.
    #[sea_orm(column_type = "Text")]
    pub scopes: String,
    /// The member in whose name it speaks.
    pub answerable_id: types::PersonId,
    pub created_at: types::Time,
    pub expires_at: types::Time,
    pub revoked_at: Option<types::Time>,
    /// Written every few minutes at most.
    pub last_used_at: Option<types::Time>,
    /// When its people were told that it ends soon.
    pub warned_at: Option<types::Time>,
    /// When its people were told that it has ended.
    pub ended_at: Option<types::Time>,
}

impl ActiveModelBehavior for ActiveModel {}
