//! Events for people's calendars (RFC 5545), as parts of mails (iTIP, RFC
//! 5546) and as a feed to subscribe to.
//!
//! Times are written in Europe/Oslo with its rules beside them, so that a
//! calendar shows them right without knowing the zone. The text depends on
//! its input only: the same revision renders to the same bytes.

use chrono::{Offset, TimeZone};
use chrono_tz::Europe::Oslo;
use domain::ports::Calendar;
use icalendar::{CalendarDateTime, Component, DatePerhapsTime, Event, EventLike, EventStatus, Property};
use types::{EmailAddress, Time};

/// The rules of Norwegian time since 1996: the last Sundays of March and October.
const EUROPE_OSLO: &str = "BEGIN:VTIMEZONE\r\n\
    TZID:Europe/Oslo\r\n\
    BEGIN:DAYLIGHT\r\n\
    DTSTART:19960331T020000\r\n\
    TZOFFSETFROM:+0100\r\n\
    TZOFFSETTO:+0200\r\n\
    TZNAME:CEST\r\n\
    RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n\
    END:DAYLIGHT\r\n\
    BEGIN:STANDARD\r\n\
    DTSTART:19961027T030000\r\n\
    TZOFFSETFROM:+0200\r\n\
    TZOFFSETTO:+0100\r\n\
    TZNAME:CET\r\n\
    RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\n\
    END:STANDARD\r\n\
    END:VTIMEZONE\r\n";

/// One event as an iTIP message: `METHOD:REQUEST`, or `CANCEL` once it is cancelled.
pub fn render(calendar: &Calendar) -> String {
    document(method(calendar), None, [event(calendar, None)])
}

/// The same for one recipient, who is named as its attendee: RFC 5546 wants
/// one, and some calendars file the event only if they find their owner in it.
pub fn render_for(calendar: &Calendar, attendee: &EmailAddress) -> String {
    document(method(calendar), None, [event(calendar, Some(attendee))])
}

/// Many events as a feed, `METHOD:PUBLISH`, under a name that calendars show.
pub fn render_feed(events: &[Calendar], name: &str) -> String {
    document("PUBLISH", Some(name), events.iter().map(|calendar| event(calendar, None)))
}

const fn method(calendar: &Calendar) -> &'static str {
    if calendar.cancelled { "CANCEL" } else { "REQUEST" }
}

fn document(method: &str, name: Option<&str>, events: impl IntoIterator<Item = String>) -> String {
    let mut text = String::from("BEGIN:VCALENDAR\r\n");
    let mut push = |key: &str, value: &str| text.push_str(&line(&Property::new(key, value)));
    push("VERSION", "2.0");
    push("PRODID", "-//Samspill//Samspill//NO");
    push("CALSCALE", "GREGORIAN");
    push("METHOD", method);
    if let Some(name) = name {
        push("X-WR-CALNAME", &one_line(name));
        push("X-PUBLISHED-TTL", "PT1H");
    }
    text.push_str(EUROPE_OSLO);
    text.extend(events);
    text.push_str("END:VCALENDAR\r\n");
    text
}

fn event(calendar: &Calendar, attendee: Option<&EmailAddress>) -> String {
    let mut event = Event::with_uid(&one_line(&calendar.uid));
    event
        .sequence(calendar.sequence)
        .timestamp(calendar.stamped_at)
        .starts(in_oslo(calendar.starts_at))
        .ends(in_oslo(calendar.ends_at))
        .summary(&one_line(&calendar.summary))
        .status(if calendar.cancelled { EventStatus::Cancelled } else { EventStatus::Confirmed });
    let description = lines(&calendar.description);
    if !description.is_empty() {
        event.description(&description);
    }
    let location = one_line(&calendar.location);
    if !location.is_empty() {
        event.location(&location);
    }
    let url = one_line(&calendar.url);
    if !url.is_empty() {
        event.url(&url);
    }
    let (name, address) = &calendar.organiser;
    event.append_property(party("ORGANIZER", address, &[("CN", &parameter(name))]));
    if let Some(attendee) = attendee {
        let address = attendee.as_str();
        event.append_property(party(
            "ATTENDEE",
            address,
            &[("PARTSTAT", "ACCEPTED"), ("ROLE", "REQ-PARTICIPANT"), ("RSVP", "FALSE")],
        ));
    }
    event.try_into_string().unwrap_or_default()
}

fn party(key: &str, address: &str, parameters: &[(&str, &str)]) -> Property {
    let mut property = Property::new(key, format!("mailto:{}", one_line(address).replace(' ', "")));
    for (name, value) in parameters.iter().filter(|(_, value)| !value.is_empty()) {
        property.add_parameter(name, value);
    }
    property.done()
}

/// Wall-clock time in Norway, or UTC in the one hour of October that the clock
/// shows twice, which a zone's name can't tell apart.
fn in_oslo(time: Time) -> DatePerhapsTime {
    let local = time.with_timezone(&Oslo);
    let wall = local.naive_local();
    let is_plain =
        Oslo.from_local_datetime(&wall).single().is_some_and(|t| t.offset().fix() == local.offset().fix());
    let written = if is_plain {
        CalendarDateTime::WithTimezone { date_time: wall, tzid: Oslo.name().to_owned() }
    } else {
        CalendarDateTime::Utc(time)
    };
    written.into()
}

fn line(property: &Property) -> String {
    property.clone().try_into().unwrap_or_default()
}

/// Line breaks as `\n` and no other control character, so that nobody's text
/// can begin a line of the calendar.
fn lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    text.chars().filter(|c| *c == '\n' || !c.is_control()).collect::<String>().trim().to_owned()
}

fn one_line(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A parameter's value, which knows no escape for the quotation mark.
fn parameter(text: &str) -> String {
    one_line(text).replace('"', "'")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Time {
        text.parse().expect("a time")
    }

    fn conference() -> Calendar {
        Calendar {
            uid: "event-1@samspill.example".to_owned(),
            sequence: 2,
            cancelled: false,
            summary: "Dialogkonferanse: velferdsteknologi".to_owned(),
            description: "Agenda:\nBehov, spørsmål; en-til-en".to_owned(),
            location: "Rådhuset, møterom 3".to_owned(),
            url: "https://samspill.example/needs/1?tab=events,all".to_owned(),
            starts_at: at("2027-01-14T08:00:00.250Z"),
            ends_at: at("2027-01-14T11:00:00Z"),
            stamped_at: at("2026-11-23T12:00:00Z"),
            organiser: ("Fjordvik kommune: \"innkjøp\"".to_owned(), "innkjop@fjordvik.example".to_owned()),
        }
    }

    /// Lines as they were before folding.
    fn unfolded(text: &str) -> Vec<String> {
        text.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn a_request_says_all_that_a_calendar_needs() {
        let text = render(&conference());
        let lines = unfolded(&text);
        for expected in [
            "METHOD:REQUEST",
            "UID:event-1@samspill.example",
            "SEQUENCE:2",
            "DTSTAMP:20261123T120000Z",
            "DTSTART;TZID=Europe/Oslo:20270114T090000",
            "DTEND;TZID=Europe/Oslo:20270114T120000",
            "STATUS:CONFIRMED",
            "SUMMARY:Dialogkonferanse: velferdsteknologi",
            "DESCRIPTION:Agenda:\\nBehov\\, spørsmål\\; en-til-en",
            "LOCATION:Rådhuset\\, møterom 3",
            "URL:https://samspill.example/needs/1?tab=events,all",
            "ORGANIZER;CN=\"Fjordvik kommune: 'innkjøp'\":mailto:innkjop@fjordvik.example",
        ] {
            assert_eq!(lines.iter().filter(|l| *l == expected).count(), 1, "{expected}\n{text}");
        }
        assert_eq!(lines.iter().filter(|l| l.starts_with("UID:")).count(), 1, "none for the zone");
        assert_eq!(lines.iter().filter(|l| l.starts_with("DTSTAMP:")).count(), 1);
        assert_eq!(text, render(&conference()), "the same bytes every time");
    }

    #[test]
    fn others_read_it_back() {
        let parsed: icalendar::Calendar = render(&conference()).parse().expect("valid");
        let event = parsed.events().next().expect("one event");
        assert_eq!(event.get_summary(), Some("Dialogkonferanse: velferdsteknologi"));
        assert_eq!(event.get_description(), Some("Agenda:\nBehov, spørsmål; en-til-en"));
        assert_eq!(event.get_sequence(), Some(2));
    }

    #[test]
    fn a_cancellation_keeps_the_uid() {
        let text = render(&Calendar { cancelled: true, sequence: 3, ..conference() });
        let lines = unfolded(&text);
        for expected in ["METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:3", "UID:event-1@samspill.example"] {
            assert!(lines.iter().any(|l| l == expected), "{expected}");
        }
    }

    #[test]
    fn the_recipient_is_the_attendee() {
        let address = "kari@firma.example".parse().expect("valid");
        let lines = unfolded(&render_for(&conference(), &address));
        assert!(
            lines.contains(
                &"ATTENDEE;PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT;RSVP=FALSE:mailto:kari@firma.example"
                    .to_owned()
            )
        );
    }

    #[test]
    fn summer_and_winter_show_the_clock_of_the_day() {
        let starts = |time: &str| {
            let text = render(&Calendar { starts_at: at(time), ..conference() });
            unfolded(&text)
                .into_iter()
                .find(|l| l.starts_with("DTSTART") && l.contains("2027"))
                .expect("a start")
        };
        assert_eq!(starts("2027-07-01T07:00:00Z"), "DTSTART;TZID=Europe/Oslo:20270701T090000");
        assert_eq!(starts("2027-12-01T08:00:00Z"), "DTSTART;TZID=Europe/Oslo:20271201T090000");
        assert_eq!(starts("2027-10-31T00:30:00Z"), "DTSTART:20271031T003000Z", "02:30, the first time");
        assert_eq!(starts("2027-10-31T01:30:00Z"), "DTSTART:20271031T013000Z", "02:30, the second time");
        assert_eq!(starts("2027-10-31T02:30:00Z"), "DTSTART;TZID=Europe/Oslo:20271031T033000");
    }

    #[test]
    fn nobody_injects_a_line() {
        let evil = "Møte\r\nATTENDEE:mailto:x@evil.example\rX-A:1\nX-B:2\u{2028}\u{0}\u{b}END:VEVENT";
        let calendar = Calendar {
            uid: evil.to_owned(),
            summary: evil.to_owned(),
            description: evil.to_owned(),
            location: evil.to_owned(),
            url: evil.to_owned(),
            organiser: (evil.to_owned(), evil.to_owned()),
            ..conference()
        };
        for text in [render(&calendar), render_feed(&[calendar], evil)] {
            let lines = unfolded(&text);
            for start in ["ATTENDEE", "X-A", "X-B"] {
                assert!(!lines.iter().any(|l| l.starts_with(start)), "{start}\n{text}");
            }
            assert_eq!(lines.iter().filter(|l| *l == "END:VEVENT").count(), 1);
            assert!(!text.replace("\r\n", "").contains(char::is_control), "no stray control character");
        }
    }

    #[test]
    fn lines_end_in_crlf_and_fold_at_75_bytes() {
        let long = "Blåbærsyltetøy på øya, ".repeat(60);
        let text = render(&Calendar { description: long.clone(), ..conference() });
        assert!(text.ends_with("END:VCALENDAR\r\n"));
        for line in text.split_terminator("\r\n") {
            assert!(line.len() <= 75, "{} bytes: {line}", line.len());
            assert!(!line.contains('\n'));
        }
        let parsed: icalendar::Calendar = text.parse().expect("valid");
        assert_eq!(
            parsed.events().next().and_then(|e| e.get_description().map(str::to_owned)),
            Some(long.trim().to_owned())
        );
    }

    #[test]
    fn a_feed_holds_all_under_its_name() {
        let other = Calendar { uid: "event-2@samspill.example".to_owned(), cancelled: true, ..conference() };
        let lines = unfolded(&render_feed(&[conference(), other], "Behov, Fjordvik"));
        let count = |line: &str| lines.iter().filter(|l| *l == line).count();
        assert_eq!(count("METHOD:PUBLISH"), 1);
        assert_eq!(count("X-WR-CALNAME:Behov\\, Fjordvik"), 1);
        assert_eq!(count("BEGIN:VEVENT"), 2);
        assert_eq!(count("BEGIN:VTIMEZONE"), 1);
        assert_eq!(count("STATUS:CANCELLED"), 1);
        assert_eq!(unfolded(&render_feed(&[], "Tom")).last().map(String::as_str), Some("END:VCALENDAR"));
    }
}
