//! The harness: an installation of its own for each test, on either engine,
//! with a clock and an entropy that the test holds.
//!
//! `SAMSPILL_TEST_ENGINE=postgres` with `SAMSPILL_TEST_POSTGRES=postgres://…`
//! runs the same suite on PostgreSQL. [`House::finish`] fails a test that
//! leaves work undone or a record that does not verify.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod api;
mod authenticator;
mod clock;
mod database;
mod names;
mod people;
mod portal;
mod providers;
mod socket;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use api::Api;
pub use authenticator::{Authenticator, Key};
pub use clock::{SeededEntropy, TestClock};
pub use database::{empty_database, unwalled};
use domain::keys::Keys;
use domain::ports::{FactValue, Letter, Mailer, WebhookSender};
use domain::record::{CheckpointKey, Report};
use domain::{App, Db, Settings};
use interop::brreg::OfflineRegister;
use interop::webhooks::{HttpWebhooks, TIMEOUT};
use mail::{MemoryMailer, Sender};
pub use names::FewNames;
pub use portal::{Browser, Seen};
pub use providers::{FakeProviders, somebody};
pub use socket::{Opening, Refused, Socket};

/// One installation under test.
#[derive(Debug)]
pub struct House {
    /// The application.
    pub app: Arc<App>,
    /// Its clock; starts on Monday 5 January 2026, 09:00 in Oslo.
    pub clock: Arc<TestClock>,
    /// Its mailbox.
    pub mail: Arc<MemoryMailer>,
    /// The services by which people sign in.
    pub providers: Arc<FakeProviders>,
    /// Its database, for further nodes ([`House::node`]).
    pub url: String,
    /// Signs the record's checkpoints.
    pub checkpoint_key: CheckpointKey,
    folder: tempfile::TempDir,
    finished: bool,
}

impl House {
    /// A migrated, empty installation.
    pub async fn new() -> Self {
        Self::with_register(OfflineRegister::default()).await
    }

    /// The same, with a business register that knows some units.
    pub async fn with_register(register: OfflineRegister) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = Arc::new(TestClock::default());
        let (db, url) = database::fresh(folder.path()).await;
        // A test acts as the product; who asks the API is behind the wall.
        let db = db.as_product();
        let mail = Arc::new(MemoryMailer::new(sender(), clock.clone()));
        let providers = Arc::new(FakeProviders::default());
        let app = App {
            register: Arc::new(register),
            providers: providers.clone(),
            ..app(db, clock.clone(), mail.clone(), folder.path())
        };
        let checkpoint_key =
            CheckpointKey::new(&CHECKPOINT_KEY, Some(folder.path().join("checkpoints.jsonl")));
        Self { app: Arc::new(app), clock, mail, providers, url, checkpoint_key, folder, finished: false }
    }

    /// The same, calling webhooks in a way of its own.
    pub async fn with_webhooks(webhooks: Arc<dyn WebhookSender>) -> Self {
        let mut house = Self::new().await;
        let app = Arc::get_mut(&mut house.app).expect("nobody has it yet");
        app.webhooks = webhooks;
        house
    }

    /// Another node on the database at `url`, with the system's entropy, so
    /// that two nodes never make the same id. Its clock begins where a house's does.
    pub async fn node(url: &str, mailer: Arc<dyn Mailer>) -> App {
        let db = Db::connect(url).await.expect("the database").as_product();
        let entropy = Arc::new(types::SystemEntropy::default());
        App { entropy, ..app(db, Arc::new(TestClock::default()), mailer, &std::env::temp_dir()) }
    }

    /// Another house that begins as this one is now: its own copy of the database and the
    /// files, the same clock and mailbox. SQLite alone can do that quickly. It is not verified.
    pub async fn copy(&self) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (db, url) = database::copy(&self.app.db, folder.path()).await;
        let db = db.as_product();
        copy_files(&self.path("blobs"), &folder.path().join("blobs")).expect("a copy of the files");
        let app = App {
            entropy: self.app.entropy.clone(),
            register: self.app.register.clone(),
            providers: self.providers.clone(),
            ..app(db, self.clock.clone(), self.mail.clone(), folder.path())
        };
        let checkpoint_key = CheckpointKey::new(&CHECKPOINT_KEY, None);
        let (clock, mail, providers) = (self.clock.clone(), self.mail.clone(), self.providers.clone());
        Self { app: Arc::new(app), clock, mail, providers, url, checkpoint_key, folder, finished: true }
    }

    /// Whether this run is on PostgreSQL.
    pub fn is_on_postgres() -> bool {
        database::is_on_postgres()
    }

    /// Does all work that waits: seals, tells, publishes, sends.
    pub async fn work(&self) {
        for _ in 0..10_000 {
            if !domain::work(&self.app, "test").await.expect("work") {
                return;
            }
        }
        panic!("the work never ends");
    }

    /// Verifies the record.
    pub async fn verify(&self) -> Report {
        let app = &self.app;
        let report = domain::verify(&app.db, &app.keys, &self.checkpoint_key, &*app.blobs);
        report.await.expect("verification")
    }

    /// A file of the test's own.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Ends a test: all work is done, the letters have words for all that they say, and
    /// the record verifies.
    pub async fn finish(mut self) {
        self.work().await;
        domain::record::checkpoint(&self.app, &self.checkpoint_key).await.expect("a checkpoint");
        for message in self.mail.messages() {
            let Letter::Notice(notice) = &message.letter else { continue };
            for fact in &notice.facts {
                let FactValue::Key(key) = &fact.value else { continue };
                assert!(i18n::KEYS.contains(&key.as_str()), "a letter ({}) says {key}", notice.kind);
            }
        }
        let report = self.verify().await;
        assert_eq!(report.findings, [], "the record does not verify");
        assert_eq!(report.unsealed, 0, "entries wait for the sealer");
        self.finished = true;
    }
}

/// Copies a folder with all that is in it, if it is there.
fn copy_files(from: &Path, to: &Path) -> std::io::Result<()> {
    if !from.exists() {
        return Ok(());
    }
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        // A content is never written to again, so the same file will do.
        if from.is_dir() { copy_files(&from, &to)? } else { std::fs::hard_link(&from, &to)? }
    }
    Ok(())
}

/// Where people reach every house.
pub const PUBLIC_URL: &str = "http://127.0.0.1:8080";
/// The installation's secret, for further nodes as processes of their own.
pub const SECRET: &str = "a secret that only tests know, 32 characters";
/// The key of every house's checkpoints.
pub const CHECKPOINT_KEY: [u8; 32] = [7; 32];
const MAIL_FROM: &str = "samspill@example.no";

/// Who a house's mails are from.
pub fn sender() -> Sender {
    Sender {
        name: "Samspill".to_owned(),
        address: MAIL_FROM.parse().expect("an address"),
        settings_url: format!("{PUBLIC_URL}/notifications"),
    }
}

fn app(db: Db, clock: Arc<TestClock>, mailer: Arc<dyn Mailer>, folder: &Path) -> App {
    App {
        db,
        clock,
        entropy: Arc::new(SeededEntropy::default()),
        keys: Keys::new(SECRET.as_bytes()),
        notices: Arc::new(interop::eforms::EformsReader),
        register: Arc::new(OfflineRegister::default()),
        blobs: Arc::new(interop::blobs::FolderBlobs::new(folder.join("blobs"))),
        passkeys: Arc::new(identity::Passkeys::at(PUBLIC_URL)),
        providers: Arc::new(domain::ports::NoProviders),
        mailer,
        webhooks: Arc::new(HttpWebhooks::with(true, TIMEOUT, Arc::new(FewNames))),
        settings: Settings {
            public_url: PUBLIC_URL.to_owned(),
            is_demo: false,
            mail_from: MAIL_FROM.parse().expect("an address"),
            // As long as any session: few tests are about people who go away.
            session_idle: chrono::TimeDelta::days(30),
            changes_window: domain::changes::WINDOW,
            max_upload: 20 * 1024 * 1024,
            webhooks_on_loopback: true,
        },
        cpv: domain::reference::CpvCache::default(),
        throttle: domain::throttle::Throttle::default(),
        refused: domain::record::Refused::default(),
        grown: domain::record::Grown::default(),
        sealed: tokio::sync::watch::Sender::new(0),
    }
}

impl Drop for House {
    fn drop(&mut self) {
        assert!(
            self.finished || std::thread::panicking(),
            "call finish() at the end of the test: it verifies the record"
        );
    }
}
