//! Suspending organisations, and letting them go on.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::get;
use serde::Deserialize;

use super::administrator;
use crate::kit::operations::types::{ClaimState, DateTime, OrganisationKind, OrganisationNumber};
use crate::kit::{Form, Page, PageError, Visitor, ui};

crate::operations! { "../../graphql/operations/organisations/suspension.graphql":
    SuspensionList, SuspensionPage, SuspendOrganisation, ResumeOrganisation
}

pub(super) fn routes() -> Router {
    Router::new()
        .route("/admin/organisations", get(list))
        .route("/admin/organisations/{slug}", get(show).post(decide))
}

/// Without a search, those that are suspended.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Search {
    q: String,
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "admin/organisations.html")]
struct ListTemplate {
    v: Visitor,
    q: String,
    found: suspension_list::SuspensionListOrganisations,
}

impl ListTemplate {
    fn next(&self) -> Option<&str> {
        self.found.page_info.end_cursor.as_deref().filter(|_| self.found.page_info.has_next_page)
    }
}

async fn list(v: Visitor, Query(Search { q, after }): Query<Search>) -> Page {
    administrator(&v)?;
    let q = q.trim().to_owned();
    let filter = suspension_list::OrganisationFilter {
        is_active: false,
        is_suspended: q.is_empty(),
        kinds: None,
        query: Some(q.clone()).filter(|q| !q.is_empty()),
    };
    let variables = suspension_list::Variables { filter: Some(filter), after };
    let found = v.run::<SuspensionList>(variables).await?.organisations;
    v.page(&ListTemplate { v: v.clone(), q, found })
}

#[derive(Template)]
#[template(path = "admin/suspension.html")]
struct SuspensionTemplate {
    v: Visitor,
    f: Form,
    organisation: suspension_page::SuspensionPageOrganisation,
}

impl SuspensionTemplate {
    async fn of(v: &Visitor, f: Form, slug: String) -> Result<Self, PageError> {
        administrator(v)?;
        let found = v.run::<SuspensionPage>(suspension_page::Variables { slug }).await?.organisation;
        Ok(Self { v: v.clone(), f, organisation: found.ok_or(PageError::NotFound)? })
    }

    fn heading(&self) -> String {
        let name = self.organisation.name.clone();
        if self.organisation.suspended_at.is_some() {
            self.v.t.suspension_resume_title(name)
        } else {
            self.v.t.suspension_suspend_title(name)
        }
    }

    fn reason(&self) -> &str {
        self.organisation.suspension_reason.as_deref().unwrap_or_default()
    }
}

async fn show(v: Visitor, Path(slug): Path<String>) -> Page {
    v.page(&SuspensionTemplate::of(&v, Form::of(&v), slug).await?)
}

/// What the button said, not what is opposite now: two administrators may decide at once.
async fn decide(v: Visitor, Path(slug): Path<String>, f: Form) -> Page {
    let mut page = SuspensionTemplate::of(&v, f, slug).await?;
    let (id, reason) = (page.organisation.id.clone(), page.f.text_of("reason"));
    let suspends = page.f.value("decision") == "suspend";
    let refused = if suspends {
        let input = suspend_organisation::SuspendOrganisationInput { organisation_id: id, reason };
        v.send::<SuspendOrganisation>(suspend_organisation::Variables { input }).await?.err()
    } else {
        let input = resume_organisation::ResumeOrganisationInput { organisation_id: id, reason };
        v.send::<ResumeOrganisation>(resume_organisation::Variables { input }).await?.err()
    };
    if let Some(refused) = refused {
        page.f.refuse(&refused);
        return v.invalid(&page);
    }
    let said = if suspends { "organisation-suspended" } else { "organisation-resumed" };
    v.redirect_saying("/admin/organisations", said)
}
