//! `attachments`: files on needs, responses and the rest

use sea_orm::entity::prelude::*;

/// A row of `attachments`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "attachments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: types::AttachmentId,
    /// Whose file it is; its content is kept among that organisation's alone.
    pub organisation_id: types::OrganisationId,
    pub subject_kind: types::AttachmentSubject,
    pub subject_id: Uuid,
    /// Safe to download under.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// By content, not by name.
    #[sea_orm(column_type = "Text")]
    pub media_type: String,
    pub size: i64,
    #[sea_orm(column_type = "Text")]
    pub sha256: String,
    pub created_at: types::Time,
    pub created_by: Option<types::PersonId>,
    /// Set where others had seen it: then it stays listed.
    pub removed_at: Option<types::Time>,
    pub removed_by: Option<types::PersonId>,
}

impl ActiveModelBehavior for ActiveModel {}
