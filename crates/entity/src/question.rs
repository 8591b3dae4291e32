//! `questions`: questions to the buyer

use sea_orm::entity::prelude::*;

/// A row of `questions`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "questions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: types::QuestionId,
    pub need_id: types::NeedId,
    pub asker_person_id: types::PersonId,
    pub asker_organisation_id: Option<types::OrganisationId>,
    #[sea_orm(column_type = "Text")]
    pub text: String,
    pub language: types::Language,
    pub state: types::QuestionState,
    #[sea_orm(column_type = "Text")]
    pub pseudonym: String,
    pub asked_at: types::Time,
    /// The question as published.
    #[sea_orm(column_type = "Text", nullable)]
    pub published_text: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub answer: Option<String>,
    /// Why it is not published.
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
    pub answered_at: Option<types::Time>,
    pub answered_by: Option<types::PersonId>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
