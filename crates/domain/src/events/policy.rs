//! Who sees an event and who comes. Pure; the row filters in `store` are the
//! twins, and a test proves that they agree.

use types::EventState;

use super::{Event, Registration};
use crate::Actor;

/// Whether the event exists for the actor: once announced for everybody.
pub fn sees(actor: &Actor, event: &Event) -> bool {
    actor.is_system || event.state != EventState::Planned || actor.acts_for(event.organisation_id)
}

/// Whether the actor's organisation made this registration; an unverified
/// claim opens none that was made before it.
pub fn is_own(actor: &Actor, registration: &Registration) -> bool {
    let is_mine = actor.person.as_ref().is_some_and(|p| Some(p.id) == registration.registered_by);
    actor.acting.as_ref().is_some_and(|acting| {
        acting.organisation_id == registration.organisation_id
            && (is_mine || acting.reads_since.is_none_or(|since| registration.registered_at >= since))
    })
}

/// Whether the actor reads who is registered: the organiser's people, and the
/// organisation itself.
pub fn reads_registration(actor: &Actor, event: &Event, registration: &Registration) -> bool {
    actor.is_system || actor.acts_for(event.organisation_id) || is_own(actor, registration)
}
