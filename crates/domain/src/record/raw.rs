//! Rows one by one: a row that can't be read hides no other.

use sea_orm::{
    ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryResult, QueryTrait, Select, TryGetable,
};

use crate::Result;

/// A row that does not hold what its table is to hold.
pub(crate) struct Broken {
    row: QueryResult,
    /// What is wrong with it.
    pub(crate) why: String,
}

impl Broken {
    pub(crate) fn new(row: QueryResult, why: &DbErr) -> Self {
        Self { row, why: why.to_string() }
    }

    /// A column of it, if that one can be read.
    pub(crate) fn column<T: TryGetable>(&self, name: &str) -> Option<T> {
        self.row.try_get("", name).ok()
    }

    /// Its key in words, as far as it is one.
    pub(crate) fn key(&self, name: &str) -> String {
        self.column::<uuid::Uuid>(name)
            .map(|id| id.to_string())
            .or_else(|| self.column::<String>(name))
            .or_else(|| self.column::<i64>(name).map(|number| number.to_string()))
            .unwrap_or_else(|| "?".to_owned())
    }
}

/// The rows of a query, each read or broken.
pub(crate) async fn rows<C: ConnectionTrait, E: EntityTrait>(
    conn: &C,
    query: Select<E>,
) -> Result<Vec<Result<E::Model, Broken>>> {
    let rows = conn.query_all(&query.into_query()).await?;
    Ok(rows
        .into_iter()
        .map(|row| E::Model::from_query_result(&row, "").map_err(|why| Broken::new(row, &why)))
        .collect())
}
