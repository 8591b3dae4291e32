//! One's own security: where one is signed in.

use askama::Template;
use axum::Router;
use axum::routing::get;

use crate::kit::operations::types::{DateTime, SignInMethod};
use crate::kit::{Form, Page, PageError, Visitor, ui};

crate::operations! { "../../graphql/operations/accounts/security.graphql":
    SecurityPage, EndSession, EndOtherSessions
}

pub(super) fn routes() -> Router {
    Router::new().route("/account/security", get(show).post(end))
}

type Session = security_page::SecurityPageViewerSessions;

#[derive(Template)]
#[template(path = "accounts/security.html")]
struct SecurityTemplate {
    v: Visitor,
    f: Form,
    viewer: security_page::SecurityPageViewer,
    /// Services by which one can sign in.
    services: Vec<security_page::SecurityPageSignInProviders>,
}

impl SecurityTemplate {
    async fn of(v: &Visitor, f: Form) -> Result<Self, PageError> {
        let page = v.run::<SecurityPage>(security_page::Variables).await?;
        let viewer = page.viewer.ok_or(PageError::SignIn)?;
        Ok(Self { v: v.clone(), f, viewer, services: page.sign_in_providers })
    }

    fn has_room(&self) -> bool {
        self.viewer.passkeys.len() < super::passkeys::MOST
    }

    fn has_others(&self) -> bool {
        self.viewer.sessions.len() > 1
    }
}

impl security_page::SecurityPageSignInProviders {
    /// Where one goes there, to come back here.
    fn address(&self, v: &Visitor) -> String {
        super::providers::address(v, &self.key, Some(&v.href("/account/security")))
    }
}

impl Session {
    /// `Firefox on Windows`, or what is known of it.
    fn device(&self, v: &Visitor) -> String {
        match (&self.browser, &self.system) {
            (Some(browser), Some(system)) => v.t.security_device(browser.clone(), system.clone()),
            (Some(one), None) | (None, Some(one)) => one.clone(),
            (None, None) => v.t.security_device_unknown(),
        }
    }

    /// How one signed in: by a service, with how sure it was.
    fn way(&self, v: &Visitor) -> Option<String> {
        match (&self.provider, &self.assurance) {
            (Some(provider), Some(assurance)) => Some(v.t.security_way(assurance.clone(), provider.clone())),
            (Some(provider), None) => Some(provider.clone()),
            (None, _) => self.method.map(|method| v.t.word("sign-in-method", method.as_str())),
        }
    }
}

/// The page with what was refused.
pub(super) async fn refused(v: &Visitor, f: Form) -> Page {
    v.invalid(&SecurityTemplate::of(v, f).await?)
}

async fn show(v: Visitor) -> Page {
    v.page(&SecurityTemplate::of(&v, Form::of(&v)).await?)
}

/// Ends the session that the form names, or all others.
async fn end(v: Visitor, mut f: Form) -> Page {
    let (refused, said) = match f.some("sessionId") {
        Some(session_id) => {
            let input = end_session::EndSessionInput { session_id };
            let sent = v.send::<EndSession>(end_session::Variables { input }).await?;
            (sent.err(), "session-ended")
        }
        None => (v.send::<EndOtherSessions>(end_other_sessions::Variables).await?.err(), "sessions-ended"),
    };
    if let Some(refused) = refused {
        f.refuse(&refused);
        return v.invalid(&SecurityTemplate::of(&v, f).await?);
    }
    v.redirect_saying("/account/security", said)
}
