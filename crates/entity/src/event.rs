//! `events`: meetings, conferences and rounds of a dialogue

use sea_orm::entity::prelude::*;

/// A row of `events`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: types::EventId,
    pub need_id: types::NeedId,
    /// The need's buyer.
    pub organisation_id: types::OrganisationId,
    #[sea_orm(column_type = "Text")]
    pub slug: String,
    pub kind: types::EventKind,
    pub state: types::EventState,
    #[sea_orm(column_type = "Text")]
    pub title: String,
    #[sea_orm(column_type = "Text")]
    pub description: String,
    /// The programme (Markdown).
    #[sea_orm(column_type = "Text")]
    pub agenda: String,
    pub language: types::Language,
    pub starts_at: types::Time,
    pub ends_at: types::Time,
    #[sea_orm(column_type = "Text")]
    pub place: String,
    /// For those who have a place only.
    #[sea_orm(column_type = "Text")]
    pub link: String,
    /// Persons; none is unlimited.
    pub capacity: Option<i32>,
    pub persons_per_organisation: i32,
    /// None: with the announcement.
    pub registration_opens_at: Option<types::Time>,
    /// None: at the start.
    pub registration_deadline: Option<types::Time>,
    /// Whether everybody sees which organisations come.
    pub participants_public: bool,
    /// Places taken, in persons: counted with the registrations themselves.
    pub taken: i32,
    /// The last number drawn for the waiting list.
    pub queued: i32,
    /// iCalendar's `SEQUENCE`.
    pub sequence: i32,
    pub announced_at: Option<types::Time>,
    #[sea_orm(column_type = "Text", nullable)]
    pub cancel_reason: Option<String>,
    /// What came up (Markdown).
    #[sea_orm(column_type = "Text", nullable)]
    pub minutes: Option<String>,
    pub documented_at: Option<types::Time>,
    pub created_by: Option<types::PersonId>,
    pub created_at: types::Time,
    pub updated_at: types::Time,
    /// Grows with each change but those of `taken` and `queued`.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
