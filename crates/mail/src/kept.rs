//! A mail as the mailbox page shows it.

use domain::ports::Message;
use serde::{Deserialize, Serialize};
use types::{EmailAddress, Time};

use crate::Written;
use crate::compose::calendar;

/// A mail that was kept rather than sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptMail {
    /// Its name within the folder, without suffix.
    #[serde(skip)]
    pub name: String,
    /// Whom it is for.
    pub to: EmailAddress,
    /// The recipient's name, if known.
    pub to_name: Option<String>,
    /// The subject.
    pub subject: String,
    /// The letter as plain text.
    pub text: String,
    /// The letter as an HTML document.
    pub html: String,
    /// When it would have been sent.
    pub sent_at: Time,
    /// `Message-ID`, without angle brackets.
    pub message_id: String,
    /// The calendar part.
    pub calendar: Option<String>,
}

impl KeptMail {
    pub(crate) fn new(message: &Message, words: Written, at: Time) -> Self {
        let id: String = message
            .message_id
            .chars()
            .filter(|c| !"<>".contains(*c))
            .map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' })
            .take(100)
            .collect();
        Self {
            // Sorts by time; microseconds are what our clock tells.
            name: format!("{}-{id}", at.format("%Y%m%dT%H%M%S%.6fZ")),
            to: message.to.clone(),
            to_name: message.to_name.clone(),
            subject: words.subject,
            text: words.text,
            html: words.html,
            sent_at: at,
            message_id: message.message_id.trim_matches(['<', '>']).to_owned(),
            calendar: calendar(message).map(|c| interop::calendar::render_for(c, &message.to)),
        }
    }
}
