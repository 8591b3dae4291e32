//! `record_entries`: what happened, append-only; sealed entries have a position

use sea_orm::entity::prelude::*;

/// A row of `record_entries`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "record_entries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: types::EntryId,
    /// `need:<id>`, `organisation:<id>`, `installation`.
    #[sea_orm(column_type = "Text")]
    pub stream: String,
    /// What happened.
    pub kind: types::EntryKind,
    /// Who did it; the person's data is elsewhere.
    pub actor_person_id: Option<types::PersonId>,
    /// For whom.
    pub actor_organisation_id: Option<types::OrganisationId>,
    /// In which role.
    #[sea_orm(column_type = "Text", nullable)]
    pub actor_role: Option<String>,
    /// When.
    pub occurred_at: types::Time,
    /// Who may read it.
    pub audience: types::Audience,
    /// Organisation ids between commas, for audience `NAMED`.
    #[sea_orm(column_type = "Text", nullable)]
    pub named_organisations: Option<String>,
    /// Facts without personal data.
    pub payload: Json,
    /// Which table the content is a row of.
    #[sea_orm(column_type = "Text", nullable)]
    pub subject_kind: Option<String>,
    /// Which row.
    pub subject_id: Option<Uuid>,
    /// Salted hash of that row after the change.
    #[sea_orm(column_type = "Text", nullable)]
    pub content_hash: Option<String>,
    /// Keyed hash of all above, which nobody makes who has only the database.
    #[sea_orm(column_type = "Text", nullable)]
    pub tag: Option<String>,
    /// Gap-free over the installation, once sealed.
    pub position: Option<i64>,
    /// In the stream, once sealed.
    pub sequence: Option<i64>,
    /// Hash of the entry before it in the stream.
    #[sea_orm(column_type = "Text", nullable)]
    pub previous_hash: Option<String>,
    /// Own hash.
    #[sea_orm(column_type = "Text", nullable)]
    pub hash: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
