//! `surveys`: one a need, after its summary

use sea_orm::entity::prelude::*;

/// A row of `surveys`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "surveys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: types::SurveyId,
    pub need_id: types::NeedId,
    /// The buyer that is rated.
    pub organisation_id: types::OrganisationId,
    pub state: types::SurveyState,
    pub opened_at: types::Time,
    pub closes_at: types::Time,
    pub closed_at: Option<types::Time>,
    /// How many ballots were released; nothing before.
    pub released: Option<i32>,
    pub released_at: Option<types::Time>,
}

impl ActiveModelBehavior for ActiveModel {}
