//! Signing in by other services: their buttons, what went wrong there, and tying who
//! somebody is there to an account.
//!
//! A button is a link to `/sign-in/…`, a route of the server's, because no form may lead
//! away from here. Who comes back and is nobody's yet says here whose account it is, and
//! shows that the account is his; only these pages tie, so that an identity which somebody
//! else left in this browser never rides along with an ordinary sign-in.

use askama::Template;
use axum::Router;
use axum::extract::Query;
use axum::http::{HeaderMap, HeaderValue};
use axum::routing::{get, post};
use types::{ErrorCode, OrganisationNumber};

use super::sign_in::{Attempt, begin, with_cookies};
use super::{security, with_next};
use crate::kit::operations::types::DateTime;
use crate::kit::{Form, Page, PageError, Visitor, cookies, ui};

crate::operations! { "../../graphql/operations/accounts/providers.graphql":
    SignInProviders, PendingIdentity, StartLinking, LinkByCode, LinkIdentity, RemoveIdentity
}

pub(super) fn routes() -> Router {
    Router::new()
        .route("/login/link", get(show_link).post(send_code))
        .route("/login/link/code", get(show_code).post(spend_code))
        .route("/login/organisation", get(show_choice))
        .route("/account/security/link", get(show_tie).post(tie))
        .route("/account/security/identities", post(remove))
}

/// The query of the sign-in page, where somebody may come back to from a service.
#[derive(serde::Deserialize)]
pub(super) struct Back {
    pub(super) next: Option<String>,
    failed: Option<String>,
    provider: Option<String>,
}

/// The services on the sign-in page.
pub(super) struct Others {
    pub(super) services: Vec<Service>,
    /// Why the last one came to nothing: title and text.
    pub(super) failure: Option<(String, String)>,
}

/// A service's button.
pub(super) struct Service {
    key: String,
    pub(super) name: String,
    pub(super) address: String,
}

impl Others {
    pub(super) async fn of(v: &Visitor, next: Option<&str>) -> Result<Self, PageError> {
        let found = v.run::<SignInProviders>(sign_in_providers::Variables).await?.sign_in_providers;
        let services = found.into_iter().map(|service| Service {
            address: address(v, &service.key, next),
            key: service.key,
            name: service.name,
        });
        Ok(Self { services: services.collect(), failure: None })
    }

    /// Tells what became of the last one. Only words of ours are shown, whatever stands in
    /// the address.
    pub(super) fn tell(&mut self, v: &Visitor, back: &Back) {
        let Some(failed) = &back.failed else { return };
        let key = format!("sign-in-failure-{}", failed.to_lowercase().replace('_', "-"));
        let service = self.services.iter().find(|s| Some(&s.key) == back.provider.as_ref());
        if let Some(service) = service.filter(|_| i18n::KEYS.contains(&key.as_str())) {
            let name = || service.name.clone();
            self.failure = Some((v.t.login_failed(name()), v.t.get(&key, [("provider", name().into())])));
        }
    }
}

/// Where a service's sign-in begins, and where it ends.
pub(super) fn address(v: &Visitor, key: &str, next: Option<&str>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("language", v.language.as_str());
    if let Some(next) = next {
        query.append_pair("next", next);
    }
    format!("/sign-in/{key}?{}", query.finish())
}

/// What waits in this browser, with what it is sealed in.
struct Waiting {
    proof: String,
    identity: pending_identity::PendingIdentityPendingIdentity,
}

impl Waiting {
    /// None where nothing waits any more: the person begins anew.
    async fn of(v: &Visitor, headers: &HeaderMap) -> Result<Option<Self>, PageError> {
        let Some(proof) = cookies::get(headers, v.config.identity_cookie()) else { return Ok(None) };
        let found = v.run::<PendingIdentity>(pending_identity::Variables { proof: proof.clone() }).await?;
        Ok(found.pending_identity.map(|identity| Self { proof, identity }))
    }

    /// Whom the service says that the person is.
    fn lead(&self, v: &Visitor) -> String {
        let provider = self.identity.provider.clone();
        match self.identity.name.clone().or_else(|| self.identity.email.clone()) {
            Some(name) => v.t.link_lead_named(name, provider),
            None => v.t.link_lead(provider),
        }
    }
}

/// Back to the sign-in page, which says that it took too long.
fn too_late(v: &Visitor) -> Page {
    v.redirect_saying("/login", "identity-late")
}

fn forgotten(v: &Visitor) -> Option<HeaderValue> {
    cookies::set(v.config.identity_cookie(), "", &v.config, 0)
}

#[derive(Template)]
#[template(path = "accounts/link.html")]
struct LinkTemplate {
    v: Visitor,
    f: Form,
    waiting: Waiting,
}

async fn show_link(v: Visitor, headers: HeaderMap) -> Page {
    let Some(waiting) = Waiting::of(&v, &headers).await? else { return too_late(&v) };
    let f = Form::of(&v).with_some("email", waiting.identity.email.clone());
    v.page(&LinkTemplate { f, waiting, v: v.clone() })
}

async fn send_code(v: Visitor, headers: HeaderMap, mut f: Form) -> Page {
    let Some(waiting) = Waiting::of(&v, &headers).await? else { return too_late(&v) };
    let email = f.text_of("email");
    let input = start_linking::StartSignInInput { email: email.clone(), next: waiting.identity.next.clone() };
    let begun = match v.send::<StartLinking>(start_linking::Variables { input }).await? {
        Ok(data) => data.start_sign_in.attempt,
        Err(refused) => {
            f.refuse(&refused);
            None
        }
    };
    let Some(begun) = begun else { return v.invalid(&LinkTemplate { f, waiting, v: v.clone() }) };
    let seconds = (begun.expires_at - v.now()).num_seconds();
    let cookie = Attempt { secret: begun.attempt, email }.cookie(&v.config, seconds);
    Ok(with_cookies(v.redirect("/login/link/code")?, [cookie]))
}

#[derive(Template)]
#[template(path = "accounts/link_code.html")]
struct LinkCodeTemplate {
    v: Visitor,
    f: Form,
    waiting: Waiting,
    email: String,
}

async fn show_code(v: Visitor, headers: HeaderMap) -> Page {
    let Some(waiting) = Waiting::of(&v, &headers).await? else { return too_late(&v) };
    match Attempt::of(&headers, &v.config) {
        Some(Attempt { email, .. }) => {
            v.page(&LinkCodeTemplate { f: Form::of(&v), waiting, email, v: v.clone() })
        }
        None => v.redirect("/login/link"),
    }
}

async fn spend_code(v: Visitor, headers: HeaderMap, mut f: Form) -> Page {
    let Some(waiting) = Waiting::of(&v, &headers).await? else { return too_late(&v) };
    let Some(Attempt { secret, email }) = Attempt::of(&headers, &v.config) else {
        return v.redirect("/login/link");
    };
    let input = link_by_code::CompleteSignInInput {
        attempt: Some(secret),
        code: Some(f.text_of("code")),
        device_token: cookies::get(&headers, v.config.device_cookie()),
        identity: Some(waiting.proof.clone()),
        token: None,
    };
    match v.send::<LinkByCode>(link_by_code::Variables { input }).await? {
        Ok(data) => match data.complete_sign_in.signed_in {
            Some(s) => {
                let device = Some(s.device_token.as_str());
                let page = begin(&v, &s.session_token, s.session_expires_at, device, s.next.as_deref())?;
                Ok(with_cookies(page, [forgotten(&v)]))
            }
            None => too_late(&v),
        },
        // Somebody tied it meanwhile, perhaps this very person in another window.
        Err(refused) if refused.is(ErrorCode::AlreadyExists) => {
            Ok(with_cookies(v.redirect("/login")?, [forgotten(&v)]))
        }
        Err(refused) => {
            f.refuse(&refused);
            v.invalid(&LinkCodeTemplate { f, waiting, email, v: v.clone() })
        }
    }
}

#[derive(Template)]
#[template(path = "accounts/tie.html")]
struct TieTemplate {
    v: Visitor,
    f: Form,
    waiting: Waiting,
    me: String,
}

async fn show_tie(v: Visitor, headers: HeaderMap) -> Page {
    let me = v.signed_in()?.email.clone();
    let Some(waiting) = Waiting::of(&v, &headers).await? else { return v.redirect("/account/security") };
    v.page(&TieTemplate { f: Form::of(&v), waiting, me, v: v.clone() })
}

async fn tie(v: Visitor, headers: HeaderMap, mut f: Form) -> Page {
    let me = v.signed_in()?.email.clone();
    let Some(waiting) = Waiting::of(&v, &headers).await? else { return v.redirect("/account/security") };
    let input = link_identity::LinkIdentityInput { proof: waiting.proof.clone() };
    match v.send::<LinkIdentity>(link_identity::Variables { input }).await? {
        Ok(_) => {
            Ok(with_cookies(v.redirect_saying("/account/security", "identity-linked")?, [forgotten(&v)]))
        }
        Err(refused) => {
            f.refuse(&refused);
            v.invalid(&TieTemplate { f, waiting, me, v: v.clone() })
        }
    }
}

async fn remove(v: Visitor, mut f: Form) -> Page {
    let input = remove_identity::RemoveIdentityInput { identity_id: f.text_of("identityId") };
    match v.send::<RemoveIdentity>(remove_identity::Variables { input }).await? {
        Ok(_) => v.redirect_saying("/account/security", "identity-removed"),
        Err(refused) => {
            f.refuse(&refused);
            security::refused(&v, f).await
        }
    }
}

/// What the server says of an organisation that the person chose and does not act for.
#[derive(serde::Deserialize)]
struct Choice {
    why: String,
    number: String,
    provider: String,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "accounts/choice.html")]
struct ChoiceTemplate {
    v: Visitor,
    text: String,
    go_on: String,
}

async fn show_choice(v: Visitor, Query(choice): Query<Choice>) -> Page {
    v.signed_in()?;
    let key = format!("choice-refused-{}", choice.why.to_lowercase().replace('_', "-"));
    let number = choice.number.parse::<OrganisationNumber>().ok();
    let services = v.run::<SignInProviders>(sign_in_providers::Variables).await?.sign_in_providers;
    let service = services.into_iter().find(|service| service.key == choice.provider);
    let go_on = v.href(with_next("/login/done", choice.next.as_deref()));
    // Only words of ours are shown, whatever stands in the address.
    match (number, service) {
        (Some(number), Some(service)) if i18n::KEYS.contains(&key.as_str()) => {
            let values = [("number", number.grouped().into()), ("provider", service.name.into())];
            v.page(&ChoiceTemplate { text: v.t.get(&key, values), go_on, v: v.clone() })
        }
        _ => v.redirect(&with_next("/login/done", choice.next.as_deref())),
    }
}
