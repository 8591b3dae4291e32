//! The database's schema, and whose database it is.

use anyhow::{Context, Result, bail};
use domain::{App, Db};
use migrations::Migrator;
use sea_orm::{ConnectionTrait, EntityTrait};
use sea_orm_migration::{MigratorTrait, SchemaManager};

/// The setting that marks a demonstration's database.
const MARK: &str = "demo";

/// Any number will do that nobody else locks.
const LOCK: i64 = 0x5a_4d_53_50;

/// Whose a database is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// Nobody's: nothing in it yet.
    Empty,
    /// An installation's.
    Installation,
    /// A demonstration's, seeded or not.
    Demo { is_seeded: bool },
    /// Another program's.
    Foreign,
}

/// Opens the database, creating an SQLite file where there is none.
pub(crate) async fn open(url: &str) -> Result<Db> {
    Ok(Db::connect(url).await.context("can't open the database")?.as_product())
}

/// Whose the database is.
pub(crate) async fn owner(db: &Db) -> Result<Owner> {
    let schema = SchemaManager::new(db.migrate());
    if !schema.has_table("settings").await? || !schema.has_table("record_entries").await? {
        let is_empty = if db.is_postgres() {
            "SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() LIMIT 1"
        } else {
            "SELECT 1 FROM sqlite_master LIMIT 1"
        };
        let found = db.read().query_one_raw(statement(db, is_empty)).await?;
        return Ok(if found.is_none() { Owner::Empty } else { Owner::Foreign });
    }
    let mark = entity::setting::Entity::find_by_id(MARK.to_owned()).one(db.read()).await?;
    Ok(match mark {
        None => Owner::Installation,
        Some(mark) => Owner::Demo { is_seeded: mark.value == "seeded" },
    })
}

fn statement(db: &Db, sql: &str) -> sea_orm::Statement {
    sea_orm::Statement::from_string(db.read().get_database_backend(), sql.to_owned())
}

/// Applies what is pending: all of it or nothing, one process at a time.
pub(crate) async fn migrate(db: &Db) -> Result<usize> {
    migrate_and_mark(db, None).await
}

/// The same for a demonstration: the mark comes with the first table, so that
/// a process killed in between leaves nothing unmarked.
pub(crate) async fn migrate_demo(db: &Db) -> Result<usize> {
    migrate_and_mark(db, Some("begun")).await
}

async fn migrate_and_mark(db: &Db, mark: Option<&str>) -> Result<usize> {
    let tx = db.write().await?;
    if db.is_postgres() {
        tx.execute_raw(statement(db, &format!("SELECT pg_advisory_xact_lock({LOCK})"))).await?;
    }
    let pending = pending_in(&*tx).await?;
    Migrator::up(&*tx, None).await.context("the migrations failed, and changed nothing")?;
    // The role may have been made since.
    migrations::wall::let_visitors_read(&*tx).await.context("the visitors' role")?;
    if let Some(mark) = mark {
        App::set_setting(&*tx, MARK, mark).await?;
    }
    tx.commit().await?;
    Ok(pending)
}

/// Notes that the demonstration's data is complete.
pub(crate) async fn mark_seeded(db: &Db) -> Result<()> {
    let tx = db.write().await?;
    App::set_setting(&*tx, MARK, "seeded").await?;
    Ok(tx.commit().await?)
}

/// How many migrations are pending. A database of a later version is refused.
pub(crate) async fn pending(db: &Db) -> Result<usize> {
    pending_in(db.migrate()).await
}

async fn pending_in<C: ConnectionTrait>(connection: &C) -> Result<usize> {
    match Migrator::get_pending_migrations_read_only(connection).await {
        Ok(pending) => Ok(pending.len()),
        Err(error) => bail!("the database is of another version of samspill: {error}"),
    }
}

/// Names of all migrations, and whether each is applied.
pub(crate) async fn status(db: &Db) -> Result<Vec<(String, bool)>> {
    let all = Migrator::get_migration_with_status(db.migrate()).await?;
    let is_applied =
        |m: &sea_orm_migration::Migration| m.status() == sea_orm_migration::MigrationStatus::Applied;
    Ok(all.iter().map(|m| (m.name().to_owned(), is_applied(m))).collect())
}

/// Takes the last `steps` migrations back.
pub(crate) async fn down(db: &Db, steps: u32) -> Result<()> {
    let tx = db.write().await?;
    Migrator::down(&*tx, Some(steps)).await.context("the migrations failed, and changed nothing")?;
    Ok(tx.commit().await?)
}

/// Drops every table of a demonstration on PostgreSQL.
pub(crate) async fn drop_all(db: &Db) -> Result<()> {
    let tx = db.write().await?;
    Migrator::reset(&*tx).await.context("can't clear the demonstration")?;
    Ok(tx.commit().await?)
}
