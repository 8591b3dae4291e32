//! Jobs: rows that a worker takes, leased, at least once.
//!
//! A mail's job holds the whole message and is emptied once it is sent, so a
//! sign-in code does not lie about. A failure says retry or fail; a retry
//! comes back with growing distance. Jobs of one lane (the calendar parts of
//! one event to one mailbox) run one after the other: a `CANCEL` never
//! overtakes its `REQUEST`, not even when that one has to be tried again.

use chrono::TimeDelta;
use entity::job;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, OnConflict, Query, SelectStatement};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use types::{EntryId, JobId, Time};

use crate::ports::{DeliveryError, Letter, Message};
use crate::{App, Result, Tx};

/// A mail job.
pub const MAIL: &str = "mail";

/// States of a job.
pub mod state {
    /// Waits for its time.
    pub const PENDING: &str = "PENDING";
    /// Taken by a worker until its lease ends.
    pub const RUNNING: &str = "RUNNING";
    /// Done.
    pub const DONE: &str = "DONE";
    /// Given up; an operator may retry.
    pub const FAILED: &str = "FAILED";
}

/// How long a worker holds a job: longer than the longest delivery.
const LEASE: TimeDelta = TimeDelta::minutes(5);
/// After so many attempts (about two days of growing distance) it is given up.
const MAX_ATTEMPTS: i32 = 14;

/// Puts a mail in the queue, in the transaction of what it tells. The same
/// reader, entry and recipient again changes nothing.
pub async fn enqueue_mail(
    app: &App,
    tx: &Tx,
    reader: &str,
    entry: Option<EntryId>,
    message: &Message,
) -> Result<()> {
    let id: JobId = app.id();
    let row = job::ActiveModel {
        id: Set(id),
        kind: Set(MAIL.to_owned()),
        payload: Set(serde_json::to_value(message)?),
        reader: Set(reader.to_owned()),
        entry_id: Set(entry),
        recipient: Set(entry.map_or_else(|| id.to_string(), |_| message.to.key())),
        run_at: Set(app.now()),
        attempts: Set(0),
        state: Set(state::PENDING.to_owned()),
        leased_until: Set(None),
        last_error: Set(None),
        created_at: Set(app.now()),
        done_at: Set(None),
        lane: Set(lane(message)),
    };
    job::Entity::insert(row)
        .on_conflict(
            OnConflict::columns([job::Column::Reader, job::Column::EntryId, job::Column::Recipient])
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Messages that a calendar must get in order.
fn lane(message: &Message) -> Option<String> {
    match &message.letter {
        Letter::Notice(notice) => {
            notice.calendar.as_ref().map(|calendar| format!("{} {}", calendar.uid, message.to.key()))
        }
        _ => None,
    }
}

/// Whether an older job of the same lane is still to be done.
fn is_behind() -> SelectStatement {
    let older = Alias::new("older");
    let of = |column: job::Column| Expr::col((older.clone(), column));
    Query::select()
        .expr(Expr::val(1))
        .from_as(job::Entity, older.clone())
        .and_where(of(job::Column::Lane).equals((job::Entity, job::Column::Lane)))
        .and_where(of(job::Column::Id).lt(Expr::col((job::Entity, job::Column::Id))))
        .and_where(of(job::Column::State).is_in([state::PENDING, state::RUNNING]))
        .to_owned()
}

/// Takes the next due job: pending, or left behind by a worker that died.
async fn take(app: &App) -> Result<Option<job::Model>> {
    let now = app.now();
    let tx = app.db.write().await?;
    let due = Condition::any()
        .add(job::Column::State.eq(state::PENDING).and(job::Column::RunAt.lte(now)))
        .add(job::Column::State.eq(state::RUNNING).and(job::Column::LeasedUntil.lt(now)));
    let mut query = job::Entity::find()
        .filter(due)
        .filter(Expr::exists(is_behind()).not())
        .order_by_asc(job::Column::RunAt)
        .order_by_asc(job::Column::Id)
        .limit(1);
    if app.db.is_postgres() {
        query = query.lock_with_behavior(
            sea_orm::sea_query::LockType::Update,
            sea_orm::sea_query::LockBehavior::SkipLocked,
        );
    }
    let Some(found) = query.one(&*tx).await? else { return Ok(None) };
    job::Entity::update_many()
        .col_expr(job::Column::State, Expr::value(state::RUNNING))
        .col_expr(job::Column::LeasedUntil, Expr::value(now + LEASE))
        .col_expr(job::Column::Attempts, Expr::col(job::Column::Attempts).add(1))
        .filter(job::Column::Id.eq(found.id))
        .exec(&*tx)
        .await?;
    tx.commit().await?;
    Ok(Some(job::Model { attempts: found.attempts + 1, ..found }))
}

/// Runs one due job; whether there was one.
pub async fn run_next(app: &App) -> Result<bool> {
    let Some(job) = take(app).await? else { return Ok(false) };
    let outcome = match serde_json::from_value::<Message>(job.payload.clone()) {
        Ok(message) => app.mailer.deliver(&message).await,
        Err(error) => Err(DeliveryError::Fail(format!("unreadable job: {error}"))),
    };
    finish(app, &job, outcome).await?;
    Ok(true)
}

async fn finish(app: &App, job: &job::Model, outcome: Result<(), DeliveryError>) -> Result<()> {
    let now = app.now();
    let mut change = job::ActiveModel { leased_until: Set(None), ..Default::default() };
    match outcome {
        Ok(()) => {
            change.state = Set(state::DONE.to_owned());
            change.done_at = Set(Some(now));
            change.last_error = Set(None);
            change.payload = Set(serde_json::json!({}));
        }
        Err(DeliveryError::Retry(why)) if job.attempts < MAX_ATTEMPTS => {
            tracing::warn!(job = %job.id, attempts = job.attempts, why, "mail will be tried again");
            change.state = Set(state::PENDING.to_owned());
            change.run_at = Set(now + back_off(job.attempts));
            change.last_error = Set(Some(why));
        }
        Err(DeliveryError::Retry(why) | DeliveryError::Fail(why)) => {
            tracing::error!(job = %job.id, attempts = job.attempts, why, "mail is given up");
            change.state = Set(state::FAILED.to_owned());
            change.last_error = Set(Some(why));
        }
    }
    let tx = app.db.write().await?;
    job::Entity::update_many().set(change).filter(job::Column::Id.eq(job.id)).exec(&*tx).await?;
    tx.commit().await
}

/// 10 s, 20 s, 40 s … at most 6 hours.
fn back_off(attempts: i32) -> TimeDelta {
    let doublings = u32::try_from(attempts.clamp(1, 13) - 1).unwrap_or(0);
    TimeDelta::seconds(Ord::min(10_i64 << doublings, 6 * 3600))
}

/// When the next waiting job is due, if one waits.
pub async fn next_due(app: &App) -> Result<Option<Time>> {
    Ok(job::Entity::find()
        .filter(job::Column::State.eq(state::PENDING))
        .order_by_asc(job::Column::RunAt)
        .one(app.db.read())
        .await?
        .map(|j| j.run_at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_grows_to_six_hours() {
        let seconds: Vec<i64> = (1..=14).map(|n| back_off(n).num_seconds()).collect();
        assert_eq!(seconds[..4], [10, 20, 40, 80]);
        assert_eq!(seconds[13], 6 * 3600);
        let total: i64 = seconds.iter().sum();
        assert!(total > 12 * 3600, "{total}");
    }
}
