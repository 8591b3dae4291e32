//! Webhooks: addresses of organisations that are told what happens, and what became of it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::wall::{self, NOBODY, Walled};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const WALLED: &[Walled] = &[
    Walled {
        table: "webhook_endpoints",
        everybody: NOBODY,
        person: "organisation_id = {org} AND {manages}",
        masks: &[("sealed", "false", "''"), ("sealed_before", "false", "NULL")],
    },
    Walled {
        table: "webhook_deliveries",
        everybody: NOBODY,
        person: "EXISTS (SELECT 1 FROM webhook_endpoints e WHERE e.id = endpoint_id)",
        masks: &[],
    },
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("webhook_endpoints")
                    .col(uuid("id"))
                    .col(uuid("organisation_id"))
                    .col(text("url"))
                    .col(text("description"))
                    .col(text("kinds"))
                    .col(text("state"))
                    .col(uuid("answerable_id"))
                    .col(text("sealed"))
                    .col(text_null("sealed_before"))
                    .col(timestamp_with_time_zone_null("signs_before_until"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(integer("version"))
                    .col(timestamp_with_time_zone_null("leased_until"))
                    .col(timestamp_with_time_zone_null("paused_until"))
                    .col(timestamp_with_time_zone_null("failing_since"))
                    .col(integer("failures"))
                    .col(timestamp_with_time_zone_null("delivered_at"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(&mut restrict("webhook_endpoints", "organisation_id", "organisations"))
                    .foreign_key(&mut restrict("webhook_endpoints", "answerable_id", "persons"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("webhook_endpoints", "organisation_id")).await?;
        manager.create_index(index("webhook_endpoints", "state")).await?;
        manager
            .create_table(
                Table::create()
                    .table("webhook_deliveries")
                    .col(uuid("id"))
                    .col(uuid("endpoint_id"))
                    .col(uuid_null("entry_id"))
                    .col(text_null("kind"))
                    .col(text("body"))
                    .col(text("state"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("run_at"))
                    .col(integer("attempts"))
                    .col(timestamp_with_time_zone_null("attempted_at"))
                    .col(integer_null("duration_ms"))
                    .col(integer_null("status"))
                    .col(text_null("failure"))
                    .col(text_null("excerpt"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("webhook_deliveries", "endpoint_id")
                            .to("webhook_endpoints", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        // A change is told to an endpoint once.
        manager
            .create_index(
                Index::create()
                    .name("webhook_deliveries_endpoint_id_entry_id")
                    .table("webhook_deliveries")
                    .col("endpoint_id")
                    .col("entry_id")
                    .unique()
                    .to_owned(),
            )
            .await?;
        // What is due, and what is kept long enough.
        manager
            .create_index(
                Index::create()
                    .name("webhook_deliveries_state_run_at")
                    .table("webhook_deliveries")
                    .col("state")
                    .col("run_at")
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("webhook_deliveries", "created_at")).await?;
        for table in WALLED {
            wall::wall(manager, table).await?;
        }
        wall::let_visitors_read(manager.get_connection()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["webhook_deliveries", "webhook_endpoints"] {
            wall::open(manager, table).await?;
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn index(table: &'static str, column: &'static str) -> IndexCreateStatement {
    Index::create().name(format!("{table}_{column}")).table(table).col(column).to_owned()
}

fn restrict(table: &'static str, column: &'static str, to: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, column).to(to, "id").on_delete(ForeignKeyAction::Restrict).to_owned()
}
