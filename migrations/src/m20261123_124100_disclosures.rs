//! What buyers told somebody, and whether all know it.

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
                    .table("disclosures")
                    .col(uuid("id"))
                    .col(uuid("need_id"))
                    .col(text("told"))
                    .col(json_binary("told_to"))
                    .col(text_null("told_to_note"))
                    .col(text("channel"))
                    .col(timestamp_with_time_zone("told_at"))
                    .col(uuid_null("noted_by"))
                    .col(timestamp_with_time_zone("noted_at"))
                    .col(text("state"))
                    .col(text_null("shared_text"))
                    .col(text_null("waive_reason"))
                    .col(timestamp_with_time_zone_null("decided_at"))
                    .col(uuid_null("decided_by"))
                    .col(integer("version"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("disclosures", "need_id")
                            .to("needs", "id")
                            .on_delete(ForeignKeyAction::Restrict),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("disclosures_need")
                    .table("disclosures")
                    .col("need_id")
                    .col("state")
                    .to_owned(),
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("disclosures").to_owned()).await?;
        Ok(())
    }
}
