//! A migrated database for each test, made once and copied.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use domain::Db;
use migrations::Migrator;
use sea_orm::ConnectionTrait;
use sea_orm_migration::MigratorTrait;
use tokio::sync::OnceCell;

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A fresh database of the engine that the run is for, and its URL.
pub(crate) async fn fresh(folder: &Path) -> (Db, String) {
    match setting("SAMSPILL_TEST_ENGINE").as_deref() {
        Some("postgres") => postgres(&server()).await,
        Some("sqlite") | None => sqlite(folder).await,
        Some(other) => panic!("SAMSPILL_TEST_ENGINE is {other:?}, not sqlite or postgres"),
    }
}

/// For a program that makes its tables itself: the URL of a new, empty database on the
/// run's PostgreSQL; none on SQLite, where the program has a file of its own.
pub async fn empty_database() -> Option<String> {
    if !is_on_postgres() {
        return None;
    }
    let server = server();
    let name = format!("e{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    roles(&server).await;
    execute(&server, &format!("CREATE DATABASE {name} OWNER {ROLE}")).await;
    Some(format!("{}/{name}", as_role(&server)))
}

pub(crate) fn is_on_postgres() -> bool {
    setting("SAMSPILL_TEST_ENGINE").as_deref() == Some("postgres")
}

/// A copy of an SQLite database as it is now, and its URL.
pub(crate) async fn copy(db: &Db, folder: &Path) -> (Db, String) {
    let path = folder.join("samspill.db").display().to_string();
    db.migrate().execute_unprepared(&format!("VACUUM INTO '{path}'")).await.expect("a copy");
    open_sqlite(format!("sqlite://{path}")).await
}

/// Without waiting for the disk: no test survives a loss of power.
async fn open_sqlite(url: String) -> (Db, String) {
    let db = Db::connect(&url).await.expect("a database");
    db.migrate().execute_unprepared("PRAGMA synchronous = OFF").await.expect("a setting");
    (db, url)
}

/// The server that the run names, without a database.
fn server() -> String {
    let server = setting("SAMSPILL_TEST_POSTGRES").expect("SAMSPILL_TEST_POSTGRES names a server");
    server.trim_end_matches('/').trim_end_matches("/postgres").to_owned()
}

#[expect(clippy::disallowed_methods, reason = "the test runner speaks through the environment")]
fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

async fn sqlite(folder: &Path) -> (Db, String) {
    static TEMPLATE: OnceCell<Vec<u8>> = OnceCell::const_new();
    let path = folder.join("samspill.db");
    let template = TEMPLATE
        .get_or_init(|| async {
            let db = Db::connect(&format!("sqlite://{}", path.display())).await.expect("a template");
            Migrator::up(db.migrate(), None).await.expect("migrations");
            db.close().await.expect("closed");
            std::fs::read(&path).expect("the template")
        })
        .await;
    std::fs::write(&path, template).expect("a copy of the template");
    open_sqlite(format!("sqlite://{}", path.display())).await
}

async fn postgres(server: &str) -> (Db, String) {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    let own = format!("t{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let template = TEMPLATE
        .get_or_init(|| async {
            let name = format!("template_{}", std::process::id());
            roles(server).await;
            execute(server, &format!("CREATE DATABASE {name} OWNER {ROLE}")).await;
            let db = Db::connect(&format!("{}/{name}", as_role(server))).await.expect("a template");
            Migrator::up(db.migrate(), None).await.expect("migrations");
            db.close().await.expect("closed");
            name
        })
        .await;
    execute(server, &format!("CREATE DATABASE {own} TEMPLATE {template} OWNER {ROLE}")).await;
    let url = format!("{}/{own}", as_role(server));
    (Db::connect(&url).await.expect("a database"), url)
}

/// Who owns the tests' databases: nobody whom row-level security lets pass.
const ROLE: &str = "samspill_test";

/// Makes the roles of an installation, as `deploy/README.md` tells an operator to.
async fn roles(server: &str) {
    let visitors = domain::wall::VISITORS;
    let sql = format!(
        "DO $$ BEGIN \
           PERFORM pg_advisory_xact_lock(7071); \
           IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}') THEN \
             CREATE ROLE {ROLE} LOGIN PASSWORD '{ROLE}' NOSUPERUSER NOBYPASSRLS NOCREATEROLE; \
           END IF; \
           IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{visitors}') THEN \
             CREATE ROLE {visitors} NOLOGIN; \
           END IF; \
           IF NOT pg_has_role('{ROLE}', '{visitors}', 'MEMBER') THEN \
             GRANT {visitors} TO {ROLE}; \
           END IF; \
         END $$"
    );
    execute(server, &sql).await;
}

/// The address of a test's database for the server's own user, whom no wall stops.
pub fn unwalled(url: &str) -> String {
    let name = url.rsplit('/').next().unwrap_or_default();
    format!("{}/{name}", server())
}

/// The server's address for [`ROLE`].
fn as_role(server: &str) -> String {
    let mut url = url::Url::parse(server).expect("an address");
    url.set_username(ROLE).and_then(|()| url.set_password(Some(ROLE))).expect("an address with a user");
    url.to_string().trim_end_matches('/').to_owned()
}

/// Runs one statement on the server's own database, one caller at a time:
/// a template can't be copied twice at once.
async fn execute(server: &str, sql: &str) {
    static ONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let _one = ONE.lock().await;
    let db = sea_orm::Database::connect(format!("{server}/postgres")).await.expect("the server");
    db.execute_unprepared(sql).await.expect("a database made");
    db.close().await.expect("closed");
}
