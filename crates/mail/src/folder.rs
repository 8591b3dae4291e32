//! Files mails in a folder: the demo, and an installation without SMTP.
//!
//! Each mail is an `.eml` with a `.json` beside it; the JSON comes last, so a
//! mail that [`list`] finds is whole.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use domain::ports::{DeliveryError, Mailer, Message};
use tokio::fs;
use types::Clock;

use crate::compose::assemble;
use crate::{KeptMail, Sender, write};

/// Writes mails into a folder.
#[derive(Debug)]
pub struct FolderMailer {
    folder: PathBuf,
    from: Sender,
    clock: Arc<dyn Clock>,
}

impl FolderMailer {
    /// Mails go into `folder`, which is made with the first one.
    pub fn new(folder: impl Into<PathBuf>, from: Sender, clock: Arc<dyn Clock>) -> Self {
        Self { folder: folder.into(), from, clock }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    async fn keep(&self, mail: &KeptMail, eml: &[u8]) -> io::Result<()> {
        fs::create_dir_all(&self.folder).await?;
        let json = serde_json::to_vec_pretty(mail)?;
        write_whole(&self.folder, &format!("{}.eml", mail.name), eml).await?;
        write_whole(&self.folder, &format!("{}.json", mail.name), &json).await
    }
}

#[async_trait]
impl Mailer for FolderMailer {
    async fn deliver(&self, message: &Message) -> Result<(), DeliveryError> {
        let at = self.clock.now();
        let words = write(message, &self.from);
        let eml = assemble(message, &words, &self.from, at)?.formatted();
        let mail = KeptMail::new(message, words, at);
        self.keep(&mail, &eml).await.map_err(|error| DeliveryError::Retry(error.to_string()))
    }
}

/// Under another name first: a reader never sees half a file.
async fn write_whole(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let beside = folder.join(format!(".{name}.part"));
    fs::write(&beside, bytes).await?;
    fs::rename(&beside, folder.join(name)).await
}

/// The newest `limit` mails of a folder, newest first. A folder that does not
/// exist yet is empty; a file that can't be read is left out and logged.
pub async fn list(folder: &Path, limit: usize) -> io::Result<Vec<KeptMail>> {
    let mut entries = match fs::read_dir(folder).await {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names = Vec::new();
    while let Some(entry) = entries.next_entry().await? {
        let name = entry.file_name();
        names.extend(name.to_str().and_then(|n| n.strip_suffix(".json")).map(str::to_owned));
    }
    names.sort_unstable_by(|a, b| b.cmp(a));
    let mut mails = Vec::new();
    for name in names.iter().take(limit) {
        match read(folder, name).await {
            Ok(mail) => mails.push(mail),
            Err(error) => tracing::warn!(name, %error, "a kept mail can't be read"),
        }
    }
    Ok(mails)
}

/// One mail by its name. A name that could lead out of the folder is not found.
pub async fn read(folder: &Path, name: &str) -> io::Result<KeptMail> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if name.is_empty() || name.starts_with('.') || !name.chars().all(is_plain) {
        return Err(io::ErrorKind::NotFound.into());
    }
    let bytes = fs::read(folder.join(format!("{name}.json"))).await?;
    let mail: KeptMail = serde_json::from_slice(&bytes)?;
    Ok(KeptMail { name: name.to_owned(), ..mail })
}
