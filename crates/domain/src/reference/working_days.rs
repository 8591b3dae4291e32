//! Working days in Norway: Monday to Friday, without the public holidays.

use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};

/// Easter Sunday by the Gregorian computus (Meeus, Jones and Butcher).
#[expect(clippy::many_single_char_names, reason = "the letters of the published algorithm")]
fn easter(year: i32) -> Option<NaiveDate> {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    NaiveDate::from_ymd_opt(year, u32::try_from(n / 31).ok()?, u32::try_from(n % 31 + 1).ok()?)
}

/// Whether people are at work that day.
pub fn is_working_day(day: NaiveDate) -> bool {
    if matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
        return false;
    }
    if matches!((day.month(), day.day()), (1 | 5, 1) | (5, 17) | (12, 25 | 26)) {
        return false;
    }
    // Maundy Thursday, Good Friday, Easter Monday, Ascension Day, Whit Monday.
    let after_easter = easter(day.year()).map(|e| (day - e).num_days());
    !matches!(after_easter, Some(-3 | -2 | 1 | 39 | 50))
}

/// The day that is `count` working days after `day`.
pub fn working_days_after(day: NaiveDate, count: u32) -> NaiveDate {
    let (mut at, mut left) = (day, count);
    while left > 0 {
        at += TimeDelta::days(1);
        left -= u32::from(is_working_day(at));
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn easter_falls_where_the_almanac_has_it() {
        for (year, sunday) in
            [(2024, "2024-03-31"), (2025, "2025-04-20"), (2026, "2026-04-05"), (2038, "2038-04-25")]
        {
            assert_eq!(easter(year), Some(day(sunday)));
        }
    }

    #[test]
    fn weekends_and_holidays_do_not_count() {
        assert_eq!(working_days_after(day("2026-01-05"), 5), day("2026-01-12"));
        // Wednesday before Easter: Thursday, Friday and Monday are off.
        assert_eq!(working_days_after(day("2026-04-01"), 1), day("2026-04-07"));
        // Ascension Day, Constitution Day (a Sunday) and Whit Monday.
        assert_eq!(working_days_after(day("2026-05-13"), 7), day("2026-05-26"));
        assert_eq!(working_days_after(day("2026-12-23"), 2), day("2026-12-28"));
    }
}
