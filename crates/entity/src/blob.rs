//! `blobs`: which file contents an organisation has, and how often they are used

use sea_orm::entity::prelude::*;

/// A row of `blobs`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "blobs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: types::OrganisationId,
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub sha256: String,
    pub size: i64,
    /// Attachments with this content.
    pub reference_count: i32,
    /// New whenever the row is made anew.
    pub generation: Uuid,
    /// How often somebody said that the content is about to be stored.
    pub announced: i32,
    pub touched_at: types::Time,
}

impl ActiveModelBehavior for ActiveModel {}
