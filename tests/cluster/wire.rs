//! Requests as bytes: what a cut connection gives is an error, and no retry hides it.

use std::fmt::Write as _;
use std::io;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// No request takes so long.
const LATE: Duration = Duration::from_mins(1);

/// What a server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

/// Sends a request and reads the whole answer.
pub(crate) async fn send(
    host: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> io::Result<Answer> {
    let asked = async {
        let mut stream = TcpStream::connect(host).await?;
        stream.write_all(&bytes(host, method, path, headers, body)).await?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await?;
        let cut = || io::Error::from(io::ErrorKind::UnexpectedEof);
        let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").ok_or_else(cut)?;
        let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or_else(cut)?;
        let body = bytes[end + 4..].to_vec();
        // Cut off in the middle it is no answer.
        let whole = header(&head, "content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
        if body.len() < whole { Err(cut()) } else { Ok(Answer { status, head, body }) }
    };
    timeout(LATE, asked).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

fn bytes(host: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    // The older protocol: no chunks, and the end of the answer is the connection's.
    let mut head = format!("{method} {path} HTTP/1.0\r\nHost: {host}\r\n");
    for (name, value) in headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    let _ = write!(head, "Content-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

impl Answer {
    /// A header, in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }
}

/// Runs a document, as the holder of a token; empty for nobody. Status and answer.
pub(crate) async fn graphql(
    host: &str,
    token: &str,
    query: &str,
    variables: &Value,
) -> io::Result<(u16, Value)> {
    let authorization = format!("Bearer {token}");
    let mut headers = vec![("Content-Type", "application/json")];
    if !token.is_empty() {
        headers.push(("Authorization", &authorization));
    }
    let body = json!({ "query": query, "variables": variables }).to_string();
    let answer = send(host, "POST", "/graphql", &headers, body.as_bytes()).await?;
    Ok((answer.status, serde_json::from_slice(&answer.body).unwrap_or_default()))
}

/// Runs a document that must run; its data.
pub(crate) async fn ask(host: &str, token: &str, query: &str, variables: &Value) -> Value {
    let (status, mut answer) = graphql(host, token, query, variables).await.expect("an answer");
    assert!(status == 200 && answer["errors"].is_null(), "{status} {answer}");
    answer["data"].take()
}

/// Runs a mutation that takes an `input` and must be done; its payload.
pub(crate) async fn done(host: &str, token: &str, mutation: &str, fields: &str, input: Value) -> Value {
    let mut payload = ask(host, token, &document(mutation, fields), &json!({ "input": input })).await;
    let mut payload = payload[mutation].take();
    assert_eq!(payload["userErrors"].take(), json!([]), "{mutation}");
    payload
}

/// A mutation with its one argument.
pub(crate) fn document(mutation: &str, fields: &str) -> String {
    let (first, rest) = mutation.split_at(1);
    format!(
        "mutation($input: {}{rest}Input!) {{ \
           {mutation}(input: $input) {{ {fields} userErrors {{ code }} }} }}",
        first.to_uppercase()
    )
}

/// A stream of server-sent events.
pub(crate) struct Events(Lines<BufReader<TcpStream>>);

impl Events {
    /// Begins to listen, and waits for the first byte of the answer's body.
    pub(crate) async fn open(host: &str, token: &str, query: &str) -> Self {
        let authorization = format!("Bearer {token}");
        let headers = [
            ("Content-Type", "application/json"),
            ("Accept", "text/event-stream"),
            ("Authorization", &authorization),
        ];
        let body = json!({ "query": query }).to_string();
        let mut stream = TcpStream::connect(host).await.expect("a connection");
        let request = bytes(host, "POST", "/graphql", &headers, body.as_bytes());
        stream.write_all(&request).await.expect("sent");
        let mut lines = BufReader::new(stream).lines();
        let status = lines.next_line().await.expect("an answer").expect("a status");
        assert!(status.contains(" 200 "), "{status}");
        while !lines.next_line().await.expect("a head").expect("a head").is_empty() {}
        Self(lines)
    }

    /// Reads until the stream ends; the names of the events.
    pub(crate) async fn ended(mut self) -> Vec<String> {
        let mut names = Vec::new();
        while let Ok(Some(line)) = self.0.next_line().await {
            names.extend(line.strip_prefix("event: ").map(str::to_owned));
        }
        names
    }
}
