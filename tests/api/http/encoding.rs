//! Bytes in another encoding than promised: refused in words, never by our own mistake.

use serde_json::Value;

use super::{OFFICER, demonstration};

#[tokio::test]
async fn what_is_not_utf8_is_refused_in_words() {
    let served = demonstration().await;
    let latin = "{\"query\":\"{ needs(filter: {query: \\\"sn\u{f8}\\\"}) { nodes { title } } }\"}";
    let latin: Vec<u8> = latin.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    for (content_type, status) in [("application/json", 400), ("application/json; charset=iso-8859-1", 415)] {
        let answer = served.send("POST", "/graphql", &[("Content-Type", content_type)], &latin);
        assert_eq!(answer.status, status, "{}", answer.text());
        let body: Value = serde_json::from_slice(&answer.body).unwrap();
        assert!(body["errors"][0]["message"].as_str().is_some_and(|m| !m.is_empty()), "{body}");
    }
    // A link from an old page, with a letter in Latin-1.
    for path in [
        "/nb/needs?q=sn%F8",
        "/nb/needs/%F8",
        "/nb/organisations?q=%00",
        "/nb/needs?q=a%00b",
        "/nb/needs/%00",
        "/nb/needs?after=%FF",
    ] {
        let answer = served.get(path);
        assert!(answer.status < 500, "{path}: {}", answer.status);
        assert!(answer.text().contains("<html"), "{path} is answered with a page: {}", answer.text());
    }
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let answer = served.send("POST", "/nb/login", &form, b"email=k%F8re@example.no");
    assert!((200..500).contains(&answer.status), "{}", answer.status);

    let token = served.token_of(OFFICER);
    let bearer = format!("Bearer {token}");
    let headers =
        [("Authorization", bearer.as_str()), ("Content-Type", "multipart/form-data; boundary=line")];
    let mut body =
        b"--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"r\xf8d.txt\"\r\n\r\n".to_vec();
    body.extend(b"bl\xe5 og r\xf8d\r\n--line--\r\n");
    let answer = served.send("POST", "/uploads", &headers, &body);
    assert!((200..500).contains(&answer.status), "{}: {}", answer.status, answer.text());
}
