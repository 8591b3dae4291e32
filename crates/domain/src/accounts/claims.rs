//! Claims: who speaks for a supplier.

use chrono::TimeDelta;
use entity::membership;
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition};
use types::{
    ClaimState, CountryCode, EmailAddress, EntryKind, ErrorCode, MembershipState, OrganisationId,
    OrganisationKind, OrganisationNumber, Role, registered_domain,
};

use super::store;
use crate::organisations::{self, NewOrganisation, Organisation};
use crate::ports::{Lookup, RegisteredUnit};
use crate::{Actor, App, Checks, Error, Result, Tx};

/// What a person says of the organisation that they act for.
#[derive(Clone, Debug)]
pub struct ClaimSupplier {
    /// Supplier or support actor.
    pub kind: OrganisationKind,
    /// Two letters.
    pub country: String,
    /// Required for Norwegian ones.
    pub organisation_number: Option<String>,
    /// Used where the register does not answer.
    pub name: String,
    /// Web site.
    pub website: Option<String>,
}

/// What the register says of a number.
#[derive(Clone, Debug, PartialEq)]
pub enum RegisterAnswer {
    /// The unit, and whether we know it already.
    Found(RegisteredUnit, Option<Organisation>),
    /// No such number.
    Unknown,
    /// The register does not answer: type it yourself, verified later.
    Offline(Option<Organisation>),
}

/// Looks an organisation number up, for the form.
pub async fn look_up(app: &App, actor: &Actor, number: &str) -> Result<RegisterAnswer> {
    let me = actor.person()?.id;
    super::rate_limit(app, &format!("look-up:{me}"), 60, TimeDelta::hours(1)).await?;
    let number = parse_number(number)?;
    let known = organisations::find_by_number(app, &number).await?;
    Ok(match app.register.look_up(&number).await {
        Lookup::Found(unit) => RegisterAnswer::Found(unit, known),
        Lookup::Unknown => RegisterAnswer::Unknown,
        Lookup::Offline => RegisterAnswer::Offline(known),
    })
}

fn parse_number(text: &str) -> Result<OrganisationNumber> {
    text.parse().map_err(|_| Error::field("organisationNumber", ErrorCode::InvalidOrganisationNumber))
}

/// Claims a supplier: its first member, or the one who proves it.
pub async fn claim_supplier(app: &App, actor: &Actor, input: ClaimSupplier) -> Result<Organisation> {
    let me = actor.person()?.clone();
    super::rate_limit(app, &format!("claim:{}", me.id), 20, TimeDelta::hours(1)).await?;
    let new = describe(app, input).await?;
    let tx = app.db.write().await?;
    let organisation = organisations::ensure_known(app, &tx, actor, new).await?;
    if organisation.kind.is_buyer() {
        // Buyers are appointed by the platform.
        return Err(Error::field("organisationNumber", ErrorCode::WrongOrganisation));
    }
    let is_proved = proves(&me.email, organisation.registered_domain.as_deref());
    match organisation.claim {
        ClaimState::Verified => return Err(Error::Conflict(ErrorCode::AlreadyClaimed)),
        ClaimState::Unverified if !is_proved => return Err(Error::Conflict(ErrorCode::AlreadyClaimed)),
        ClaimState::Unverified => end_members(app, &tx, actor, organisation.id).await?,
        ClaimState::Known => {}
    }
    let state = if is_proved { ClaimState::Verified } else { ClaimState::Unverified };
    let organisation = set_claim(app, &tx, actor, organisation, state).await?;
    store::ensure_membership(
        app,
        &tx,
        actor,
        me.id,
        organisation.id,
        &[Role::SupplierAdministrator],
        MembershipState::Active,
        None,
    )
    .await?;
    tx.commit().await?;
    Ok(organisation)
}

/// Checks the input and asks the register.
async fn describe(app: &App, input: ClaimSupplier) -> Result<NewOrganisation> {
    let mut checks = Checks::default();
    checks.refuse_if(input.kind.is_buyer(), "kind", ErrorCode::WrongOrganisation);
    let country = checks.parse::<CountryCode>("country", &input.country, ErrorCode::InvalidFormat);
    let number = input.organisation_number.as_deref().map(str::trim).filter(|n| !n.is_empty());
    let is_norwegian = country == Some(CountryCode::norway());
    checks.refuse_if(is_norwegian && number.is_none(), "organisationNumber", ErrorCode::Required);
    let name = checks.optional_line("name", &input.name, 200);
    let website =
        input.website.as_deref().map(|w| checks.optional_line("website", w, 300)).filter(|w| !w.is_empty());
    let is_url = website.as_deref().is_none_or(|w| w.starts_with("https://") || w.starts_with("http://"));
    checks.refuse_if(!is_url, "website", ErrorCode::InvalidUrl);
    checks.finish()?;
    let country = country.unwrap_or_else(CountryCode::norway);
    if !is_norwegian {
        if name.is_empty() {
            return Err(Error::field("name", ErrorCode::Required));
        }
        // No register vouches for the domain, so an administrator verifies.
        return Ok(NewOrganisation {
            country,
            website,
            ..NewOrganisation::norwegian(input.kind, name, None)
        });
    }
    let number = parse_number(number.unwrap_or_default())?;
    match app.register.look_up(&number).await {
        Lookup::Found(unit) if unit.is_ended => Err(Error::field("organisationNumber", ErrorCode::NotFound)),
        Lookup::Found(unit) => Ok(of_unit(input.kind, unit, website)),
        Lookup::Unknown => Err(Error::field("organisationNumber", ErrorCode::NotFound)),
        Lookup::Offline if name.is_empty() => Err(Error::field("name", ErrorCode::Required)),
        Lookup::Offline => {
            Ok(NewOrganisation { website, ..NewOrganisation::norwegian(input.kind, name, Some(number)) })
        }
    }
}

/// What the register knows of a unit; the web site that somebody gave, where it has none.
pub(super) fn of_unit(
    kind: OrganisationKind,
    unit: RegisteredUnit,
    website: Option<String>,
) -> NewOrganisation {
    NewOrganisation {
        municipality_number: unit.municipality_number.clone(),
        county_number: unit.municipality_number.as_deref().map(|m| m.chars().take(2).collect()),
        registered_domain: unit.website.as_deref().and_then(domain_of),
        website: unit.website.or(website),
        employees: unit.employees,
        ..NewOrganisation::norwegian(kind, unit.name, Some(unit.organisation_number))
    }
}

/// The domain that somebody registered, of a web address.
fn domain_of(website: &str) -> Option<String> {
    let host = website.split("://").last()?.split(['/', ':', '?']).next()?;
    registered_domain(&host.to_ascii_lowercase()).map(str::to_owned)
}

/// A mailbox at the registered domain proves the claim; public mail proves nothing.
fn proves(email: &EmailAddress, domain: Option<&str>) -> bool {
    !email.is_public_mailbox() && domain.is_some() && email.registered_domain() == domain
}

/// An administrator of the platform verifies a claim.
pub async fn verify(app: &App, actor: &Actor, id: OrganisationId) -> Result<Organisation> {
    actor.platform_administrator()?;
    actor.recently_authenticated(app)?;
    let organisation = organisations::get(app, id).await?;
    if organisation.claim != ClaimState::Unverified {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    let tx = app.db.write().await?;
    let organisation = set_claim(app, &tx, actor, organisation, ClaimState::Verified).await?;
    tx.commit().await?;
    Ok(organisation)
}

pub(super) async fn set_claim(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    organisation: Organisation,
    state: ClaimState,
) -> Result<Organisation> {
    let kind = match state {
        ClaimState::Verified => EntryKind::OrganisationVerified,
        _ => EntryKind::OrganisationClaimed,
    };
    let now = app.now();
    organisations::change(app, tx, actor, organisation, kind, |row| {
        row.claim = Set(state);
        row.claimed_at = Set(Some(now));
    })
    .await
}

/// A verified claim ends the memberships of the unverified one.
pub(super) async fn end_members(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    organisation: OrganisationId,
) -> Result<()> {
    let all = Condition::all().add(membership::Column::OrganisationId.eq(organisation));
    for row in store::memberships(&**tx, all).await? {
        if matches!(row.state, MembershipState::Active | MembershipState::Requested) {
            store::stop_acting(tx, row.person_id, organisation).await?;
            store::save_membership(app, tx, actor, row, EntryKind::MembershipRemoved, |m| {
                m.state = Set(MembershipState::Removed);
                m.decided_at = Set(Some(app.now()));
            })
            .await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_mailbox_at_the_registered_domain_proves() {
        let at = |address: &str, domain: Option<&str>| proves(&address.parse().unwrap(), domain);
        assert!(at("kari@firma.no", Some("firma.no")));
        assert!(at("kari@post.firma.no", Some("firma.no")));
        assert!(!at("kari@firma.no.evil.com", Some("firma.no")));
        assert!(!at("kari@gmail.com", Some("gmail.com")));
        assert!(!at("kari@firma.no", None));
        assert_eq!(domain_of("https://www.firma.no/om"), Some("firma.no".to_owned()));
        assert_eq!(domain_of("www.Firma.no"), Some("firma.no".to_owned()));
    }
}
