//! Checkpoints: ends of the record, signed with a key that is kept outside the
//! database, and written outside it as well. Each names the one before it, and
//! the head names the last, so that none is taken away unnoticed.

use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use ed25519_dalek::{Signature, Signer, SigningKey, Verifier};
use entity::record_checkpoint;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use types::Time;

use super::hash::digest;
use super::head::{self, Head};
use crate::{App, Error, Result, Tx};

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
    pub previous_position: i64,
    pub created_at: Time,
    pub running_hash: String,
    pub signature: String,
}

impl Signed {
    fn message(&self) -> String {
        let numbers = [self.position, self.previous_position, self.created_at.timestamp_micros()];
        let [position, previous, time] = numbers.map(|n| n.to_string());
        digest(&["checkpoint", &position, &previous, &time, &self.running_hash])
    }
}

impl From<record_checkpoint::Model> for Signed {
    fn from(row: record_checkpoint::Model) -> Self {
        let record_checkpoint::Model { position, previous_position, created_at, running_hash, signature } =
            row;
        Self { position, previous_position, created_at, running_hash, signature }
    }
}

impl CheckpointKey {
    /// From 32 secret bytes; copies go to `file` where there is one.
    pub fn new(secret: &[u8; 32], file: Option<PathBuf>) -> Self {
        Self { key: SigningKey::from_bytes(secret), file }
    }

    fn sign(&self, head: &Head<'_>, created_at: Time) -> Signed {
        let mut signed = Signed {
            position: head.position,
            previous_position: head.checkpoint_position,
            created_at,
            running_hash: head.running_hash.to_owned(),
            signature: String::new(),
        };
        signed.signature = hex::encode(self.key.sign(signed.message().as_bytes()).to_bytes());
        signed
    }

    pub(super) fn accepts(&self, signed: &Signed) -> bool {
        hex::decode(&signed.signature)
            .ok()
            .and_then(|bytes| Signature::from_slice(&bytes).ok())
            .is_some_and(|s| self.key.verifying_key().verify(signed.message().as_bytes(), &s).is_ok())
    }

    /// Whether there are copies outside the database.
    pub(super) fn keeps_copies(&self) -> bool {
        self.file.is_some()
    }

    /// The copies outside the database, oldest first; an unreadable line is `Err`.
    pub(super) fn copies(&self) -> Result<Vec<Result<Signed, String>>> {
        let text = self.lines()?;
        let lines = text.lines().filter(|l| !l.trim().is_empty());
        Ok(lines.map(|l| serde_json::from_str(l).map_err(|_| l.to_owned())).collect())
    }

    /// The position of the newest copy; 0 where there is none.
    fn newest_copy(&self) -> Result<i64> {
        let text = self.lines()?;
        let newest = text.lines().rev().find_map(|line| serde_json::from_str::<Signed>(line).ok());
        Ok(newest.map_or(0, |signed| signed.position))
    }

    /// The file as far as its lines are whole: who was killed while writing one
    /// has not committed what it says.
    fn lines(&self) -> Result<String> {
        let Some(path) = &self.file else { return Ok(String::new()) };
        match std::fs::read(path) {
            Ok(bytes) => Ok(String::from_utf8_lossy(&bytes[..whole(&bytes)]).into_owned()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
            Err(error) => Err(Error::internal(format!("{} can't be read: {error}", path.display()))),
        }
    }

    fn keep_copy(&self, signed: &Signed) -> Result<()> {
        let Some(path) = &self.file else { return Ok(()) };
        let line = serde_json::to_string(signed)? + "\n";
        let mut options = std::fs::OpenOptions::new();
        let mut file = options.create(true).read(true).append(true).open(path)?;
        let mut last = [b'\n'];
        if file.metadata()?.len() > 0 {
            file.seek(SeekFrom::End(-1))?;
            file.read_exact(&mut last)?;
        }
        if last != [b'\n'] {
            file.set_len(u64::try_from(whole(&std::fs::read(path)?)).unwrap_or(u64::MAX))?;
        }
        file.write_all(line.as_bytes())?;
        file.sync_all().map_err(Error::from)
    }
}

/// How much of a file is whole lines.
fn whole(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|b| *b == b'\n').map_or(0, |end| end + 1)
}

/// Signs the present end of the record, if anything was sealed since the last
/// checkpoint.
///
/// The copy is written before the commit. Who is killed in between leaves a line
/// that nothing refers to, for neither the head nor a later checkpoint names it;
/// the other way round there would be a row without its line, which can't be told
/// from a line that somebody took away.
pub async fn checkpoint(app: &App, key: &CheckpointKey) -> Result<bool> {
    let tx = app.db.write().await?;
    let Some(row) = head::lock(&tx).await? else { return Ok(false) };
    if app.db.is_postgres() {
        catch_up(&tx, key).await?;
    }
    let own = app.keys.of_record();
    if !head::is_ours(&row, &own) {
        return Err(Error::internal("the head of the record is not ours: run `samspill record verify`"));
    }
    if row.position == row.checkpoint_position {
        return Ok(false);
    }
    let signed = key.sign(&Head::of(&row), app.now());
    let checkpoint = record_checkpoint::ActiveModel {
        position: Set(signed.position),
        previous_position: Set(signed.previous_position),
        created_at: Set(signed.created_at),
        running_hash: Set(signed.running_hash.clone()),
        signature: Set(signed.signature.clone()),
    };
    record_checkpoint::Entity::insert(checkpoint).exec_without_returning(&*tx).await?;
    let head = Head { checkpoint_position: row.position, ..Head::of(&row) }.instead_of(row.clone(), &own);
    head.update(&*tx).await?;
    key.keep_copy(&signed)?;
    tx.commit().await?;
    Ok(true)
}

/// Copies what other nodes have signed: each keeps the copies in a folder of its own.
async fn catch_up(tx: &Tx, key: &CheckpointKey) -> Result<()> {
    if !key.keeps_copies() {
        return Ok(());
    }
    let others = record_checkpoint::Entity::find()
        .filter(record_checkpoint::Column::Position.gt(key.newest_copy()?))
        .order_by_asc(record_checkpoint::Column::Position)
        .all(&**tx)
        .await?;
    others.into_iter().map(Signed::from).filter(|s| key.accepts(s)).try_for_each(|s| key.keep_copy(&s))
}
