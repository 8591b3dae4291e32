//! Rules without IO: when to try again, how to sign, what of an answer is kept.

use chrono::TimeDelta;
use types::{EntryKind, Time, WebhookDeliveryId, WebhookFailure};

use crate::ports::{WebhookAnswer, WebhookFault};

/// The most endpoints that an organisation has at a time.
pub const MOST: usize = 10;
/// So long the secret before signs besides the new one.
pub const OVERLAP: TimeDelta = TimeDelta::hours(24);
/// So long what was told stays in the log.
pub const KEPT: TimeDelta = TimeDelta::days(30);
/// An endpoint at which nothing succeeded for so long is stopped.
pub(super) const FAILS_FOR: TimeDelta = TimeDelta::days(3);
/// The longest wish to wait that is heeded.
const LONGEST_WISH: TimeDelta = TimeDelta::hours(24);
/// The longest that an endpoint that fails is left in peace between two tries.
const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(5);
/// How many characters of an answer are kept.
const EXCERPT: usize = 500;

/// The pauses between tries, in seconds: ten tries over three days and four hours, as the
/// specification has them.
pub const SCHEDULE: [i64; 9] =
    [5, 300, 1_800, 2 * 3_600, 5 * 3_600, 10 * 3_600, 14 * 3_600, 20 * 3_600, 24 * 3_600];

/// The pause after so many tries; none after the last.
pub(super) fn pause_after(attempts: i32) -> Option<TimeDelta> {
    let index = usize::try_from(attempts - 1).ok()?;
    SCHEDULE.get(index).map(|seconds| TimeDelta::seconds(*seconds))
}

/// How long an endpoint is left in peace after so many failures on end: 5 s, 10 s, 20 s …
pub(super) fn peace_after(failures: i32) -> TimeDelta {
    let doublings = u32::try_from(failures.clamp(1, 10) - 1).unwrap_or(0);
    Ord::min(TimeDelta::seconds(5 << doublings), LONGEST_PAUSE)
}

/// `Retry-After`, in seconds or as a date, within bounds.
pub(super) fn wish(answer: &WebhookAnswer, now: Time) -> Option<TimeDelta> {
    if !matches!(answer.status, 429 | 503) {
        return None;
    }
    let text = answer.retry_after.as_deref()?.trim();
    let wish = match text.parse::<u32>() {
        Ok(seconds) => TimeDelta::seconds(seconds.into()),
        Err(_) => chrono::DateTime::parse_from_rfc2822(text).ok()?.to_utc() - now,
    };
    Some(wish.clamp(TimeDelta::seconds(1), LONGEST_WISH))
}

/// Why a try failed, if it did.
pub(super) fn failure(outcome: &Result<WebhookAnswer, WebhookFault>) -> Option<WebhookFailure> {
    match outcome {
        Ok(answer) if (200..300).contains(&answer.status) => None,
        Ok(answer) if (300..400).contains(&answer.status) => Some(WebhookFailure::Redirected),
        Ok(_) => Some(WebhookFailure::Refused),
        Err(WebhookFault::UnknownName) => Some(WebhookFailure::UnknownName),
        Err(WebhookFault::AddressNotAllowed) => Some(WebhookFailure::AddressNotAllowed),
        Err(WebhookFault::TimedOut) => Some(WebhookFailure::TimedOut),
        Err(WebhookFault::NotConnected) => Some(WebhookFailure::NotConnected),
    }
}

/// How an answer began, as one line that harms no page, terminal or log.
pub(super) fn excerpt(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let is_hidden = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    let line: String = line.chars().filter(|c| !is_hidden(*c)).take(EXCERPT).collect();
    (!line.is_empty()).then_some(line)
}

/// What is sent as `webhook-id`.
pub fn message_id(id: WebhookDeliveryId) -> String {
    format!("msg_{}", id.0.simple())
}

/// Kinds from a column; empty is all.
pub fn kinds_of(column: &str) -> Vec<EntryKind> {
    column.split(',').filter_map(|word| word.parse().ok()).collect()
}

/// Kinds for a column, each once, in the order in which the feed has them.
pub(super) fn join_kinds(kinds: &[EntryKind]) -> String {
    let told = crate::changes::TOLD.iter().filter(|kind| kinds.contains(kind));
    told.map(|kind| kind.as_str()).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, retry_after: Option<&str>) -> WebhookAnswer {
        WebhookAnswer { status, retry_after: retry_after.map(str::to_owned), body: Vec::new() }
    }

    #[test]
    fn it_is_tried_for_three_days() {
        let all: i64 = SCHEDULE.iter().sum();
        assert_eq!(all, 75 * 3_600 + 35 * 60 + 5);
        assert_eq!(pause_after(1), Some(TimeDelta::seconds(5)));
        assert_eq!(pause_after(9), Some(TimeDelta::hours(24)));
        assert_eq!(pause_after(10), None);
        assert!(SCHEDULE.is_sorted());
    }

    #[test]
    fn an_endpoint_that_fails_is_left_in_peace_for_five_minutes_at_most() {
        let seconds: Vec<i64> =
            [0, 1, 2, 3, 7, 99].into_iter().map(|n| peace_after(n).num_seconds()).collect();
        assert_eq!(seconds, [5, 5, 10, 20, 300, 300]);
    }

    #[test]
    fn a_wish_to_wait_is_heeded_within_bounds() {
        let now: Time = "2026-01-05T08:00:00Z".parse().unwrap();
        let seconds = |status, text| wish(&answer(status, text), now).map(|w| w.num_seconds());
        assert_eq!(seconds(429, Some("120")), Some(120));
        assert_eq!(seconds(503, Some(" 120 ")), Some(120));
        assert_eq!(seconds(503, Some("Mon, 05 Jan 2026 08:10:00 GMT")), Some(600));
        assert_eq!(seconds(503, Some("0")), Some(1));
        assert_eq!(seconds(503, Some("Mon, 05 Jan 2015 08:10:00 GMT")), Some(1));
        assert_eq!(seconds(503, Some("4000000000")), Some(24 * 3_600));
        for nonsense in ["-1", "soon", "99999999999999999999", ""] {
            assert_eq!(seconds(503, Some(nonsense)), None, "{nonsense}");
        }
        assert_eq!(seconds(500, Some("120")), None);
        assert_eq!(seconds(503, None), None);
    }

    #[test]
    fn an_excerpt_is_one_harmless_line() {
        assert_eq!(excerpt(b"OK\r\n\x1b[2Jdone\0\x07"), Some("OK [2Jdone".to_owned()));
        assert_eq!(excerpt("a\u{202e}b\u{200b}c".as_bytes()), Some("abc".to_owned()));
        assert_eq!(excerpt(&[0xff, 0xfe, b'x']), Some("\u{fffd}\u{fffd}x".to_owned()));
        assert_eq!(excerpt(b" \n "), None);
        assert_eq!(excerpt(&vec![b'x'; 4_096]).unwrap().len(), EXCERPT);
    }
}
