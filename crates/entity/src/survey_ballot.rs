//! `survey_ballots`: sealed ballots of surveys that are not released

use sea_orm::entity::prelude::*;

/// A row of `survey_ballots`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "survey_ballots")]
pub struct Model {
    /// Random, and new with every answer to the survey.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub survey_id: types::SurveyId,
    /// Nonce and ciphertext, of one length for all.
    #[sea_orm(column_type = "Text")]
    pub sealed: String,
}

impl ActiveModelBehavior for ActiveModel {}
