//! Sends by SMTP.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use domain::ports::{DeliveryError, Mailer, Message};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{self, AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use types::{Clock, Time};

use crate::{Sender, compose};

/// Servers close what is idle after a few minutes, firewalls without a word.
const LONGEST_IDLE_SECONDS: i64 = 60;

/// How the connection is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tls {
    /// Not at all; only without a password (a relay on the same machine, a
    /// mail catcher).
    None,
    /// By `STARTTLS`; a server that does not offer it is not used.
    #[default]
    StartTls,
    /// From the first byte, usually port 465.
    Implicit,
}

/// Where and how to send.
#[derive(Clone)]
pub struct SmtpSettings {
    /// The server, as its certificate names it.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Encryption.
    pub tls: Tls,
    /// User name and password, if the server wants them.
    pub credentials: Option<(String, String)>,
    /// A PEM file of further root certificates to trust.
    pub root_certificate: Option<PathBuf>,
    /// Who sends.
    pub from: Sender,
    /// How long one delivery may take, connecting included.
    pub timeout: Duration,
    /// How many idle connections are kept.
    pub pool: usize,
}

impl fmt::Debug for SmtpSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the password.
        f.debug_struct("SmtpSettings")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("tls", &self.tls)
            .field("user", &self.credentials.as_ref().map(|c| &c.0))
            .field("root_certificate", &self.root_certificate)
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

/// Settings that can't work.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A password would go over the network readable.
    #[error("a password needs TLS: set STARTTLS or implicit TLS, or leave user name and password out")]
    PasswordInClear,
    /// The file of root certificates can't be read.
    #[error("can't read the root certificate {0}: {1}")]
    RootCertificate(PathBuf, #[source] std::io::Error),
    /// The file holds none, so it would silently trust nothing more.
    #[error("{0} holds no certificate in PEM form")]
    NoCertificate(PathBuf),
    /// TLS can't be set up.
    #[error("can't set up TLS: {0}")]
    Tls(#[source] Error),
}

/// Sends by SMTP, and keeps some connections open for the next letters.
///
/// The pool is our own: a delivery *takes* its connection and gives it back
/// only after a clean end. Given up half-way (out of time, its task dropped),
/// a connection still owes replies, which the next letter would take for its
/// own; lettre's pool would hand it on.
#[derive(Debug)]
pub struct SmtpMailer {
    host: String,
    port: u16,
    tls: client::Tls,
    credentials: Option<Credentials>,
    from: Sender,
    timeout: Duration,
    pool: usize,
    idle: Mutex<Vec<Idle>>,
    clock: Arc<dyn Clock>,
}

/// A connection between two deliveries.
struct Idle {
    connection: AsyncSmtpConnection,
    since: Time,
}

impl fmt::Debug for Idle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Idle").field("since", &self.since).finish_non_exhaustive()
    }
}

impl SmtpMailer {
    /// Checks the settings; connects with the first delivery.
    pub fn new(settings: &SmtpSettings, clock: Arc<dyn Clock>) -> Result<Self, SettingsError> {
        let tls = match settings.tls {
            Tls::None if settings.credentials.is_some() => return Err(SettingsError::PasswordInClear),
            Tls::None => client::Tls::None,
            Tls::StartTls => client::Tls::Required(tls_parameters(settings)?),
            Tls::Implicit => client::Tls::Wrapper(tls_parameters(settings)?),
        };
        Ok(Self {
            host: settings.host.clone(),
            port: settings.port,
            tls,
            credentials: settings
                .credentials
                .clone()
                .map(|(user, password)| Credentials::new(user, password)),
            from: settings.from.clone(),
            timeout: settings.timeout,
            pool: settings.pool,
            idle: Mutex::default(),
            clock,
        })
    }

    /// Whether the server answers, takes our TLS and our password; sends nothing.
    pub async fn check(&self) -> Result<(), DeliveryError> {
        let connection = self.in_time(self.connection()).await?;
        self.give_back(connection);
        Ok(())
    }

    async fn send(&self, mail: &lettre::Message) -> Result<AsyncSmtpConnection, Error> {
        let mut connection = self.connection().await?;
        connection.send(mail.envelope(), &mail.formatted()).await?;
        Ok(connection)
    }

    async fn connection(&self) -> Result<AsyncSmtpConnection, Error> {
        while let Some(mut connection) = self.take() {
            if connection.test_connected().await {
                return Ok(connection);
            }
        }
        self.connect().await
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let hello = ClientId::default();
        let server = (self.host.as_str(), self.port);
        let implicit = match &self.tls {
            client::Tls::Wrapper(parameters) => Some(parameters.clone()),
            _ => None,
        };
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, Some(self.timeout), &hello, implicit, None).await?;
        if let client::Tls::Required(parameters) = &self.tls {
            // Fails where the server, or somebody between, does not offer it.
            connection.starttls(parameters.clone(), &hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(connection)
    }

    fn take(&self) -> Option<AsyncSmtpConnection> {
        let now = self.clock.now();
        let mut idle = self.idle();
        idle.retain(|i| (now - i.since).num_seconds() < LONGEST_IDLE_SECONDS);
        idle.pop().map(|i| i.connection)
    }

    fn give_back(&self, connection: AsyncSmtpConnection) {
        let since = self.clock.now();
        let mut idle = self.idle();
        if idle.len() < self.pool {
            idle.push(Idle { connection, since });
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn in_time<T>(&self, work: impl Future<Output = Result<T, Error>>) -> Result<T, DeliveryError> {
        match tokio::time::timeout(self.timeout, work).await {
            Ok(result) => result.map_err(|error| sort(&error)),
            Err(_) => Err(DeliveryError::Retry(format!("no answer within {:?}", self.timeout))),
        }
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn deliver(&self, message: &Message) -> Result<(), DeliveryError> {
        let mail = compose(message, &self.from, self.clock.now())?;
        let connection = self.in_time(self.send(&mail)).await?;
        self.give_back(connection);
        Ok(())
    }
}

fn tls_parameters(settings: &SmtpSettings) -> Result<TlsParameters, SettingsError> {
    const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";
    let mut builder = TlsParameters::builder(settings.host.clone());
    if let Some(path) = &settings.root_certificate {
        let pem = std::fs::read(path).map_err(|error| SettingsError::RootCertificate(path.clone(), error))?;
        if !pem.windows(BEGIN.len()).any(|w| w == BEGIN) {
            return Err(SettingsError::NoCertificate(path.clone()));
        }
        builder = builder.add_root_certificate(Certificate::from_pem(&pem).map_err(SettingsError::Tls)?);
    }
    builder.build_rustls().map_err(SettingsError::Tls)
}

/// Only a refusal of this letter is final. A refusal of *us* (530, 534, 535,
/// 538: the password, RFC 4954) is for the operator to mend, and the letters
/// wait for it, as they do for a server that is down.
fn sort(error: &Error) -> DeliveryError {
    let code = error.status().map_or(0, u16::from);
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text.push_str(": ");
            text.push_str(&inner_text);
        }
        source = inner.source();
    }
    if error.is_permanent() && !matches!(code, 530 | 534 | 535 | 538) {
        DeliveryError::Fail(text)
    } else {
        DeliveryError::Retry(text)
    }
}
