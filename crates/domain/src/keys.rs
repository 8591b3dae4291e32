//! Keys that all nodes share: rows sealed under the installation's secret.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce, XChaCha20Poly1305, XNonce};
use entity::secret_key;
use hmac::{Hmac, Mac};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};
use sha2::{Digest, Sha256};
use types::Entropy;

use crate::{App, Error, Result, Tx};

/// Opens and keeps the installation's keys.
#[derive(Clone)]
pub struct Keys {
    secret: [u8; 32],
    opened: Arc<Mutex<HashMap<String, [u8; 32]>>>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

impl Keys {
    /// Under a secret of at least 32 characters (`SAMSPILL_SECRET_KEY`).
    pub fn new(secret: &[u8]) -> Self {
        Self { secret: Sha256::digest(secret).into(), opened: Arc::default() }
    }

    fn cipher(&self) -> ChaCha20Poly1305 {
        ChaCha20Poly1305::new(&Key::from(self.secret))
    }

    /// The key named `id`; made and stored at the first call, the same on every node.
    pub async fn get(&self, app: &App, id: &str) -> Result<[u8; 32]> {
        if let Some(key) = self.opened.lock().map_err(|_| Error::internal("keys"))?.get(id) {
            return Ok(*key);
        }
        let find = || secret_key::Entity::find_by_id(id.to_owned());
        let row = if let Some(row) = find().one(app.db.product()).await? {
            row
        } else {
            self.store_new(app, id).await?;
            find().one(app.db.product()).await?.ok_or_else(|| Error::internal("key not stored"))?
        };
        let key = self.open(&row.sealed)?;
        self.opened.lock().map_err(|_| Error::internal("keys"))?.insert(id.to_owned(), key);
        Ok(key)
    }

    async fn store_new(&self, app: &App, id: &str) -> Result<()> {
        let mut key = [0_u8; 32];
        app.entropy.fill(&mut key);
        let row = secret_key::ActiveModel {
            id: Set(id.to_owned()),
            sealed: Set(self.seal_key(&*app.entropy, &key)?),
            created_at: Set(app.now()),
        };
        let tx = app.db.write().await?;
        // Another node may have been faster; its key counts.
        secret_key::Entity::insert(row)
            .on_conflict(OnConflict::column(secret_key::Column::Id).do_nothing().to_owned())
            .exec_without_returning(&*tx)
            .await?;
        tx.commit().await
    }

    /// The key named `id` as it is stored; none where it is not, or was destroyed.
    pub async fn find<C: ConnectionTrait>(&self, conn: &C, id: &str) -> Result<Option<[u8; 32]>> {
        let row = secret_key::Entity::find_by_id(id.to_owned()).one(conn).await?;
        row.map(|row| self.open(&row.sealed)).transpose()
    }

    /// The key of the record's tags: it follows from the installation's secret
    /// and is stored nowhere, so every node has it and the database does not.
    pub fn of_record(&self) -> [u8; 32] {
        mac(&self.secret, &[b"record entries"])
    }

    /// A keyed hash that tells whether two are the same and nothing else.
    pub(crate) fn mark(&self, parts: &[&[u8]]) -> String {
        let all: Vec<&[u8]> = std::iter::once(&b"marks"[..]).chain(parts.iter().copied()).collect();
        hex::encode(&mac(&self.secret, &all)[..16])
    }

    /// Thirty-two bytes that follow from the installation's secret and these parts, and that
    /// nobody else can find.
    pub(crate) fn derive(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        let head = [&b"derive"[..], purpose.as_bytes()];
        let all: Vec<&[u8]> = head.into_iter().chain(parts.iter().copied()).collect();
        mac(&self.secret, &all)
    }

    /// Seals `bytes` for a purpose, so that they open in this context alone. The
    /// key follows from the installation's secret, and a purpose of another
    /// name has another.
    pub(crate) fn seal(
        &self,
        entropy: &dyn Entropy,
        purpose: &str,
        context: &str,
        bytes: &[u8],
    ) -> Result<Vec<u8>> {
        let mut nonce = [0_u8; 24];
        entropy.fill(&mut nonce);
        let payload = Payload { msg: bytes, aad: context.as_bytes() };
        let sealed = self
            .for_purpose(purpose)
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| Error::internal("sealing"))?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// What [`Keys::seal`] sealed; none where it was for something else.
    pub(crate) fn unseal(&self, purpose: &str, context: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<24>()?;
        let payload = Payload { msg: sealed, aad: context.as_bytes() };
        self.for_purpose(purpose).decrypt(&XNonce::from(*nonce), payload).ok()
    }

    fn for_purpose(&self, purpose: &str) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(mac(&self.secret, &[b"purpose", purpose.as_bytes()])))
    }

    /// Destroys a key, so that what it sealed stays sealed for ever.
    pub async fn destroy(&self, tx: &Tx, id: &str) -> Result<()> {
        secret_key::Entity::delete_by_id(id.to_owned()).exec(&**tx).await?;
        self.opened.lock().map_err(|_| Error::internal("keys"))?.remove(id);
        Ok(())
    }

    /// Seals a key for a row.
    pub(crate) fn seal_key(&self, entropy: &dyn Entropy, key: &[u8; 32]) -> Result<String> {
        let mut nonce = [0_u8; 12];
        entropy.fill(&mut nonce);
        let sealed = self
            .cipher()
            .encrypt(&Nonce::from(nonce), key.as_slice())
            .map_err(|_| Error::internal("sealing a key"))?;
        Ok(format!("{}:{}", hex::encode(nonce), hex::encode(sealed)))
    }

    /// Opens what [`Keys::seal_key`] made.
    pub(crate) fn open(&self, sealed: &str) -> Result<[u8; 32]> {
        let wrong = || Error::internal("a stored key does not open: is SAMSPILL_SECRET_KEY the right one?");
        let (nonce, text) = sealed.split_once(':').ok_or_else(wrong)?;
        let nonce: [u8; 12] = hex::decode(nonce).ok().and_then(|n| n.try_into().ok()).ok_or_else(wrong)?;
        let text = hex::decode(text).map_err(|_| wrong())?;
        let key = self.cipher().decrypt(&Nonce::from(nonce), text.as_slice()).map_err(|_| wrong())?;
        key.try_into().map_err(|_| wrong())
    }
}

/// HMAC-SHA-256.
pub fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).unwrap_or_else(|_| unreachable_key());
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// HMAC takes keys of any length, so this is never called.
fn unreachable_key() -> Hmac<Sha256> {
    <Hmac<Sha256> as hmac::KeyInit>::new(&hmac::digest::Key::<Hmac<Sha256>>::default())
}

/// Hash of a token for storage: tokens are random, so no salt is needed.
pub fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}
