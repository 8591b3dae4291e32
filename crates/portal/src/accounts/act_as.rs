//! Whom somebody acts for: one organisation at a time, or only themselves.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::get;

use super::sign_in::first_page;
use crate::kit::operations::types::{
    ClaimState, DateTime, MembershipState, OrganisationKind, OrganisationNumber, Role,
};
use crate::kit::{Choice, Form, Page, PageError, Refused, Visitor, ui};

crate::operations! { "../../graphql/operations/accounts/act_as.graphql": ActAsPage, ActFor, LeaveOrganisation }

pub(super) fn routes() -> Router {
    Router::new()
        .route("/act-as", get(show).post(choose))
        .route("/act-as/leave/{slug}", get(show_leave).post(leave))
}

/// The choice that is no organisation.
const ALONE: &str = "alone";
/// With more, there is a search.
const FEW: usize = 7;

type Membership = act_as_page::ActAsPageViewerMemberships;

#[derive(Template)]
#[template(path = "accounts/act_as.html")]
struct ActAsTemplate {
    v: Visitor,
    f: Form,
    members: Vec<Membership>,
    requests: Vec<Membership>,
    choices: Vec<Choice>,
    /// What was searched for, where there are many.
    search: Option<String>,
    /// Whether the search found none.
    nothing: bool,
    manages: bool,
}

impl ActAsTemplate {
    async fn of(v: &Visitor, f: Form, query: Option<&str>) -> Result<Self, PageError> {
        let (members, requests, viewer) = load(v).await?;
        let search = (members.len() > FEW).then(|| query.unwrap_or_default().trim().to_owned());
        let wanted = search.as_deref().unwrap_or_default().to_lowercase();
        let found: Vec<&Membership> = members.iter().filter(|m| fits(m, &wanted)).collect();
        let mut choices: Vec<Choice> = found.iter().map(|m| choice(v, m)).collect();
        choices.push(Choice::new(ALONE, v.t.act_as_alone()).help(v.t.act_as_alone_help()));
        let acting = viewer.acting.as_ref().map_or(ALONE, |a| a.organisation.id.as_str());
        let f = if v.is_post { f } else { f.with("organisationId", acting) };
        let manages = viewer.acting.as_ref().is_some_and(|a| a.manages_members);
        let nothing = found.is_empty() && !wanted.is_empty();
        Ok(Self { v: v.clone(), f, requests, choices, search, nothing, manages, members })
    }
}

async fn load(
    v: &Visitor,
) -> Result<(Vec<Membership>, Vec<Membership>, act_as_page::ActAsPageViewer), PageError> {
    let mut viewer = v.run::<ActAsPage>(act_as_page::Variables).await?.viewer.ok_or(PageError::SignIn)?;
    let mut all = std::mem::take(&mut viewer.memberships);
    all.sort_by_key(|m| m.organisation.name.to_lowercase());
    let (members, requests) = all.into_iter().partition(|m| m.state == MembershipState::Active);
    Ok((members, requests, viewer))
}

fn fits(m: &Membership, wanted: &str) -> bool {
    let digits: String = wanted.chars().filter(|c| !c.is_whitespace()).collect();
    m.organisation.name.to_lowercase().contains(wanted)
        || m.organisation.organisation_number.as_deref().is_some_and(|n| n == digits)
}

/// An organisation with why you may, its number, and how sure the claim is.
fn choice(v: &Visitor, m: &Membership) -> Choice {
    let roles: Vec<String> = m.roles.iter().map(|r| v.t.word("role", r.as_str())).collect();
    let claim = v.t.word("claim-state", m.organisation.claim.as_str());
    let number = m.organisation.organisation_number.as_deref().map(ui::organisation_number);
    let parts: Vec<String> = [Some(roles.join(", ")), number, Some(claim)].into_iter().flatten().collect();
    Choice::new(&m.organisation.id, &m.organisation.name).help(parts.join(" · "))
}

#[derive(serde::Deserialize)]
struct ActAsQuery {
    q: Option<String>,
    next: Option<String>,
}

async fn show(v: Visitor, Query(query): Query<ActAsQuery>) -> Page {
    let f = Form::of(&v).with_some("next", query.next);
    v.page(&ActAsTemplate::of(&v, f, query.q.as_deref()).await?)
}

async fn choose(v: Visitor, mut f: Form) -> Page {
    v.signed_in()?;
    let chosen = f.text_of("organisationId");
    if chosen.is_empty() {
        f.fail("organisationId", types::ErrorCode::Required);
        return v.invalid(&ActAsTemplate::of(&v, f, None).await?);
    }
    let organisation = Some(chosen).filter(|c| c != ALONE);
    let is_buyer = match act_for(&v, organisation).await? {
        Ok(is_buyer) => is_buyer,
        Err(refused) => {
            f.refuse(&refused);
            return v.invalid(&ActAsTemplate::of(&v, f, None).await?);
        }
    };
    match f.get("next") {
        Some(next) => v.redirect_to(next),
        None => v.redirect_saying(first_page(is_buyer), "acting"),
    }
}

/// Makes the session act for an organisation; whether that is a buyer.
pub(crate) async fn act_for(
    v: &Visitor,
    organisation_id: Option<String>,
) -> Result<Result<bool, Refused>, PageError> {
    let input = act_for::ActForInput { organisation_id };
    let done = v.send::<ActFor>(act_for::Variables { input }).await?;
    Ok(done.map(|data| {
        data.act_for.viewer.and_then(|viewer| viewer.acting).is_some_and(|a| a.organisation.is_buyer)
    }))
}

#[derive(Template)]
#[template(path = "accounts/leave.html")]
struct LeaveTemplate {
    v: Visitor,
    f: Form,
    membership: Membership,
}

async fn membership(v: &Visitor, slug: &str) -> Result<Membership, PageError> {
    let (members, ..) = load(v).await?;
    members.into_iter().find(|m| m.organisation.slug == slug).ok_or(PageError::NotFound)
}

async fn show_leave(v: Visitor, Path(slug): Path<String>) -> Page {
    let membership = membership(&v, &slug).await?;
    v.page(&LeaveTemplate { f: Form::of(&v), membership, v: v.clone() })
}

async fn leave(v: Visitor, Path(slug): Path<String>, mut f: Form) -> Page {
    let membership = membership(&v, &slug).await?;
    let organisation_id = membership.organisation.id.clone();
    let input = leave_organisation::LeaveOrganisationInput { organisation_id };
    if let Err(refused) = v.send::<LeaveOrganisation>(leave_organisation::Variables { input }).await? {
        f.refuse(&refused);
        return v.invalid(&LeaveTemplate { f, membership, v: v.clone() });
    }
    v.redirect_saying("/act-as", "left")
}
