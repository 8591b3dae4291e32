//! `refresh_tokens`: what a session is renewed with, each once

use sea_orm::entity::prelude::*;

/// A row of `refresh_tokens`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "refresh_tokens")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: types::RefreshTokenId,
    pub session_id: types::SessionId,
    #[sea_orm(column_type = "Text")]
    pub token_hash: String,
    pub created_at: types::Time,
    pub used_at: Option<types::Time>,
    /// What was given for it.
    pub successor_id: Option<types::RefreshTokenId>,
}

impl ActiveModelBehavior for ActiveModel {}
