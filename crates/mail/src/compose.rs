//! The MIME message: text, HTML and, for events, a calendar part.

use domain::ports::{Calendar, DeliveryError, Letter, Message};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::{Address, message};
use types::{EmailAddress, Time};

use crate::plain::header;
use crate::{Written, write};

/// Who sends, and where the recipient chooses what to get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// The service's name; also what the letters call it.
    pub name: String,
    /// `From`, and where the servers return what they can't deliver.
    pub address: EmailAddress,
    /// The page where the recipient chooses their mail.
    pub settings_url: String,
}

/// Makes the MIME message of `message`, dated `at`.
///
/// Fails for good if an address can't be used in a mail.
pub fn compose(message: &Message, from: &Sender, at: Time) -> Result<lettre::Message, DeliveryError> {
    assemble(message, &write(message, from), from, at)
}

pub(crate) fn assemble(
    message: &Message,
    words: &Written,
    from: &Sender,
    at: Time,
) -> Result<lettre::Message, DeliveryError> {
    let mut alternatives = MultiPart::alternative()
        .singlepart(SinglePart::plain(words.text.clone()))
        .singlepart(SinglePart::html(words.html.clone()));
    let mut invite = None;
    if let Some(event) = calendar(message) {
        let text = interop::calendar::render_for(event, &message.to);
        let method = if event.cancelled { "CANCEL" } else { "REQUEST" };
        let part = content_type(&format!("text/calendar; method={method}; charset=UTF-8"))?;
        alternatives = alternatives.singlepart(SinglePart::builder().header(part).body(text.clone()));
        // A type that programs don't read as a second invitation.
        let file = content_type("application/ics; name=\"invite.ics\"")?;
        invite = Some(Attachment::new("invite.ics".to_owned()).body(text, file));
    }
    let body = match invite {
        Some(invite) => MultiPart::mixed().multipart(alternatives).singlepart(invite),
        None => alternatives,
    };
    message::MessageBuilder::new()
        .from(mailbox(Some(&from.name), &from.address)?)
        .to(mailbox(message.to_name.as_deref(), &message.to)?)
        .subject(words.subject.clone())
        .date(at.into())
        .message_id(Some(message_id(&message.message_id)))
        // Keeps absence notices and other robots from answering (RFC 3834).
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ))
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Content-Language"),
            message.language.to_string(),
        ))
        .multipart(body)
        .map_err(|error| DeliveryError::Fail(error.to_string()))
}

/// The event that the letter is about, if it has one.
pub(crate) fn calendar(message: &Message) -> Option<&Calendar> {
    match &message.letter {
        Letter::Notice(notice) => notice.calendar.as_ref(),
        Letter::SignIn { .. } | Letter::Invitation { .. } | Letter::Security { .. } => None,
    }
}

/// The id in angle brackets, without anything that could end them or the line.
fn message_id(id: &str) -> String {
    let id: String = id.chars().filter(|c| c.is_ascii_graphic() && !"<>".contains(*c)).collect();
    format!("<{id}>")
}

/// A domain beyond ASCII goes as Punycode, so that no server needs SMTPUTF8.
fn mailbox(name: Option<&str>, address: &EmailAddress) -> Result<Mailbox, DeliveryError> {
    let wrong = |why: &dyn std::fmt::Display| DeliveryError::Fail(format!("address refused: {why}"));
    let (local, domain) = address.as_str().rsplit_once('@').unwrap_or_default();
    let domain = url::Host::parse(domain).map_err(|error| wrong(&error))?.to_string();
    let address = Address::new(local, domain).map_err(|error| wrong(&error))?;
    Ok(Mailbox::new(name.map(header).filter(|n| !n.is_empty()), address))
}

fn content_type(text: &str) -> Result<ContentType, DeliveryError> {
    ContentType::parse(text).map_err(|error| DeliveryError::Fail(error.to_string()))
}
