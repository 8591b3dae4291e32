//! `need_terms`: the search index: stems of published versions

use sea_orm::entity::prelude::*;

/// A row of `need_terms`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "need_terms")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub term: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub need_id: types::NeedId,
    pub weight: i32,
}

impl ActiveModelBehavior for ActiveModel {}
