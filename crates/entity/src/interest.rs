//! `interests`: suppliers interested in a need

use sea_orm::entity::prelude::*;

/// A row of `interests`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "interests")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: types::InterestId,
    pub need_id: types::NeedId,
    pub organisation_id: types::OrganisationId,
    pub visibility: types::InterestVisibility,
    pub is_looking_for_partners: bool,
    /// To those who look for partners as well.
    #[sea_orm(column_type = "Text")]
    pub message: String,
    /// Whom partners may write to.
    pub contact_person_id: types::PersonId,
    pub state: types::InterestState,
    pub registered_at: types::Time,
    pub changed_at: types::Time,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
