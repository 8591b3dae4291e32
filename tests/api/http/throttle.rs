//! Who asks for too much is told to wait, whatever it asked for, in one shape; others go on.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};
use tests::Socket;

use super::{Answer, OFFICER, Served};

/// A demonstration where one may ask for little.
fn strict(data: &std::path::Path, url: Option<&str>) -> Served {
    let limits = [
        ("SAMSPILL_LIMITS__ADDRESS_POINTS", "5000"),
        ("SAMSPILL_LIMITS__ADDRESS_RATE", "1"),
        ("SAMSPILL_LIMITS__PERSON_POINTS", "5000"),
        ("SAMSPILL_LIMITS__PERSON_RATE", "1"),
    ];
    Served::start_with(data, url, &["demo", "--fresh"], false, &limits)
}

fn introspections(served: &Served, count: usize, headers: &[(&str, &str)]) -> Answer {
    let fields: Vec<String> =
        (0..count).map(|n| format!("t{n}: __type(name: \"Need\") {{ name }}")).collect();
    let fields = fields.join(" ");
    let body = json!({ "query": format!("{{ {fields} }}") }).to_string();
    let headers = [&[("Content-Type", "application/json"), ("Accept-Language", "en")], headers].concat();
    served.send("POST", "/graphql", &headers, body.as_bytes())
}

/// Spends all that the caller has.
fn drain(served: &Served, headers: &[(&str, &str)]) -> Answer {
    for count in [20, 1] {
        assert!((0..100).any(|_| introspections(served, count, headers).status == 429));
    }
    (0..300)
        .map(|_| served.send("GET", "/graphql?query=%7B", headers, b""))
        .find(|a| a.status == 429)
        .unwrap()
}

fn is_told_to_wait(answer: &Answer) {
    assert_eq!(answer.refusal(), (429, "RATE_LIMITED".to_owned()));
    let body: Value = serde_json::from_slice(&answer.body).unwrap();
    let wait = body["errors"][0]["extensions"]["retryAfter"].to_string();
    assert_eq!(answer.header("retry-after"), wait, "{body}");
}

#[tokio::test]
async fn whoever_asks_for_too_much_waits_and_nobody_else() {
    let data = tempfile::tempdir().unwrap().keep();
    let url = tests::empty_database().await;
    let served = strict(&data, url.as_deref());
    let token = format!("Bearer {}", served.token_of(OFFICER));
    let officer = [("Authorization", token.as_str())];

    let mut socket = Socket::greeted(&served.host, token.trim_start_matches("Bearer ")).await;

    // The operation is too dear for what is left: the status says so to old clients too.
    let mut answers = (0..5).map(|_| introspections(&served, 20, &[]));
    is_told_to_wait(&answers.find(|a| a.status == 429).expect("a refusal"));
    let mut left = (0..5).map(|_| introspections(&served, 1, &[]).status);
    assert!(left.any(|status| status == 200), "a smaller one still fits");

    let form = [("Content-Type", "multipart/form-data; boundary=x")];
    drain(&served, &[]);
    is_told_to_wait(&served.send("POST", "/uploads", &form, b"--x--"));
    drain(&served, &[]);
    is_told_to_wait(&served.send("GET", "/attachments/00000000-0000-0000-0000-000000000000/a.pdf", &[], b""));
    drain(&served, &[]);
    is_told_to_wait(&served.send("GET", "/events/x.ics", &[], b""));
    drain(&served, &[]);
    is_told_to_wait(&served.send("POST", "/graphql", &[("Accept", "text/event-stream")], b"{}"));
    drain(&served, &[]);
    is_told_to_wait(&served.send("GET", "/graphql/ws", &[("Authorization", "Bearer no")], b""));
    let mut sockets = (0..20).map(|_| upgrade(&served));
    assert!(sockets.any(|answer| answer.starts_with("HTTP/1.1 429") && answer.contains("RATE_LIMITED")));

    // Pages say it to people, in their language; what was typed is there to be sent again.
    for (language, says) in
        [("nb", "Vent et øyeblikk"), ("nn", "Vent ein augneblink"), ("en", "Wait a moment")]
    {
        is_told_to_wait(&drain(&served, &[]));
        let page = served.get(&format!("/{language}/needs"));
        assert_eq!(page.status, 429, "{language}");
        assert!(page.text().contains(says), "{}", page.text());
        assert!(page.header("retry-after").parse::<u32>().unwrap() >= 1);
    }
    drain(&served, &[]);
    let kind = ("Content-Type", "application/x-www-form-urlencoded");
    let form = served.send("POST", "/nb/login", &[kind, ("Accept", "text/html")], b"email=noen%40example.no");
    assert_eq!(form.status, 429);
    assert!(form.text().contains("name=\"email\" value=\"noen@example.no\""), "{}", form.text());
    let asset = form.text().split("href=\"/assets/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(served.get(&format!("/assets/{asset}")).status, 200, "what is the same for all costs nothing");

    // Who comes back from another service is a person too.
    drain(&served, &[]);
    for path in ["/sign-in/anyone/callback?state=x&code=y", "/sign-in/anyone"] {
        let back = served.send("GET", path, &[("Sec-Fetch-Site", "same-origin")], b"");
        assert_eq!((back.status, back.header("location").contains("/login?failed=TOO_OFTEN")), (303, true));
        assert_eq!(served.get(back.header("location")).status, 429);
    }

    // A person behind the same address has an allowance of her own, and comes to its end.
    assert_eq!(introspections(&served, 1, &officer).status, 200);
    // Over a socket each operation costs, one that does not validate too.
    is_told_to_wait(&drain(&served, &officer));
    let mut refused = Value::Null;
    for n in 0..300 {
        socket.subscribe(&n.to_string(), "{ nothing }", json!({})).await;
        refused = socket.hear().await;
        assert_eq!((&refused["type"], &refused["id"]), (&json!("error"), &json!(n.to_string())));
        if refused["payload"][0]["extensions"]["code"] == "RATE_LIMITED" {
            break;
        }
    }
    let told = &refused["payload"][0]["extensions"];
    assert!(told["code"] == "RATE_LIMITED" && told["retryAfter"].as_u64() >= Some(1), "{refused}");
    served.stop();
}

/// Whoever guesses tokens in the first message of a socket pays as by the header, and is written down.
#[tokio::test]
async fn guessing_by_a_socket_costs_as_by_a_header() {
    let data = tempfile::tempdir().unwrap().keep();
    let url = tests::empty_database().await;
    let served = strict(&data, url.as_deref());
    let left = || {
        let answer: Value = serde_json::from_slice(&introspections(&served, 1, &[]).body).unwrap();
        answer["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"].as_i64().expect("a number")
    };
    let before = left();
    for _ in 0..20 {
        let mut guess = Socket::open(&served.host).await;
        guess.say(json!({ "type": "connection_init", "payload": { "authorization": "Bearer no" } })).await;
        assert_eq!(guess.closed().await, 4403);
    }
    // 1 for each socket, 5 for each guess, and about 101 for asking; a few came back meanwhile.
    let spent = before - left();
    assert!(spent > 101 + 20 * 5, "{spent} points");
    let log = std::fs::read_to_string(&served.log).unwrap();
    let lines = log.lines().filter(|line| line.contains("credential.refused"));
    assert_eq!(lines.count(), 20);
    served.stop();
}

/// What is answered to somebody who wants a socket.
fn upgrade(served: &Served) -> String {
    let mut stream = TcpStream::connect(&served.host).unwrap();
    write!(
        stream,
        "GET /graphql/ws HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n",
        served.host
    )
    .unwrap();
    let mut start = vec![0; 2048];
    let read = stream.read(&mut start).unwrap();
    let more = stream.read(&mut start[read..]);
    String::from_utf8_lossy(&start[..read + more.unwrap_or(0)]).into_owned()
}
