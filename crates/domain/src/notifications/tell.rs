//! The teller's loop.

use types::PersonId;

use super::letters::{self, Letters};
use crate::jobs;
use crate::ports::{Letter, Message, message_id};
use crate::record::{self, RecordEntry};
use crate::{App, Result};

/// The teller's name in cursors and jobs.
pub const READER: &str = "mail";
const BATCH: u64 = 100;

/// Tells one batch; how many entries it read.
pub async fn tell(app: &App) -> Result<usize> {
    // Reading letters needs no lock; the cursor does, and is read again under it.
    let position = record::position(app.db.read(), READER).await?;
    let entries = record::read(app.db.read(), position, BATCH).await?;
    let Some(last) = entries.last().and_then(|e| e.position) else { return Ok(0) };
    let mut letters = Vec::new();
    for entry in entries.iter().filter(|entry| record::is_ours(app, entry)) {
        letters.extend(messages(app, entry).await?.into_iter().map(|message| (entry.id, message)));
    }
    let tx = app.db.write().await?;
    if record::cursor(&tx, READER).await? != position {
        // Another node has told them meanwhile; there may be more.
        return Ok(entries.len());
    }
    for (entry, message) in &letters {
        jobs::enqueue_mail(app, &tx, READER, Some(*entry), message).await?;
    }
    record::advance(&tx, READER, last).await?;
    tx.commit().await?;
    Ok(entries.len())
}

/// The mails that an entry gives rise to.
async fn messages(app: &App, entry: &RecordEntry) -> Result<Vec<Message>> {
    let mut told: Vec<PersonId> =
        entry.actor_person_id.into_iter().filter(|_| !letters::is_receipt(entry.kind)).collect();
    let mut messages = Vec::new();
    let letters = letters::of(app, entry).await?.into_iter();
    let addressed = letters.flat_map(|Letters { recipients, notice }| {
        recipients.into_iter().map(move |person| (person, notice.clone()))
    });
    for (person, mut notice) in addressed {
        if told.contains(&person.id) {
            continue;
        }
        told.push(person.id);
        notice.url = format!("{}/{}{}", app.settings.public_url, person.language, notice.url);
        if let Some(calendar) = &mut notice.calendar {
            calendar.url.clone_from(&notice.url);
        }
        messages.push(Message {
            message_id: message_id(&format!("{}.{}", entry.id, person.id), &app.settings.public_url),
            to: person.email,
            to_name: Some(person.name),
            language: person.language,
            letter: Letter::Notice(notice),
        });
    }
    Ok(messages)
}
