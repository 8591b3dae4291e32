//! The installation's own secrets: from the configuration, or made once in the
//! data folder, readable by the owner alone.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

use anyhow::{Context, Result};
use domain::keys::Keys;
use domain::record::CheckpointKey;
use types::Entropy;

use crate::config::Config;

/// Seals the keys in the database.
pub(crate) fn keys(config: &Config, entropy: &dyn Entropy) -> Result<Keys> {
    Ok(match &config.secret_key {
        Some(secret) => Keys::new(secret.reveal().as_bytes()),
        None => Keys::new(hex::encode(kept(&config.data.join("secret.key"), entropy)?).as_bytes()),
    })
}

/// Signs the record's checkpoints.
pub(crate) fn checkpoint_key(config: &Config, entropy: &dyn Entropy) -> Result<CheckpointKey> {
    let key = match config.checkpoint_key {
        Some(key) => key,
        None => kept(&config.data.join("checkpoint.key"), entropy)?,
    };
    Ok(CheckpointKey::new(&key, Some(config.checkpoint_file())))
}

/// The key in a file, which is made if it is not there.
fn kept(file: &Path, entropy: &dyn Entropy) -> Result<[u8; 32]> {
    let mut key = [0_u8; 32];
    entropy.fill(&mut key);
    match make(file, &hex::encode(key)) {
        Ok(()) => return Ok(key),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error).with_context(|| format!("can't write {}", file.display())),
    }
    let text = fs::read_to_string(file).with_context(|| format!("can't read {}", file.display()))?;
    hex::decode(text.trim())
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .with_context(|| format!("{} does not hold a key: restore it from a backup", file.display()))
}

/// Whole or not at all: written beside and linked, which fails if the name is taken.
fn make(file: &Path, text: &str) -> std::io::Result<()> {
    if file.try_exists()? {
        return Err(ErrorKind::AlreadyExists.into());
    }
    let beside = file.with_extension(format!("{}.part", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut part = options.open(&beside)?;
    writeln!(part, "{text}")?;
    part.sync_all()?;
    let linked = fs::hard_link(&beside, file);
    fs::remove_file(&beside)?;
    linked
}

#[cfg(test)]
mod tests {
    use super::*;
    use types::SystemEntropy;

    #[test]
    fn a_key_is_made_once_and_is_the_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret.key");
        let entropy = SystemEntropy::default();
        let first = kept(&file, &entropy).unwrap();
        assert_eq!(kept(&file, &entropy).unwrap(), first);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
        fs::write(&file, "spoilt").unwrap();
        assert!(kept(&file, &entropy).unwrap_err().to_string().contains("backup"));
    }
}
