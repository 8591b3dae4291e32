//! Every column of every row that the record speaks of is compared with it.

use domain::record::Finding;
use tests::House;

use super::{column, execute};
use crate::costs::Play;

/// The tables that a played dialogue fills, and the columns that may change
/// without an entry.
const TABLES: &[(&str, &[&str])] = &[
    ("persons", &[]),
    ("organisations", &[]),
    ("memberships", &[]),
    ("needs", &["import_report"]),
    ("need_versions", &[]),
    ("questions", &[]),
    ("responses", &[]),
    ("submissions", &[]),
    ("passages", &[]),
    ("events", &["taken", "queued"]),
    ("event_registrations", &[]),
    ("disclosures", &[]),
    ("interests", &[]),
    ("follows", &[]),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// No value was another one that the column can hold: this would be found anyway.
    Untried,
    Found,
    Unseen,
}

impl Outcome {
    fn of(findings: &[Finding]) -> Self {
        if findings.is_empty() {
            return Self::Unseen;
        }
        let contradicts = |f: &Finding| matches!(f, Finding::StateContradicts { .. });
        if findings.iter().any(contradicts) { Self::Found } else { Self::Untried }
    }
}

/// Values to change a column to, until one is another that it can hold.
fn others(name: &str, kind: &str) -> Vec<String> {
    let text = |words: &[&str]| words.iter().map(|w| format!("'{w}'")).collect::<Vec<_>>();
    let mut all = match kind {
        "boolean" => vec![format!("1 - {name}")],
        "integer" | "bigint" => vec![format!("COALESCE({name}, 0) + 1")],
        _ if kind.contains("uuid") || kind.contains("blob") => vec!["randomblob(16)".to_owned()],
        _ => vec![
            format!("replace({name}, '2026-', '2025-')"),
            format!("CASE WHEN json_valid({name}) THEN json_set({name}, '$.x', 1) ELSE {name} END"),
            "'2025-01-05 08:00:00+00:00'".to_owned(),
            format!("COALESCE({name}, '') || '1'"),
        ],
    };
    all.extend(text(&[
        "[]",
        "{}",
        "CLOSED",
        "WITHDRAWN",
        "en",
        "CLAIMED",
        "REMOVED",
        "SUPPORT_ACTOR",
        "DISCREET",
    ]));
    all.extend(text(&["E_MAIL", "MEETING", "EMAIL", "WAIVED", "SHARED", "DRAFT", "HELD", "WRITTEN_INPUT"]));
    all.extend(text(&[
        "OPEN",
        "REJECTED",
        "PENDING",
        "974760673",
        "ADOPTED",
        "UNVERIFIED",
        "IMPORTANT",
        "x@example.no",
        "50",
        "99",
    ]));
    all
}

#[tokio::test]
async fn no_column_changes_unseen() {
    if House::is_on_postgres() {
        // The rows are hashed by the same code; the list of columns is SQLite's.
        return;
    }
    let mut play = Play::new().await;
    play.grow().await;
    let db = &play.house.app.db;
    execute(db, "PRAGMA foreign_keys = OFF").await;
    let mut unseen = Vec::new();
    for (table, uncovered) in TABLES {
        let columns = format!("SELECT lower(name || '|' || type) FROM pragma_table_info('{table}')");
        let columns = column(db, &columns).await;
        assert!(columns.len() > 3, "{table} has columns");
        for (name, kind) in columns.iter().filter_map(|c| c.split_once('|')) {
            if name == "id" || uncovered.contains(&name) {
                continue;
            }
            let row = format!("rowid = (SELECT MIN(rowid) FROM {table})");
            let value = format!("SELECT quote({name}) FROM {table} WHERE {row}");
            let before = column(db, &value).await.remove(0);
            let mut outcome = Outcome::Untried;
            for other in others(name, kind) {
                let change = format!("UPDATE {table} SET {name} = {other} WHERE {row}");
                assert_eq!(execute(db, &change).await, 1, "{change}");
                if column(db, &value).await[0] != before {
                    outcome = Outcome::of(&play.house.verify().await.findings);
                }
                execute(db, &format!("UPDATE {table} SET {name} = {before} WHERE {row}")).await;
                if outcome != Outcome::Untried {
                    break;
                }
            }
            if outcome != Outcome::Found {
                unseen.push(format!("{table}.{name}: {outcome:?}"));
            }
        }
    }
    assert!(unseen.is_empty(), "not found, or never changed to what can be read: {unseen:#?}");
    execute(db, "PRAGMA foreign_keys = ON").await;
    play.house.finish().await;
}
