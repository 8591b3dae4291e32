//! Inviting, answering, joining and leaving. One function is one transaction.

use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use serde_json::json;
use types::{EntryKind, ErrorCode, FieldError, NeedId, NeedState, OrganisationId, PartnerState, Role};

use super::{Partner, can_answer, store};
use crate::needs::{Need, policy, store as need_store};
use crate::record::{Entry, need_stream};
use crate::{Actor, App, Checks, Error, Result, Tx, accounts, organisations};

/// Who speaks for a buyer towards another.
const OFFICERS: &[Role] = &[Role::Owner, Role::ProcurementOfficer];
/// More than any Norwegian procurement; keeps sums from overflowing.
const MOST: i64 = 1_000_000_000_000;

/// Whom to invite.
#[derive(Clone, Debug)]
pub struct Invite {
    /// To which need.
    pub need_id: NeedId,
    /// The buyer.
    pub organisation_id: OrganisationId,
    /// A word to it.
    pub message: String,
}

/// What a partner expects to need.
#[derive(Clone, Debug, Default)]
pub struct Volume {
    /// Whole kroner.
    pub minimum: Option<i64>,
    /// Whole kroner.
    pub expected: Option<i64>,
    /// Whole kroner.
    pub maximum: Option<i64>,
    /// In other units ("400 brukere").
    pub units: String,
}

/// A buyer's answer for itself.
#[derive(Clone, Debug)]
pub struct Answer {
    /// About which need.
    pub need_id: NeedId,
    /// Where it stands from now on.
    pub state: PartnerState,
    /// What it expects; cleared for one that only watches or leaves.
    pub volume: Volume,
    /// When it wants to begin.
    pub starts_on: Option<NaiveDate>,
    /// A word to the owner.
    pub note: String,
    /// The version that the answer was written on.
    pub expected_version: Option<i32>,
}

/// Invites another buyer.
pub async fn invite(app: &App, actor: &Actor, input: Invite) -> Result<Partner> {
    let tx = app.db.write().await?;
    let need = need_store::lock(&tx, actor, input.need_id).await?;
    policy::may_publish(actor, &need)?;
    takes_partners(&need)?;
    let mut checks = Checks::default();
    let message = checks.optional_body("message", &input.message, 2000);
    match organisations::find_in(&*tx, input.organisation_id).await? {
        None => checks.refuse_if(true, "organisationId", ErrorCode::NotFound),
        Some(to) => {
            let is_other_buyer = to.kind.is_buyer() && to.id != need.organisation_id;
            checks.refuse_if(!is_other_buyer, "organisationId", ErrorCode::WrongOrganisation);
        }
    }
    checks.finish()?;
    let before = store::of(&*tx, need.id, input.organisation_id).await?;
    if before.as_ref().is_some_and(|p| p.state != PartnerState::Withdrawn) {
        return Err(Error::field("organisationId", ErrorCode::AlreadyExists));
    }
    let reached = accounts::people_with_roles(&*tx, input.organisation_id, OFFICERS).await?;
    let (now, me) = (app.now(), actor.person()?.id);
    let entry = Entry::new(EntryKind::PartnerInvited, need_stream(need.id))
        .named([input.organisation_id])
        .payload(json!({ "organisation": input.organisation_id }));
    let row = store::put(app, &tx, actor, &need, input.organisation_id, before, entry, |p| {
        p.state = Set(PartnerState::Invited);
        p.message = Set(Some(message).filter(|m| !m.is_empty()));
        p.invited_by = Set(Some(me));
        p.invited_at = Set(Some(now));
        p.told_at = Set((!reached.is_empty()).then_some(now));
        p.left_reason = Set(None);
    })
    .await?;
    tx.commit().await?;
    Ok(row)
}

/// Answers an invitation, or changes the own answer.
pub async fn answer(app: &App, actor: &Actor, input: Answer) -> Result<Partner> {
    let tx = app.db.write().await?;
    let need = need_store::lock(&tx, actor, input.need_id).await?;
    let organisation = officer(actor)?;
    let before = store::of(&*tx, need.id, organisation).await?.ok_or(Error::NotFound)?;
    if input.expected_version.is_some_and(|v| v != before.version) {
        return Err(Error::Conflict(ErrorCode::StaleVersion));
    }
    if !can_answer(before.state, input.state) {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    if input.state != PartnerState::Withdrawn {
        takes_partners(&need)?;
    }
    let row = take(app, &tx, actor, &need, Some(before), input).await?;
    tx.commit().await?;
    Ok(row)
}

/// Joins a need that is open for joint interest, unasked: interested at once.
pub async fn join(app: &App, actor: &Actor, input: Answer) -> Result<Partner> {
    let tx = app.db.write().await?;
    let need = need_store::lock(&tx, actor, input.need_id).await?;
    let organisation = officer(actor)?;
    if organisation == need.organisation_id {
        return Err(Error::Forbidden(ErrorCode::WrongOrganisation));
    }
    takes_partners(&need)?;
    if !need.is_joint || !need.state.is_public() {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    let before = store::of(&*tx, need.id, organisation).await?;
    match before.as_ref().map(|p| p.state) {
        None | Some(PartnerState::Withdrawn | PartnerState::Invited) => {}
        Some(_) => return Err(Error::Conflict(ErrorCode::AlreadyExists)),
    }
    let input = Answer { state: PartnerState::Interested, ..input };
    let row = take(app, &tx, actor, &need, before, input).await?;
    tx.commit().await?;
    Ok(row)
}

/// Leaves, with a reason that the owner reads.
pub async fn leave(app: &App, actor: &Actor, id: NeedId, reason: &str) -> Result<Partner> {
    let tx = app.db.write().await?;
    let need = need_store::lock(&tx, actor, id).await?;
    let organisation = officer(actor)?;
    let before = store::of(&*tx, need.id, organisation).await?.ok_or(Error::NotFound)?;
    let row = end(app, &tx, actor, &need, before, reason).await?;
    tx.commit().await?;
    Ok(row)
}

/// Removes a partner or takes an invitation back, with a reason that it reads.
pub async fn remove(
    app: &App,
    actor: &Actor,
    id: NeedId,
    organisation: OrganisationId,
    reason: &str,
) -> Result<Partner> {
    let tx = app.db.write().await?;
    let need = need_store::lock(&tx, actor, id).await?;
    policy::may_publish(actor, &need)?;
    let before = store::of(&*tx, need.id, organisation).await?.ok_or(Error::NotFound)?;
    let row = end(app, &tx, actor, &need, before, reason).await?;
    tx.commit().await?;
    Ok(row)
}

/// Tells organisations of invitations that came before anybody acted for
/// them. Run by the worker; safe to run twice.
pub async fn tell_due(app: &App) -> Result<usize> {
    let due = store::untold(app.db.read(), OFFICERS).await?;
    for found in &due {
        let tx = app.db.write().await?;
        let system = Actor::system();
        let need = need_store::lock(&tx, &system, found.need_id).await?;
        let before = store::of(&*tx, need.id, found.organisation_id).await?;
        let Some(before) = before.filter(|p| p.state == PartnerState::Invited && p.told_at.is_none()) else {
            continue;
        };
        let organisation = before.organisation_id;
        let entry = Entry::new(EntryKind::PartnerInvited, need_stream(need.id))
            .named([organisation])
            .payload(json!({ "organisation": organisation }));
        let now = app.now();
        store::put(app, &tx, &system, &need, organisation, Some(before), entry, |p| {
            p.told_at = Set(Some(now));
        })
        .await?;
        tx.commit().await?;
    }
    Ok(due.len())
}

/// Ends all partnerships of a draft that is being deleted.
pub(in crate::needs) async fn dissolve(app: &App, tx: &Tx, actor: &Actor, need: &Need) -> Result<()> {
    store::delete_all(app, tx, actor, need.id).await
}

/// The organisation of somebody who may speak for a buyer.
fn officer(actor: &Actor) -> Result<OrganisationId> {
    let acting = actor.buyer()?;
    if acting.has_any(OFFICERS) {
        Ok(acting.organisation_id)
    } else {
        Err(Error::Forbidden(ErrorCode::Forbidden))
    }
}

fn takes_partners(need: &Need) -> Result<()> {
    if need.competition_announced_at.is_some() {
        return Err(Error::Conflict(ErrorCode::DialogueClosed));
    }
    if need.state == NeedState::Closed { Err(Error::Conflict(ErrorCode::WrongState)) } else { Ok(()) }
}

/// What a partner's entry says: in public as far as the public sees it anyway.
fn entry(
    need: &Need,
    kind: EntryKind,
    organisation: OrganisationId,
    from: PartnerState,
    to: PartnerState,
) -> Entry {
    let entry = Entry::new(kind, need_stream(need.id));
    let is_seen = need.state.is_public() && (from.stands_behind() || to.stands_behind());
    if is_seen {
        // Who goes on to watch has left, as far as others know.
        let state = if to.stands_behind() { to } else { PartnerState::Withdrawn };
        entry.public().payload(json!({ "organisation": organisation, "state": state }))
    } else {
        entry.named([organisation]).payload(json!({ "organisation": organisation, "state": to }))
    }
}

async fn take(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    need: &Need,
    before: Option<Partner>,
    input: Answer,
) -> Result<Partner> {
    let mut checks = Checks::default();
    let stands = input.state.stands_behind();
    let note = checks.optional_body("note", &input.note, 2000);
    let units = checks.optional_line("volume.units", &input.volume.units, 200);
    let volume = if stands { checked(&mut checks, &input.volume) } else { Volume::default() };
    let is_silent = volume.expected.is_none() && units.is_empty();
    checks.refuse_if(
        input.state == PartnerState::Intent && is_silent,
        "volume.expected",
        ErrorCode::Required,
    );
    checks.finish()?;
    let organisation = actor.buyer()?.organisation_id;
    let from = before.as_ref().map_or(PartnerState::Invited, |p| p.state);
    let was_in = from.stands_behind() || from == PartnerState::Observer;
    let kind = if was_in && input.state == PartnerState::Withdrawn {
        EntryKind::PartnerLeft
    } else {
        EntryKind::PartnerAnswered
    };
    let entry = entry(need, kind, organisation, from, input.state);
    let now = app.now();
    store::put(app, tx, actor, need, organisation, before, entry, |p| {
        p.state = Set(input.state);
        p.volume_minimum = Set(volume.minimum);
        p.volume_expected = Set(volume.expected);
        p.volume_maximum = Set(volume.maximum);
        p.units = Set(Some(units).filter(|u| stands && !u.is_empty()));
        p.starts_on = Set(input.starts_on.filter(|_| stands));
        p.note = Set(Some(note).filter(|n| !n.is_empty()));
        p.answered_at = Set(Some(now));
        p.left_reason = Set(None);
    })
    .await
}

fn checked(checks: &mut Checks, volume: &Volume) -> Volume {
    let parts = [("minimum", volume.minimum), ("expected", volume.expected), ("maximum", volume.maximum)];
    for (field, amount) in parts {
        if amount.is_some_and(|a| !(0..=MOST).contains(&a)) {
            let error = FieldError::new(&format!("volume.{field}"), ErrorCode::OutOfRange);
            checks.add(error.with("min", 0).with("max", MOST));
        }
    }
    let in_order = |a: Option<i64>, b: Option<i64>| a.zip(b).is_none_or(|(a, b)| a <= b);
    checks.refuse_if(!in_order(volume.minimum, volume.expected), "volume.minimum", ErrorCode::MinAboveMax);
    checks.refuse_if(!in_order(volume.expected, volume.maximum), "volume.maximum", ErrorCode::MinAboveMax);
    if volume.expected.is_none() {
        checks.refuse_if(!in_order(volume.minimum, volume.maximum), "volume.maximum", ErrorCode::MinAboveMax);
    }
    volume.clone()
}

async fn end(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    need: &Need,
    before: Partner,
    reason: &str,
) -> Result<Partner> {
    if matches!(before.state, PartnerState::Withdrawn | PartnerState::Mandated | PartnerState::OptionParty) {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    let mut checks = Checks::default();
    let reason = checks.body("reason", reason, 2000);
    checks.finish()?;
    let organisation = before.organisation_id;
    let entry = entry(need, EntryKind::PartnerLeft, organisation, before.state, PartnerState::Withdrawn);
    store::put(app, tx, actor, need, organisation, Some(before), entry, |p| {
        p.state = Set(PartnerState::Withdrawn);
        p.volume_minimum = Set(None);
        p.volume_expected = Set(None);
        p.volume_maximum = Set(None);
        p.units = Set(None);
        p.left_reason = Set(Some(reason));
    })
    .await
}
