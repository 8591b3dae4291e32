//! Who is told what: one file a slice.

mod accounts;
mod events;
mod interest;
mod needs;
mod partners;
mod quality;
mod questions;
mod responses;
mod summary;

use types::EntryKind;

use crate::accounts::Person;
use crate::ports::{Fact, FactValue, Notice, Quote};
use crate::record::RecordEntry;
use crate::{App, Result};

/// One notice and everybody who gets it. The notice's `url` is a path without
/// language; the teller completes it for each recipient.
pub(super) struct Letters {
    pub recipients: Vec<Person>,
    pub notice: Notice,
}

/// The letters of an entry, if it is one that is told by mail.
pub(super) async fn of(app: &App, entry: &RecordEntry) -> Result<Vec<Letters>> {
    let slice = entry.kind.as_str().split('.').next().unwrap_or_default();
    let letters = match slice {
        // Who has a place is told something else than who waits for one.
        "event" => return events::of(app, entry).await,
        "need" if partners::is_letter(entry.kind) => partners::of(app, entry).await,
        "need" | "attachment" => needs::of(app, entry).await,
        "interest" => interest::of(app, entry).await,
        "disclosure" | "summary" => summary::of(app, entry).await,
        "question" | "announcement" => questions::of(app, entry).await,
        "survey" => quality::of(app, entry).await,
        "response" | "confidentiality" => responses::of(app, entry).await,
        "membership" | "organisation" | "token" | "webhook" => accounts::of(app, entry).await,
        _ => Ok(None),
    };
    Ok(letters?.into_iter().collect())
}

/// Receipts go to whoever did the thing as well.
pub(super) const fn is_receipt(kind: EntryKind) -> bool {
    matches!(
        kind,
        // Whoever makes a token or a webhook is told too: it may have been somebody else.
        EntryKind::TokenCreated
            | EntryKind::TokenTakenOver
            | EntryKind::TokenRevoked
            | EntryKind::WebhookCreated
            | EntryKind::WebhookChanged
            | EntryKind::WebhookSecretRotated
            | EntryKind::WebhookEnabled
            | EntryKind::ResponseSubmitted
            | EntryKind::ResponseWithdrawn
            | EntryKind::EventRegistered
            | EntryKind::EventWaitlisted
            | EntryKind::EventWithdrawn
            | EntryKind::EventRegistrationChanged
    )
}

/// A notice about `subject`, said by `sender`, with the page to open.
fn notice(entry: &RecordEntry, subject: &str, sender: &str, path: String) -> Notice {
    Notice {
        kind: entry.kind.as_str().to_owned(),
        subject: subject.to_owned(),
        sender: sender.to_owned(),
        quotes: Vec::new(),
        facts: Vec::new(),
        url: path,
        calendar: None,
    }
}

/// Small additions to a notice.
trait NoticeExt {
    fn fact(self, key: &str, value: FactValue) -> Self;
    fn quote(self, key: &str, text: Option<&str>) -> Self;
}

impl NoticeExt for Notice {
    fn fact(mut self, key: &str, value: FactValue) -> Self {
        self.facts.push(Fact { key: key.to_owned(), value });
        self
    }

    fn quote(mut self, key: &str, text: Option<&str>) -> Self {
        if let Some(text) = text.filter(|t| !t.trim().is_empty()) {
            self.quotes.push(Quote { key: key.to_owned(), text: text.to_owned() });
        }
        self
    }
}
