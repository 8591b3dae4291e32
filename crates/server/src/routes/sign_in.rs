//! `/sign-in/{provider}`: a browser goes to another service to sign in, and comes back.
//!
//! It goes there by a link, for the pages' policy lets no form lead away from here. So that
//! no other site can have somebody signed in, or begin it at a moment of its own (ASVS
//! 7.6.2), a link counts from our own pages alone; from elsewhere it leads to the page with
//! the button. What comes back counts in the browser that was sent, once.

use axum::Router;
use axum::extract::{Extension, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::accounts::providers::{self, Answer, Finished, Outcome};
use domain::{Actor, Error};
use portal::Throttled;
use portal::kit::cookies;
use types::{Language, SignInFailure, Time};

use super::Web;

/// A browser is known again for so long: browsers keep no cookie for longer.
const KNOWN: i64 = 400 * 24 * 60 * 60;

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/sign-in/{provider}", get(start)).route("/sign-in/{provider}/callback", get(finish))
}

/// Where somebody is going, and the language of the page with the link.
#[derive(serde::Deserialize)]
struct Going {
    next: Option<String>,
    language: Option<String>,
}

async fn start(
    State(web): State<Web>,
    Extension(mut actor): Extension<Actor>,
    Path(key): Path<String>,
    Query(going): Query<Going>,
    throttled: Option<Extension<Throttled>>,
    headers: HeaderMap,
) -> Response {
    if let Some(language) = going.language.as_deref().and_then(|l| l.parse::<Language>().ok()) {
        actor.language = language;
    }
    let next = going.next.as_deref();
    if !is_from_here(&web, &headers) {
        return to_login(actor.language, &[("next", next)]);
    }
    if throttled.is_some() {
        return failed(actor.language, SignInFailure::TooOften, &key, next);
    }
    let browser = cookies::get(&headers, web.portal.provider_cookie());
    let started = providers::start(&web.app, &actor, &key, next, browser.as_deref()).await;
    let failure = match started {
        Ok(Ok(started)) => {
            let cookie = set(&web, web.portal.provider_cookie(), &started.browser, started.expires_at);
            return redirect(&started.address, [cookie]);
        }
        Ok(Err(failure)) => failure,
        Err(Error::NotFound) => return to_login(actor.language, &[("next", next)]),
        Err(error) => of_error(&error),
    };
    failed(actor.language, failure, &key, next)
}

async fn finish(
    State(web): State<Web>,
    Extension(actor): Extension<Actor>,
    Path(key): Path<String>,
    throttled: Option<Extension<Throttled>>,
    uri: axum::http::Uri,
    headers: HeaderMap,
) -> Response {
    if throttled.is_some() {
        // Nothing is asked of the service: who comes later begins anew.
        return failed(actor.language, SignInFailure::TooOften, &key, None);
    }
    let query = Told::of(uri.query().unwrap_or_default());
    let browser = cookies::get(&headers, web.portal.provider_cookie());
    let device = cookies::get(&headers, web.portal.device_cookie());
    let answer = Answer {
        state: query.get("state"),
        code: query.get("code"),
        error: query.get("error"),
        issuer: query.get("iss"),
        browser: browser.as_deref(),
        device_token: device.as_deref(),
    };
    match providers::finish(&web.app, &actor, &key, answer).await {
        Ok(finished) => answered(&web, &key, finished),
        Err(Error::NotFound) => to_login(actor.language, &[]),
        Err(error) => failed(actor.language, of_error(&error), &key, None),
    }
}

fn answered(web: &Web, key: &str, Finished { language, next, outcome }: Finished) -> Response {
    let next = next.as_deref();
    match outcome {
        Outcome::Failed(failure) => failed(language, failure, key, next),
        Outcome::Pending { proof, expires_at, is_signed_in } => {
            let cookie = set(web, web.portal.identity_cookie(), &proof, expires_at);
            let page = if is_signed_in { "account/security/link" } else { "login/link" };
            redirect(&format!("/{language}/{page}"), [cookie])
        }
        Outcome::Signed(signed, refused) => {
            let seconds = (signed.expires_at - web.app.now()).num_seconds();
            let cookie = |name, value: &str, seconds| cookies::set(name, value, &web.portal, seconds);
            let kept = [
                cookie(web.portal.session_cookie(), &signed.token, seconds),
                cookie(web.portal.device_cookie(), &signed.device_token, KNOWN),
                cookie(web.portal.attempt_cookie(), "", 0),
                cookie(web.portal.identity_cookie(), "", 0),
            ];
            let Some((why, number)) = refused else {
                return redirect(&address(language, "login/done", &[("next", next)]), kept);
            };
            let query = [
                ("why", Some(why.as_str())),
                ("number", Some(number.as_str())),
                ("provider", Some(key)),
                ("next", next),
            ];
            redirect(&address(language, "login/organisation", &query), kept)
        }
    }
}

/// What came back in the address. What stands there twice is not there: which of the two
/// counts would be a guess.
struct Told(Vec<(String, String)>);

impl Told {
    fn of(query: &str) -> Self {
        Self(url::form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    fn get(&self, name: &str) -> Option<&str> {
        let mut found = self.0.iter().filter(|(n, _)| n == name).map(|(_, value)| value.as_str());
        found.next().filter(|_| found.next().is_none())
    }
}

/// Whether a page of ours led here: the browser says so, or, an older one, names the page.
fn is_from_here(web: &Web, headers: &HeaderMap) -> bool {
    let told = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match told("sec-fetch-site") {
        Some(site) => site == "same-origin",
        None => told("referer").is_some_and(|page| {
            page.strip_prefix(web.portal.public_url.as_str()).is_some_and(|rest| rest.starts_with('/'))
        }),
    }
}

fn of_error(error: &Error) -> SignInFailure {
    match error {
        Error::RateLimited(_) => SignInFailure::TooOften,
        error => {
            tracing::error!(%error, "a sign-in by another service failed");
            SignInFailure::Ours
        }
    }
}

fn failed(language: Language, failure: SignInFailure, key: &str, next: Option<&str>) -> Response {
    to_login(language, &[("failed", Some(failure.as_str())), ("provider", Some(key)), ("next", next)])
}

fn to_login(language: Language, query: &[(&str, Option<&str>)]) -> Response {
    redirect(&address(language, "login", query), [])
}

/// A page with what is there of a query.
fn address(language: Language, page: &str, query: &[(&str, Option<&str>)]) -> String {
    let mut text = url::form_urlencoded::Serializer::new(String::new());
    text.extend_pairs(query.iter().filter_map(|(name, value)| Some((*name, (*value)?))));
    let query = text.finish();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("/{language}/{page}{mark}{query}")
}

fn set(web: &Web, name: &str, value: &str, until: Time) -> Option<HeaderValue> {
    cookies::set(name, value, &web.portal, (until - web.app.now()).num_seconds())
}

fn redirect(to: &str, kept: impl IntoIterator<Item = Option<HeaderValue>>) -> Response {
    let Ok(place) = HeaderValue::from_str(to) else {
        tracing::error!("an address that can't be sent");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let fixed = [
        (header::LOCATION, place),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    let mut response = (StatusCode::SEE_OTHER, fixed).into_response();
    response.headers_mut().extend(kept.into_iter().flatten().map(|cookie| (header::SET_COOKIE, cookie)));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_twice_is_not_there() {
        let told = Told::of("state=a&code=b&code=c&error=");
        assert_eq!((told.get("state"), told.get("code"), told.get("iss")), (Some("a"), None, None));
    }

    #[test]
    fn an_address_holds_what_there_is() {
        assert_eq!(address(Language::Nb, "login", &[("next", None)]), "/nb/login");
        let found =
            address(Language::En, "login", &[("failed", Some("X")), ("next", Some("/en/needs?a=1&b"))]);
        assert_eq!(found, "/en/login?failed=X&next=%2Fen%2Fneeds%3Fa%3D1%26b");
    }
}
