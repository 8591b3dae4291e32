//! Subscriptions: derived from the record, through the same scoped reads.

use std::collections::VecDeque;

use async_graphql::{Context, ID, Result};
use domain::{Actor, App, accounts, needs, record};
use futures::Stream;
use types::NeedId;

use crate::changes::{self, ChangeEdge, ChangeFilter};
use crate::error::OrTop;
use crate::needs::LogEntry;
use crate::{Ctx, decode};

/// What can be listened to.
#[derive(Debug)]
pub struct Subscription;

struct Listener {
    app: App,
    actor: Actor,
    need: NeedId,
    /// What was sealed by then is told, or was there before.
    position: i64,
    sealed: tokio::sync::watch::Receiver<i64>,
    waiting: VecDeque<LogEntry>,
}

impl Listener {
    /// The next entry that the actor may see; what was there at the start is not new.
    async fn next(mut self) -> Option<(LogEntry, Self)> {
        loop {
            if let Some(entry) = self.waiting.pop_front() {
                return Some((entry, self));
            }
            // Before reading: what is sealed meanwhile wakes again.
            let until = *self.sealed.borrow_and_update();
            let stream = record::need_stream(self.need);
            let has_grown = until > self.position
                && record::has_grown(&self.app, &stream, self.position, until).await.ok()?;
            if has_grown {
                self.actor = still(&self.app, self.actor).await?;
                // A connection for as long as one reads, not while one waits.
                let app = self.app.asked_by(&self.actor);
                let need = needs::find(&app, &self.actor, self.need).await.ok()??;
                let (news, next) = needs::news(&app, &self.actor, &need, self.position).await.ok()?;
                let last = news.last().and_then(|entry| entry.position).unwrap_or(until);
                // What was sealed in between may be among them, beyond `until`.
                self.position = next.unwrap_or_else(|| Ord::max(last, until));
                self.waiting.extend(news.into_iter().map(LogEntry::from));
                if !self.waiting.is_empty() || next.is_some() {
                    continue;
                }
            } else {
                self.position = Ord::max(self.position, until);
            }
            self.sealed.changed().await.ok()?;
        }
    }
}

/// Who listens, read again each time, and so is what they see: who was removed
/// hears what everybody hears, and who signed out, nothing.
async fn still(app: &App, actor: Actor) -> Option<Actor> {
    // A visitor stays one; a token has no session, and its socket ends with it.
    let Some(session) = actor.session.filter(|_| actor.token.is_none()) else { return Some(actor) };
    let now = accounts::actor_of_session(app, session).await.ok()??;
    Some(Actor { language: actor.language, address: actor.address, ..now })
}

/// Reads the feed on whenever something was sealed.
struct Follower {
    app: App,
    actor: Actor,
    filter: domain::changes::Filter,
    after: String,
    sealed: tokio::sync::watch::Receiver<i64>,
    waiting: VecDeque<ChangeEdge>,
}

impl Follower {
    async fn next(mut self) -> Option<(ChangeEdge, Self)> {
        loop {
            if let Some(edge) = self.waiting.pop_front() {
                return Some((edge, self));
            }
            self.actor = still(&self.app, self.actor).await?;
            // Before reading: what is sealed meanwhile wakes again.
            self.sealed.borrow_and_update();
            let after = Some(self.after.as_str());
            let app = self.app.asked_by(&self.actor);
            let page = domain::changes::read(&app, &self.actor, &self.filter, 100, after).await.ok()?;
            drop(app);
            let is_all = page.is_complete;
            self.after = page.end;
            self.waiting.extend(page.rows.into_iter().map(|(cursor, row)| changes::edge(cursor, row.into())));
            if self.waiting.is_empty() && is_all {
                self.sealed.changed().await.ok()?;
            }
        }
    }
}

/// What can be listened to.
#[async_graphql::Subscription]
impl Subscription {
    /// What happens in a need from now on, as far as you may see it, in order.
    async fn need_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the need.")] need_id: ID,
    ) -> Result<impl Stream<Item = LogEntry> + use<>> {
        let (app, actor) = (ctx.app(), ctx.actor().clone());
        let need = decode::<NeedId>(&need_id, "needId").or_top(ctx)?;
        needs::get(app, &actor, need).await.or_top(ctx)?;
        let sealed = app.sealed.subscribe();
        let position = record::sealed_until(app.db.product()).await.or_top(ctx)?;
        app.db.rest().await;
        let app = app.as_nobody();
        let listener = Listener { app, actor, need, position, sealed, waiting: VecDeque::new() };
        Ok(futures::stream::unfold(listener, Listener::next))
    }

    /// What happens from now on, or since a cursor, as far as you may see it:
    /// the same as the query `changes`, with its guarantee. Keep the last
    /// cursor, and hand it in when you come back.
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] filter: Option<ChangeFilter>,
        #[graphql(desc = "The cursor after which to go on; from now on if null.")] after: Option<String>,
    ) -> Result<impl Stream<Item = ChangeEdge> + use<>> {
        let (app, actor) = (ctx.app(), ctx.actor().clone());
        let filter = changes::filter(filter).or_top(ctx)?;
        let sealed = app.sealed.subscribe();
        let after = match after {
            Some(after) => after,
            None => domain::changes::now(app, &actor).await.or_top(ctx)?,
        };
        // A cursor that is refused is told at once, not when something happens.
        domain::changes::read(app, &actor, &filter, 1, Some(&after)).await.or_top(ctx)?;
        app.db.rest().await;
        let app = app.as_nobody();
        let follower = Follower { app, actor, filter, after, sealed, waiting: VecDeque::new() };
        Ok(futures::stream::unfold(follower, Follower::next))
    }
}
