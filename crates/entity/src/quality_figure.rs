//! `quality_figures`: what was published of a buyer's interaction quality

use sea_orm::entity::prelude::*;

/// A row of `quality_figures`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "quality_figures")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: types::QualityFigureId,
    pub organisation_id: types::OrganisationId,
    pub released_at: types::Time,
    /// How the figures were computed.
    #[sea_orm(column_type = "Text")]
    pub method: String,
    /// The sums of the ballots that were released together.
    pub batch: Json,
    /// The figures.
    pub content: Json,
}

impl ActiveModelBehavior for ActiveModel {}
