//! Who calls: cookie or access token, language, address; and one line in the
//! log for each request.

use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::time::Instant;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use axum_extra::extract::CookieJar;
use domain::audit::Line;
use domain::{Actor, Error, Result, accounts, throttle};
use futures::FutureExt;
use i18n::Texts;
use portal::{RequestData, Throttled};
use tower_http::csrf::ProtectionError;
use tracing::Instrument;
use types::{AuditEvent, ErrorCode, Language, TokenId};

use super::refusal::Refusal;
use super::{Web, price, secrets};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The operation that a request ran, for the log: put into the answer's extensions.
#[derive(Clone, Debug)]
pub(super) struct Operation(pub(super) String);

/// The name of the session's cookie. A browser takes `__Host-` only over TLS
/// and from this very host.
pub(crate) const fn session_cookie(is_secure: bool) -> &'static str {
    if is_secure { "__Host-samspill_session" } else { "samspill_session" }
}

/// What a request's credentials are worth.
enum Credentials {
    Actor(Box<Actor>),
    /// Not in force, or not even to be read.
    Refused(Refusal),
}

pub(super) async fn around(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = web.app.entropy.random_id().simple().to_string();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let chosen = language_of_path(&path);
    let offered = chosen.or_else(|| accepted(request.headers())).unwrap_or_default();
    let address = address_of(&web, &request);
    let accepted_kinds: HeaderMap =
        request.headers().get(header::ACCEPT).map(|v| (header::ACCEPT, v.clone())).into_iter().collect();

    // Whatever is logged meanwhile tells to which request it belongs.
    let span = tracing::info_span!("http", request = id);
    let found = if secrets::are_in(request.uri()) {
        let refusal = Refusal::of(StatusCode::BAD_REQUEST, ErrorCode::TokenInUrl);
        span.in_scope(|| note(ErrorCode::TokenInUrl, None));
        Ok(Some(Credentials::Refused(refusal)))
    } else {
        credentials(&web, request.headers(), &path).instrument(span.clone()).await
    };
    let (mut response, person) = match found {
        Err(error) => {
            tracing::error!(request = id, %error, "the caller can't be found out");
            (StatusCode::SERVICE_UNAVAILABLE.into_response(), None)
        }
        Ok(Some(Credentials::Refused(refusal))) => {
            let guest = Actor { address, ..Actor::anonymous(offered) };
            let wait = wait(&web, &guest, price::REFUSED).await;
            let refusal = wait.map_or(refusal, |seconds| Refusal::throttled(seconds, offered));
            (refusal.answer(request.headers(), offered), None)
        }
        Ok(found) => {
            let mut actor = match found {
                Some(Credentials::Actor(actor)) => *actor,
                _ => Actor::anonymous(offered),
            };
            // The address in the browser is the latest choice of language.
            actor.language = chosen.unwrap_or(actor.language);
            actor.address = address;
            let told = request.headers().get(header::USER_AGENT).and_then(|v| v.to_str().ok());
            actor.device = told.and_then(accounts::device_of);
            let person = actor.person.as_ref().map(|p| p.id);
            let wait = wait(&web, &actor, price::of(&method, &path)).await;
            let is_page = chosen.is_some() || path.starts_with("/sign-in/");
            if let Some(seconds) = wait {
                // There is a page for it.
                request.extensions_mut().insert(Throttled(seconds));
            }
            let refusal = wait.filter(|_| !is_page).map(|s| Refusal::throttled(s, actor.language));
            let refused = refusal.map(|r| r.answer(request.headers(), actor.language));
            let extensions = request.extensions_mut();
            extensions.insert(actor.clone());
            extensions.insert(super::files::keeper(std::sync::Arc::clone(&web.app), actor.clone()));
            extensions.insert(RequestData(std::sync::Arc::new(move |r: async_graphql::Request| {
                r.data(actor.clone())
            })));
            if let Ok(value) = HeaderValue::from_str(&id) {
                request.headers_mut().insert(REQUEST_ID, value);
            }
            let response = if let Some(refused) = refused {
                refused
            } else {
                let answer = AssertUnwindSafe(next.run(request)).catch_unwind().instrument(span).await;
                answer.unwrap_or_else(|_| broken(&id))
            };
            (response, person)
        }
    };

    if response.extensions().get::<ProtectionError>().is_some() {
        response = foreign(&accepted_kinds, offered, chosen.is_some());
    }
    let operation = response.extensions().get::<Operation>().map(|o| o.0.clone());
    tracing::info!(
        request = id,
        %method,
        path = %secrets::hidden(&path),
        operation,
        person = person.map(|p| p.to_string()),
        status = response.status().as_u16(),
        ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        "request"
    );
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

async fn credentials(web: &Web, headers: &HeaderMap, path: &str) -> Result<Option<Credentials>> {
    let mut told = headers.get_all(header::AUTHORIZATION).iter();
    if let Some(value) = told.next() {
        if told.next().is_some() {
            // Which one counts would be a guess, and another server's may differ.
            let refusal = Refusal::bad("There is more than one Authorization header.");
            note(ErrorCode::BadUserInput, None);
            return Ok(Some(Credentials::Refused(refusal)));
        }
        let token = value.to_str().ok().and_then(bearer);
        let actor = match token {
            Some(token) => web.tokens.actor_of(token).await?,
            None => None,
        };
        // Pages are for people: their forms know nothing of scopes.
        let actor = actor.filter(|a| a.token.is_none() || takes_tokens(path));
        if let Some(actor) = actor {
            return Ok(Some(Credentials::Actor(Box::new(actor))));
        }
        note_unknown(web, token).await?;
        return Ok(Some(Credentials::Refused(Refusal::unauthenticated())));
    }
    let jar = CookieJar::from_headers(headers);
    let Some(cookie) = jar.get(session_cookie(web.is_secure)) else { return Ok(None) };
    let actor = accounts::actor_of_token(&web.app, cookie.value()).await?;
    Ok(actor.map(|a| Credentials::Actor(Box::new(a))))
}

/// After how many seconds the caller may spend so many points; nothing if it has now.
pub(super) async fn wait(web: &Web, actor: &Actor, price: u32) -> Option<u32> {
    match throttle::spend(&web.app, actor, price).await {
        Err(Error::RateLimited(seconds)) => Some(u32::try_from(seconds).unwrap_or(u32::MAX)),
        Ok(()) | Err(_) => None,
    }
}

/// A token that opens nothing, or what is no token.
pub(super) async fn note_unknown(web: &Web, token: Option<&str>) -> Result<()> {
    let known = match token {
        Some(token) => accounts::tokens::id_of(&web.app, token).await?,
        None => None,
    };
    note(ErrorCode::Unauthenticated, known);
    Ok(())
}

/// A credential that opens nothing: of an organisation's token, once made here, which.
fn note(code: ErrorCode, known: Option<TokenId>) {
    let line = Line::of(&Actor::default(), AuditEvent::CredentialRefused).why(code.as_str());
    known.into_iter().fold(line, |line, id| line.about(id.0)).write();
}

/// Where a token of an organisation counts: at the API, which asks for its
/// scopes, and where files come and go.
fn takes_tokens(path: &str) -> bool {
    path == "/uploads"
        || ["/graphql", "/attachments"].iter().any(|p| path == *p || path.starts_with(&format!("{p}/")))
}

/// The token of `Bearer <token>`.
pub(super) fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn language_of_path(path: &str) -> Option<Language> {
    path.split('/').nth(1)?.parse().ok()
}

fn accepted(headers: &HeaderMap) -> Option<Language> {
    Language::from_accept_language(headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?)
}

/// The client's address: what our own proxy says, else the connection's.
fn address_of(web: &Web, request: &Request) -> Option<String> {
    let told = web.trusted_proxy_header.as_ref().and_then(|name| last_told(request.headers(), name));
    told.or_else(|| {
        let connection = request.extensions().get::<ConnectInfo<SocketAddr>>();
        connection.map(|ConnectInfo(address)| address.ip().to_canonical().to_string())
    })
}

/// A list grows on the right, by a value or by a line of its own; the last is the one
/// that our proxy saw, and what stands before it is whatever the client wrote.
fn last_told(headers: &HeaderMap, name: &str) -> Option<String> {
    let last = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    let last = last.rsplit(',').next()?.trim();
    (!last.is_empty()).then(|| last.to_owned())
}

/// Something was sent here by another site's page: nothing was done.
fn foreign(accepted: &HeaderMap, language: Language, is_page: bool) -> Response {
    if !is_page {
        return Refusal::of(StatusCode::FORBIDDEN, ErrorCode::Forbidden).answer(accepted, language);
    }
    let texts = Texts::of(language);
    let (title, text) = (texts.shell_error_foreign(), texts.shell_error_foreign_text());
    let page = format!(
        "<!doctype html><html lang=\"{language}\"><meta charset=\"utf-8\"><title>{title} – Samspill</title>\
         <h1>{title}</h1><p>{text}</p><p><a href=\"/{language}\">Samspill</a></p>"
    );
    (StatusCode::FORBIDDEN, Html(page)).into_response()
}

fn broken(id: &str) -> Response {
    tracing::error!(request = id, "a handler panicked");
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Samspill</title>\
         <h1>Something went wrong</h1><p>Noko gjekk gale. Noe gikk galt. It is our mistake, and it is logged as {id}."
    );
    (StatusCode::INTERNAL_SERVER_ERROR, Html(page)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_does_not_choose_its_address() {
        let told = |lines: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("x-forwarded-for", axum::http::HeaderValue::from_static(line));
            }
            last_told(&headers, "x-forwarded-for")
        };
        assert_eq!(told(&["192.0.2.1"]).as_deref(), Some("192.0.2.1"));
        assert_eq!(told(&["198.51.100.7, 192.0.2.1"]).as_deref(), Some("192.0.2.1"));
        assert_eq!(told(&["198.51.100.7", "192.0.2.1"]).as_deref(), Some("192.0.2.1"));
        assert_eq!(told(&["198.51.100.7", ""]), None);
        assert_eq!(told(&[]), None);
    }

    #[test]
    fn only_a_bearer_brings_a_token() {
        assert_eq!(bearer("bearer abc"), Some("abc"));
        assert_eq!(bearer("Basic abc"), None);
        assert_eq!(bearer("abc"), None);
    }
}
