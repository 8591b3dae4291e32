//! `sessions`: signed-in browsers and API clients

use sea_orm::entity::prelude::*;

/// A row of `sessions`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: types::SessionId,
    #[sea_orm(column_type = "Text")]
    pub token_hash: String,
    pub person_id: types::PersonId,
    pub acting_organisation_id: Option<types::OrganisationId>,
    pub created_at: types::Time,
    pub seen_at: types::Time,
    pub expires_at: types::Time,
    pub ended_at: Option<types::Time>,
    /// When the person last proved to be the one, by code, link or passkey.
    pub authenticated_at: Option<types::Time>,
    /// Browser and system: `Firefox/Windows`.
    #[sea_orm(column_type = "Text", nullable)]
    pub device: Option<String>,
    /// How the person proved to be the one.
    pub method: Option<types::SignInMethod>,
    /// By which a browser is known again when somebody signs in there next time.
    #[sea_orm(column_type = "Text", nullable)]
    pub device_hash: Option<String>,
    /// By which service, if by one: its key in the configuration.
    #[sea_orm(column_type = "Text", nullable)]
    pub provider: Option<String>,
    /// How sure that service is (`acr`), in its own word.
    #[sea_orm(column_type = "Text", nullable)]
    pub assurance: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
