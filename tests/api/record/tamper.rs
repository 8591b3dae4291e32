//! What a verification finds, and what it says that it can't.

use domain::page::PageRequest;
use domain::record::Finding;
use domain::{Actor, needs};
use types::Language;

use super::attacked::{Attacked, breaks_checkpoint, is_changed};
use super::{column, execute};

#[tokio::test]
async fn a_changed_entry_is_found_whatever_was_changed() {
    let attacked = Attacked::new().await;
    let at = attacked.last - 1;
    let random = if attacked.house.app.db.is_postgres() { "gen_random_uuid()" } else { "randomblob(16)" };
    let json = if attacked.house.app.db.is_postgres() {
        "payload || '{\"a\": 1}'"
    } else {
        "json_set(payload, '$.a', 1)"
    };
    let time = if attacked.house.app.db.is_postgres() {
        "occurred_at + interval '1 microsecond'"
    } else {
        "replace(occurred_at, '2026-', '2025-')"
    };
    let changes = [
        ("id", random),
        ("stream", "'installation'"),
        ("kind", "'question.withdrawn'"),
        ("actor_person_id", random),
        ("actor_organisation_id", random),
        ("actor_role", "'OWNER'"),
        ("occurred_at", time),
        ("audience", "'NAMED'"),
        ("named_organisations", "',x,'"),
        ("payload", json),
        ("subject_kind", "'need'"),
        ("subject_id", random),
        ("content_hash", "'0'"),
        ("tag", "'0'"),
        ("sequence", "sequence + 1"),
        ("previous_hash", "'0'"),
        ("hash", "'0'"),
    ];
    for (name, value) in changes {
        if name == "id" {
            execute(&attacked.house.app.db, &format!(
                "DELETE FROM record_salts WHERE entry_id = (SELECT id FROM record_entries WHERE position = {at})"
            ))
            .await;
        }
        attacked.execute(&format!("UPDATE record_entries SET {name} = {value} WHERE position = {at}")).await;
        let findings = attacked.findings().await;
        assert!(is_changed(&findings, at), "{name}: {findings:?}");
        attacked.restore().await;
    }
    // Moved away, or its seal taken off: its place is empty.
    for value in ["position + 1000", "NULL"] {
        attacked
            .execute(&format!("UPDATE record_entries SET position = {value} WHERE position = {at}"))
            .await;
        assert!(attacked.findings().await.contains(&Finding::Missing { position: at, last: at }), "{value}");
        attacked.restore().await;
    }
    // Every column is in the list: a new one must be hashed too.
    let sql = if attacked.house.app.db.is_postgres() {
        "SELECT column_name::text FROM information_schema.columns WHERE table_name = 'record_entries'"
    } else {
        "SELECT name FROM pragma_table_info('record_entries')"
    };
    for name in column(&attacked.house.app.db, sql).await {
        assert!(name == "position" || changes.iter().any(|(tried, _)| *tried == name), "{name} is not tried");
    }
    attacked.finish().await;
}

#[tokio::test]
async fn a_missing_entry_is_found() {
    let attacked = Attacked::new().await;
    for at in [1, attacked.last / 2, attacked.last] {
        attacked.execute(&format!("DELETE FROM record_entries WHERE position = {at}")).await;
        assert!(attacked.findings().await.contains(&Finding::Missing { position: at, last: at }), "{at}");
        attacked.restore().await;
    }
    // The others moved up, and all sealed anew: the checkpoint differs.
    attacked.execute("DELETE FROM record_entries WHERE position = 2").await;
    attacked.reseal_after(1).await;
    assert!(breaks_checkpoint(&attacked.findings().await));
    attacked.finish().await;
}

#[tokio::test]
async fn an_added_entry_is_found() {
    let attacked = Attacked::new().await;
    let last = attacked.last;
    let id = if attacked.house.app.db.is_postgres() { "gen_random_uuid()" } else { "randomblob(16)" };
    // Older than all others, so that a new sealing puts it first.
    let oldest = if attacked.house.app.db.is_postgres() {
        "'00000000-0000-4000-8000-000000000001'"
    } else {
        "X'00000000000040008000000000000001'"
    };
    let add = |id: &str, place: &str| {
        format!(
            "INSERT INTO record_entries (id, stream, kind, occurred_at, audience, payload, {place}) \
             SELECT {id}, stream, kind, occurred_at, audience, payload, "
        )
    };
    // Behind the last one, following it, but with a hash from thin air.
    let forged = add(id, "position, sequence, previous_hash, hash");
    attacked
        .execute(&format!(
            "{forged} position + 1, sequence + 1, hash, 'f00' FROM record_entries WHERE position = {last}"
        ))
        .await;
    attacked.heads_to_entries().await;
    assert!(is_changed(&attacked.findings().await, last + 1));
    attacked.restore().await;

    // Without a place, for the program's own sealer: it has no right tag, with
    // none or with that of the entry it was copied from, old or new. The sealer
    // leaves it, seals those beside it without a gap, and tells nobody.
    for id in [id, oldest] {
        for column in ["subject_kind", "tag"] {
            let value = if column == "tag" { "tag" } else { "NULL" };
            let sent = attacked.house.mail.sent().len();
            attacked.execute(&(add(id, column) + value + " FROM record_entries WHERE position = 1")).await;
            let findings = attacked.findings().await;
            assert!(matches!(&findings[..], [Finding::Foreign { position: None, .. }]), "{findings:?}");
            attacked.write_on().await;
            attacked.house.work().await;
            let report = attacked.house.verify().await;
            assert!(matches!(&report.findings[..], [Finding::Foreign { position: None, .. }]));
            assert_eq!((report.unsealed, report.entries), (1, u64::try_from(last + 1).unwrap()));
            assert_eq!(attacked.house.mail.sent().len(), sent);
            attacked.restore().await;
        }
    }

    // The same place in a stream twice.
    attacked
        .execute(&format!(
            "{forged} (SELECT MAX(position) + 1 FROM record_entries), sequence, previous_hash, hash \
             FROM record_entries WHERE position = {last}"
        ))
        .await;
    assert!(is_changed(&attacked.findings().await, last + 1));
    attacked.finish().await;
}

#[tokio::test]
async fn an_entry_that_was_added_with_a_seal_is_told_to_nobody() {
    let attacked = Attacked::new().await;
    let house = &attacked.house;
    let id = if house.app.db.is_postgres() { "gen_random_uuid()" } else { "randomblob(16)" };
    let sent = house.mail.sent().len();
    assert!(sent > 0, "the entry that is copied was told");
    attacked
        .execute(&format!(
            "INSERT INTO record_entries (id, stream, kind, actor_person_id, actor_organisation_id, occurred_at, \
             audience, payload, subject_kind, subject_id, tag, position, sequence, previous_hash, hash) \
             SELECT {id}, stream, kind, actor_person_id, actor_organisation_id, occurred_at, 'PUBLIC', \
             payload, subject_kind, subject_id, tag, position + 1, sequence + 1, hash, 'f00' \
             FROM record_entries WHERE position = {}",
            attacked.last
        ))
        .await;
    house.work().await;
    assert_eq!(house.mail.sent().len(), sent);
    let visitor = Actor::anonymous(Language::Nb);
    let page = PageRequest::new(Some(100), None).unwrap();
    let log = needs::log(&house.app, &visitor, &attacked.need, &page).await.unwrap();
    assert!(!log.rows.is_empty() && log.rows.iter().all(|(_, e)| e.position <= Some(attacked.last)));
    attacked.finish().await;
}

#[tokio::test]
async fn a_swapped_pair_is_found() {
    let attacked = Attacked::new().await;
    let (first, second) = (attacked.last - 1, attacked.last);
    for (from, to) in [(first, -1), (second, first), (-1, second)] {
        attacked.execute(&format!("UPDATE record_entries SET position = {to} WHERE position = {from}")).await;
    }
    let findings = attacked.findings().await;
    assert!(is_changed(&findings, first) && is_changed(&findings, second), "{findings:?}");
    attacked.finish().await;
}

#[tokio::test]
async fn a_row_that_contradicts_the_record_is_found() {
    let attacked = Attacked::new().await;
    attacked.execute("UPDATE questions SET text = 'Helt annet' WHERE text LIKE 'Gjelder%'").await;
    let findings = attacked.findings().await;
    assert!(matches!(&findings[..], [Finding::StateContradicts { subject, .. }] if subject == "question"));
    // Without its salt a row can't be compared: nothing erases salts, so that is found too.
    attacked
        .execute(
            "DELETE FROM record_salts WHERE entry_id IN (SELECT e.id FROM record_entries e \
             JOIN questions q ON q.id = e.subject_id WHERE q.text = 'Helt annet')",
        )
        .await;
    let findings = attacked.findings().await;
    assert!(matches!(&findings[..], [Finding::SaltMissing { .. }]), "{findings:?}");
    attacked.restore().await;
    attacked.execute("DELETE FROM record_salts").await;
    let findings = attacked.findings().await;
    assert!(findings.iter().all(|f| matches!(f, Finding::SaltMissing { .. })) && findings.len() > 5);
    attacked.restore().await;

    let id = if attacked.house.app.db.is_postgres() { "gen_random_uuid()" } else { "randomblob(16)" };
    attacked
        .execute(&format!(
            "INSERT INTO announcements (id, need_id, title, body, language, published_at) \
             SELECT {id}, id, 'Ny frist', 'I morgen', language, created_at FROM needs"
        ))
        .await;
    let findings = attacked.findings().await;
    assert!(matches!(&findings[..], [Finding::Unrecorded { subject, .. }] if subject == "announcement"));
    attacked.restore().await;

    attacked.execute("DELETE FROM questions WHERE text LIKE 'Gjelder%'").await;
    let findings = attacked.findings().await;
    assert!(matches!(&findings[..], [Finding::SubjectGone { subject, .. }] if subject == "question"));
    attacked.finish().await;
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_found_and_hides_nothing() {
    let attacked = Attacked::new().await;
    let at = attacked.last / 2;
    let mut spoilt = vec![
        ("record_entries", format!("UPDATE record_entries SET kind = 'need.closed' WHERE position = {at}")),
        ("need", "UPDATE needs SET state = 'FOO'".to_owned()),
    ];
    // PostgreSQL takes no such values.
    if !attacked.house.app.db.is_postgres() {
        let entry = |set: &str| format!("UPDATE record_entries SET {set} WHERE position = {at}");
        spoilt.extend([
            ("record_entries", entry("payload = '{\"'")),
            ("record_entries", entry("occurred_at = 'yesterday'")),
            ("record_entries", entry("position = 'x'")),
            ("record_checkpoints", "UPDATE record_checkpoints SET created_at = 'yesterday'".to_owned()),
            ("record_streams", "UPDATE record_streams SET sequence = 'x'".to_owned()),
            ("record_heads", "UPDATE record_heads SET position = 'x'".to_owned()),
            ("question", "UPDATE questions SET asked_at = 'yesterday'".to_owned()),
        ]);
    }
    for (table, sql) in spoilt {
        attacked.execute("UPDATE questions SET text = 'Helt annet' WHERE text LIKE 'Gjelder%'").await;
        attacked.execute("DELETE FROM record_salts WHERE entry_id IN (SELECT id FROM record_entries WHERE position = 1)").await;
        attacked.execute(&sql).await;
        let findings = attacked.findings().await;
        let is_told = |f: &Finding| matches!(f, Finding::Unreadable { table: told, .. } if told == table);
        assert!(findings.iter().any(is_told), "{sql}: {findings:?}");
        assert!(findings.iter().any(|f| matches!(f, Finding::SaltMissing { .. })), "{sql}: {findings:?}");
        let is_row =
            |f: &Finding| matches!(f, Finding::StateContradicts { subject, .. } if subject == "question");
        assert!(table == "question" || findings.iter().any(is_row), "{sql}: {findings:?}");
        execute(&attacked.house.app.db, "UPDATE needs SET state = 'IN_DIALOGUE'").await;
        attacked.restore().await;
    }
    // The sealer goes round it as well.
    let id = if attacked.house.app.db.is_postgres() { "gen_random_uuid()" } else { "randomblob(16)" };
    attacked
        .execute(&format!(
            "INSERT INTO record_entries (id, stream, kind, occurred_at, audience, payload) \
             SELECT {id}, stream, 'need.closed', occurred_at, audience, payload FROM record_entries WHERE position = 1"
        ))
        .await;
    attacked.write_on().await;
    attacked.house.work().await;
    let report = attacked.house.verify().await;
    assert!(matches!(&report.findings[..], [Finding::Unreadable { .. }]), "{report:?}");
    assert_eq!(report.entries, u64::try_from(attacked.last + 1).unwrap());
    attacked.finish().await;
}
