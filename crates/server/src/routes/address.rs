//! Addresses, before anything reads them.

use axum::extract::Request;
use axum::http::Uri;
use axum::http::uri::PathAndQuery;

/// A NUL in an address, which no text of ours can hold, stands for nothing: it becomes
/// U+001A, the character that stands for one which can't be read (and no longer in an
/// address). So a name with one is not found, by either engine, and a search finds nothing.
pub(super) fn readable(mut request: Request) -> Request {
    let address = request.uri().path_and_query().map_or("", PathAndQuery::as_str);
    if address.contains("%00") {
        let replaced = address.replace("%00", "%1A");
        let mut parts = request.uri().clone().into_parts();
        if let Ok(replaced) = replaced.parse() {
            parts.path_and_query = Some(replaced);
        }
        if let Ok(uri) = Uri::from_parts(parts) {
            *request.uri_mut() = uri;
        }
    }
    request
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nul_is_replaced_and_nothing_else() {
        for (from, to) in [
            ("/nb/needs/a%00b?q=%00&n=%2500", "/nb/needs/a%1Ab?q=%1A&n=%2500"),
            ("http://x.no/a%00", "http://x.no/a%1A"),
            ("/nb/needs?q=a%20b", "/nb/needs?q=a%20b"),
        ] {
            let request = Request::builder().uri(from).body(axum::body::Body::empty()).expect("a request");
            assert_eq!(readable(request).uri().to_string(), to);
        }
    }
}
