//! The words: all there in every language, the same as text and HTML, harmless.

use domain::ports::{FactValue, Letter, Message, Notice};
use mail::{compose, write};
use types::{Clock, Language};

use crate::fixtures::{answered, clock, event, fact, invitation, message, notice, quote, sender, sign_in};

const KINDS: &[&str] = &[
    "need.submitted",
    "need.approved",
    "need.returned",
    "need.published",
    "need.version_published",
    "need.state_changed",
    "need.competition_announced",
    "attachment.added",
    "need.partner_invited",
    "need.partner_answered",
    "need.partner_left",
    "question.asked",
    "question.answered",
    "question.declined",
    "announcement.published",
    "event.announced",
    "event.changed",
    "event.cancelled",
    "event.registered",
    "event.waitlisted",
    "event.promoted",
    "event.withdrawn",
    "event.documented",
    "interest.registered",
    "response.submitted",
    "response.received",
    "response.withdrawn",
    "response.disposed",
    "confidentiality.decided",
    "disclosure.shared",
    "summary.published",
    "survey.opened",
    "survey.released",
    "organisation.claimed",
    "organisation.verified",
    "organisation.suspended",
    "organisation.resumed",
    "membership.requested",
    "membership.approved",
    "membership.declined",
    "membership.removed",
    "role.appointed",
    "token.created",
    "token.taken_over",
    "token.revoked",
    "token.stopped",
    "token.expires_soon",
    "token.expired",
    "webhook.created",
    "webhook.changed",
    "webhook.secret_rotated",
    "webhook.enabled",
    "webhook.stopped",
];

const FACTS: &[&str] = &[
    "deadline",
    "question-deadline",
    "starts-at",
    "ends-at",
    "place",
    "link",
    "competition",
    "registration-deadline",
    "buyer",
    "need",
    "event",
    "reason",
    "outcome",
    "receipt-hash",
    "submitted-at",
    "persons",
    "position",
    "supplier",
    "expected-volume",
    "role",
    "organisation",
    "agenda",
    "token",
    "expires-at",
    "webhook",
    "webhook-host",
    "webhook-stopped",
];

const QUOTES: &[&str] =
    &["question", "answer", "announcement", "reason", "message", "comment", "summary", "change"];

/// What a reader sees of an HTML letter, white space collapsed.
fn visible(html: &str) -> String {
    let (_, body) = html.split_once("<body").expect("a body");
    let mut text = String::new();
    for piece in format!("<body{body}").split('<').skip(1) {
        let (_, words) = piece.split_once('>').expect("tags end");
        text.push(' ');
        text.push_str(words);
    }
    for (entity, sign) in [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")] {
        text = text.replace(entity, sign);
    }
    collapsed(&text)
}

fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn assert_same_words(message: &Message) {
    let words = write(message, &sender());
    let html = visible(&words.html);
    for line in words.text.lines().filter(|l| !l.is_empty() && *l != "-- " && *l != ">") {
        let line = collapsed(line.strip_prefix("> ").unwrap_or(line));
        let seen = html.contains(&line) || html.contains(line.trim_end_matches(':'));
        assert!(seen, "{line:?} is missing in {html}");
    }
}

#[test]
fn every_kind_has_a_letter_in_every_language() {
    for kind in KINDS {
        assert!(mail::has_letter(kind), "{kind}");
        for language in Language::ALL {
            let message = message(*language, Letter::Notice(notice(kind)));
            let words = write(&message, &sender());
            assert!(words.subject.contains("Stillere asfalt"), "{language} {kind}: {}", words.subject);
            for text in [&words.subject, &words.text, &words.html] {
                assert!(!text.contains("mail-"), "{language} {kind} lacks a text: {text}");
            }
            assert_same_words(&message);
        }
    }
    assert!(FACTS.iter().all(|key| mail::has_fact(key)));
    assert!(QUOTES.iter().all(|key| mail::has_quote(key)));
}

/// What befalls an account, as its letters are called.
const SECURITY: [&str; 8] = [
    "new-device",
    "session-copied",
    "signed-out",
    "passkey-added",
    "passkey-removed",
    "passkey-stopped",
    "identity-linked",
    "identity-removed",
];

#[test]
fn security_mail_says_what_befell_and_what_to_do() {
    for language in Language::ALL {
        let at = chrono::DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let device =
            vec![fact("signed-in-at", FactValue::Time(at)), fact("device", FactValue::Text("curl".into()))];
        let passkey =
            vec![fact("passkey", FactValue::Text("curl".into())), fact("signed-in-at", FactValue::Time(at))];
        let identity =
            vec![fact("provider", FactValue::Text("curl".into())), fact("signed-in-at", FactValue::Time(at))];
        let facts_of = |kind: &str| match kind {
            "new-device" => device.clone(),
            "session-copied" | "signed-out" => Vec::new(),
            "identity-linked" | "identity-removed" => identity.clone(),
            _ => passkey.clone(),
        };
        for (kind, facts) in SECURITY.map(|kind| (kind, facts_of(kind))) {
            let curls = facts.len() / 2;
            let url = "https://samspill.example/nb/account/security".into();
            let message = message(*language, Letter::Security { kind: kind.into(), facts, url });
            let words = write(&message, &sender());
            for text in [&words.subject, &words.text, &words.html] {
                assert!(!text.contains("mail-"), "{language} {kind} lacks a text: {text}");
            }
            assert_eq!(words.text.matches("curl").count(), curls);
            assert_same_words(&message);
        }
    }
}

#[test]
fn no_letter_is_without_a_test() {
    let known: Vec<String> =
        KINDS.iter().map(|k| format!("mail-{}-subject", k.replace(['.', '_'], "-"))).collect();
    let others = ["sign-in", "invitation", "other"];
    let others: Vec<String> =
        others.iter().chain(&SECURITY).map(|kind| format!("mail-{kind}-subject")).collect();
    for key in i18n::KEYS.iter().filter(|k| k.starts_with("mail-") && k.ends_with("-subject")) {
        assert!(known.iter().chain(&others).any(|k| k == key), "{key}");
    }
}

#[test]
fn letters_read_well() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../golden");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _bound = settings.bind_to_scope();
    for language in Language::ALL {
        let letters = [
            ("sign-in", sign_in()),
            ("invitation", invitation()),
            ("question-answered", answered()),
            ("event-registered", event("event.registered", false)),
        ];
        for (name, letter) in letters {
            let message = message(*language, letter);
            assert_same_words(&message);
            let words = write(&message, &sender());
            insta::assert_snapshot!(
                format!("{name}-{language}"),
                format!("{}\n\n{}", words.subject, words.text)
            );
        }
    }
}

#[test]
fn an_unknown_kind_gets_a_general_letter() {
    let letter = Notice {
        facts: vec![fact("depth", FactValue::Text("12 m".into()))],
        quotes: vec![quote("poem", "Havet.")],
        ..notice("lighthouse.lit")
    };
    let message = message(Language::En, Letter::Notice(letter));
    let words = write(&message, &sender());
    assert_eq!(words.subject, "News about Stillere asfalt i sentrum");
    assert!(words.text.contains("Fjordvik kommune has news about “Stillere asfalt i sentrum”."));
    assert!(words.text.contains("Information: 12 m\n"), "{}", words.text);
    assert!(words.text.contains("Text:\n> Havet.\n"));
    // The keys of other letters are no kinds.
    assert!(!mail::has_letter("invitation") && !mail::has_letter("sign-in") && !mail::has_letter(""));
}

#[test]
fn html_says_its_language_and_loads_nothing() {
    for language in Language::ALL {
        let html = write(&message(*language, answered()), &sender()).html;
        assert!(html.contains(&format!("<html lang=\"{language}\">")));
        for loader in ["<img", "<link", "<script", "src=", "url(", "@import"] {
            assert!(!html.contains(loader), "{loader}");
        }
    }
}

#[test]
fn security_mail_has_no_settings_and_shows_its_code_once() {
    let words = write(&message(Language::Nb, sign_in()), &sender());
    assert!(!words.text.contains("notifications"));
    assert!(!words.subject.contains("482913"), "the subject shows on locked screens");
    assert_eq!(words.text.matches("482913").count(), 1);
    let one = Letter::SignIn { url: "https://a.example".into(), code: "1".into(), minutes: 1 };
    assert!(write(&message(Language::Nn, one), &sender()).text.contains("i eitt minutt"));
}

#[test]
fn hostile_words_stay_words() {
    let hostile = "<script>alert(1)</script>\r\nBcc: alle@x.example\u{202e}gpj.exe =?utf-8?q?=0d=0a?=";
    let letter = Notice {
        subject: hostile.into(),
        sender: hostile.into(),
        facts: vec![
            fact("place", FactValue::Text(hostile.into())),
            fact("link", FactValue::Text("https://x.example/\"onmouseover=\"alert(1)".into())),
            fact("buyer", FactValue::Text("javascript:alert(1)".into())),
        ],
        quotes: vec![quote("answer", "</blockquote><a href=x>{ $subject }\u{2066}\u{0}")],
        ..notice("question.answered")
    };
    let mut message = message(Language::Nb, Letter::Notice(letter));
    message.to_name = Some("Kari\r\nX-Evil: 1, \"<evil@x.example>".into());
    message.message_id = "<77>\r\nX-Evil: 2".into();
    let words = write(&message, &sender());
    assert!(!words.html.contains("<script") && !words.html.contains("</blockquote><a"));
    assert!(!words.html.contains("\"onmouseover") && !words.html.contains("href=\"javascript"));
    for text in [&words.subject, &words.text, &words.html] {
        assert!(!text.contains(['\u{202e}', '\u{2066}', '\u{0}', '\r']), "{text}");
    }
    assert!(words.text.contains("> </blockquote><a href=x>{ $subject }\n"), "{}", words.text);
    assert_same_words(&message);

    let raw = compose(&message, &sender(), clock().now()).unwrap().formatted();
    let raw = String::from_utf8(raw).unwrap();
    let (head, _) = raw.split_once("\r\n\r\n").unwrap();
    let names: Vec<&str> =
        head.split("\r\n").filter(|l| !l.starts_with(' ')).filter_map(|l| l.split(':').next()).collect();
    let expected = [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "Content-Language",
        "MIME-Version",
        "Content-Type",
    ];
    assert_eq!(names, expected, "{head}");
    assert!(head.contains("Message-ID: <77X-Evil:2>\r\n"), "{head}");
    assert!(head.contains("Date: Mon, 23 Nov 2026 09:30:00 +0000\r\n"), "{head}");
}

#[test]
fn domains_beyond_ascii_go_as_punycode() {
    let mut message = message(Language::Nb, sign_in());
    message.to = "kari@blåbær.example".parse().unwrap();
    let mail = compose(&message, &sender(), clock().now()).unwrap();
    assert_eq!(mail.envelope().to()[0].to_string(), "kari@xn--blbr-roah.example");
}
