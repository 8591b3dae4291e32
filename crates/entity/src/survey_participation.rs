//! `survey_participations`: who has answered a survey; never when, never what

use sea_orm::entity::prelude::*;

/// A row of `survey_participations`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "survey_participations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub survey_id: types::SurveyId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: types::PersonId,
    pub organisation_id: types::OrganisationId,
    pub side: types::SurveySide,
}

impl ActiveModelBehavior for ActiveModel {}
