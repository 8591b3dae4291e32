//! A browser without a window: requests to the portal, cookies kept,
//! redirects followed, sessions read as the server does.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_graphql::Request as Operation;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use domain::{Actor, App, accounts};
use portal::{PortalConfig, RequestData};
use tower::ServiceExt;
use types::Language;

use crate::House;
use crate::people::code_in;

impl House {
    /// A fresh browser: nobody is signed in.
    pub fn browser(&self) -> Browser {
        let api = self.outside(graphql::ApiSettings::default());
        let mut config = PortalConfig::new(&self.app.settings.public_url, self.clock.clone());
        config.demo = self.app.settings.is_demo;
        let caller = Caller { app: self.app.clone(), session: config.session_cookie() };
        let router =
            portal::router(Arc::new(api.trusted()), config).layer(from_fn_with_state(caller, who_is_calling));
        Browser { router, cookies: BTreeMap::new() }
    }

    /// The newest mail to an address, as text.
    pub async fn mail_to(&self, email: &str) -> String {
        self.work().await;
        let sent = self.mail.sent();
        let newest = sent.iter().rev().find(|m| m.to.as_str() == email);
        newest.unwrap_or_else(|| panic!("no mail to {email}")).text.clone()
    }

    /// The code in the newest mail to an address.
    pub async fn code_for(&self, email: &str) -> String {
        code_in(&self.mail_to(email).await).expect("a code in the mail")
    }

    /// The link in the newest mail to an address: its path here.
    pub async fn link_for(&self, email: &str) -> String {
        let text = self.mail_to(email).await;
        let base = &self.app.settings.public_url;
        let found = text.split_whitespace().find_map(|word| word.strip_prefix(base.as_str()));
        found.expect("a link in the mail").to_owned()
    }

    /// A browser in which somebody has signed in with the code from the mail.
    pub async fn browser_of(&self, email: &str) -> Browser {
        let mut browser = self.browser();
        browser.post("/nb/login", &[("email", email)]).await.is(StatusCode::OK);
        let code = self.code_for(email).await;
        browser.post("/nb/login/code", &[("code", &code)]).await.is(StatusCode::OK);
        browser
    }
}

#[derive(Clone)]
struct Caller {
    app: Arc<App>,
    session: &'static str,
}

/// What the server's middleware does: the session's actor, in the page's language.
async fn who_is_calling(State(caller): State<Caller>, mut request: Request, next: Next) -> Response {
    let cookies = request.headers().get(header::COOKIE).and_then(|c| c.to_str().ok()).unwrap_or_default();
    let token = cookies.split("; ").find_map(|c| c.strip_prefix(caller.session)?.strip_prefix('='));
    let known = match token {
        Some(token) => accounts::actor_of_token(&caller.app, token).await.expect("a session read"),
        None => None,
    };
    let language = request.uri().path().split('/').nth(1).and_then(|l| l.parse::<Language>().ok());
    let mut actor = known.unwrap_or_else(|| Actor::anonymous(Language::default()));
    actor.language = language.unwrap_or(actor.language);
    request.extensions_mut().insert(RequestData(Arc::new(move |r: Operation| r.data(actor.clone()))));
    next.run(request).await
}

/// See [`House::browser`].
#[derive(Clone, Debug)]
pub struct Browser {
    router: Router,
    /// By name.
    pub cookies: BTreeMap<String, String>,
}

impl Browser {
    /// Opens a page; redirects are followed.
    pub async fn get(&mut self, path: &str) -> Seen {
        self.follow(Request::get(path).body(Body::empty()).expect("a request"), path.to_owned()).await
    }

    /// Sends a form; redirects are followed.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.finish()))
            .expect("a request");
        self.follow(request, path.to_owned()).await
    }

    async fn follow(&mut self, mut request: Request, mut path: String) -> Seen {
        for _ in 0..10 {
            let cookies: Vec<String> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
            if let Ok(cookies) = cookies.join("; ").parse() {
                request.headers_mut().insert(header::COOKIE, cookies);
            }
            request.headers_mut().insert(header::ACCEPT, header::HeaderValue::from_static("text/html"));
            let response = self.router.clone().oneshot(request).await.expect("an answer");
            self.keep(&response);
            let next = response.headers().get(header::LOCATION).and_then(|l| l.to_str().ok());
            if let Some(next) = next.filter(|_| response.status().is_redirection()) {
                next.clone_into(&mut path);
                request = Request::get(&path).body(Body::empty()).expect("a request");
                continue;
            }
            let (status, headers) = (response.status(), response.headers().clone());
            let body = to_bytes(response.into_body(), 1 << 24).await.expect("a body");
            let html = String::from_utf8(body.to_vec()).expect("text");
            return Seen { status, headers, path, html };
        }
        panic!("{path} redirects for ever");
    }

    fn keep(&mut self, response: &Response) {
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let text = cookie.to_str().expect("a cookie");
            let (pair, attributes) = text.split_once(';').unwrap_or((text, ""));
            let (name, value) = pair.split_once('=').expect("a cookie's name");
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// A page that a browser came to.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its address, after redirects.
    pub path: String,
    /// Its source.
    pub html: String,
}

#[expect(clippy::return_self_not_must_use, reason = "a claim may stand alone")]
impl Seen {
    /// Claims the status.
    #[track_caller]
    pub fn is(self, status: StatusCode) -> Self {
        assert_eq!(self.status, status, "{}:\n{}", self.path, self.words());
        self
    }

    /// Claims the address.
    #[track_caller]
    pub fn at(self, path: &str) -> Self {
        assert_eq!(self.path, path, "{}", self.words());
        self
    }

    /// Claims that the page says it.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(self.words().contains(text), "{text:?} is not on {}:\n{}", self.path, self.words());
        self
    }

    /// Claims that the page does not say it.
    #[track_caller]
    pub fn hides(self, text: &str) -> Self {
        assert!(!self.html.contains(text), "{text:?} is on {}", self.path);
        self
    }

    /// The value of a field.
    #[track_caller]
    pub fn field(&self, name: &str) -> String {
        let start = format!("name=\"{name}\" value=\"");
        let found = self.html.split_once(&start).and_then(|(_, rest)| rest.split_once('"'));
        plain(found.unwrap_or_else(|| panic!("no field {name} on {}", self.path)).0)
    }

    /// The first link of the page's own part whose address begins so.
    #[track_caller]
    pub fn link(&self, start: &str) -> String {
        let (_, main) = self.html.split_once("<main").expect("a main part");
        let found = main.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        plain(
            found
                .into_iter()
                .find(|l| l.starts_with(start))
                .unwrap_or_else(|| panic!("no link {start} on {}", self.path)),
        )
    }

    /// What the main part says: no tags, single spaces.
    pub fn words(&self) -> String {
        let main = self.html.split_once("<main").map_or(self.html.as_str(), |(_, rest)| rest);
        let main = main.split("</main>").next().unwrap_or_default();
        let text: String = main
            .split('<')
            .map(|part| part.split_once('>').map_or(part, |(_, text)| text))
            .collect::<Vec<_>>()
            .join(" ");
        plain(&text.split_whitespace().collect::<Vec<_>>().join(" "))
    }
}

/// Text with its entities read.
fn plain(text: &str) -> String {
    let pairs = [("&#38;", "&"), ("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'")];
    pairs.iter().fold(text.to_owned(), |text, (entity, sign)| text.replace(entity, sign))
}
