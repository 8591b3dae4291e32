//! Telling that a token ends soon, and that it has ended.

use chrono::TimeDelta;
use entity::organisation_token;
use sea_orm::ActiveValue::Set;
use types::EntryKind;

use super::store::{self, Telling};
use crate::{Actor, App, Result};

/// Its people are told so long before a token ends.
const BEFORE: TimeDelta = TimeDelta::days(14);

/// Notes what ends soon and what has ended; how many.
pub(crate) async fn due(app: &App) -> Result<usize> {
    let now = app.now();
    let mut told = 0;
    for (what, until) in [(Telling::Soon, now + BEFORE), (Telling::Ended, now)] {
        if store::untold(app.db.read(), what, now, until).await?.is_empty() {
            continue;
        }
        let tx = app.db.write().await?;
        // Again, under the lock of what is told: another node may have been faster.
        for token in store::untold(&*tx, what, now, until).await? {
            let (kind, change) = match what {
                Telling::Soon => (
                    EntryKind::TokenExpiresSoon,
                    organisation_token::ActiveModel { warned_at: Set(Some(now)), ..Default::default() },
                ),
                Telling::Ended => (
                    EntryKind::TokenExpired,
                    organisation_token::ActiveModel { ended_at: Set(Some(now)), ..Default::default() },
                ),
            };
            // One that was made for a fortnight needs no warning on its first day.
            let is_short = token.expires_at - token.created_at <= BEFORE;
            if store::tell_once(&tx, token.id, what, change).await? && !(what == Telling::Soon && is_short) {
                store::note(app, &tx, &Actor::system(), kind, &token).await?;
            }
            told += 1;
        }
        tx.commit().await?;
    }
    Ok(told)
}
