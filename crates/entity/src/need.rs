//! `needs`: needs with their working draft

use sea_orm::entity::prelude::*;

/// A row of `needs`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "needs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: types::NeedId,
    pub organisation_id: types::OrganisationId,
    #[sea_orm(column_type = "Text")]
    pub slug: String,
    /// What the draft was called, where publication gave another; leads here too.
    #[sea_orm(column_type = "Text", nullable)]
    pub draft_slug: Option<String>,
    pub state: types::NeedState,
    /// The working draft.
    pub content: Json,
    /// Of the published version, else of the draft.
    #[sea_orm(column_type = "Text")]
    pub title: String,
    pub language: types::Language,
    /// Grows with each change; detects lost updates.
    pub version: i32,
    pub created_by: Option<types::PersonId>,
    pub created_at: types::Time,
    pub updated_at: types::Time,
    pub submitted_by: Option<types::PersonId>,
    pub submitted_at: Option<types::Time>,
    pub approved_by: Option<types::PersonId>,
    pub publish_at: Option<types::Time>,
    /// Number of the current published version.
    pub published_number: Option<i32>,
    /// Of the first publication.
    pub published_at: Option<types::Time>,
    /// Of the published version.
    pub response_deadline: Option<types::Time>,
    /// Of the published version.
    pub question_deadline: Option<types::Time>,
    /// Of the published version, for sorting.
    pub value_amount: Option<i64>,
    /// Of the buyer, for the facet.
    #[sea_orm(column_type = "Text", nullable)]
    pub county_number: Option<String>,
    /// Whether the published version invites other buyers.
    pub is_joint: bool,
    /// When the first event, question or response came.
    pub dialogue_opened_at: Option<types::Time>,
    /// From then on no dialogue (R4).
    pub competition_announced_at: Option<types::Time>,
    #[sea_orm(column_type = "Text", nullable)]
    pub competition_url: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub outcome_reason: Option<String>,
    pub outcome_at: Option<types::Time>,
    /// The notice's id.
    #[sea_orm(column_type = "Text", nullable)]
    pub source_id: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub source_version: Option<String>,
    pub is_call_for_competition: bool,
    /// What the notice held and could not be mapped.
    pub import_report: Option<Json>,
}

impl ActiveModelBehavior for ActiveModel {}
