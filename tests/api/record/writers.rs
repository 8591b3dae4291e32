//! Many writers, several sealers, one of them stopped half-way: no gap, nothing
//! missed, nothing twice.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use domain::record::{self, Entry, RecordEntry};
use domain::{Actor, App, Db, notifications};
use futures::future::join_all;
use mail::MemoryMailer;
use tests::{House, TestClock};
use types::EntryKind;

use super::{column, execute};
use crate::process::Process;

const WRITERS: usize = 40;
const EACH: usize = 25;
const STREAMS: usize = 7;

async fn node(house: &House) -> App {
    let mailer = Arc::new(MemoryMailer::new(tests::sender(), Arc::new(TestClock::default())));
    House::node(&house.url, mailer).await
}

/// One command of one entry; now and then one of three, and one that is rolled back.
async fn write(app: &App, writer: usize, i: usize) -> usize {
    let entry = |n: usize| {
        Entry::new(EntryKind::AnnouncementPublished, format!("load:{}", (writer + n) % STREAMS))
            .payload(serde_json::json!({ "writer": writer, "i": i, "n": n }))
    };
    let count = if i.is_multiple_of(5) { 3 } else { 1 };
    let tx = app.db.write().await.unwrap();
    for n in 0..count {
        record::append(app, &tx, &Actor::system(), entry(n)).await.unwrap();
    }
    if i % 7 == 6 {
        return 0;
    }
    tx.commit().await.unwrap();
    count
}

/// Reads on from the cursor until all writing and sealing is done.
async fn follow(app: &App, done: &AtomicBool) -> Vec<RecordEntry> {
    let mut all: Vec<RecordEntry> = Vec::new();
    loop {
        let is_last = done.load(Ordering::SeqCst);
        let position = all.last().and_then(|e| e.position).unwrap_or(0);
        let batch = record::read(app.db.read(), position, 37).await.unwrap();
        if batch.is_empty() && is_last {
            return all;
        }
        all.extend(batch);
        tokio::task::yield_now().await;
    }
}

fn assert_gap_free(entries: &[RecordEntry]) {
    let positions: Vec<i64> = entries.iter().filter_map(|e| e.position).collect();
    assert_eq!(positions, (1..=i64::try_from(entries.len()).unwrap()).collect::<Vec<_>>());
    let mut streams: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for entry in entries {
        streams.entry(&entry.stream).or_default().extend(entry.sequence);
    }
    for (stream, sequences) in streams {
        let expected: Vec<i64> = (1..=i64::try_from(sequences.len()).unwrap()).collect();
        assert_eq!(sequences, expected, "{stream}");
    }
    assert_eq!(entries.iter().map(|e| e.id).collect::<BTreeSet<_>>().len(), entries.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn positions_have_no_gap_and_readers_miss_nothing() {
    let house = House::new().await;
    let (writing, done) = (AtomicUsize::new(WRITERS), AtomicBool::new(false));
    let (first, second) = (node(&house).await, node(&house).await);
    let written = AtomicUsize::new(0);
    let writers = join_all((0..WRITERS).map(|w| {
        let (app, writing, written) = (if w % 2 == 0 { &first } else { &second }, &writing, &written);
        async move {
            for i in 0..EACH {
                written.fetch_add(write(app, w, i).await, Ordering::SeqCst);
            }
            writing.fetch_sub(1, Ordering::SeqCst);
        }
    }));
    // Three sealers on two nodes; a fourth is dropped half-way, again and again.
    let seal = async |app: &App, name: &str| {
        while writing.load(Ordering::SeqCst) > 0 || record::unsealed_count(app).await.unwrap() > 0 {
            record::seal(app, name).await.unwrap();
            tokio::task::yield_now().await;
        }
    };
    let dropped = async {
        let mut polls = 0;
        while writing.load(Ordering::SeqCst) > 0 {
            polls = polls % 40 + 1;
            let mut sealing = Box::pin(record::seal(&second, "dropped"));
            for _ in 0..polls {
                if futures::poll!(&mut sealing).is_ready() {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
    };
    let sealers = async {
        tokio::join!(seal(&first, "a"), seal(&first, "b"), seal(&second, "c"), dropped);
        done.store(true, Ordering::SeqCst);
    };
    let ((), (), one, other) =
        tokio::join!(async { drop(writers.await) }, sealers, follow(&first, &done), follow(&second, &done));
    assert_eq!(one.len(), written.load(Ordering::SeqCst));
    assert_gap_free(&one);
    let ids = |all: &[RecordEntry]| all.iter().map(|e| e.id).collect::<Vec<_>>();
    assert_eq!(ids(&one), ids(&other));
    house.finish().await;
}

#[tokio::test]
async fn a_killed_sealer_leaves_nothing_half_done() {
    let house = House::new().await;
    for round in 0..3 {
        for i in 0..200 {
            write(&house.app, round, i).await;
        }
        let mut sealer = Process::start("seal", &[("SAMSPILL_TEST_URL", &house.url)]);
        // It says so before and after each batch; the kill falls in one of them.
        sealer.wait_for("sealing");
        for i in 0..round * 20 {
            write(&house.app, round, i).await;
        }
        sealer.kill();
        while record::seal(&house.app, "next").await.unwrap() > 0 {}
        assert_gap_free(&record::read(house.app.db.read(), 0, 100_000).await.unwrap());
    }
    house.finish().await;
}

/// The other side of the test above: seals small batches for ever.
pub(crate) async fn seal_for_ever(url: &str) {
    let mailer = Arc::new(MemoryMailer::new(tests::sender(), Arc::new(TestClock::default())));
    let app = House::node(url, mailer).await;
    loop {
        println!("sealing");
        record::seal(&app, "killed").await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_tellers_tell_each_recipient_once() {
    let house = House::new().await;
    let need = super::published(&house).await;
    for i in 0..6 {
        let supplier = house.supplier(&format!("Firma {i} AS"), &format!("kari@f{i}.example.no")).await;
        super::ask(&house.app, &supplier, &need, "Når bestemmer dere dere?").await;
    }
    while record::seal(&house.app, "test").await.unwrap() > 0 {}
    // Everything is told anew by two nodes and three tellers each.
    for table in ["jobs", "reader_cursors"] {
        execute(&house.app.db, &format!("DELETE FROM {table}")).await;
    }
    let (first, second) = (node(&house).await, node(&house).await);
    let tell = async |app: &App| while notifications::tell(app).await.unwrap() > 0 {};
    tokio::join!(tell(&first), tell(&second), tell(&first), tell(&second), tell(&first), tell(&second));
    let told = told(&house.app.db).await;
    assert!(told.len() >= 6, "{told:?}");
    assert_eq!(told.iter().collect::<BTreeSet<_>>().len(), told.len(), "{told:?}");
    house.finish().await;
}

async fn told(db: &Db) -> Vec<String> {
    let entry = match db.migrate().get_database_backend() {
        sea_orm::DbBackend::Postgres => "entry_id::text",
        _ => "hex(entry_id)",
    };
    column(db, &format!("SELECT {entry} || ' ' || recipient FROM jobs WHERE reader = 'mail'")).await
}

/// Prints how many entries a second are sealed.
#[tokio::test]
#[ignore = "measures; fails only where sealing is ten times slower than it should be"]
async fn sealing_is_fast() {
    const ENTRIES: usize = 5000;
    let house = House::new().await;
    let tx = house.app.db.write().await.unwrap();
    for i in 0..ENTRIES {
        let entry = Entry::new(EntryKind::AnnouncementPublished, format!("load:{}", i % 50))
            .payload(serde_json::json!({ "i": i, "text": "x".repeat(200) }));
        record::append(&house.app, &tx, &Actor::system(), entry).await.unwrap();
    }
    tx.commit().await.unwrap();
    let start = std::time::Instant::now();
    while record::seal(&house.app, "test").await.unwrap() > 0 {}
    let rate = f64::from(u32::try_from(ENTRIES).unwrap()) / start.elapsed().as_secs_f64();
    println!("{rate:.0} entries/s");
    assert!(rate > 200.0, "{rate:.0} entries/s");
    house.finish().await;
}
