//! A real SMTP server, as a process (`crates/mail/tests/smtp_server.py`).

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use mail::{SmtpMailer, SmtpSettings, Tls};
use tests::TestClock;

/// A Python with aiosmtpd and trustme: `SAMSPILL_TEST_PYTHON`, or one made once
/// under the target folder.
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

/// The running server; ends when dropped.
pub(crate) struct SmtpServer {
    process: Child,
    pub(crate) port: u16,
    folder: tempfile::TempDir,
}

impl SmtpServer {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/mail/tests/smtp_server.py");
        let mut process = Command::new(&*PYTHON)
            .args([script.as_path(), folder.path(), Path::new("plain")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().parse().expect("the server prints its port");
        Self { process, port, folder }
    }

    /// Every accepted mail, in order: recipient and `Message-ID`.
    pub(crate) fn received(&self) -> Vec<(String, String)> {
        (1..)
            .map_while(|n| std::fs::read(self.folder.path().join(format!("{n}.json"))).ok())
            .map(|about| {
                let about: serde_json::Value = serde_json::from_slice(&about).unwrap();
                let headers = about["headers"].as_array().unwrap();
                let id = headers.iter().find(|h| h[0] == "Message-ID").expect("a Message-ID");
                let to = about["rcpt_to"][0].as_str().unwrap();
                (to.to_owned(), id[1].as_str().unwrap().to_owned())
            })
            .collect()
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Sends to the server at `port`.
pub(crate) fn mailer(port: u16) -> SmtpMailer {
    let settings = SmtpSettings {
        host: "localhost".to_owned(),
        port,
        tls: Tls::None,
        credentials: None,
        root_certificate: None,
        from: tests::sender(),
        timeout: Duration::from_secs(30),
        pool: 1,
    };
    SmtpMailer::new(&settings, Arc::new(TestClock::default())).unwrap()
}
