//! The rows in which persons are named.

use crate::kit::{Form, Visitor};

/// What is typed in one row.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) email: String,
    pub(super) needs: String,
    pub(super) is_online: bool,
}

const FIELDS: [&str; 3] = ["name", "email", "needs"];

fn row(f: &Form, n: usize) -> Row {
    Row {
        name: f.text_of(&format!("persons.{n}.name")),
        email: f.text_of(&format!("persons.{n}.email")),
        needs: f.text_of(&format!("persons.{n}.needs")),
        is_online: f.ticked(&format!("persons.{n}.isOnline")),
    }
}

/// The rows that say something, and the form with the empty ones taken out, so
/// that the API's `persons.1.email` is the second row of the page as well.
pub(super) fn read(v: &Visitor, f: &Form) -> (Vec<Row>, Form) {
    let mut rows: Vec<Row> = f.indices("persons").into_iter().map(|n| row(f, n)).collect();
    rows.retain(|r| !(r.name.is_empty() && r.email.is_empty() && r.needs.is_empty()));
    let form = filled(Form::of(v).with("version", f.value("version")), &rows);
    (rows, form)
}

/// The form with these rows.
pub(super) fn filled(mut form: Form, rows: &[Row]) -> Form {
    for (n, row) in rows.iter().enumerate() {
        for (field, value) in FIELDS.iter().zip([&row.name, &row.email, &row.needs]) {
            form = form.with(&format!("persons.{n}.{field}"), value);
        }
        if row.is_online {
            form = form.with(&format!("persons.{n}.isOnline"), "true");
        }
    }
    form
}

/// How many rows to show: those that are filled in and, at the beginning, one
/// empty; a further one when it was asked for. Never more than may come.
pub(super) fn shown(f: &Form, wants_more: bool, most: i64) -> usize {
    let filled = f.indices("persons").into_iter().max().map_or(0, |n| n + 1);
    (filled + usize::from(wants_more)).clamp(1, usize::try_from(most).unwrap_or(1).max(1))
}
