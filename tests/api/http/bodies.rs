//! Bodies that are too large are refused before they are read, or as soon as they have
//! become too large, at every door; who sends on is still told.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};

use graphql::limits::MAX_BODY;

use super::{Answer, OFFICER, Served, demonstration};

const HUGE: usize = 30 * 1024 * 1024;
/// The test's servers take files of one megabyte, and as much around them.
const MOST_UPLOAD: usize = 2 * 1024 * 1024;
const CHUNK: usize = 64 * 1024;
static PIECE: [u8; CHUNK] = [b'x'; CHUNK];
const JSON: (&str, &str) = ("Content-Type", "application/json");
const MULTIPART: (&str, &str) = ("Content-Type", "multipart/form-data; boundary=x");
const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");
const PAGE: (&str, &str) = ("Accept", "text/html");

fn open(served: &Served, path: &str, length: &str, headers: &[(&str, &str)]) -> TcpStream {
    let mut stream = TcpStream::connect(&served.host).unwrap();
    write!(stream, "POST {path} HTTP/1.1\r\nHost: {}\r\n{length}\r\n", served.host).unwrap();
    for (name, value) in headers {
        write!(stream, "{name}: {value}\r\n").unwrap();
    }
    stream.write_all(b"\r\n").unwrap();
    stream
}

/// The answer, as soon as it is whole.
fn answer(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        if let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            let answer = Answer::read(&bytes);
            let length: usize = answer.header("content-length").parse().unwrap();
            if bytes.len() >= end + 4 + length {
                return answer;
            }
        }
        let read = stream.read(&mut piece).unwrap();
        assert!(read > 0, "closed after {:?}", String::from_utf8_lossy(&bytes));
        bytes.extend_from_slice(&piece[..read]);
    }
}

fn chunk(stream: &mut TcpStream, content: &[u8]) -> std::io::Result<()> {
    write!(stream, "{:x}\r\n", content.len())?;
    stream.write_all(content)?;
    stream.write_all(b"\r\n")
}

/// Sends `start` and then so many bytes, in pieces, and never the end: whatever is answered
/// is answered by then.
fn streamed(served: &Served, path: &str, headers: &[(&str, &str)], start: &[u8], bytes: usize) -> Answer {
    let mut stream = open(served, path, "Transfer-Encoding: chunked", headers);
    chunk(&mut stream, start).unwrap();
    let mut sent = start.len();
    while sent < bytes {
        chunk(&mut stream, &PIECE).unwrap();
        sent += CHUNK;
    }
    answer(&mut stream)
}

#[tokio::test]
async fn a_body_that_says_it_is_too_large_is_refused_before_it_is_read() {
    let served = demonstration().await;
    let token = format!("Bearer {}", served.token_of(OFFICER));
    let officer = ("Authorization", token.as_str());
    let length = format!("Content-Length: {HUGE}");
    // Not one byte of the body is sent.
    let refused = |path, headers: &[(&str, &str)]| answer(&mut open(served, path, &length, headers));
    let json = refused("/graphql", &[JSON]);
    assert_eq!(json.refusal(), (413, "BODY_TOO_LARGE".to_owned()));
    assert!(json.text().contains(&format!("\"limit\":{MAX_BODY}")), "{}", json.text());
    assert_eq!(refused("/uploads", &[MULTIPART, officer]).refusal(), (413, "FILE_TOO_LARGE".to_owned()));
    for form in [FORM, MULTIPART] {
        let page = refused("/nb/login", &[form, PAGE]);
        assert_eq!(page.status, 413, "{}", page.text());
        assert!(page.text().contains("<html lang=\"nb\""), "a page for people");
    }
    // What is refused for another reason is not read either.
    assert_eq!(refused("/graphql", &[FORM]).refusal().0, 415);
    assert_eq!(refused("/graphql", &[JSON, ("Accept", "image/png")]).refusal().0, 406);
    assert_eq!(refused("/uploads", &[MULTIPART]).refusal().0, 401);
    assert_eq!(refused("/graphql", &[JSON, ("Authorization", "Bearer no")]).refusal().0, 401);
}

#[tokio::test]
async fn a_body_that_does_not_say_so_is_refused_when_the_limit_is_passed() {
    let served = demonstration().await;
    let token = format!("Bearer {}", served.token_of(OFFICER));
    let officer = ("Authorization", token.as_str());
    let json = streamed(served, "/graphql", &[JSON], b"{\"query\":\"", MAX_BODY + CHUNK);
    assert_eq!(json.refusal(), (413, "BODY_TOO_LARGE".to_owned()));
    let part = b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n";
    let file = streamed(served, "/uploads", &[MULTIPART, officer], part, MOST_UPLOAD + CHUNK);
    assert_eq!(file.refusal(), (413, "FILE_TOO_LARGE".to_owned()));
    let form = streamed(served, "/nb/login", &[FORM, PAGE], b"email=", MOST_UPLOAD + CHUNK);
    assert_eq!(form.status, 413, "{}", form.text());

    // Just below the limit everything is read, and then found to be no JSON.
    let mut stream = open(served, "/graphql", "Transfer-Encoding: chunked", &[JSON]);
    for _ in 0..MAX_BODY / CHUNK {
        chunk(&mut stream, &PIECE).unwrap();
    }
    stream.write_all(b"0\r\n\r\n").unwrap();
    assert_eq!(answer(&mut stream).refusal(), (400, "BAD_USER_INPUT".to_owned()));
}

#[tokio::test]
async fn who_sends_all_of_it_first_is_told_too() {
    let served = demonstration().await;
    for length in [format!("Content-Length: {HUGE}"), "Transfer-Encoding: chunked".to_owned()] {
        let is_chunked = length.starts_with('T');
        let mut stream = open(served, "/graphql", &length, &[JSON]);
        let mut sent = 0;
        while sent < HUGE {
            if is_chunked {
                chunk(&mut stream, &PIECE).unwrap();
            } else {
                stream.write_all(&PIECE).unwrap();
            }
            sent += CHUNK;
        }
        if is_chunked {
            stream.write_all(b"0\r\n\r\n").unwrap();
        }
        assert_eq!(answer(&mut stream).refusal(), (413, "BODY_TOO_LARGE".to_owned()));
        let _ = stream.shutdown(Shutdown::Both);
    }
}
