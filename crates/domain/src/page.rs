//! Keyset paging: a page after a position, never an offset. A list is counted
//! only where that is asked for, and no further than [`MAX_COUNT`].

pub(crate) use sea_orm::Order as Direction;
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query};
use sea_orm::{ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select};
use types::{ErrorCode, FieldError, Time};
use uuid::Uuid;

use crate::{Error, Result};

/// The largest page.
pub const MAX_PAGE: u64 = 100;

/// So far a list is counted; a total of this is *so many or more*.
pub const MAX_COUNT: u64 = 1_000;

/// Which page is asked for. The cursor is whatever the list's sort key is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// How many, 1–100.
    pub first: u64,
    /// After which cursor.
    pub after: Option<String>,
    /// Whether the whole list is counted.
    pub is_counted: bool,
    /// Whether the list runs against its usual order.
    pub is_reversed: bool,
}

impl Default for PageRequest {
    fn default() -> Self {
        Self { first: 20, after: None, is_counted: false, is_reversed: false }
    }
}

impl PageRequest {
    /// The largest first page.
    pub fn largest() -> Self {
        Self { first: MAX_PAGE, ..Self::default() }
    }

    /// The first `first` rows, after `after`.
    pub fn new(first: Option<i32>, after: Option<String>) -> Result<Self> {
        match first {
            None => Ok(Self { after, ..Self::default() }),
            Some(n) if (1..=100).contains(&n) => {
                Ok(Self { first: n.unsigned_abs().into(), after, ..Self::default() })
            }
            Some(_) => Err(Error::Invalid(vec![
                FieldError::new("first", ErrorCode::OutOfRange).with("min", 1).with("max", MAX_PAGE),
            ])),
        }
    }

    /// A cursor that can't be read, or is of another list.
    pub fn bad_cursor() -> Error {
        Error::field("after", ErrorCode::InvalidCursor)
    }

    /// The direction of a list that usually has this one.
    pub(crate) fn direction(&self, usual: Direction) -> Direction {
        match (usual, self.is_reversed) {
            (Direction::Asc, true) => Direction::Desc,
            (Direction::Desc, true) => Direction::Asc,
            (usual, _) => usual,
        }
    }

    /// What comes after a place, in a list that usually has this direction. Row
    /// values are compared as such, so that the engines seek (PERFORMANCE 1).
    pub(crate) fn beyond(&self, usual: Direction, key: Expr, place: Expr) -> Expr {
        if self.direction(usual) == Direction::Asc { key.gt(place) } else { key.lt(place) }
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows, each with its cursor.
    pub rows: Vec<(String, T)>,
    /// Whether more follow.
    pub has_next: bool,
    /// How many there are on all pages, up to [`MAX_COUNT`], where that was asked for.
    pub total: Option<u64>,
}

impl<T> Page<T> {
    /// Cuts a list that was fetched with one row too many.
    pub fn cut(mut rows: Vec<T>, first: u64, cursor: impl Fn(&T) -> String) -> Self {
        let first = usize::try_from(first).unwrap_or(usize::MAX);
        let has_next = rows.len() > first;
        rows.truncate(first);
        Self { rows: rows.into_iter().map(|row| (cursor(&row), row)).collect(), has_next, total: None }
    }

    /// A page of a list that is computed as a whole: sorted by its cursors.
    pub fn of_sorted(rows: Vec<T>, page: &PageRequest, cursor: impl Fn(&T) -> String) -> Self {
        let total = u64::try_from(rows.len()).unwrap_or(u64::MAX);
        let total = std::cmp::min(total, MAX_COUNT);
        let mut rows: Vec<(String, T)> = rows.into_iter().map(|row| (cursor(&row), row)).collect();
        rows.sort_by(|a, b| if page.is_reversed { b.0.cmp(&a.0) } else { a.0.cmp(&b.0) });
        if let Some(after) = &page.after {
            rows.retain(|(at, _)| if page.is_reversed { at < after } else { at > after });
        }
        let first = usize::try_from(page.first).unwrap_or(usize::MAX);
        let has_next = rows.len() > first;
        rows.truncate(first);
        Self { rows, has_next, total: page.is_counted.then_some(total) }
    }

    /// No page of nothing.
    pub fn none() -> Self {
        Self { rows: Vec::new(), has_next: false, total: Some(0) }
    }

    /// With the count of the whole list.
    #[must_use]
    pub fn of(self, total: Option<u64>) -> Self {
        Self { total, ..self }
    }

    /// The same page of other rows, one for each.
    pub fn with<U>(self, rows: impl FnOnce(Vec<T>) -> Vec<U>) -> Page<U> {
        let Self { rows: known, has_next, total } = self;
        let (cursors, known): (Vec<String>, Vec<T>) = known.into_iter().unzip();
        Page { rows: cursors.into_iter().zip(rows(known)).collect(), has_next, total }
    }

    /// The rows alone.
    pub fn into_rows(self) -> Vec<T> {
        self.rows.into_iter().map(|(_, row)| row).collect()
    }

    /// The same page of something else.
    pub fn map<U>(self, mut f: impl FnMut(T) -> U) -> Page<U> {
        Page {
            rows: self.rows.into_iter().map(|(cursor, row)| (cursor, f(row))).collect(),
            has_next: self.has_next,
            total: self.total,
        }
    }
}

impl<T> Page<Option<T>> {
    /// Leaves out what is nothing.
    pub fn flatten(self) -> Page<T> {
        Page {
            rows: self.rows.into_iter().filter_map(|(cursor, row)| Some((cursor, row?))).collect(),
            has_next: self.has_next,
            total: self.total,
        }
    }
}

/// How many rows a filtered query has, if that is asked for; at most [`MAX_COUNT`].
pub(crate) async fn total<E: EntityTrait, C: ConnectionTrait>(
    conn: &C,
    rows: &Select<E>,
    page: &PageRequest,
) -> Result<Option<u64>> {
    if !page.is_counted {
        return Ok(None);
    }
    let some = rows.clone().select_only().expr_as(Expr::val(1), "one").limit(MAX_COUNT).into_query();
    let count = Query::select().expr(Func::count(Expr::val(1))).from_subquery(some, "some_rows").to_owned();
    let found = conn.query_one(&count).await?;
    let found: i64 = found.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or_default();
    Ok(Some(u64::try_from(found).unwrap_or_default()))
}

/// A page by a time and an id, the latest first.
pub(crate) async fn latest_first<E: EntityTrait, C: ConnectionTrait>(
    conn: &C,
    rows: Select<E>,
    page: &PageRequest,
    columns: (E::Column, E::Column),
    key: impl Fn(&E::Model) -> (Time, Uuid),
) -> Result<Page<E::Model>> {
    let total = total(conn, &rows, page).await?;
    let direction = || page.direction(Direction::Desc);
    let mut rows = rows.order_by(columns.0, direction()).order_by(columns.1, direction());
    if let Some(after) = &page.after {
        let row = Expr::tuple([Expr::col(columns.0), Expr::col(columns.1)]);
        rows = rows.filter(page.beyond(Direction::Desc, row, time_place(after)?));
    }
    let rows = rows.limit(page.first + 1).all(conn).await?;
    Ok(Page::cut(rows, page.first, |row| time_cursor(key(row))).of(total))
}

/// A page by an id, the newest first, or by a random id in no order that means anything.
pub(crate) async fn by_id<E: EntityTrait, C: ConnectionTrait>(
    conn: &C,
    rows: Select<E>,
    page: &PageRequest,
    column: E::Column,
    key: impl Fn(&E::Model) -> Uuid,
) -> Result<Page<E::Model>> {
    let total = total(conn, &rows, page).await?;
    let mut rows = rows.order_by(column, page.direction(Direction::Desc));
    if let Some(after) = &page.after {
        rows = rows.filter(page.beyond(Direction::Desc, Expr::col(column), id_place(after)?));
    }
    let rows = rows.limit(page.first + 1).all(conn).await?;
    Ok(Page::cut(rows, page.first, |row| key(row).to_string()).of(total))
}

/// The cursor of a time and an id.
pub(crate) fn time_cursor((at, id): (Time, Uuid)) -> String {
    format!("{}_{id}", at.timestamp_micros())
}

/// The place that such a cursor names, to compare a row with.
pub(crate) fn time_place(cursor: &str) -> Result<Expr> {
    let (micros, id) = cursor.split_once('_').ok_or_else(PageRequest::bad_cursor)?;
    let micros: i64 = micros.parse().map_err(|_| PageRequest::bad_cursor())?;
    let at = Time::from_timestamp_micros(micros).ok_or_else(PageRequest::bad_cursor)?;
    Ok(Expr::tuple([Expr::value(at), id_place(id)?]))
}

/// The place that an id as a cursor names.
pub(crate) fn id_place(cursor: &str) -> Result<Expr> {
    let id: Uuid = cursor.parse().map_err(|_| PageRequest::bad_cursor())?;
    Ok(Expr::value(id))
}
