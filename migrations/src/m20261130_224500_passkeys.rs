//! Passkeys, and which of their challenges were answered.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::wall::{self, NOBODY, Walled};

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
                    .table("passkeys")
                    .col(uuid("id"))
                    .col(uuid("person_id"))
                    .col(text("name"))
                    .col(text("credential_id"))
                    .col(text("public_key"))
                    .col(big_integer("sign_count"))
                    .col(boolean("is_backup_eligible"))
                    .col(boolean("is_backed_up"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("last_used_at"))
                    .col(timestamp_with_time_zone_null("stopped_at"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("passkeys", "person_id")
                            .to("persons", "id")
                            .on_delete(ForeignKeyAction::Restrict),
                    )
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("passkeys", "credential_id").unique().to_owned()).await?;
        manager.create_index(index("passkeys", "person_id")).await?;
        manager
            .create_table(
                Table::create()
                    .table("passkey_ceremonies")
                    .col(text("challenge_hash"))
                    .col(timestamp_with_time_zone("expires_at"))
                    .primary_key(Index::create().col("challenge_hash"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("passkey_ceremonies", "expires_at")).await?;
        for (table, person) in [("passkeys", "person_id = {me}"), ("passkey_ceremonies", NOBODY)] {
            wall::wall(manager, &Walled { table, everybody: NOBODY, person, masks: &[] }).await?;
        }
        wall::let_visitors_read(manager.get_connection()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["passkey_ceremonies", "passkeys"] {
            wall::open(manager, table).await?;
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn index(table: &'static str, column: &'static str) -> IndexCreateStatement {
    Index::create().name(format!("{table}_{column}")).table(table).col(column).to_owned()
}
