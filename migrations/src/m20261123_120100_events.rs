//! Events, registrations, and the lanes of jobs that must not overtake each other.

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
                    .table("events")
                    .col(uuid("id"))
                    .col(uuid("need_id"))
                    .col(uuid("organisation_id"))
                    .col(text("slug"))
                    .col(text("kind"))
                    .col(text("state"))
                    .col(text("title"))
                    .col(text("description"))
                    .col(text("agenda"))
                    .col(text("language"))
                    .col(timestamp_with_time_zone("starts_at"))
                    .col(timestamp_with_time_zone("ends_at"))
                    .col(text("place"))
                    .col(text("link"))
                    .col(integer_null("capacity"))
                    .col(integer("persons_per_organisation"))
                    .col(timestamp_with_time_zone_null("registration_opens_at"))
                    .col(timestamp_with_time_zone_null("registration_deadline"))
                    .col(boolean("participants_public"))
                    .col(integer("taken"))
                    .col(integer("queued"))
                    .col(integer("sequence"))
                    .col(timestamp_with_time_zone_null("announced_at"))
                    .col(text_null("cancel_reason"))
                    .col(text_null("minutes"))
                    .col(timestamp_with_time_zone_null("documented_at"))
                    .col(uuid_null("created_by"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .col(integer("version"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("events", "need_id")
                            .to("needs", "id")
                            .on_delete(ForeignKeyAction::Restrict),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("events", "organisation_id")
                            .to("organisations", "id")
                            .on_delete(ForeignKeyAction::Restrict),
                    )
                    // The last line of defence: capacity is never exceeded.
                    .check(Expr::cust("taken >= 0 AND (capacity IS NULL OR taken <= capacity)"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("event_registrations")
                    .col(uuid("id"))
                    .col(uuid("event_id"))
                    .col(uuid("organisation_id"))
                    .col(text("state"))
                    .col(json_binary("persons"))
                    .col(integer("places"))
                    .col(integer_null("queue_number"))
                    .col(uuid_null("registered_by"))
                    .col(timestamp_with_time_zone("registered_at"))
                    .col(timestamp_with_time_zone("changed_at"))
                    .col(text_null("reason"))
                    .col(integer("version"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("event_registrations", "event_id")
                            .to("events", "id")
                            .on_delete(ForeignKeyAction::Restrict),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("event_registrations", "organisation_id")
                            .to("organisations", "id")
                            .on_delete(ForeignKeyAction::Restrict),
                    )
                    .to_owned(),
            )
            .await?;
        for index in [
            Index::create().name("events_slug").table("events").col("slug").unique().to_owned(),
            Index::create().name("events_need").table("events").col("need_id").col("starts_at").to_owned(),
            Index::create().name("events_state").table("events").col("state").to_owned(),
            Index::create().name("events_starts").table("events").col("starts_at").col("id").to_owned(),
            Index::create()
                .name("event_registrations_one")
                .table("event_registrations")
                .col("event_id")
                .col("organisation_id")
                .unique()
                .to_owned(),
            Index::create()
                .name("event_registrations_organisation")
                .table("event_registrations")
                .col("organisation_id")
                .col("registered_at")
                .to_owned(),
        ] {
            manager.create_index(index).await?;
        }
        manager.alter_table(Table::alter().table("jobs").add_column(text_null("lane")).to_owned()).await?;
        manager
            .create_index(Index::create().name("jobs_lane").table("jobs").col("lane").col("state").to_owned())
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("jobs_lane").table("jobs").to_owned()).await?;
        manager.alter_table(Table::alter().table("jobs").drop_column("lane").to_owned()).await?;
        manager.drop_table(Table::drop().table("event_registrations").to_owned()).await?;
        manager.drop_table(Table::drop().table("events").to_owned()).await
    }
}
