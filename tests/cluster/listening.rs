//! Who listens on one node hears what others commit, each thing once and in the order of the
//! record, whatever dies meanwhile.

use std::collections::BTreeSet;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tests::Socket;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;

use crate::cluster::Cluster;
use crate::{PATIENCE, wire};

const FEED: &str = "query($after: String) {
    changes(first: 100, after: $after, filter: { kinds: [ANNOUNCEMENT_PUBLISHED] }) {
        cursor isComplete nodes { id } } }";
const FEED_NEWS: &str = "subscription($after: String) {
    changes(after: $after, filter: { kinds: [ANNOUNCEMENT_PUBLISHED] }) { node { id } } }";
const NEED_NEWS: &str = "subscription($id: ID!) { needChanged(needId: $id) { id kind } }";

/// The entry that an id of the API speaks of, whatever it calls it.
pub(crate) fn entry(id: &Value) -> String {
    let code = URL_SAFE_NO_PAD.decode(id.as_str().expect("an id")).expect("base64");
    String::from_utf8(code).expect("text").split_once(':').expect("a type").1.to_owned()
}

/// Reads the feed on, to its end; the entries, in order.
pub(crate) async fn read_on(host: &str, after: &mut Option<String>) -> std::io::Result<Vec<String>> {
    let mut told = Vec::new();
    loop {
        let (_, mut answer) = wire::graphql(host, "", FEED, &json!({ "after": after })).await?;
        let page = answer["data"]["changes"].take();
        // A node that dies may answer that its database does not.
        let Some(cursor) = page["cursor"].as_str() else { return Err(std::io::Error::other("no page")) };
        told.extend(page["nodes"].as_array().expect("nodes").iter().map(|node| entry(&node["id"])));
        *after = Some(cursor.to_owned());
        if page["isComplete"] == true {
            return Ok(told);
        }
    }
}

/// Tells everybody something; `None` where it may be done or not.
pub(crate) async fn announce(host: &str, token: &str, need: &str, title: &str) -> Option<()> {
    let document = wire::document("publishAnnouncement", "announcement { id }");
    let input = json!({ "input": { "needId": need, "title": title, "body": "Til alle." } });
    let (status, answer) = wire::graphql(host, token, &document, &input).await.ok()?;
    let payload = &answer["data"]["publishAnnouncement"];
    assert!(status != 200 || payload["userErrors"] == json!([]) || !answer["errors"].is_null(), "{answer}");
    payload["announcement"]["id"].as_str().map(|_| ())
}

/// What an operation tells from now on, and the end.
fn heard(mut socket: Socket) -> UnboundedReceiver<Value> {
    let (sender, heard) = unbounded_channel();
    tokio::spawn(async move {
        while let Some(message) = socket.next().await {
            assert_eq!(message["type"], "next", "{message}");
            if sender.send(message["payload"]["data"].clone()).is_err() {
                return;
            }
        }
    });
    heard
}

#[tokio::test(flavor = "multi_thread")]
async fn who_listens_on_one_node_hears_what_another_commits_once_and_in_order() {
    const EACH: usize = 40;
    let cluster = Cluster::new().await;
    let house = &cluster.house;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let need = graphql::encode(cluster.published(&officer, &reviewer).await.id).to_string();
    house.work().await;
    let token = cluster.token(&officer).await;
    let (mut here, there) = (cluster.node().await, cluster.node().await);
    let mut after = None;
    assert_eq!(read_on(&there.host, &mut after).await.unwrap().len(), 0);

    let mut socket = Socket::greeted(&there.host, "").await;
    socket.subscribe("feed", FEED_NEWS, json!({ "after": after })).await;
    let mut feed = heard(socket);
    let mut socket = Socket::greeted(&there.host, &token).await;
    socket.subscribe("need", NEED_NEWS, json!({ "id": need })).await;
    let mut of_need = heard(socket);
    // To listen to a need begins at some moment after it is asked for.
    let mut acknowledged = 0;
    while of_need.is_empty() {
        acknowledged += usize::from(announce(&here.host, &token, &need, "Begynner").await.is_some());
        let _ = timeout(Duration::from_millis(100), async {
            while of_need.is_empty() {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }

    let host = here.host.clone();
    for round in 0..3 {
        // Four at a time, so that entries wait for the sealer when it is killed.
        let writers = futures::future::join_all((0..4).map(|writer| {
            let (host, token, need) = (host.clone(), token.clone(), need.clone());
            async move {
                let mut done = 0;
                for n in 0..EACH / 4 {
                    let title = format!("Nytt {round}.{writer}.{n}");
                    match announce(&host, &token, &need, &title).await {
                        Some(()) => done += 1,
                        // The node is gone.
                        None => break,
                    }
                }
                done
            }
        }));
        let killed = async {
            // After some of them, in the middle of others.
            let mut so_far = after.clone();
            let mut count = 0;
            while count < 5 + round * 4 {
                count += read_on(&there.host, &mut so_far).await.unwrap().len();
            }
            here.kill();
        };
        let (done, ()) = tokio::join!(writers, killed);
        acknowledged += done.into_iter().sum::<usize>();
        here = cluster.serve(&host).await;
    }
    acknowledged += usize::from(announce(&here.host, &token, &need, "Slutt").await.is_some());

    // All that is in the record by the end, in its order.
    let mut told = Vec::new();
    crate::until("what was acknowledged is told", async || {
        told.extend(read_on(&here.host, &mut after).await.unwrap());
        (told.len() >= acknowledged && domain::record::unsealed_count(&cluster.house.app).await.unwrap() == 0)
            .then_some(())
    })
    .await;
    told.extend(read_on(&here.host, &mut after).await.unwrap());
    assert_eq!(told.iter().collect::<BTreeSet<_>>().len(), told.len(), "nothing twice");
    let mut in_feed = Vec::new();
    while in_feed.len() < told.len() {
        let news = timeout(PATIENCE, feed.recv()).await.expect("in time").expect("it goes on");
        in_feed.push(entry(&news["changes"]["node"]["id"]));
    }
    assert_eq!(in_feed, told);
    let mut from_need = Vec::new();
    while from_need.last() != told.last() {
        let news = timeout(PATIENCE, of_need.recv()).await.expect("in time").expect("it goes on");
        assert_eq!(news["needChanged"]["kind"], "announcement.published");
        from_need.push(entry(&news["needChanged"]["id"]));
    }
    assert!(told.ends_with(&from_need), "{from_need:?} is not the end of {told:?}");
    assert!(feed.is_empty() && of_need.is_empty());
    assert!(here.stop() && there.stop());
    cluster.finish().await;
}
