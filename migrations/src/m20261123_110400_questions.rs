//! Questions and announcements.

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
                    .table("questions")
                    .col(uuid("id"))
                    .col(uuid("need_id"))
                    .col(uuid("asker_person_id"))
                    .col(uuid_null("asker_organisation_id"))
                    .col(text("text"))
                    .col(text("language"))
                    .col(text("state"))
                    .col(text("pseudonym"))
                    .col(timestamp_with_time_zone("asked_at"))
                    .col(text_null("published_text"))
                    .col(text_null("answer"))
                    .col(text_null("reason"))
                    .col(timestamp_with_time_zone_null("answered_at"))
                    .col(uuid_null("answered_by"))
                    .col(integer("version"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("questions", "need_id")
                            .to("needs", "id")
                            .on_delete(ForeignKeyAction::Restrict),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("questions", "asker_person_id")
                            .to("persons", "id")
                            .on_delete(ForeignKeyAction::Restrict),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("announcements")
                    .col(uuid("id"))
                    .col(uuid("need_id"))
                    .col(text("title"))
                    .col(text("body"))
                    .col(text("language"))
                    .col(timestamp_with_time_zone("published_at"))
                    .col(uuid_null("published_by"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("announcements", "need_id")
                            .to("needs", "id")
                            .on_delete(ForeignKeyAction::Restrict),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("questions_need")
                    .table("questions")
                    .col("need_id")
                    .col("state")
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("announcements_need")
                    .table("announcements")
                    .col("need_id")
                    .col("published_at")
                    .to_owned(),
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("announcements").to_owned()).await?;
        manager.drop_table(Table::drop().table("questions").to_owned()).await?;
        Ok(())
    }
}
