//! The cluster suite: several nodes on one PostgreSQL, killed and raced.
//!
//! `SAMSPILL_TEST_POSTGRES` names a server on which databases may be made, `SAMSPILL_BIN`
//! the built program; `cargo xtask test --only cluster` sets both. Each test has a database
//! and a folder of its own, and nodes that are processes: they share nothing but those.
//! Here time is the machine's, so a test waits for what it wants to see, with a deadline,
//! and never for a time to pass.

mod cluster;
mod crowd;
mod kills;
mod listening;
mod node;
mod races;
mod revocation;
mod rotation;
mod wire;

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// A busy machine gets so long for what takes an idle one a moment.
const PATIENCE: Duration = Duration::from_mins(1);

/// Asks again and again until the answer is there.
async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "{what}: not after {PATIENCE:?}");
        sleep(Duration::from_millis(30)).await;
    }
}
