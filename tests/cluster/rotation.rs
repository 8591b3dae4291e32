//! Keys change under load, and credentials are tried on every node: nobody who may is
//! refused, and nobody who may not is let in, by whichever way the credential comes.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use chrono::Utc;
use domain::{accounts, signing};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use tests::{Opening, Socket};
use types::SessionId;

use crate::cluster::Cluster;
use crate::{until, wire};

const WHO: &str = "{ viewer { name } }";

/// A node's published keys, the newest first.
async fn keys(host: &str) -> Vec<String> {
    let answer = wire::send(host, "GET", "/.well-known/jwks.json", &[], &[]).await.unwrap();
    let set: Value = serde_json::from_slice(&answer.body).unwrap();
    set["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

async fn status(host: &str, token: &str) -> u16 {
    wire::graphql(host, token, WHO, &json!({})).await.unwrap().0
}

/// The name of the key that signed a token.
fn signer(token: &str) -> String {
    jsonwebtoken::decode_header(token).unwrap().kid.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_rotate_and_nobody_is_refused_on_either_node() {
    let cluster = Cluster::new().await;
    let kari = cluster.house.person("kari@example.no").await;
    let refresh = accounts::begin_refreshing(&cluster.house.app, kari.session.unwrap()).await.unwrap();
    let first = cluster.token(&kari).await;
    let nodes = [cluster.node().await, cluster.node().await];
    let hosts = [nodes[0].host.as_str(), nodes[1].host.as_str()];

    let (is_over, asked) = (AtomicBool::new(false), AtomicUsize::new(0));
    // Goes on with its session on both nodes in turn; each token is used on both at once.
    let user = async {
        let (mut refresh, mut signers) = (refresh, Vec::new());
        let fields = "refreshed { accessToken refreshToken }";
        while !is_over.load(Ordering::SeqCst) {
            let turn = asked.fetch_add(1, Ordering::SeqCst);
            let input = json!({ "refreshToken": refresh });
            let mut next = wire::done(hosts[turn % 2], "", "refreshSession", fields, input).await;
            let next = next["refreshed"].take();
            let token = next["accessToken"].as_str().unwrap();
            let (here, there) = tokio::join!(status(hosts[0], token), status(hosts[1], token));
            assert_eq!((here, there), (200, 200), "after {turn} turns");
            next["refreshToken"].as_str().unwrap().clone_into(&mut refresh);
            if signers.last() != Some(&signer(token)) {
                signers.push(signer(token));
            }
        }
        signers
    };
    let operator = async {
        let turns = async |more: usize| {
            let from = asked.load(Ordering::SeqCst);
            until("further turns", async || (asked.load(Ordering::SeqCst) >= from + more).then_some(()))
                .await;
        };
        turns(3).await;
        // By the program: published on both nodes now, signs in an hour.
        let made = cluster.run(&["keys", "rotate"]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        assert_eq!((keys(hosts[0]).await.len(), keys(hosts[1]).await.len()), (2, 2));
        turns(5).await;
        // As an hour later, twice: the newest key takes over between two tokens.
        for kept in [3, 4] {
            cluster.house.clock.set(Utc::now() - signing::AHEAD);
            signing::rotate(&cluster.house.app, false).await.unwrap();
            assert_eq!((keys(hosts[0]).await.len(), keys(hosts[1]).await.len()), (kept, kept));
            turns(5).await;
        }
        // The first token has its time, whatever signs now.
        assert_eq!((status(hosts[0], &first).await, status(hosts[1], &first).await), (200, 200));
        is_over.store(true, Ordering::SeqCst);
    };
    let (signers, ()) = tokio::join!(user, operator);
    assert!(signers.len() >= 3, "the newest key signs: {signers:?}");

    // A key that got out: whatever it signed is refused at once, and sessions go on.
    let before = cluster.token(&kari).await;
    assert!(cluster.run(&["keys", "rotate", "--at-once"]).status.success());
    for host in hosts {
        assert_eq!(status(host, &before).await, 401);
        assert_eq!(keys(host).await.len(), 1);
    }
    cluster.house.clock.set(Utc::now());
    let fresh = cluster.token(&kari).await;
    assert_eq!((status(hosts[0], &fresh).await, status(hosts[1], &fresh).await), (200, 200));
    drop(nodes);
    cluster.finish().await;
}

/// Tokens as the installation writes them, and not quite.
struct Forger {
    header: Header,
    claims: Value,
    key: EncodingKey,
}

impl Forger {
    async fn new(cluster: &Cluster, session: SessionId) -> Self {
        let key = signing::current(&cluster.house.app).await.unwrap();
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some("at+jwt".to_owned());
        header.kid = Some(key.id.clone());
        let (url, now) = (tests::PUBLIC_URL, Utc::now().timestamp());
        let claims = json!({ "iss": url, "aud": format!("{url}/graphql"), "sid": session, "iat": now, "exp": now + 600 });
        Self { header, claims, key: EncodingKey::from_ed_der(&key.pkcs8()) }
    }

    fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims[name] = value.into();
        self
    }

    fn token(&self) -> String {
        jsonwebtoken::encode(&self.header, &self.claims, &self.key).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_credential_is_refused_by_request_socket_and_stream() {
    let cluster = Cluster::new().await;
    let session = cluster.house.person("kari@example.no").await.session.unwrap();
    let other = cluster.house.person("per@example.no").await.session.unwrap();
    let forger = async || Forger::new(&cluster, session).await;
    let now = Utc::now().timestamp();
    let right = forger().await.token();
    let parts: Vec<&str> = right.split('.').collect();
    // {"alg":"none","typ":"at+jwt"}
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0";

    // A second key in force: its signature under the first one's name, and the other way.
    let first = signing::current(&cluster.house.app).await.unwrap();
    let second = signing::rotate(&cluster.house.app, false).await.unwrap();
    let second_key = || EncodingKey::from_ed_der(&second.pkcs8());
    let mut swapped = forger().await;
    swapped.header.kid = Some(second.id.clone());
    let mut unknown = forger().await;
    unknown.header.kid = Some("bm9ib2R5".to_owned());
    let bad = [
        ("no algorithm", format!("{none}.{}.", parts[1])),
        ("no algorithm, and a signature", format!("{none}.{}.{}", parts[1], parts[2])),
        (
            "another key under the name of the one that signs",
            Forger { key: second_key(), ..forger().await }.token(),
        ),
        ("the key that signs under another's name", swapped.token()),
        ("a key that nobody has", unknown.token()),
        ("expired by a second", forger().await.claim("iat", now - 601).claim("exp", now - 1).token()),
        ("expired this second", forger().await.claim("iat", now - 600).claim("exp", now).token()),
        ("made in the future", forger().await.claim("iat", now + 120).claim("exp", now + 600).token()),
        ("another installation's", forger().await.claim("iss", "https://evil.example.no").token()),
        ("for somebody else", forger().await.claim("aud", "https://evil.example.no/graphql").token()),
        ("of no session", forger().await.claim("sid", uuid::Uuid::nil().to_string()).token()),
        ("another's claims under this signature", {
            let others = Forger::new(&cluster, other).await.token();
            format!("{}.{}.{}", parts[0], others.split('.').nth(1).unwrap(), parts[2])
        }),
        ("none at all", "undefined".to_owned()),
    ];
    assert_ne!(first.id, second.id);

    let nodes = [cluster.node().await, cluster.node().await];
    for node in &nodes {
        assert_eq!(status(&node.host, &right).await, 200, "the forger writes as the house does");
        drop(Socket::greeted(&node.host, &right).await);
        for (what, token) in &bad {
            let bearer = format!("Bearer {token}");
            assert_eq!(status(&node.host, token).await, 401, "{what}");
            for accept in ["application/json", "text/event-stream"] {
                let headers = [("Accept", accept), ("Authorization", bearer.as_str())];
                let asked = wire::send(&node.host, "GET", "/graphql?query=%7B__typename%7D", &headers, &[])
                    .await
                    .unwrap();
                assert_eq!(asked.status, 401, "{what}, {accept}");
                assert!(asked.header("www-authenticate").is_some(), "{what}");
            }
            // In the head of a socket, and in its first message.
            let headers = [("Authorization", bearer.as_str())];
            let opening = Opening { headers: &headers, ..Opening::default() };
            assert_eq!(Socket::try_open(&node.host, opening).await.unwrap_err().status, 401, "{what}");
            let mut socket = Socket::open(&node.host).await;
            socket.greet(token).await;
            assert_eq!(socket.closed().await, 4403, "{what}");
        }
        more_than_one(&node.host, &right).await;
    }
    let log: String = nodes.iter().map(super::node::Node::log_text).collect();
    for (what, token) in bad.iter().filter(|(_, token)| token.len() > 40) {
        assert!(!log.contains(token.as_str()), "the log holds {what}");
    }
    assert!(!log.contains(&right));
    drop(nodes);
    cluster.finish().await;
}

/// A right token where it may not be, or not alone.
async fn more_than_one(host: &str, right: &str) {
    let bearer = format!("Bearer {right}");
    let twice = [("Authorization", bearer.as_str()), ("Authorization", bearer.as_str())];
    let asked = wire::send(host, "GET", "/graphql?query=%7B__typename%7D", &twice, &[]).await.unwrap();
    assert_eq!(asked.status, 400, "{}", String::from_utf8_lossy(&asked.body));
    let opening = Opening { headers: &twice, ..Opening::default() };
    assert_eq!(Socket::try_open(host, opening).await.unwrap_err().status, 400);
    for path in ["/graphql?query=%7B__typename%7D&", "/graphql/ws?"] {
        for name in ["access_token", "token", "authorization"] {
            let path = format!("{path}{name}={right}");
            let asked = wire::send(host, "GET", &path, &[], &[]).await.unwrap();
            assert_eq!(asked.status, 400, "{path:.60}");
            assert!(String::from_utf8_lossy(&asked.body).contains("TOKEN_IN_URL"), "{path:.60}");
        }
    }
    // In the first message: two of them, no text, another scheme, and none.
    for payload in [
        json!({ "authorization": bearer, "Authorization": bearer }),
        json!({ "authorization": [bearer] }),
        json!({ "authorization": format!("Basic {right}") }),
        json!({ "authorization": right }),
        json!({ "authorization": null }),
    ] {
        let mut socket = Socket::open(host).await;
        socket.say(json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(socket.closed().await, 4403, "{payload:.60}");
    }
    // A token in the head, and another person's in the message: the message counts, or neither does.
    let headers = [("Authorization", bearer.as_str())];
    let opening = Opening { headers: &headers, ..Opening::default() };
    let mut socket = Socket::try_open(host, opening).await.unwrap();
    socket.greet("nonsense").await;
    assert_eq!(socket.closed().await, 4403);
}
