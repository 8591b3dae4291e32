//! `need_versions`: immutable published versions

use sea_orm::entity::prelude::*;

/// A row of `need_versions`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "need_versions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: types::NeedVersionId,
    pub need_id: types::NeedId,
    pub number: i32,
    pub content: Json,
    #[sea_orm(column_type = "Text", nullable)]
    pub change_note: Option<String>,
    pub published_by: Option<types::PersonId>,
    pub published_at: types::Time,
}

impl ActiveModelBehavior for ActiveModel {}
