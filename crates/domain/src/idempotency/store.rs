//! The rows.

use entity::idempotency_key::{ActiveModel, Column, Entity, Model};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::LIFETIME;
use crate::{App, Error, Result};

/// Puts a row, or finds the one that is there.
pub(super) async fn take(app: &App, id: &str, request: &str) -> Result<Option<Model>> {
    let now = app.now();
    let row = ActiveModel {
        id: Set(id.to_owned()),
        request: Set(request.to_owned()),
        answer: Set(None),
        created_at: Set(now),
    };
    let tx = app.db.write().await?;
    let is_over = Column::CreatedAt.lte(now - LIFETIME);
    Entity::delete_many().filter(Column::Id.eq(id)).filter(is_over).exec(&*tx).await?;
    // Of two at once the second waits here for the first one's commit.
    let put = Entity::insert(row)
        .on_conflict(OnConflict::column(Column::Id).do_nothing().to_owned())
        .exec_without_returning(&*tx)
        .await?;
    let found = if put == 0 { Entity::find_by_id(id.to_owned()).one(&*tx).await? } else { None };
    tx.commit().await?;
    match found {
        // Given back between the two statements: whoever sends it again gets it.
        None if put == 0 => Err(Error::Unavailable("an idempotency key is being given back".to_owned())),
        found => Ok(found),
    }
}

pub(super) async fn keep(app: &App, id: &str, answer: Vec<u8>) -> Result<()> {
    let tx = app.db.write().await?;
    Entity::update_many()
        .col_expr(Column::Answer, answer.into())
        .filter(Column::Id.eq(id))
        .exec(&*tx)
        .await?;
    tx.commit().await
}

pub(super) async fn delete(app: &App, id: &str) -> Result<()> {
    let tx = app.db.write().await?;
    Entity::delete_by_id(id.to_owned()).exec(&*tx).await?;
    tx.commit().await
}

pub(super) async fn sweep(app: &App) -> Result<u64> {
    let over = Column::CreatedAt.lte(app.now() - LIFETIME);
    let find = Entity::find().select_only().column(Column::Id).filter(over.clone()).limit(1);
    if find.into_tuple::<String>().one(app.db.product()).await?.is_none() {
        return Ok(0);
    }
    let tx = app.db.write().await?;
    let gone = Entity::delete_many().filter(over).exec(&*tx).await?;
    tx.commit().await?;
    Ok(gone.rows_affected)
}
