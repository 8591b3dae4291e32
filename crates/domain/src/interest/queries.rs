//! Reads: public interest for everybody, all of it for the buyer, the own for
//! the supplier.

use std::collections::HashMap;

use types::{ErrorCode, InterestId, InterestState, InterestVisibility, NeedId, OrganisationId, Time};

use super::{Follow, Interest, policy, store};
use crate::accounts::{self, Person};
use crate::needs::{self, Need};
use crate::page::{Page, PageRequest};
use crate::{Actor, App, Error, Result};

/// How many suppliers are interested.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// In public.
    pub public: i64,
    /// Discreetly; only where the actor is one of the buyer's people.
    pub discreet: Option<i64>,
}

/// Counts for several needs at once.
pub async fn counts(app: &App, actor: &Actor, needs: &[Need]) -> Result<HashMap<NeedId, Counts>> {
    let ids: Vec<NeedId> = needs.iter().map(|n| n.id).collect();
    let mut found: HashMap<NeedId, Counts> = needs
        .iter()
        .map(|n| (n.id, Counts { public: 0, discreet: needs::reads_internals(actor, n).then_some(0) }))
        .collect();
    for (need, visibility, count) in store::counts(app.db.read(), &ids).await? {
        let Some(counts) = found.get_mut(&need) else { continue };
        match visibility {
            InterestVisibility::Public => counts.public = count,
            InterestVisibility::Discreet => counts.discreet = counts.discreet.map(|_| count),
        }
    }
    Ok(found)
}

/// All interest in a need, withdrawn ones too, oldest first; for the buyer's people.
pub async fn list(app: &App, actor: &Actor, need: &Need) -> Result<Vec<Interest>> {
    if !needs::reads_internals(actor, need) {
        return Err(Error::Forbidden(ErrorCode::Forbidden));
    }
    store::of_need(app.db.read(), need.id, false).await
}

/// By id, for the need's buyer and the supplier itself, as far as its claim
/// lets it read. Also whether it is the actor's own.
pub async fn find(app: &App, actor: &Actor, id: InterestId) -> Result<Option<(Interest, bool)>> {
    let Some(row) = store::by_id(app.db.read(), id).await? else { return Ok(None) };
    let own = actor.acting.as_ref().filter(|a| !a.is_buyer() && a.organisation_id == row.organisation_id);
    if own.is_some() {
        return Ok(policy::reads_own(actor, &row).then_some((row, true)));
    }
    let need = needs::find(app, actor, row.need_id).await?;
    Ok(need.filter(|n| policy::reads(actor, n, &row)).map(|_| (row, false)))
}

/// Who is interested in public, oldest first, without what they wrote.
pub async fn list_public(app: &App, need: &Need) -> Result<Vec<(OrganisationId, Time)>> {
    let rows = store::of_need(app.db.read(), need.id, true).await?;
    Ok(rows.into_iter().map(|i| (i.organisation_id, i.registered_at)).collect())
}

/// The same inside a transaction: who agreed to be named.
pub async fn public_of(tx: &crate::Tx, need: NeedId) -> Result<Vec<OrganisationId>> {
    Ok(store::of_need(&**tx, need, true).await?.into_iter().map(|i| i.organisation_id).collect())
}

/// The acting supplier's own interest in a need, if it holds.
pub async fn find_own(app: &App, actor: &Actor, need: NeedId) -> Result<Option<Interest>> {
    Ok(own_of_needs(app, actor, &[need]).await?.remove(&need))
}

/// The same for several needs at once.
pub async fn own_of_needs(app: &App, actor: &Actor, needs: &[NeedId]) -> Result<HashMap<NeedId, Interest>> {
    let Some(acting) = actor.acting.as_ref().filter(|a| !a.is_buyer()) else { return Ok(HashMap::new()) };
    let rows =
        store::of_organisation(app.db.read(), acting.organisation_id, acting.reads_since, needs).await?;
    Ok(rows.into_iter().filter(|i| i.state == InterestState::Active).map(|i| (i.need_id, i)).collect())
}

/// All that the acting supplier registered, newest first, withdrawn ones too.
pub async fn list_mine(app: &App, actor: &Actor, page: &PageRequest) -> Result<Page<Interest>> {
    let acting = actor.supplier()?;
    store::page_of_organisation(app.db.read(), acting.organisation_id, acting.reads_since, page).await
}

/// A supplier that looks for partners, as others who do see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seeker {
    /// Which supplier.
    pub organisation_id: OrganisationId,
    /// What it wrote to partners.
    pub message: String,
    /// Whom to write to.
    pub contact_name: String,
    /// Where.
    pub contact_email: types::EmailAddress,
}

/// Who else looks for partners in a need; only for one who does itself.
pub async fn seekers(app: &App, actor: &Actor, need: &Need) -> Result<Vec<Seeker>> {
    let looks = find_own(app, actor, need.id).await?.is_some_and(|i| i.is_looking_for_partners);
    if !looks {
        return Ok(Vec::new());
    }
    let rows: Vec<Interest> = store::of_need(app.db.read(), need.id, true)
        .await?
        .into_iter()
        .filter(|i| i.is_looking_for_partners && !actor.acts_for(i.organisation_id))
        .collect();
    let ids: Vec<OrganisationId> = rows.iter().map(|i| i.organisation_id).collect();
    let members = accounts::members_of_organisations(app.db.product(), &ids, &[]).await?;
    Ok(rows
        .into_iter()
        .filter_map(|i| {
            // Whoever registered may have left; somebody who is there answers then.
            let there = members.get(&i.organisation_id)?;
            let contact = there.iter().find(|p| p.id == i.contact_person_id).or_else(|| there.first())?;
            Some(Seeker {
                organisation_id: i.organisation_id,
                message: i.message,
                contact_name: contact.name.clone(),
                contact_email: contact.email.clone(),
            })
        })
        .collect())
}

/// The needs that the person follows, newest first.
pub async fn list_followed(app: &App, actor: &Actor, page: &PageRequest) -> Result<Page<Follow>> {
    actor.not_by_token()?;
    match &actor.person {
        Some(me) => store::page_of_followed(app.db.read(), me.id, page).await,
        None => Ok(Page::none()),
    }
}

/// The needs among `needs` (or all) that the person follows, in no order.
pub async fn followed(app: &App, actor: &Actor, needs: Option<&[NeedId]>) -> Result<Vec<Follow>> {
    match &actor.person {
        // What one follows is one's own, and no organisation's.
        Some(me) if actor.token.is_none() => store::followed(app.db.read(), me.id, needs).await,
        _ => Ok(Vec::new()),
    }
}

/// How many people follow; for the buyer's people.
pub async fn follower_count(app: &App, actor: &Actor, need: &Need) -> Result<u64> {
    if !needs::reads_internals(actor, need) {
        return Err(Error::Forbidden(ErrorCode::Forbidden));
    }
    store::count_followers(app.db.product(), need.id).await
}

/// The needs about which these suppliers' people are told since they are interested.
pub(crate) async fn wanted_by(app: &App, of: &[(OrganisationId, Option<Time>)]) -> Result<Vec<NeedId>> {
    store::wanted_by(app.db.product(), of).await
}

/// Everybody who belongs to a dialogue through interest or following: whom its
/// letters go to.
pub async fn audience(app: &App, need: NeedId) -> Result<Vec<Person>> {
    let db = app.db.read();
    let organisations: Vec<OrganisationId> = store::of_need(db, need, false)
        .await?
        .into_iter()
        .filter(|i| i.state == InterestState::Active)
        .map(|i| i.organisation_id)
        .collect();
    let mut people: Vec<Person> =
        accounts::members_of_organisations(db, &organisations, &[]).await?.into_values().flatten().collect();
    people.extend(accounts::persons_by_ids(db, &store::followers(db, need).await?).await?);
    people.sort_by_key(|p| p.id);
    people.dedup_by_key(|p| p.id);
    Ok(people)
}
