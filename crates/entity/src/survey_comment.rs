//! `survey_comments`: what was written in the open field, cut loose from everything else

use sea_orm::entity::prelude::*;

/// A row of `survey_comments`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "survey_comments")]
pub struct Model {
    /// Random.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: types::SurveyCommentId,
    /// The publication that it came with; it may join several dialogues.
    pub figure_id: types::QualityFigureId,
    /// The buyer that it is about.
    pub organisation_id: types::OrganisationId,
    pub side: types::SurveySide,
    #[sea_orm(column_type = "Text")]
    pub text: String,
    /// Whether the buyer may read it; nothing before somebody has looked.
    pub is_shown: Option<bool>,
}

impl ActiveModelBehavior for ActiveModel {}
