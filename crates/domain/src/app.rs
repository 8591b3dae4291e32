//! Everything a command needs besides its input.

use std::sync::Arc;

use sea_orm::{ConnectionTrait, EntityTrait};
use tokio::sync::watch;
use types::{Clock, EmailAddress, Entropy, Time};
use uuid::Uuid;

use crate::keys::Keys;
use crate::ports::{
    BlobStore, BusinessRegister, Mailer, NoticeReader, PasskeyVerifier, Providers, WebhookSender,
};
use crate::record::{Grown, Refused};
use crate::reference::CpvCache;
use crate::throttle::Throttle;
use crate::{Actor, Db, Result};

/// The application: database, clock, keys and what the ports are bound to.
#[derive(Clone, Debug)]
pub struct App {
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Ids and secrets.
    pub entropy: Arc<dyn Entropy>,
    /// The installation's keys.
    pub keys: Keys,
    /// Reads foreign notices.
    pub notices: Arc<dyn NoticeReader>,
    /// Looks organisations up.
    pub register: Arc<dyn BusinessRegister>,
    /// Keeps files.
    pub blobs: Arc<dyn BlobStore>,
    /// Makes and checks passkeys.
    pub passkeys: Arc<dyn PasskeyVerifier>,
    /// By which people sign in, besides their mailbox.
    pub providers: Arc<dyn Providers>,
    /// Sends mail.
    pub mailer: Arc<dyn Mailer>,
    /// Calls webhooks.
    pub webhooks: Arc<dyn WebhookSender>,
    /// Settings that commands read.
    pub settings: Settings,
    /// What this node remembers of the CPV list.
    pub cpv: CpvCache,
    /// What this node let its callers do.
    pub throttle: Throttle,
    /// The entries that this node's sealer gave no place.
    pub refused: Refused,
    /// Which streams grew, as far as somebody here listens.
    pub grown: Grown,
    /// The last sealed position that this node knows of.
    pub sealed: watch::Sender<i64>,
}

/// Settings that commands read.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Links in mails begin with it; no slash at the end.
    pub public_url: String,
    /// Whether this is a demonstration.
    pub is_demo: bool,
    /// The sender of mails, also the organiser of calendar entries.
    pub mail_from: EmailAddress,
    /// A session ends when it was not used for so long.
    pub session_idle: chrono::TimeDelta,
    /// So many entries that a reader sees one page of the change feed goes through at most.
    pub changes_window: i64,
    /// The largest upload in bytes.
    pub max_upload: usize,
    /// Whether a webhook may have an address of this machine, also without https: for
    /// tests, and for who develops a receiver.
    pub webhooks_on_loopback: bool,
}

impl App {
    /// The same application, asked by `actor`: for one request. Whoever answers
    /// somebody says so here, or sees nothing of what is behind the wall.
    #[must_use]
    pub fn asked_by(&self, actor: &Actor) -> Self {
        Self { db: self.db.asked_by(actor, self.now()), ..self.clone() }
    }

    /// The same application for the product's own work.
    #[must_use]
    pub fn as_product(&self) -> Self {
        Self { db: self.db.as_product(), ..self.clone() }
    }

    /// The same application before anybody has said who asks.
    #[must_use]
    pub fn as_nobody(&self) -> Self {
        Self { db: self.db.as_nobody(), ..self.clone() }
    }

    /// Now.
    pub fn now(&self) -> Time {
        self.clock.now()
    }

    /// A new time-ordered id.
    pub fn id<T: From<Uuid>>(&self) -> T {
        self.entropy.id(self.now()).into()
    }

    /// A new id that tells neither time nor order: for what is published later
    /// than it is made, where its time would give somebody away.
    pub fn timeless_id<T: From<Uuid>>(&self) -> T {
        self.entropy.random_id().into()
    }

    /// A secret of 256 bits, safe in a URL.
    pub fn token(&self) -> String {
        let mut bytes = [0_u8; 32];
        self.entropy.fill(&mut bytes);
        base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, bytes)
    }

    /// A setting that the installation remembers.
    pub async fn setting(&self, key: &str) -> Result<Option<String>> {
        Ok(entity::setting::Entity::find_by_id(key.to_owned()).one(self.db.product()).await?.map(|s| s.value))
    }

    /// Remembers a setting unless it is there already; whether it was this transaction that did.
    /// Another one that is doing it at the same time is waited for.
    pub async fn claim_setting<C: ConnectionTrait>(conn: &C, key: &str, value: &str) -> Result<bool> {
        use sea_orm::ActiveValue::Set;
        use sea_orm::sea_query::OnConflict;
        let row = entity::setting::ActiveModel { key: Set(key.to_owned()), value: Set(value.to_owned()) };
        let rows = entity::setting::Entity::insert(row)
            .on_conflict(OnConflict::column(entity::setting::Column::Key).do_nothing().to_owned())
            .exec_without_returning(conn)
            .await?;
        Ok(rows == 1)
    }

    /// Remembers a setting.
    pub async fn set_setting<C: ConnectionTrait>(conn: &C, key: &str, value: &str) -> Result<()> {
        use sea_orm::ActiveValue::Set;
        use sea_orm::sea_query::OnConflict;
        let row = entity::setting::ActiveModel { key: Set(key.to_owned()), value: Set(value.to_owned()) };
        entity::setting::Entity::insert(row)
            .on_conflict(
                OnConflict::column(entity::setting::Column::Key)
                    .update_column(entity::setting::Column::Value)
                    .to_owned(),
            )
            .exec_without_returning(conn)
            .await?;
        Ok(())
    }
}
