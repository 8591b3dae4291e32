//! The frame around every page: language, viewer, safe headers, error pages.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequest, OriginalUri, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use i18n::Texts;
use types::{Language, OrganisationKind};

use super::labels::Labels;
use super::visitor::Asking;
use super::{
    Api, Form, Keeper, PageError, PortalConfig, RequestData, ShellData, Visitor, error, flash, viewer,
};

/// Nothing inline, nothing from elsewhere. Uploaded pictures come from here too.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; \
     base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

#[derive(Clone)]
struct Frame {
    api: Api,
    config: Arc<PortalConfig>,
    language: Language,
}

/// The server puts it into a request of somebody who asks for more than one
/// caller may; after so many seconds it may go on.
#[derive(Clone, Copy, Debug)]
pub struct Throttled(pub u32);

/// Puts `pages` into the frame, once for each language.
pub(crate) fn frame(pages: &Router, api: &Api, config: &Arc<PortalConfig>) -> Router {
    let mut router = Router::new();
    for language in Language::ALL {
        let frame = Frame { api: api.clone(), config: config.clone(), language: *language };
        let framed = pages
            .clone()
            .fallback(elsewhere)
            .method_not_allowed_fallback(to_the_form)
            .layer(DefaultBodyLimit::max(config.max_body))
            .layer(from_fn_with_state(frame, wrap));
        router = router.nest(&format!("/{language}"), framed);
    }
    router.fallback(choose_language)
}

/// The main navigation; at most five. Who acts for an organisation finds its
/// own work first.
pub(crate) fn navigation(v: &Visitor) -> Vec<(String, &'static str)> {
    let acting = v.viewer().and_then(|viewer| viewer.acting.as_ref());
    let own = acting.and_then(|a| match a.organisation.kind {
        kind if kind.is_buyer() => Some((v.t.nav_work(), "/m")),
        OrganisationKind::Supplier => Some((v.t.nav_mine(), "/supplier")),
        _ => None,
    });
    own.into_iter()
        .chain([
            (v.t.nav_needs(), "/needs"),
            (v.t.nav_events(), "/events"),
            (v.t.nav_organisations(), "/organisations"),
            (v.t.nav_help(), "/help"),
        ])
        .collect()
}

/// The languages by their own names.
pub(crate) const fn languages() -> &'static [(Language, &'static str)] {
    &[(Language::Nb, "Bokmål"), (Language::Nn, "Nynorsk"), (Language::En, "English")]
}

/// `/nb/needs/` is `/nb/needs`; anything else is not there.
async fn elsewhere(OriginalUri(uri): OriginalUri) -> Response {
    let path = uri.path().trim_end_matches('/');
    if path.len() == uri.path().len() || path.starts_with("//") {
        return PageError::NotFound.into_response();
    }
    let query = uri.query().map(|q| format!("?{q}")).unwrap_or_default();
    Redirect::permanent(&format!("{path}{query}")).into_response()
}

/// The address of a form that was sent, opened anew: whoever signs in again, or
/// reloads, comes to the page that has the form.
async fn to_the_form(method: Method, OriginalUri(uri): OriginalUri) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return PageError::WrongMethod.into_response();
    }
    match page_of_form(uri.path()) {
        Some(page) => Redirect::to(&page).into_response(),
        None => PageError::WrongMethod.into_response(),
    }
}

/// The page that has the form which is sent to `path`: the one above it, save
/// where the form of a row is sent below the row's id, and that has no page.
fn page_of_form(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.trim_end_matches('/').split('/').skip(1).collect();
    let above = match parts.as_slice() {
        [language, "m", "needs", slug, "announce"] => {
            return Some(format!("/{language}/m/needs/{slug}/questions"));
        }
        [above @ .., "questions", _, _] => [above, &["questions"]].concat(),
        [above @ .., "ledger", _, _] => [above, &["ledger"]].concat(),
        [above @ .., "files", _, "remove"] => [above, &["files"]].concat(),
        [above @ .., "responses", id, _, _] => [above, &["responses", id]].concat(),
        [above @ .., _] => above.to_vec(),
        [] => return None,
    };
    (!above.is_empty()).then(|| format!("/{}", above.join("/")))
}

/// An address without a language, as people type it, gets theirs.
async fn choose_language(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let accepts = |kind: &str| {
        headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).is_none_or(|v| v.contains(kind))
    };
    let reads = method == Method::GET || method == Method::HEAD;
    // A file that we do not have is no page in any language.
    let is_file = uri.path().rsplit('/').next().is_some_and(|last| last.contains('.'));
    if is_file || !reads || !(accepts("text/html") || accepts("*/*")) || uri.path().starts_with("//") {
        return StatusCode::NOT_FOUND.into_response();
    }
    let language = CookieJar::from_headers(&headers)
        .get("language")
        .and_then(|c| c.value().parse().ok())
        .or_else(|| {
            let wanted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
            Language::from_accept_language(wanted)
        })
        .unwrap_or_default();
    let path = if uri.path() == "/" { "" } else { uri.path() };
    let query = uri.query().map(|q| format!("?{q}")).unwrap_or_default();
    let mut response = Redirect::to(&format!("/{language}{path}{query}")).into_response();
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("Cookie, Accept-Language"));
    response
}

/// Makes the [`Visitor`], and a page of every error.
async fn wrap(State(frame): State<Frame>, mut request: Request, next: Next) -> Response {
    let headers = request.headers();
    let t = Texts::of(frame.language);
    let said = flash::text(headers, t);
    let remembered = CookieJar::from_headers(headers)
        .get("language")
        .is_some_and(|c| c.value() == frame.language.as_str());
    let is_post = !matches!(*request.method(), Method::GET | Method::HEAD);
    let foreign = is_post && is_foreign(headers);
    let caller = request.extensions().get::<RequestData>().cloned();
    let keeper = request.extensions().get::<Keeper>().cloned();
    let throttled = request.extensions().get::<Throttled>().copied();
    let (shell, failed) = match throttled {
        // Who asks for too much is told so without a look at anything.
        Some(Throttled(seconds)) => (ShellData::default(), Some(PageError::Throttled(seconds))),
        None => match viewer::load(&frame.api, caller.as_ref()).await {
            Ok(shell) => (shell, None),
            Err(error) => (ShellData::default(), Some(error)),
        },
    };
    let v = Visitor::new(Asking {
        t,
        language: frame.language,
        path: request.uri().path().trim_end_matches('/').to_owned(),
        query: request.uri().query().map(str::to_owned),
        is_post,
        shell,
        flash: said.clone(),
        request_id: headers.get("x-request-id").and_then(|v| v.to_str().ok()).map(str::to_owned),
        config: frame.config.clone(),
        api: frame.api,
        caller,
        keeper,
        failed: AtomicBool::new(false),
        labels: Labels::default(),
        typed: OnceLock::new(),
        typist: OnceLock::new(),
    });
    let mut response = if foreign {
        PageError::Forbidden(Some(t.shell_error_foreign_form())).into_response()
    } else if let Some(error) = failed {
        if is_post && throttled.is_some() {
            // What was typed is read, so that the page can send it again.
            request.extensions_mut().insert(v.clone());
            let _ = Form::from_request(request, &()).await;
        }
        error.into_response()
    } else {
        request.extensions_mut().insert(v.clone());
        next.run(request).await
    };
    let told = response.extensions().get::<PageError>().cloned();
    if let Some(error) = told.or_else(|| bare(&response)) {
        response = error::render(&v, &error);
    }
    let shows = !response.status().is_redirection();
    let headers = response.headers_mut();
    if shows && said.is_some() {
        headers.extend(flash::forget(&frame.config).map(|c| (header::SET_COOKIE, c)));
    }
    if !remembered {
        headers.extend(flash::language(frame.language, &frame.config).map(|c| (header::SET_COOKIE, c)));
    }
    harden(headers);
    response
}

/// An error without a page, as the web framework makes them.
fn bare(response: &Response) -> Option<PageError> {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    match kind {
        None => PageError::of(response.status()),
        Some(kind) if kind.starts_with("text/plain") => PageError::of(response.status()),
        Some(_) => None,
    }
}

/// Whether another site's page sent this form. Browsers say so; without either
/// header it is no browser, and then has no session of somebody else.
fn is_foreign(headers: &HeaderMap) -> bool {
    let text = |name: header::HeaderName| headers.get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = headers.get("sec-fetch-site").and_then(|v| v.to_str().ok()) {
        return !matches!(site, "same-origin" | "none");
    }
    match (text(header::ORIGIN), text(header::HOST)) {
        (Some(origin), Some(host)) => origin.split_once("://").is_none_or(|(_, from)| from != host),
        (Some(_), None) => true,
        (None, _) => false,
    }
}

fn harden(headers: &mut HeaderMap) {
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
        (header::CACHE_CONTROL, "private, no-cache"),
    ];
    for (name, value) in fixed {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}
