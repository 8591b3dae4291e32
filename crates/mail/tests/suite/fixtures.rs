//! A sender, a clock that stands, and letters to send.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{TimeDelta, TimeZone, Utc};
use domain::ports::{Calendar, Fact, FactValue, Letter, Message, Notice, Quote};
use mail::Sender;
use types::{Clock, Language, Time};

/// A clock that moves only when told.
#[derive(Debug, Default)]
pub(crate) struct Standing(AtomicI64);

impl Standing {
    pub(crate) fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Clock for Standing {
    fn now(&self) -> Time {
        let start = Utc.with_ymd_and_hms(2026, 11, 23, 9, 30, 0).unwrap();
        start + TimeDelta::seconds(self.0.load(Ordering::Relaxed))
    }
}

pub(crate) fn clock() -> Arc<Standing> {
    Arc::default()
}

pub(crate) fn sender() -> Sender {
    Sender {
        name: "Samspill".into(),
        address: "ikke-svar@samspill.example".parse().unwrap(),
        settings_url: "https://samspill.example/me/notifications".into(),
    }
}

pub(crate) fn message(language: Language, letter: Letter) -> Message {
    Message {
        message_id: "0193a1b2-entry-77@samspill.example".into(),
        to: "kari@verksted.example".parse().unwrap(),
        to_name: Some("Kari Ødegård".into()),
        language,
        letter,
    }
}

pub(crate) fn notice(kind: &str) -> Notice {
    Notice {
        kind: kind.into(),
        subject: "Stillere asfalt i sentrum".into(),
        sender: "Fjordvik kommune".into(),
        quotes: Vec::new(),
        facts: Vec::new(),
        url: "https://samspill.example/needs/stillere-asfalt".into(),
        calendar: None,
    }
}

pub(crate) fn fact(key: &str, value: FactValue) -> Fact {
    Fact { key: key.into(), value }
}

pub(crate) fn quote(key: &str, text: &str) -> Quote {
    Quote { key: key.into(), text: text.into() }
}

pub(crate) fn sign_in() -> Letter {
    Letter::SignIn {
        url: "https://samspill.example/login/link?t=Qm9rLXZpc2t1&x=1".into(),
        code: "482913".into(),
        minutes: 10,
    }
}

pub(crate) fn invitation() -> Letter {
    Letter::Invitation {
        organisation: "Fjordvik kommune".into(),
        inviter: "Ola Tveit".into(),
        url: "https://samspill.example/invitations/8fk2".into(),
        expires_at: Utc.with_ymd_and_hms(2026, 12, 1, 11, 0, 0).unwrap(),
    }
}

pub(crate) fn answered() -> Letter {
    Letter::Notice(Notice {
        quotes: vec![
            quote("question", "Skal dekket tåle piggdekk?\r\n\r\nOg hvor lenge?"),
            quote("answer", "Ja.\n- minst fem vintre\n- målt etter to"),
        ],
        facts: vec![
            fact("question_deadline", FactValue::Time(Utc.with_ymd_and_hms(2026, 12, 4, 11, 0, 0).unwrap())),
            fact("buyer", FactValue::Text("Fjordvik kommune".into())),
        ],
        ..notice("question.answered")
    })
}

/// A registration with a place, a link, an agenda and a calendar part.
pub(crate) fn event(kind: &str, cancelled: bool) -> Letter {
    let starts_at = Utc.with_ymd_and_hms(2027, 1, 13, 8, 0, 0).unwrap();
    let ends_at = Utc.with_ymd_and_hms(2027, 1, 13, 10, 30, 0).unwrap();
    let url = "https://samspill.example/events/stille-asfalt";
    Letter::Notice(Notice {
        subject: "Dialogkonferanse om stillere asfalt".into(),
        facts: vec![
            fact("starts-at", FactValue::Time(starts_at)),
            fact("ends-at", FactValue::Time(ends_at)),
            fact("place", FactValue::Text("Rådhuset i Fjordvik, sal 2".into())),
            fact("link", FactValue::Text("https://video.example/rom/7741?kode=a&b=c".into())),
            fact("persons", FactValue::Text("2".into())),
            fact("agenda", FactValue::Text("09.00 Velkommen\n09.15 Behovet\n10.00 Samtale".into())),
        ],
        url: url.into(),
        calendar: Some(Calendar {
            uid: "event-5512@samspill.example".into(),
            sequence: 2,
            cancelled,
            summary: "Dialogkonferanse om stillere asfalt".into(),
            description: "Fjordvik kommune inviterer.".into(),
            location: "Rådhuset i Fjordvik, sal 2".into(),
            url: url.into(),
            starts_at,
            ends_at,
            stamped_at: Utc.with_ymd_and_hms(2026, 11, 23, 9, 0, 0).unwrap(),
            organiser: ("Fjordvik kommune".into(), "ikke-svar@samspill.example".into()),
        }),
        ..notice(kind)
    })
}
