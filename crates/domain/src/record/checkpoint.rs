//! Checkpoints: the heads of all streams, signed with a key that is kept
//! outside the database, and written outside it as well.

use std::path::PathBuf;

use ed25519_dalek::{Signature, Signer, SigningKey, Verifier};
use entity::{record_checkpoint, record_head, record_stream};
use sea_orm::{ActiveValue::Set, EntityTrait, QueryOrder};
use types::Time;

use super::hash::digest;
use crate::{App, Error, Result};

/// The key that signs checkpoints, and the file that keeps a second copy.
pub struct CheckpointKey {
    key: SigningKey,
    file: Option<PathBuf>,
}

impl std::fmt::Debug for CheckpointKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CheckpointKey({:?})", self.file)
    }
}

/// One checkpoint as signed.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Signed {
    pub position: i64,
    pub created_at: Time,
    pub heads_hash: String,
    pub signature: String,
}

impl CheckpointKey {
    /// From 32 secret bytes; copies go to `file` where there is one.
    pub fn new(secret: &[u8; 32], file: Option<PathBuf>) -> Self {
        Self { key: SigningKey::from_bytes(secret), file }
    }

    fn message(position: i64, created_at: Time, heads_hash: &str) -> String {
        digest(&["checkpoint", &position.to_string(), &created_at.timestamp_micros().to_string(), heads_hash])
    }

    fn sign(&self, position: i64, created_at: Time, heads_hash: String) -> Signed {
        let message = Self::message(position, created_at, &heads_hash);
        let signature = hex::encode(self.key.sign(message.as_bytes()).to_bytes());
        Signed { position, created_at, heads_hash, signature }
    }

    pub(super) fn accepts(&self, signed: &Signed) -> bool {
        let message = Self::message(signed.position, signed.created_at, &signed.heads_hash);
        hex::decode(&signed.signature)
            .ok()
            .and_then(|bytes| Signature::from_slice(&bytes).ok())
            .is_some_and(|s| self.key.verifying_key().verify(message.as_bytes(), &s).is_ok())
    }

    /// The copies outside the database, oldest first; an unreadable line is `Err`.
    pub(super) fn copies(&self) -> Vec<Result<Signed, String>> {
        let Some(file) = &self.file else { return Vec::new() };
        let text = std::fs::read_to_string(file).unwrap_or_default();
        text.lines()
            .filter(|l| !l.trim().is_empty())
            .map(|l| serde_json::from_str(l).map_err(|_| l.to_owned()))
            .collect()
    }

    fn keep_copy(&self, signed: &Signed) -> Result<()> {
        use std::io::Write;
        let Some(path) = &self.file else { return Ok(()) };
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path)?;
        writeln!(file, "{}", serde_json::to_string(signed)?)?;
        file.sync_all().map_err(Error::from)
    }
}

/// One line a stream, in order, hashed.
pub(super) fn heads_hash<'a>(heads: impl Iterator<Item = (&'a str, i64, &'a str)>) -> String {
    let lines: Vec<String> =
        heads.map(|(stream, sequence, hash)| format!("{stream} {sequence} {hash}")).collect();
    digest(&["heads", &lines.join("\n")])
}

/// Signs the present heads, if anything was sealed since the last checkpoint.
pub async fn checkpoint(app: &App, key: &CheckpointKey) -> Result<bool> {
    let tx = app.db.write().await?;
    let head = record_head::Entity::find_by_id(1);
    let Some(head) = sea_orm::QuerySelect::lock_exclusive(head).one(&*tx).await? else { return Ok(false) };
    let last = record_checkpoint::Entity::find()
        .order_by_desc(record_checkpoint::Column::Position)
        .one(&*tx)
        .await?;
    if head.position == 0 || last.is_some_and(|l| l.position == head.position) {
        return Ok(false);
    }
    let streams = record_stream::Entity::find().order_by_asc(record_stream::Column::Stream).all(&*tx).await?;
    let mut lines: Vec<(&str, i64, &str)> =
        streams.iter().map(|s| (s.stream.as_str(), s.sequence, s.hash.as_str())).collect();
    // The engines' collations differ; bytes do not.
    lines.sort_unstable();
    let signed = key.sign(head.position, app.now(), heads_hash(lines.into_iter()));
    let row = record_checkpoint::ActiveModel {
        position: Set(signed.position),
        created_at: Set(signed.created_at),
        heads_hash: Set(signed.heads_hash.clone()),
        signature: Set(signed.signature.clone()),
    };
    record_checkpoint::Entity::insert(row).exec_without_returning(&*tx).await?;
    tx.commit().await?;
    key.keep_copy(&signed)?;
    Ok(true)
}
