//! The platform's administrators: claims to verify, owners to appoint, and whom to stop.

mod sessions;
mod suspension;

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::get;

use crate::kit::operations::types::{ClaimState, OrganisationKind, OrganisationNumber};
use crate::kit::{After, Form, Page, PageError, Visitor, ui};

crate::operations! { "../../graphql/operations/organisations/admin.graphql":
    AdminPage, AppointSearch, AppointPage, VerifyClaim, AppointOwner
}

pub(crate) fn routes() -> Router {
    Router::new()
        .route("/admin", get(show).post(verify))
        .route("/admin/appoint", get(search))
        .route("/admin/appoint/{slug}", get(show_appoint).post(appoint))
        .merge(sessions::routes())
        .merge(suspension::routes())
}

#[derive(Template)]
#[template(path = "admin/overview.html")]
struct OverviewTemplate {
    v: Visitor,
    f: Form,
    claims: Vec<admin_page::AdminPageUnverifiedOrganisationsNodes>,
    next: Option<String>,
}

impl OverviewTemplate {
    async fn of(v: &Visitor, f: Form, after: Option<String>) -> Result<Self, PageError> {
        let list = v.run::<AdminPage>(admin_page::Variables { after }).await?.unverified_organisations;
        let next = list.page_info.end_cursor.filter(|_| list.page_info.has_next_page);
        Ok(Self { v: v.clone(), f, claims: list.nodes, next })
    }
}

async fn show(v: Visitor, Query(After { after }): Query<After>) -> Page {
    v.page(&OverviewTemplate::of(&v, Form::of(&v), after).await?)
}

async fn verify(v: Visitor, mut f: Form) -> Page {
    let input = verify_claim::VerifyClaimInput { organisation_id: f.text_of("organisationId") };
    if let Err(refused) = v.send::<VerifyClaim>(verify_claim::Variables { input }).await? {
        f.refuse(&refused);
        return v.invalid(&OverviewTemplate::of(&v, f, None).await?);
    }
    v.redirect_saying("/admin", "claim-verified")
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
struct SearchQuery {
    q: String,
}

#[derive(Template)]
#[template(path = "admin/search.html")]
struct SearchTemplate {
    v: Visitor,
    q: String,
    found: Option<appoint_search::AppointSearchOrganisations>,
}

/// These pages show nothing secret, but are of use to administrators only.
fn administrator(v: &Visitor) -> Result<(), PageError> {
    if v.signed_in()?.platform_administrator { Ok(()) } else { Err(PageError::Forbidden(None)) }
}

async fn search(v: Visitor, Query(SearchQuery { q }): Query<SearchQuery>) -> Page {
    administrator(&v)?;
    let query = Some(q.trim().to_owned()).filter(|q| !q.is_empty());
    let found = match query {
        None => None,
        Some(query) => {
            let kinds = OrganisationKind::ALL.iter().copied().filter(|k| k.is_buyer()).collect();
            let filter = appoint_search::OrganisationFilter {
                is_active: false,
                is_suspended: false,
                kinds: Some(kinds),
                query: Some(query),
            };
            let variables = appoint_search::Variables { filter: Some(filter) };
            Some(v.run::<AppointSearch>(variables).await?.organisations)
        }
    };
    v.page(&SearchTemplate { q, found, v: v.clone() })
}

#[derive(Template)]
#[template(path = "admin/appoint.html")]
struct AppointTemplate {
    v: Visitor,
    f: Form,
    organisation: appoint_page::AppointPageOrganisation,
}

impl AppointTemplate {
    async fn of(v: &Visitor, f: Form, slug: String) -> Result<Self, PageError> {
        administrator(v)?;
        let found = v.run::<AppointPage>(appoint_page::Variables { slug }).await?.organisation;
        let organisation = found.filter(|o| o.is_buyer).ok_or(PageError::NotFound)?;
        Ok(Self { v: v.clone(), f, organisation })
    }
}

async fn show_appoint(v: Visitor, Path(slug): Path<String>) -> Page {
    v.page(&AppointTemplate::of(&v, Form::of(&v), slug).await?)
}

async fn appoint(v: Visitor, Path(slug): Path<String>, f: Form) -> Page {
    let mut page = AppointTemplate::of(&v, f, slug).await?;
    let input = appoint_owner::AppointOwnerInput {
        email: page.f.text_of("email"),
        organisation_id: page.organisation.id.clone(),
    };
    if let Err(refused) = v.send::<AppointOwner>(appoint_owner::Variables { input }).await? {
        page.f.refuse(&refused);
        return v.invalid(&page);
    }
    v.redirect_saying("/admin", "owner-appointed")
}
