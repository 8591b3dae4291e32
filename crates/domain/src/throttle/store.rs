//! The rows.

use chrono::TimeDelta;
use entity::allowance::{Column, Entity};
use entity::rate_limit;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::{App, Error, Result};

/// Windows of [`crate::accounts::rate_limit`] are shorter.
const LONGEST_WINDOW: TimeDelta = TimeDelta::days(1);

/// Puts `time` worth of points into a bucket; when it will be empty.
pub(super) async fn add(app: &App, key: &str, now: i64, time: i64) -> Result<i64> {
    let empty_at = || Expr::col((Entity, Column::EmptyAt));
    let later = CaseStatement::new().case(empty_at().gt(now), empty_at()).finally(now);
    let put = Query::insert()
        .into_table(Entity)
        .columns([Column::Key, Column::EmptyAt])
        .values_panic([key.into(), (now + time).into()])
        .on_conflict(
            OnConflict::column(Column::Key).value(Column::EmptyAt, Expr::expr(later).add(time)).to_owned(),
        )
        .returning_col(Column::EmptyAt)
        .to_owned();
    let tx = app.db.write().await?;
    let row = tx.query_one(&put).await?.ok_or_else(|| Error::internal("no row was put"))?;
    let empty_at = row.try_get_by_index(0)?;
    tx.commit().await?;
    Ok(empty_at)
}

/// Deletes empty buckets and windows that are over.
pub(super) async fn sweep(app: &App, now: i64) -> Result<u64> {
    let tx = app.db.write().await?;
    let buckets = Entity::delete_many().filter(Column::EmptyAt.lt(now)).exec(&*tx).await?;
    let over = rate_limit::Column::WindowStart.lt(app.now() - LONGEST_WINDOW);
    let windows = rate_limit::Entity::delete_many().filter(over).exec(&*tx).await?;
    tx.commit().await?;
    Ok(buckets.rows_affected + windows.rows_affected)
}
