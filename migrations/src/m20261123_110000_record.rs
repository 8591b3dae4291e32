//! The record: entries, chains, checkpoints and readers.

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
                    .table("record_entries")
                    .col(uuid("id"))
                    .col(text("stream"))
                    .col(text("kind"))
                    .col(uuid_null("actor_person_id"))
                    .col(uuid_null("actor_organisation_id"))
                    .col(text_null("actor_role"))
                    .col(timestamp_with_time_zone("occurred_at"))
                    .col(text("audience"))
                    .col(text_null("named_organisations"))
                    .col(json_binary("payload"))
                    .col(text_null("subject_kind"))
                    .col(uuid_null("subject_id"))
                    .col(text_null("content_hash"))
                    .col(big_integer_null("position"))
                    .col(big_integer_null("sequence"))
                    .col(text_null("previous_hash"))
                    .col(text_null("hash"))
                    .primary_key(Index::create().col("id"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("record_salts")
                    .col(uuid("entry_id"))
                    .col(text("salt"))
                    .primary_key(Index::create().col("entry_id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("record_salts", "entry_id")
                            .to("record_entries", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("record_streams")
                    .col(text("stream"))
                    .col(big_integer("sequence"))
                    .col(text("hash"))
                    .primary_key(Index::create().col("stream"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("record_heads")
                    .col(integer("id"))
                    .col(big_integer("position"))
                    .col(text_null("holder"))
                    .col(timestamp_with_time_zone_null("leased_until"))
                    .primary_key(Index::create().col("id"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("record_checkpoints")
                    .col(big_integer("position"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(text("heads_hash"))
                    .col(text("signature"))
                    .primary_key(Index::create().col("position"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("reader_cursors")
                    .col(text("reader"))
                    .col(big_integer("position"))
                    .primary_key(Index::create().col("reader"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("record_entries_position")
                    .table("record_entries")
                    .col("position")
                    .unique()
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("record_entries_stream")
                    .table("record_entries")
                    .col("stream")
                    .col("position")
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("record_entries_subject")
                    .table("record_entries")
                    .col("subject_kind")
                    .col("subject_id")
                    .to_owned(),
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("reader_cursors").to_owned()).await?;
        manager.drop_table(Table::drop().table("record_checkpoints").to_owned()).await?;
        manager.drop_table(Table::drop().table("record_heads").to_owned()).await?;
        manager.drop_table(Table::drop().table("record_streams").to_owned()).await?;
        manager.drop_table(Table::drop().table("record_salts").to_owned()).await?;
        manager.drop_table(Table::drop().table("record_entries").to_owned()).await?;
        Ok(())
    }
}
