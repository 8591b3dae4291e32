//! Dates, times of day and durations, as XML Schema writes them.

use chrono::{DateTime, Days, FixedOffset, Months, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::Oslo;
use types::Time;

use super::tree::{Element, Notice, all, first, value};

/// `2024-04-01+02:00`: the date, and its zone if it has one.
fn date_and_zone(text: &str) -> Option<(NaiveDate, Option<FixedOffset>)> {
    let date = text.get(..10)?.parse().ok()?;
    Some((date, zone(&text[10..])?))
}

/// `15:00:00.000Z`.
fn time_and_zone(text: &str) -> Option<(NaiveTime, Option<FixedOffset>)> {
    let end = text.find(['Z', '+', '-']).unwrap_or(text.len());
    let time = text[..end].parse().ok()?;
    Some((time, zone(&text[end..])?))
}

#[expect(clippy::option_option, reason = "no zone and a wrong one differ")]
fn zone(text: &str) -> Option<Option<FixedOffset>> {
    match text {
        "" => Some(None),
        "Z" => Some(FixedOffset::east_opt(0)),
        _ => text.parse().ok().map(Some),
    }
}

/// A date without its zone: the day that the writer meant.
pub(super) fn day(text: &str) -> Option<NaiveDate> {
    date_and_zone(text).map(|(date, _)| date)
}

/// The moment at which a period ends. Without a time it is the end of the
/// day, without a zone it is Norwegian time.
fn moment(date: &str, time: Option<&str>) -> Option<Time> {
    let (date, date_zone) = date_and_zone(date)?;
    let (time, time_zone) = match time {
        Some(text) => time_and_zone(text)?,
        None => (NaiveTime::from_hms_opt(23, 59, 59)?, None),
    };
    let wall = date.and_time(time);
    let moment: DateTime<Utc> = match time_zone.or(date_zone) {
        Some(zone) => zone.from_local_datetime(&wall).single()?.to_utc(),
        None => Oslo.from_local_datetime(&wall).latest()?.to_utc(),
    };
    Some(types::truncate(moment))
}

impl<'a> Notice<'a> {
    /// The earliest end of the periods at the first path that has any: with
    /// several lots, who keeps the first deadline keeps them all.
    pub(super) fn earliest_end(&mut self, paths: &[&str]) -> Option<Time> {
        for path in paths {
            let ends: Vec<_> = all(self.root, path)
                .into_iter()
                .filter_map(|period| {
                    let (date, time) = (first(period, "EndDate")?, first(period, "EndTime"));
                    let end = moment(&value(date), time.map(value).as_deref().filter(|t| !t.is_empty()))?;
                    Some((end, date, time))
                })
                .collect();
            let Some(earliest) = ends.iter().map(|(end, ..)| *end).min() else { continue };
            for (_, date, time) in ends.iter().filter(|(end, ..)| *end == earliest) {
                self.mark(*date);
                self.mark_all(time);
            }
            return Some(earliest);
        }
        None
    }

    /// The first of the dates at a path.
    pub(super) fn earliest_day(&mut self, path: &str) -> Option<NaiveDate> {
        let days: Vec<_> =
            all(self.root, path).into_iter().filter_map(|n| Some((day(&value(n))?, n))).collect();
        let earliest = days.iter().map(|(day, _)| *day).min()?;
        days.iter().filter(|(day, _)| *day == earliest).for_each(|(_, node)| self.mark(*node));
        Some(earliest)
    }

    /// The contract's start and end over all lots. A duration counts from the
    /// start that is given with it; alone it says nothing about dates.
    pub(super) fn period(
        &mut self,
        projects: &[Element<'a>],
    ) -> Option<(Option<NaiveDate>, Option<NaiveDate>)> {
        let (mut starts, mut ends) = (Vec::new(), Vec::new());
        for period in projects.iter().flat_map(|project| all(*project, "PlannedPeriod")) {
            let mut read = |name| {
                let node = first(period, name)?;
                let day = day(&value(node))?;
                self.mark(node);
                Some(day)
            };
            let (start, end) = (read("StartDate"), read("EndDate"));
            let duration = first(period, "DurationMeasure");
            let reckoned = start.zip(duration).and_then(|(start, node)| {
                let end = after(start, &value(node), node.attribute("unitCode")?)?;
                self.mark(node);
                Some(end)
            });
            starts.extend(start);
            ends.extend(end.or(reckoned));
        }
        let (start, end) = (starts.into_iter().min(), ends.into_iter().max());
        (start.is_some() || end.is_some()).then_some((start, end))
    }
}

/// The last day of a duration that begins on `start`.
fn after(start: NaiveDate, count: &str, unit: &str) -> Option<NaiveDate> {
    let count: u32 = count.parse().ok()?;
    let next = match unit {
        "DAY" => start.checked_add_days(Days::new(count.into())),
        "WEEK" => start.checked_add_days(Days::new(u64::from(count) * 7)),
        "MONTH" => start.checked_add_months(Months::new(count)),
        "YEAR" => start.checked_add_months(Months::new(count.checked_mul(12)?)),
        _ => None,
    };
    next?.pred_opt().filter(|end| *end >= start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_honour_their_zone() {
        let at = |date, time| moment(date, time).map(|t| t.to_rfc3339());
        let utc = |text: &str| Some(text.to_owned());
        assert_eq!(at("2024-06-17+00:00", Some("10:00:00+00:00")), utc("2024-06-17T10:00:00+00:00"));
        assert_eq!(at("2024-06-17+02:00", Some("12:00:00+02:00")), utc("2024-06-17T10:00:00+00:00"));
        assert_eq!(at("2024-06-17Z", Some("10:00:00.000Z")), utc("2024-06-17T10:00:00+00:00"));
        assert_eq!(
            at("2024-06-17+02:00", Some("12:00:00")),
            utc("2024-06-17T10:00:00+00:00"),
            "the date's zone"
        );
        assert_eq!(at("2024-06-17", Some("12:00:00")), utc("2024-06-17T10:00:00+00:00"), "summer in Norway");
        assert_eq!(at("2024-01-17", None), utc("2024-01-17T22:59:59+00:00"), "the end of a winter's day");
        for (date, time) in
            [("2024-13-01", None), ("æøå", None), ("2024-06-17X", None), ("2024-06-17", Some("25:00"))]
        {
            assert_eq!(at(date, time), None, "{date} {time:?}");
        }
    }

    #[test]
    fn durations_count_from_the_start() {
        let start = "2027-01-01".parse().expect("a date");
        let end = |count, unit| after(start, count, unit).map(|d| d.to_string());
        assert_eq!(end("24", "MONTH").as_deref(), Some("2028-12-31"));
        assert_eq!(end("4", "YEAR").as_deref(), Some("2030-12-31"));
        assert_eq!(end("1", "DAY").as_deref(), Some("2027-01-01"));
        assert_eq!(end("2", "WEEK").as_deref(), Some("2027-01-14"));
        for (count, unit) in
            [("0", "DAY"), ("x", "DAY"), ("1", "AGE"), ("4294967295", "YEAR"), ("4000000000", "DAY")]
        {
            assert_eq!(end(count, unit), None, "{count} {unit}");
        }
    }
}
