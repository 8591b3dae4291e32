//! Facts that others keep and everybody here needs: municipalities, counties,
//! NUTS regions, CPV codes, and which days are worked.
//!
//! Built in as tables beside the code, read once, never changed while running.
//! The full CPV list is imported by the installation; what is here suffices to
//! choose and to show a division or a group.

pub mod cpv;
mod list;
mod municipalities;
mod places;
mod working_days;

pub use list::{CpvCache, check_cpv, import_cpv, labels as cpv_labels, search as search_cpv};
pub use municipalities::make_municipalities_known;
pub use places::{
    County, LanguageForm, Municipality, counties, county, county_of_nuts, municipalities, municipality,
    place_name,
};
pub use working_days::{is_working_day, working_days_after};

/// Reads a built-in table: semicolons between the columns, the first line names
/// them. A row that `read` can't make sense of is left out; the tests of each
/// table count its rows, so that none is.
fn table<T>(text: &'static str, read: impl Fn(&csv::StringRecord) -> Option<T>) -> Vec<T> {
    csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_reader(text.as_bytes())
        .records()
        .filter_map(|row| read(&row.ok()?))
        .collect()
}
