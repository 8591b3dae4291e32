//! Signing in by another service: attempts, who somebody is there, and what a session
//! tells of it. Of the person's name there (`sub`) only a keyed hash is kept.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::m20261124_235900_wall::SESSIONS;
use crate::wall::{self, NOBODY, Walled};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

type Mask = (&'static str, &'static str, &'static str);

const WALLED: [(&str, &str, &[Mask]); 2] = [
    ("provider_sign_ins", NOBODY, &[]),
    ("identities", "person_id = {me}", &[("subject_hash", "false", "''")]),
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
        for (table, person, masks) in WALLED {
            wall::wall(manager, &Walled { table, everybody: NOBODY, person, masks }).await?;
        }
        wall::mask(manager, &SESSIONS).await?;
        wall::let_visitors_read(manager.get_connection()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        wall::unmask(manager, SESSIONS.table).await?;
        for column in ["assurance", "provider"] {
            manager.alter_table(Table::alter().table("sessions").drop_column(column).to_owned()).await?;
        }
        wall::mask(manager, &SESSIONS).await?;
        for table in ["identities", "provider_sign_ins"] {
            wall::open(manager, table).await?;
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn index(table: &'static str, column: &'static str) -> IndexCreateStatement {
    Index::create().name(format!("{table}_{column}")).table(table).col(column).to_owned()
}
