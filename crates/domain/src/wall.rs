//! The second wall: who asks, as PostgreSQL itself is told.
//!
//! The row filters in each `store.rs` decide what somebody reads. Behind them
//! stands row-level security, forced on every table with secrets: a filter
//! that was forgotten finds nothing that the asker may not read. Each read
//! says who asks ([`Db::asked_by`](crate::Db::asked_by)) or that the product
//! itself does ([`Db::as_product`](crate::Db::as_product)); one that says
//! neither sees nothing. The policies are in the migrations, where the tables
//! are.
//!
//! All that PostgreSQL is told ends with the transaction, so a pooler that
//! hands out connections by the transaction will do. The reads of one request
//! share a transaction, which is opened by the first and may not write; it is
//! given back before the request takes another connection, so that nobody
//! holds one while waiting for one.
//!
//! On SQLite there is no second wall.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult,
    Statement, TransactionOptions, TransactionTrait,
};
use tokio::sync::Mutex;
use types::{OrganisationKind, Time};

use crate::Actor;

/// What every statement begins with that tells PostgreSQL who asks: our own
/// bookkeeping, no statement of a request.
pub(crate) const TELLS: [&str; 2] = ["SELECT set_config('samspill.who'", "SELECT 1 FROM pg_roles"];

/// The role under which visitors read: what it sees depends on no setting.
/// The migration makes it where it may.
pub const VISITORS: &str = "samspill_anonymous";

/// Who asks.
#[derive(Clone, Debug)]
pub(crate) enum Who {
    /// Nobody has said: nothing behind the wall is seen.
    Nobody,
    /// The product itself: it sees all, and alone it writes.
    Product,
    /// A visitor.
    Visitor,
    /// Somebody who is signed in, in the order of [`PERSON`].
    Person(Arc<[String; 8]>),
}

/// The settings that a person is told by, each for the length of a transaction.
const PERSON: [&str; 8] = ["person", "organisation", "side", "roles", "since", "administrator", "now", "who"];

impl Who {
    pub(crate) fn of(actor: &Actor, now: Time) -> Self {
        if actor.is_system {
            return Self::Product;
        }
        let Some(person) = &actor.person else { return Self::Visitor };
        let acting = actor.acting.as_ref();
        let roles = |a: &crate::Acting| a.roles.iter().map(|r| r.as_str()).collect::<Vec<_>>().join(",");
        let side = |a: &crate::Acting| match a.kind {
            OrganisationKind::Supplier => "supplier".to_owned(),
            kind if kind.is_buyer() => "buyer".to_owned(),
            _ => String::new(),
        };
        Self::Person(Arc::new([
            person.id.to_string(),
            acting.map(|a| a.organisation_id.to_string()).unwrap_or_default(),
            acting.map(side).unwrap_or_default(),
            acting.map(roles).unwrap_or_default(),
            acting.and_then(|a| a.reads_since).map(|at| at.to_rfc3339()).unwrap_or_default(),
            if person.is_platform_administrator { "true".to_owned() } else { String::new() },
            now.to_rfc3339(),
            "person".to_owned(),
        ]))
    }

    /// The statement that tells it. What is read through a view of
    /// `samspill_seen` shows of a row what the asker may read of it.
    fn told(&self, as_visitors: bool) -> Statement {
        let tell = |name: &str, value: &str| format!("set_config('samspill.{name}', {value}, true)");
        let narrow = "set_config('transaction_read_only', 'on', true), \
                      set_config('search_path', 'samspill_seen, ' || current_setting('search_path'), true)";
        let sql = match self {
            Self::Nobody | Self::Product => format!("SELECT {}", tell("who", "'product'")),
            Self::Visitor if as_visitors => {
                format!(
                    "SELECT {}, {narrow}, set_config('role', '{VISITORS}', true)",
                    tell("who", "'visitor'")
                )
            }
            Self::Visitor => format!("SELECT {}, {narrow}", tell("who", "'visitor'")),
            Self::Person(_) => {
                let rest = PERSON.iter().enumerate().take(7);
                let rest: Vec<String> = rest.map(|(n, name)| tell(name, &format!("${}", n + 1))).collect();
                format!("SELECT {}, {}, {narrow}", tell("who", "$8"), rest.join(", "))
            }
        };
        let values: Vec<sea_orm::Value> = match self {
            Self::Person(told) => told.iter().map(|text| text.clone().into()).collect(),
            _ => Vec::new(),
        };
        Statement::from_sql_and_values(DbBackend::Postgres, sql, values)
    }
}

/// The transaction that the reads of one request share.
type Shared = Arc<Mutex<Option<Arc<DatabaseTransaction>>>>;

/// A connection that says who asks.
#[derive(Clone, Debug)]
pub struct Reader {
    pool: DatabaseConnection,
    who: Who,
    /// None where no request is: the product at its own work shares nothing, and must not
    /// wait for itself.
    shared: Option<Shared>,
    visitors: Visitors,
    writing: Writing,
}

/// Whether a request writes at this moment. What it reads meanwhile it reads by its write:
/// whoever waits for a second connection holding one may wait for ever, and would see what
/// was before. Only a mutation is watched, for it does one thing at a time; builds for
/// development and tests stop where it is forgotten.
#[derive(Clone, Debug, Default)]
pub(crate) struct Writing(Option<Arc<AtomicBool>>);

impl Writing {
    fn watched() -> Self {
        Self(Some(Arc::default()))
    }

    fn is_on(&self) -> bool {
        self.0.as_ref().is_some_and(|on| on.load(Ordering::Relaxed))
    }

    fn set(&self, is_on: bool) {
        if let Some(on) = &self.0 {
            on.store(is_on, Ordering::Relaxed);
        }
    }
}

/// A write that is going on; dropped, it is over.
#[derive(Debug)]
pub(crate) struct Going(Writing);

impl Drop for Going {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

/// Whether visitors can read under their role; asked once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Visitors(Arc<AtomicU8>);

impl Visitors {
    const UNKNOWN: u8 = 0;
    const WITHOUT: u8 = 1;
    const WITH: u8 = 2;

    async fn have_role(&self, pool: &DatabaseConnection) -> Result<bool, DbErr> {
        if self.0.load(Ordering::Relaxed) == Self::UNKNOWN {
            let sql = format!(
                "SELECT 1 FROM pg_roles WHERE rolname = '{VISITORS}' AND pg_has_role(current_user, oid, \
                   CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) \
                 AND has_table_privilege(oid, to_regclass('samspill_seen.needs'), 'SELECT')"
            );
            let found = pool.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
            self.0.store(if found.is_some() { Self::WITH } else { Self::WITHOUT }, Ordering::Relaxed);
        }
        Ok(self.0.load(Ordering::Relaxed) == Self::WITH)
    }
}

/// What a statement runs on.
enum Held<'a> {
    /// Without a wall, or without anybody.
    Pool(&'a DatabaseConnection),
    /// In a transaction that has been told.
    Told(Arc<DatabaseTransaction>),
}

impl Reader {
    pub(crate) fn new(pool: DatabaseConnection) -> Self {
        Self {
            pool,
            who: Who::Nobody,
            shared: None,
            visitors: Visitors::default(),
            writing: Writing::default(),
        }
    }

    /// The same for somebody else, with a transaction of its own.
    pub(crate) fn asked_by(&self, who: Who) -> Self {
        let shared = matches!(who, Who::Visitor | Who::Person(_)).then(Shared::default);
        Self { who, shared, writing: Writing::default(), ..self.clone() }
    }

    /// The same, watched.
    pub(crate) fn watched(&self) -> Self {
        Self { writing: Writing::watched(), ..self.clone() }
    }

    /// A write begins.
    pub(crate) fn goes(&self) -> Going {
        debug_assert!(!self.writing.is_on(), "a write within a write");
        self.writing.set(true);
        Going(self.writing.clone())
    }

    /// The product's, within somebody's request.
    pub(crate) fn product(&self) -> Self {
        Self { who: Who::Product, ..self.clone() }
    }

    pub(crate) fn pool(&self) -> &DatabaseConnection {
        &self.pool
    }

    /// Gives the shared transaction back: for whoever waits for something else.
    pub(crate) async fn give_back(&self) {
        if let Some(shared) = &self.shared {
            shared.lock().await.take();
        }
    }

    /// Begins something on a connection of its own. Meanwhile nobody else in the request takes
    /// one: whoever waits for a connection holds none, or all might wait for each other.
    pub(crate) async fn instead<T, E>(&self, begin: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        let Some(shared) = &self.shared else { return begin.await };
        let mut shared = shared.lock().await;
        shared.take();
        begin.await
    }

    async fn begin(&self) -> Result<Arc<DatabaseTransaction>, DbErr> {
        let as_visitors = matches!(self.who, Who::Visitor) && self.visitors.have_role(&self.pool).await?;
        let tx = self.pool.begin_with_options(TransactionOptions::default()).await?;
        tell(&tx, &self.who, as_visitors).await?;
        Ok(Arc::new(tx))
    }

    async fn hold(&self) -> Result<Held<'_>, DbErr> {
        debug_assert!(
            !self.writing.is_on(),
            "a second connection while one writes: read by the write itself"
        );
        if self.pool.get_database_backend() != DbBackend::Postgres {
            return Ok(Held::Pool(&self.pool));
        }
        Ok(match (&self.who, &self.shared) {
            (Who::Nobody, _) => Held::Pool(&self.pool),
            (Who::Visitor | Who::Person(_), Some(shared)) => {
                let mut shared = shared.lock().await;
                let tx = match &*shared {
                    Some(tx) => Arc::clone(tx),
                    None => Arc::clone(shared.insert(self.begin().await?)),
                };
                Held::Told(tx)
            }
            _ => Held::Told(self.instead(self.begin()).await?),
        })
    }

    /// Whatever failed, PostgreSQL answers nothing more in that transaction: it is given back,
    /// and waited for by nobody who still holds it.
    async fn failed(&self, held: Held<'_>, error: DbErr) -> DbErr {
        let (Held::Told(tx), Some(shared)) = (held, &self.shared) else { return error };
        let failed = Arc::downgrade(&tx);
        drop(tx);
        let mut shared = shared.lock().await;
        if shared.as_ref().is_some_and(|now| std::ptr::eq(Arc::as_ptr(now), failed.as_ptr())) {
            shared.take();
        }
        error
    }

    /// The product may also write so; a statement by itself is permanent at once.
    async fn settle(&self, held: Held<'_>) -> Result<(), DbErr> {
        match (held, &self.who) {
            (Held::Told(tx), Who::Product) => match Arc::into_inner(tx) {
                Some(tx) => tx.commit().await,
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }
}

/// Tells the transaction who asks.
async fn tell(tx: &DatabaseTransaction, who: &Who, as_visitors: bool) -> Result<(), DbErr> {
    tx.query_one_raw(who.told(as_visitors)).await.map(drop)
}

/// Tells the transaction that the product asks.
pub(crate) async fn tell_product(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    if tx.get_database_backend() == DbBackend::Postgres {
        tell(tx, &Who::Product, false).await
    } else {
        Ok(())
    }
}

macro_rules! on {
    ($self:ident, $held:ident, $method:ident($($arg:expr),*)) => {
        match &$held {
            Held::Pool(pool) => pool.$method($($arg),*).await,
            Held::Told(tx) => tx.$method($($arg),*).await,
        }
    };
}

#[async_trait]
impl ConnectionTrait for Reader {
    fn get_database_backend(&self) -> DbBackend {
        self.pool.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let held = self.hold().await?;
        match on!(self, held, execute_raw(statement)) {
            Ok(done) => self.settle(held).await.map(|()| done),
            Err(error) => Err(self.failed(held, error).await),
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let held = self.hold().await?;
        match on!(self, held, execute_unprepared(sql)) {
            Ok(done) => self.settle(held).await.map(|()| done),
            Err(error) => Err(self.failed(held, error).await),
        }
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let held = self.hold().await?;
        match on!(self, held, query_one_raw(statement)) {
            Ok(found) => Ok(found),
            Err(error) => Err(self.failed(held, error).await),
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let held = self.hold().await?;
        match on!(self, held, query_all_raw(statement)) {
            Ok(found) => Ok(found),
            Err(error) => Err(self.failed(held, error).await),
        }
    }
}

/// Why the wall does not hold, or not all of it; empty where it does, and on SQLite.
pub async fn weaknesses(db: &crate::Db) -> crate::Result<Vec<String>> {
    if !db.is_postgres() {
        return Ok(Vec::new());
    }
    let pool = db.migrate();
    let ask = |sql: &str| Statement::from_string(DbBackend::Postgres, sql.to_owned());
    let mut found = Vec::new();
    let role = "SELECT rolname::text AS name FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls)";
    if let Some(row) = pool.query_one_raw(ask(role)).await? {
        let name: String = row.try_get("", "name")?;
        found.push(format!(
            "the role {name} is a superuser or may bypass row-level security, so the second wall is open: \
             connect as a role with NOSUPERUSER NOBYPASSRLS that owns the tables"
        ));
    }
    let open = "SELECT c.relname::text AS name FROM pg_class c WHERE c.relnamespace = to_regnamespace(current_schema()) \
                AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid) \
                AND NOT (c.relrowsecurity AND c.relforcerowsecurity) ORDER BY 1";
    for row in pool.query_all_raw(ask(open)).await? {
        let name: String = row.try_get("", "name")?;
        found.push(format!("row-level security is switched off or not forced on the table {name}"));
    }
    let owned = "SELECT DISTINCT r.rolname::text AS name FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner \
                 WHERE (r.rolsuper OR r.rolbypassrls) AND c.relkind IN ('r', 'v') \
                 AND c.relnamespace IN (to_regnamespace(current_schema()), to_regnamespace('samspill_seen'))";
    for row in pool.query_all_raw(ask(owned)).await? {
        let name: String = row.try_get("", "name")?;
        found.push(format!(
            "tables belong to {name}, whom row-level security does not bind, so views of theirs show all rows: \
             make the product's role their owner, and the database's"
        ));
    }
    Ok(found)
}

/// Whether visitors read under a role of their own ([`VISITORS`]). Without it
/// the same policies hold them, told by a setting.
pub async fn has_visitors(db: &crate::Db) -> crate::Result<bool> {
    Ok(db.is_postgres() && Visitors::default().have_role(db.migrate()).await?)
}
