//! Needs, their versions and their search index.

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
                    .table("needs")
                    .col(uuid("id"))
                    .col(uuid("organisation_id"))
                    .col(text("slug"))
                    .col(text_null("draft_slug"))
                    .col(text("state"))
                    .col(json_binary("content"))
                    .col(text("title"))
                    .col(text("language"))
                    .col(integer("version"))
                    .col(uuid_null("created_by"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .col(uuid_null("submitted_by"))
                    .col(timestamp_with_time_zone_null("submitted_at"))
                    .col(uuid_null("approved_by"))
                    .col(timestamp_with_time_zone_null("publish_at"))
                    .col(integer_null("published_number"))
                    .col(timestamp_with_time_zone_null("published_at"))
                    .col(timestamp_with_time_zone_null("response_deadline"))
                    .col(timestamp_with_time_zone_null("question_deadline"))
                    .col(big_integer_null("value_amount"))
                    .col(text_null("county_number"))
                    .col(boolean("is_joint"))
                    .col(timestamp_with_time_zone_null("competition_announced_at"))
                    .col(text_null("competition_url"))
                    .col(text_null("outcome_reason"))
                    .col(timestamp_with_time_zone_null("outcome_at"))
                    .col(text_null("source_id"))
                    .col(text_null("source_version"))
                    .col(boolean("is_call_for_competition"))
                    .col(json_binary_null("import_report"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("needs", "organisation_id")
                            .to("organisations", "id")
                            .on_delete(ForeignKeyAction::Restrict),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("need_versions")
                    .col(uuid("id"))
                    .col(uuid("need_id"))
                    .col(integer("number"))
                    .col(json_binary("content"))
                    .col(text_null("change_note"))
                    .col(uuid_null("published_by"))
                    .col(timestamp_with_time_zone("published_at"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("need_versions", "need_id")
                            .to("needs", "id")
                            .on_delete(ForeignKeyAction::Restrict),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("need_terms")
                    .col(text("term"))
                    .col(uuid("need_id"))
                    .col(integer("weight"))
                    .primary_key(Index::create().col("term").col("need_id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("need_terms", "need_id")
                            .to("needs", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("need_codes")
                    .col(uuid("need_id"))
                    .col(text("scheme"))
                    .col(text("code"))
                    .primary_key(Index::create().col("need_id").col("scheme").col("code"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("need_codes", "need_id")
                            .to("needs", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(Index::create().name("needs_slug").table("needs").col("slug").unique().to_owned())
            .await?;
        manager
            .create_index(
                Index::create().name("needs_draft_slug").table("needs").col("draft_slug").unique().to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("needs_source")
                    .table("needs")
                    .col("organisation_id")
                    .col("source_id")
                    .unique()
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("needs_published")
                    .table("needs")
                    .col("published_at")
                    .col("id")
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("needs_deadline")
                    .table("needs")
                    .col("response_deadline")
                    .col("id")
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("needs_organisation")
                    .table("needs")
                    .col("organisation_id")
                    .col("state")
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("needs_due").table("needs").col("state").col("publish_at").to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("need_versions_number")
                    .table("need_versions")
                    .col("need_id")
                    .col("number")
                    .unique()
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("need_terms_need").table("need_terms").col("need_id").to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("need_codes_code")
                    .table("need_codes")
                    .col("scheme")
                    .col("code")
                    .to_owned(),
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("need_codes").to_owned()).await?;
        manager.drop_table(Table::drop().table("need_terms").to_owned()).await?;
        manager.drop_table(Table::drop().table("need_versions").to_owned()).await?;
        manager.drop_table(Table::drop().table("needs").to_owned()).await?;
        Ok(())
    }
}
