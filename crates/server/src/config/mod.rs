//! Configuration: defaults < file < environment < flags, checked as a whole.
//!
//! A mistake says which setting, where its value came from and what would be
//! right; all are told at once, before anything starts. Secrets may also be
//! named as files (`…_file`, `SAMSPILL_…_FILE`), and are never shown.

mod check;
mod layers;
mod oidc;
mod reader;
mod settings;

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use domain::throttle::Allowances;
use sea_orm::sqlx::sqlite::SqliteConnectOptions;

pub use layers::{Flags, Layers};
pub use settings::{SETTINGS, Setting};

/// What the configuration is for: a demonstration may do what others may not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Purpose {
    /// An installation.
    #[default]
    Installation,
    /// A demonstration, on this machine only or (`true`) also beyond.
    Demo(bool),
}

/// The configuration of an installation, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// HTTP.
    pub http: Http,
    /// `sqlite://…` or `postgres://…`.
    pub database_url: Secret,
    /// Where files lie: blobs, mails, checkpoints, on SQLite the database and the keys.
    pub data: PathBuf,
    /// Mail.
    pub mail: Mail,
    /// Enhetsregisteret's address, if it may be asked.
    pub register: Option<String>,
    /// The largest upload in bytes.
    pub max_upload: usize,
    /// How many sockets may be open.
    pub sockets: Sockets,
    /// How much one caller may ask for.
    pub limits: Allowances,
    /// A session ends when it was not used for so long.
    pub session_idle: chrono::TimeDelta,
    /// Whether a webhook may have an address of this machine.
    pub webhooks_on_loopback: bool,
    /// Services by which people sign in, besides their mailbox.
    pub oidc: Vec<identity::oidc::OidcSettings>,
    /// The log.
    pub log: Log,
    /// Seals the keys in the database; absent means the data folder's own.
    pub secret_key: Option<Secret>,
    /// Signs checkpoints, 32 bytes; absent means the data folder's own.
    pub checkpoint_key: Option<[u8; 32]>,
    /// What all this is for.
    pub purpose: Purpose,
}

/// Where the server listens, and where people find it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Http {
    /// Listens here.
    pub bind: SocketAddr,
    /// Links begin with it; without a slash at the end.
    pub public_url: String,
    /// The header in which a proxy of ours tells the client's address.
    pub trusted_proxy_header: Option<String>,
}

impl Http {
    /// Whether cookies travel over TLS only.
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

/// How many sockets and streams may be open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sockets {
    /// On one node.
    pub per_node: usize,
    /// Of one person, whatever the token.
    pub per_person: usize,
    /// From one address.
    pub per_address: usize,
    /// How long one may say nothing at first, and how long a message may wait to be taken.
    pub patience: std::time::Duration,
}

/// How mail leaves.
#[derive(Clone, Debug)]
pub struct Mail {
    /// `None` files mails in the data folder.
    pub smtp: Option<Smtp>,
    /// The sender.
    pub from: types::EmailAddress,
}

/// A mail server.
#[derive(Clone, Debug)]
pub struct Smtp {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub tls: mail::Tls,
    /// User name and password.
    pub credentials: Option<(String, Secret)>,
    /// Further root certificates to trust, as PEM.
    pub root_certificate: Option<PathBuf>,
}

/// How to log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// JSON lines instead of text.
    pub is_json: bool,
    /// What is logged, in the words of `tracing_subscriber::EnvFilter`.
    pub filter: String,
}

/// A value that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Hides a value.
    pub fn new(value: String) -> Self {
        Self(value)
    }

    /// The value, for the one place that needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// One thing that is wrong with the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The setting's path, `http.bind`.
    pub setting: String,
    /// Where its value came from, if it has one.
    pub source: Option<String>,
    /// What is wrong and what would be right.
    pub what: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            Some(source) => write!(f, "{} (from {source}): {}", self.setting, self.what),
            None => write!(f, "{}: {}", self.setting, self.what),
        }
    }
}

/// All that is wrong with the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistakes(pub Vec<Mistake>);

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "the configuration has {} to mend:",
            if self.0.len() == 1 { "a mistake" } else { "mistakes" }
        )?;
        for mistake in &self.0 {
            writeln!(f, "  - {mistake}")?;
        }
        write!(f, "`samspill config dump` shows all settings and where each comes from")
    }
}

impl std::error::Error for Mistakes {}

impl Config {
    /// Checks what the layers say.
    pub fn check(layers: &Layers, purpose: Purpose) -> Result<Self, Mistakes> {
        check::check(layers, purpose)
    }

    /// Whether the database is PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        !self.database_url.reveal().starts_with("sqlite:")
    }

    /// Whether this is a demonstration.
    pub fn is_demo(&self) -> bool {
        matches!(self.purpose, Purpose::Demo(_))
    }

    /// Whether the database is another than the data folder's own.
    pub fn has_own_url(&self) -> bool {
        self.sqlite_file() != Some(self.database_file())
    }

    /// The file of the database, wherever it is, if it is SQLite.
    pub fn sqlite_file(&self) -> Option<PathBuf> {
        // Any text would be taken for the name of a file, an address of PostgreSQL too.
        let url = self.database_url.reveal();
        if !url.starts_with("sqlite:") {
            return None;
        }
        let options: SqliteConnectOptions = url.parse().ok()?;
        Some(options.get_filename().to_owned())
    }

    /// The SQLite file in the data folder.
    pub fn database_file(&self) -> PathBuf {
        self.data.join("samspill.db")
    }

    /// Where mails are filed.
    pub fn mail_folder(&self) -> PathBuf {
        self.data.join("mail")
    }

    /// Where uploaded files lie.
    pub fn blob_folder(&self) -> PathBuf {
        self.data.join("files")
    }

    /// The copies of the checkpoints, outside the database.
    pub fn checkpoint_file(&self) -> PathBuf {
        self.data.join("checkpoints.jsonl")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(flags: &Flags, environment: &[(&str, &str)], purpose: Purpose) -> Result<Config, Mistakes> {
        let environment = environment.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        Config::check(&Layers::gather(flags, environment), purpose)
    }

    fn mistakes(environment: &[(&str, &str)]) -> Vec<String> {
        let found = read(&Flags::default(), environment, Purpose::Installation).unwrap_err();
        found.0.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn nothing_need_be_said() {
        let config = read(&Flags::default(), &[], Purpose::Installation).unwrap();
        assert_eq!(config.http.public_url, "http://127.0.0.1:8080");
        assert_eq!(config.database_url.reveal(), "sqlite://data/samspill.db");
        assert!(!config.http.is_secure() && !config.is_postgres() && !config.has_own_url());
    }

    #[test]
    fn webhooks_of_this_machine_are_for_who_develops_a_receiver() {
        let allowed = ("SAMSPILL_WEBHOOKS__ALLOW_LOOPBACK", "true");
        let on = |environment: &[(&str, &str)]| {
            read(&Flags::default(), environment, Purpose::Installation).unwrap().webhooks_on_loopback
        };
        assert!(!on(&[]) && on(&[allowed]));
        let public = ("SAMSPILL_HTTP__PUBLIC_URL", "https://samspill.example.no");
        for more in [&[public][..], &[public, ("SAMSPILL_HTTP__BIND", "0.0.0.0:8080")]] {
            let told = mistakes(&[&[allowed][..], more].concat());
            assert!(told.iter().any(|t| t.starts_with("webhooks.allow_loopback")), "{told:?}");
        }
    }

    #[test]
    fn all_mistakes_are_told_at_once_each_with_its_source() {
        let told = mistakes(&[
            ("SAMSPILL_HTTP__BIND", "here"),
            ("SAMSPILL_HTTP__PUBLIC_URL", "http://samspill.example.no"),
            ("SAMSPILL_UPLOADS__MAX_MB", "many"),
            ("SAMSPILL_MAIL__TRANSPORT", "smtp"),
            ("SAMSPILL_LOG_FORMAT", "json"),
            ("SAMSPILL_HTTP__PORT", "80"),
            ("DATABASE_URL", "mysql://nowhere"),
        ]);
        for part in [
            "http.bind (from SAMSPILL_HTTP__BIND)",
            "must be https://",
            "`many` is not a whole number",
            "mail.host: is needed with smtp",
            "mail.from: is needed with smtp",
            "did you mean SAMSPILL_LOG__FORMAT",
            "http.port (from SAMSPILL_HTTP__PORT): there is no such setting",
            "database.url (from DATABASE_URL)",
        ] {
            assert!(told.iter().any(|t| t.contains(part)), "{part} is not in {told:#?}");
        }
    }

    #[test]
    fn the_later_layer_counts_and_a_secret_may_be_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let (file, secret) = (folder.path().join("samspill.toml"), folder.path().join("url"));
        std::fs::write(
            &file,
            "[http]\nbind = \"127.0.0.1:1\"\n[uploads]\nmax_mb = 3\n[data]\nfolder = \"a\"\n",
        )
        .unwrap();
        std::fs::write(&secret, "sqlite://elsewhere.db\n").unwrap();
        let flags = Flags { config: Some(file), data: Some("c".into()), bind: None };
        let environment = [
            ("SAMSPILL_HTTP__BIND", "127.0.0.1:2"),
            ("SAMSPILL_DATA__FOLDER", "b"),
            ("SAMSPILL_DATABASE__URL_FILE", secret.to_str().unwrap()),
        ];
        let config = read(&flags, &environment, Purpose::Installation).unwrap();
        assert_eq!((config.http.bind.port(), config.max_upload), (2, 3 * 1024 * 1024));
        assert_eq!(config.data, PathBuf::from("c"));
        assert_eq!(config.database_url.reveal(), "sqlite://elsewhere.db");
        assert!(!format!("{config:?}").contains("elsewhere"), "a secret is shown");
        assert_eq!((config.has_own_url(), config.sqlite_file()), (true, Some("elsewhere.db".into())));
        let url = Secret::new("postgres://samspill@db.example.no/samspill".to_owned());
        let config = Config { database_url: url, ..config };
        assert_eq!((config.has_own_url(), config.sqlite_file()), (true, None));
    }

    #[test]
    fn a_file_is_checked_too() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("samspill.toml");
        let told = |text: &str| {
            std::fs::write(&file, text).unwrap();
            let flags = Flags { config: Some(file.clone()), ..Flags::default() };
            read(&flags, &[], Purpose::Installation).unwrap_err().to_string()
        };
        assert!(told("[htp]\nbind = \"x\"").contains("did you mean http.bind?"));
        assert!(told("[http\n").contains("can't be read"));
    }

    #[test]
    fn postgresql_needs_the_keys_that_nodes_share() {
        let told =
            mistakes(&[("DATABASE_URL", "postgres://localhost/samspill"), ("SAMSPILL_SECRET_KEY", "short")]);
        assert!(
            told.iter().any(|t| t.starts_with("secret_key (from SAMSPILL_SECRET_KEY): is too short")),
            "{told:?}"
        );
        assert!(told.iter().any(|t| t.starts_with("record.checkpoint_key: is needed")), "{told:?}");
    }

    #[test]
    fn a_demo_stays_on_this_machine_unless_allowed() {
        let bind = [("SAMSPILL_HTTP__BIND", "0.0.0.0:8080")];
        assert!(read(&Flags::default(), &bind, Purpose::Demo(false)).is_err());
        assert!(read(&Flags::default(), &bind, Purpose::Demo(true)).is_ok());
        assert!(read(&Flags::default(), &bind, Purpose::Installation).is_err(), "it needs a public_url");
    }
}
