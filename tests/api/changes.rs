//! The change feed: each entry that is told comes once and in order, whoever
//! writes, seals or dies meanwhile; and nothing in it counts what is hidden.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use domain::changes::{self, Filter};
use domain::needs::{self, CreateNeed, Need};
use domain::page::PageRequest;
use domain::record::{self, Entry, need_stream};
use domain::{Actor, App};
use futures::StreamExt;
use futures::future::join_all;
use mail::MemoryMailer;
use serde_json::{Value, json};
use tests::{Api, House, TestClock};
use types::{EntryId, EntryKind, ErrorCode};

use crate::process::Process;
use crate::record::published;
use crate::thread::content;

const CHANGES: &str = "query($after: String, $first: Int, $filter: ChangeFilter) { \
    changes(after: $after, first: $first, filter: $filter) { cursor isComplete \
      edges { cursor } nodes { id kind need { id } organisation { name } } \
      pageInfo { hasNextPage endCursor } } }";

/// All that is told to somebody, page by page.
async fn all(app: &App, actor: &Actor, first: u64, after: &mut Option<String>) -> Vec<EntryId> {
    let mut told = Vec::new();
    loop {
        let page = changes::read(app, actor, &Filter::default(), first, after.as_deref()).await.unwrap();
        assert!(page.rows.len() <= usize::try_from(first).unwrap());
        assert!(!page.has_next || page.rows.len() == usize::try_from(first).unwrap(), "a page has holes");
        told.extend(page.rows.iter().map(|(_, change)| change.id));
        *after = Some(page.end);
        if page.is_complete {
            return told;
        }
    }
}

async fn ask(api: &Api, actor: &Actor, variables: Value) -> Value {
    api.ask(actor, CHANGES, variables).await["changes"].take()
}

fn kinds(page: &Value) -> Vec<&str> {
    page["nodes"].as_array().unwrap().iter().map(|n| n["kind"].as_str().unwrap()).collect()
}

async fn append(app: &App, entry: Entry) {
    let tx = app.db.write().await.unwrap();
    record::append(app, &tx, &Actor::system(), entry).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn everybody_is_told_what_the_log_shows_them() {
    let house = House::new().await;
    let (app, api) = (&house.app, house.api());
    let need = published(&house).await;
    let officer = house.officer().await;
    let (asker, other) = (
        house.supplier("Sensor AS", "kari@sensor.example.no").await,
        house.supplier("Annen AS", "per@annen.example.no").await,
    );
    crate::record::ask(app, &asker, &need, "Gjelder det også korttidsplass?").await;
    house.work().await;
    let visitor = Actor::default();
    for actor in [&officer, &asker, &other, &visitor] {
        let page = PageRequest::largest();
        let log = needs::log(app, actor, &need, &page).await.unwrap().into_rows();
        let filter = Filter { needs: vec![need.id], ..Filter::default() };
        let told = changes::read(app, actor, &filter, 100, None).await.unwrap();
        let told: BTreeSet<_> = told.rows.into_iter().map(|(_, c)| c.id).collect();
        assert_eq!(told, log.iter().map(|e| e.id).collect());
        // Singly too, and what is not told is not there.
        for entry in record::read(app.db.read(), 0, 1000).await.unwrap() {
            let found = changes::find(app, actor, entry.id).await.unwrap();
            let is_told = told.contains(&entry.id);
            assert!(!is_told || found.is_some());
            let id = graphql::encode(types::ChangeId(entry.id.0));
            let node = api.ask(actor, "query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
            assert_eq!(node["node"].is_null(), found.is_none());
        }
    }
    // Who asked is no one's business: the organisation is the buyer.
    let filter = json!({ "filter": { "kinds": ["QUESTION_ASKED"] } });
    let page = ask(&api, &officer, filter.clone()).await;
    assert_eq!(kinds(&page), ["QUESTION_ASKED"]);
    assert_eq!(page["nodes"][0]["organisation"]["name"], "Trondheim kommune");
    for actor in [&asker, &other, &visitor] {
        let page = ask(&api, actor, filter.clone()).await;
        assert_eq!((kinds(&page).len(), &page["isComplete"]), (0, &json!(true)));
    }
    house.finish().await;
}

#[tokio::test]
async fn pages_are_filled_and_nothing_counts_what_is_hidden() {
    let house = House::new().await;
    let (app, api) = (&house.app, house.api());
    let need = published(&house).await;
    house.work().await;
    let visitor = Actor::default();
    let mut cursor = None;
    all(app, &visitor, 7, &mut cursor).await;
    let public = || Entry::new(EntryKind::AnnouncementPublished, need_stream(need.id)).public();
    let hidden = || Entry::new(EntryKind::NeedDraftSaved, need_stream(need.id));
    for n in 0..12 {
        append(app, if n % 4 == 0 { public() } else { hidden() }).await;
    }
    house.work().await;
    let page = ask(&api, &visitor, json!({ "after": cursor, "first": 2 })).await;
    assert_eq!((kinds(&page).len(), &page["pageInfo"]["hasNextPage"]), (2, &json!(true)));
    assert_eq!(page["isComplete"], false);
    let page = ask(&api, &visitor, json!({ "after": page["cursor"], "first": 1 })).await;
    // Three hidden ones follow the last.
    assert_eq!((kinds(&page).len(), &page["pageInfo"]["hasNextPage"]), (1, &json!(false)));
    assert_eq!(page["isComplete"], true);
    // The place of the last row does as well, and two cursors for one place are not alike.
    let again = ask(&api, &visitor, json!({ "after": page["pageInfo"]["endCursor"] })).await;
    assert_eq!(kinds(&again).len(), 0);
    let other = ask(&api, &visitor, json!({ "after": page["cursor"] })).await;
    assert_ne!(again["cursor"], other["cursor"]);
    assert_eq!(again["cursor"].as_str().unwrap().len(), page["cursor"].as_str().unwrap().len());
    house.finish().await;
}

#[tokio::test]
async fn a_cursor_of_somebody_else_is_refused() {
    let house = House::new().await;
    let api = house.api();
    published(&house).await;
    let officer = house.officer().await;
    let supplier = house.supplier("Sensor AS", "kari@sensor.example.no").await;
    house.work().await;
    let own = ask(&api, &officer, json!({ "first": 1 })).await["cursor"].take();
    let own = own.as_str().unwrap();
    let mut forged = own.to_owned().into_bytes();
    forged[40] = if forged[40] == b'A' { b'B' } else { b'A' };
    let forged = String::from_utf8(forged).unwrap();
    let bad = ["", "x", "MQ", "🙂", &own[1..], &forged].map(|c| (&officer, c.to_owned()));
    let visitor = Actor::default();
    let others = [(&supplier, own.to_owned()), (&visitor, own.to_owned())];
    for (actor, cursor) in bad.into_iter().chain(others) {
        let answer = api.run(actor, CHANGES, json!({ "after": cursor })).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "INVALID_CURSOR", "{cursor}: {answer}");
        let mut told = api.listen(
            actor,
            "subscription($c: String) { changes(after: $c) { cursor } }",
            json!({ "c": cursor }),
        );
        assert_eq!(told.next().await.unwrap()["errors"][0]["extensions"]["code"], "INVALID_CURSOR");
    }
    // A colleague goes on where one stopped: the cursor is the organisation's.
    let reviewer = house.reviewer().await;
    ask(&api, &reviewer, json!({ "after": own })).await;
    // An organisation that comes to see more begins anew.
    let mut before = supplier.clone();
    before.acting.as_mut().unwrap().reads_since = Some(house.app.now());
    let cursor = changes::now(&house.app, &before).await.unwrap();
    let refused = changes::read(&house.app, &supplier, &Filter::default(), 1, Some(&cursor)).await;
    assert_eq!(refused.unwrap_err().code(), ErrorCode::InvalidCursor);
    house.finish().await;
}

#[tokio::test]
async fn a_draft_that_is_gone_leaves_a_tombstone_for_those_who_saw_it() {
    let house = House::new().await;
    let (app, api) = (&house.app, house.api());
    let officer = house.officer().await;
    let supplier = house.supplier("Sensor AS", "kari@sensor.example.no").await;
    let need = needs::create(app, &officer, CreateNeed { content: content(&house) }).await.unwrap();
    house.work().await;
    let own = json!({ "filter": { "kinds": ["NEED_DRAFTED", "NEED_DELETED"] } });
    let page = ask(&api, &officer, own.clone()).await;
    assert_eq!(kinds(&page), ["NEED_DRAFTED"]);
    assert_eq!(page["nodes"][0]["need"]["id"], json!(graphql::encode(need.id)));
    needs::delete_draft(app, &officer, need.id).await.unwrap();
    house.work().await;
    let page = ask(&api, &officer, own.clone()).await;
    assert_eq!(kinds(&page), ["NEED_DRAFTED", "NEED_DELETED"]);
    assert!(page["nodes"].as_array().unwrap().iter().all(|n| n["need"].is_null()));
    for actor in [&supplier, &Actor::default()] {
        assert_eq!(kinds(&ask(&api, actor, own.clone()).await).len(), 0);
    }
    house.finish().await;
}

#[tokio::test]
async fn who_listens_is_told_from_a_cursor_on() {
    let house = House::new().await;
    let (app, api) = (&house.app, house.api());
    let need = published(&house).await;
    house.work().await;
    let visitor = Actor::default();
    let cursor = ask(&api, &visitor, json!({ "first": 1 })).await["cursor"].take();
    let listen = "subscription($c: String) { changes(after: $c) { cursor node { kind need { title } } } }";
    let mut told = api.listen(&visitor, listen, json!({ "c": cursor }));
    let mut next = async || told.next().await.unwrap()["data"]["changes"]["node"]["kind"].take();
    let published = json!("NEED_PUBLISHED");
    while next().await != published {}
    append(app, Entry::new(EntryKind::NeedDraftSaved, need_stream(need.id))).await;
    append(app, Entry::new(EntryKind::AnnouncementPublished, need_stream(need.id)).public()).await;
    house.work().await;
    assert_eq!(next().await, "ANNOUNCEMENT_PUBLISHED");
    drop(told);
    house.finish().await;
}

async fn node(url: &str) -> App {
    House::node(url, Arc::new(MemoryMailer::new(tests::sender(), Arc::new(TestClock::default())))).await
}

/// One command: something public, something for the supplier, something internal,
/// together or apart; now and then rolled back.
async fn write(app: &App, need: &Need, supplier: &Actor, i: usize) -> bool {
    let entry = || Entry::new(EntryKind::AnnouncementPublished, need_stream(need.id));
    let tx = app.db.write().await.unwrap();
    if i.is_multiple_of(3) {
        record::append(app, &tx, &Actor::system(), entry()).await.unwrap();
    }
    record::append(app, &tx, &Actor::system(), entry().public()).await.unwrap();
    record::append(app, &tx, &Actor::system(), entry().named(supplier.organisation_id())).await.unwrap();
    if i % 7 == 6 {
        return false;
    }
    tx.commit().await.unwrap();
    true
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_poller_misses_nothing_while_many_write_and_sealers_are_stopped() {
    const WRITERS: usize = 12;
    let house = House::new().await;
    let need = published(&house).await;
    let supplier = house.supplier("Sensor AS", "kari@sensor.example.no").await;
    house.work().await;
    let (first, second) = (node(&house.url).await, node(&house.url).await);
    let (writing, done, written) = (AtomicUsize::new(WRITERS), AtomicBool::new(false), AtomicUsize::new(0));
    let visitor = Actor::default();
    let start = async |actor: &Actor| Some(changes::now(&first, actor).await.unwrap());
    let (mut public_from, mut named_from) = (start(&visitor).await, start(&supplier).await);
    let writers = join_all((0..WRITERS).map(|w| {
        let (app, writing, written) = (if w % 2 == 0 { &first } else { &second }, &writing, &written);
        let (need, supplier) = (&need, &supplier);
        async move {
            for i in 0..15 {
                written.fetch_add(usize::from(write(app, need, supplier, i).await), Ordering::SeqCst);
            }
            writing.fetch_sub(1, Ordering::SeqCst);
        }
    }));
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
        tokio::join!(seal(&first, "a"), seal(&second, "b"), dropped);
        done.store(true, Ordering::SeqCst);
    };
    let poll = async |app: &App, actor: &Actor, size: u64, mut after: Option<String>| {
        let mut told = Vec::new();
        loop {
            let is_last = done.load(Ordering::SeqCst);
            let news = all(app, actor, size, &mut after).await;
            if news.is_empty() && is_last {
                return told;
            }
            told.extend(news);
            tokio::task::yield_now().await;
        }
    };
    let ((), (), public, named) = tokio::join!(
        async { drop(writers.await) },
        sealers,
        poll(&first, &visitor, 3, public_from.clone()),
        poll(&second, &supplier, 5, named_from.clone())
    );
    let written = written.load(Ordering::SeqCst);
    assert_eq!((public.len(), named.len()), (written, 2 * written));
    // In the order of sealing, the same as for whoever reads it later at once.
    assert_eq!(public, all(&first, &visitor, 100, &mut public_from).await);
    assert_eq!(named, all(&first, &supplier, 100, &mut named_from).await);
    house.finish().await;
}

#[tokio::test]
async fn a_poller_misses_nothing_when_a_sealer_is_killed() {
    let house = House::new().await;
    let need = published(&house).await;
    let supplier = house.supplier("Sensor AS", "kari@sensor.example.no").await;
    house.work().await;
    let visitor = Actor::default();
    let mut after = Some(changes::now(&house.app, &visitor).await.unwrap());
    let (mut told, mut written) = (Vec::new(), 0);
    for round in 0..3 {
        let mut sealer = Process::start("seal", &[("SAMSPILL_TEST_URL", &house.url)]);
        sealer.wait_for("sealing");
        for i in 0..40 + round * 20 {
            written += usize::from(write(&house.app, &need, &supplier, i).await);
            told.extend(all(&house.app, &visitor, 4, &mut after).await);
        }
        sealer.kill();
        told.extend(all(&house.app, &visitor, 4, &mut after).await);
    }
    house.work().await;
    told.extend(all(&house.app, &visitor, 4, &mut after).await);
    assert_eq!(told.len(), written);
    assert_eq!(told.iter().collect::<BTreeSet<_>>().len(), written);
    house.finish().await;
}

/// Where a page ends follows from what its reader sees, whatever lies hidden in between.
#[tokio::test]
async fn no_number_of_pages_counts_what_is_hidden() {
    let house = House::new().await;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    crate::thread::published(&house, &officer, &reviewer).await;
    house.work().await;
    let settings = domain::Settings { changes_window: 3, ..house.app.settings.clone() };
    let app = App { settings, ..house.app.as_nobody() };
    // A filter that fits nothing, so that every page is cut by the window alone.
    let filter = Filter { kinds: vec![EntryKind::SurveyReleased], ..Filter::default() };
    let pages = async |actor: &Actor| {
        let app = app.asked_by(actor);
        let (mut count, mut after) = (0, None);
        loop {
            let page = changes::read(&app, actor, &filter, 1, after.as_deref()).await.unwrap();
            assert!(page.rows.is_empty());
            (count, after) = (count + 1, Some(page.end));
            if page.is_complete {
                return count;
            }
        }
    };
    let visitor = Actor::default();
    let (before, own) = (pages(&visitor).await, pages(&officer).await);
    assert!(before >= 1 && own > before, "the window cuts: {before}, {own}");
    for _ in 0..20 {
        needs::create(&house.app, &officer, CreateNeed { content: content(&house) }).await.unwrap();
    }
    house.work().await;
    // However small the window, all that is told comes, once and in order.
    for actor in [&visitor, &officer] {
        let (wide, narrow) = (house.app.asked_by(actor), app.asked_by(actor));
        let told = all(&wide, actor, 100, &mut None).await;
        assert!(told.len() > 2);
        for first in [1, 2, 100] {
            assert_eq!(all(&narrow, actor, first, &mut None).await, told);
        }
    }
    assert_eq!(pages(&visitor).await, before, "drafts are counted");
    assert!(pages(&officer).await > own, "the officer's own are not");
    house.finish().await;
}
