//! A page to try the API on, without anything from elsewhere: `/graphql` in a browser.

use axum::Router;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::Web;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                      form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(
            "/graphql/explorer.js",
            get(async || file("text/javascript", include_str!("explorer/explorer.js"))),
        )
        .route("/graphql/explorer.css", get(async || file("text/css", include_str!("explorer/explorer.css"))))
}

/// The page.
pub(super) fn page() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::VARY, "Accept"),
    ];
    (headers, include_str!("explorer/explorer.html")).into_response()
}

fn file(kind: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, format!("{kind}; charset=utf-8"))], text).into_response()
}
