//! Files on needs and on what suppliers say.
//!
//! Contents are kept once for each organisation, addressed by their hash
//! within it: nobody learns from an upload whether another organisation has
//! the same file. A content goes with its last attachment, and never while
//! somebody is attaching it again (`blobs`).
//!
//! Who may read and change the files of a subject is the subject's to say: its
//! slice has a [`Gate`], and `lib.rs` knows them all, since this slice comes
//! before every one of them. To attach files to something more: a value of
//! [`AttachmentSubject`], a gate, a line there.
//!
//! Invariants: the type is told by the content; at most [`MAX_FILES`] files a
//! subject, none of them twice under one name; what others may have seen stays listed when it is removed, and its
//! content stays readable for its own organisation.

mod blobs;
mod commands;
mod queries;
mod store;
mod verify;

use async_trait::async_trait;
pub use commands::{MAX_FILES, add, remove, remove_all};
pub use entity::attachment::Model as Attachment;
pub use queries::{disposition, find, list_for, load, path, read};
use types::{AttachmentSubject, OrganisationId};
use uuid::Uuid;

pub use blobs::{Freed, collect, sweep};
pub(crate) use verify::verify;

use crate::{Actor, App, Db, Result, Tx};

/// What files are taken, for whoever is about to choose one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The largest file in bytes.
    pub max_size: usize,
    /// The most files of one subject.
    pub max_files: usize,
    /// The usual extensions of the kinds that are taken, without the dot.
    pub extensions: Vec<&'static str>,
}

/// What files are taken.
pub fn rules(app: &App) -> Rules {
    let extensions = crate::text::sniff::extensions();
    Rules { max_size: app.settings.max_upload, max_files: MAX_FILES, extensions }
}

crate::subjects! {
    Attachment => "attachment";
}

/// What a file is attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Subject {
    /// What it is.
    pub kind: AttachmentSubject,
    /// Its id.
    pub id: Uuid,
}

/// Where the files of a subject belong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    /// Whose they are.
    pub organisation_id: OrganisationId,
    /// The stream of the record that tells of them.
    pub stream: String,
    /// Whether everybody may read them.
    pub is_public: bool,
    /// Whether others may have seen them: then they stay listed when removed.
    pub is_seen: bool,
}

/// What a kind of subject says about its files.
#[async_trait]
pub trait Gate: Send + Sync {
    /// Where the files belong, if the actor may change them now. Locks the
    /// subject until the transaction ends, so that what it says holds.
    async fn open(&self, app: &App, tx: &Tx, actor: &Actor, id: Uuid) -> Result<Home>;

    /// Whether there is such a subject for an actor who may not open it; not, unless the gate
    /// knows better.
    async fn is_seen(&self, _app: &App, _actor: &Actor, _id: Uuid) -> Result<bool> {
        Ok(false)
    }

    /// Those of the subjects whose files the actor may read: one statement.
    async fn readable(&self, app: &App, actor: &Actor, ids: &[Uuid]) -> Result<Vec<Uuid>>;

    /// What the subject is in words, for a report.
    async fn called(&self, db: &Db, id: Uuid) -> Result<String>;

    /// Whether the actor may read this file: as its subject, unless the gate knows better.
    async fn reads_file(&self, app: &App, actor: &Actor, file: &Attachment) -> Result<bool> {
        Ok(!self.readable(app, actor, &[file.subject_id]).await?.is_empty())
    }

    /// Which of its files that were not removed are on the subject now: all,
    /// unless the gate knows better.
    async fn present(&self, _tx: &Tx, files: Vec<Attachment>) -> Result<Vec<Attachment>> {
        Ok(files)
    }

    /// Notes a file that was added, in its transaction.
    async fn added(&self, _app: &App, _tx: &Tx, _actor: &Actor, _file: &Attachment) -> Result<()> {
        Ok(())
    }

    /// Notes that a file is taken off its subject, in its transaction. `true`
    /// keeps it as it is: something that stays still shows it.
    async fn removed(&self, _app: &App, _tx: &Tx, _actor: &Actor, _file: &Attachment) -> Result<bool> {
        Ok(false)
    }
}
