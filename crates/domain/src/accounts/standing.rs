//! What many open sockets rest on, asked at once.

use std::collections::{HashMap, HashSet};

use types::{SessionId, TokenId};

use super::{sessions, tokens};
use crate::{Actor, App, Result};

/// So many sessions or tokens a statement.
const CHUNK: usize = 500;

/// Those sessions and tokens that are in force, out of those that were asked about.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    sessions: HashMap<SessionId, Actor>,
    tokens: HashMap<TokenId, Actor>,
}

impl Standing {
    /// Who it is now that this actor is resting on; `None` where its session or token is over.
    pub fn now(&self, actor: &Actor) -> Option<&Actor> {
        match (actor.session, &actor.token) {
            (Some(session), _) => self.sessions.get(&session),
            (None, Some(token)) => self.tokens.get(&token.id),
            (None, None) => None,
        }
    }
}

/// Asks about the sessions and tokens of actors that were let in by them, however many, in
/// one statement for each five hundred of either. What is asked about counts as used, as
/// it does with a request.
pub async fn standing<'a>(app: &App, actors: impl Iterator<Item = &'a Actor>) -> Result<Standing> {
    let (mut sessions, mut tokens) = (HashSet::new(), HashSet::new());
    for actor in actors {
        match (actor.session, &actor.token) {
            (Some(session), _) => drop(sessions.insert(session)),
            (None, Some(token)) => drop(tokens.insert(token.id)),
            (None, None) => {}
        }
    }
    let mut standing = Standing::default();
    let sessions: Vec<SessionId> = sessions.into_iter().collect();
    for ids in sessions.chunks(CHUNK) {
        let found = sessions::actors_of(app, ids).await?;
        standing.sessions.extend(found.into_iter().filter_map(|actor| Some((actor.session?, actor))));
    }
    let tokens: Vec<TokenId> = tokens.into_iter().collect();
    for ids in tokens.chunks(CHUNK) {
        let found = tokens::actors_of(app, ids).await?;
        let found = found.into_iter().filter_map(|actor| Some((actor.token.as_ref()?.id, actor)));
        standing.tokens.extend(found);
    }
    Ok(standing)
}
