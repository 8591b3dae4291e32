//! What a person gets mail about, the other way round of the letters: of which
//! needs and why. A test holds it against the mails that are sent.

use std::collections::BTreeMap;

use types::{ClaimState, MembershipState, NeedId, OrganisationId, Time};

use crate::events::EventView;
use crate::needs::{self, Need};
use crate::page::{Page, PageRequest};
use crate::{Actor, App, Result, accounts, events, interest, questions, responses};

/// Why somebody gets the news of a need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Follows it: one's own choice, ended at will.
    Follows,
    /// One's supplier is interested: ended by taking the interest back.
    Interested,
    /// Is registered for an event, or named in a registration.
    Registered,
    /// Has asked something: the answer to one goes to all who take part (R2).
    Asked,
    /// One's supplier has a response that stands (R2, R20).
    Responded,
}

/// A need whose news somebody gets.
#[derive(Clone, Debug)]
pub struct Addressed {
    /// The need.
    pub need: Need,
    /// Why, each once, in the order of [`Reason`].
    pub reasons: Vec<Reason>,
    /// The events that one is registered for.
    pub events: Vec<EventView>,
}

/// The needs whose news the actor gets by mail, the newest first.
pub async fn addressed(app: &App, actor: &Actor, page: &PageRequest) -> Result<Page<Addressed>> {
    let me = actor.person()?;
    actor.not_by_token()?;
    let mut why: BTreeMap<NeedId, (Vec<Reason>, Vec<EventView>)> = BTreeMap::new();
    let mut note = |ids: Vec<NeedId>, reason: Reason| {
        for id in ids {
            why.entry(id).or_default().0.push(reason);
        }
    };
    let followed = interest::followed(app, actor, None).await?;
    note(followed.into_iter().map(|f| f.need_id).collect(), Reason::Follows);
    let of = organisations(app, actor).await?;
    note(interest::wanted_by(app, &of).await?, Reason::Interested);
    note(questions::asked_by(app, me.id).await?, Reason::Asked);
    note(responses::answered_by(app, &of).await?, Reason::Responded);
    for event in events::registered_with(app, actor).await? {
        let (reasons, events) = why.entry(event.event.need_id).or_default();
        reasons.push(Reason::Registered);
        events.push(event);
    }
    let ids: Vec<NeedId> = why.keys().copied().collect();
    let needs = needs::list_by_ids(app, actor, &ids).await?;
    let all = needs.into_iter().filter_map(|need| {
        let (mut reasons, events) = why.remove(&need.id)?;
        reasons.sort_unstable();
        reasons.dedup();
        Some(Addressed { need, reasons, events })
    });
    // The complement of the id, so that the newest sorts first.
    Ok(Page::of_sorted(all.collect(), page, |a| format!("{:032x}", !a.need.id.0.as_u128())))
}

/// The organisations whose member the actor is. An unproved claim tells
/// nothing of what was said in the name before it.
async fn organisations(app: &App, actor: &Actor) -> Result<Vec<(OrganisationId, Option<Time>)>> {
    let all = accounts::memberships_of(app, actor).await?.into_iter();
    let active = all.filter(|(membership, _)| membership.state == MembershipState::Active);
    Ok(active
        .map(|(_, o)| {
            let since = (o.claim == ClaimState::Unverified).then_some(o.claimed_at).flatten();
            (o.id, since)
        })
        .collect())
}
