//! Accepting an invitation: only the invited mailbox can.

use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::get;
use types::EmailAddress;

use super::act_as::act_for;
use crate::kit::operations::types::{DateTime, OrganisationKind, Role};
use crate::kit::{Form, Page, Visitor, ui};

crate::operations! { "../../graphql/operations/accounts/invitations.graphql": InvitationPage, AcceptInvitation }

pub(super) fn routes() -> Router {
    Router::new().route("/invitations/{token}", get(show).post(accept))
}

type Invitation = invitation_page::InvitationPageInvitation;

#[derive(Template)]
#[template(path = "accounts/invitation.html")]
struct InvitationTemplate {
    v: Visitor,
    f: Form,
    invitation: Invitation,
}

impl InvitationTemplate {
    /// Whether the one who is signed in is the one who was invited.
    fn is_mine(&self) -> bool {
        let key = |email: &str| email.parse::<EmailAddress>().map(|e| e.key()).ok();
        self.v.viewer().is_some_and(|viewer| key(&viewer.email) == key(&self.invitation.email))
    }
}

#[derive(Template)]
#[template(path = "accounts/invitation_gone.html")]
struct GoneTemplate {
    v: Visitor,
}

async fn load(v: &Visitor, token: &str) -> Result<Option<Invitation>, crate::kit::PageError> {
    Ok(v.run::<InvitationPage>(invitation_page::Variables { token: token.to_owned() }).await?.invitation)
}

/// Used, taken back, or out of date.
fn gone(v: &Visitor) -> Page {
    let mut page = v.page(&GoneTemplate { v: v.clone() })?;
    *page.status_mut() = StatusCode::NOT_FOUND;
    Ok(page)
}

async fn show(v: Visitor, Path(token): Path<String>) -> Page {
    match load(&v, &token).await? {
        Some(invitation) => v.page(&InvitationTemplate { f: Form::of(&v), invitation, v: v.clone() }),
        None => gone(&v),
    }
}

async fn accept(v: Visitor, Path(token): Path<String>, mut f: Form) -> Page {
    let Some(invitation) = load(&v, &token).await? else { return gone(&v) };
    let input = accept_invitation::AcceptInvitationInput { token };
    match v.send::<AcceptInvitation>(accept_invitation::Variables { input }).await? {
        Ok(data) => {
            let joined = data.accept_invitation.membership.map(|m| m.organisation.id);
            let _ = act_for(&v, joined).await?;
            v.redirect_saying("/organisation/members", "joined")
        }
        Err(refused) => {
            f.refuse(&refused);
            v.invalid(&InvitationTemplate { f, invitation, v: v.clone() })
        }
    }
}
