//! Rows that the record speaks of.

use futures::future::BoxFuture;
use sea_orm::{DatabaseConnection, EntityTrait, FromQueryResult, PrimaryKeyTrait, QuerySelect};
use sea_orm::{Iterable, PrimaryKeyToColumn};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::Result;

/// A table whose every row is covered by an entry of the record.
pub trait Subject: Serialize {
    /// The table's name in the record.
    const KIND: &'static str;
    /// Columns that may change without an entry.
    const UNCOVERED: &'static [&'static str] = &[];

    /// The row's id.
    fn subject_id(&self) -> Uuid;

    /// What is hashed: the row without its uncovered columns.
    fn content(&self) -> Result<Value> {
        let mut value = serde_json::to_value(self)?;
        if let Value::Object(map) = &mut value {
            for column in Self::UNCOVERED {
                map.remove(*column);
            }
        }
        Ok(value)
    }
}

/// Reads the rows of one kind of subject, for verification.
pub struct SubjectReader {
    /// [`Subject::KIND`].
    pub kind: &'static str,
    pub(super) load: for<'a> fn(&'a DatabaseConnection, Uuid) -> BoxFuture<'a, Result<Option<Value>>>,
    pub(super) ids: for<'a> fn(&'a DatabaseConnection) -> BoxFuture<'a, Result<Vec<Uuid>>>,
}

impl std::fmt::Debug for SubjectReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.kind)
    }
}

#[derive(FromQueryResult)]
struct IdRow {
    id: Uuid,
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
                let row =
                    E::find_by_id(<E::PrimaryKey as PrimaryKeyTrait>::ValueType::from(id)).one(db).await?;
                row.map(|r| r.content()).transpose()
            })
        },
        ids: |db| {
            Box::pin(async move {
                let mut query = E::find().select_only();
                for key in E::PrimaryKey::iter() {
                    query = query.column_as(key.into_column(), "id");
                }
                let rows = query.into_model::<IdRow>().all(db).await?;
                Ok(rows.into_iter().map(|r| r.id).collect())
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
