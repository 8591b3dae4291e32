//! What each caller may still ask for, and answers that are kept for who asks again: the
//! product's alone.

use sea_orm_migration::prelude::*;

use crate::wall::{self, NOBODY, Walled};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [&str; 2] = ["allowances", "idempotency_keys"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            wall::wall(manager, &Walled { table, everybody: NOBODY, person: NOBODY, masks: &[] }).await?;
        }
        wall::let_visitors_read(manager.get_connection()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            wall::open(manager, table).await?;
        }
        Ok(())
    }
}
