//! `invitations`: invitations by mail

use sea_orm::entity::prelude::*;

/// A row of `invitations`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "invitations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: types::InvitationId,
    pub organisation_id: types::OrganisationId,
    pub email: types::EmailAddress,
    #[sea_orm(column_type = "Text")]
    pub roles: String,
    #[sea_orm(column_type = "Text")]
    pub token_hash: String,
    pub inviter_id: Option<types::PersonId>,
    pub created_at: types::Time,
    pub expires_at: types::Time,
    pub accepted_at: Option<types::Time>,
    pub revoked_at: Option<types::Time>,
}

impl ActiveModelBehavior for ActiveModel {}
