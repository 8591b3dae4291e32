//! The files that pages load, embedded under names that carry their hash.
//!
//! A changed file has a changed name, so browsers may keep each for ever.

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

struct File {
    name: &'static str,
    url: &'static str,
    plain: &'static [u8],
    /// The same, compressed with Brotli.
    small: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Where `name` is served: `url("portal.css")`. None when this build lacks
/// it, as builds without npm lack the design system's scripts.
pub fn find(name: &str) -> Option<&'static str> {
    FILES.iter().find(|file| file.name == name).map(|file| file.url)
}

/// As [`find`], and an empty address for a file that is not there.
pub fn url(name: &str) -> &'static str {
    find(name).unwrap_or_default()
}

/// Serves `/assets/{file}`.
pub async fn serve(Path(file): Path<String>, headers: HeaderMap) -> Response {
    let Some(found) = FILES.iter().find(|f| f.url.strip_prefix("/assets/") == Some(&file)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let takes_brotli = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.split(',').any(|e| e.split(';').next().is_some_and(|e| e.trim() == "br")));
    let kind = match file.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    };
    let mut response = match found.small {
        Some(small) if takes_brotli => ([(header::CONTENT_ENCODING, "br")], small).into_response(),
        _ => found.plain.into_response(),
    };
    let fixed = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::VARY, "Accept-Encoding"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    for (name, value) in fixed {
        response.headers_mut().insert(name, header::HeaderValue::from_static(value));
    }
    response
}

/// Serves `/favicon.ico`, which browsers ask for where no page names an icon.
pub async fn favicon() -> Response {
    match find("favicon.svg") {
        Some(icon) => Redirect::temporary(icon).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Serves `/robots.txt`: what is public may be found.
pub async fn robots() -> &'static str {
    "User-agent: *\nAllow: /\n"
}
