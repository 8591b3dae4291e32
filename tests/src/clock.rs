//! Time and randomness that a test holds.

use std::sync::Mutex;

use chrono::{TimeDelta, TimeZone};
use types::{Clock, Entropy, Ticks, Time};

/// A clock that stands until it is moved.
#[derive(Debug)]
pub struct TestClock(Mutex<Time>);

impl Default for TestClock {
    fn default() -> Self {
        Self(Mutex::new(chrono::Utc.with_ymd_and_hms(2026, 1, 5, 8, 0, 0).single().unwrap_or_default()))
    }
}

impl TestClock {
    /// Moves it on.
    pub fn advance(&self, by: TimeDelta) {
        *self.0.lock().expect("the clock") += by;
    }

    /// Sets it.
    pub fn set(&self, to: Time) {
        *self.0.lock().expect("the clock") = to;
    }
}

impl Clock for TestClock {
    fn now(&self) -> Time {
        *self.0.lock().expect("the clock")
    }
}

/// The same numbers in each run: `SplitMix64`.
#[derive(Debug, Default)]
pub struct SeededEntropy {
    state: Mutex<u64>,
    ticks: Ticks,
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        let mut state = self.state.lock().expect("the entropy");
        for chunk in bytes.chunks_mut(8) {
            *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = *state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^= z >> 31;
            chunk.copy_from_slice(&z.to_be_bytes()[..chunk.len()]);
        }
    }

    fn ticks(&self) -> &Ticks {
        &self.ticks
    }
}
