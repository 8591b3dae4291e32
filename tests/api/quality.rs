//! Rating: who may, what it leaves behind, and what is published of it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Months, TimeDelta};
use domain::needs::{self, CreateNeed, Need};
use domain::page::PageRequest;
use domain::quality::{self, Ballot, ITEMS, ItemAnswer, SurveyView};
use domain::questions::{self, Ask};
use domain::record::{self, Finding};
use domain::{Actor, Error};
use futures::future::join_all;
use sea_orm::{ConnectionTrait, Statement};
use tests::House;
use types::{ErrorCode, OrganisationId, SurveySide, SurveyState};

use crate::record::execute;
use crate::thread::content;

/// A need that these suppliers asked about and that is summarised.
async fn summarised(house: &House, suppliers: &[Actor]) -> Need {
    let app = &house.app;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let need = needs::create(app, &officer, CreateNeed { content: content(house) }).await.unwrap();
    needs::submit(app, &officer, need.id, None).await.unwrap();
    needs::approve(app, &reviewer, need.id, None, None).await.unwrap();
    for supplier in suppliers {
        let ask = Ask { need_id: need.id, text: "Hvor mange boliger gjelder det?".to_owned() };
        questions::ask(app, supplier, ask).await.unwrap();
    }
    let tx = app.db.write().await.unwrap();
    let need = needs::get_for_update(&tx, &officer, need.id).await.unwrap();
    let need = needs::note_summarised(app, &tx, &officer, need).await.unwrap();
    tx.commit().await.unwrap();
    house.work().await;
    need
}

async fn suppliers(house: &House, n: usize) -> Vec<Actor> {
    let mut all = Vec::new();
    for i in 0..n {
        all.push(house.supplier(&format!("Leverandør {i} AS"), &format!("kari@l{i}.example.no")).await);
    }
    all
}

fn all(score: i32) -> Vec<ItemAnswer> {
    (1..=16).map(|item| ItemAnswer { item, score: Some(score) }).collect()
}

async fn survey_of(house: &House, actor: &Actor, need: &Need) -> SurveyView {
    quality::of_need(&house.app, actor, need.id).await.unwrap().expect("a survey")
}

async fn rate(house: &House, actor: &Actor, need: &Need, score: i32) -> domain::Result<SurveyView> {
    let survey_id = survey_of(house, actor, need).await.survey.id;
    let ballot = Ballot { survey_id, answers: all(score), comment: String::new() };
    quality::answer(&house.app, actor, ballot).await
}

async fn close(house: &House) {
    house.clock.advance(TimeDelta::days(21));
    house.work().await;
}

fn organisation(actor: &Actor) -> OrganisationId {
    actor.organisation_id().unwrap()
}

#[tokio::test]
async fn both_sides_rate_and_the_buyer_gets_figures() {
    let house = House::new().await;
    let app = &house.app;
    let five = suppliers(&house, 5).await;
    let officer = house.officer().await;
    house.mail.take();
    let need = summarised(&house, &five).await;
    let told: BTreeSet<String> = house
        .mail
        .take()
        .into_iter()
        .filter(|m| m.subject.starts_with("Hvordan var dialogen?"))
        .map(|m| m.to.to_string())
        .collect();
    assert!(told.contains("kari@l4.example.no") && told.contains("olav.officer@trondheim.example.no"));
    assert_eq!(told.len(), 6, "{told:?}");

    assert_eq!(
        quality::list_open(app, &five[0], &PageRequest::default()).await.unwrap().into_rows().len(),
        1
    );
    let before = survey_of(&house, &officer, &need).await.status(app, &officer).await.unwrap().unwrap();
    assert_eq!((before.invited_suppliers, before.answered_suppliers), (5, 0));
    for (supplier, score) in five.iter().zip([5, 5, 4, 5, 4]) {
        let answered = rate(&house, supplier, &need, score).await.unwrap();
        assert!(answered.has_answered);
    }
    assert!(quality::list_open(app, &five[0], &PageRequest::default()).await.unwrap().into_rows().is_empty());
    let buyer = organisation(&officer);
    for email in ["a@trondheim.example.no", "b@trondheim.example.no"] {
        let trondheim = domain::organisations::get(app, buyer).await.unwrap();
        let colleague = house.member(&trondheim, email, &[types::Role::NeedOwner]).await;
        rate(&house, &colleague, &need, 3).await.unwrap();
    }
    rate(&house, &officer, &need, 3).await.unwrap();
    let status = survey_of(&house, &officer, &need).await.status(app, &officer).await.unwrap().unwrap();
    assert_eq!((status.answered_suppliers, status.invited_persons, status.answered_persons), (5, 3, 3));
    assert_eq!(survey_of(&house, &five[0], &need).await.status(app, &five[0]).await.unwrap(), None);

    // Nothing is published while the survey is open.
    house.work().await;
    assert_eq!(quality::figures_of(app, buyer).await.unwrap(), None);
    close(&house).await;
    let published = quality::figures_of(app, buyer).await.unwrap().expect("figures").figures;
    assert_eq!((published.n, published.share.agree, published.surveys), (5, 5, 1));
    let clarity = &published.dimensions[0];
    assert_eq!(
        (clarity.mean, clarity.buyer, clarity.gap, clarity.is_flagged),
        (4.6, Some(3.0), Some(1.6), true)
    );
    assert_eq!(format!("{:.4}", clarity.shrunk), "3.9231");
    let survey = survey_of(&house, &officer, &need).await.survey;
    assert_eq!((survey.state, survey.released), (SurveyState::Released, Some(8)));
    assert!(house.mail.take().iter().any(|m| m.subject.starts_with("Slik var dialogen")));
    house.finish().await;
}

#[tokio::test]
async fn four_suppliers_give_no_figure_until_others_come_with_them() {
    let house = House::new().await;
    let app = &house.app;
    let six = suppliers(&house, 6).await;
    let first = summarised(&house, &six[..4]).await;
    for supplier in &six[..4] {
        rate(&house, supplier, &first, 5).await.unwrap();
    }
    close(&house).await;
    let officer = house.officer().await;
    let buyer = organisation(&officer);
    assert_eq!(quality::figures_of(app, buyer).await.unwrap(), None);
    assert_eq!(survey_of(&house, &officer, &first).await.survey.state, SurveyState::Closed);

    // The same four again are still four organisations, though eight answers.
    let again = summarised(&house, &six[..4]).await;
    for supplier in &six[..4] {
        rate(&house, supplier, &again, 4).await.unwrap();
    }
    close(&house).await;
    assert_eq!(quality::figures_of(app, buyer).await.unwrap(), None);

    let last = summarised(&house, &six[4..]).await;
    rate(&house, &six[4], &last, 1).await.unwrap();
    close(&house).await;
    let figures = quality::figures_of(app, buyer).await.unwrap().expect("figures").figures;
    assert_eq!((figures.n, figures.surveys), (9, 3));

    // A single later answer changes nothing: the difference would be that answer.
    let one = summarised(&house, &six[5..]).await;
    rate(&house, &six[5], &one, 1).await.unwrap();
    close(&house).await;
    assert_eq!(quality::figures_of(app, buyer).await.unwrap().unwrap().figures, figures);

    // After two years nothing is left of either.
    house.clock.set(app.now() + Months::new(25));
    house.work().await;
    assert_eq!(quality::figures_of(app, buyer).await.unwrap(), None);
    let officer = house.officer().await;
    assert_eq!(survey_of(&house, &officer, &one).await.survey.state, SurveyState::Discarded);
    assert_eq!(count(&house, "survey_ballots").await, 0);
    house.finish().await;
}

#[tokio::test]
async fn only_who_took_part_rates_and_only_once_and_in_time() {
    let house = House::new().await;
    let app = &house.app;
    let two = suppliers(&house, 2).await;
    let (took_part, outsider) = (&two[0], &two[1]);
    let need = summarised(&house, &two[..1]).await;
    let survey_id = survey_of(&house, took_part, &need).await.survey.id;
    let ballot = |answers| Ballot { survey_id, answers, comment: String::new() };
    let code = |result: domain::Result<SurveyView>| result.unwrap_err().code();

    assert!(quality::find(app, outsider, survey_id).await.unwrap().is_none());
    assert_eq!(code(quality::answer(app, outsider, ballot(all(5))).await), ErrorCode::NotFound);
    let visitor = Actor::default();
    assert!(quality::find(app, &visitor, survey_id).await.unwrap().is_none());
    assert_eq!(code(quality::answer(app, &visitor, ballot(all(5))).await), ErrorCode::Unauthenticated);
    let reviewer = house.reviewer().await;
    assert_eq!(code(quality::answer(app, &reviewer, ballot(all(5))).await), ErrorCode::Forbidden);

    // All mistakes at once, each at its item.
    let mut wrong = all(5);
    wrong[0].score = Some(6);
    wrong[1].score = Some(-1);
    wrong[2].item = 17;
    wrong.push(ItemAnswer { item: 4, score: None });
    let comment = "x".repeat(1001);
    let refused = quality::answer(app, took_part, Ballot { survey_id, answers: wrong, comment }).await;
    let Error::Invalid(errors) = refused.unwrap_err() else { panic!("not invalid") };
    let found: Vec<(String, ErrorCode)> = errors.iter().map(|e| (e.path.join("."), e.code)).collect();
    let expected = [
        ("answers.0", ErrorCode::OutOfRange),
        ("answers.1", ErrorCode::OutOfRange),
        ("answers", ErrorCode::OutOfRange),
        ("answers.3", ErrorCode::Duplicate),
        ("answers.2", ErrorCode::Required),
        ("comment", ErrorCode::TooLong),
    ];
    assert_eq!(found, expected.map(|(path, code)| (path.to_owned(), code)));
    let nothing = (1..=16).map(|item| ItemAnswer { item, score: None }).collect();
    assert_eq!(code(quality::answer(app, took_part, ballot(nothing)).await), ErrorCode::Required);
    assert_eq!((count(&house, "survey_ballots").await, count(&house, "survey_participations").await), (0, 0));

    // Two browsers of one person: one ballot.
    let both = join_all((0..2).map(|_| quality::answer(app, took_part, ballot(all(5))))).await;
    assert_eq!(both.iter().filter(|r| r.is_ok()).count(), 1);
    assert_eq!(code(quality::answer(app, took_part, ballot(all(1))).await), ErrorCode::AlreadyAnswered);
    assert_eq!((count(&house, "survey_ballots").await, count(&house, "survey_participations").await), (1, 1));

    house.clock.advance(TimeDelta::days(21));
    let officer = house.officer().await;
    assert_eq!(code(quality::answer(app, &officer, ballot(all(5))).await), ErrorCode::PeriodClosed);
    house.finish().await;
}

#[tokio::test]
async fn comments_come_without_a_name_and_after_a_look() {
    let house = House::new().await;
    let app = &house.app;
    let five = suppliers(&house, 5).await;
    let need = summarised(&house, &five).await;
    for (i, supplier) in five.iter().enumerate() {
        let survey_id = survey_of(&house, supplier, &need).await.survey.id;
        let comment = if i == 2 { "Gi oss mer tid neste gang.".to_owned() } else { String::new() };
        quality::answer(app, supplier, Ballot { survey_id, answers: all(4), comment }).await.unwrap();
    }
    close(&house).await;
    let officer = house.officer().await;
    assert!(quality::comments(app, &officer, &PageRequest::default()).await.unwrap().into_rows().is_empty());
    let refused = quality::comments_to_review(app, &officer, &PageRequest::default()).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::Forbidden);
    let mut administrator = house.person("sjef@samspill.example.no").await;
    administrator.person.as_mut().unwrap().is_platform_administrator = true;
    let (waiting, buyer) = quality::comments_to_review(app, &administrator, &PageRequest::default())
        .await
        .unwrap()
        .into_rows()
        .remove(0);
    assert_eq!((waiting.text.as_str(), waiting.side), ("Gi oss mer tid neste gang.", SurveySide::Supplier));
    assert_eq!(buyer.id, organisation(&officer));
    // The record speaks of a comment before and after somebody has looked.
    let contradicts = async |sql: &str, undo: &str| {
        execute(&app.db, sql).await;
        let findings = house.verify().await.findings;
        let is_told = |f: &Finding| matches!(f, Finding::StateContradicts { subject, .. } if subject == "survey_comment");
        assert!(findings.len() == 1 && is_told(&findings[0]), "{sql}: {findings:?}");
        execute(&app.db, undo).await;
    };
    let back = "UPDATE survey_comments SET text = 'Gi oss mer tid neste gang.'";
    contradicts("UPDATE survey_comments SET text = 'Alt var bra.'", back).await;
    quality::review_comment(app, &administrator, waiting.id, true).await.unwrap();
    contradicts("UPDATE survey_comments SET text = 'Alt var bra.'", back).await;
    let back = "UPDATE survey_comments SET is_shown = TRUE";
    contradicts("UPDATE survey_comments SET is_shown = FALSE", back).await;
    let twice = quality::review_comment(app, &administrator, waiting.id, false).await.unwrap_err();
    assert_eq!(twice.code(), ErrorCode::WrongState);
    assert_eq!(quality::comments(app, &officer, &PageRequest::default()).await.unwrap().into_rows().len(), 1);
    assert!(quality::comments(app, &five[2], &PageRequest::default()).await.is_err());
    let id = serde_json::json!({ "id": graphql::encode(waiting.id) });
    let read = "query($id: ID!) { node(id: $id) { __typename } }";
    for (reader, sees) in [(&officer, true), (&five[2], false), (&administrator, false)] {
        let seen = house.api().ask(reader, read, id.clone()).await;
        assert_eq!(seen["node"]["__typename"].is_string(), sees, "{seen}");
    }
    house.finish().await;
}

#[tokio::test]
async fn ballots_that_were_tampered_with_are_found() {
    let house = House::new().await;
    let db = &house.app.db;
    let three = suppliers(&house, 3).await;
    let need = summarised(&house, &three).await;
    for (supplier, score) in three.iter().zip([1, 3, 5]) {
        rate(&house, supplier, &need, score).await.unwrap();
    }
    rate(&house, &house.officer().await, &need, 4).await.unwrap();
    house.work().await;
    for table in ["survey_ballots", "survey_participations", "secret_keys"] {
        execute(db, &format!("CREATE TABLE saved_{table} AS SELECT * FROM {table}")).await;
    }
    let place = |of: &str, way: &str| format!("id = (SELECT id FROM {of} ORDER BY id {way} LIMIT 1)");
    let first = place("survey_ballots", "ASC");
    let copied = format!(
        "UPDATE survey_ballots SET sealed = (SELECT sealed FROM saved_survey_ballots WHERE {}) WHERE {first}",
        place("saved_survey_ballots", "DESC")
    );
    for sql in [
        "DELETE FROM survey_ballots",
        &format!("DELETE FROM survey_ballots WHERE {first}"),
        "DELETE FROM survey_participations",
        "UPDATE survey_ballots SET sealed = 'zzz'",
        &copied,
        "UPDATE survey_participations SET side = 'SUPPLIER' WHERE side = 'BUYER'",
        "UPDATE survey_participations SET organisation_id = (SELECT organisation_id FROM surveys) \
         WHERE side = 'SUPPLIER'",
        "DELETE FROM secret_keys WHERE id LIKE 'survey:%'",
    ] {
        execute(db, sql).await;
        let findings = house.verify().await.findings;
        assert!(matches!(&findings[..], [Finding::BallotsContradict { .. }]), "{sql}: {findings:?}");
        for table in ["survey_ballots", "survey_participations", "secret_keys"] {
            execute(db, &format!("DELETE FROM {table}")).await;
            execute(db, &format!("INSERT INTO {table} SELECT * FROM saved_{table}")).await;
        }
        let report = house.verify().await;
        assert_eq!((report.findings, report.ballots), (vec![], 4), "{sql}");
    }
    for table in ["survey_ballots", "survey_participations", "secret_keys"] {
        execute(db, &format!("DROP TABLE saved_{table}")).await;
    }
    house.finish().await;
}

/// Invariant 2's exception: nothing joins who answered with what was answered.
#[tokio::test]
async fn ballots_and_participations_do_not_join() {
    let house = House::new().await;
    let app = &house.app;
    let six = suppliers(&house, 6).await;
    let need = summarised(&house, &six).await;
    let mut snapshots: Vec<Table> = Vec::new();
    for (i, supplier) in six.iter().enumerate() {
        let survey_id = survey_of(&house, supplier, &need).await.survey.id;
        let comment = "å".repeat(i * 150);
        let score = i32::try_from(i % 5 + 1).unwrap();
        quality::answer(app, supplier, Ballot { survey_id, answers: all(score), comment }).await.unwrap();
        house.clock.advance(TimeDelta::hours(1));
        snapshots.push(table(&house, "survey_ballots").await);
    }
    let participations = table(&house, "survey_participations").await;
    let ballots = snapshots.last().unwrap();
    let survey = survey_of(&house, &six[0], &need).await.survey.id.to_string();

    // By value: no value of a ballot's row is anywhere else, but for the survey's id.
    let columns: BTreeSet<&String> = ballots.rows[0].keys().collect();
    assert_eq!(columns, BTreeSet::from([&"id".to_owned(), &"sealed".to_owned(), &"survey_id".to_owned()]));
    let own: BTreeSet<&String> = ballots.rows.iter().flat_map(|r| r.values()).collect();
    for name in ballots_other_tables(&house).await {
        for value in table(&house, &name).await.rows.iter().flat_map(|r| r.values()) {
            let joins =
                own.contains(value) || own.iter().any(|o| **o != survey && value.contains(o.as_str()));
            assert!(!joins || *value == survey, "{name} holds {value}");
        }
    }
    // By length: all alike, whatever was written.
    let lengths: BTreeSet<usize> = ballots.rows.iter().map(|r| r["sealed"].len()).collect();
    assert_eq!(lengths.len(), 1);
    // By time: the ids are random, and no column of either is a time.
    assert!(ballots.rows.iter().all(|r| r["id"].parse::<uuid::Uuid>().unwrap().get_version_num() == 4));
    assert_eq!(participations.rows[0].len(), 4);
    // By place: the rows lie in the order of their random ids.
    for snapshot in &snapshots {
        let stored: Vec<&String> = snapshot.rows.iter().map(|r| &r["id"]).collect();
        assert!(stored.is_sorted(), "{stored:?}");
    }
    // By transaction: one wrote them all.
    let writers: BTreeSet<&String> = ballots.writers.iter().collect();
    assert!(writers.len() <= 1, "{writers:?}");
    // By two back-ups: nothing of the earlier is in the later.
    for pair in snapshots.windows(2) {
        let values = |t: &Table, c: &str| t.rows.iter().map(|r| r[c].clone()).collect::<BTreeSet<_>>();
        for column in ["id", "sealed"] {
            assert!(values(&pair[0], column).is_disjoint(&values(&pair[1], column)));
        }
    }
    // By the record: it does not know of answers.
    let record = table(&house, "record_entries").await;
    let about_surveys: Vec<&String> =
        record.rows.iter().map(|r| &r["kind"]).filter(|k| k.starts_with("survey.")).collect();
    assert_eq!(about_surveys, ["survey.opened"]);
    // By mail: an answer has no receipt.
    house.mail.take();
    house.work().await;
    assert!(house.mail.take().is_empty());

    // Released, there is nothing left to join: sums alone.
    close(&house).await;
    for name in ["survey_ballots", "survey_participations"] {
        assert_eq!(count(&house, name).await, 0, "{name}");
    }
    let keys = table(&house, "secret_keys").await;
    assert!(keys.rows.iter().all(|r| !r["id"].starts_with("survey:")));
    let released = record::read(app.db.read(), 0, 1000).await.unwrap();
    let released: Vec<_> = released.into_iter().filter(|e| e.kind.as_str() == "survey.released").collect();
    assert_eq!(released.len(), 1);
    assert_eq!(released[0].payload, serde_json::json!({ "ballots": 6 }));
    assert_eq!((released[0].actor_person_id, released[0].actor_organisation_id), (None, None));
    house.finish().await;
}

/// A table's rows as text, in the order in which they are stored, and who wrote each.
struct Table {
    rows: Vec<BTreeMap<String, String>>,
    writers: Vec<String>,
}

async fn table(house: &House, name: &str) -> Table {
    let db = house.app.db.read();
    let json = |sql: String| async move {
        let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
        rows.into_iter().map(|row| row.try_get_by_index::<String>(0).unwrap()).collect::<Vec<_>>()
    };
    let (rows, writers) = if house.app.db.is_postgres() {
        let rows = json(format!("SELECT row_to_json(t)::text FROM {name} t ORDER BY ctid")).await;
        (rows, json(format!("SELECT xmin::text FROM {name} ORDER BY ctid")).await)
    } else {
        // No ORDER BY and no index: the order of the table's own tree.
        let columns = json(format!("SELECT name FROM pragma_table_info('{name}')")).await;
        let pairs: Vec<String> = columns
            .iter()
            .map(|c| {
                format!("'{c}', CASE typeof({c}) WHEN 'blob' THEN lower(hex({c})) ELSE CAST({c} AS TEXT) END")
            })
            .collect();
        (json(format!("SELECT json_object({}) FROM {name} NOT INDEXED", pairs.join(", "))).await, Vec::new())
    };
    let rows = rows
        .iter()
        .map(|row| {
            let row: serde_json::Map<String, serde_json::Value> = serde_json::from_str(row).unwrap();
            row.into_iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(column, value)| (column, readable(&value)))
                .collect()
        })
        .collect();
    Table { rows, writers }
}

/// A value as text; an id in its usual form on either engine.
fn readable(value: &serde_json::Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match uuid::Uuid::try_parse(&text) {
        Ok(id) if text.len() == 32 => id.to_string(),
        _ => text,
    }
}

async fn ballots_other_tables(house: &House) -> Vec<String> {
    let db = house.app.db.read();
    let sql = if house.app.db.is_postgres() {
        "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'"
    } else {
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    };
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
    let names: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    assert!(names.len() > 15, "{names:?}");
    names.into_iter().filter(|name| name != "survey_ballots").collect()
}

async fn count(house: &House, name: &str) -> usize {
    table(house, name).await.rows.len()
}

#[test]
fn there_are_sixteen_items() {
    assert_eq!(ITEMS, 2 * types::QualityDimension::ALL.len());
}
