//! Who is calling: keys that sign access tokens, tokens of organisations, refresh
//! tokens, what a session tells of itself, and organisations that are suspended.

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
                    .table("signing_keys")
                    .col(text("id"))
                    .col(integer("serial"))
                    .col(text("sealed"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("signs_from"))
                    .primary_key(Index::create().col("id"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("signing_keys", "serial")).await?;
        // The shared secret that signed access tokens before there were key pairs.
        let shared =
            Query::delete().from_table("secret_keys").and_where(Expr::col("id").eq("jwt")).to_owned();
        manager.execute(shared).await?;
        manager
            .create_table(
                Table::create()
                    .table("organisation_tokens")
                    .col(uuid("id"))
                    .col(uuid("organisation_id"))
                    .col(text("name"))
                    .col(text("token_hash"))
                    .col(text("hint"))
                    .col(text("scopes"))
                    .col(uuid("answerable_id"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("expires_at"))
                    .col(timestamp_with_time_zone_null("revoked_at"))
                    .col(timestamp_with_time_zone_null("last_used_at"))
                    .col(timestamp_with_time_zone_null("warned_at"))
                    .col(timestamp_with_time_zone_null("ended_at"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(&mut restrict("organisation_tokens", "organisation_id", "organisations"))
                    .foreign_key(&mut restrict("organisation_tokens", "answerable_id", "persons"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("organisation_tokens", "token_hash")).await?;
        manager.create_index(index("organisation_tokens", "organisation_id")).await?;
        manager.create_index(index("organisation_tokens", "expires_at")).await?;
        manager
            .create_table(
                Table::create()
                    .table("refresh_tokens")
                    .col(uuid("id"))
                    .col(uuid("session_id"))
                    .col(text("token_hash"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("used_at"))
                    .col(uuid_null("successor_id"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("refresh_tokens", "session_id")
                            .to("sessions", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("refresh_tokens", "token_hash")).await?;
        manager.create_index(index("refresh_tokens", "session_id")).await?;
        for column in
            [timestamp_with_time_zone_null("authenticated_at"), text_null("device"), text_null("network")]
        {
            manager.alter_table(Table::alter().table("sessions").add_column(column).to_owned()).await?;
        }
        for column in [timestamp_with_time_zone_null("suspended_at"), text_null("suspension_reason")] {
            manager.alter_table(Table::alter().table("organisations").add_column(column).to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in [
            ("organisations", "suspension_reason"),
            ("organisations", "suspended_at"),
            ("sessions", "network"),
            ("sessions", "device"),
            ("sessions", "authenticated_at"),
        ] {
            manager.alter_table(Table::alter().table(table).drop_column(column).to_owned()).await?;
        }
        for table in ["refresh_tokens", "organisation_tokens", "signing_keys"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn index(table: &'static str, column: &'static str) -> IndexCreateStatement {
    Index::create().name(format!("{table}_{column}")).table(table).col(column).to_owned()
}

fn unique(table: &'static str, column: &'static str) -> IndexCreateStatement {
    index(table, column).unique().to_owned()
}

fn restrict(table: &'static str, column: &'static str, to: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, column).to(to, "id").on_delete(ForeignKeyAction::Restrict).to_owned()
}
