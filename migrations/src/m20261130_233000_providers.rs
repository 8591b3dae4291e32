//! Signing in by another service: attempts, who somebody is there, and what a session
//! tells of it. Of the person's name there (`sub`) only a keyed hash is kept.

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
                    .table("provider_sign_ins")
                    .col(uuid("id"))
                    .col(text("provider"))
                    .col(text("state_hash"))
                    .col(text("browser_hash"))
                    .col(text_null("next"))
                    .col(text("language"))
                    .col(uuid_null("person_id"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("expires_at"))
                    .col(timestamp_with_time_zone_null("used_at"))
                    .primary_key(Index::create().col("id"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("provider_sign_ins", "state_hash").unique().to_owned()).await?;
        manager.create_index(index("provider_sign_ins", "expires_at")).await?;
        manager
            .create_table(
                Table::create()
                    .table("identities")
                    .col(uuid("id"))
                    .col(uuid("person_id"))
                    .col(text("provider"))
                    .col(text("subject_hash"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("last_used_at"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("identities", "person_id")
                            .to("persons", "id")
                            .on_delete(ForeignKeyAction::Restrict),
                    )
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("identities", "subject_hash").unique().to_owned()).await?;
        manager.create_index(index("identities", "person_id")).await?;
        for column in [text_null("provider"), text_null("assurance")] {
            manager.alter_table(Table::alter().table("sessions").add_column(column).to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["assurance", "provider"] {
            manager.alter_table(Table::alter().table("sessions").drop_column(column).to_owned()).await?;
        }
        for table in ["identities", "provider_sign_ins"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn index(table: &'static str, column: &'static str) -> IndexCreateStatement {
    Index::create().name(format!("{table}_{column}")).table(table).col(column).to_owned()
}
