//! Sockets by the thousand: those beyond the limits are refused in words, the others are
//! kept, and the node answers everybody else meanwhile.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;
use std::time::Duration;

use futures::stream::{self, StreamExt};
use serde_json::json;
use tests::{Opening, Refused, Socket};
use tokio::time::timeout;

use crate::cluster::Cluster;
use crate::node::Node;
use crate::{PATIENCE, until, wire};

/// How many are opened side by side.
const ABREAST: usize = 64;
/// How many sockets one person may have.
const HERS: usize = 100;

/// Lets this process have as many files as the system lets it.
fn raise_file_limit() {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap();
    let files = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    let hard = files.split_whitespace().nth(4).unwrap();
    let done = Command::new("prlimit")
        .args(["--pid", &std::process::id().to_string(), &format!("--nofile={hard}:{hard}")])
        .status();
    assert!(done.unwrap().success());
}

/// An address of this machine: the `n`th, each for a few hundred sockets.
fn source(n: usize) -> SocketAddr {
    let last = u8::try_from(2 + n % 200).unwrap();
    SocketAddr::new(Ipv4Addr::new(127, 0, 0, last).into(), 0)
}

/// Opens so many sockets, from so many addresses; each says hello at once, the last ones as
/// the holder of a token.
async fn open(node: &Node, count: usize, addresses: usize, lasts: &str) -> (Vec<Socket>, Vec<Refused>) {
    let opened = stream::iter(0..count)
        .map(async |n| {
            let opening = Opening { from: Some(source(n % addresses)), ..Opening::default() };
            let mut socket = Socket::try_open(&node.host, opening).await?;
            socket.greet(if n + HERS >= count { lasts } else { "" }).await;
            assert_eq!(socket.hear().await, json!({ "type": "connection_ack" }));
            Ok(socket)
        })
        .buffered(ABREAST)
        .collect::<Vec<_>>();
    let (mut sockets, mut refused) = (Vec::new(), Vec::new());
    for each in opened.await {
        match each {
            Ok(socket) => sockets.push(socket),
            Err(refusal) => refused.push(refusal),
        }
    }
    (sockets, refused)
}

/// Whether it serves who does not hold a socket.
async fn serves(node: &Node) {
    let empty = json!({});
    let asked = wire::graphql(&node.host, "", "{ awaitsSetUp }", &empty);
    let (status, answer) = timeout(PATIENCE, asked).await.expect("it answers").expect("an answer");
    assert_eq!((status, &answer["errors"]), (200, &json!(null)));
    let page = wire::send(&node.host, "GET", "/nb/needs", &[], &[]).await.unwrap();
    assert_eq!(page.status, 200);
}

/// A crowd of anonymous listeners and one person's: kept, counted, refused, and let go.
async fn crowd(per_node: usize) {
    const OVER: usize = 50;
    const ADDRESSES: usize = 100;
    raise_file_limit();
    let cluster = Cluster::new()
        .await
        .with("SOCKETS__PER_NODE", &per_node.to_string())
        .with("SOCKETS__PER_ADDRESS", &(per_node / 50).to_string());
    let kari = cluster.house.person("kari@example.no").await;
    let token = cluster.token(&kari).await;
    let node = cluster.node().await;
    serves(&node).await;
    let before = node.memory();

    // The last speak for a person, and are as many as she may have. (Nobody reads meanwhile, so
    // that the first may be taken for gone on a machine that is slow.)
    let (mut sockets, refused) = open(&node, per_node, ADDRESSES, &token).await;
    assert_eq!((sockets.len(), refused.len()), (per_node, 0));
    let each = (node.memory().saturating_sub(before)) / u64::try_from(per_node).unwrap();
    println!("{per_node} idle sockets: {} kB each, {} MB in all", each / 1024, node.memory() >> 20);
    assert!(each < 64 * 1024, "{each} bytes for a socket that does nothing");

    // The node is full, whoever comes.
    let (more, refused) = open(&node, OVER, ADDRESSES, "").await;
    assert!(more.is_empty());
    assert!(refused.iter().all(|r| *r == Refused { status: 503, retry_after: Some(10) }), "{refused:?}");
    serves(&node).await;

    // A place that is given back is another's; and her hundred-and-first is refused.
    sockets.drain(..10);
    let mut again =
        until("a place", async || Socket::try_open(&node.host, Opening::default()).await.ok()).await;
    again.greet(&token).await;
    assert_eq!(again.closed().await, 1013);

    // All of hers end with her session, and nobody else's.
    wire::ask(&node.host, &token, "mutation { signOut { __typename } }", &json!({})).await;
    for mut socket in sockets.split_off(sockets.len() - HERS) {
        assert_eq!(timeout(PATIENCE, socket.ended()).await.unwrap(), 4403);
    }
    let last = sockets.last_mut().unwrap();
    last.subscribe("a", "{ awaitsSetUp }", json!({})).await;
    assert_eq!(last.hear().await["type"], "next");
    drop(sockets);

    // All are let go: as many again are taken, and an end of the node is clean.
    until("all places are free", async || {
        let (sockets, refused) = open(&node, per_node / 2, ADDRESSES, "").await;
        drop(sockets);
        refused.is_empty().then_some(())
    })
    .await;
    assert!(node.stop());
    cluster.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_sockets() {
    crowd(1_000).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "twenty thousand files and a minute"]
async fn ten_thousand_sockets() {
    crowd(10_000).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_has_its_share_and_who_says_nothing_is_let_go() {
    let cluster =
        Cluster::new().await.with("SOCKETS__PER_ADDRESS", "20").with("SOCKETS__PATIENCE_SECONDS", "2");
    let cluster = cluster.with("HTTP__TRUSTED_PROXY_HEADER", "X-Real-IP");
    let node = cluster.node().await;
    let from = |address: &str, count: usize| {
        let (host, address) = (node.host.clone(), address.to_owned());
        stream::iter(0..count)
            .map(move |_| {
                let (host, address) = (host.clone(), address.clone());
                async move {
                    let headers = [("X-Real-IP", address.as_str())];
                    Socket::try_open(&host, Opening { headers: &headers, ..Opening::default() }).await
                }
            })
            .buffer_unordered(8)
            .collect::<Vec<_>>()
    };
    // All come from one machine: the proxy, which says for whom.
    let first = from("198.51.100.1", 25).await;
    let refused: Vec<_> = first.iter().filter_map(|each| each.as_ref().err()).collect();
    assert_eq!(refused, vec![&Refused { status: 429, retry_after: Some(10) }; 5]);
    let second = from("198.51.100.2", 20).await;
    assert!(second.iter().all(Result::is_ok), "another address has a share of its own");
    serves(&node).await;

    // Nobody has said anything.
    for mut socket in first.into_iter().chain(second).filter_map(Result::ok) {
        let code = timeout(Duration::from_secs(20), socket.ended()).await.expect("let go in time");
        assert_eq!(code, 4408);
    }
    until("the share is free again", async || {
        let again = from("198.51.100.1", 20).await;
        again.iter().all(Result::is_ok).then_some(())
    })
    .await;
    assert!(node.stop());
    cluster.finish().await;
}
