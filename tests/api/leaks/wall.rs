//! The second wall, with the first taken away: every column of every table as everybody,
//! without any row filter (`domain::wall`). On SQLite there is none.

use std::collections::BTreeSet;

use domain::wall::VISITORS;
use domain::{Actor, Db};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement};
use tests::House;

use super::scene::Scene;
use super::secrets::Seen;

/// Tables without a wall, and why.
const OPEN: &[(&str, &str)] = &[
    ("organisations", "the register of who is there, which anybody reads"),
    ("cpv_codes", "the European Union's list"),
    ("need_terms", "the words of published versions, by which anybody finds them"),
    ("need_codes", "the codes of published versions, by which anybody finds them"),
    ("quality_figures", "published, from enough organisations at once"),
    ("seaql_migrations", "the names of the migrations"),
];

/// What the wall alone does not hold back, and why.
const BESIDES: &[(&str, &str)] = &[
    (
        "reads comment of a reviewer: record_entries",
        "an entry is hashed as a whole; the need's own people, whom no answer shows it",
    ),
    ("supplier reads name of an upload: uploads", "its own"),
];

async fn rows(db: &Db, sql: &str) -> Result<Vec<QueryResult>, DbErr> {
    let read = db.read();
    read.query_all_raw(Statement::from_string(read.get_database_backend(), sql.to_owned())).await
}

async fn texts(db: &Db, sql: &str) -> Vec<String> {
    let rows = rows(db, sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

/// Every table, and whether it is walled in.
async fn tables(db: &Db) -> Vec<(String, bool)> {
    let sql = "SELECT relname::text || CASE WHEN relrowsecurity AND relforcerowsecurity THEN '!' ELSE '' END \
               FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY 1";
    let names = texts(db, sql).await;
    names.into_iter().map(|name| (name.trim_end_matches('!').to_owned(), name.ends_with('!'))).collect()
}

/// All that a table gives to whoever asks; nothing where it may not be asked at all.
async fn contents(db: &Db, table: &str) -> Vec<String> {
    match rows(db, &format!("SELECT to_jsonb(t)::text FROM {table} t")).await {
        Ok(rows) => rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect(),
        Err(error) if error.to_string().contains("permission denied") => Vec::new(),
        Err(error) => panic!("{table}: {error}"),
    }
}

#[tokio::test]
async fn without_any_row_filter_everybody_reads_what_is_for_them() {
    if !House::is_on_postgres() {
        return;
    }
    let mut scene = Scene::public().await;
    scene.plant().await;
    let (app, tables) = (scene.house.app.clone(), tables(&scene.house.app.db).await);
    // A webhook's secret lies here sealed, and so is not to be found; what it is sealed into is.
    for sealed in texts(&app.db, "SELECT sealed FROM webhook_endpoints").await {
        scene.secrets.note(&sealed, "sealed secret of a webhook");
    }
    let mut kept = Seen::default();
    for (table, _) in &tables {
        for row in contents(&app.db, table).await {
            kept.look(&scene.secrets, "officer", table, &row);
        }
    }
    // What is in a file lies beside the database.
    let hidden = kept.missed_by(&scene.secrets, "officer");
    let hidden: Vec<_> = hidden
        .iter()
        .filter(|what| {
            !what.starts_with("content of a")
                && *what != "text of an upload"
                && *what != "secret of a webhook"
        })
        .collect();
    assert!(hidden.is_empty(), "the product reads every secret, or nothing is proved: {hidden:?}");
    let mut seen = Seen::default();
    for persona in &scene.people {
        let db = app.db.asked_by(&persona.actor, app.now());
        for (table, _) in &tables {
            for row in contents(&db, table).await {
                seen.look(&scene.secrets, persona.name, table, &row);
            }
        }
    }
    let known = |leak: &String| BESIDES.iter().any(|(told, _)| leak.ends_with(told));
    let (told, leaks): (Vec<_>, Vec<_>) = seen.leaks(&scene.secrets).into_iter().partition(known);
    assert!(BESIDES.iter().all(|(besides, _)| told.iter().any(|leak| leak.ends_with(besides))), "{told:?}");
    assert!(leaks.is_empty(), "{}:\n{}", leaks.len(), leaks.join("\n"));
    scene.house.finish().await;
}

#[tokio::test]
async fn every_table_is_walled_in_or_said_open_and_nobody_in_particular_sees_nothing() {
    if !House::is_on_postgres() {
        return;
    }
    let mut scene = Scene::public().await;
    scene.plant().await;
    let product = &scene.house.app.db;
    let (nobody, mut full) = (product.as_nobody(), 0);
    let mut walled = BTreeSet::new();
    for (table, is_walled) in tables(product).await {
        let is_open = OPEN.iter().any(|(open, _)| *open == table);
        assert_ne!(
            is_walled, is_open,
            "{table}: wall it in by `migrations::wall::wall`, or say in OPEN why anybody may read all of it"
        );
        if is_walled {
            assert_eq!(
                contents(&nobody, &table).await,
                Vec::<String>::new(),
                "{table} without saying who asks"
            );
            full += usize::from(!contents(product, &table).await.is_empty());
            walled.insert(table);
        }
    }
    assert!(full > 25, "only {full} tables have rows that could be seen");
    for (open, _) in OPEN {
        assert!(texts(product, &format!("SELECT to_regclass('{open}')::text")).await[0] == *open);
    }
    scene.house.finish().await;
}

#[tokio::test]
async fn nobody_widens_what_they_see_or_writes_and_nothing_stays_on_a_connection() {
    if !House::is_on_postgres() {
        return;
    }
    let mut scene = Scene::public().await;
    scene.plant().await;
    let app = &scene.house.app;
    let drafts = "SELECT id::text FROM needs WHERE state = 'DRAFT'";
    assert!(!texts(&app.db, drafts).await.is_empty());

    // A visitor who gets a statement in stays a visitor.
    let visitor = app.db.asked_by(&Actor::default(), app.now());
    assert_eq!(texts(&visitor, "SELECT current_user::text").await, [VISITORS]);
    texts(&visitor, "SELECT set_config('samspill.who', 'product', true)").await;
    assert_eq!(texts(&visitor, drafts).await, Vec::<String>::new());
    assert!(rows(&visitor, "SELECT * FROM public.needs").await.is_err(), "masked columns, past the view");

    // Of what is the product's alone visitors have not even the right to ask.
    let asked = format!(
        "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND has_table_privilege('{VISITORS}', oid, 'SELECT') \
         AND obj_description(oid, 'pg_class') = 'The product reads it, nobody else.'"
    );
    assert_eq!(texts(&app.db, &asked).await, Vec::<String>::new());

    // What is read for somebody writes nothing, not even what they see.
    let officer = app.db.asked_by(scene.actor("officer"), app.now());
    assert!(!texts(&officer, drafts).await.is_empty());
    let refused = officer.read().execute_unprepared("UPDATE public.needs SET title = 'x'").await;
    assert!(refused.unwrap_err().to_string().contains("read-only"));
    let refused = app.db.as_nobody().read().execute_unprepared("UPDATE needs SET title = 'x'").await;
    assert_eq!(refused.unwrap().rows_affected(), 0);

    drop((visitor, officer));
    let state = "SELECT concat_ws('|', current_user, coalesce(current_setting('samspill.who', true), ''), \
                 coalesce(current_setting('samspill.person', true), ''), current_setting('search_path'), \
                 current_setting('transaction_read_only'))";
    for _ in 0..20 {
        let left = texts(&app.db.as_nobody(), state).await;
        assert_eq!(left, ["samspill_test|||\"$user\", public|off"]);
    }
    scene.house.finish().await;
}

#[tokio::test]
async fn an_open_wall_is_told() {
    if !House::is_on_postgres() {
        return;
    }
    let house = House::new().await;
    let db = Db::connect(&house.url).await.unwrap();
    assert_eq!(domain::wall::weaknesses(&db).await.unwrap(), Vec::<String>::new());
    let tx = house.app.db.write().await.unwrap();
    tx.execute_unprepared("ALTER TABLE responses NO FORCE ROW LEVEL SECURITY").await.unwrap();
    tx.commit().await.unwrap();
    let told = domain::wall::weaknesses(&db).await.unwrap();
    assert!(told.len() == 1 && told[0].contains("responses"), "{told:?}");
    let root = Db::connect(&tests::unwalled(&house.url)).await.unwrap();
    let told = domain::wall::weaknesses(&root).await.unwrap();
    assert!(told.iter().any(|t| t.contains("superuser")), "{told:?}");
    house.finish().await;
}
