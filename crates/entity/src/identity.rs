//! `identities`: who people are at services that they sign in by

use sea_orm::entity::prelude::*;

/// A row of `identities`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "identities")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: types::IdentityId,
    pub person_id: types::PersonId,
    /// The service's key in the configuration.
    #[sea_orm(column_type = "Text")]
    pub provider: String,
    /// Keyed, of issuer and subject: the subject itself is not kept.
    #[sea_orm(column_type = "Text")]
    pub subject_hash: String,
    pub created_at: types::Time,
    pub last_used_at: types::Time,
}

impl ActiveModelBehavior for ActiveModel {}
