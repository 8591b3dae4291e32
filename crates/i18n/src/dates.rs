//! Dates, times and numbers as people write them, in Europe/Oslo.

use chrono::{Datelike, NaiveDate, Timelike};
use chrono_tz::Europe::Oslo;
use types::{Language, Money, Time};

use crate::Texts;

const MONTHS_NO: [&str; 12] = [
    "januar",
    "februar",
    "mars",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "desember",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [[&str; 3]; 7] = [
    ["mandag", "måndag", "Monday"],
    ["tirsdag", "tysdag", "Tuesday"],
    ["onsdag", "onsdag", "Wednesday"],
    ["torsdag", "torsdag", "Thursday"],
    ["fredag", "fredag", "Friday"],
    ["lørdag", "laurdag", "Saturday"],
    ["søndag", "søndag", "Sunday"],
];

/// A moment, behind any number of references: templates hand them over so.
pub trait Moment {
    /// The moment.
    fn time(&self) -> Time;
}

impl Moment for Time {
    fn time(&self) -> Time {
        *self
    }
}

impl<T: Moment + ?Sized> Moment for &T {
    fn time(&self) -> Time {
        (**self).time()
    }
}

/// A calendar day, behind any number of references.
pub trait Day {
    /// The day.
    fn date(&self) -> NaiveDate;
}

impl Day for NaiveDate {
    fn date(&self) -> NaiveDate {
        *self
    }
}

impl<T: Day + ?Sized> Day for &T {
    fn date(&self) -> NaiveDate {
        (**self).date()
    }
}

impl Texts {
    /// `23. november 2026`.
    pub fn date(self, time: impl Moment) -> String {
        let time = time.time();
        self.day(time.with_timezone(&Oslo).date_naive())
    }

    /// `23. november 2026`, of a calendar day.
    pub fn day(self, date: impl Day) -> String {
        let date = date.date();
        let month = date.month0() as usize;
        match self.language() {
            Language::En => format!("{} {} {}", date.day(), MONTHS_EN[month], date.year()),
            Language::Nb | Language::Nn => format!("{}. {} {}", date.day(), MONTHS_NO[month], date.year()),
        }
    }

    /// `mandag 23. november 2026 kl. 14.30`: what a deadline needs, weekday
    /// first, always in Norwegian time.
    pub fn moment(self, time: impl Moment) -> String {
        let time = time.time();
        let local = time.with_timezone(&Oslo);
        let weekday = local.weekday().num_days_from_monday() as usize;
        let date = self.day(local.date_naive());
        match self.language() {
            Language::En => format!("{} {date}, {:02}:{:02}", DAYS[weekday][2], local.hour(), local.minute()),
            Language::Nb => {
                format!("{} {date} kl. {:02}.{:02}", DAYS[weekday][0], local.hour(), local.minute())
            }
            Language::Nn => {
                format!("{} {date} kl. {:02}.{:02}", DAYS[weekday][1], local.hour(), local.minute())
            }
        }
    }

    /// `14.30` (`14:30` in English).
    pub fn hour(self, time: impl Moment) -> String {
        let time = time.time();
        let local = time.with_timezone(&Oslo);
        let sign = if self.language() == Language::En { ':' } else { '.' };
        format!("{:02}{sign}{:02}", local.hour(), local.minute())
    }

    /// The value of an `<input type="datetime-local">`, in Norwegian time.
    pub fn input_moment(self, time: impl Moment) -> String {
        let time = time.time();
        time.with_timezone(&Oslo).format("%Y-%m-%dT%H:%M").to_string()
    }

    /// `1 250 000` with no-break spaces (`1,250,000` in English).
    pub fn number(self, number: i64) -> String {
        let digits = number.unsigned_abs().to_string();
        let sign = if self.language() == Language::En { "," } else { "\u{a0}" };
        let mut out = String::new();
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                out.push_str(sign);
            }
            out.push(digit);
        }
        if number < 0 { format!("−{out}") } else { out }
    }

    /// `2 000 000 kr` or `EUR 2,000,000`.
    pub fn money(self, money: &Money) -> String {
        let number = self.number(money.amount);
        match (self.language(), money.currency.as_str()) {
            (Language::Nb | Language::Nn, "NOK") => format!("{number}\u{a0}kr"),
            (_, currency) => format!("{currency}\u{a0}{number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    #[test]
    fn moments_are_norwegian_summer_and_winter() {
        let winter = chrono::Utc.with_ymd_and_hms(2026, 11, 23, 13, 30, 0).unwrap();
        let summer = chrono::Utc.with_ymd_and_hms(2026, 6, 6, 13, 5, 0).unwrap();
        assert_eq!(Texts::of(Language::Nb).moment(winter), "mandag 23. november 2026 kl. 14.30");
        assert_eq!(Texts::of(Language::Nn).moment(summer), "laurdag 6. juni 2026 kl. 15.05");
        assert_eq!(Texts::of(Language::En).moment(winter), "Monday 23 November 2026, 14:30");
        assert_eq!(Texts::of(Language::Nb).input_moment(summer), "2026-06-06T15:05");
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(Texts::of(Language::Nb).number(1_250_000), "1\u{a0}250\u{a0}000");
        assert_eq!(Texts::of(Language::En).number(-999), "−999");
        let value = Money { amount: 2_000_000, currency: "NOK".into() };
        assert_eq!(Texts::of(Language::Nn).money(&value), "2\u{a0}000\u{a0}000\u{a0}kr");
    }
}
