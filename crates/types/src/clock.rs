//! Time and randomness as parameters, so that a test can hold both.

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

    /// A time-ordered id (`UUIDv7`) for the moment `at`.
    fn id(&self, at: Time) -> Uuid {
        let mut random = [0_u8; 10];
        self.fill(&mut random);
        let millis = u64::try_from(at.timestamp_millis()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }

    /// A random id (`UUIDv4`) that carries neither time nor order: ballots.
    fn random_id(&self) -> Uuid {
        let mut random = [0_u8; 16];
        self.fill(&mut random);
        uuid::Builder::from_random_bytes(random).into_uuid()
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
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        rand::Rng::fill_bytes(&mut rand::rng(), bytes);
    }
}

/// Cuts to whole microseconds: what PostgreSQL and SQLite both give back
/// unchanged, so that a content hash survives the round trip.
pub fn truncate(time: Time) -> Time {
    time.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(time)
}
