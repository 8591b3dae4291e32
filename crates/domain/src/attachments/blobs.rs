//! Contents of files, each once for an organisation, counted.
//!
//! A file in the store has a row from before it is written until after it is
//! deleted, so none is ever lost sight of:
//!
//! 1. [`announce`] makes the row, or counts up who is about to store it;
//! 2. the content is put into the store, outside any transaction;
//! 3. [`hold`] counts the reference, in the transaction of the attachment. If
//!    the row is not the announced one any more, the content may be gone with
//!    it, and all begins anew.
//!
//! [`collect`] deletes a row without references and the file in one
//! transaction, so that an announcement waits and then finds neither; and only
//! if nobody has announced the content since it was found to be without use.

use chrono::TimeDelta;
use entity::blob;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use sha2::{Digest, Sha256};
use types::OrganisationId;
use uuid::Uuid;

use crate::{App, Error, Result, Tx};

/// How long a content that was announced may take to be stored.
const GRACE: TimeDelta = TimeDelta::hours(1);

/// A content that has lost its last reference.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "collect it when the transaction is committed"]
pub struct Freed(blob::Model);

/// An announced content.
pub(super) struct Announced {
    organisation_id: OrganisationId,
    pub sha256: String,
    generation: Uuid,
}

impl Announced {
    pub(super) fn key(&self) -> String {
        key(self.organisation_id, &self.sha256)
    }
}

/// The key of a content in the store.
pub(super) fn key(organisation: OrganisationId, sha256: &str) -> String {
    format!("{organisation}/{sha256}")
}

pub(super) fn hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Says that a content is about to be stored.
pub(super) async fn announce(
    app: &App,
    tx: &Tx,
    organisation: OrganisationId,
    sha256: &str,
    size: i64,
) -> Result<Announced> {
    let row = blob::ActiveModel {
        organisation_id: Set(organisation),
        sha256: Set(sha256.to_owned()),
        size: Set(size),
        reference_count: Set(0),
        generation: Set(app.id()),
        announced: Set(1),
        touched_at: Set(app.now()),
    };
    let seen = || Expr::col((blob::Entity, blob::Column::Announced));
    blob::Entity::insert(row)
        .on_conflict(
            OnConflict::columns([blob::Column::OrganisationId, blob::Column::Sha256])
                .update_column(blob::Column::TouchedAt)
                .value(blob::Column::Announced, seen().add(1))
                .to_owned(),
        )
        .exec_without_returning(&**tx)
        .await?;
    let row = get(tx, organisation, sha256).await?.ok_or_else(|| Error::internal("a blob just made"))?;
    Ok(Announced { organisation_id: organisation, sha256: row.sha256, generation: row.generation })
}

/// Counts a reference; `false` if the content may be gone again.
pub(super) async fn hold(tx: &Tx, announced: &Announced) -> Result<bool> {
    let held = blob::Entity::update_many()
        .col_expr(blob::Column::ReferenceCount, Expr::col(blob::Column::ReferenceCount).add(1))
        .filter(blob::Column::OrganisationId.eq(announced.organisation_id))
        .filter(blob::Column::Sha256.eq(&announced.sha256))
        .filter(blob::Column::Generation.eq(announced.generation))
        .exec(&**tx)
        .await?;
    Ok(held.rows_affected == 1)
}

/// Counts a reference less; `Some` if it was the last one.
pub(super) async fn release(
    app: &App,
    tx: &Tx,
    organisation: OrganisationId,
    sha256: &str,
) -> Result<Option<Freed>> {
    blob::Entity::update_many()
        .col_expr(blob::Column::ReferenceCount, Expr::col(blob::Column::ReferenceCount).sub(1))
        .col_expr(blob::Column::TouchedAt, Expr::value(app.now()))
        .filter(blob::Column::OrganisationId.eq(organisation))
        .filter(blob::Column::Sha256.eq(sha256))
        .exec(&**tx)
        .await?;
    let row = get(tx, organisation, sha256).await?;
    Ok(row.filter(|r| r.reference_count == 0).map(Freed))
}

async fn get(tx: &Tx, organisation: OrganisationId, sha256: &str) -> Result<Option<blob::Model>> {
    Ok(blob::Entity::find_by_id((organisation, sha256.to_owned())).one(&**tx).await?)
}

/// Deletes contents that were freed, unless they came back meanwhile; how many.
/// What a failure leaves behind, [`sweep`] takes.
pub async fn collect(app: &App, freed: impl IntoIterator<Item = Freed>) -> Result<usize> {
    let mut deleted = 0;
    for Freed(row) in freed {
        let tx = app.db.write().await?;
        let gone = blob::Entity::delete_many()
            .filter(blob::Column::OrganisationId.eq(row.organisation_id))
            .filter(blob::Column::Sha256.eq(&row.sha256))
            .filter(blob::Column::ReferenceCount.eq(0))
            .filter(blob::Column::Generation.eq(row.generation))
            .filter(blob::Column::Announced.eq(row.announced))
            .exec(&*tx)
            .await?;
        if gone.rows_affected == 1 {
            app.blobs.delete(&key(row.organisation_id, &row.sha256)).await?;
            tx.commit().await?;
            deleted += 1;
        }
    }
    Ok(deleted)
}

/// Deletes contents that nothing refers to and that nobody is storing; how many.
pub async fn sweep(app: &App) -> Result<usize> {
    let idle = blob::Entity::find()
        .filter(blob::Column::ReferenceCount.eq(0))
        .filter(blob::Column::TouchedAt.lt(app.now() - GRACE))
        .order_by_asc(blob::Column::TouchedAt)
        .limit(100)
        .all(app.db.read())
        .await?;
    collect(app, idle.into_iter().map(Freed)).await
}
