//! The only SQL about passkeys.

use entity::{passkey, passkey_ceremony};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use types::{ErrorCode, PasskeyId, PersonId, Time};

use super::Passkey;
use crate::ports::PasskeyUse;
use crate::{Result, Tx, unique};

use passkey::Column as P;

/// A person's, the oldest first.
pub(super) async fn of_person<C: ConnectionTrait>(conn: &C, person: PersonId) -> Result<Vec<Passkey>> {
    Ok(passkey::Entity::find()
        .filter(P::PersonId.eq(person))
        .order_by_asc(P::CreatedAt)
        .order_by_asc(P::Id)
        .all(conn)
        .await?)
}

/// One of a person's.
pub(super) async fn mine<C: ConnectionTrait>(
    conn: &C,
    person: PersonId,
    id: PasskeyId,
) -> Result<Option<Passkey>> {
    Ok(passkey::Entity::find_by_id(id).filter(P::PersonId.eq(person)).one(conn).await?)
}

/// Anybody's, before it is known who signs in: an id of a credential is random, and
/// what is found is shown to nobody.
pub(super) async fn by_credential<C: ConnectionTrait>(conn: &C, credential: &str) -> Result<Option<Passkey>> {
    Ok(passkey::Entity::find().filter(P::CredentialId.eq(credential)).one(conn).await?)
}

/// The same, held until the transaction ends, so that two uses are judged one after the other.
pub(super) async fn lock(tx: &Tx, id: PasskeyId) -> Result<Option<Passkey>> {
    Ok(passkey::Entity::find_by_id(id).lock_exclusive().one(&**tx).await?)
}

pub(super) async fn count(tx: &Tx, person: PersonId) -> Result<u64> {
    Ok(passkey::Entity::find().filter(P::PersonId.eq(person)).count(&**tx).await?)
}

pub(super) async fn insert(tx: &Tx, row: passkey::ActiveModel) -> Result<Passkey> {
    let inserted = passkey::Entity::insert(row).exec_with_returning(&**tx).await;
    unique(inserted, "response", ErrorCode::AlreadyExists)
}

pub(super) async fn rename(tx: &Tx, id: PasskeyId, name: &str) -> Result<()> {
    update(tx, id, passkey::ActiveModel { name: Set(name.to_owned()), ..Default::default() }).await
}

pub(super) async fn note_use(tx: &Tx, id: PasskeyId, used: PasskeyUse, now: Time) -> Result<()> {
    let change = passkey::ActiveModel {
        sign_count: Set(i64::from(used.sign_count)),
        is_backed_up: Set(used.is_backed_up),
        last_used_at: Set(Some(now)),
        ..Default::default()
    };
    update(tx, id, change).await
}

pub(super) async fn stop(tx: &Tx, id: PasskeyId, now: Time) -> Result<()> {
    update(tx, id, passkey::ActiveModel { stopped_at: Set(Some(now)), ..Default::default() }).await
}

async fn update(tx: &Tx, id: PasskeyId, change: passkey::ActiveModel) -> Result<()> {
    passkey::Entity::update_many().set(change).filter(P::Id.eq(id)).exec(&**tx).await?;
    Ok(())
}

pub(super) async fn delete(tx: &Tx, id: PasskeyId) -> Result<()> {
    passkey::Entity::delete_by_id(id).exec(&**tx).await?;
    Ok(())
}

/// Notes that a question was answered; `false` if it had been.
pub(super) async fn spend_ceremony(tx: &Tx, hash: &str, expires_at: Time) -> Result<bool> {
    let row =
        passkey_ceremony::ActiveModel { challenge_hash: Set(hash.to_owned()), expires_at: Set(expires_at) };
    let inserted = passkey_ceremony::Entity::insert(row)
        .on_conflict(OnConflict::column(passkey_ceremony::Column::ChallengeHash).do_nothing().to_owned())
        .exec_without_returning(&**tx)
        .await?;
    Ok(inserted == 1)
}

/// Forgets what is too old to be answered.
pub(super) async fn forget_ceremonies(tx: &Tx, now: Time) -> Result<()> {
    passkey_ceremony::Entity::delete_many()
        .filter(passkey_ceremony::Column::ExpiresAt.lte(now))
        .exec(&**tx)
        .await?;
    Ok(())
}
