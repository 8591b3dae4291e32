//! `summaries`: the summary of a dialogue, with its working draft

use sea_orm::entity::prelude::*;

/// A row of `summaries`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "summaries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: types::SummaryId,
    pub need_id: types::NeedId,
    /// The working draft.
    pub content: Json,
    /// Of the published version.
    pub number: Option<i32>,
    /// Of the first publication.
    pub published_at: Option<types::Time>,
    pub saved_by: Option<types::PersonId>,
    pub updated_at: types::Time,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
