//! Reads: names and states for everybody, the rest for owner and partner.

use std::collections::{HashMap, HashSet};

use types::{ErrorCode, NeedId, OrganisationId, PartnerId, PartnerState, Time};

use super::model::{self, PublicVolume};
use super::{Partner, reads_partner, store};
use crate::needs::queries::{self as need_queries, Filter, Found, Order};
use crate::needs::{Need, NeedContent, policy};
use crate::page::{Page, PageRequest};
use crate::{Actor, App, Error, Result};

/// A buyer that stands behind a need, as everybody sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Which buyer.
    pub organisation_id: OrganisationId,
    /// How firmly.
    pub state: PartnerState,
    /// Since its latest answer.
    pub since: Time,
}

/// Who stands behind each of several needs, the firmest first.
pub async fn stands_behind(app: &App, needs: &[NeedId]) -> Result<HashMap<NeedId, Vec<Standing>>> {
    let rows = store::of_needs(app.db.read(), needs).await?;
    Ok(rows
        .into_iter()
        .map(|(need, partners)| {
            let mut seen: Vec<Standing> = partners
                .into_iter()
                .filter(|p| p.state.stands_behind())
                .map(|p| Standing {
                    organisation_id: p.organisation_id,
                    state: p.state,
                    since: p.answered_at.unwrap_or(p.updated_at),
                })
                .collect();
            seen.sort_by_key(|s| std::cmp::Reverse(s.state));
            (need, seen)
        })
        .collect())
}

/// The expected volume of each of several needs' partners together, where
/// enough gave one.
pub async fn public_volumes(app: &App, needs: &[NeedId]) -> Result<HashMap<NeedId, PublicVolume>> {
    // What each expects is a secret, and the sum is not.
    let rows = store::of_needs(app.db.product(), needs).await?;
    Ok(rows.into_iter().filter_map(|(need, all)| Some((need, model::public_volume(&all)?))).collect())
}

/// All partners with what they said, oldest first; for the owner's people.
pub async fn list(app: &App, actor: &Actor, need: &Need) -> Result<Vec<Partner>> {
    if !policy::reads_internals(actor, need) {
        return Err(Error::Forbidden(ErrorCode::Forbidden));
    }
    Ok(store::of_needs(app.db.read(), &[need.id]).await?.remove(&need.id).unwrap_or_default())
}

/// By id, for the owner's people and the partner itself.
pub async fn find(app: &App, actor: &Actor, id: PartnerId) -> Result<Option<Partner>> {
    let Some(row) = store::by_id(app.db.read(), id).await? else { return Ok(None) };
    if actor.acts_for(row.organisation_id) {
        return Ok(Some(row));
    }
    let need = need_queries::find(app, actor, row.need_id).await?;
    Ok(need.filter(|n| reads_partner(actor, n, &row)).map(|_| row))
}

/// What the organisation acted for said itself, or was invited to.
pub async fn own(app: &App, actor: &Actor, need: &Need) -> Result<Option<Partner>> {
    match actor.organisation_id() {
        Some(organisation) => store::of(app.db.read(), need.id, organisation).await,
        None => Ok(None),
    }
}

/// The acting buyer's invitations and partnerships, latest change first.
pub async fn list_own(app: &App, actor: &Actor, page: &PageRequest) -> Result<Page<Partner>> {
    store::of_organisation(app.db.read(), actor.buyer()?.organisation_id, page).await
}

/// Public needs that other buyers may join, newest first.
pub async fn list_open(app: &App, actor: &Actor, page: &PageRequest) -> Result<Page<Found>> {
    let states = vec![
        types::NeedState::Published,
        types::NeedState::InDialogue,
        types::NeedState::Summarised,
        types::NeedState::OnHold,
    ];
    let filter = Filter { is_joint: Some(true), states, order: Order::Newest, ..Filter::default() };
    need_queries::list(app, actor, &filter, page).await
}

/// Whether the actor's organisation takes part so that it reads the dialogue,
/// as far as each supplier consented. Never the owner's own people: they read
/// all of it.
pub async fn reads(app: &App, actor: &Actor, need: &Need) -> Result<bool> {
    Ok(own(app, actor, need).await?.is_some_and(|p| p.state.reads()))
}

/// The same of several needs: those that it reads.
pub async fn reads_of(app: &App, actor: &Actor, needs: &[NeedId]) -> Result<HashSet<NeedId>> {
    let Some(organisation) = actor.organisation_id() else { return Ok(HashSet::new()) };
    let rows = store::of_organisation_in(app.db.read(), needs, organisation).await?;
    Ok(rows.into_iter().filter(|p| p.state.reads()).map(|p| p.need_id).collect())
}

/// The working draft, for those who write it and those invited to join it.
pub async fn draft(app: &App, actor: &Actor, need: &Need) -> Result<Option<NeedContent>> {
    if policy::reads_internals(actor, need) {
        return need_queries::draft_of(need).map(Some);
    }
    let takes_part = own(app, actor, need).await?.is_some_and(|p| p.state != PartnerState::Withdrawn);
    if takes_part { need_queries::draft_of(need).map(Some) } else { Ok(None) }
}
