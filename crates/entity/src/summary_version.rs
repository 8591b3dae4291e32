//! `summary_versions`: published versions of a summary, immutable

use sea_orm::entity::prelude::*;

/// A row of `summary_versions`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "summary_versions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: types::SummaryVersionId,
    pub summary_id: types::SummaryId,
    pub need_id: types::NeedId,
    pub number: i32,
    pub content: Json,
    /// What was corrected.
    #[sea_orm(column_type = "Text", nullable)]
    pub note: Option<String>,
    /// How many organisations took part.
    pub participant_count: i32,
    /// Ids of those who agreed to be named.
    pub participants: Json,
    pub published_by: Option<types::PersonId>,
    pub published_at: types::Time,
}

impl ActiveModelBehavior for ActiveModel {}
