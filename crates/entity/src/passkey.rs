//! `passkeys`: public keys by which people sign in

use sea_orm::entity::prelude::*;

/// A row of `passkeys`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "passkeys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: types::PasskeyId,
    pub person_id: types::PersonId,
    /// As its person calls it.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// By which its device knows it: base64url.
    #[sea_orm(column_type = "Text")]
    pub credential_id: String,
    /// The public key, as `identity` reads it: base64url.
    #[sea_orm(column_type = "Text")]
    pub public_key: String,
    /// How often it has signed, where its device counts; else 0.
    pub sign_count: i64,
    /// Whether it may be kept in several devices.
    pub is_backup_eligible: bool,
    /// Whether it is.
    pub is_backed_up: bool,
    pub created_at: types::Time,
    pub last_used_at: Option<types::Time>,
    /// When its counter went back, so that it may have been copied: it opens nothing since.
    pub stopped_at: Option<types::Time>,
}

impl ActiveModelBehavior for ActiveModel {}
