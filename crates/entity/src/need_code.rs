//! `need_codes`: CPV codes and places of published versions, for facets

use sea_orm::entity::prelude::*;

/// A row of `need_codes`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "need_codes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub need_id: types::NeedId,
    /// `cpv` or `place`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scheme: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
}

impl ActiveModelBehavior for ActiveModel {}
