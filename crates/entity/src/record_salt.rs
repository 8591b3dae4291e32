//! `record_salts`: the salt of an entry's content hash; erasure deletes it

use sea_orm::entity::prelude::*;

/// A row of `record_salts`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "record_salts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub entry_id: types::EntryId,
    #[sea_orm(column_type = "Text")]
    pub salt: String,
}

impl ActiveModelBehavior for ActiveModel {}
