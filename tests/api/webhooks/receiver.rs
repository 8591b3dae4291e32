//! Somebody else's server: hears what it is told, and answers as a test wants.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

/// A request that came.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    pub(super) path: String,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: String,
}

impl Heard {
    pub(super) fn id(&self) -> &str {
        &self.headers["webhook-id"]
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// How many of its signatures a secret (`whsec_…`) makes, and how many it has.
    pub(super) fn signatures(&self, secret: &str) -> (usize, usize) {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&key).unwrap();
        mac.update(format!("{}.{}.{}", self.id(), self.headers["webhook-timestamp"], self.body).as_bytes());
        let right = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        let all: Vec<&str> = self.headers["webhook-signature"].split(' ').collect();
        (all.iter().filter(|one| **one == right).count(), all.len())
    }
}

/// What it does with a request.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    /// A status with further headers and a body.
    Status(u16, &'static str, &'static str),
    /// Says nothing.
    Silence,
    /// A head, and then a body without end; how much of it was taken is counted.
    Endless,
    /// A head that never ends, a line now and then.
    Drip,
}

/// See the module.
pub(super) struct Receiver {
    pub(super) port: u16,
    heard: Arc<Mutex<Vec<Heard>>>,
    connections: Arc<AtomicUsize>,
    answer: Arc<Mutex<Answer>>,
    pub(super) written: Arc<AtomicUsize>,
}

impl Receiver {
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let this = Self {
            port: listener.local_addr().unwrap().port(),
            heard: Arc::default(),
            connections: Arc::default(),
            answer: Arc::new(Mutex::new(Answer::Status(204, "", ""))),
            written: Arc::default(),
        };
        let (heard, connections, answer, written) =
            (this.heard.clone(), this.connections.clone(), this.answer.clone(), this.written.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                connections.fetch_add(1, Ordering::SeqCst);
                let (heard, answer, written) = (heard.clone(), answer.clone(), written.clone());
                std::thread::spawn(move || serve(stream, &heard, &answer, &written));
            }
        });
        this
    }

    pub(super) fn answers(&self, answer: Answer) {
        *self.answer.lock().unwrap() = answer;
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook", self.port)
    }

    /// What came since the last time.
    pub(super) fn heard(&self) -> Vec<Heard> {
        std::mem::take(&mut self.heard.lock().unwrap())
    }

    pub(super) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

fn serve(mut stream: TcpStream, heard: &Mutex<Vec<Heard>>, answer: &Mutex<Answer>, written: &AtomicUsize) {
    let Some(request) = read(&mut stream) else { return };
    heard.lock().unwrap().push(request);
    let answer = answer.lock().unwrap().clone();
    match answer {
        Answer::Status(status, headers, body) => {
            let length = body.len();
            let first = format!(
                "HTTP/1.1 {status} X\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n"
            );
            let _ = stream.write_all(first.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
        }
        Answer::Silence => {
            // Until the other side hangs up.
            let _ = stream.read(&mut [0]);
        }
        Answer::Endless => {
            let piece = [b'x'; 16 * 1024];
            let mut go_on =
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n").is_ok();
            while go_on {
                go_on = stream.write_all(&piece).is_ok();
                written.fetch_add(piece.len(), Ordering::SeqCst);
            }
        }
        Answer::Drip => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
            while stream.write_all(b"x-more: x\r\n").is_ok() {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    }
}

fn read(stream: &mut TcpStream) -> Option<Heard> {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let count = stream.read(&mut piece).ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&piece[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let mut lines = head.lines();
        let path = lines.next()?.split(' ').nth(1)?.to_owned();
        let headers: BTreeMap<String, String> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        let length: usize = headers.get("content-length")?.parse().ok()?;
        if body.len() >= length {
            return Some(Heard { path, headers, body: body.to_owned() });
        }
    }
}
