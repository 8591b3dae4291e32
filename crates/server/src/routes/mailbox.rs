//! `/dev/mail`: the mails of a demonstration. It exists there only.

use std::path::PathBuf;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use mail::KeptMail;

/// So many of the newest mails are shown.
const SHOWN: usize = 500;

const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;margin:0 auto;max-width:70rem;padding:1rem}\
    table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid;padding:.4rem;text-align:left}\
    pre{white-space:pre-wrap}iframe{background:#fff;border:1px solid;height:40rem;width:100%}";

pub(super) fn routes(folder: PathBuf) -> Router {
    Router::new()
        .route("/dev/mail", get(list))
        .route("/dev/mail.json", get(json))
        .route("/dev/mail/{name}", get(show))
        .with_state(Arc::new(folder))
}

async fn list(State(folder): State<Arc<PathBuf>>) -> Response {
    let Ok(mails) = mail::list(&folder, SHOWN).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let rows: String = mails.iter().map(row).collect();
    let table = if rows.is_empty() {
        "<p>Ingen e-post er sendt ennå.</p>".to_owned()
    } else {
        format!(
            "<table><thead><tr><th scope=\"col\">Sendt</th><th scope=\"col\">Til</th>\
             <th scope=\"col\">Emne</th></tr></thead><tbody>{rows}</tbody></table>"
        )
    };
    page("E-post", &format!("<p>Alt som demonstrasjonen ville ha sendt, det nyeste først.</p>{table}"))
}

fn row(mail: &KeptMail) -> String {
    format!(
        "<tr><td>{}</td><td>{}</td><td><a href=\"/dev/mail/{}\">{}</a></td></tr>",
        mail.sent_at.format("%Y-%m-%d %H:%M:%S UTC"),
        escaped(mail.to.as_str()),
        escaped(&mail.name),
        escaped(&mail.subject)
    )
}

async fn show(State(folder): State<Arc<PathBuf>>, Path(name): Path<String>) -> Response {
    let Ok(mail) = mail::read(&folder, &name).await else { return StatusCode::NOT_FOUND.into_response() };
    let calendar = mail
        .calendar
        .as_ref()
        .map(|c| format!("<h2>Kalender</h2><pre tabindex=\"0\">{}</pre>", escaped(c)))
        .unwrap_or_default();
    let body = format!(
        "<p><a href=\"/dev/mail\">All e-post</a></p><p>Til {} {}</p><h2>Tekst</h2><pre>{}</pre>\
         <h2>HTML</h2><iframe title=\"HTML\" sandbox=\"allow-popups\" srcdoc=\"{}\"></iframe>{calendar}",
        escaped(mail.to_name.as_deref().unwrap_or_default()),
        escaped(mail.to.as_str()),
        links(&mail.text),
        escaped(&mail.html),
    );
    page(&mail.subject, &body)
}

/// Oldest first, as they were sent.
async fn json(State(folder): State<Arc<PathBuf>>) -> Response {
    match mail::list(&folder, SHOWN).await {
        Ok(mut mails) => {
            mails.reverse();
            Json(mails).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn page(title: &str, body: &str) -> Response {
    let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'; \
                  form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
    let html = format!(
        "<!doctype html><html lang=\"nb\"><head><meta charset=\"utf-8\"><title>{title} – Samspill</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head>\
         <body><main><h1>{title}</h1>{body}</main></body></html>",
        title = escaped(title)
    );
    let headers =
        [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_SECURITY_POLICY, policy)];
    (headers, html).into_response()
}

/// The text with its addresses made links.
fn links(text: &str) -> String {
    let word = |word: &str| {
        let safe = escaped(word);
        let trimmed = safe.trim_end();
        let is_address = trimmed.starts_with("http://") || trimmed.starts_with("https://");
        if is_address {
            safe.replacen(trimmed, &format!("<a href=\"{trimmed}\">{trimmed}</a>"), 1)
        } else {
            safe
        }
    };
    text.split_inclusive(char::is_whitespace).map(word).collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_links_and_nothing_else_becomes_markup() {
        let text = "See\nhttp://x.no/a?b=1&c=2\n<script>";
        let html = links(text);
        assert!(html.contains("<a href=\"http://x.no/a?b=1&amp;c=2\">"), "{html}");
        assert!(!html.contains("<script>"), "{html}");
    }
}
