//! Keyset paging: a page after a position, never an offset.

use types::{ErrorCode, FieldError};

use crate::{Error, Result};

/// The largest page.
pub const MAX_PAGE: u64 = 100;

/// Which page is asked for. The cursor is whatever the list's sort key is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// How many, 1–100.
    pub first: u64,
    /// After which cursor.
    pub after: Option<String>,
}

impl PageRequest {
    /// The first `first` rows, after `after`.
    pub fn new(first: Option<i32>, after: Option<String>) -> Result<Self> {
        match first {
            None => Ok(Self { first: 20, after }),
            Some(n) if (1..=100).contains(&n) => Ok(Self { first: n.unsigned_abs().into(), after }),
            Some(_) => Err(Error::Invalid(vec![
                FieldError::new("first", ErrorCode::OutOfRange).with("min", 1).with("max", MAX_PAGE),
            ])),
        }
    }

    /// A cursor that can't be read.
    pub fn bad_cursor() -> Error {
        Error::field("after", ErrorCode::InvalidFormat)
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows, each with its cursor.
    pub rows: Vec<(String, T)>,
    /// Whether more follow.
    pub has_next: bool,
}

impl<T> Page<T> {
    /// Cuts a list that was fetched with one row too many.
    pub fn cut(mut rows: Vec<T>, first: u64, cursor: impl Fn(&T) -> String) -> Self {
        let first = usize::try_from(first).unwrap_or(usize::MAX);
        let has_next = rows.len() > first;
        rows.truncate(first);
        Self { rows: rows.into_iter().map(|row| (cursor(&row), row)).collect(), has_next }
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
        }
    }
}
