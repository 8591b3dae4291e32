//! `need_partners`: buyers that stand behind a need with its owner

use sea_orm::entity::prelude::*;

/// A row of `need_partners`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "need_partners")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: types::PartnerId,
    pub need_id: types::NeedId,
    pub organisation_id: types::OrganisationId,
    pub state: types::PartnerState,
    /// Whole kroner, as the next two.
    pub volume_minimum: Option<i64>,
    pub volume_expected: Option<i64>,
    pub volume_maximum: Option<i64>,
    /// The volume in other units than money.
    #[sea_orm(column_type = "Text", nullable)]
    pub units: Option<String>,
    /// When the partner wants to begin.
    pub starts_on: Option<Date>,
    /// To the need's owner.
    #[sea_orm(column_type = "Text", nullable)]
    pub note: Option<String>,
    /// Of the invitation.
    #[sea_orm(column_type = "Text", nullable)]
    pub message: Option<String>,
    pub invited_by: Option<types::PersonId>,
    pub invited_at: Option<types::Time>,
    /// When somebody who can answer was told of the invitation.
    pub told_at: Option<types::Time>,
    pub answered_at: Option<types::Time>,
    #[sea_orm(column_type = "Text", nullable)]
    pub left_reason: Option<String>,
    /// What of it is in the public sum; see the slice's `model`.
    pub volume_shown: Option<i64>,
    pub updated_at: types::Time,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
