//! `webhook_endpoints`: addresses that are told what happens

use sea_orm::entity::prelude::*;

/// A row of `webhook_endpoints`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "webhook_endpoints")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: types::WebhookEndpointId,
    pub organisation_id: types::OrganisationId,
    #[sea_orm(column_type = "Text")]
    pub url: String,
    #[sea_orm(column_type = "Text")]
    pub description: String,
    /// Kinds of entries between commas; empty is all.
    #[sea_orm(column_type = "Text")]
    pub kinds: String,
    pub state: types::WebhookState,
    /// The member who answers for it.
    pub answerable_id: types::PersonId,
    /// The secret that signs, sealed.
    #[sea_orm(column_type = "Text")]
    pub sealed: String,
    /// The one before, sealed, which signs besides for a while.
    #[sea_orm(column_type = "Text", nullable)]
    pub sealed_before: Option<String>,
    /// Until when the one before signs.
    pub signs_before_until: Option<types::Time>,
    pub created_at: types::Time,
    pub version: i32,
    /// Taken by a worker until then: one try at a time.
    pub leased_until: Option<types::Time>,
    /// Left in peace until then.
    pub paused_until: Option<types::Time>,
    /// Since when nothing got through.
    pub failing_since: Option<types::Time>,
    /// Failures since something got through.
    pub failures: i32,
    /// When something got through last.
    pub delivered_at: Option<types::Time>,
}

impl ActiveModelBehavior for ActiveModel {}
