//! Interest in needs, and who follows them.

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
                    .table("interests")
                    .col(uuid("id"))
                    .col(uuid("need_id"))
                    .col(uuid("organisation_id"))
                    .col(text("visibility"))
                    .col(boolean("is_looking_for_partners"))
                    .col(text("message"))
                    .col(uuid("contact_person_id"))
                    .col(text("state"))
                    .col(timestamp_with_time_zone("registered_at"))
                    .col(timestamp_with_time_zone("changed_at"))
                    .col(integer("version"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("interests", "need_id")
                            .to("needs", "id")
                            .on_delete(ForeignKeyAction::Restrict),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("interests", "organisation_id")
                            .to("organisations", "id")
                            .on_delete(ForeignKeyAction::Restrict),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("interests", "contact_person_id")
                            .to("persons", "id")
                            .on_delete(ForeignKeyAction::Restrict),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("interests_need")
                    .table("interests")
                    .col("need_id")
                    .col("organisation_id")
                    .unique()
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("interests_organisation")
                    .table("interests")
                    .col("organisation_id")
                    .col("id")
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("follows")
                    .col(uuid("id"))
                    .col(uuid("need_id"))
                    .col(uuid("person_id"))
                    .col(timestamp_with_time_zone("followed_at"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("follows", "need_id")
                            .to("needs", "id")
                            .on_delete(ForeignKeyAction::Restrict),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("follows", "person_id")
                            .to("persons", "id")
                            .on_delete(ForeignKeyAction::Restrict),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("follows_need")
                    .table("follows")
                    .col("need_id")
                    .col("person_id")
                    .unique()
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(Index::create().name("follows_person").table("follows").col("person_id").to_owned())
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("follows").to_owned()).await?;
        manager.drop_table(Table::drop().table("interests").to_owned()).await?;
        Ok(())
    }
}
