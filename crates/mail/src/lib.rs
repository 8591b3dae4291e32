//! Mail: letters in words, and the transports behind [`domain::ports::Mailer`].
//!
//! A [`Message`](domain::ports::Message) says what happened; [`write()`] puts it
//! in the recipient's language, as plain text and HTML with the same words;
//! [`compose()`] makes the MIME message. [`SmtpMailer`] sends it, [`FolderMailer`]
//! files it (demo, or nothing configured), [`MemoryMailer`] keeps it for tests.
//!
//! What people typed (titles, names, quotes) reaches neither a header nor the
//! HTML unescaped, and brings no character that hides or reorders text.
//! Deliberately absent: queues and retries (jobs of the domain), and images.

#![warn(missing_docs)]

mod compose;
mod folder;
mod kept;
mod letter;
mod memory;
mod plain;
mod smtp;

pub use compose::{Sender, compose};
pub use folder::{FolderMailer, list, read};
pub use kept::KeptMail;
pub use letter::{Written, has_fact, has_letter, has_quote, write};
pub use memory::MemoryMailer;
pub use smtp::{SettingsError, SmtpMailer, SmtpSettings, Tls};
