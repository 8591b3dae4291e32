//! `event_registrations`: which organisations come to an event, with whom

use sea_orm::entity::prelude::*;

/// A row of `event_registrations`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "event_registrations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: types::RegistrationId,
    pub event_id: types::EventId,
    pub organisation_id: types::OrganisationId,
    pub state: types::RegistrationState,
    /// The persons, with those who no longer come: work contact data.
    pub persons: Json,
    /// How many of them come: places in the event.
    pub places: i32,
    /// The place in the queue, while waiting.
    pub queue_number: Option<i32>,
    /// Who registered and gets letters about it; none where the organiser did.
    pub registered_by: Option<types::PersonId>,
    pub registered_at: types::Time,
    pub changed_at: types::Time,
    /// Why the organiser registered, withdrew or marked it.
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
