//! Files in a folder, by key.

use std::io::{Error, ErrorKind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use domain::ports::BlobStore;
use tokio::io::{AsyncRead, AsyncWriteExt};

static COUNT: AtomicU64 = AtomicU64::new(0);

/// Keeps each file under its key in one folder.
#[derive(Clone, Debug)]
pub struct FolderBlobs {
    folder: PathBuf,
}

impl FolderBlobs {
    /// In `folder`, which is made when the first file comes.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Keys are our own hexadecimal words between slashes; anything else is refused.
    fn path(&self, key: &str) -> std::io::Result<PathBuf> {
        let is_word =
            |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if key.split('/').all(is_word) {
            Ok(self.folder.join(key))
        } else {
            Err(Error::new(ErrorKind::InvalidInput, "not a key"))
        }
    }
}

#[async_trait]
impl BlobStore for FolderBlobs {
    async fn put(&self, key: &str, bytes: &[u8]) -> std::io::Result<()> {
        let path = self.path(key)?;
        if tokio::fs::try_exists(&path).await? {
            return Ok(());
        }
        if let Some(parent) = path.parent() {
            tokio::fs::create_dir_all(parent).await?;
        }
        // Written beside and renamed, so that a half-written file never has the key.
        // Each writer has a name of its own: two may store the same content at once.
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let beside = path.with_extension(format!("{}-{number}.part", std::process::id()));
        let mut file = tokio::fs::File::create(&beside).await?;
        file.write_all(bytes).await?;
        // A row that speaks of the file must not survive a loss of power that the file doesn't.
        file.sync_all().await?;
        tokio::fs::rename(&beside, &path).await
    }

    async fn get(&self, key: &str) -> std::io::Result<Vec<u8>> {
        tokio::fs::read(self.path(key)?).await
    }

    async fn open(&self, key: &str) -> std::io::Result<Box<dyn AsyncRead + Send + Unpin>> {
        Ok(Box::new(tokio::fs::File::open(self.path(key)?).await?))
    }

    async fn delete(&self, key: &str) -> std::io::Result<()> {
        match tokio::fs::remove_file(self.path(key)?).await {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }
}
