//! What a request costs besides the operation in it, in points.

use axum::http::Method;
use types::Language;

/// Credentials that open nothing.
pub(super) const REFUSED: u32 = 5;
/// A page, which runs a few operations.
const PAGE: u32 = 10;
/// A form, which changes something.
const FORM: u32 = 20;
/// A file sent.
const UPLOAD: u32 = 20;
/// A file or a calendar fetched.
const FILE: u32 = 5;
/// Whatever else; a request of the API, over a socket too, whose operation costs for itself.
pub(super) const REQUEST: u32 = 1;

/// The price of a request. What is the same for everybody, and never changes, is free.
pub(super) fn of(method: &Method, path: &str) -> u32 {
    let first = path.split('/').nth(1).unwrap_or_default();
    match first {
        "assets" | "favicon.ico" | "robots.txt" => 0,
        "uploads" => UPLOAD,
        "attachments" | "events" => FILE,
        language if language.parse::<Language>().is_ok() => {
            if matches!(*method, Method::GET | Method::HEAD) {
                PAGE
            } else {
                FORM
            }
        }
        _ => REQUEST,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_something_costs_more() {
        assert_eq!(of(&Method::GET, "/nb/needs"), PAGE);
        assert_eq!(of(&Method::POST, "/nn/login"), FORM);
        assert_eq!(of(&Method::POST, "/graphql"), REQUEST);
        assert_eq!(of(&Method::GET, "/"), REQUEST);
        assert_eq!(of(&Method::POST, "/uploads"), UPLOAD);
        assert_eq!(of(&Method::GET, "/assets/portal.css"), 0);
    }
}
