//! Time and randomness as parameters, so that a test can hold both.

use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DurationRound, TimeDelta, Utc};
use uuid::Uuid;

use crate::Time;

/// Tells the time. Nothing else in the product asks the system for it.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// Now, in whole microseconds.
    fn now(&self) -> Time;
}

/// Makes ids and secrets.
pub trait Entropy: Send + Sync + std::fmt::Debug {
    /// Fills `bytes` with randomness fit for secrets.
    fn fill(&self, bytes: &mut [u8]);

    /// The state of [`Entropy::id`].
    fn ticks(&self) -> &Ticks;

    /// A time-ordered id (`UUIDv7`) for the moment `at`: later calls give
    /// larger ids, also within one millisecond, so entries of one command keep
    /// their order (RFC 9562, section 6.2, method 3).
    fn id(&self, at: Time) -> Uuid {
        let mut random = [0_u8; 10];
        self.fill(&mut random);
        let tick = self.ticks().next(u64::try_from(at.timestamp_millis()).unwrap_or(0));
        let counter = (tick & 0xfff).to_be_bytes();
        random[..2].copy_from_slice(&counter[6..]);
        uuid::Builder::from_unix_timestamp_millis(tick >> 12, &random).into_uuid()
    }

    /// A random id (`UUIDv4`) that carries neither time nor order: ballots, and what
    /// is published later than it is made, at a time that nobody is to learn.
    fn random_id(&self) -> Uuid {
        let mut random = [0_u8; 16];
        self.fill(&mut random);
        uuid::Builder::from_random_bytes(random).into_uuid()
    }
}

/// Milliseconds and a 12-bit counter that only grow.
#[derive(Debug, Default)]
pub struct Ticks(AtomicU64);

impl Ticks {
    fn next(&self, millis: u64) -> u64 {
        let now = millis << 12;
        let previous =
            self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(now.max(last + 1)));
        previous.map_or(now, |last| now.max(last + 1))
    }
}

/// The system's clock.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the system")]
    fn now(&self) -> Time {
        truncate(Utc::now())
    }
}

/// The system's randomness.
#[derive(Debug, Default)]
pub struct SystemEntropy(Ticks);

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        rand::Rng::fill_bytes(&mut rand::rng(), bytes);
    }

    fn ticks(&self) -> &Ticks {
        &self.0
    }
}

/// Cuts to whole microseconds: what PostgreSQL and SQLite both give back
/// unchanged, so that a content hash survives the round trip.
pub fn truncate(time: Time) -> Time {
    time.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_within_a_millisecond() {
        let entropy = SystemEntropy::default();
        let at = SystemClock.now();
        let ids: Vec<Uuid> = (0..10_000).map(|_| entropy.id(at)).collect();
        assert!(ids.windows(2).all(|w| w[0] < w[1]));
        assert_eq!(ids[0].get_version_num(), 7);
        assert_eq!(entropy.random_id().get_version_num(), 4);
    }
}
