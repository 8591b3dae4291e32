//! What works in the background: the record's readers, and the jobs.
//!
//! Sealing and telling never wait for a mail server, so jobs have tasks of
//! their own, and so have calls of webhooks. A commit wakes the first, its end wakes the others in turn; each looks by
//! itself every second too, which finds what other nodes or processes wrote.
//! A task that fails logs, waits and goes on: the rows are still there.

use std::sync::Arc;
use std::time::Duration;

use domain::record::{self, CheckpointKey};
use domain::webhooks::{self, Next};
use domain::{App, Result, jobs};
use tokio::sync::{Notify, Semaphore};
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
/// How many webhooks are called side by side: of as many organisations.
const WEBHOOK_CALLS: usize = 16;

/// Starts the workers of a node; they end with `stop`.
pub(crate) fn start(node: &Node, tracker: &TaskTracker, stop: &CancellationToken) {
    let (told, queued) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    tracker.spawn(settle(Arc::clone(&node.app), Arc::clone(&told), Arc::clone(&queued), stop.clone()));
    for _ in 0..JOB_TASKS {
        tracker.spawn(deliver(Arc::clone(&node.app), Arc::clone(&told), stop.clone()));
    }
    tracker.spawn(call(Arc::clone(&node.app), queued, tracker.clone(), stop.clone()));
    tracker.spawn(sign(Arc::clone(&node.app), Arc::clone(&node.checkpoint_key), stop.clone()));
}

/// Seals, tells, publishes what is due.
async fn settle(app: Arc<App>, told: Arc<Notify>, queued: Arc<Notify>, stop: CancellationToken) {
    let holder = format!("{}", app.entropy.random_id());
    while !stop.is_cancelled() {
        match domain::settle(&app, &holder).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => failed(&stop, "the record's readers", &error).await,
        }
        told.notify_one();
        queued.notify_one();
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

/// Calls webhooks. A task of its own for each call: a receiver that hangs holds up neither
/// mail nor another organisation's receiver.
async fn call(app: Arc<App>, queued: Arc<Notify>, tracker: TaskTracker, stop: CancellationToken) {
    let places = Arc::new(Semaphore::new(WEBHOOK_CALLS));
    while !stop.is_cancelled() {
        let place = tokio::select! {
            () = stop.cancelled() => break,
            place = Arc::clone(&places).acquire_owned() => place,
        };
        match webhooks::take_next(&app).await {
            Ok(Next::Try(taken)) => {
                let (app, queued) = (Arc::clone(&app), Arc::clone(&queued));
                tracker.spawn(async move {
                    if let Err(error) = webhooks::try_taken(&app, taken).await {
                        tracing::error!(%error, "what became of a webhook could not be noted");
                    }
                    drop(place);
                    queued.notify_one();
                });
                continue;
            }
            Ok(Next::Again) => continue,
            Ok(Next::Nothing) => {}
            Err(error) => failed(&stop, "the webhooks", &error).await,
        }
        drop(place);
        tokio::select! {
            () = stop.cancelled() => break,
            _ = timeout(PATIENCE, queued.notified()) => {}
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
