//! `memberships`: a person's place in an organisation

use sea_orm::entity::prelude::*;

/// A row of `memberships`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "memberships")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: types::MembershipId,
    pub person_id: types::PersonId,
    pub organisation_id: types::OrganisationId,
    /// Role words between commas.
    #[sea_orm(column_type = "Text")]
    pub roles: String,
    pub state: types::MembershipState,
    /// What the person wrote when asking to join.
    #[sea_orm(column_type = "Text", nullable)]
    pub message: Option<String>,
    pub created_at: types::Time,
    pub decided_at: Option<types::Time>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
