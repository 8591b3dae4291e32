//! The program itself, over the wire: a demonstration on the run's engine, seeded once
//! for all tests here.

mod bodies;
mod cop;
mod demo;
mod documents;
mod encoding;
mod files;
mod hostile;
mod idempotency;
mod keys;
mod readme;
mod refusals;
mod secrets;
mod socket;
mod throttle;
mod web;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use tokio::sync::OnceCell;

/// The procurement officer of the demonstration's first buyer.
pub(crate) const OFFICER: &str = "Ingrid Moen";
/// A need owner beside her.
pub(crate) const COLLEAGUE: &str = "Jonas Aune";
/// A supplier's administrator.
pub(crate) const SUPPLIER: &str = "Kari Lunde";

/// Runs the program until our end of its standard input closes, which it does however we
/// end, then removes its folder: neither outlives the tests.
const KEEPER: &str = r#"
folder=$1; shift
"$@" --data "$folder" 2>"$folder.log" & server=$!
exec >/dev/null
cat
kill $server
wait $server
rm -f "$folder.log"
[ -n "$KEEP" ] || rm -rf "$folder"
"#;

/// A running demonstration.
pub(crate) struct Served {
    /// `127.0.0.1:port`.
    pub(crate) host: String,
    /// What it says on its standard error, at the level `debug`.
    pub(crate) log: PathBuf,
    keeper: Child,
}

/// The demonstration that the tests share.
pub(crate) async fn demonstration() -> &'static Served {
    static ONE: OnceCell<Served> = OnceCell::const_new();
    ONE.get_or_init(|| async {
        let data = tempfile::tempdir().unwrap().keep();
        let url = tests::empty_database().await;
        Served::start(&data, url.as_deref(), &["demo", "--fresh"], false)
    })
    .await
}

/// The program: what the run names, else what was built beside this test.
fn program() -> PathBuf {
    let built = || std::env::current_exe().unwrap().parent().unwrap().parent().unwrap().join("samspill");
    let path = std::env::var_os("SAMSPILL_BIN").map_or_else(built, PathBuf::from);
    assert!(path.is_file(), "{} is not built: cargo build -p server", path.display());
    path
}

impl Served {
    /// Starts the program on a folder and a database, and waits until it serves.
    pub(crate) fn start(data: &Path, url: Option<&str>, arguments: &[&str], keep: bool) -> Self {
        Self::start_with(data, url, arguments, keep, &[])
    }

    /// The same with settings of its own.
    pub(crate) fn start_with(
        data: &Path,
        url: Option<&str>,
        arguments: &[&str],
        keep: bool,
        settings: &[(&str, &str)],
    ) -> Self {
        let probe = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let host = probe.local_addr().unwrap().to_string();
        drop(probe);
        let mut command = Command::new("/bin/sh");
        command.args(["-c", KEEPER, "keeper"]).arg(data).arg(program()).args(arguments);
        command.args(["--bind", &host]);
        // What the developer has set for other work must not decide what is tested.
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap());
        // More than anybody logs: a secret is not told at this level either.
        command.env("SAMSPILL_LOG__FILTER", "debug");
        command.env("SAMSPILL_UPLOADS__MAX_MB", "1").envs(url.map(|url| ("DATABASE_URL", url)));
        command.envs(keep.then_some(("KEEP", "1"))).envs(settings.iter().copied());
        let mut keeper =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(keeper.stdout.take().unwrap()).lines().map(Result::unwrap);
        assert!(lines.any(|line| line.starts_with("Samspill serves")), "it ended and never served");
        let mut log = data.as_os_str().to_owned();
        log.push(".log");
        Self { host, log: log.into(), keeper }
    }

    /// Ends it, and waits for its end.
    pub(crate) fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }

    /// Sends a request and reads the answer.
    pub(crate) fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        // The older protocol: no chunks, and the end of the answer is the connection's.
        let mut head = Vec::new();
        write!(head, "{method} {path} HTTP/1.0\r\nHost: {}\r\n", self.host).unwrap();
        for (name, value) in headers {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        write!(head, "Content-Length: {}\r\n\r\n", body.len()).unwrap();
        stream.write_all(&head).unwrap();
        stream.write_all(body).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        Answer::read(&bytes)
    }

    /// Opens a page.
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[("Accept", "text/html")], &[])
    }

    /// Runs a document, as the holder of a token; empty for nobody.
    pub(crate) fn graphql(&self, token: &str, query: &str, variables: &Value) -> Value {
        let authorization = format!("Bearer {token}");
        let mut headers = vec![("Content-Type", "application/json")];
        if !token.is_empty() {
            headers.push(("Authorization", &authorization));
        }
        let body = json!({ "query": query, "variables": variables }).to_string();
        serde_json::from_slice(&self.send("POST", "/graphql", &headers, body.as_bytes()).body).unwrap()
    }

    /// The access token of a persona of this name.
    pub(crate) fn token_of(&self, name: &str) -> String {
        let personas = self.graphql("", "{ personas { name email } }", &json!({}));
        let personas = personas["data"]["personas"].as_array().unwrap();
        let email = &personas.iter().find(|p| p["name"] == name).unwrap()["email"];
        let sign_in = "mutation($email: String!) { signInAsPersona(input: { email: $email }) {
            signedIn { accessToken } userErrors { code } } }";
        let signed = self.graphql("", sign_in, &json!({ "email": email }));
        signed["data"]["signInAsPersona"]["signedIn"]["accessToken"].as_str().unwrap().to_owned()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.end();
    }
}

/// What the server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    fn read(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").expect("a head");
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).unwrap().parse().unwrap();
        let headers = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()));
        Self { status, headers: headers.collect(), body: bytes[end + 4..].to_vec() }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    /// The code of a request that was refused, of whatever route: one shape for all.
    pub(crate) fn refusal(&self) -> (u16, String) {
        let body: Value =
            serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{}: {}", self.status, self.text()));
        let error = &body["errors"][0];
        assert!(error["message"].as_str().is_some_and(|m| !m.is_empty()), "{body}");
        (self.status, error["extensions"]["code"].as_str().unwrap().to_owned())
    }
}
