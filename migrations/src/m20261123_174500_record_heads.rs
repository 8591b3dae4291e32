//! What only the program can write of the record's end: a tag on its head, over
//! all sealed entries and the last checkpoint; and checkpoints that are a chain.

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
        for column in [
            text("running_hash").default("").take(),
            big_integer("checkpoint_position").default(0).take(),
            text_null("tag"),
        ] {
            // One column a statement: SQLite takes no more.
            let table = Table::alter().table("record_heads").add_column(column).to_owned();
            manager.alter_table(table).await?;
        }
        let previous = big_integer("previous_position").default(0).take();
        let table = Table::alter().table("record_checkpoints").add_column(previous).to_owned();
        manager.alter_table(table).await?;
        let table =
            Table::alter().table("record_checkpoints").rename_column("heads_hash", "running_hash").to_owned();
        manager.alter_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table =
            Table::alter().table("record_checkpoints").rename_column("running_hash", "heads_hash").to_owned();
        manager.alter_table(table).await?;
        let table = Table::alter().table("record_checkpoints").drop_column("previous_position").to_owned();
        manager.alter_table(table).await?;
        for column in ["tag", "checkpoint_position", "running_hash"] {
            let table = Table::alter().table("record_heads").drop_column(column).to_owned();
            manager.alter_table(table).await?;
        }
        Ok(())
    }
}
