//! Requests that can't be run: each refused with its code, in no words from inside.

use serde_json::Value;

use super::{Answer, OFFICER, Served, demonstration};

/// The code of a refusal, which has words, and no other words than for others.
fn code(answer: &Answer) -> (u16, String) {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_else(|_| panic!("{}", answer.text()));
    assert_eq!(body.get("data"), None, "{body}");
    let error = &body["errors"][0];
    let message = error["message"].as_str().unwrap();
    assert!(!message.is_empty(), "{body}");
    for inside in ["serde", "expected", "EOF", "panick", "src/", "sqlx", "SELECT"] {
        assert!(!message.contains(inside), "{message}");
    }
    (answer.status, error["extensions"]["code"].as_str().unwrap().to_owned())
}

fn post(served: &Served, body: &[u8]) -> Answer {
    served.send("POST", "/graphql", &[("Content-Type", "application/json")], body)
}

#[tokio::test]
async fn a_body_that_is_no_request_is_refused_with_a_code() {
    let served = demonstration().await;
    let deep = format!("{{\"query\":\"{{ awaitsSetUp }}\",\"variables\":{}}}", "[".repeat(5_000));
    let bodies: [&[u8]; 11] = [
        b"",
        b"\xef\xbb\xbf{\"query\":\"{ awaitsSetUp }\"}",
        b"{\"query\":\"{ awaitsSetUp }\",\"query\":\"{ viewer { name } }\"}",
        b"{\"query\":\"{ awaitsSetUp }\",\"variables\":{\"a\":1,\"a\":2}}",
        b"{\"query\":\"{ awaitsSetUp \xf8 }\"}",
        b"{\"query\":\"{ awaitsSetUp }\"}{}",
        b"[{\"query\":\"{ awaitsSetUp }\"}]",
        b"{\"query\":null}",
        b"{\"query\":\"{ awaitsSetUp }\",\"variables\":[]}",
        b"{\"query\":\"{ awaitsSetUp }\",\"operationName\":1}",
        deep.as_bytes(),
    ];
    for body in bodies {
        let answer = post(served, body);
        assert_eq!(code(&answer), (400, "BAD_USER_INPUT".to_owned()), "{}", String::from_utf8_lossy(body));
    }
}

#[tokio::test]
async fn what_the_protocol_does_not_allow_is_refused_with_a_code() {
    let served = demonstration().await;
    let query = b"{\"query\":\"{ awaitsSetUp }\"}";
    let json = ("Content-Type", "application/json");
    let refused = |headers: &[(&str, &str)]| code(&served.send("POST", "/graphql", headers, query));
    assert_eq!(refused(&[("Content-Type", "text/plain")]), (415, "UNSUPPORTED_MEDIA_TYPE".to_owned()));
    assert_eq!(refused(&[]), (415, "UNSUPPORTED_MEDIA_TYPE".to_owned()));
    assert_eq!(refused(&[json, ("Accept", "image/png")]), (406, "NOT_ACCEPTABLE".to_owned()));

    let mutation = served.send("GET", "/graphql?query=mutation%7BsignOut%7B__typename%7D%7D", &[], b"");
    assert_eq!(code(&mutation), (405, "METHOD_NOT_ALLOWED".to_owned()));
    assert_eq!(mutation.header("allow"), "POST");
    let named = "query%20A%7BawaitsSetUp%7D%20mutation%20B%7BsignOut%7B__typename%7D%7D";
    let mut status = [("&operationName=A", 200), ("&operationName=B", 405)].into_iter();
    assert!(status.all(|(name, status)| {
        served.send("GET", &format!("/graphql?query={named}{name}"), &[], b"").status == status
    }));
    let twice = served.send("GET", "/graphql?query=%7Ba%7D&query=%7Bb%7D", &[], b"");
    assert_eq!(code(&twice), (400, "BAD_USER_INPUT".to_owned()));
    let listen = post(served, b"{\"query\":\"subscription { needChanged(needId: \\\"x\\\") { kind } }\"}");
    assert_eq!(code(&listen), (400, "BAD_USER_INPUT".to_owned()));
}

#[tokio::test]
async fn credentials_are_told_once_and_never_by_the_address() {
    let served = demonstration().await;
    let token = served.token_of(OFFICER);
    let bearer = format!("Bearer {token}");
    let query = "/graphql?query=%7BawaitsSetUp%7D";

    for address in [
        format!("{query}&access_token={token}"),
        format!("{query}&token=whatever"),
        format!("{query}&x={token}"),
        format!("/graphql/ws?authorization=Bearer%20{token}"),
        format!("/nb/needs?access_token={token}"),
    ] {
        let answer = served.send("GET", &address, &[], b"");
        assert_eq!(code(&answer), (400, "TOKEN_IN_URL".to_owned()), "{address}");
        assert!(!answer.text().contains(&token));
    }
    let both = [("Authorization", bearer.as_str()), ("Authorization", bearer.as_str())];
    assert_eq!(code(&served.send("GET", query, &both, b"")), (400, "BAD_USER_INPUT".to_owned()));
    for bad in ["Bearer no", "Bearer ", "Basic aW5ncmlkOm1vZW4=", "Bearer", ""] {
        let answer = served.send("GET", query, &[("Authorization", bad)], b"");
        assert_eq!(code(&answer), (401, "UNAUTHENTICATED".to_owned()), "{bad}");
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{bad}");
    }
    let newer = [("Authorization", "Bearer no"), ("Accept", "application/graphql-response+json")];
    let answer = served.send("GET", query, &newer, b"");
    assert!(answer.header("content-type").starts_with("application/graphql-response+json"));
}
