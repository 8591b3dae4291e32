//! The two engines behind one door.
//!
//! Reads go to a pool of several connections. Writes on SQLite go through a
//! pool of one with `BEGIN IMMEDIATE`, so that writers queue here, in order,
//! and not in SQLite's sleeping busy handler (PERFORMANCE 11). On PostgreSQL a
//! write is a READ COMMITTED transaction; commands guard what they change by
//! conditional updates and version columns, so no serialisation failure needs
//! a retry, and a deadlock is told as `UNAVAILABLE`.

use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sea_orm::{
    AccessMode, ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend, IsolationLevel,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use tokio::sync::Notify;
use types::Time;

use crate::audit::Line;
use crate::wall::{self, Going, Reader, Who};
use crate::{Actor, Result};

/// A database: SQLite in a file or PostgreSQL. Nobody asks of it, until
/// somebody is said to.
#[derive(Clone, Debug)]
pub struct Db {
    read: Reader,
    product: Reader,
    write: DatabaseConnection,
    written: Arc<Notify>,
    statements: Arc<AtomicU64>,
}

impl Db {
    /// Opens `sqlite://…` (created if absent) or `postgres://…`.
    pub async fn connect(url: &str) -> Result<Self> {
        let (mut read, mut write) = if url.starts_with("sqlite:") {
            // The writer first: it makes the file and turns WAL on.
            let write = Database::connect(sqlite(url, 1)).await?;
            (Database::connect(sqlite(url, 4)).await?, write)
        } else {
            let both = Database::connect(postgres(url)).await?;
            (both.clone(), both)
        };
        let statements = Arc::new(AtomicU64::new(0));
        for connection in [&mut read, &mut write] {
            let statements = Arc::clone(&statements);
            connection.set_metric_callback(move |info| {
                // To say who asks belongs to a transaction as its beginning does.
                if !wall::TELLS.iter().any(|tells| info.statement.sql.starts_with(tells)) {
                    statements.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let read = Reader::new(read);
        Ok(Self { product: read.product(), read, write, written: Arc::new(Notify::new()), statements })
    }

    /// The same database, asked by `actor` at `now`: for one request. What is
    /// read, PostgreSQL itself looks through ([`crate::wall`]).
    #[must_use]
    pub fn asked_by(&self, actor: &Actor, now: Time) -> Self {
        self.on_behalf_of(Who::of(actor, now))
    }

    /// The same, for what does one thing after the other: it is watched that nothing is read
    /// by a second connection while one writes.
    #[must_use]
    pub fn watched(&self) -> Self {
        self.with(self.read.watched())
    }

    /// The same database for the product's own work: it reads all that there is.
    #[must_use]
    pub fn as_product(&self) -> Self {
        self.on_behalf_of(Who::Product)
    }

    /// The same database before anybody has said who asks: what is behind the
    /// wall is not there. For what only later learns who asks.
    #[must_use]
    pub fn as_nobody(&self) -> Self {
        self.on_behalf_of(Who::Nobody)
    }

    fn on_behalf_of(&self, who: Who) -> Self {
        self.with(self.read.asked_by(who))
    }

    fn with(&self, read: Reader) -> Self {
        Self { product: read.product(), read, ..self.clone() }
    }

    /// For reading outside a transaction, as whoever asks.
    pub const fn read(&self) -> &Reader {
        &self.read
    }

    /// Gives back what the reads so far held on to: for whoever waits between two.
    pub async fn rest(&self) {
        self.read.give_back().await;
    }

    /// For what the product must read whoever asks: who that is, whom to tell,
    /// how many there are. Whoever uses it has asked who may know the outcome.
    pub const fn product(&self) -> &Reader {
        &self.product
    }

    /// The connection that migrations are looked up on: nobody asks there.
    pub fn migrate(&self) -> &DatabaseConnection {
        &self.write
    }

    /// Begins a write, which is the product's; without [`Tx::commit`] nothing of it stays.
    pub async fn write(&self) -> Result<Tx> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let inner = self.read.instead(self.write.begin_with_options(options)).await?;
        wall::tell_product(&inner).await?;
        let (written, going) = (Arc::clone(&self.written), self.read.goes());
        Ok(Tx { inner, written, notes: Mutex::default(), going })
    }

    /// Begins a read of several statements that all see one moment, and all there is.
    pub async fn snapshot(&self) -> Result<DatabaseTransaction> {
        // SQLite's read transactions are that anyway.
        let options = TransactionOptions {
            isolation_level: self.is_postgres().then_some(IsolationLevel::RepeatableRead),
            access_mode: self.is_postgres().then_some(AccessMode::ReadOnly),
            sqlite_transaction_mode: None,
        };
        let moment = self.read.instead(self.read.pool().begin_with_options(options)).await?;
        wall::tell_product(&moment).await?;
        Ok(moment)
    }

    /// Waits until something was committed here.
    pub async fn written(&self) {
        self.written.notified().await;
    }

    /// Which engine.
    pub fn is_postgres(&self) -> bool {
        self.write.get_database_backend() == DbBackend::Postgres
    }

    /// How many statements were run so far: their number must follow from the
    /// shape of a request, never from the number of rows.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Closes all connections.
    pub async fn close(self) -> Result<()> {
        self.read.pool().close_by_ref().await?;
        self.write.close_by_ref().await?;
        Ok(())
    }
}

fn sqlite(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url.to_owned());
    options
        .max_connections(connections)
        .sqlx_logging(false)
        .acquire_timeout(Duration::from_secs(30))
        .test_before_acquire(false)
        .map_sqlx_sqlite_opts(|o| {
            o.create_if_missing(true)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(10))
                // FULL: a receipt must survive the loss of power, and the
                // measured cost against NORMAL is small (PERFORMANCE, burst).
                .pragma("journal_mode", "WAL")
                .pragma("synchronous", "FULL")
        });
    options
}

fn postgres(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url.to_owned());
    options
        .max_connections(8)
        .sqlx_logging(false)
        .acquire_timeout(Duration::from_secs(30))
        .test_before_acquire_if_idle_for(Duration::from_secs(30))
        // Bound LIMITs would keep PostgreSQL from ever taking the generic plan (PERFORMANCE 2).
        .map_sqlx_postgres_opts(|o| o.options([("plan_cache_mode", "force_generic_plan")]));
    options
}

/// An open write. Dropping it rolls back.
#[derive(Debug)]
pub struct Tx {
    inner: DatabaseTransaction,
    written: Arc<Notify>,
    notes: Mutex<Vec<Line>>,
    going: Going,
}

impl Tx {
    /// Makes it permanent and wakes the sealer.
    pub async fn commit(self) -> Result<()> {
        self.inner.commit().await?;
        drop(self.going);
        self.written.notify_one();
        for line in self.notes.into_inner().unwrap_or_else(PoisonError::into_inner) {
            line.write();
        }
        Ok(())
    }

    /// Notes an event for the audit log, which is written once this is permanent.
    pub fn note(&self, line: Line) {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }
}

impl Deref for Tx {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &Self::Target {
        &self.inner
    }
}
