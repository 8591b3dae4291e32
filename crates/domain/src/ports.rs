//! What the domain needs from outside: traits, implemented in `mail`,
//! `interop` and `identity` and handed in by `server`.

mod passkeys;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tokio::io::AsyncRead;
use types::{
    CpvCode, EmailAddress, ErrorCode, Language, Money, NoticeFault, OrganisationNumber, Representation,
    SessionId, SignInFailure, Time,
};

pub use passkeys::{PasskeyHolder, PasskeyQuestion, PasskeyUse, PasskeyVerifier, PublicPasskey};

/// A mail ready to be written in words: what happened, to whom, in which language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The same on every try, so that a repeated delivery can be recognised.
    pub message_id: String,
    /// Whom it is for.
    pub to: EmailAddress,
    /// The recipient's name, if known.
    pub to_name: Option<String>,
    /// The recipient's language.
    pub language: Language,
    /// Which letter, with what it needs to say.
    pub letter: Letter,
}

/// The letters we write. Each variant holds the essentials of its body (date,
/// time, place, deadline), so the reader need not sign in to know them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "letter", rename_all = "snake_case")]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly every letter is a notice: boxing it would save nothing"
)]
pub enum Letter {
    /// Security mail: link and code to sign in.
    SignIn {
        /// Opens the page with the button that signs in.
        url: String,
        /// The short code.
        code: String,
        /// How long both work.
        minutes: u32,
    },
    /// Security mail: an invitation to join an organisation.
    Invitation {
        /// The organisation.
        organisation: String,
        /// Who invites.
        inviter: String,
        /// Opens the invitation.
        url: String,
        /// Until when it works.
        expires_at: Time,
    },
    /// Security mail about the recipient's own account; can't be turned off.
    Security {
        /// What befell it (`new-device`); the texts are `mail-<kind>-subject`, `-intro`,
        /// `-button` and `-note`, which says what to do.
        kind: String,
        /// Facts as rows: label key (`mail-fact-<key>`) and value.
        facts: Vec<Fact>,
        /// The page to open.
        url: String,
    },
    /// Something happened that concerns the recipient.
    Notice(Notice),
}

/// A piece of news from the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The entry's kind (`question.answered`); the texts are `mail-<kind>-…`
    /// with dots and underscores as hyphens.
    pub kind: String,
    /// Title of the need, event or organisation that it is about.
    pub subject: String,
    /// The buyer, or who else speaks.
    pub sender: String,
    /// Paragraphs of quoted content (question and answer, reason, announcement).
    pub quotes: Vec<Quote>,
    /// Facts as rows: label key (`mail-fact-<key>`) and value.
    pub facts: Vec<Fact>,
    /// The page to open.
    pub url: String,
    /// A calendar part, for events.
    pub calendar: Option<Calendar>,
}

/// Quoted content with the language it is in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// Label key (`mail-quote-<key>`).
    pub key: String,
    /// Plain text or Markdown source, shown as text.
    pub text: String,
}

/// One row of facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// Label key (`mail-fact-<key>`).
    pub key: String,
    /// What it is.
    pub value: FactValue,
}

/// A fact, formatted in the recipient's language by the mail crate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "value", rename_all = "snake_case")]
pub enum FactValue {
    /// As it is.
    Text(String),
    /// A moment, shown in Europe/Oslo with weekday.
    Time(Time),
    /// A key of the texts (`event-kind-…`).
    Key(String),
}

impl FactValue {
    /// The text of `word` (`TO_PROCUREMENT`) in a group of the texts (`need-state`).
    pub fn word(group: &str, word: &str) -> Self {
        Self::Key(format!("{group}-{}", word.to_lowercase().replace('_', "-")))
    }
}

/// One event for a calendar (RFC 5545; iTIP `REQUEST` or `CANCEL`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// Stable over all changes.
    pub uid: String,
    /// Grows with every material change.
    pub sequence: u32,
    /// `true` for `METHOD:CANCEL`.
    pub cancelled: bool,
    /// `SUMMARY`.
    pub summary: String,
    /// `DESCRIPTION`.
    pub description: String,
    /// `LOCATION`.
    pub location: String,
    /// `URL`.
    pub url: String,
    /// Start.
    pub starts_at: Time,
    /// End.
    pub ends_at: Time,
    /// `DTSTAMP`: when this revision was made.
    pub stamped_at: Time,
    /// Name and address of the organiser.
    pub organiser: (String, String),
}

/// How a delivery went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeliveryError {
    /// Try again later (connection, 4xx).
    Retry(String),
    /// Trying again will not help (refused address, 5xx).
    Fail(String),
}

/// Sends mail.
#[async_trait]
pub trait Mailer: Send + Sync + std::fmt::Debug {
    /// Delivers one message, and returns once the server has accepted it.
    async fn deliver(&self, message: &Message) -> Result<(), DeliveryError>;
}

/// A notice as read from a foreign file, before it becomes a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeDraft {
    /// The notice's own id (BT-701) without its version.
    pub source_id: String,
    /// Its version (BT-757).
    pub source_version: String,
    /// `pin-only`, `pin-buyer`, `pmc`, `cn-standard`, …
    pub notice_type: String,
    /// The subtype (BT-02 / OPP-070), `4`, `E1`, ….
    pub notice_subtype: Option<String>,
    /// Whether it calls for competition, so that no dialogue may open (R4).
    pub is_call_for_competition: bool,
    /// The buyers that `ContractingParty` refers to, the lead first.
    pub buyers: Vec<NoticeBuyer>,
    /// Title in the notice's language.
    pub title: String,
    /// Description, paragraphs separated by blank lines.
    pub description: String,
    /// The notice's language.
    pub language: Language,
    /// CPV codes, the main one first, without duplicates.
    pub cpv_codes: Vec<CpvCode>,
    /// NUTS codes of the places of performance (`NO060`), without duplicates.
    pub places: Vec<String>,
    /// Estimated value without VAT.
    pub value: Option<Money>,
    /// When the procurement is planned to be announced (BT-127).
    pub planned_on: Option<chrono::NaiveDate>,
    /// Until when the market may answer (BT-800, or the deadline for tenders or requests).
    pub response_deadline: Option<Time>,
    /// Until when questions may be asked (BT-13).
    pub question_deadline: Option<Time>,
    /// When the contract is to start and end, if stated.
    pub period: Option<(Option<chrono::NaiveDate>, Option<chrono::NaiveDate>)>,
    /// Questions to the market found in the description, in order.
    pub questions: Vec<String>,
    /// The buyer's own number for the case (BT-22 of the procedure).
    pub case_number: Option<String>,
    /// Further documents (BT-15).
    pub documents_url: Option<String>,
    /// What was in the file and has no place here: element path and text, so
    /// that nothing is dropped in silence.
    pub unmapped: Vec<(String, String)>,
}

/// A buyer as the notice names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeBuyer {
    /// Its name.
    pub name: String,
    /// Its number, if it is a valid Norwegian one.
    pub organisation_number: Option<OrganisationNumber>,
    /// What stood in the number's field.
    pub raw_number: String,
    /// Town of the address.
    pub town: Option<String>,
    /// Country of the address, ISO 3166-1 alpha-3 as in the notice.
    pub country: Option<String>,
    /// Web site.
    pub website: Option<String>,
}

/// What was found in a file that is refused, without words: the edge finds them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeDetail {
    /// What.
    pub fault: NoticeFault,
    /// Line and column, where one place is at fault.
    pub at: Option<(usize, usize)>,
    /// The name of what was found, as it stands in the file.
    pub found: String,
}

impl From<NoticeFault> for NoticeDetail {
    fn from(fault: NoticeFault) -> Self {
        Self { fault, at: None, found: String::new() }
    }
}

/// Reads a foreign notice.
pub trait NoticeReader: Send + Sync + std::fmt::Debug {
    /// Reads an eForms notice. Errors are one of `FILE_TOO_LARGE`,
    /// `BROKEN_XML`, `XML_ENTITIES_REFUSED`, `NOT_A_NOTICE`, with a detail
    /// that says what was found.
    fn read(&self, bytes: &[u8]) -> Result<NoticeDraft, (ErrorCode, NoticeDetail)>;
}

/// A unit of Enhetsregisteret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisteredUnit {
    /// The number.
    pub organisation_number: OrganisationNumber,
    /// The registered name.
    pub name: String,
    /// `AS`, `KOMM`, `FYLK`, `ENK`, ….
    pub form: Option<String>,
    /// Number of employees; absent is unknown, not zero.
    pub employees: Option<i32>,
    /// Registered web site.
    pub website: Option<String>,
    /// Municipality number of the business address.
    pub municipality_number: Option<String>,
    /// Whether it is bankrupt, being wound up or deleted.
    pub is_ended: bool,
}

/// What a look-up found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// The unit.
    Found(RegisteredUnit),
    /// No such number.
    Unknown,
    /// The register can't be asked now: type it yourself, verified later.
    Offline,
}

/// Looks organisations up.
#[async_trait]
pub trait BusinessRegister: Send + Sync + std::fmt::Debug {
    /// Asks by number. Never fails: an unreachable register is [`Lookup::Offline`].
    async fn look_up(&self, number: &OrganisationNumber) -> Lookup;
}

/// Keeps files by the hash of their content, within one organisation.
#[async_trait]
pub trait BlobStore: Send + Sync + std::fmt::Debug {
    /// Stores bytes under a key; the same key again changes nothing.
    async fn put(&self, key: &str, bytes: &[u8]) -> std::io::Result<()>;
    /// Reads them back.
    async fn get(&self, key: &str) -> std::io::Result<Vec<u8>>;
    /// Reads them piece by piece.
    async fn open(&self, key: &str) -> std::io::Result<Box<dyn AsyncRead + Send + Unpin>>;
    /// Removes them; absent is fine.
    async fn delete(&self, key: &str) -> std::io::Result<()>;
}

/// What a webhook is told, ready to be sent: one try.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookCall {
    /// Where to.
    pub url: String,
    /// `webhook-id`: the same on every try.
    pub id: String,
    /// `webhook-timestamp`: seconds since 1970, of this try.
    pub timestamp: i64,
    /// `webhook-signature`.
    pub signature: String,
    /// JSON.
    pub body: String,
}

impl std::fmt::Debug for WebhookCall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "WebhookCall({}, …)", self.id)
    }
}

/// What a webhook's receiver answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookAnswer {
    /// The status.
    pub status: u16,
    /// `Retry-After` as it came.
    pub retry_after: Option<String>,
    /// How the body began.
    pub body: Vec<u8>,
}

/// Why there was no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookFault {
    /// The name has no address.
    UnknownName,
    /// The name leads to no address that may be called.
    AddressNotAllowed,
    /// None in time.
    TimedOut,
    /// No connection, or one that is not to be trusted.
    NotConnected,
}

/// Calls webhooks. It follows no redirect, reaches public addresses alone, of which it has
/// made sure for this very try, and harms nobody by waiting or reading too long.
#[async_trait]
pub trait WebhookSender: Send + Sync + std::fmt::Debug {
    /// Makes one try; the answer, and how long it took.
    async fn send(&self, call: &WebhookCall) -> (Result<WebhookAnswer, WebhookFault>, std::time::Duration);
}

/// Issues access tokens for the API.
#[async_trait]
pub trait TokenIssuer: Send + Sync + std::fmt::Debug {
    /// A token that speaks for the session, and the end of its life.
    async fn issue(&self, session: SessionId) -> crate::Result<(String, Time)>;
}

/// A service by which people sign in (`OpenID` Connect), as the operator set it up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// Its name in addresses and rows: `ansattporten`.
    pub key: String,
    /// Its name for people, in Bokmål, Nynorsk and English.
    pub names: [String; 3],
    /// Who it is, to the letter.
    pub issuer: String,
    /// Whether its word alone makes an account, where it is trusted for the mailbox.
    pub creates_people: bool,
    /// Mailboxes at these domains are whose it says, if it says that it has checked.
    pub trusted_domains: Vec<String>,
    /// Only people with a mailbox at these domains may use it; empty is everybody.
    pub only_domains: Vec<String>,
    /// What it means that it says whom somebody represents.
    pub representation: Representation,
}

impl Provider {
    /// Its name in a language.
    pub fn name(&self, language: Language) -> &str {
        match language {
            Language::Nb => &self.names[0],
            Language::Nn => &self.names[1],
            Language::En => &self.names[2],
        }
    }
}

/// What a browser is sent to a provider with.
#[derive(Clone, PartialEq, Eq)]
pub struct ProviderRequest {
    /// Comes back as it is.
    pub state: String,
    /// Stands in what the provider signs.
    pub nonce: String,
    /// Shown when the answer is redeemed (RFC 7636); only its hash travels now.
    pub verifier: String,
    /// Where the answer goes.
    pub redirect_uri: String,
    /// Whether the person is to show anew who it is.
    pub is_fresh: bool,
    /// The language of the person.
    pub language: Language,
}

impl std::fmt::Debug for ProviderRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ProviderRequest(…, fresh: {})", self.is_fresh)
    }
}

/// What came back, with what it was asked with.
#[derive(Clone, PartialEq, Eq)]
pub struct ProviderAnswer {
    /// What the provider gave the browser.
    pub code: String,
    /// Who says so (RFC 9207), if anybody.
    pub issuer: Option<String>,
    /// What it was asked with.
    pub asked: ProviderRequest,
    /// When.
    pub asked_at: Time,
    /// Now.
    pub now: Time,
}

impl std::fmt::Debug for ProviderAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ProviderAnswer(…, to {:?})", self.asked)
    }
}

/// Who somebody is, as a provider says and signs. Never a national identity number.
#[derive(Clone, PartialEq, Eq)]
pub struct ShownIdentity {
    /// Whom it calls the person.
    pub subject: String,
    /// The mailbox.
    pub email: Option<EmailAddress>,
    /// Whether it says that it has checked the mailbox.
    pub is_email_verified: bool,
    /// The name.
    pub name: Option<String>,
    /// How sure it is.
    pub assurance: Option<String>,
    /// When the person last showed it who it is, if it tells.
    pub authenticated_at: Option<Time>,
    /// Whom the person chose to represent.
    pub represents: Vec<OrganisationNumber>,
}

impl std::fmt::Debug for ShownIdentity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ShownIdentity(…)")
    }
}

/// The services by which people sign in.
#[async_trait]
pub trait Providers: Send + Sync + std::fmt::Debug {
    /// Those that are set up, in the operator's order.
    fn all(&self) -> &[Provider];
    /// Where to send the browser.
    async fn address(&self, key: &str, asked: &ProviderRequest, now: Time) -> Result<String, SignInFailure>;
    /// Redeems an answer: what it says has been checked when this returns.
    async fn redeem(&self, key: &str, answer: &ProviderAnswer) -> Result<ShownIdentity, SignInFailure>;
}

/// None at all.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProviders;

#[async_trait]
impl Providers for NoProviders {
    fn all(&self) -> &[Provider] {
        &[]
    }

    async fn address(&self, _: &str, _: &ProviderRequest, _: Time) -> Result<String, SignInFailure> {
        Err(SignInFailure::Untrusted)
    }

    async fn redeem(&self, _: &str, _: &ProviderAnswer) -> Result<ShownIdentity, SignInFailure> {
        Err(SignInFailure::Untrusted)
    }
}

/// `<id@host>`: a `Message-ID` of the installation at `public_url`.
pub fn message_id(id: &str, public_url: &str) -> String {
    let host = public_url.split("://").nth(1).unwrap_or(public_url);
    let host = host.split(['/', ':']).next().filter(|h| !h.is_empty()).unwrap_or("localhost");
    format!("<{id}@{host}>")
}
