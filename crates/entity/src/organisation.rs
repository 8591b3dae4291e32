//! `organisations`: municipalities, suppliers and the others

use sea_orm::entity::prelude::*;

/// A row of `organisations`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "organisations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: types::OrganisationId,
    pub kind: types::OrganisationKind,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    #[sea_orm(column_type = "Text")]
    pub slug: String,
    pub organisation_number: Option<types::OrganisationNumber>,
    pub country: types::CountryCode,
    /// For municipalities, and the seat of others.
    #[sea_orm(column_type = "Text", nullable)]
    pub municipality_number: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub county_number: Option<String>,
    /// A mailbox there proves a claim.
    #[sea_orm(column_type = "Text", nullable)]
    pub registered_domain: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub website: Option<String>,
    /// Unknown is not zero.
    pub employees: Option<i32>,
    pub claim: types::ClaimState,
    /// Since when the present claim holds: an unverified claim reads nothing older.
    pub claimed_at: Option<types::Time>,
    /// Since when nobody acts for it, by decision of the platform.
    pub suspended_at: Option<types::Time>,
    /// Why.
    #[sea_orm(column_type = "Text", nullable)]
    pub suspension_reason: Option<String>,
    pub created_at: types::Time,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
