//! Rows that the record speaks of.

use futures::future::BoxFuture;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, EntityTrait, Iterable, PrimaryKeyToColumn, PrimaryKeyTrait,
    QueryResult, QuerySelect, QueryTrait,
};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::raw::{Broken, rows};
use crate::Result;

/// A table whose every row is covered by an entry of the record.
pub trait Subject: Serialize {
    /// The table's name in the record.
    const KIND: &'static str;
    /// Columns that may change without an entry.
    const UNCOVERED: &'static [&'static str] = &[];

    /// The row's id.
    fn subject_id(&self) -> Uuid;

    /// What is hashed: the row without its uncovered columns. A column without
    /// a value says nothing, so a later release can add one and what was
    /// recorded before still fits.
    fn content(&self) -> Result<Value> {
        let mut value = serde_json::to_value(self)?;
        if let Value::Object(map) = &mut value {
            for column in Self::UNCOVERED {
                map.remove(*column);
            }
            map.retain(|_, value| !value.is_null());
        }
        Ok(value)
    }
}

/// What was read of a row, or why it can't be.
type Row<T> = Result<T, Broken>;
type Reading<'a, T> = BoxFuture<'a, Result<T>>;

/// Reads the rows of one kind of subject, for verification.
pub struct SubjectReader {
    /// [`Subject::KIND`].
    pub kind: &'static str,
    pub(super) load: for<'a> fn(&'a DatabaseTransaction, Uuid) -> Reading<'a, Option<Row<Value>>>,
    pub(super) ids: for<'a> fn(&'a DatabaseTransaction) -> Reading<'a, Vec<Row<Uuid>>>,
}

impl SubjectReader {
    /// Whether there is no row.
    pub(crate) async fn is_empty(&self, db: &DatabaseTransaction) -> Result<bool> {
        Ok((self.ids)(db).await?.is_empty())
    }
}

impl std::fmt::Debug for SubjectReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.kind)
    }
}

/// The reader for an entity with one UUID key.
pub fn subject<E>() -> SubjectReader
where
    E: EntityTrait,
    E::Model: Subject + Sync,
    <E::PrimaryKey as PrimaryKeyTrait>::ValueType: From<Uuid> + Send,
{
    SubjectReader {
        kind: E::Model::KIND,
        load: |db, id| {
            Box::pin(async move {
                let query = E::find_by_id(<E::PrimaryKey as PrimaryKeyTrait>::ValueType::from(id));
                Ok(match rows(db, query).await?.pop() {
                    None => None,
                    Some(Ok(row)) => Some(Ok(row.content()?)),
                    Some(Err(broken)) => Some(Err(broken)),
                })
            })
        },
        ids: |db| {
            Box::pin(async move {
                let mut query = E::find().select_only();
                for key in E::PrimaryKey::iter() {
                    query = query.column_as(key.into_column(), "id");
                }
                let rows = db.query_all(&query.into_query()).await?;
                let id = |row: QueryResult| row.try_get("", "id").map_err(|why| Broken::new(row, &why));
                Ok(rows.into_iter().map(id).collect())
            })
        },
    }
}

/// Implements [`Subject`] for an entity's model with a typed id.
#[macro_export]
macro_rules! subjects {
    ($($model:ty => $kind:literal $(except [$($column:literal),+])?;)+) => {$(
        impl $crate::record::Subject for $model {
            const KIND: &'static str = $kind;
            $(const UNCOVERED: &'static [&'static str] = &[$($column),+];)?
            fn subject_id(&self) -> uuid::Uuid {
                self.id.0
            }
        }
    )+};
}
