//! The web around the API: what a browser is told, what another site can't do, and
//! what an address can't reach.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::json;

use super::{Served, demonstration};

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("Content-Type", "application/json");
const EVIL: &str = "https://evil.example";

/// A page of each kind, an answer of each kind of route, and refusals.
const ADDRESSES: [(&str, &str, &str); 18] = [
    ("GET", "/", "text/html"),
    ("GET", "/nb", "text/html"),
    ("GET", "/nn/needs", "text/html"),
    ("GET", "/en/login", "text/html"),
    ("GET", "/nb/m", "text/html"),
    ("GET", "/nb/nothing-here", "text/html"),
    ("GET", "/nothing.here", "text/html"),
    ("POST", "/nb/nothing-here", "text/html"),
    ("GET", "/graphql", "text/html"),
    ("GET", "/graphql?query=%7B__typename%7D", "application/json"),
    ("GET", "/graphql?query=%7Bbroken", "application/graphql-response+json"),
    ("GET", "/graphql", "image/png"),
    ("GET", "/graphql/explorer.js", "*/*"),
    ("GET", "/events/nothing.ics", "*/*"),
    ("GET", "/attachments/00000000-0000-0000-0000-000000000000/x.pdf", "*/*"),
    ("GET", "/favicon.ico", "*/*"),
    ("GET", "/health/live", "*/*"),
    ("TRACE", "/nb", "text/html"),
];

#[tokio::test]
async fn every_answer_tells_the_browser_to_be_careful() {
    let served = demonstration().await;
    for (method, path, accept) in ADDRESSES {
        let answer = served.send(method, path, &[("Accept", accept)], &[]);
        let name = format!("{method} {path} ({})", answer.status);
        assert!(answer.status < 500, "{name}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{name}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{name}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{name}");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{name}");
        let policy = answer.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") || policy.contains("object-src 'none'"),
            "{name}: {policy}"
        );
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{name}: {policy}");
        let kind = answer.header("content-type");
        // JSON is UTF-8 by its definition (RFC 8259, section 8.1).
        assert!(!kind.starts_with("text/") || kind.contains("charset=utf-8"), "{name}: {kind}");
        assert!(answer.body.is_empty() || !kind.is_empty(), "{name} says not what it is");
        assert!(answer.headers.iter().all(|(n, _)| !n.starts_with("access-control-")), "{name}");
        // Over plain HTTP there is nothing to be strict about.
        assert_eq!(answer.header("strict-transport-security"), "", "{name}");
        assert_eq!(answer.header("server"), "", "{name}");
        assert!(method != "TRACE" || (answer.status >= 400 && !answer.text().contains("TRACE")), "{name}");
    }
}

#[tokio::test]
async fn another_site_does_nothing_in_somebodys_name() {
    let served = demonstration().await;
    let own = format!("http://{}", served.host);
    let body = b"email=noen%40example.no";
    for (told, expected) in [
        (vec![("Origin", EVIL)], 403),
        (vec![("Origin", "null")], 403),
        (vec![("Sec-Fetch-Site", "cross-site")], 403),
        (vec![("Sec-Fetch-Site", "same-site")], 403),
        (vec![("Sec-Fetch-Site", "same-origin"), ("Origin", own.as_str())], 303),
        (vec![("Origin", own.as_str())], 303),
    ] {
        let headers = [&told[..], &[FORM]].concat();
        assert_eq!(served.send("POST", "/nb/login", &headers, body).status, expected, "{told:?}");
        let query = json!({ "query": "{ __typename }" }).to_string();
        let asked = served.send("POST", "/graphql", &[&told[..], &[JSON]].concat(), query.as_bytes());
        assert_eq!(asked.status, if expected == 403 { 403 } else { 200 }, "{told:?}");
        if expected == 403 {
            assert_eq!(asked.refusal(), (403, "FORBIDDEN".to_owned()), "a program reads why");
            let page = served.send("POST", "/nb/login", &headers, body);
            assert!(page.text().contains("fra et annet nettsted"), "so does a person: {}", page.text());
        }
    }
    // What a form of another site can send without asking first is no GraphQL.
    let mutation = json!({ "query": "mutation { signOut { signedOut } }" }).to_string();
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""] {
        let refused = served.send("POST", "/graphql", &[("Content-Type", kind)], mutation.as_bytes());
        assert_eq!(refused.status, 415, "{kind}: {}", refused.text());
    }
    let by_link = served.send("GET", "/graphql?query=mutation%7BsignOut%7BsignedOut%7D%7D", &[], &[]);
    assert_eq!(by_link.status, 405);
    let preflight = [("Origin", EVIL), ("Access-Control-Request-Method", "POST")];
    let answer = served.send("OPTIONS", "/graphql", &preflight, &[]);
    assert!(answer.headers.iter().all(|(name, _)| !name.starts_with("access-control-")), "{answer:?}");
}

/// Sends a head as it is.
fn raw(served: &Served, head: &str) -> String {
    let mut stream = TcpStream::connect(&served.host).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn the_name_that_a_request_gives_the_host_decides_nothing() {
    let served = demonstration().await;
    let ask = |path: &str, host: &str| {
        raw(
            served,
            &format!(
                "GET {path} HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-Host: {host}\r\nForwarded: host={host}\r\nAccept: text/html\r\nConnection: close\r\n\r\n"
            ),
        )
    };
    for path in ["/", "/nb", "/nb/needs", "/nb/m", "/nb/needs/", "/events/x", "/nb/login?next=/nb/m"] {
        let answer = ask(path, "evil.example");
        assert!(answer.starts_with("HTTP/1.1 ") && !answer.contains("evil.example"), "{path}: {answer}");
    }
    // The link in a mail is the installation's, whatever the request said.
    let body = json!({ "query": "mutation { startSignIn(input: { email: \"vert@example.no\" }) { userErrors { code } } }" }).to_string();
    let head = format!(
        "POST /graphql HTTP/1.1\r\nHost: evil.example\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    assert!(raw(served, &head).contains("\"userErrors\":[]"));
    let text = super::secrets::mail_to(served, "vert@example.no");
    assert!(text.contains(&format!("http://{}/nb/login/confirm?token=", served.host)), "{text}");
    assert!(!text.contains("evil.example"), "{text}");
}

#[tokio::test]
async fn nobody_is_led_away() {
    let served = demonstration().await;
    for next in [
        EVIL,
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/%5cevil.example",
        "/\t/evil.example",
        "/%09/evil.example",
        "javascript:alert(1)",
        "https:evil.example",
        "/nb/..//evil.example",
        "@evil.example",
        "///evil.example",
        "http:///evil.example",
        "/nb\r\nLocation: https://evil.example",
    ] {
        let encoded: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
        for (method, path, body) in [
            ("POST", "/nb/logout".to_owned(), format!("next={encoded}")),
            ("POST", "/nb/login".to_owned(), format!("email=a%40example.no&next={encoded}")),
            ("GET", format!("/nb/login?next={encoded}"), String::new()),
        ] {
            let answer = served.send(method, &path, &[FORM, ("Accept", "text/html")], body.as_bytes());
            assert!(answer.status < 500, "{path} {next:?}: {}", answer.status);
            let to = answer.header("location");
            let stays = to.is_empty() || (to.starts_with('/') && !to[1..].starts_with(['/', '\\']));
            assert!(stays, "{next:?} leads to {to:?}");
            assert!(
                !answer.text().contains("href=\"https://evil") && !answer.text().contains("href=\"//evil")
            );
        }
    }
    for path in
        ["//evil.example", "//evil.example/", "/nb//evil.example/", "/\\evil.example", "/%2f%2fevil.example/"]
    {
        let answer = served.get(path);
        let to = answer.header("location");
        assert!(to.is_empty() || (to.starts_with('/') && !to.starts_with("//")), "{path} leads to {to:?}");
    }
}

#[tokio::test]
async fn no_address_reaches_a_file() {
    let served = demonstration().await;
    for above in ["..", "%2e%2e", "%2E%2E", "..%2f..", "..%5c..", "..;", ".%00."] {
        for below in [
            "/assets/",
            "/dev/mail/",
            "/attachments/00000000-0000-0000-0000-000000000000/",
            "/nb/",
            "/graphql/",
        ] {
            for target in ["secret.key", "samspill.db", "etc/passwd", "Cargo.toml"] {
                let path = format!("{below}{above}/{above}/{target}");
                let answer = raw(
                    served,
                    &format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", served.host),
                );
                let status = answer.split(' ').nth(1).unwrap_or_default();
                assert!(status.starts_with('4') || status.starts_with('3'), "{path}: {answer}");
                for inside in ["SQLite format", "root:x:", "[workspace]"] {
                    assert!(!answer.contains(inside), "{path} shows a file");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_message_has_one_length() {
    let served = demonstration().await;
    let host = &served.host;
    for (lengths, body) in [
        ("Content-Length: 3\r\nContent-Length: 4", "{}  "),
        ("Content-Length: +3", "{}  "),
        ("Content-Length: -1", ""),
        ("Transfer-Encoding: chunked, identity", "0\r\n\r\n"),
        ("Transfer-Encoding: xchunked", "0\r\n\r\n"),
        ("Transfer-Encoding: chunked", "Z\r\n\r\n"),
    ] {
        let head = format!(
            "POST /graphql HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nConnection: close\r\n{lengths}\r\n\r\n{body}"
        );
        let answer = raw(served, &head);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{lengths}: {answer}");
        assert_eq!(
            answer.matches("HTTP/1.1").count(),
            usize::from(!answer.is_empty()),
            "{lengths}: {answer}"
        );
    }
}
