//! `cpv_codes`: the full CPV list once it is imported

use sea_orm::entity::prelude::*;

/// A row of `cpv_codes`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "cpv_codes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    #[sea_orm(column_type = "Text")]
    pub nb: String,
    #[sea_orm(column_type = "Text")]
    pub en: String,
}

impl ActiveModelBehavior for ActiveModel {}
