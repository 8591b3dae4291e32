//! Signing in by link or code, and out. The browser that asks keeps the
//! attempt's secret in a cookie; without it neither link nor code is worth
//! anything, and opening the link spends nothing.

use askama::Template;
use axum::Router;
use axum::extract::Query;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use axum::routing::{get, post};
use types::ErrorCode;

use super::providers::{self, Others};
use super::{Going, with_next};
use crate::kit::operations::types::{DateTime, MembershipState, OrganisationKind, Role};
use crate::kit::{Form, Page, PortalConfig, Visitor, cookies, ui};

crate::operations! { "../../graphql/operations/accounts/sign_in.graphql":
    SignInPage, StartSignIn, CompleteSignIn, SignInAsPersona, WhereTo, SignOut
}

crate::operations! { "../../graphql/operations/accounts/passkeys.graphql":
    StartPasskeySignIn, CompletePasskeySignIn
}

pub(super) fn routes() -> Router {
    Router::new()
        .route("/login", get(show).post(start))
        .route("/login/code", get(show_code).post(spend_code))
        .route("/login/confirm", get(show_confirm).post(spend_link))
        .route("/login/passkey", post(use_passkey))
        .route("/login/persona", post(persona))
        .route("/login/done", get(done))
        .route("/logout", post(sign_out))
}

type Persona = sign_in_page::SignInPagePersonas;

#[derive(Template)]
#[template(path = "accounts/login.html")]
struct LoginTemplate {
    v: Visitor,
    f: Form,
    others: Others,
    /// By organisation, in the order of the demonstration.
    personas: Vec<(String, Vec<Persona>)>,
    /// What the browser is asked; none where there are no passkeys.
    passkey: Option<start_passkey_sign_in::StartPasskeySignInStartPasskeySignInSignIn>,
}

impl LoginTemplate {
    async fn of(v: &Visitor, f: Form) -> Result<Self, crate::kit::PageError> {
        let mut personas: Vec<(String, Vec<Persona>)> = Vec::new();
        for persona in v.run::<SignInPage>(sign_in_page::Variables).await?.personas {
            match personas.iter_mut().find(|(name, _)| *name == persona.organisation) {
                Some((_, group)) => group.push(persona),
                None => personas.push((persona.organisation.clone(), vec![persona])),
            }
        }
        let asked = v.send::<StartPasskeySignIn>(start_passkey_sign_in::Variables).await?;
        let passkey = asked.ok().and_then(|data| data.start_passkey_sign_in.sign_in);
        let others = Others::of(v, f.get("next")).await?;
        Ok(Self { v: v.clone(), f, others, personas, passkey })
    }
}

async fn show(v: Visitor, Query(back): Query<providers::Back>) -> Page {
    // Who is signed in and comes here is mostly asked to show who it is.
    let email = v.viewer().map(|viewer| viewer.email.clone());
    let f = Form::of(&v).with_some("next", back.next.clone()).with_some("email", email);
    let mut page = LoginTemplate::of(&v, f).await?;
    page.others.tell(&v, &back);
    v.page(&page)
}

async fn start(v: Visitor, mut f: Form) -> Page {
    let email = f.text_of("email");
    let input = start_sign_in::StartSignInInput { email: email.clone(), next: f.some("next") };
    let begun = match v.send::<StartSignIn>(start_sign_in::Variables { input }).await? {
        Ok(data) => data.start_sign_in.attempt,
        Err(refused) => {
            f.refuse(&refused);
            None
        }
    };
    let Some(begun) = begun else { return v.invalid(&LoginTemplate::of(&v, f).await?) };
    let seconds = (begun.expires_at - v.now()).num_seconds();
    let cookie = Attempt { secret: begun.attempt, email }.cookie(&v.config, seconds);
    Ok(with_cookies(v.redirect("/login/code")?, [cookie]))
}

/// What the browser that asked keeps: the secret, and whom the mail went to.
pub(super) struct Attempt {
    pub(super) secret: String,
    pub(super) email: String,
}

impl Attempt {
    pub(super) fn of(headers: &HeaderMap, config: &PortalConfig) -> Option<Self> {
        let text = cookies::get(headers, config.attempt_cookie())?;
        let (secret, email) = text.split_once(':')?;
        Some(Self { secret: secret.to_owned(), email: email.to_owned() })
    }

    pub(super) fn cookie(&self, config: &PortalConfig, seconds: i64) -> Option<HeaderValue> {
        let email: String = url::form_urlencoded::byte_serialize(self.email.as_bytes()).collect();
        cookies::set(config.attempt_cookie(), &format!("{}:{email}", self.secret), config, seconds)
    }
}

#[derive(Template)]
#[template(path = "accounts/code.html")]
struct CodeTemplate {
    v: Visitor,
    f: Form,
    email: String,
}

async fn show_code(v: Visitor, headers: HeaderMap) -> Page {
    match Attempt::of(&headers, &v.config) {
        Some(Attempt { email, .. }) => v.page(&CodeTemplate { f: Form::of(&v), email, v: v.clone() }),
        None => v.redirect("/login"),
    }
}

async fn spend_code(v: Visitor, headers: HeaderMap, mut f: Form) -> Page {
    let Some(Attempt { secret, email }) = Attempt::of(&headers, &v.config) else {
        return v.invalid(&SpentTemplate { v: v.clone() });
    };
    let code = f.text_of("code");
    let input = complete_sign_in::CompleteSignInInput {
        attempt: Some(secret),
        code: Some(code),
        device_token: cookies::get(&headers, v.config.device_cookie()),
        identity: None,
        token: None,
    };
    match v.send::<CompleteSignIn>(complete_sign_in::Variables { input }).await? {
        Ok(data) => begin_with(&v, data.complete_sign_in.signed_in),
        Err(refused) => {
            f.refuse(&refused);
            v.invalid(&CodeTemplate { f, email, v: v.clone() })
        }
    }
}

/// The query of the link in the mail.
#[derive(serde::Deserialize)]
struct Link {
    token: String,
}

#[derive(Template)]
#[template(path = "accounts/confirm.html")]
struct ConfirmTemplate {
    v: Visitor,
    f: Form,
    email: String,
}

#[derive(Template)]
#[template(path = "accounts/other_browser.html")]
struct OtherBrowserTemplate {
    v: Visitor,
}

#[derive(Template)]
#[template(path = "accounts/spent.html")]
struct SpentTemplate {
    v: Visitor,
}

/// Spends nothing, for mail scanners open links. Without the cookie it is
/// another browser, unless the link is used up; with one only the API can tell.
async fn show_confirm(v: Visitor, headers: HeaderMap, Query(link): Query<Link>) -> Page {
    if let Some(Attempt { email, .. }) = Attempt::of(&headers, &v.config) {
        let f = Form::of(&v).with("token", link.token);
        return v.page(&ConfirmTemplate { f, email, v: v.clone() });
    }
    // Without the attempt's secret nothing can be spent: this only asks.
    let token = Some(link.token);
    let input = complete_sign_in::CompleteSignInInput {
        attempt: None,
        code: None,
        device_token: None,
        identity: None,
        token,
    };
    match v.send::<CompleteSignIn>(complete_sign_in::Variables { input }).await? {
        Err(refused) if refused.is(ErrorCode::InvalidCode) => v.invalid(&SpentTemplate { v: v.clone() }),
        _ => v.page(&OtherBrowserTemplate { v: v.clone() }),
    }
}

async fn spend_link(v: Visitor, headers: HeaderMap, mut f: Form) -> Page {
    let attempt = Attempt::of(&headers, &v.config);
    let email = attempt.as_ref().map(|a| a.email.clone()).unwrap_or_default();
    let input = complete_sign_in::CompleteSignInInput {
        attempt: attempt.map(|a| a.secret),
        code: None,
        device_token: cookies::get(&headers, v.config.device_cookie()),
        identity: None,
        token: Some(f.text_of("token")),
    };
    match v.send::<CompleteSignIn>(complete_sign_in::Variables { input }).await? {
        Ok(data) => begin_with(&v, data.complete_sign_in.signed_in),
        Err(refused) if refused.is(ErrorCode::OtherBrowser) => {
            v.invalid(&OtherBrowserTemplate { v: v.clone() })
        }
        Err(refused) if refused.is(ErrorCode::InvalidCode) => v.invalid(&SpentTemplate { v: v.clone() }),
        Err(refused) => {
            f.refuse(&refused);
            v.invalid(&ConfirmTemplate { f, email, v: v.clone() })
        }
    }
}

async fn use_passkey(v: Visitor, headers: HeaderMap, mut f: Form) -> Page {
    let input = complete_passkey_sign_in::CompletePasskeySignInInput {
        ceremony: f.text_of("ceremony"),
        response: f.text_of("response"),
        device_token: cookies::get(&headers, v.config.device_cookie()),
    };
    match v.send::<CompletePasskeySignIn>(complete_passkey_sign_in::Variables { input }).await? {
        Ok(data) => match data.complete_passkey_sign_in.signed_in {
            Some(s) => {
                begin(&v, &s.session_token, s.session_expires_at, Some(&s.device_token), f.get("next"))
            }
            None => Err(crate::kit::PageError::internal("signed in without a session")),
        },
        Err(refused) => {
            f.refuse(&refused);
            v.invalid(&LoginTemplate::of(&v, f).await?)
        }
    }
}

async fn persona(v: Visitor, mut f: Form) -> Page {
    let input = sign_in_as_persona::SignInAsPersonaInput { email: f.text_of("email") };
    match v.send::<SignInAsPersona>(sign_in_as_persona::Variables { input }).await? {
        Ok(data) => match data.sign_in_as_persona.signed_in {
            Some(s) => begin(&v, &s.session_token, s.session_expires_at, None, f.get("next")),
            None => Err(crate::kit::PageError::NotFound),
        },
        Err(refused) => {
            f.refuse(&refused);
            v.invalid(&LoginTemplate::of(&v, f).await?)
        }
    }
}

fn begin_with(v: &Visitor, signed: Option<complete_sign_in::CompleteSignInCompleteSignInSignedIn>) -> Page {
    match signed {
        Some(s) => begin(v, &s.session_token, s.session_expires_at, Some(&s.device_token), s.next.as_deref()),
        None => v.invalid(&SpentTemplate { v: v.clone() }),
    }
}

/// A browser is known again for so long: browsers keep no cookie for longer.
const KNOWN: i64 = 400 * 24 * 60 * 60;

/// Gives the browser its session, what it is known again by, and forgets the attempt.
pub(super) fn begin(
    v: &Visitor,
    session: &str,
    ends_at: types::Time,
    device: Option<&str>,
    next: Option<&str>,
) -> Page {
    let seconds = (ends_at - v.now()).num_seconds();
    let session = cookies::set(v.config.session_cookie(), session, &v.config, seconds);
    let attempt = cookies::set(v.config.attempt_cookie(), "", &v.config, 0);
    let device = device.and_then(|token| cookies::set(v.config.device_cookie(), token, &v.config, KNOWN));
    Ok(with_cookies(v.redirect(&with_next("/login/done", next))?, [session, attempt, device]))
}

pub(super) fn with_cookies(
    mut response: axum::response::Response,
    cookies: impl IntoIterator<Item = Option<HeaderValue>>,
) -> axum::response::Response {
    response.headers_mut().extend(cookies.into_iter().flatten().map(|c| (SET_COOKIE, c)));
    response
}

/// The first page of a session: where somebody was going, unless there is
/// first something to choose.
async fn done(v: Visitor, Query(going): Query<Going>) -> Page {
    let viewer = v.run::<WhereTo>(where_to::Variables).await?.viewer.ok_or(crate::kit::PageError::SignIn)?;
    let next = going.next.as_deref();
    let active = viewer.memberships.iter().filter(|m| m.state == MembershipState::Active).count();
    if viewer.acting.is_none() && active > 0 {
        return v.redirect(&with_next("/act-as", next));
    }
    if let Some(next) = next {
        return v.redirect_to(next);
    }
    match viewer.acting {
        Some(acting) => v.redirect_saying(first_page(acting.organisation.is_buyer), "signed-in"),
        None if viewer.platform_administrator => v.redirect("/admin"),
        None if viewer.memberships.is_empty() => v.redirect("/welcome"),
        // Asked to join somewhere, and waits.
        None => v.redirect("/act-as"),
    }
}

/// Where work begins.
pub(super) const fn first_page(is_buyer: bool) -> &'static str {
    if is_buyer { "/m" } else { "/needs" }
}

async fn sign_out(v: Visitor, f: Form) -> Page {
    if v.viewer().is_some() {
        let _ = v.send::<SignOut>(sign_out::Variables).await?;
    }
    let forgotten = cookies::set(v.config.session_cookie(), "", &v.config, 0);
    let page = match f.get("next") {
        Some(next) => v.redirect_to(next)?,
        None => v.redirect_saying("/", "signed-out")?,
    };
    let mut page = with_cookies(page, [forgotten]);
    // Whoever sits down here next finds nothing by going back.
    page.headers_mut().insert("clear-site-data", HeaderValue::from_static("\"cache\", \"storage\""));
    Ok(page)
}
