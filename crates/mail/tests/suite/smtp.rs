//! Against a real SMTP server (`tests/smtp_server.py`, on Python's aiosmtpd).

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::time::Duration;

use domain::ports::{DeliveryError, Mailer};
use mail::{SettingsError, SmtpMailer, SmtpSettings, Tls, write};
use serde_json::Value;
use tempfile::TempDir;
use types::Language;

use crate::fixtures::{clock, event, message, sender, sign_in};

/// A Python with aiosmtpd and trustme: `SAMSPILL_TEST_PYTHON`, or one made
/// once under the target folder.
static PYTHON: LazyLock<PathBuf> = LazyLock::new(|| {
    if let Some(python) = std::env::var_os("SAMSPILL_TEST_PYTHON") {
        return python.into();
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("smtp-python");
    let python = folder.join("bin/python");
    let run = |command: &mut Command| assert!(command.status().unwrap().success(), "{command:?}");
    let has_both = Command::new(&python).args(["-c", "import aiosmtpd, trustme"]).output();
    if !has_both.is_ok_and(|o| o.status.success()) {
        run(Command::new("python3").args(["-m", "venv"]).arg(&folder));
        run(Command::new(&python).args(["-m", "pip", "install", "-q", "aiosmtpd", "trustme"]));
    }
    python
});

struct Server {
    process: Child,
    port: u16,
    folder: TempDir,
}

impl Server {
    fn start(mode: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut process = Command::new(&*PYTHON)
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/smtp_server.py"))
            .arg(folder.path())
            .arg(mode)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().parse().expect("the server prints its port");
        Self { process, port, folder }
    }

    fn settings(&self, tls: Tls) -> SmtpSettings {
        let credentials = ("samspill".to_owned(), "riktig hest".to_owned());
        SmtpSettings {
            host: "localhost".into(),
            port: self.port,
            tls,
            credentials: (tls != Tls::None).then_some(credentials),
            root_certificate: Some(self.folder.path().join("root.pem")),
            from: sender(),
            timeout: Duration::from_secs(30),
            pool: 2,
        }
    }

    fn received(&self, number: u32) -> Value {
        let path = self.folder.path().join(format!("{number}.json"));
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    }

    fn commands(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("commands.log")).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn mailer(settings: &SmtpSettings) -> SmtpMailer {
    SmtpMailer::new(settings, clock()).unwrap()
}

fn retry(result: Result<(), DeliveryError>) -> String {
    match result {
        Err(DeliveryError::Retry(why)) => why,
        other => panic!("expected Retry, not {other:?}"),
    }
}

#[tokio::test]
async fn a_letter_arrives_whole_and_encrypted() {
    let server = Server::start("starttls");
    let mailer = mailer(&server.settings(Tls::StartTls));
    mailer.check().await.unwrap();
    let message = message(Language::Nn, event("event.registered", false));
    mailer.deliver(&message).await.unwrap();

    let got = server.received(1);
    let words = write(&message, &sender());
    assert_eq!(got["defects"], serde_json::json!([]));
    assert_eq!(got["user"], "samspill");
    assert_eq!(got["mail_from"], "ikke-svar@samspill.example");
    assert_eq!(got["rcpt_to"], serde_json::json!(["kari@verksted.example"]));
    assert_eq!(got["to"], serde_json::json!([["Kari Ødegård", "kari@verksted.example"]]));
    let header = |name: &str| {
        let headers = got["headers"].as_array().unwrap();
        headers.iter().find(|h| h[0] == name).map(|h| h[1].as_str().unwrap().to_owned()).unwrap_or_default()
    };
    assert_eq!(header("Subject"), words.subject);
    assert_eq!(header("Message-ID"), "<0193a1b2-entry-77@samspill.example>");
    assert_eq!(header("Auto-Submitted"), "auto-generated");
    assert_eq!(header("Content-Language"), "nn");
    assert_eq!(header("From"), "Samspill <ikke-svar@samspill.example>");
    assert_eq!(header("Date"), "Mon, 23 Nov 2026 09:30:00 +0000");
    assert_eq!(
        got["structure"],
        serde_json::json!([
            "multipart/mixed",
            "multipart/alternative",
            "text/plain",
            "text/html",
            "text/calendar",
            "application/ics"
        ])
    );
    let content = |part: usize| got["parts"][part]["content"].as_str().unwrap().replace("\r\n", "\n");
    assert_eq!(content(0).trim_end(), words.text.trim_end());
    assert_eq!(content(1).trim_end(), words.html.trim_end());
    assert_eq!(got["parts"][2]["params"]["method"], "REQUEST");
    assert_eq!(got["parts"][2]["params"]["charset"].as_str().unwrap().to_lowercase(), "utf-8");
    assert!(content(2).contains("UID:event-5512@samspill.example\n"), "{}", content(2));
    assert_eq!(content(3), content(2));
    assert_eq!(got["parts"][3]["filename"], "invite.ics");

    assert_eq!(server.commands(), "AUTH encrypted\nMAIL encrypted\n");
}

#[tokio::test]
async fn implicit_tls_and_one_connection_for_many() {
    let server = Server::start("implicit");
    let mailer = mailer(&server.settings(Tls::Implicit));
    mailer.deliver(&message(Language::Nb, sign_in())).await.unwrap();
    mailer.deliver(&message(Language::En, event("event.cancelled", true))).await.unwrap();
    assert_eq!(server.received(1)["structure"][0], "multipart/alternative");
    assert_eq!(server.received(2)["parts"][2]["params"]["method"], "CANCEL");
    assert_eq!(server.commands(), "AUTH encrypted\nMAIL encrypted\nMAIL encrypted\n");
}

#[tokio::test]
async fn a_connection_idle_for_long_is_not_used_again() {
    let server = Server::start("implicit");
    let clock = clock();
    let mailer = SmtpMailer::new(&server.settings(Tls::Implicit), clock.clone()).unwrap();
    let letter = message(Language::Nb, sign_in());
    for seconds in [59, 60, 0] {
        mailer.deliver(&letter).await.unwrap();
        clock.advance(seconds);
    }
    let (auth, mail) = ("AUTH encrypted\n", "MAIL encrypted\n");
    assert_eq!(server.commands(), [auth, mail, mail, auth, mail].concat());
}

#[tokio::test]
async fn refusals_of_the_letter_are_final_only_if_permanent() {
    let server = Server::start("starttls");
    let mailer = mailer(&server.settings(Tls::StartTls));
    let mut letter = message(Language::Nb, sign_in());

    letter.to = "ukjent@verksted.example".parse().unwrap();
    let Err(DeliveryError::Fail(why)) = mailer.deliver(&letter).await else { panic!("550 is final") };
    assert!(why.contains("No such user here"), "{why}");

    letter.to = "opptatt@verksted.example".parse().unwrap();
    let why = retry(mailer.deliver(&letter).await);
    assert!(why.contains("Come back later"), "{why}");

    letter.to = "kari@verksted.example".parse().unwrap();
    mailer.deliver(&letter).await.unwrap();
    assert_eq!(server.received(1)["rcpt_to"][0], "kari@verksted.example");
}

#[tokio::test]
async fn a_wrong_password_and_a_strange_certificate_wait_for_the_operator() {
    let server = Server::start("starttls");
    let letter = message(Language::Nb, sign_in());
    let mut settings = server.settings(Tls::StartTls);
    settings.credentials = Some(("samspill".into(), "feil".into()));
    let why = retry(mailer(&settings).deliver(&letter).await);
    assert!(why.contains("535"), "{why}");

    settings = server.settings(Tls::StartTls);
    settings.root_certificate = None;
    retry(mailer(&settings).deliver(&letter).await);
    assert_eq!(server.commands(), "AUTH encrypted\n", "no second AUTH, no MAIL");
}

#[tokio::test]
async fn the_password_never_goes_in_clear() {
    let server = Server::start("stripped");
    let letter = message(Language::Nb, sign_in());
    retry(mailer(&server.settings(Tls::StartTls)).deliver(&letter).await);
    assert_eq!(server.commands(), "");

    let mut settings = server.settings(Tls::StartTls);
    settings.tls = Tls::None;
    let refused = SmtpMailer::new(&settings, clock());
    assert!(matches!(refused, Err(SettingsError::PasswordInClear)));
    assert!(!format!("{settings:?}").contains("riktig hest"));
    let mailer = mailer(&server.settings(Tls::StartTls));
    assert!(!format!("{mailer:?}").contains("riktig hest"));
}

#[tokio::test]
async fn a_server_that_is_down_is_tried_again() {
    let server = Server::start("plain");
    let settings = server.settings(Tls::None);
    let mailer = mailer(&settings);
    let letter = message(Language::Nb, sign_in());
    mailer.deliver(&letter).await.unwrap();
    drop(server);
    retry(mailer.deliver(&letter).await);
    retry(mailer.check().await);
}

/// The reply that a given-up delivery left behind must not count for the next.
#[tokio::test]
async fn a_delivery_given_up_half_way_spoils_no_other() {
    let server = Server::start("plain");
    let mut settings = server.settings(Tls::None);
    settings.timeout = Duration::from_secs(2);
    let mailer = mailer(&settings);
    let mut letter = message(Language::Nb, sign_in());
    letter.to = "treg@verksted.example".parse().unwrap();
    let why = retry(mailer.deliver(&letter).await);
    assert!(why.contains("no answer"), "{why}");

    letter.to = "kari@verksted.example".parse().unwrap();
    mailer.deliver(&letter).await.unwrap();
    assert_eq!(server.received(1)["rcpt_to"][0], "kari@verksted.example");
}

#[test]
fn a_missing_certificate_file_is_a_settings_error() {
    let mut settings = SmtpSettings {
        host: "localhost".into(),
        port: 25,
        tls: Tls::StartTls,
        credentials: None,
        root_certificate: Some("does/not/exist.pem".into()),
        from: sender(),
        timeout: Duration::from_secs(1),
        pool: 1,
    };
    let error = SmtpMailer::new(&settings, clock()).unwrap_err();
    assert!(error.to_string().contains("does/not/exist.pem"), "{error}");
    settings.root_certificate = Some(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml").into());
    assert!(matches!(SmtpMailer::new(&settings, clock()), Err(SettingsError::NoCertificate(_))));
}
