//! Puts a message in words: the same blocks in the same order, as text and HTML.

use askama::Template;
use domain::ports::{Fact, FactValue, Letter, Message, Notice};
use i18n::{FluentValue, Texts};
use types::Language;

use crate::Sender;
use crate::plain::{header, line, paragraphs};

/// A letter in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The subject, one line.
    pub subject: String,
    /// The letter as plain text, lines ended by `\n`.
    pub text: String,
    /// The letter as an HTML document.
    pub html: String,
}

/// What stands in a letter, top to bottom.
#[derive(Debug, Template)]
#[template(path = "letter.html")]
struct Page {
    language: Language,
    service: String,
    subject: String,
    greeting: String,
    intro: String,
    /// Label and short code.
    code: Option<(String, String)>,
    facts: Vec<Row>,
    quotes: Vec<Row>,
    button: String,
    url: String,
    link_hint: String,
    notes: Vec<String>,
    automatic: String,
    /// Where the recipient chooses their mail; absent in security mail, which
    /// can't be turned off.
    settings: Option<(String, String)>,
}

/// A label with its value.
#[derive(Debug)]
struct Row {
    label: String,
    value: String,
}

impl Row {
    fn is_link(&self) -> bool {
        let rest = self.value.strip_prefix("https://").or_else(|| self.value.strip_prefix("http://"));
        rest.is_some_and(|r| !r.is_empty() && !r.contains(char::is_whitespace))
    }
}

/// Writes `message` in the recipient's language.
pub fn write(message: &Message, from: &Sender) -> Written {
    let texts = Texts::of(message.language);
    let mut page = match &message.letter {
        Letter::SignIn { url, code, minutes } => sign_in(texts, from, url, code, *minutes),
        Letter::Invitation { organisation, inviter, url, expires_at } => {
            let mut page = Page::new(texts, from, url);
            let (organisation, inviter) = (line(organisation), line(inviter));
            page.subject = texts.mail_invitation_subject(organisation.clone());
            page.intro = texts.mail_invitation_intro(inviter, organisation, page.service.clone());
            page.button = texts.mail_invitation_button();
            page.facts.push(Row { label: texts.mail_invitation_expires(), value: texts.moment(*expires_at) });
            page.notes.push(texts.mail_invitation_ignore());
            page
        }
        Letter::Security { kind, facts, url } => security(texts, from, kind, facts, url),
        Letter::Notice(notice) => self::notice(texts, from, notice),
    };
    page.subject = header(&page.subject);
    if let Some(name) = message.to_name.as_deref().map(line).filter(|n| !n.is_empty()) {
        page.greeting = texts.mail_greeting(name);
    }
    // Rendering into a String fails only where a value's Display does; none does.
    let html = page.render().unwrap_or_default();
    Written { text: page.text(), html, subject: page.subject }
}

fn sign_in(texts: Texts, from: &Sender, url: &str, code: &str, minutes: u32) -> Page {
    let mut page = Page::new(texts, from, url);
    page.subject = texts.mail_sign_in_subject(page.service.clone());
    page.intro = texts.mail_sign_in_intro();
    page.code = Some((texts.mail_sign_in_code(), line(code)));
    page.button = texts.mail_sign_in_button();
    page.notes = vec![texts.mail_sign_in_validity(minutes), texts.mail_sign_in_ignore()];
    page
}

fn security(texts: Texts, from: &Sender, kind: &str, facts: &[Fact], url: &str) -> Page {
    let mut page = Page::new(texts, from, url);
    let service = page.service.clone();
    let say = |part: &str| {
        texts.get(&format!("mail-{kind}-{part}"), [("service", FluentValue::from(service.clone()))])
    };
    page.subject = say("subject");
    page.intro = say("intro");
    page.button = say("button");
    page.notes = vec![say("note")];
    page.facts = rows(texts, facts);
    page
}

fn rows(texts: Texts, facts: &[Fact]) -> Vec<Row> {
    let row = |fact: &Fact| Row {
        label: label(texts, "mail-fact", &fact.key),
        value: match &fact.value {
            FactValue::Text(text) => paragraphs(text),
            FactValue::Time(time) => texts.moment(*time),
            FactValue::Key(key) => line(&texts.get(key, [])),
        },
    };
    facts.iter().map(row).filter(|row| !row.value.is_empty()).collect()
}

fn notice(texts: Texts, from: &Sender, notice: &Notice) -> Page {
    let key = letter_key(&notice.kind);
    let mut page = Page::new(texts, from, &notice.url);
    let subject = line(&notice.subject);
    let sender = Some(line(&notice.sender)).filter(|s| !s.is_empty()).unwrap_or_else(|| page.service.clone());
    let say = |part: &str| {
        let values = [("subject", FluentValue::from(subject.clone())), ("sender", sender.clone().into())];
        texts.get(&format!("{key}-{part}"), values)
    };
    page.subject = say("subject");
    page.intro = say("intro");
    page.button = say("button");
    page.facts = rows(texts, &notice.facts);
    page.quotes = notice
        .quotes
        .iter()
        .map(|quote| Row { label: label(texts, "mail-quote", &quote.key), value: paragraphs(&quote.text) })
        .filter(|row| !row.value.is_empty())
        .collect();
    page.settings = Some((texts.mail_footer_settings(), from.settings_url.clone()));
    page
}

impl Page {
    fn new(texts: Texts, from: &Sender, url: &str) -> Self {
        let service = line(&from.name);
        Self {
            language: texts.language(),
            subject: String::new(),
            greeting: texts.mail_greeting_nameless(),
            intro: String::new(),
            code: None,
            facts: Vec::new(),
            quotes: Vec::new(),
            button: String::new(),
            url: line(url),
            link_hint: texts.mail_link_hint(),
            notes: Vec::new(),
            automatic: texts.mail_footer_automatic(service.clone()),
            service,
            settings: None,
        }
    }

    fn text(&self) -> String {
        let mut blocks = vec![self.greeting.clone(), self.intro.clone()];
        blocks.extend(self.code.iter().map(|(label, code)| format!("{label}: {code}")));
        let facts: Vec<String> = self
            .facts
            .iter()
            .map(|Row { label, value }| {
                let gap = if value.contains('\n') { "\n" } else { " " };
                format!("{label}:{gap}{value}")
            })
            .collect();
        if !facts.is_empty() {
            blocks.push(facts.join("\n"));
        }
        blocks.extend(self.quotes.iter().map(|Row { label, value }| {
            let quoted: Vec<String> = value.lines().map(|l| format!("> {l}").trim_end().to_owned()).collect();
            format!("{label}:\n{}", quoted.join("\n"))
        }));
        blocks.push(format!("{}:\n{}", self.button, self.url));
        blocks.extend(self.notes.iter().cloned());
        let settings = self.settings.iter().map(|(text, url)| format!("\n{text}\n{url}"));
        // "-- " begins a signature, which programs grey out and leave out of replies.
        blocks.push(format!("-- \n{}{}", self.automatic, settings.collect::<String>()));
        let mut text = blocks.join("\n\n");
        text.push('\n');
        text
    }
}

fn knows(key: &str) -> bool {
    i18n::KEYS.binary_search(&key).is_ok()
}

/// Where the texts of a kind begin; a kind without texts of its own gets the
/// general letter rather than none.
fn letter_key(kind: &str) -> String {
    if has_letter(kind) { notice_key(kind) } else { "mail-other".to_owned() }
}

fn notice_key(kind: &str) -> String {
    format!("mail-{}", kind.replace(['.', '_'], "-"))
}

fn label(texts: Texts, group: &str, key: &str) -> String {
    let own = label_key(group, key);
    if knows(&own) { texts.get(&own, []) } else { texts.word(group, "other") }
}

fn label_key(group: &str, key: &str) -> String {
    format!("{group}-{}", key.replace('_', "-"))
}

/// Whether notices of `kind` (`question.answered`) have a letter of their own.
/// Kinds have a dot; `invitation` is no kind.
pub fn has_letter(kind: &str) -> bool {
    kind.contains('.') && knows(&format!("{}-subject", notice_key(kind)))
}

/// Whether the fact `key` (`starts-at`) has a label of its own.
pub fn has_fact(key: &str) -> bool {
    knows(&label_key("mail-fact", key))
}

/// Whether the quote `key` (`answer`) has a label of its own.
pub fn has_quote(key: &str) -> bool {
    knows(&label_key("mail-quote", key))
}
