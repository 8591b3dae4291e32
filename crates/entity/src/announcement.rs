//! `announcements`: a buyer's word to everybody

use sea_orm::entity::prelude::*;

/// A row of `announcements`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "announcements")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: types::AnnouncementId,
    pub need_id: types::NeedId,
    #[sea_orm(column_type = "Text")]
    pub title: String,
    #[sea_orm(column_type = "Text")]
    pub body: String,
    pub language: types::Language,
    pub published_at: types::Time,
    pub published_by: Option<types::PersonId>,
}

impl ActiveModelBehavior for ActiveModel {}
