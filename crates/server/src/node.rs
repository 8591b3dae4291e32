//! One node: the application put together from its configuration.

use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use domain::ports::{BusinessRegister, Mailer};
use domain::record::CheckpointKey;
use domain::{App, Db, Settings};
use identity::oidc::OidcProviders;
use identity::{Passkeys, Tokens};
use interop::blobs::FolderBlobs;
use interop::brreg::{BrregRegister, OfflineRegister};
use interop::eforms::EformsReader;
use interop::webhooks::HttpWebhooks;
use mail::{FolderMailer, Sender, SmtpMailer, SmtpSettings};
use types::{Clock, SystemClock, SystemEntropy};

use crate::config::{Config, Smtp};
use crate::keys;

/// The application with what surrounds it.
#[derive(Debug)]
pub struct Node {
    /// The application, for the product's own work.
    pub app: Arc<App>,
    /// Issues access tokens.
    pub tokens: Tokens,
    /// Signs checkpoints.
    pub checkpoint_key: Arc<CheckpointKey>,
    /// Held as long as the node uses the data folder.
    _folder: File,
}

impl Node {
    /// Puts a node together around an open database.
    pub async fn new(config: &Config, db: Db, folder: File) -> Result<Self> {
        let clock = Arc::new(SystemClock);
        let mailer = mailer(config, clock.clone())?;
        Self::with(config, db, folder, clock, mailer, config.is_demo()).await
    }

    /// The same with a clock and a mailer of its own: a demonstration's past.
    pub(crate) async fn with(
        config: &Config,
        db: Db,
        folder: File,
        clock: Arc<dyn Clock>,
        mailer: Arc<dyn Mailer>,
        is_demo: bool,
    ) -> Result<Self> {
        let entropy = Arc::new(SystemEntropy::default());
        let keys::Both { keys, checkpoint_key } = if domain::is_unused(&db).await? {
            keys::existing_or_new(config, &*entropy)?
        } else {
            keys::existing(config)?
        };
        let register: Arc<dyn BusinessRegister> = match &config.register {
            Some(base) => Arc::new(BrregRegister::new(base)),
            None => Arc::new(OfflineRegister::default()),
        };
        let app = Arc::new(App {
            keys,
            // Its own work: whoever answers somebody says so (`routes`).
            db: db.as_product(),
            clock,
            entropy,
            notices: Arc::new(EformsReader),
            register,
            blobs: Arc::new(FolderBlobs::new(config.blob_folder())),
            passkeys: Arc::new(Passkeys::at(&config.http.public_url)),
            providers: Arc::new(OidcProviders::new(config.oidc.clone())),
            mailer,
            webhooks: Arc::new(HttpWebhooks::new(config.webhooks_on_loopback)),
            settings: Settings {
                public_url: config.http.public_url.clone(),
                is_demo,
                mail_from: config.mail.from.clone(),
                session_idle: config.session_idle,
                changes_window: domain::changes::WINDOW,
                max_upload: config.max_upload,
                webhooks_on_loopback: config.webhooks_on_loopback,
            },
            cpv: domain::reference::CpvCache::default(),
            throttle: domain::throttle::Throttle::new(config.limits),
            refused: domain::record::Refused::default(),
            grown: domain::record::Grown::default(),
            sealed: tokio::sync::watch::Sender::new(0),
        });
        Ok(Self {
            tokens: Tokens::new(Arc::clone(&app)),
            app,
            checkpoint_key: Arc::new(checkpoint_key),
            _folder: folder,
        })
    }
}

/// Who sends the mails.
pub(crate) fn sender(config: &Config) -> Sender {
    Sender {
        name: "Samspill".to_owned(),
        address: config.mail.from.clone(),
        // Without a language: the portal knows the reader's.
        settings_url: format!("{}/notifications", config.http.public_url),
    }
}

fn mailer(config: &Config, clock: Arc<dyn Clock>) -> Result<Arc<dyn Mailer>> {
    Ok(match &config.mail.smtp {
        None => Arc::new(FolderMailer::new(config.mail_folder(), sender(config), clock)),
        Some(smtp) => Arc::new(smtp_mailer(smtp, sender(config), clock)?),
    })
}

/// The mailer of an SMTP server.
pub(crate) fn smtp_mailer(smtp: &Smtp, from: Sender, clock: Arc<dyn Clock>) -> Result<SmtpMailer> {
    let settings = SmtpSettings {
        host: smtp.host.clone(),
        port: smtp.port,
        tls: smtp.tls,
        credentials: smtp.credentials.as_ref().map(|(user, p)| (user.clone(), p.reveal().to_owned())),
        root_certificate: smtp.root_certificate.clone(),
        from,
        timeout: Duration::from_mins(1),
        pool: 2,
    };
    SmtpMailer::new(&settings, clock).context("the mail server's settings")
}

/// How a process uses the data folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// Together with others.
    Shared,
    /// Alone: it is to be cleared.
    Alone,
}

/// Makes the data folder if it is not there, and notes that it is in use until
/// the file is dropped.
pub(crate) fn take_folder(folder: &Path, how: Use) -> Result<File> {
    fs::create_dir_all(folder).with_context(|| format!("can't make the data folder {}", folder.display()))?;
    let mut options = OpenOptions::new();
    let lock = options.create(true).truncate(false).write(true).open(folder.join(LOCK));
    take(folder, lock.with_context(|| format!("can't write in the data folder {}", folder.display()))?, how)
}

/// The same for who only reads: nothing is made, and where nothing was taken
/// ever, as in a backup, there is nothing to take.
pub(crate) fn visit_folder(folder: &Path) -> Result<Option<File>> {
    match File::open(folder.join(LOCK)) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        lock => {
            let lock = lock.with_context(|| format!("can't read the data folder {}", folder.display()))?;
            take(folder, lock, Use::Shared).map(Some)
        }
    }
}

/// Locked while somebody uses the folder.
const LOCK: &str = "in-use.lock";

fn take(folder: &Path, lock: File, how: Use) -> Result<File> {
    let taken = match how {
        Use::Shared => lock.try_lock_shared(),
        Use::Alone => lock.try_lock(),
    };
    let what = || format!("the data folder {}", folder.display());
    match taken {
        Ok(()) => Ok(lock),
        Err(fs::TryLockError::WouldBlock) => bail!("{} is in use by another samspill: stop it first", what()),
        Err(fs::TryLockError::Error(error)) => Err(error).context(what()),
    }
}
