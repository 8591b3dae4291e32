//! Whom the person chose, at the service, to represent.
//!
//! - A member acts for it from now on. That is all where the service `CHOOSES`.
//! - `JOINS`: whoever is no member becomes one, with the least role, if the claim to the
//!   organisation is proved and somebody manages its members.
//! - `CLAIMS`: it also proves a supplier's claim, as a mailbox at its domain does; who
//!   comes first manages its members, and who comes later is a member with the least role.
//!
//! Whoever was removed or declined stays so: someone there decided that. A buyer is set up
//! by the platform, so no service makes anybody manage one. Of several, the first of which
//! the person is a member; else the first.

use entity::session;
use sea_orm::ActiveValue::Set;
use types::{
    ChoiceRefused, ClaimState, MembershipState, OrganisationKind, OrganisationNumber, Representation, Role,
    SessionId,
};

use crate::accounts::{Person, claims, store};
use crate::organisations::{self, NewOrganisation, Organisation};
use crate::ports::{Lookup, Provider};
use crate::{Actor, ActorPerson, App, Result, Tx};

/// Legal forms of what buys: no supplier is made of them.
const PUBLIC_FORMS: [&str; 6] = ["KOMM", "FYLK", "STAT", "ORGL", "KF", "FKF"];

/// What the register knows of the chosen one, where we do not know it and the service
/// proves claims. Asked before the transaction begins.
pub(super) async fn look_up(
    app: &App,
    provider: &Provider,
    represents: &[OrganisationNumber],
) -> Result<Option<NewOrganisation>> {
    let Some(number) = represents.first() else { return Ok(None) };
    let is_known = organisations::find_by_number(app, number).await?.is_some();
    if is_known || provider.representation != Representation::Claims {
        return Ok(None);
    }
    Ok(match app.register.look_up(number).await {
        Lookup::Found(unit) => {
            let is_public = unit.form.as_deref().is_some_and(|form| PUBLIC_FORMS.contains(&form));
            (!unit.is_ended && !is_public).then(|| claims::of_unit(OrganisationKind::Supplier, unit, None))
        }
        Lookup::Unknown | Lookup::Offline => None,
    })
}

/// Lets the session act for whom the person chose; why not, if not.
pub(super) async fn act_as_chosen(
    app: &App,
    tx: &Tx,
    person: &Person,
    session: SessionId,
    provider: &Provider,
    chosen: (&[OrganisationNumber], Option<NewOrganisation>),
) -> Result<Option<(ChoiceRefused, OrganisationNumber)>> {
    let (numbers, unknown) = chosen;
    let Some(first) = numbers.first() else { return Ok(None) };
    for number in numbers {
        let Some(known) = organisations::find_number_in(&**tx, number).await? else { continue };
        let membership = store::membership_of(&**tx, person.id, known.id).await?;
        if membership.is_some_and(|m| m.state == MembershipState::Active) {
            act_for(tx, session, &known).await?;
            return Ok(None);
        }
    }
    if provider.representation == Representation::Chooses {
        return Ok(Some((ChoiceRefused::NotMember, first.clone())));
    }
    match join(app, tx, person, provider, first, unknown).await? {
        Ok(joined) => {
            act_for(tx, session, &joined).await?;
            Ok(None)
        }
        Err(why) => Ok(Some((why, first.clone()))),
    }
}

async fn act_for(tx: &Tx, session: SessionId, organisation: &Organisation) -> Result<()> {
    let change =
        session::ActiveModel { acting_organisation_id: Set(Some(organisation.id)), ..Default::default() };
    store::update_session(tx, session, change).await
}

async fn join(
    app: &App,
    tx: &Tx,
    person: &Person,
    provider: &Provider,
    number: &OrganisationNumber,
    unknown: Option<NewOrganisation>,
) -> Result<Result<Organisation, ChoiceRefused>> {
    let me = Actor {
        language: person.language,
        person: Some(ActorPerson {
            id: person.id,
            name: person.name.clone(),
            email: person.email.clone(),
            is_platform_administrator: person.is_platform_administrator,
        }),
        ..Actor::default()
    };
    let organisation = match (organisations::find_number_in(&**tx, number).await?, unknown) {
        (Some(known), _) => known,
        (None, Some(new)) => organisations::ensure_known(app, tx, &me, new).await?,
        (None, None) => return Ok(Err(ChoiceRefused::NotClaimed)),
    };
    if organisation.suspended_at.is_some() {
        return Ok(Err(ChoiceRefused::Suspended));
    }
    let before = store::membership_of(&**tx, person.id, organisation.id).await?;
    if before.is_some_and(|m| matches!(m.state, MembershipState::Removed | MembershipState::Declined)) {
        return Ok(Err(ChoiceRefused::Removed));
    }
    let managing = Role::managing(organisation.kind);
    let managers = store::people_with_roles(&**tx, organisation.id, &[managing]).await?;
    let is_proved = organisation.claim == ClaimState::Verified;
    let proves = provider.representation == Representation::Claims && !organisation.kind.is_buyer();
    let is_managed = !managers.is_empty() && (is_proved || organisation.kind.is_buyer());
    let role = match (is_managed, proves) {
        (true, _) => Role::of(organisation.kind).last().copied().unwrap_or(Role::Reader),
        (false, true) => managing,
        (false, false) => return Ok(Err(ChoiceRefused::NotClaimed)),
    };
    let organisation = if is_managed || is_proved {
        organisation
    } else {
        if organisation.claim == ClaimState::Unverified {
            claims::end_members(app, tx, &me, organisation.id).await?;
        }
        claims::set_claim(app, tx, &me, organisation, ClaimState::Verified).await?
    };
    let active = MembershipState::Active;
    store::ensure_membership(app, tx, &me, person.id, organisation.id, &[role], active, None).await?;
    Ok(Ok(organisation))
}
