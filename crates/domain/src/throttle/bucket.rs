//! One caller's bucket, as a node sees it.
//!
//! How full it is, is one moment: the one at which it will be empty if nothing
//! more is put in. So an empty bucket is a moment that has passed, and time
//! needs no bookkeeping.

use std::sync::{Arc, Mutex, PoisonError};

use super::store;
use crate::App;

/// How large a bucket is, and how fast it empties.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Allowance {
    /// Points that it holds; 0 is no limit.
    pub points: u32,
    /// Points that come back in a second.
    pub rate: u32,
}

impl Allowance {
    /// So many points a node lets through before it tells the others.
    pub const fn portion(self) -> u32 {
        let portion = self.points / 20;
        if portion == 0 { 1 } else { portion }
    }

    /// How long it takes to restore points, in microseconds.
    fn time_of(self, points: i64) -> i64 {
        points.saturating_mul(1_000_000) / i64::from(self.rate.max(1))
    }
}

/// How a caller stands, as `extensions.cost.throttleStatus` tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// Points that there are at most.
    pub maximum_available: u32,
    /// Points that there are now.
    pub currently_available: u32,
    /// Points that come back in a second.
    pub restore_rate: u32,
}

#[derive(Debug)]
pub(super) struct Bucket {
    key: String,
    allowance: Allowance,
    state: Mutex<State>,
    /// One at a time asks the row; the others wait and see what it found.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// When what the row knew of will be restored.
    empty_at: i64,
    /// Points let through here that the row does not know of.
    untold: i64,
    /// Points of what runs here.
    held: i64,
}

impl Bucket {
    pub(super) fn new(key: &str, allowance: Allowance) -> Self {
        Self { key: key.to_owned(), allowance, state: Mutex::default(), turn: tokio::sync::Mutex::default() }
    }

    /// Holds points, or says after how many seconds there are so many.
    pub(super) fn hold(&self, now: i64, points: u32) -> Result<(), i64> {
        let mut state = self.state();
        self.room(&state, now, i64::from(points))?;
        state.held += i64::from(points);
        Ok(())
    }

    /// Of what was held, so much was spent.
    pub(super) fn spend(&self, held: u32, spent: u32) {
        let mut state = self.state();
        state.held -= i64::from(held);
        state.untold += i64::from(spent);
    }

    /// Tells the row, if there is a portion to tell. An error says that with
    /// what other nodes let through it was too much.
    #[expect(
        clippy::disallowed_methods,
        reason = "one statement, and a node that stops may forget a portion"
    )]
    pub(super) async fn settle(self: &Arc<Self>, app: &App, now: i64) -> Result<(), i64> {
        let portion = i64::from(self.allowance.portion());
        if self.state().untold < portion {
            return Ok(());
        }
        // A task of its own: whoever waits for the turn must not wait for a request that
        // nobody goes on with.
        let (bucket, app) = (Arc::clone(self), app.clone());
        let told = tokio::spawn(async move { bucket.tell(&app, now, portion).await });
        told.await.unwrap_or(Ok(()))
    }

    async fn tell(&self, app: &App, now: i64, portion: i64) -> Result<(), i64> {
        let _turn = self.turn.lock().await;
        let untold = self.state().untold;
        if untold >= portion {
            match store::add(app, &self.key, now, self.allowance.time_of(untold)).await {
                Ok(empty_at) => {
                    let mut state = self.state();
                    state.untold -= untold;
                    state.empty_at = empty_at;
                }
                // Whoever asks the database next finds out for himself.
                Err(error) => tracing::warn!(%error, "what was let through can't be told"),
            }
        }
        let state = *self.state();
        self.room(&state, now, 0)
    }

    pub(super) fn status(&self, now: i64) -> Status {
        let Allowance { points, rate } = self.allowance;
        let state = *self.state();
        let taken = (state.empty_at - now).max(0).saturating_mul(i64::from(rate)) / 1_000_000;
        let left = i64::from(points) - taken - state.untold - state.held;
        Status {
            maximum_available: points,
            currently_available: u32::try_from(left.max(0)).unwrap_or(u32::MAX),
            restore_rate: rate,
        }
    }

    /// Whether so many more fit in.
    fn room(&self, state: &State, now: i64, points: i64) -> Result<(), i64> {
        let full = self.allowance.time_of(i64::from(self.allowance.points));
        let here = self.allowance.time_of(state.untold + state.held + points);
        let over = (state.empty_at - now).max(0) + here - full;
        if over <= 0 { Ok(()) } else { Err((over + 999_999) / 1_000_000) }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        // Numbers change together in steps that can't panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;

    #[test]
    fn a_bucket_fills_and_is_restored() {
        let bucket = Bucket::new("x", Allowance { points: 100, rate: 10 });
        bucket.hold(0, 60).unwrap();
        assert_eq!(bucket.hold(0, 60), Err(2), "twenty too many take two seconds");
        assert_eq!(bucket.status(0).currently_available, 40);
        bucket.spend(60, 50);
        assert_eq!(bucket.status(0).currently_available, 50);
        // As if the row had been told.
        *bucket.state() = State { empty_at: 5 * SECOND, untold: 0, held: 0 };
        assert_eq!(bucket.status(0).currently_available, 50);
        assert_eq!(bucket.status(2 * SECOND).currently_available, 70);
        assert_eq!(bucket.status(60 * SECOND).currently_available, 100, "never more than it holds");
        assert_eq!(bucket.hold(0, 51), Err(1));
        bucket.hold(0, 50).unwrap();
    }
}
