//! `jobs`: mail to send and work to do

use sea_orm::entity::prelude::*;

/// A row of `jobs`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "jobs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: types::JobId,
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    pub payload: Json,
    /// Who made it (`mail`, `security`).
    #[sea_orm(column_type = "Text")]
    pub reader: String,
    /// From which entry.
    pub entry_id: Option<types::EntryId>,
    /// With reader and entry unique.
    #[sea_orm(column_type = "Text")]
    pub recipient: String,
    pub run_at: types::Time,
    pub attempts: i32,
    /// PENDING, RUNNING, DONE, FAILED.
    #[sea_orm(column_type = "Text")]
    pub state: String,
    pub leased_until: Option<types::Time>,
    #[sea_orm(column_type = "Text", nullable)]
    pub last_error: Option<String>,
    pub created_at: types::Time,
    pub done_at: Option<types::Time>,
    /// Jobs of one lane run one after the other, oldest first.
    #[sea_orm(column_type = "Text", nullable)]
    pub lane: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
