//! `idempotency_keys`: requests that are done once, and their answers

use sea_orm::entity::prelude::*;

/// A row of `idempotency_keys`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "idempotency_keys")]
pub struct Model {
    /// A hash of the caller and the key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// A hash of what was asked.
    pub request: String,
    /// Sealed; none while it runs.
    pub answer: Option<Vec<u8>>,
    pub created_at: types::Time,
}

impl ActiveModelBehavior for ActiveModel {}
