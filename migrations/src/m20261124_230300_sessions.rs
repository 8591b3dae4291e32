//! What a session tells of itself: how it began, and the browser that it is known
//! by. From where it began is not kept.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("sessions").drop_column("network").to_owned()).await?;
        for column in [text_null("method"), text_null("device_hash")] {
            manager.alter_table(Table::alter().table("sessions").add_column(column).to_owned()).await?;
        }
        manager
            .create_index(
                Index::create()
                    .name("sessions_person_id_seen_at")
                    .table("sessions")
                    .col("person_id")
                    .col("seen_at")
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_index(Index::drop().name("sessions_person_id_seen_at").table("sessions").to_owned())
            .await?;
        for column in ["device_hash", "method"] {
            manager.alter_table(Table::alter().table("sessions").drop_column(column).to_owned()).await?;
        }
        manager
            .alter_table(Table::alter().table("sessions").add_column(text_null("network")).to_owned())
            .await
    }
}
