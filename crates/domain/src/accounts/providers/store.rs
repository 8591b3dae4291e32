//! Attempts and identities: the SQL of signing in by another service.

use entity::{identity, provider_sign_in};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use types::{ErrorCode, IdentityId, PersonId, ProviderSignInId, Time};

use crate::{Result, Tx, unique};

pub(super) async fn insert_attempt(tx: &Tx, row: provider_sign_in::ActiveModel) -> Result<()> {
    provider_sign_in::Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}

pub(super) async fn attempt_by_state<C: ConnectionTrait>(
    conn: &C,
    state_hash: &str,
) -> Result<Option<provider_sign_in::Model>> {
    let which = provider_sign_in::Column::StateHash.eq(state_hash);
    Ok(provider_sign_in::Entity::find().filter(which).one(conn).await?)
}

/// Spends an attempt; `false` if it was spent already.
pub(super) async fn spend_attempt(tx: &Tx, id: ProviderSignInId, now: Time) -> Result<bool> {
    use provider_sign_in::Column as A;
    let done = provider_sign_in::Entity::update_many()
        .col_expr(A::UsedAt, Expr::value(now))
        .filter(A::Id.eq(id).and(A::UsedAt.is_null()))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Deletes those that ended before then.
pub(super) async fn forget_attempts(tx: &Tx, before: Time) -> Result<()> {
    let which = provider_sign_in::Column::ExpiresAt.lt(before);
    provider_sign_in::Entity::delete_many().filter(which).exec(&**tx).await?;
    Ok(())
}

pub(super) async fn insert_identity(tx: &Tx, row: identity::ActiveModel) -> Result<()> {
    let done = identity::Entity::insert(row).exec_without_returning(&**tx).await;
    unique(done, "identity", ErrorCode::AlreadyExists)?;
    Ok(())
}

pub(super) async fn identity_by_subject<C: ConnectionTrait>(
    conn: &C,
    subject_hash: &str,
) -> Result<Option<identity::Model>> {
    Ok(identity::Entity::find().filter(identity::Column::SubjectHash.eq(subject_hash)).one(conn).await?)
}

pub(super) async fn identities_of<C: ConnectionTrait>(
    conn: &C,
    person: PersonId,
) -> Result<Vec<identity::Model>> {
    Ok(identity::Entity::find()
        .filter(identity::Column::PersonId.eq(person))
        .order_by_asc(identity::Column::CreatedAt)
        .order_by_asc(identity::Column::Id)
        .all(conn)
        .await?)
}

pub(super) async fn touch_identity(tx: &Tx, id: IdentityId, now: Time) -> Result<()> {
    identity::Entity::update_many()
        .col_expr(identity::Column::LastUsedAt, Expr::value(now))
        .filter(identity::Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Removes one of a person's; `false` if it is not there.
pub(super) async fn delete_identity(tx: &Tx, person: PersonId, id: IdentityId) -> Result<bool> {
    let which = identity::Column::Id.eq(id).and(identity::Column::PersonId.eq(person));
    let done = identity::Entity::delete_many().filter(which).exec(&**tx).await?;
    Ok(done.rows_affected == 1)
}
