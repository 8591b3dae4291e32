//! Jobs, settings and the imported CPV list.

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
                    .table("settings")
                    .col(text("key"))
                    .col(text("value"))
                    .primary_key(Index::create().col("key"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("jobs")
                    .col(uuid("id"))
                    .col(text("kind"))
                    .col(json_binary("payload"))
                    .col(text("reader"))
                    .col(uuid_null("entry_id"))
                    .col(text("recipient"))
                    .col(timestamp_with_time_zone("run_at"))
                    .col(integer("attempts"))
                    .col(text("state"))
                    .col(timestamp_with_time_zone_null("leased_until"))
                    .col(text_null("last_error"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("done_at"))
                    .primary_key(Index::create().col("id"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("cpv_codes")
                    .col(text("code"))
                    .col(text("nb"))
                    .col(text("en"))
                    .primary_key(Index::create().col("code"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("jobs_origin")
                    .table("jobs")
                    .col("reader")
                    .col("entry_id")
                    .col("recipient")
                    .unique()
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("jobs_due").table("jobs").col("state").col("run_at").to_owned(),
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("cpv_codes").to_owned()).await?;
        manager.drop_table(Table::drop().table("jobs").to_owned()).await?;
        manager.drop_table(Table::drop().table("settings").to_owned()).await?;
        Ok(())
    }
}
