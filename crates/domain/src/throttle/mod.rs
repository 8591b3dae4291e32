//! How much one caller may ask for: a bucket of points that fills as it is
//! drawn on and empties with time, for each person, token and network.
//!
//! The bucket is a row, so the limit holds over all nodes; but a request writes
//! nothing. A node notes what it let through and adds it to the row a portion at
//! a time: then it learns what the others let through, too. So over all nodes,
//! in any stretch of time, a caller gets at most what the bucket holds and what
//! it restored meanwhile, and on each node one portion and what runs at that
//! moment ([`Allowance::portion`]). A caller who stays below a portion causes no
//! statement at all, and neither does one who is refused.
//!
//! What an operation may cost at most is held while it runs, and what it did
//! cost is what counts in the end.
//!
//! Sign-in and other deeds with a limit of their own count those by
//! [`crate::accounts::rate_limit`].

mod bucket;
mod caller;
mod store;

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

pub use bucket::{Allowance, Status};
pub use caller::{network, of_address};

use crate::{Actor, App, Error, Result};
use bucket::Bucket;

/// So many callers a node remembers; then it forgets them all, and with each at
/// most a portion that no other node knows of.
const MOST: usize = 100_000;
/// Rows that say nothing any more are looked for so often.
const SWEEP_EVERY: i64 = 60_000_000;

/// What each kind of caller may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowances {
    /// A person who is signed in, whatever the session.
    pub person: Allowance,
    /// A token of an organisation.
    pub token: Allowance,
    /// A network, for those who are not signed in.
    pub address: Allowance,
}

impl Default for Allowances {
    fn default() -> Self {
        Self {
            person: Allowance { points: 20_000, rate: 200 },
            token: Allowance { points: 50_000, rate: 500 },
            // Behind one address there may be a whole municipality.
            address: Allowance { points: 40_000, rate: 400 },
        }
    }
}

/// This node's memory of its callers.
#[derive(Clone, Debug, Default)]
pub struct Throttle {
    allowances: Allowances,
    buckets: Arc<Mutex<HashMap<String, Arc<Bucket>>>>,
    swept_at: Arc<AtomicI64>,
}

impl Throttle {
    /// With the installation's limits.
    pub fn new(allowances: Allowances) -> Self {
        Self { allowances, ..Self::default() }
    }

    /// What the installation allows.
    pub const fn allowances(&self) -> Allowances {
        self.allowances
    }

    fn bucket(&self, key: String, allowance: Allowance) -> Arc<Bucket> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST && !buckets.contains_key(&key) {
            buckets.clear();
        }
        let bucket = buckets.entry(key).or_insert_with_key(|key| Arc::new(Bucket::new(key, allowance)));
        Arc::clone(bucket)
    }
}

/// Points that are held for what runs. Dropped, they count as spent: who goes
/// away in the middle has had the work done.
#[derive(Debug)]
pub struct Held {
    bucket: Option<Arc<Bucket>>,
    points: u32,
}

/// Holds `points` for `actor`, or says when there will be so many:
/// `RATE_LIMITED`. The product itself, and a caller from nowhere (in this
/// process), has no limit.
pub async fn hold(app: &App, actor: &Actor, points: u32) -> Result<Held> {
    let Some((key, allowance)) = caller::of(app, actor) else { return Ok(Held { bucket: None, points: 0 }) };
    let bucket = app.throttle.bucket(key, allowance);
    bucket.hold(now(app), points).map_err(Error::RateLimited)?;
    // From here on the points are given back or spent, whatever happens.
    let held = Held { bucket: Some(Arc::clone(&bucket)), points };
    match bucket.settle(app, now(app)).await {
        Ok(()) => Ok(held),
        Err(seconds) => {
            held.spend(app, 0).await;
            Err(Error::RateLimited(seconds))
        }
    }
}

/// Spends `points` at once; see [`hold`].
pub async fn spend(app: &App, actor: &Actor, points: u32) -> Result<()> {
    hold(app, actor, points).await?.spend(app, points).await;
    Ok(())
}

/// How `actor` stands on this node; none if it has no limit.
pub fn status(app: &App, actor: &Actor) -> Option<Status> {
    let (key, allowance) = caller::of(app, actor)?;
    Some(app.throttle.bucket(key, allowance).status(now(app)))
}

impl Held {
    /// Spends what it came to; how the caller stands now.
    pub async fn spend(mut self, app: &App, points: u32) -> Option<Status> {
        let bucket = self.bucket.take()?;
        bucket.spend(self.points, points);
        // The next request is told of what the others let through.
        let _ = bucket.settle(app, now(app)).await;
        Some(bucket.status(now(app)))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(bucket) = &self.bucket {
            bucket.spend(self.points, self.points);
        }
    }
}

/// Deletes rows that say nothing any more; how many.
pub async fn sweep(app: &App) -> Result<u64> {
    let (now, before) = (now(app), app.throttle.swept_at.load(Ordering::Relaxed));
    if now - before < SWEEP_EVERY {
        return Ok(0);
    }
    app.throttle.swept_at.store(now, Ordering::Relaxed);
    store::sweep(app, now).await
}

/// Microseconds: in rows, and to reckon with.
fn now(app: &App) -> i64 {
    app.now().timestamp_micros()
}
