//! Summaries of dialogues, and their published versions.

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
        manager
            .create_table(
                Table::create()
                    .table("summaries")
                    .col(uuid("id"))
                    .col(uuid("need_id"))
                    .col(json_binary("content"))
                    .col(integer_null("number"))
                    .col(timestamp_with_time_zone_null("published_at"))
                    .col(uuid_null("saved_by"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .col(integer("version"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("summaries", "need_id")
                            .to("needs", "id")
                            .on_delete(ForeignKeyAction::Restrict),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("summaries_need").table("summaries").col("need_id").unique().to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("summary_versions")
                    .col(uuid("id"))
                    .col(uuid("summary_id"))
                    .col(uuid("need_id"))
                    .col(integer("number"))
                    .col(json_binary("content"))
                    .col(text_null("note"))
                    .col(integer("participant_count"))
                    .col(json_binary("participants"))
                    .col(uuid_null("published_by"))
                    .col(timestamp_with_time_zone("published_at"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("summary_versions", "summary_id")
                            .to("summaries", "id")
                            .on_delete(ForeignKeyAction::Restrict),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("summary_versions", "need_id")
                            .to("needs", "id")
                            .on_delete(ForeignKeyAction::Restrict),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("summary_versions_number")
                    .table("summary_versions")
                    .col("summary_id")
                    .col("number")
                    .unique()
                    .to_owned(),
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("summary_versions").to_owned()).await?;
        manager.drop_table(Table::drop().table("summaries").to_owned()).await?;
        Ok(())
    }
}
