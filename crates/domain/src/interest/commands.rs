//! Registering, changing, withdrawing; following.

use chrono::TimeDelta;
use entity::{follow, interest};
use sea_orm::ActiveValue::Set;
use types::{EntryKind, ErrorCode, InterestState, InterestVisibility, NeedId};

use super::{Follow, Interest, policy, store};
use crate::record::{self, Entry, need_stream, person_stream};
use crate::{Actor, App, Checks, Error, Result, accounts, needs};

/// A supplier's interest.
#[derive(Clone, Debug)]
pub struct Register {
    /// In which need.
    pub need_id: NeedId,
    /// Who sees it.
    pub visibility: InterestVisibility,
    /// Whether to show name, contact and message to others who look for partners.
    pub is_looking_for_partners: bool,
    /// To them.
    pub message: String,
    /// The version that a change was made on.
    pub expected_version: Option<i32>,
}

/// Registers interest, again after a withdrawal as well. Registering what is
/// registered changes it, so that a second click does no harm.
pub async fn register(app: &App, actor: &Actor, input: Register) -> Result<Interest> {
    let me = actor.person()?.id;
    accounts::rate_limit(app, &format!("interest:{me}"), 100, TimeDelta::hours(1)).await?;
    put(app, actor, input, false).await
}

/// Changes an interest that holds.
pub async fn change(app: &App, actor: &Actor, input: Register) -> Result<Interest> {
    put(app, actor, input, true).await
}

async fn put(app: &App, actor: &Actor, input: Register, is_change: bool) -> Result<Interest> {
    let tx = app.db.write().await?;
    // Locked, so that the competition is not announced meanwhile.
    let need = needs::get_for_update(&tx, actor, input.need_id).await.map_err(|e| e.at("needId"))?;
    let supplier = policy::may_register(actor, &need)?;
    let me = actor.person()?.id;
    let before = store::lock(&tx, need.id, supplier).await?;
    let is_active = before.as_ref().is_some_and(|i| i.state == InterestState::Active);
    if is_change && !is_active {
        return Err(Error::Conflict(ErrorCode::NotRegistered));
    }
    if input.expected_version.is_some_and(|v| before.as_ref().is_none_or(|i| i.version != v)) {
        return Err(Error::Conflict(ErrorCode::StaleVersion));
    }
    let mut checks = Checks::default();
    let message = checks.optional_body("message", &input.message, 1000);
    let is_discreet = input.visibility == InterestVisibility::Discreet;
    checks.refuse_if(
        is_discreet && input.is_looking_for_partners,
        "isLookingForPartners",
        ErrorCode::DiscreetHasNoPartners,
    );
    checks.finish()?;
    let kind = if is_active { EntryKind::InterestChanged } else { EntryKind::InterestRegistered };
    let entry = Entry::new(kind, need_stream(need.id));
    let entry = if is_discreet { entry.named([supplier]) } else { entry.public() };
    let now = app.now();
    let id = app.id();
    let row = store::put(app, &tx, actor, before, entry, |row| {
        if !is_active {
            row.registered_at = Set(now);
        }
        if row.id.is_not_set() {
            row.id = Set(id);
            row.need_id = Set(need.id);
            row.organisation_id = Set(supplier);
        }
        row.visibility = Set(input.visibility);
        row.is_looking_for_partners = Set(input.is_looking_for_partners);
        row.message = Set(message);
        row.contact_person_id = Set(me);
        row.state = Set(InterestState::Active);
    })
    .await?;
    tx.commit().await?;
    Ok(row)
}

/// Takes the interest back. Always possible.
pub async fn withdraw(app: &App, actor: &Actor, id: NeedId) -> Result<Interest> {
    let tx = app.db.write().await?;
    let need = needs::get_for_update(&tx, actor, id).await.map_err(|e| e.at("needId"))?;
    let supplier = actor.supplier()?.organisation_id;
    let before = store::lock(&tx, need.id, supplier)
        .await?
        .filter(|i| i.state == InterestState::Active)
        .ok_or(Error::Conflict(ErrorCode::NotRegistered))?;
    let entry = Entry::new(EntryKind::InterestWithdrawn, need_stream(need.id));
    let entry = match before.visibility {
        InterestVisibility::Public => entry.public(),
        InterestVisibility::Discreet => entry.named([supplier]),
    };
    let row = store::put(app, &tx, actor, Some(before), entry, |row| {
        row.state = Set(InterestState::Withdrawn);
        row.is_looking_for_partners = Set(false);
        row.message = Set(String::new());
    })
    .await?;
    tx.commit().await?;
    Ok(row)
}

/// Follows: news by mail. Following twice is following.
pub async fn follow(app: &App, actor: &Actor, id: NeedId) -> Result<Follow> {
    let me = actor.person()?.id;
    accounts::rate_limit(app, &format!("follow:{me}"), 200, TimeDelta::hours(1)).await?;
    let need = needs::get(app, actor, id).await.map_err(|e| e.at("needId"))?;
    if !need.state.is_public() {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    let tx = app.db.write().await?;
    if let Some(known) = store::follow_of(&*tx, id, me).await? {
        return Ok(known);
    }
    let row = follow::ActiveModel {
        id: Set(app.id()),
        need_id: Set(id),
        person_id: Set(me),
        followed_at: Set(app.now()),
    };
    let row = store::insert_follow(&tx, row).await?;
    // In the person's own stream: whom one follows is not the buyer's to read.
    let entry = Entry::new(EntryKind::NeedFollowed, person_stream(me)).about(&row)?;
    record::append(app, &tx, actor, entry).await?;
    tx.commit().await?;
    Ok(row)
}

/// Follows no longer.
pub async fn unfollow(app: &App, actor: &Actor, id: NeedId) -> Result<NeedId> {
    let me = actor.person()?.id;
    let tx = app.db.write().await?;
    let Some(row) = store::follow_of(&*tx, id, me).await? else { return Ok(id) };
    if store::delete_follow(&tx, row.id).await? {
        let entry = Entry::new(EntryKind::NeedUnfollowed, person_stream(me)).deleted(&row);
        record::append(app, &tx, actor, entry).await?;
    }
    tx.commit().await?;
    Ok(id)
}

/// A row that is not there yet.
pub(super) fn blank() -> interest::ActiveModel {
    interest::ActiveModel { version: Set(0), ..Default::default() }
}
