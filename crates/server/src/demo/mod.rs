//! The demonstration's data, made by the product's own commands on a clock
//! that is set back, so that its record is as true as any.
//!
//! `cast` has the organisations and people, `stories` the needs with what
//! is said in each, `stage` plays them in the order of their days. People,
//! suppliers and texts are invented; the municipalities are real, what they
//! say here is not.

mod answers;
mod cast;
mod script;
mod stage;
mod stories;
mod time;
mod together;

use std::fs::File;
use std::sync::Arc;

use anyhow::{Context, Result};
use chrono::{TimeDelta, Timelike};
use domain::{Db, record};
use mail::FolderMailer;
use types::{Clock, SystemClock};

pub use cast::{Persona, personas};

use crate::config::Config;
use crate::database;
use crate::node::{self, Node};
use stage::Stage;
use time::{PastClock, PastMailer};

/// So much history is made.
const HISTORY: TimeDelta = TimeDelta::days(545);
/// The mails of so many last days are kept.
const MAILS: TimeDelta = TimeDelta::days(21);

/// Seeds a demonstration's empty database.
pub(crate) async fn seed(config: &Config, db: Db, folder: File) -> Result<()> {
    let now = SystemClock.now();
    // Everything happens in working hours of whole days before today.
    let today = now.with_hour(7).and_then(|t| t.with_minute(0)).and_then(|t| t.with_second(0));
    let today = today.and_then(|t| t.with_nanosecond(0)).context("a morning")?;
    let clock = Arc::new(PastClock::new(today - HISTORY));
    let kept = FolderMailer::new(config.mail_folder(), node::sender(config), clock.clone());
    let mailer = Arc::new(PastMailer::new(kept, clock.clone(), now - MAILS));
    let node = Node::with(config, db.clone(), folder, clock.clone(), mailer, true).await?;
    let mut stage = Stage::new(&node.app, &clock, today);
    stage.fill().await.context("seeding the organisations")?;
    stage.play().await.context("seeding the dialogues")?;
    clock.set(now);
    stage.settle().await?;
    record::checkpoint(&node.app, &node.checkpoint_key).await?;
    database::mark_seeded(&db).await?;
    Ok(db.close().await?)
}
