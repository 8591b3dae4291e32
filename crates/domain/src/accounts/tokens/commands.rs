//! Making a token, taking one over, ending it.

use chrono::TimeDelta;
use entity::organisation_token;
use sea_orm::ActiveValue::Set;
use types::{EntryKind, ErrorCode, FieldError, Time, TokenId, TokenScope, TokenState};

use super::{Token, join_scopes, queries, secret, state_of, store};
use crate::accounts::{Membership, policy};
use crate::keys::token_hash;
use crate::{Actor, App, Checks, Error, Result, Tx};

/// The longest life of a token.
const LONGEST: TimeDelta = TimeDelta::days(366);
/// The most that an organisation has at a time.
const MOST: usize = 50;

/// A token to make.
#[derive(Clone, Debug)]
pub struct CreateToken {
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<TokenScope>,
    /// When it ends; a year at most.
    pub expires_at: Time,
}

/// A token that was made, with the secret that is never seen again.
#[derive(Clone)]
pub struct CreatedToken {
    /// The token.
    pub token: Token,
    /// What the organisation's system sends.
    pub secret: String,
}

impl std::fmt::Debug for CreatedToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CreatedToken({}, …)", self.token.id)
    }
}

/// Makes a token of the organisation acted for, in the actor's own name.
pub async fn create(app: &App, actor: &Actor, input: CreateToken) -> Result<CreatedToken> {
    let organisation = actor.acting()?.organisation_id;
    policy::may_manage_tokens(actor, organisation)?;
    actor.recently_authenticated(app)?;
    let me = actor.person()?.id;
    let now = app.now();
    let mut checks = Checks::default();
    let name = checks.line("name", &input.name, 80);
    checks.refuse_if(input.scopes.is_empty(), "scopes", ErrorCode::Required);
    checks.refuse_if(input.expires_at <= now, "expiresAt", ErrorCode::MustBeFuture);
    if input.expires_at > now + LONGEST {
        checks.add(FieldError::new("expiresAt", ErrorCode::OutOfRange).with("max", LONGEST.num_days()));
    }
    checks.finish()?;
    let secret = secret::make(app);
    let row = organisation_token::ActiveModel {
        id: Set(app.id()),
        organisation_id: Set(organisation),
        name: Set(name),
        token_hash: Set(token_hash(&secret)),
        hint: Set(secret[secret.len() - 4..].to_owned()),
        scopes: Set(join_scopes(&input.scopes)),
        answerable_id: Set(me),
        created_at: Set(now),
        expires_at: Set(input.expires_at),
        revoked_at: Set(None),
        last_used_at: Set(None),
        warned_at: Set(None),
        ended_at: Set(None),
    };
    let tx = app.db.write().await?;
    if store::living(&*tx, organisation, now).await?.len() >= MOST {
        return Err(Error::Invalid(vec![FieldError::new("", ErrorCode::OutOfRange).with("max", MOST)]));
    }
    let token = store::insert(app, &tx, actor, row).await?;
    tx.commit().await?;
    Ok(CreatedToken { token, secret })
}

/// Answers for a token from now on, in the place of whoever did.
pub async fn take_over(app: &App, actor: &Actor, id: TokenId) -> Result<Token> {
    actor.recently_authenticated(app)?;
    let me = actor.person()?.id;
    let tx = app.db.write().await?;
    let row = manageable(&tx, actor, id).await?;
    let is_over = matches!(state_of(&row, true, app.now()), TokenState::Revoked | TokenState::Expired);
    if is_over || row.answerable_id == me {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    let row = store::save(app, &tx, actor, row, EntryKind::TokenTakenOver, |t| {
        t.answerable_id = Set(me);
    })
    .await?;
    tx.commit().await?;
    Ok(row)
}

/// Ends a token. What is done is done: a machine in the wrong hands is stopped
/// without being asked who one is once more.
pub async fn revoke(app: &App, actor: &Actor, id: TokenId) -> Result<Token> {
    let tx = app.db.write().await?;
    let row = manageable(&tx, actor, id).await?;
    if row.revoked_at.is_some() || row.expires_at <= app.now() {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    let now = app.now();
    let row = store::save(app, &tx, actor, row, EntryKind::TokenRevoked, |t| {
        t.revoked_at = Set(Some(now));
    })
    .await?;
    tx.commit().await?;
    Ok(row)
}

async fn manageable(tx: &Tx, actor: &Actor, id: TokenId) -> Result<Token> {
    // Asked first, so that no refusal tells what there is.
    actor.acting()?;
    let row = store::by_id(&**tx, id).await?.ok_or(Error::NotFound)?;
    policy::may_manage_tokens(actor, row.organisation_id)?;
    Ok(row)
}

/// Notes, in the transaction in which a member left or lost the role, which
/// tokens stop with it: whoever is left is told.
pub(in crate::accounts) async fn note_stopped(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    membership: &Membership,
) -> Result<()> {
    let living = store::living(&**tx, membership.organisation_id, app.now()).await?;
    for token in living.iter().filter(|t| t.answerable_id == membership.person_id) {
        if !queries::has_answerable(&**tx, token).await? {
            store::note(app, tx, actor, EntryKind::TokenStopped, token).await?;
        }
    }
    Ok(())
}
