//! What works in the background: the record's readers, and the jobs.
//!
//! Sealing and telling never wait for a mail server, so jobs have tasks of
//! their own. A commit wakes the first, its end wakes the others in turn; each looks by
//! itself every second too, which finds what other nodes or processes wrote.
//! A task that fails logs, waits and goes on: the rows are still there.

use std::sync::Arc;
use std::time::Duration;

use domain::record::{self, CheckpointKey};
use domain::{App, Result, jobs};
use tokio::sync::Notify;
use tokio::time::{interval, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::node::Node;

/// Looks for work at least so often.
const PATIENCE: Duration = Duration::from_secs(1);
/// Waits so long after a failure.
const AFTER_FAILURE: Duration = Duration::from_secs(2);
/// Signs the record so often.
const CHECKPOINT_EVERY: Duration = Duration::from_mins(5);
/// How many jobs run side by side.
const JOB_TASKS: usize = 2;

/// Starts the workers of a node; they end with `stop`.
pub(crate) fn start(node: &Node, tracker: &TaskTracker, stop: &CancellationToken) {
    let told = Arc::new(Notify::new());
    tracker.spawn(settle(Arc::clone(&node.app), Arc::clone(&told), stop.clone()));
    for _ in 0..JOB_TASKS {
        tracker.spawn(deliver(Arc::clone(&node.app), Arc::clone(&told), stop.clone()));
    }
    tracker.spawn(sign(Arc::clone(&node.app), Arc::clone(&node.checkpoint_key), stop.clone()));
}

/// Seals, tells, publishes what is due.
async fn settle(app: Arc<App>, told: Arc<Notify>, stop: CancellationToken) {
    let holder = format!("{}", app.entropy.random_id());
    while !stop.is_cancelled() {
        match domain::settle(&app, &holder).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => failed(&stop, "the record's readers", &error).await,
        }
        told.notify_one();
        tokio::select! {
            () = stop.cancelled() => break,
            _ = timeout(PATIENCE, app.db.written()) => {}
        }
    }
    // What was acknowledged is sealed before the last checkpoint.
    while matches!(domain::settle(&app, &holder).await, Ok(true)) {}
}

/// Runs jobs until none is due.
async fn deliver(app: Arc<App>, told: Arc<Notify>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        match jobs::run_next(&app).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => failed(&stop, "the jobs", &error).await,
        }
        tokio::select! {
            () = stop.cancelled() => break,
            _ = timeout(PATIENCE, told.notified()) => {}
        }
    }
}

async fn sign(app: Arc<App>, key: Arc<CheckpointKey>, stop: CancellationToken) {
    let mut ticks = interval(CHECKPOINT_EVERY);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => note_checkpoint(record::checkpoint(&app, &key).await),
        }
    }
}

/// Signs what the workers sealed last.
pub(crate) async fn sign_last(node: &Node) {
    note_checkpoint(record::checkpoint(&node.app, &node.checkpoint_key).await);
}

fn note_checkpoint(signed: Result<bool>) {
    match signed {
        Ok(true) => tracing::debug!("signed a checkpoint"),
        Ok(false) => {}
        Err(error) => tracing::error!(%error, "no checkpoint could be signed"),
    }
}

async fn failed(stop: &CancellationToken, what: &str, error: &domain::Error) {
    tracing::error!(%error, "{what} failed and will go on");
    tokio::select! {
        () = stop.cancelled() => {}
        () = sleep(AFTER_FAILURE) => {}
    }
}
