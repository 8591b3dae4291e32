//! Subscriptions: derived from the record, through the same scoped reads.

use std::collections::VecDeque;

use async_graphql::{Context, ID, Result};
use domain::{Actor, App, accounts, needs, record};
use futures::Stream;
use i18n::Texts;
use types::NeedId;

use crate::changes::{self, ChangeEdge, ChangeFilter};
use crate::error::{self, OrTop};
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

/// Waits for what comes next.
trait Listens: Send + 'static {
    type Told: Send;

    /// The next that the actor may see; nothing where there is no right to more.
    fn next(&mut self) -> impl Future<Output = domain::Result<Option<Self::Told>>> + Send;
}

impl Listens for Listener {
    type Told = LogEntry;

    /// What was there at the start is not new.
    async fn next(&mut self) -> domain::Result<Option<LogEntry>> {
        loop {
            if let Some(entry) = self.waiting.pop_front() {
                return Ok(Some(entry));
            }
            // Before reading: what is sealed meanwhile wakes again.
            let until = *self.sealed.borrow_and_update();
            let stream = record::need_stream(self.need);
            let has_grown =
                until > self.position && record::has_grown(&self.app, &stream, self.position, until).await?;
            if has_grown {
                let Some(actor) = still(&self.app, &self.actor).await? else { return Ok(None) };
                self.actor = actor;
                // A connection for as long as one reads, not while one waits.
                let app = self.app.asked_by(&self.actor);
                let Some(need) = needs::find(&app, &self.actor, self.need).await? else { return Ok(None) };
                let (news, next) = needs::news(&app, &self.actor, &need, self.position).await?;
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
            if self.sealed.changed().await.is_err() {
                return Ok(None);
            }
        }
    }
}

/// Who listens, read again each time, and so is what they see: who was removed
/// hears what everybody hears, and who signed out, nothing.
async fn still(app: &App, actor: &Actor) -> domain::Result<Option<Actor>> {
    // A visitor stays one; a token has no session, and its socket ends with it.
    let Some(session) = actor.session.filter(|_| actor.token.is_none()) else {
        return Ok(Some(actor.clone()));
    };
    let now = accounts::actor_of_session(app, session).await?;
    Ok(now.map(|now| Actor { language: actor.language, address: actor.address.clone(), ..now }))
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

impl Listens for Follower {
    type Told = ChangeEdge;

    async fn next(&mut self) -> domain::Result<Option<ChangeEdge>> {
        loop {
            if let Some(edge) = self.waiting.pop_front() {
                return Ok(Some(edge));
            }
            let Some(actor) = still(&self.app, &self.actor).await? else { return Ok(None) };
            self.actor = actor;
            // Before reading: what is sealed meanwhile wakes again.
            self.sealed.borrow_and_update();
            let after = Some(self.after.as_str());
            let app = self.app.asked_by(&self.actor);
            let page = domain::changes::read(&app, &self.actor, &self.filter, 100, after).await?;
            drop(app);
            let is_all = page.is_complete;
            self.after = page.end;
            self.waiting.extend(page.rows.into_iter().map(|(cursor, row)| changes::edge(cursor, row.into())));
            if self.waiting.is_empty() && is_all && self.sealed.changed().await.is_err() {
                return Ok(None);
            }
        }
    }
}

/// One told after the other. A failure of ours is told, and then it is over: an end without
/// a word would be taken for the end of what there is.
fn stream<L: Listens>(listener: L, texts: Texts) -> impl Stream<Item = Result<L::Told>> + use<L> {
    futures::stream::unfold(Some(listener), move |listener| async move {
        let mut listener = listener?;
        match listener.next().await {
            Ok(told) => told.map(|it| (Ok(it), Some(listener))),
            Err(error) => {
                // Whoever acts for somebody else now has a cursor of before: no mistake of ours.
                if matches!(error, domain::Error::Internal(_) | domain::Error::Unavailable(_)) {
                    tracing::error!(%error, "a listener could not be told");
                }
                Some((Err(error::told(texts, &error)), None))
            }
        }
    })
}

/// What can be listened to.
#[async_graphql::Subscription]
impl Subscription {
    /// What happens in a need from now on, as far as you may see it, in order.
    async fn need_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the need.")] need_id: ID,
    ) -> Result<impl Stream<Item = Result<LogEntry>> + use<>> {
        let (app, actor) = (ctx.app(), ctx.actor().clone());
        let need = decode::<NeedId>(&need_id, "needId").or_top(ctx)?;
        needs::get(app, &actor, need).await.or_top(ctx)?;
        let sealed = app.sealed.subscribe();
        let position = record::sealed_until(app.db.product()).await.or_top(ctx)?;
        app.db.rest().await;
        let app = app.as_nobody();
        let listener = Listener { app, actor, need, position, sealed, waiting: VecDeque::new() };
        Ok(stream(listener, ctx.texts()))
    }

    /// What happens from now on, or since a cursor, as far as you may see it:
    /// the same as the query `changes`, with its guarantee. Keep the last
    /// cursor, and hand it in when you come back.
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] filter: Option<ChangeFilter>,
        #[graphql(desc = "The cursor after which to go on; from now on if null.")] after: Option<String>,
    ) -> Result<impl Stream<Item = Result<ChangeEdge>> + use<>> {
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
        Ok(stream(follower, ctx.texts()))
    }
}
