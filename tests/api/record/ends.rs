//! Where the record ends: a tail that is cut off, the head that shows it, and
//! checkpoints that are taken away, forged or left half done.

use domain::keys::Keys;
use domain::record::{self, CheckpointKey, Finding};
use tests::House;

use super::attacked::{Attacked, breaks_checkpoint};
use super::{column, execute};

impl Attacked {
    /// Cuts off what comes after `position`, with the rows that it spoke of, and
    /// makes all fit that can be made to fit without the key.
    async fn cut_after(&self, position: i64) {
        let db = &self.house.app.db;
        self.execute(&format!("DELETE FROM record_entries WHERE position > {position}")).await;
        self.heads_to_entries().await;
        for table in ["questions", "announcements"] {
            let kept = "SELECT subject_id FROM record_entries WHERE subject_id IS NOT NULL";
            execute(db, &format!("DELETE FROM {table} WHERE id NOT IN ({kept})")).await;
        }
    }

    /// Position of the only checkpoint.
    async fn covered(&self) -> i64 {
        self.house.verify().await.last_checkpoint.unwrap()
    }

    /// Signs what is there; whether there was anything.
    async fn sign(&self) -> bool {
        record::checkpoint(&self.house.app, &self.house.checkpoint_key).await.unwrap()
    }

    async fn seal(&self) {
        while record::seal(&self.house.app, "test").await.unwrap() > 0 {}
    }

    /// Where the head is kept to be put back later.
    async fn keep_head(&self) {
        execute(&self.house.app.db, "CREATE TABLE kept_heads AS SELECT * FROM record_heads").await;
    }

    async fn put_head_back(&self) {
        let db = &self.house.app.db;
        execute(db, "DELETE FROM record_heads").await;
        execute(db, "INSERT INTO record_heads SELECT * FROM kept_heads").await;
        execute(db, "DROP TABLE kept_heads").await;
    }
}

fn is_head_forged(findings: &[Finding]) -> bool {
    findings.contains(&Finding::HeadForged)
}

#[tokio::test]
async fn a_tail_that_is_cut_off_is_found_wherever_it_is_cut() {
    let attacked = Attacked::new().await;
    let covered = attacked.covered().await;
    assert!(covered < attacked.last);
    for after in [covered - 1, covered] {
        attacked.cut_after(after).await;
        let findings = attacked.findings().await;
        assert!(is_head_forged(&findings), "{after}: {findings:?}");
        assert_eq!(breaks_checkpoint(&findings), after < covered, "{after}: {findings:?}");
        // Nor without any checkpoint, in table or file.
        execute(&attacked.house.app.db, "DELETE FROM record_checkpoints").await;
        attacked.set_copies("");
        assert!(is_head_forged(&attacked.findings().await), "{after}");
        // Going on does not hide it, and what is cut off now and not signed can't be signed.
        attacked.write_on().await;
        attacked.seal().await;
        assert!(is_head_forged(&attacked.findings().await), "{after}");
        assert!(record::checkpoint(&attacked.house.app, &attacked.house.checkpoint_key).await.is_err());
        attacked.restore().await;
    }
    // Left as it is, the head says how much is gone.
    attacked.execute(&format!("DELETE FROM record_entries WHERE position > {covered}")).await;
    let missing = Finding::Missing { position: covered + 1, last: attacked.last };
    assert!(attacked.findings().await.contains(&missing));
    attacked.finish().await;
}

#[tokio::test]
async fn a_head_is_found_to_be_changed_whatever_was_changed() {
    let attacked = Attacked::new().await;
    for (name, value) in [
        ("position", "position - 1"),
        ("position", "9223372036854775807"),
        ("running_hash", "''"),
        ("checkpoint_position", "0"),
        ("tag", "NULL"),
        ("tag", "'0'"),
    ] {
        attacked.execute(&format!("UPDATE record_heads SET {name} = {value}")).await;
        let findings = attacked.findings().await;
        assert!(is_head_forged(&findings), "{name} = {value}: {findings:?}");
        assert!(findings.len() < 5, "each thing once: {findings:?}");
        attacked.restore().await;
    }
    attacked.execute("DELETE FROM record_heads").await;
    assert_eq!(attacked.findings().await, [Finding::HeadForged]);
    attacked.restore().await;

    // One of ours, but older than the entries.
    attacked.keep_head().await;
    attacked.write_on().await;
    attacked.seal().await;
    attacked.put_head_back().await;
    let findings = attacked.findings().await;
    let is_told =
        |f: &Finding| matches!(f, Finding::HeadMismatch { position, .. } if *position == attacked.last);
    assert!(findings.iter().any(is_told), "{findings:?}");
    attacked.finish().await;
}

#[tokio::test]
async fn a_checkpoint_that_is_taken_away_is_found() {
    let attacked = Attacked::new().await;
    let db = &attacked.house.app.db;
    let first = attacked.covered().await;
    assert!(attacked.sign().await, "there is something after the first");
    let (second, both) = (attacked.last, attacked.copies());
    let rows = "CREATE TABLE kept_checkpoints AS SELECT * FROM record_checkpoints";
    execute(db, rows).await;
    assert_eq!(attacked.findings().await, []);
    let line = |n: usize| both.lines().nth(n).unwrap().to_owned() + "\n";
    for (position, other) in [(first, line(1)), (second, line(0))] {
        // The row, the copy, and then both.
        attacked.execute(&format!("DELETE FROM record_checkpoints WHERE position = {position}")).await;
        assert_eq!(attacked.findings().await, [Finding::CheckpointRowMissing { position }]);
        attacked.set_copies(&other);
        assert_eq!(attacked.findings().await, [Finding::CheckpointMissing { position }]);
        execute(db, "DELETE FROM record_checkpoints").await;
        execute(db, "INSERT INTO record_checkpoints SELECT * FROM kept_checkpoints").await;
        // On PostgreSQL the newest may have been signed by another node, and is copied later.
        if House::is_on_postgres() && position == second {
            assert_eq!(attacked.findings().await, []);
            assert!(!attacked.sign().await, "nothing new to sign");
            assert_eq!(attacked.copies(), both);
        } else {
            assert_eq!(attacked.findings().await, [Finding::CheckpointCopyMissing { position }]);
        }
        attacked.set_copies(&both);
    }
    // All of them.
    execute(db, "DELETE FROM record_checkpoints").await;
    attacked.set_copies("");
    assert_eq!(attacked.findings().await, [Finding::CheckpointMissing { position: second }]);
    execute(db, "INSERT INTO record_checkpoints SELECT * FROM kept_checkpoints").await;
    execute(db, "DROP TABLE kept_checkpoints").await;
    if !House::is_on_postgres() {
        let gone = [second, first].map(|position| Finding::CheckpointCopyMissing { position });
        assert_eq!(attacked.findings().await, gone);
    }
    attacked.finish().await;
}

#[tokio::test]
async fn each_node_copies_what_the_others_signed() {
    let attacked = Attacked::new().await;
    // Another folder: on PostgreSQL another node's, on SQLite there is no other.
    let other = CheckpointKey::new(&[7; 32], Some(attacked.house.path("other.jsonl")));
    assert!(record::checkpoint(&attacked.house.app, &other).await.unwrap());
    let gone = [Finding::CheckpointCopyMissing { position: attacked.last }];
    let expected = if House::is_on_postgres() { &[][..] } else { &gone };
    assert_eq!(attacked.findings().await, expected);
    attacked.write_on().await;
    attacked.seal().await;
    assert!(attacked.sign().await);
    assert_eq!(attacked.findings().await, expected);
    let count = if House::is_on_postgres() { 3 } else { 2 };
    assert_eq!(attacked.copies().lines().count(), count);
    attacked.finish().await;
}

#[tokio::test]
async fn who_is_killed_between_copy_and_commit_raises_no_alarm() {
    let attacked = Attacked::new().await;
    let db = &attacked.house.app.db;
    let before = attacked.copies();
    attacked.keep_head().await;
    assert!(attacked.sign().await);
    // The commit did not happen: the copy is there, row and head are not.
    attacked.execute(&format!("DELETE FROM record_checkpoints WHERE position = {}", attacked.last)).await;
    attacked.put_head_back().await;
    let left = attacked.copies();
    assert!(left.len() > before.len());
    assert_eq!(attacked.findings().await, []);
    // Signed again at the same place, and then further on.
    assert!(attacked.sign().await);
    assert_eq!(attacked.findings().await, []);
    attacked.write_on().await;
    attacked.seal().await;
    assert!(attacked.sign().await);
    assert_eq!(attacked.findings().await, []);
    let count = column(db, "SELECT CAST(COUNT(*) AS TEXT) FROM record_checkpoints").await;
    assert_eq!((count[0].as_str(), attacked.copies().lines().count()), ("3", 4));

    // Killed in the middle of the line: it is written anew.
    attacked.restore().await;
    attacked.set_copies(&format!("{before}{}", &left[before.len()..left.len() - 9]));
    assert_eq!(attacked.findings().await, []);
    assert!(attacked.sign().await);
    assert_eq!(attacked.copies().lines().count(), 2);
    assert_eq!(attacked.findings().await, []);
    attacked.finish().await;
}

#[tokio::test]
async fn a_checkpoint_that_cannot_be_copied_is_not_signed() {
    let attacked = Attacked::new().await;
    let file = attacked.house.path("checkpoints.jsonl");
    let elsewhere = attacked.house.path("nowhere/checkpoints.jsonl");
    let key = CheckpointKey::new(&[7; 32], Some(elsewhere));
    assert!(record::checkpoint(&attacked.house.app, &key).await.is_err());
    assert_eq!(attacked.findings().await, []);
    // Nor is a file that can't be read taken for one without lines.
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    let app = &attacked.house.app;
    let key = &attacked.house.checkpoint_key;
    assert!(domain::verify(&app.db, &app.keys, key, &*app.blobs).await.is_err());
    std::fs::remove_dir(&file).unwrap();
    attacked.finish().await;
}

#[tokio::test]
async fn a_forged_checkpoint_is_found() {
    let attacked = Attacked::new().await;
    let is_forged =
        |findings: &[Finding]| findings.iter().any(|f| matches!(f, Finding::CheckpointForged { .. }));
    for (name, value) in [
        ("running_hash", "'0'"),
        ("signature", "'0'"),
        ("position", "position - 1"),
        ("previous_position", "1"),
    ] {
        attacked.execute(&format!("UPDATE record_checkpoints SET {name} = {value}")).await;
        assert!(is_forged(&attacked.findings().await), "{name}");
        attacked.restore().await;
    }
    // Signed properly, with another key.
    let other = CheckpointKey::new(&[8; 32], None);
    assert!(record::checkpoint(&attacked.house.app, &other).await.unwrap());
    assert!(is_forged(&attacked.findings().await));
    attacked.restore().await;
    // A line of the copies that is no checkpoint.
    let copies = attacked.copies();
    attacked.set_copies(&format!("{copies}rubbish\n"));
    assert_eq!(attacked.findings().await, [Finding::CopyUnreadable { line: "rubbish".to_owned() }]);
    // A row of ours that nothing names.
    attacked.restore().await;
    attacked.keep_head().await;
    assert!(attacked.sign().await);
    attacked.put_head_back().await;
    assert_eq!(attacked.findings().await, [Finding::CheckpointUnnamed { position: attacked.last }]);
    attacked.finish().await;
}

#[tokio::test]
async fn a_database_that_was_set_back_differs_from_the_copies() {
    let attacked = Attacked::new().await;
    let db = &attacked.house.app.db;
    // An older head of ours, with all that was there then.
    attacked.keep_head().await;
    attacked.write_on().await;
    attacked.seal().await;
    assert!(attacked.sign().await);
    execute(db, &format!("DELETE FROM record_entries WHERE position > {}", attacked.last)).await;
    attacked.put_head_back().await;
    execute(db, &format!("DELETE FROM record_checkpoints WHERE position > {}", attacked.last)).await;
    execute(db, "DELETE FROM record_streams WHERE stream = 'load:1'").await;
    let findings = attacked.findings().await;
    assert!(breaks_checkpoint(&findings) && findings.len() == 1, "{findings:?}");
    // And when it has gone on differently and was signed again.
    attacked.write_on().await;
    attacked.seal().await;
    assert!(attacked.sign().await);
    let findings = attacked.findings().await;
    assert!(breaks_checkpoint(&findings) && findings.len() == 1, "{findings:?}");
    // Put back together with the copies, nothing shows it: `record verify` says so.
    attacked.restore().await;
    attacked.finish().await;
}

#[tokio::test]
async fn another_installations_keys_are_told_once() {
    let attacked = Attacked::new().await;
    let app = &attacked.house.app;
    let entries = u64::try_from(attacked.last).unwrap();
    let (keys, key) = (Keys::new(b"another secret"), &attacked.house.checkpoint_key);
    let report = domain::verify(&app.db, &keys, key, &*app.blobs).await.unwrap();
    assert_eq!(report.findings, [Finding::OtherSecretKey { entries }]);
    // Entries that wait are not blamed either.
    attacked.write_on().await;
    let report = domain::verify(&app.db, &keys, key, &*app.blobs).await.unwrap();
    assert_eq!(report.findings, [Finding::OtherSecretKey { entries: entries + 1 }]);
    attacked.restore().await;

    let other = CheckpointKey::new(&[8; 32], Some(attacked.house.path("checkpoints.jsonl")));
    let report = domain::verify(&app.db, &app.keys, &other, &*app.blobs).await.unwrap();
    assert_eq!(report.findings, [Finding::OtherCheckpointKey]);

    // All entries spoilt, the head not: then it is they.
    attacked.execute("UPDATE record_entries SET tag = '0'").await;
    let findings = attacked.findings().await;
    assert!(!findings.iter().any(|f| matches!(f, Finding::OtherSecretKey { .. })), "{findings:?}");
    assert!(findings.len() > 5);
    attacked.finish().await;
}

#[tokio::test]
async fn a_record_that_was_emptied_is_no_new_installation() {
    let house = House::new().await;
    assert!(domain::is_unused(&house.app.db).await.unwrap());
    house.finish().await;

    let attacked = Attacked::new().await;
    let db = &attacked.house.app.db;
    for table in ["salts", "entries", "streams", "heads", "checkpoints"] {
        assert!(!domain::is_unused(db).await.unwrap(), "before record_{table} is emptied");
        execute(db, &format!("DELETE FROM record_{table}")).await;
    }
    assert!(!domain::is_unused(db).await.unwrap(), "there are needs");
    attacked.set_copies("");
    let findings = attacked.findings().await;
    assert!(findings.iter().all(|f| matches!(f, Finding::Unrecorded { .. })) && findings.len() > 5);
    attacked.finish().await;
}
