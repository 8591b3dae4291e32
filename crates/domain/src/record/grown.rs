//! Which streams grew: asked once for all on this node who listen to one.
//!
//! Whatever is sealed wakes every listener, and nearly all of them listen to something else.
//! Each would have to ask; so the first one asks for all, and the others look here.

use std::collections::HashMap;
use std::sync::Arc;

use entity::record_entry::{Column, Entity};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use tokio::sync::Mutex;

use crate::{App, Result};

/// So many streams are remembered; then all are forgotten, and who listens asks for itself.
const MOST: usize = 20_000;

/// A node's memory of it.
#[derive(Clone, Debug, Default)]
pub struct Grown(Arc<Mutex<Seen>>);

#[derive(Debug, Default)]
struct Seen {
    /// What grew from here …
    since: i64,
    /// … until here is known.
    until: i64,
    /// Where each of them grew last.
    streams: HashMap<String, i64>,
}

/// Whether `stream` may have grown after one position until another, which is sealed.
pub async fn has_grown(app: &App, stream: &str, after: i64, until: i64) -> Result<bool> {
    let mut seen = app.grown.0.lock().await;
    if seen.until == 0 || after > seen.until {
        // Nobody has listened for a while: what grew meanwhile, nobody here needs to know.
        seen.streams.clear();
        (seen.since, seen.until) = (after, after);
    }
    if until > seen.until {
        let news: Vec<(String, Option<i64>)> = Entity::find()
            .select_only()
            .column(Column::Stream)
            .column_as(Column::Position.max(), "last")
            .filter(Column::Position.gt(seen.until))
            .filter(Column::Position.lte(until))
            .group_by(Column::Stream)
            .into_tuple()
            .all(app.db.product())
            .await?;
        if seen.streams.len() + news.len() > MOST {
            seen.streams.clear();
            seen.since = seen.until;
        }
        seen.streams.extend(news.into_iter().map(|(stream, last)| (stream, last.unwrap_or(until))));
        seen.until = until;
    }
    Ok(after < seen.since || seen.streams.get(stream).is_some_and(|last| *last > after))
}
