//! Who speaks by a token; and the tokens of an organisation.

use chrono::TimeDelta;
use sea_orm::ConnectionTrait;
use types::{OrganisationId, Role, Time, TokenId, TokenState};

use super::{Token, secret, state_of, store};
use crate::accounts::{Person, policy};
use crate::keys::token_hash;
use crate::page::{Page, PageRequest};
use crate::{Actor, App, Result, organisations};

/// The last use is written at most so often.
const USED_EVERY: TimeDelta = TimeDelta::minutes(5);

/// The actor behind a token, if it is in force: one statement.
pub async fn actor_of(app: &App, text: &str) -> Result<Option<Actor>> {
    if !secret::is_sound(text) {
        return Ok(None);
    }
    let now = app.now();
    let Some((actor, last_used_at)) = store::actor(app.db.product(), &token_hash(text), now).await? else {
        return Ok(None);
    };
    if let Some(token) = &actor.token
        && last_used_at.is_none_or(|at| now - at > USED_EVERY)
    {
        store::note_use(app, &[token.id], now).await?;
    }
    Ok(Some(actor))
}

/// The actors behind tokens that have shown themselves before: those in force among them,
/// in one statement.
pub(in crate::accounts) async fn actors_of(app: &App, ids: &[TokenId]) -> Result<Vec<Actor>> {
    let now = app.now();
    let found = store::actors(app.db.read(), ids, now).await?;
    let used = found.iter().filter(|(_, at)| at.is_none_or(|at| now - at > USED_EVERY));
    let used: Vec<TokenId> = used.filter_map(|(actor, _)| Some(actor.token.as_ref()?.id)).collect();
    if !used.is_empty() {
        store::note_use(app, &used, now).await?;
    }
    Ok(found.into_iter().map(|(actor, _)| actor).collect())
}

/// Which token a text is, in force or not: for the audit log.
pub async fn id_of(app: &App, text: &str) -> Result<Option<TokenId>> {
    if !secret::is_sound(text) {
        return Ok(None);
    }
    store::id_by_hash(app.db.product(), &token_hash(text)).await
}

/// A token with where it stands and who answers for it.
#[derive(Clone, Debug)]
pub struct TokenView {
    /// The token.
    pub token: Token,
    /// Where it stands.
    pub state: TokenState,
    /// In whose name it speaks.
    pub answerable: Option<Person>,
}

/// The tokens of the organisation acted for, the newest first; for those who manage them.
pub async fn list(app: &App, actor: &Actor, page: &PageRequest) -> Result<Page<TokenView>> {
    let organisation = actor.acting()?.organisation_id;
    policy::may_manage_tokens(actor, organisation)?;
    let page = store::page(app.db.read(), organisation, page).await?;
    let managing = managers(app, organisation).await?;
    let now = app.now();
    let ids: Vec<_> = page.rows.iter().map(|(_, t)| t.answerable_id).collect();
    let persons = crate::accounts::persons_by_ids(app.db.product(), &ids).await?;
    Ok(page.map(|token| view(token, &managing, &persons, now)))
}

/// One of them; `None` if it is not there, or not for this actor.
pub async fn find(app: &App, actor: &Actor, id: TokenId) -> Result<Option<TokenView>> {
    let Some(token) = store::by_id(app.db.read(), id).await? else { return Ok(None) };
    if policy::may_manage_tokens(actor, token.organisation_id).is_err() {
        return Ok(None);
    }
    let managing = managers(app, token.organisation_id).await?;
    let persons = crate::accounts::persons_by_ids(app.db.product(), &[token.answerable_id]).await?;
    Ok(Some(view(token, &managing, &persons, app.now())))
}

fn view(token: Token, managing: &[Person], persons: &[Person], now: Time) -> TokenView {
    let has_answerable = managing.iter().any(|p| p.id == token.answerable_id);
    let answerable = persons.iter().find(|p| p.id == token.answerable_id).cloned();
    TokenView { state: state_of(&token, has_answerable, now), token, answerable }
}

async fn managers(app: &App, organisation: OrganisationId) -> Result<Vec<Person>> {
    let kind = organisations::get(app, organisation).await?.kind;
    crate::accounts::people_with_roles(app.db.read(), organisation, &[Role::managing(kind)]).await
}

/// Whether the member who answers for a token still manages members.
pub(super) async fn has_answerable<C: ConnectionTrait>(conn: &C, token: &Token) -> Result<bool> {
    crate::accounts::manages_members(conn, token.answerable_id, token.organisation_id).await
}

/// The names of an organisation's tokens, for its own log: "by token …".
pub async fn names(app: &App, actor: &Actor, ids: &[TokenId]) -> Result<Vec<(TokenId, String)>> {
    let Some(organisation) = actor.organisation_id() else { return Ok(Vec::new()) };
    store::names(app.db.read(), organisation, ids).await
}

/// A token for the letters about it.
pub(crate) async fn get(app: &App, id: TokenId) -> Result<Option<Token>> {
    store::by_id(app.db.read(), id).await
}
