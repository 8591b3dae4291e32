//! Buyers that stand behind a need together with its owner.

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
                    .table("need_partners")
                    .col(uuid("id"))
                    .col(uuid("need_id"))
                    .col(uuid("organisation_id"))
                    .col(text("state"))
                    .col(big_integer_null("volume_minimum"))
                    .col(big_integer_null("volume_expected"))
                    .col(big_integer_null("volume_maximum"))
                    .col(text_null("units"))
                    .col(date_null("starts_on"))
                    .col(text_null("note"))
                    .col(text_null("message"))
                    .col(uuid_null("invited_by"))
                    .col(timestamp_with_time_zone_null("invited_at"))
                    .col(timestamp_with_time_zone_null("told_at"))
                    .col(timestamp_with_time_zone_null("answered_at"))
                    .col(text_null("left_reason"))
                    .col(big_integer_null("volume_shown"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .col(integer("version"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("need_partners", "need_id")
                            .to("needs", "id")
                            .on_delete(ForeignKeyAction::Restrict),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("need_partners", "organisation_id")
                            .to("organisations", "id")
                            .on_delete(ForeignKeyAction::Restrict),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("need_partners_need")
                    .table("need_partners")
                    .col("need_id")
                    .col("organisation_id")
                    .unique()
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("need_partners_organisation")
                    .table("need_partners")
                    .col("organisation_id")
                    .col("state")
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("need_partners_told")
                    .table("need_partners")
                    .col("state")
                    .col("told_at")
                    .to_owned(),
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("need_partners").to_owned()).await?;
        Ok(())
    }
}
