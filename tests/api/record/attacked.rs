//! A house whose record is tampered with.

use domain::Actor;
use domain::needs::Need;
use domain::record::{self, Entry, Finding};
use tests::House;
use types::EntryKind;

use super::{ask, column, execute, published};

/// The tables that an attacker changes, parents first.
const TABLES: &[&str] = &[
    "record_entries",
    "record_salts",
    "record_streams",
    "record_heads",
    "record_checkpoints",
    "questions",
    "announcements",
];

/// A house with a record of several streams, all sealed, with a checkpoint over
/// its first part, and copies of its tables to come back to.
pub(crate) struct Attacked {
    pub(crate) house: House,
    /// The need that the record speaks of.
    pub(crate) need: Need,
    /// Position of the last entry.
    pub(crate) last: i64,
    /// The copies of the checkpoints as they are to be.
    kept: String,
}

impl Attacked {
    pub(crate) async fn new() -> Self {
        let house = House::new().await;
        let need = published(&house).await;
        let supplier = house.supplier("Sensor AS", "kari@sensor.example.no").await;
        ask(&house.app, &supplier, &need, "Gjelder det også korttidsplass?").await;
        house.work().await;
        record::checkpoint(&house.app, &house.checkpoint_key).await.unwrap();
        ask(&house.app, &supplier, &need, "Når bestemmer dere dere?").await;
        house.work().await;
        for table in TABLES {
            execute(&house.app.db, &format!("CREATE TABLE saved_{table} AS SELECT * FROM {table}")).await;
        }
        let last: Vec<String> =
            column(&house.app.db, "SELECT CAST(MAX(position) AS TEXT) FROM record_entries").await;
        let kept = std::fs::read_to_string(house.path("checkpoints.jsonl")).unwrap();
        let attacked = Self { last: last[0].parse().unwrap(), kept, need, house };
        assert_eq!(attacked.findings().await, []);
        attacked
    }

    pub(crate) async fn findings(&self) -> Vec<Finding> {
        self.house.verify().await.findings
    }

    pub(crate) async fn execute(&self, sql: &str) {
        assert!(execute(&self.house.app.db, sql).await > 0, "no row changed: {sql}");
    }

    /// Undoes every change.
    pub(crate) async fn restore(&self) {
        let db = &self.house.app.db;
        for table in TABLES.iter().rev() {
            execute(db, &format!("DELETE FROM {table}")).await;
        }
        for table in TABLES {
            execute(db, &format!("INSERT INTO {table} SELECT * FROM saved_{table}")).await;
        }
        self.set_copies(&self.kept);
        assert_eq!(self.findings().await, []);
    }

    /// Takes the seals off everything after `position` and seals anew, as an
    /// attacker does who has the program: chains and heads are then right.
    pub(crate) async fn reseal_after(&self, position: i64) {
        let db = &self.house.app.db;
        execute(
            db,
            &format!(
                "UPDATE record_entries SET position = NULL, sequence = NULL, previous_hash = NULL, hash = NULL \
                 WHERE position > {position}"
            ),
        )
        .await;
        self.heads_to_entries().await;
        while record::seal(&self.house.app, "attacker").await.unwrap() > 0 {}
    }

    /// Makes every head agree with the entries that are there.
    pub(crate) async fn heads_to_entries(&self) {
        let db = &self.house.app.db;
        execute(db, "DELETE FROM record_streams").await;
        execute(
            db,
            "INSERT INTO record_streams (stream, sequence, hash) SELECT e.stream, e.sequence, e.hash \
             FROM record_entries e WHERE e.sequence = (SELECT MAX(f.sequence) FROM record_entries f \
             WHERE f.stream = e.stream)",
        )
        .await;
        let head =
            "UPDATE record_heads SET position = (SELECT COALESCE(MAX(position), 0) FROM record_entries)";
        execute(db, head).await;
    }

    /// The copies of the checkpoints.
    pub(crate) fn copies(&self) -> String {
        std::fs::read_to_string(self.house.path("checkpoints.jsonl")).unwrap()
    }

    pub(crate) fn set_copies(&self, text: &str) {
        std::fs::write(self.house.path("checkpoints.jsonl"), text).unwrap();
    }

    /// Goes on as if nothing were.
    pub(crate) async fn write_on(&self) {
        let app = &self.house.app;
        let tx = app.db.write().await.unwrap();
        let entry = Entry::new(EntryKind::AnnouncementPublished, "load:1");
        record::append(app, &tx, &Actor::system(), entry).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub(crate) async fn finish(self) {
        self.restore().await;
        for table in TABLES {
            execute(&self.house.app.db, &format!("DROP TABLE saved_{table}")).await;
        }
        self.house.finish().await;
    }
}

pub(crate) fn is_changed(findings: &[Finding], at: i64) -> bool {
    findings.iter().any(|f| matches!(f, Finding::Changed { position, .. } if *position == at))
}

pub(crate) fn breaks_checkpoint(findings: &[Finding]) -> bool {
    findings.iter().any(|f| matches!(f, Finding::CheckpointMismatch { .. }))
}
