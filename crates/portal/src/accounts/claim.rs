//! A supplier or support actor: its number, what the register says, the claim.

use askama::Template;
use axum::Router;
use axum::extract::Query;
use axum::routing::get;
use types::ErrorCode;

use super::act_as::act_for;
use crate::kit::operations::types::{ClaimState, OrganisationKind, OrganisationNumber};
use crate::kit::{Choice, Form, Page, PageError, Visitor, ui};

crate::operations! { "../../graphql/operations/accounts/claim.graphql": LookUp, ClaimedPage, ClaimSupplier }

pub(super) fn routes() -> Router {
    Router::new()
        .route("/supplier/start", get(start).post(claim))
        .route("/supplier/start/abroad", get(abroad).post(claim_abroad))
        .route("/supplier/claimed", get(claimed))
}

/// Countries that suppliers come from most; others are typed as a code.
const COUNTRIES: [&str; 32] = [
    "SE", "DK", "FI", "IS", "DE", "NL", "GB", "AT", "BE", "BG", "CH", "CY", "CZ", "EE", "ES", "FR", "GR",
    "HR", "HU", "IE", "IT", "LI", "LT", "LU", "LV", "MT", "PL", "PT", "RO", "SI", "SK", "US",
];

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
struct StartQuery {
    kind: String,
    #[serde(rename = "organisationNumber")]
    number: String,
}

fn kinds(v: &Visitor) -> Vec<Choice> {
    Choice::words(v.t, "organisation-kind", &[OrganisationKind::Supplier, OrganisationKind::SupportActor])
}

fn kind_of(text: &str) -> OrganisationKind {
    if text == OrganisationKind::SupportActor.as_str() {
        OrganisationKind::SupportActor
    } else {
        OrganisationKind::Supplier
    }
}

#[derive(Template)]
#[template(path = "accounts/claim_number.html")]
struct NumberTemplate {
    v: Visitor,
    f: Form,
    kinds: Vec<Choice>,
}

type Found = look_up::LookUpRegisteredOrganisation;

#[derive(Template)]
#[template(path = "accounts/claim_confirm.html")]
struct ConfirmTemplate {
    v: Visitor,
    f: Form,
    found: Found,
    email: String,
}

impl ConfirmTemplate {
    /// Whether somebody acts for it already.
    fn is_claimed(&self) -> bool {
        self.found.organisation.as_ref().is_some_and(|o| o.claim != ClaimState::Known)
    }

    fn is_buyer(&self) -> bool {
        self.found.organisation.as_ref().is_some_and(|o| o.is_buyer)
    }

    /// A proved claim is never taken over.
    fn may_claim(&self) -> bool {
        !self.is_buyer() && self.found.organisation.as_ref().is_none_or(|o| o.claim != ClaimState::Verified)
    }
}

/// The number, and with one in the address what the register says of it.
async fn start(v: Visitor, Query(q): Query<StartQuery>) -> Page {
    v.signed_in()?;
    let f = Form::of(&v).with("kind", kind_of(&q.kind)).with("organisationNumber", &q.number);
    if q.number.trim().is_empty() {
        return v.page(&NumberTemplate { f, kinds: kinds(&v), v: v.clone() });
    }
    confirm(&v, f, false).await
}

async fn confirm(v: &Visitor, mut f: Form, is_refused: bool) -> Page {
    let email = v.signed_in()?.email.clone();
    let found = match f.value("organisationNumber").parse::<types::OrganisationNumber>() {
        Ok(number) => {
            let organisation_number = number.to_string();
            let found = v.run::<LookUp>(look_up::Variables { organisation_number }).await?;
            found.registered_organisation.ok_or(ErrorCode::NotFound)
        }
        Err(_) => Err(ErrorCode::InvalidOrganisationNumber),
    };
    match found {
        Ok(found) => {
            let page = ConfirmTemplate { v: v.clone(), f, found, email };
            if is_refused { v.invalid(&page) } else { v.page(&page) }
        }
        Err(code) => {
            f.fail("organisationNumber", code);
            v.invalid(&NumberTemplate { f, kinds: kinds(v), v: v.clone() })
        }
    }
}

async fn claim(v: Visitor, mut f: Form) -> Page {
    v.signed_in()?;
    let input = claim_supplier::ClaimSupplierInput {
        kind: kind_of(f.value("kind")),
        country: "NO".to_owned(),
        organisation_number: f.some("organisationNumber"),
        name: f.some("name"),
        website: f.some("website"),
    };
    match v.send::<ClaimSupplier>(claim_supplier::Variables { input }).await? {
        Ok(data) => acts(&v, data.claim_supplier.organisation.map(|o| o.id)).await,
        Err(refused) => {
            f.refuse(&refused);
            confirm(&v, f, true).await
        }
    }
}

/// From now on the session acts for what was claimed.
async fn acts(v: &Visitor, organisation: Option<String>) -> Page {
    let _ = act_for(v, organisation).await?;
    v.redirect("/supplier/claimed")
}

#[derive(Template)]
#[template(path = "accounts/claim_abroad.html")]
struct AbroadTemplate {
    v: Visitor,
    f: Form,
    kinds: Vec<Choice>,
    countries: Vec<Choice>,
}

impl AbroadTemplate {
    fn of(v: &Visitor, f: Form) -> Self {
        let mut countries = Choice::words(v.t, "country", &COUNTRIES);
        countries.push(Choice::new("OTHER", v.t.country_other()));
        Self { v: v.clone(), f, kinds: kinds(v), countries }
    }
}

async fn abroad(v: Visitor, Query(q): Query<StartQuery>) -> Page {
    v.signed_in()?;
    v.page(&AbroadTemplate::of(&v, Form::of(&v).with("kind", kind_of(&q.kind))))
}

async fn claim_abroad(v: Visitor, mut f: Form) -> Page {
    v.signed_in()?;
    let chosen = f.text_of("country");
    if chosen.is_empty() {
        f.fail("country", ErrorCode::Required);
    }
    let is_other = chosen == "OTHER";
    let country = if is_other { f.text_of("countryCode").to_uppercase() } else { chosen };
    if is_other && country.is_empty() {
        f.fail("countryCode", ErrorCode::Required);
    } else if is_other && (country == "NO" || country.parse::<types::CountryCode>().is_err()) {
        f.fail("countryCode", ErrorCode::InvalidFormat);
    }
    if f.is_valid() {
        let input = claim_supplier::ClaimSupplierInput {
            kind: kind_of(f.value("kind")),
            country,
            organisation_number: None,
            name: f.some("name"),
            website: f.some("website"),
        };
        match v.send::<ClaimSupplier>(claim_supplier::Variables { input }).await? {
            Ok(data) => return acts(&v, data.claim_supplier.organisation.map(|o| o.id)).await,
            Err(refused) => f.refuse(&refused),
        }
    }
    v.invalid(&AbroadTemplate::of(&v, f))
}

type Claimed = claimed_page::ClaimedPageViewerActingOrganisation;

#[derive(Template)]
#[template(path = "accounts/claimed.html")]
struct ClaimedTemplate {
    v: Visitor,
    organisation: Claimed,
}

async fn claimed(v: Visitor) -> Page {
    let viewer = v.run::<ClaimedPage>(claimed_page::Variables).await?.viewer.ok_or(PageError::SignIn)?;
    match viewer.acting {
        Some(acting) => v.page(&ClaimedTemplate { organisation: acting.organisation, v: v.clone() }),
        None => v.redirect("/act-as"),
    }
}
