//! `disclosures`: what the buyer told somebody

use sea_orm::entity::prelude::*;

/// A row of `disclosures`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "disclosures")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: types::DisclosureId,
    pub need_id: types::NeedId,
    /// What was told.
    #[sea_orm(column_type = "Text")]
    pub told: String,
    /// Ids of the organisations that it was told to.
    pub told_to: Json,
    /// Who else, in words.
    #[sea_orm(column_type = "Text", nullable)]
    pub told_to_note: Option<String>,
    pub channel: types::DisclosureChannel,
    pub told_at: types::Time,
    pub noted_by: Option<types::PersonId>,
    pub noted_at: types::Time,
    pub state: types::DisclosureState,
    /// As it was published to all.
    #[sea_orm(column_type = "Text", nullable)]
    pub shared_text: Option<String>,
    /// Why it is not published.
    #[sea_orm(column_type = "Text", nullable)]
    pub waive_reason: Option<String>,
    /// When it was shared or waived.
    pub decided_at: Option<types::Time>,
    pub decided_by: Option<types::PersonId>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
