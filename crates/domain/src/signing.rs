//! Keys that sign access tokens: Ed25519 pairs that all nodes share.
//!
//! A key is published before it signs, so that whoever keeps the published set
//! for a while knows it in time; and it is kept until the last token that it
//! signed has ended. What a row is follows from its times alone, so nodes need
//! not agree about anything but the database. The secret half is sealed under
//! the installation's secret; the public half and the key's id follow from it, so
//! whoever can only write rows can't bring in a key.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use entity::signing_key;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use sha2::{Digest, Sha256};
use types::{AuditEvent, Time};

use crate::audit::Line;
use crate::{Actor, App, Error, Result};

/// A key signs so long before the next one takes over.
const EVERY: TimeDelta = TimeDelta::days(30);
/// The next key is published so long before it signs; longer than anybody may
/// keep the published set.
pub const AHEAD: TimeDelta = TimeDelta::hours(1);
/// An access token lives so long.
pub const TOKEN_LIFE: TimeDelta = TimeDelta::minutes(10);
/// The clocks of two nodes may differ so much.
pub const LEEWAY: TimeDelta = TimeDelta::seconds(30);

/// A key pair.
#[derive(Clone)]
pub struct SigningKey {
    /// Its name (`kid`): the thumbprint of the public half (RFC 7638).
    pub id: String,
    /// The public half, 32 bytes.
    pub public: [u8; 32],
    /// Since when it is published.
    pub created_at: Time,
    /// Since when it signs.
    pub signs_from: Time,
    serial: i32,
    secret: ed25519_dalek::SigningKey,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({})", self.id)
    }
}

impl SigningKey {
    fn new(seed: &[u8; 32], serial: i32, created_at: Time, signs_from: Time) -> Self {
        let secret = ed25519_dalek::SigningKey::from_bytes(seed);
        let public = secret.verifying_key().to_bytes();
        Self { id: thumbprint(&public), public, created_at, signs_from, serial, secret }
    }

    /// The public half as a JWK writes it.
    pub fn x(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.public)
    }

    /// The secret half for whoever signs, in PKCS #8 (RFC 8410).
    pub fn pkcs8(&self) -> Vec<u8> {
        const HEAD: [u8; 16] =
            [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
        [HEAD.as_slice(), &self.secret.to_bytes()].concat()
    }
}

fn thumbprint(public: &[u8; 32]) -> String {
    let x = URL_SAFE_NO_PAD.encode(public);
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#)))
}

/// The keys in force, the newest first: those that sign, will sign, or whose
/// last token has not ended.
pub async fn published(app: &App) -> Result<Vec<SigningKey>> {
    let now = app.now();
    let mut keys = all(app).await?;
    keys.truncate(in_force(&keys, now));
    Ok(keys)
}

/// How many of `keys`, the newest first, are in force: all that are not
/// followed by one that has signed for a token's life.
fn in_force(keys: &[SigningKey], now: Time) -> usize {
    let is_old = |key: &SigningKey| key.signs_from + TOKEN_LIFE + LEEWAY <= now;
    keys.iter().position(is_old).map_or(keys.len(), |at| at + 1)
}

/// The key that signs now; the first one is made when it is asked for.
pub async fn current(app: &App) -> Result<SigningKey> {
    for _ in 0..3 {
        let now = app.now();
        let keys = all(app).await?;
        if let Some(key) = keys.iter().find(|k| k.signs_from <= now) {
            return Ok(key.clone());
        }
        insert(app, keys.first().map_or(1, |k| k.serial + 1), now).await?;
    }
    Err(Error::internal("no key to sign with"))
}

/// Makes the next key. It signs after [`AHEAD`]; or `at_once`, and then every
/// other key is gone, and each token that they signed with it.
pub async fn rotate(app: &App, at_once: bool) -> Result<SigningKey> {
    loop {
        let now = app.now();
        let keys = all(app).await?;
        let serial = keys.first().map_or(1, |k| k.serial + 1);
        let signs_from = if at_once || keys.is_empty() { now } else { now + AHEAD };
        // Otherwise another node made a key meanwhile, which is not this one.
        let Some(key) = insert(app, serial, signs_from).await? else { continue };
        if at_once {
            delete_before(app, serial).await?;
        }
        let why = if at_once { "AT_ONCE" } else { "PLANNED" };
        Line::of(&Actor::system(), AuditEvent::KeysRotated).why(why).write();
        return Ok(key);
    }
}

/// Rotates when it is time, and deletes what is out of force; how many keys that were.
pub async fn due(app: &App) -> Result<usize> {
    let now = app.now();
    let keys = all(app).await?;
    // The first key is made by whoever needs one.
    let Some(newest) = keys.first() else { return Ok(0) };
    let mut done = 0;
    if newest.signs_from + EVERY <= now {
        insert(app, newest.serial + 1, now + AHEAD).await?;
        done += 1;
    }
    let kept = in_force(&keys, now);
    if let Some(oldest) = keys.get(kept - 1).filter(|_| kept < keys.len()) {
        delete_before(app, oldest.serial).await?;
        done += keys.len() - kept;
    }
    Ok(done)
}

/// Every key whose row is this installation's, the newest first.
async fn all(app: &App) -> Result<Vec<SigningKey>> {
    let rows =
        signing_key::Entity::find().order_by_desc(signing_key::Column::Serial).all(app.db.product()).await?;
    rows.into_iter()
        .map(|row| {
            let seed = app.keys.open(&row.sealed)?;
            let key = SigningKey::new(&seed, row.serial, row.created_at, row.signs_from);
            if key.id == row.id { Ok(key) } else { Err(Error::internal("a signing key has another's name")) }
        })
        .collect()
}

/// `None` if another node was faster; its key counts.
async fn insert(app: &App, serial: i32, signs_from: Time) -> Result<Option<SigningKey>> {
    let mut seed = [0_u8; 32];
    app.entropy.fill(&mut seed);
    let key = SigningKey::new(&seed, serial, app.now(), signs_from);
    let row = signing_key::ActiveModel {
        id: Set(key.id.clone()),
        serial: Set(serial),
        sealed: Set(app.keys.seal_key(&*app.entropy, &seed)?),
        created_at: Set(key.created_at),
        signs_from: Set(signs_from),
    };
    let tx = app.db.write().await?;
    let rows = signing_key::Entity::insert(row)
        .on_conflict(OnConflict::column(signing_key::Column::Serial).do_nothing().to_owned())
        .exec_without_returning(&*tx)
        .await?;
    tx.commit().await?;
    Ok((rows == 1).then_some(key))
}

async fn delete_before(app: &App, serial: i32) -> Result<()> {
    let tx = app.db.write().await?;
    signing_key::Entity::delete_many().filter(signing_key::Column::Serial.lt(serial)).exec(&*tx).await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_named_as_the_rfc_names_it() {
        // RFC 8037, appendix A.3.
        let x = URL_SAFE_NO_PAD.decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").unwrap();
        assert_eq!(thumbprint(&x.try_into().unwrap()), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn a_key_is_kept_until_its_last_token_has_ended() {
        let at = |minutes: i64| Time::UNIX_EPOCH + TimeDelta::minutes(minutes);
        let keys: Vec<SigningKey> = [(3, 200), (2, 100), (1, 0)]
            .map(|(n, m)| SigningKey::new(&[n; 32], i32::from(n), at(m), at(m)))
            .into();
        assert_eq!(in_force(&keys, at(5)), 3, "the newer ones are published ahead");
        assert_eq!(in_force(&keys, at(100)), 3, "the second signs, the first one's tokens live");
        assert_eq!(in_force(&keys, at(111)), 2);
        assert_eq!(in_force(&keys, at(211)), 1);
    }

    #[test]
    fn a_key_does_not_show_itself() {
        let key = SigningKey::new(&[7; 32], 1, Time::UNIX_EPOCH, Time::UNIX_EPOCH);
        assert_eq!(format!("{key:?}"), format!("SigningKey({})", key.id));
    }
}
