//! Connections: one helper for every list.

use async_graphql::connection::{Connection, Edge};
use async_graphql::{Context, OutputType};
use domain::page::Page;

/// A Relay connection of a page; cursors are opaque.
pub(crate) fn connection<T, N: OutputType>(
    page: Page<T>,
    node: impl Fn(T) -> N,
    is_after: bool,
) -> Connection<String, N> {
    use base64::Engine;
    let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let mut list = Connection::new(is_after, page.has_next);
    list.edges.extend(page.rows.into_iter().map(|(cursor, row)| Edge::new(engine.encode(cursor), node(row))));
    list
}

/// Whether a list is asked for this of its nodes, so that it loads it along.
pub(crate) fn asks(ctx: &Context<'_>, path: &[&str]) -> bool {
    let asked = ctx.look_ahead();
    [asked.field("nodes"), asked.field("edges").field("node")]
        .into_iter()
        .any(|node| path.iter().fold(node, |at, field| at.field(field)).exists())
}

/// The page that arguments ask for.
pub(crate) fn request(
    first: Option<i32>,
    after: Option<String>,
) -> domain::Result<domain::page::PageRequest> {
    use base64::Engine;
    let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let after = match after {
        Some(text) if !text.is_empty() => {
            let bytes = engine.decode(text).map_err(|_| domain::page::PageRequest::bad_cursor())?;
            Some(String::from_utf8(bytes).map_err(|_| domain::page::PageRequest::bad_cursor())?)
        }
        _ => None,
    };
    domain::page::PageRequest::new(first, after)
}
