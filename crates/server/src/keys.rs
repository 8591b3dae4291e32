//! The installation's own secrets: from the configuration, or made once in the
//! data folder, readable by the owner alone.
//!
//! They are made for an installation that nobody has used. Elsewhere a key that is
//! not there is lost, and a new one would make all that is recorded look forged for
//! ever: that is refused, with words on what to do.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use domain::keys::Keys;
use domain::record::CheckpointKey;
use types::Entropy;

use crate::config::Config;

/// A key that is not where it was looked for.
#[derive(Debug)]
pub(crate) struct MissingKey {
    name: &'static str,
    file: PathBuf,
    variable: &'static str,
    is_demo: bool,
}

impl fmt::Display for MissingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, file, variable, .. } = self;
        write!(
            f,
            "the {name} of this installation is missing: the database is in use, but there is no {}, and \
             neither {variable} nor {variable}_FILE is set. Restore the file from a backup, or set {variable}. \
             No new key was made: with one, all that is recorded would look forged",
            file.display()
        )?;
        if self.is_demo {
            write!(f, ". `samspill demo --fresh` makes the demonstration anew")?;
        }
        Ok(())
    }
}

impl std::error::Error for MissingKey {}

/// Both keys of an installation.
pub(crate) struct Both {
    /// Seals the keys in the database and tags the record.
    pub(crate) keys: Keys,
    /// Signs the record's checkpoints.
    pub(crate) checkpoint_key: CheckpointKey,
}

/// The keys as they are, made by nobody; [`MissingKey`] if one is not there.
pub(crate) fn existing(config: &Config) -> Result<Both> {
    both(config, &|file, missing| Ok(read(file)?.ok_or(missing)?))
}

/// The keys of an installation that nobody has used: made if they are not there.
pub(crate) fn existing_or_new(config: &Config, entropy: &dyn Entropy) -> Result<Both> {
    both(config, &|file, _| kept(file, entropy))
}

fn both(config: &Config, kept: &dyn Fn(&Path, MissingKey) -> Result<[u8; 32]>) -> Result<Both> {
    let kept = |name, variable, file: &str| {
        let file = config.data.join(file);
        kept(&file.clone(), MissingKey { name, file, variable, is_demo: config.is_demo() })
    };
    let keys = if let Some(secret) = &config.secret_key {
        Keys::new(secret.reveal().as_bytes())
    } else {
        let key = kept("secret key", "SAMSPILL_SECRET_KEY", "secret.key")?;
        Keys::new(hex::encode(key).as_bytes())
    };
    let checkpoint_key = match config.checkpoint_key {
        Some(key) => key,
        None => kept("checkpoint key", "SAMSPILL_RECORD__CHECKPOINT_KEY", "checkpoint.key")?,
    };
    Ok(Both { keys, checkpoint_key: CheckpointKey::new(&checkpoint_key, Some(config.checkpoint_file())) })
}

/// The key in a file, which is made if it is not there.
fn kept(file: &Path, entropy: &dyn Entropy) -> Result<[u8; 32]> {
    let mut key = [0_u8; 32];
    entropy.fill(&mut key);
    match make(file, &hex::encode(key)) {
        Ok(()) => Ok(key),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            read(file)?.with_context(|| format!("{} was there and is gone", file.display()))
        }
        Err(error) => Err(error).with_context(|| format!("can't write {}", file.display())),
    }
}

/// The key in a file, if there is one.
fn read(file: &Path) -> Result<Option<[u8; 32]>> {
    let text = match fs::read_to_string(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        text => text.with_context(|| format!("can't read {}", file.display()))?,
    };
    let key = hex::decode(text.trim()).ok().and_then(|bytes| bytes.try_into().ok());
    key.map(Some).with_context(|| format!("{} does not hold a key: restore it from a backup", file.display()))
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
