//! `webhook_deliveries`: what an endpoint is told, and what became of it

use sea_orm::entity::prelude::*;

/// A row of `webhook_deliveries`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "webhook_deliveries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: types::WebhookDeliveryId,
    pub endpoint_id: types::WebhookEndpointId,
    /// The entry that is told; none of a test.
    pub entry_id: Option<types::EntryId>,
    /// Its kind; none of a test.
    pub kind: Option<types::EntryKind>,
    /// The same on every try.
    #[sea_orm(column_type = "Text")]
    pub body: String,
    pub state: types::WebhookDeliveryState,
    pub created_at: types::Time,
    /// Not tried before then.
    pub run_at: types::Time,
    pub attempts: i32,
    /// The last try.
    pub attempted_at: Option<types::Time>,
    pub duration_ms: Option<i32>,
    pub status: Option<i32>,
    pub failure: Option<types::WebhookFailure>,
    /// How the answer began, made harmless.
    #[sea_orm(column_type = "Text", nullable)]
    pub excerpt: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
