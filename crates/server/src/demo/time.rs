//! A clock that is set, and a mailer for letters that were never sent.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use chrono::{Datelike, Days, Utc, Weekday};
use chrono_tz::Europe::Oslo;
use domain::ports::{DeliveryError, Mailer, Message};
use mail::FolderMailer;
use types::{Clock, Time};

/// That hour in Norway, on the day of `time` or the Monday after a weekend.
pub(super) fn on_workday(time: Time, hour: u32) -> Time {
    let day = time.with_timezone(&Oslo).date_naive();
    let day = match day.weekday() {
        Weekday::Sat => day + Days::new(2),
        Weekday::Sun => day + Days::new(1),
        _ => day,
    };
    let local = day.and_hms_opt(hour, 0, 0).and_then(|t| t.and_local_timezone(Oslo).earliest());
    local.map_or(time, |t| t.with_timezone(&Utc))
}

/// Stands where it is set.
#[derive(Debug)]
pub(super) struct PastClock(Mutex<Time>);

impl PastClock {
    pub(super) fn new(at: Time) -> Self {
        Self(Mutex::new(at))
    }

    pub(super) fn set(&self, to: Time) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = types::truncate(to);
    }
}

impl Clock for PastClock {
    fn now(&self) -> Time {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps the mails of the last weeks, and lets the older ones go.
#[derive(Debug)]
pub(super) struct PastMailer {
    kept: FolderMailer,
    clock: Arc<PastClock>,
    since: Time,
}

impl PastMailer {
    pub(super) fn new(kept: FolderMailer, clock: Arc<PastClock>, since: Time) -> Self {
        Self { kept, clock, since }
    }
}

#[async_trait]
impl Mailer for PastMailer {
    async fn deliver(&self, message: &Message) -> Result<(), DeliveryError> {
        if self.clock.now() < self.since { Ok(()) } else { self.kept.deliver(message).await }
    }
}
