//! Ten kills: whichever process is killed, at whatever moment, nothing that was acknowledged
//! is lost, nothing is told twice, and the record verifies.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use domain::interest;
use domain::ports::Letter;
use futures::future::join_all;
use sea_orm::{ConnectionTrait, Statement};
use tests::House;

use crate::cluster::{Cluster, free_address};
use crate::listening::{announce, read_on};
use crate::node::Node;
use crate::until;

const KILLS: usize = 10;
const WRITERS: usize = 4;
const FOLLOWERS: usize = 3;

/// What the writers know.
#[derive(Default)]
struct Said {
    /// Titles that a node has acknowledged.
    acknowledged: Mutex<Vec<String>>,
    /// How many were asked for, acknowledged or not.
    asked: AtomicUsize,
    is_over: AtomicBool,
}

impl Said {
    fn count(&self) -> usize {
        self.acknowledged.lock().unwrap().len()
    }
}

/// Announces one thing after the other at whichever node takes it.
async fn write(said: &Said, writer: usize, hosts: &[String; 2], token: &str, need: &str) {
    let mut n = 0;
    while !said.is_over.load(Ordering::SeqCst) {
        n += 1;
        let title = format!("Nytt {writer}-{n}");
        said.asked.fetch_add(1, Ordering::SeqCst);
        // Who is not answered does not ask again: it may be done or not.
        if announce(&hosts[(writer + n) % 2], token, need, &title).await.is_some() {
            said.acknowledged.lock().unwrap().push(title);
        } else {
            tokio::task::yield_now().await;
        }
    }
}

/// Reads the feed on from whichever node answers, across kills and from node to node.
async fn poll(said: &Said, hosts: &[String; 2]) -> Vec<String> {
    let (mut after, mut told, mut turn) = (None, Vec::new(), 0);
    while !said.is_over.load(Ordering::SeqCst) {
        turn += 1;
        // A page that was not answered is asked for again, from the same place.
        let mut place = after.clone();
        if let Ok(news) = read_on(&hosts[turn % 2], &mut place).await {
            told.extend(news);
            after = place;
        }
        tokio::task::yield_now().await;
    }
    told
}

/// Kills one process after the other, each when so many further things were acknowledged
/// since it came back, so that it is in the middle of the next.
async fn kill(said: &Said, cluster: &Cluster, mut nodes: [Node; 3], hosts: &[String; 2]) -> [Node; 3] {
    for round in 0..KILLS {
        let from = said.count();
        until("the writers go on", async || (said.count() >= from + 3 + round * 2 % 7).then_some(())).await;
        let [here, there, worker] = nodes;
        nodes = match round % 3 {
            0 => {
                here.kill();
                [cluster.serve(&hosts[0]).await, there, worker]
            }
            1 => {
                worker.kill();
                [here, there, cluster.worker("worker").says("working").await]
            }
            _ => {
                // Both at once: nobody serves for a moment.
                there.kill();
                here.kill();
                let (here, there) = tokio::join!(cluster.serve(&hosts[0]), cluster.serve(&hosts[1]));
                [here, there, worker]
            }
        };
    }
    let from = said.count();
    until("the writers go on", async || (said.count() >= from + 5).then_some(())).await;
    said.is_over.store(true, Ordering::SeqCst);
    nodes
}

async fn column(house: &House, sql: &str) -> Vec<String> {
    let conn = house.app.db.read();
    let rows = conn.query_all_raw(Statement::from_string(conn.get_database_backend(), sql)).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

/// Every mail that was filed, by any process: its recipient and its words, and its `Message-ID`.
async fn filed(house: &House) -> Vec<((String, String), String)> {
    let kept = mail::list(&house.path("mail"), usize::MAX).await.unwrap();
    kept.into_iter().map(|mail| ((mail.to.to_string(), mail.text), mail.message_id)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_kills_lose_nothing_and_tell_nothing_twice() {
    let cluster = Cluster::new().await;
    let house = &cluster.house;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let need = cluster.published(&officer, &reviewer).await;
    for n in 0..FOLLOWERS {
        let follower = house.supplier(&format!("Firma {n} AS"), &format!("kari@firma{n}.example.no")).await;
        interest::follow(&house.app, &follower, need.id).await.unwrap();
    }
    house.work().await;
    let token = cluster.token(&officer).await;
    let id = graphql::encode(need.id).to_string();
    let hosts = [free_address(), free_address()];
    let (here, there) = tokio::join!(cluster.serve(&hosts[0]), cluster.serve(&hosts[1]));
    let nodes = [here, there, cluster.worker("worker").says("working").await];

    let said = Said::default();
    let writers = join_all((0..WRITERS).map(|writer| write(&said, writer, &hosts, &token, &id)));
    let (_, mut told, nodes) =
        tokio::join!(writers, poll(&said, &hosts), kill(&said, &cluster, nodes, &hosts));

    // What is there to be sealed is sealed by who lives; the poller reads on to the end.
    let acknowledged = said.acknowledged.lock().unwrap().clone();
    until("all is sealed", async || {
        (domain::record::unsealed_count(&house.app).await.unwrap() == 0).then_some(())
    })
    .await;
    let mut whole = None;
    let whole = read_on(&hosts[0], &mut whole).await.unwrap();
    assert!(whole.starts_with(&told), "what a poller heard across the kills is the feed's beginning");
    told.clone_from(&whole);
    assert_eq!(told.iter().collect::<BTreeSet<_>>().len(), told.len(), "nothing twice");
    let titles = column(house, "SELECT title FROM announcements").await;
    assert_eq!(titles.iter().collect::<BTreeSet<_>>().len(), titles.len(), "nothing is done twice");
    assert_eq!(titles.len(), told.len(), "each deed is told, and nothing else");
    for title in &acknowledged {
        assert!(titles.contains(title), "{title} was acknowledged and is lost");
    }
    let asked = said.asked.load(Ordering::SeqCst);
    println!("{} acknowledged of {asked} asked, {} done", acknowledged.len(), titles.len());
    assert!(titles.len() <= asked);

    // Those that live send what is not in a dead one's hands; then we take that over.
    let [here, there, worker] = nodes;
    assert!(worker.stop() && here.stop() && there.stop());
    let positions = "SELECT count(*) || ' ' || min(position) || ' ' || max(position) FROM record_entries";
    let positions = column(house, positions).await.remove(0);
    let (count, ends) = positions.split_once(' ').unwrap();
    assert_eq!(ends, format!("1 {count}"), "positions have no gap");
    let by_nodes = filed(house).await;
    let house_sent = house.mail.messages().len();
    house.clock.set(chrono::Utc::now() + chrono::TimeDelta::minutes(10));
    house.work().await;

    let mut letters: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for (letter, id) in by_nodes {
        letters.entry(letter).or_default().insert(id);
    }
    for (message, kept) in house.mail.messages().iter().zip(house.mail.sent()).skip(house_sent) {
        assert!(matches!(message.letter, Letter::Notice(_)));
        let id = kept.message_id.clone();
        letters.entry((kept.to.to_string(), kept.text)).or_default().insert(id);
    }
    for (letter, ids) in &letters {
        assert_eq!(ids.len(), 1, "{letter:?} was sent as two");
    }
    for title in &titles {
        let to: BTreeSet<_> = letters
            .keys()
            .filter(|(_, text)| text.contains(&format!("{title}\n")))
            .map(|(to, _)| to)
            .collect();
        assert_eq!(to.len(), FOLLOWERS, "{title} is told to {to:?}");
    }
    cluster.finish().await;
}
