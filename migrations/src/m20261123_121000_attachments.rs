//! Files: what they are attached to, their contents, and uploads on their way.

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
                    .table("blobs")
                    .col(uuid("organisation_id"))
                    .col(text("sha256"))
                    .col(big_integer("size"))
                    .col(integer("reference_count"))
                    .col(uuid("generation"))
                    .col(integer("announced"))
                    .col(timestamp_with_time_zone("touched_at"))
                    .primary_key(Index::create().col("organisation_id").col("sha256"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("blobs", "organisation_id")
                            .to("organisations", "id")
                            .on_delete(ForeignKeyAction::Restrict),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("attachments")
                    .col(uuid("id"))
                    .col(uuid("organisation_id"))
                    .col(text("subject_kind"))
                    .col(uuid("subject_id"))
                    .col(text("name"))
                    .col(text("media_type"))
                    .col(big_integer("size"))
                    .col(text("sha256"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(uuid_null("created_by"))
                    .col(timestamp_with_time_zone_null("removed_at"))
                    .col(uuid_null("removed_by"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("attachments", ("organisation_id", "sha256"))
                            .to("blobs", ("organisation_id", "sha256"))
                            .on_delete(ForeignKeyAction::Restrict),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("uploads")
                    .col(uuid("id"))
                    .col(uuid("person_id"))
                    .col(text("name"))
                    .col(big_integer("size"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("expires_at"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("uploads", "person_id")
                            .to("persons", "id")
                            .on_delete(ForeignKeyAction::Restrict),
                    )
                    .to_owned(),
            )
            .await?;
        for (name, table, columns) in [
            ("blobs_idle", "blobs", ["reference_count", "touched_at"]),
            ("attachments_subject", "attachments", ["subject_kind", "subject_id"]),
            ("attachments_blob", "attachments", ["organisation_id", "sha256"]),
            ("uploads_person", "uploads", ["person_id", "expires_at"]),
        ] {
            let mut index = Index::create();
            index.name(name).table(table);
            for column in columns {
                index.col(column);
            }
            manager.create_index(index).await?;
        }
        manager
            .create_index(
                Index::create().name("uploads_expired").table("uploads").col("expires_at").to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("uploads").to_owned()).await?;
        manager.drop_table(Table::drop().table("attachments").to_owned()).await?;
        manager.drop_table(Table::drop().table("blobs").to_owned()).await
    }
}
