//! The only SQL about refresh tokens.

use entity::{refresh_token, session};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, FromQueryResult, JoinType};
use sea_orm::{QueryFilter, QuerySelect};
use types::{PersonId, RefreshTokenId, SessionId, Time};

use crate::{Result, Tx};

use refresh_token::Column as R;
use session::Column as S;

/// Whose a token is.
#[derive(FromQueryResult)]
pub(super) struct Family {
    pub session: SessionId,
    pub person: PersonId,
    pub expires_at: Time,
}

pub(super) async fn family_of(tx: &Tx, hash: &str) -> Result<Option<Family>> {
    let session = refresh_token::Entity::belongs_to(session::Entity).from(R::SessionId).to(S::Id).into();
    Ok(refresh_token::Entity::find()
        .select_only()
        .column_as(S::Id, "session")
        .column_as(S::PersonId, "person")
        .column_as(S::ExpiresAt, "expires_at")
        .join(JoinType::InnerJoin, session)
        .filter(R::TokenHash.eq(hash))
        .into_model::<Family>()
        .one(&**tx)
        .await?)
}

/// Uses a session that is in force, and holds its row; `false` if it is over.
pub(super) async fn use_session(tx: &Tx, id: SessionId, now: Time, used_since: Time) -> Result<bool> {
    let in_force = Condition::all()
        .add(S::Id.eq(id))
        .add(S::EndedAt.is_null())
        .add(S::ExpiresAt.gt(now))
        .add(S::SeenAt.gt(used_since));
    let done = session::Entity::update_many()
        .col_expr(S::SeenAt, Expr::value(now))
        .filter(in_force)
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected == 1)
}

pub(super) async fn by_hash(tx: &Tx, hash: &str) -> Result<Option<refresh_token::Model>> {
    Ok(refresh_token::Entity::find().filter(R::TokenHash.eq(hash)).one(&**tx).await?)
}

/// Spends a token; `false` if it was spent already.
pub(super) async fn spend(tx: &Tx, id: RefreshTokenId, now: Time) -> Result<bool> {
    let done = refresh_token::Entity::update_many()
        .col_expr(R::UsedAt, Expr::value(now))
        .filter(R::Id.eq(id).and(R::UsedAt.is_null()))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Says what was given for a token.
pub(super) async fn succeed(tx: &Tx, id: RefreshTokenId, successor: RefreshTokenId) -> Result<()> {
    let row = refresh_token::ActiveModel { successor_id: Set(Some(successor)), ..Default::default() };
    refresh_token::Entity::update_many().set(row).filter(R::Id.eq(id)).exec(&**tx).await?;
    Ok(())
}

pub(super) async fn insert(
    tx: &Tx,
    id: RefreshTokenId,
    session: SessionId,
    token_hash: String,
    now: Time,
) -> Result<()> {
    let row = refresh_token::ActiveModel {
        id: Set(id),
        session_id: Set(session),
        token_hash: Set(token_hash),
        created_at: Set(now),
        used_at: Set(None),
        successor_id: Set(None),
    };
    refresh_token::Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Forgets the tokens of this session's person whose sessions are over: nothing is detected by them any more.
pub(super) async fn forget_ended(tx: &Tx, session: SessionId, now: Time) -> Result<()> {
    let person = Query::select()
        .column(S::PersonId)
        .from(session::Entity)
        .and_where(Expr::col(S::Id).eq(session))
        .to_owned();
    let over = Query::select()
        .column(S::Id)
        .from(session::Entity)
        .and_where(Expr::col(S::PersonId).in_subquery(person))
        .cond_where(
            Condition::any().add(Expr::col(S::EndedAt).is_not_null()).add(Expr::col(S::ExpiresAt).lte(now)),
        )
        .to_owned();
    refresh_token::Entity::delete_many().filter(R::SessionId.in_subquery(over)).exec(&**tx).await?;
    Ok(())
}
