//! Every column of every row that the record speaks of is compared with it.

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
            let changed = match kind {
                "boolean" => format!("1 - {name}"),
                "integer" | "bigint" => format!("COALESCE({name}, 0) + 1"),
                _ if kind.contains("uuid") || kind.contains("blob") => "randomblob(16)".to_owned(),
                _ => format!("COALESCE({name}, '') || '1'"),
            };
            let row = format!("rowid = (SELECT MIN(rowid) FROM {table})");
            let before = column(db, &format!("SELECT quote({name}) FROM {table} WHERE {row}")).await;
            let change = format!("UPDATE {table} SET {name} = {changed} WHERE {row}");
            assert_eq!(execute(db, &change).await, 1, "{change}");
            if play.house.verify().await.findings.is_empty() {
                unseen.push(format!("{table}.{name}"));
            }
            execute(db, &format!("UPDATE {table} SET {name} = {} WHERE {row}", before[0])).await;
        }
    }
    assert!(unseen.is_empty(), "changed and not found: {unseen:?}");
    execute(db, "PRAGMA foreign_keys = ON").await;
    play.house.finish().await;
}
