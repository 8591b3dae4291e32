//! Organisations, for everybody: the list, one of them, asking to join.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::get;

use crate::kit::operations::types::{
    ClaimState, DateTime, Language, MembershipState, NeedState, OrganisationKind, OrganisationNumber,
};
use crate::kit::{Choice, Form, Page, PageError, Visitor, ui};

crate::operations! { "../../graphql/operations/organisations/organisations.graphql":
    OrganisationList, OrganisationPage, OrganisationNeeds, RequestToJoin
}

pub(crate) fn routes() -> Router {
    Router::new()
        .route("/organisations", get(list))
        .route("/organisations/{slug}", get(page))
        .route("/organisations/{slug}/join", get(show_join).post(join))
}

/// The word for all kinds that buy.
const BUYERS: &str = "buyers";

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
struct ListQuery {
    q: String,
    kind: String,
    active: String,
    after: Option<String>,
}

impl ListQuery {
    fn kinds(&self) -> Option<Vec<OrganisationKind>> {
        if self.kind == BUYERS {
            return Some(OrganisationKind::ALL.iter().copied().filter(|k| k.is_buyer()).collect());
        }
        self.kind.parse().ok().map(|kind| vec![kind])
    }
}

#[derive(Template)]
#[template(path = "organisations/list.html")]
struct ListTemplate {
    v: Visitor,
    f: Form,
    kinds: Vec<Choice>,
    list: organisation_list::OrganisationListOrganisations,
    is_filtered: bool,
    is_later_page: bool,
}

async fn list(v: Visitor, Query(q): Query<ListQuery>) -> Page {
    let query = Some(q.q.trim().to_owned()).filter(|t| !t.is_empty());
    let is_active = q.active == "true";
    let is_filtered = query.is_some() || !q.kind.is_empty() || is_active;
    let filter =
        organisation_list::OrganisationFilter { is_active, is_suspended: false, kinds: q.kinds(), query };
    let is_later_page = q.after.is_some();
    let variables = organisation_list::Variables { filter: Some(filter), after: q.after };
    let list = v.run::<OrganisationList>(variables).await?.organisations;
    let mut kinds = vec![Choice::new(BUYERS, v.t.organisations_buyers())];
    kinds.extend(Choice::words(v.t, "organisation-kind", OrganisationKind::ALL));
    let f = Form::of(&v).with("q", q.q).with("kind", q.kind).with("active", q.active);
    v.page(&ListTemplate { f, kinds, list, is_filtered, is_later_page, v: v.clone() })
}

type Organisation = organisation_page::OrganisationPageOrganisation;
type Needs = organisation_needs::OrganisationNeedsNeeds;

/// What the reader has to do with an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Member,
    Asked,
    None,
}

async fn load(v: &Visitor, slug: String) -> Result<(Organisation, Standing), PageError> {
    let data = v.run::<OrganisationPage>(organisation_page::Variables { slug }).await?;
    let organisation = data.organisation.ok_or(PageError::NotFound)?;
    let memberships = data.viewer.map(|viewer| viewer.memberships).unwrap_or_default();
    let mine = memberships.iter().find(|m| m.organisation.slug == organisation.slug);
    let standing = match mine.map(|m| m.state) {
        Some(MembershipState::Active) => Standing::Member,
        Some(MembershipState::Requested) => Standing::Asked,
        _ => Standing::None,
    };
    Ok((organisation, standing))
}

#[derive(Template)]
#[template(path = "organisations/page.html")]
struct OrganisationTemplate {
    v: Visitor,
    organisation: Organisation,
    standing: Standing,
    needs: Option<Needs>,
}

impl OrganisationTemplate {
    /// A web address that may be linked to.
    fn website(&self) -> Option<String> {
        let text = self.organisation.website.as_deref()?.trim();
        let url = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        url::Url::parse(&url).ok().filter(|u| matches!(u.scheme(), "http" | "https")).map(String::from)
    }
}

async fn page(v: Visitor, Path(slug): Path<String>) -> Page {
    let (organisation, standing) = load(&v, slug).await?;
    let needs = if organisation.is_buyer {
        let ids = Some(vec![organisation.id.clone()]);
        Some(v.run::<OrganisationNeeds>(organisation_needs::Variables { ids }).await?.needs)
    } else {
        None
    };
    v.page(&OrganisationTemplate { organisation, standing, needs, v: v.clone() })
}

#[derive(Template)]
#[template(path = "organisations/join.html")]
struct JoinTemplate {
    v: Visitor,
    f: Form,
    organisation: Organisation,
}

async fn show_join(v: Visitor, Path(slug): Path<String>) -> Page {
    v.signed_in()?;
    let (organisation, standing) = load(&v, slug).await?;
    if standing != Standing::None || organisation.claim == ClaimState::Known {
        return v.redirect(&format!("/organisations/{}", organisation.slug));
    }
    v.page(&JoinTemplate { f: Form::of(&v), organisation, v: v.clone() })
}

async fn join(v: Visitor, Path(slug): Path<String>, mut f: Form) -> Page {
    v.signed_in()?;
    let (organisation, _) = load(&v, slug).await?;
    let input = request_to_join::RequestToJoinInput {
        message: f.some("message"),
        organisation_id: organisation.id.clone(),
    };
    if let Err(refused) = v.send::<RequestToJoin>(request_to_join::Variables { input }).await? {
        f.refuse(&refused);
        return v.invalid(&JoinTemplate { f, organisation, v: v.clone() });
    }
    v.redirect_saying(&format!("/organisations/{}", organisation.slug), "asked-to-join")
}

/// A country's name, or its code where it is none of the usual.
pub(crate) fn country(v: &Visitor, code: &str) -> String {
    let key = format!("country-{}", code.to_lowercase());
    if i18n::KEYS.contains(&key.as_str()) { v.t.get(&key, []) } else { code.to_owned() }
}
