//! Responses, their submissions and passages.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// A reference that keeps what it refers to (R9).
fn key(table: &'static str, column: &'static str, to: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, column).to(to, "id").on_delete(ForeignKeyAction::Restrict).to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("responses")
                    .col(uuid("id"))
                    .col(uuid("need_id"))
                    .col(uuid("supplier_id"))
                    .col(text("state"))
                    .col(json_binary("draft"))
                    .col(boolean("is_changed"))
                    .col(boolean("partners_read"))
                    .col(text("secret_readers"))
                    .col(uuid_null("current_submission_id"))
                    .col(timestamp_with_time_zone_null("submitted_at"))
                    .col(timestamp_with_time_zone_null("withdrawn_at"))
                    .col(uuid("created_by"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .col(integer("version"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(&mut key("responses", "need_id", "needs"))
                    .foreign_key(&mut key("responses", "supplier_id", "organisations"))
                    .foreign_key(&mut key("responses", "created_by", "persons"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("submissions")
                    .col(uuid("id"))
                    .col(uuid("response_id"))
                    .col(integer("number"))
                    .col(json_binary("content"))
                    .col(text("salt"))
                    .col(text("content_hash"))
                    .col(uuid("submitted_by"))
                    .col(timestamp_with_time_zone("submitted_at"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(&mut key("submissions", "response_id", "responses"))
                    .foreign_key(&mut key("submissions", "submitted_by", "persons"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("passages")
                    .col(uuid("id"))
                    .col(uuid("submission_id"))
                    .col(uuid("response_id"))
                    .col(uuid("need_id"))
                    .col(text("question_key"))
                    .col(text("question"))
                    .col(integer("ordinal"))
                    .col(text("text"))
                    .col(text("confidentiality"))
                    .col(text_null("claim_reason"))
                    .col(text_null("decision_reason"))
                    .col(uuid_null("decided_by"))
                    .col(timestamp_with_time_zone_null("decided_at"))
                    .col(timestamp_with_time_zone_null("released_at"))
                    .col(text("disposition"))
                    .col(text_null("disposition_reason"))
                    .col(uuid_null("disposed_by"))
                    .col(timestamp_with_time_zone_null("disposed_at"))
                    .col(timestamp_with_time_zone_null("withdrawn_at"))
                    .col(integer("version"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(&mut key("passages", "submission_id", "submissions"))
                    .foreign_key(&mut key("passages", "response_id", "responses"))
                    .foreign_key(&mut key("passages", "need_id", "needs"))
                    .to_owned(),
            )
            .await?;
        for index in [
            Index::create()
                .name("responses_need_supplier")
                .table("responses")
                .col("need_id")
                .col("supplier_id")
                .unique()
                .to_owned(),
            Index::create()
                .name("responses_supplier")
                .table("responses")
                .col("supplier_id")
                .col("id")
                .to_owned(),
            Index::create()
                .name("submissions_response")
                .table("submissions")
                .col("response_id")
                .col("number")
                .unique()
                .to_owned(),
            Index::create()
                .name("passages_submission")
                .table("passages")
                .col("submission_id")
                .col("question_key")
                .unique()
                .to_owned(),
            Index::create()
                .name("passages_need")
                .table("passages")
                .col("need_id")
                .col("question_key")
                .to_owned(),
        ] {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["passages", "submissions", "responses"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
