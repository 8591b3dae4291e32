//! `Idempotency-Key` over the wire: the same answer again, and nothing done twice.

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use super::{Answer, COLLEAGUE, OFFICER, Served, demonstration};

const CREATE: &str = "mutation($title: String!) { createNeed(input: { content: { title: $title } }) {
    need { id title } userErrors { code path } } }";

/// Sends a document under a key.
fn send(served: &Served, token: &str, key: &str, query: &str, variables: &Value) -> Answer {
    let authorization = format!("Bearer {token}");
    let mut headers = vec![("Content-Type", "application/json"), ("Idempotency-Key", key)];
    if !token.is_empty() {
        headers.push(("Authorization", &authorization));
    }
    let body = json!({ "query": query, "variables": variables }).to_string();
    served.send("POST", "/graphql", &headers, body.as_bytes())
}

/// A key, and a title, that no other test has.
fn fresh(name: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("{name}-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

/// How many drafts have the title.
fn drafts(served: &Served, token: &str, title: &str) -> usize {
    let query = "query($after: String) { ownNeeds(first: 100, after: $after) {
        nodes { title } pageInfo { endCursor hasNextPage } } }";
    let (mut found, mut after) = (0, Value::Null);
    loop {
        let mut page = served.graphql(token, query, &json!({ "after": after }))["data"]["ownNeeds"].take();
        found += page["nodes"].as_array().unwrap().iter().filter(|n| n["title"] == title).count();
        if page["pageInfo"]["hasNextPage"] != true {
            return found;
        }
        after = page["pageInfo"]["endCursor"].take();
    }
}

#[tokio::test]
async fn the_same_request_is_done_once_and_answered_the_same() {
    let served = demonstration().await;
    let (officer, key, title) = (served.token_of(OFFICER), fresh("key"), fresh("Én gang"));
    let variables = json!({ "title": title });
    let first = send(served, &officer, &key, CREATE, &variables);
    assert_eq!((first.status, first.header("idempotency-replayed")), (200, ""), "{}", first.text());
    assert!(first.text().contains(&title));
    // Quoted, as the draft of the standard has it, it is the same key.
    for key in [key.clone(), format!("\"{key}\"")] {
        let again = send(served, &officer, &key, CREATE, &variables);
        assert_eq!((again.status, again.header("idempotency-replayed")), (200, "true"));
        assert_eq!(again.text(), first.text(), "to the letter");
        assert_eq!(again.header("content-type"), first.header("content-type"));
    }
    assert_eq!(drafts(served, &officer, &title), 1);

    // Another session of the same person is the same caller; another person is not.
    let again = send(served, &served.token_of(OFFICER), &key, CREATE, &variables);
    assert_eq!(again.header("idempotency-replayed"), "true");
    let colleague = send(served, &served.token_of(COLLEAGUE), &key, CREATE, &variables);
    assert_eq!((colleague.status, colleague.header("idempotency-replayed")), (200, ""));
    assert_ne!(colleague.text(), first.text());

    let other = send(served, &officer, &key, CREATE, &json!({ "title": "Noe annet" }));
    assert_eq!(other.refusal(), (422, "IDEMPOTENCY_KEY_REUSED".to_owned()));
    assert_eq!(drafts(served, &officer, "Noe annet"), 0);
}

#[tokio::test]
async fn what_was_refused_is_kept_if_it_ran_and_forgotten_if_it_never_began() {
    let served = demonstration().await;
    let (officer, key, title) = (served.token_of(OFFICER), fresh("key"), fresh("Andre forsøk"));
    let broken = send(served, &officer, &key, "mutation { noSuchThing }", &json!({}));
    assert!(broken.text().contains("GRAPHQL_VALIDATION_FAILED"), "{}", broken.text());
    let mended = send(served, &officer, &key, CREATE, &json!({ "title": title }));
    assert!(mended.text().contains(&title), "the key was still free: {}", mended.text());

    let key = fresh("key");
    let refused = send(served, &officer, &key, CREATE, &json!({ "title": "x".repeat(10_000) }));
    assert!(refused.text().contains("TOO_LONG"), "{}", refused.text());
    let again = send(served, &officer, &key, CREATE, &json!({ "title": "x".repeat(10_000) }));
    assert_eq!((again.text(), again.header("idempotency-replayed")), (refused.text(), "true"));
}

#[tokio::test]
async fn of_twenty_at_once_one_is_done() {
    let served = demonstration().await;
    let (officer, key, title) = (served.token_of(OFFICER), fresh("key"), fresh("Tjue på én gang"));
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let one = || send(served, &officer, &key, CREATE, &json!({ "title": title }));
        let all: Vec<_> = (0..20).map(|_| scope.spawn(one)).collect();
        all.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let mut done: Vec<String> = Vec::new();
    for answer in &answers {
        if answer.status == 200 {
            done.push(answer.text());
            continue;
        }
        assert_eq!(answer.refusal(), (409, "IDEMPOTENCY_KEY_IN_USE".to_owned()));
        assert_eq!(answer.header("retry-after"), "1");
    }
    done.dedup();
    assert_eq!(done.len(), 1, "{done:?}");
    assert_eq!(drafts(served, &officer, &title), 1);
    let late = send(served, &officer, &key, CREATE, &json!({ "title": title }));
    assert_eq!((late.text(), late.header("idempotency-replayed")), (done[0].clone(), "true"));
}

#[tokio::test]
async fn a_key_is_refused_where_it_would_mean_nothing() {
    let served = demonstration().await;
    let officer = served.token_of(OFFICER);
    let bearer = format!("Bearer {officer}");
    let refused = |answer: Answer| assert_eq!(answer.refusal(), (400, "IDEMPOTENCY_KEY_REFUSED".to_owned()));
    let none = json!({});
    refused(send(served, &officer, "a", "{ viewer { name } }", &none));
    refused(send(served, "", "a", "mutation { signOut { signedOut } }", &none));
    for bad in ["", "a b", "\"\"", "å", &"k".repeat(256)] {
        refused(send(served, &officer, bad, CREATE, &json!({ "title": "x" })));
    }
    let twice = [("Content-Type", "application/json"), ("Idempotency-Key", "a"), ("Idempotency-Key", "a")];
    refused(served.send("POST", "/graphql", &twice, b"{\"query\":\"{ awaitsSetUp }\"}"));
    let key = ("Idempotency-Key", "a");
    refused(served.send("GET", "/graphql?query=%7BawaitsSetUp%7D", &[key], b""));
    let events = [("Content-Type", "application/json"), ("Accept", "text/event-stream"), key];
    refused(served.send("POST", "/graphql", &events, b"{\"query\":\"{ awaitsSetUp }\"}"));
    let form = [("Content-Type", "multipart/form-data; boundary=x"), ("Authorization", bearer.as_str()), key];
    refused(served.send("POST", "/uploads", &form, b"--x--"));
}
