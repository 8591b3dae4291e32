//! Rules without IO: transitions, who comes, what a place is.

use serde::{Deserialize, Serialize};
use types::{EmailAddress, EventKind, EventState, RegistrationState, Time};

use super::{Event, Registration};
use crate::Result;

/// Whether an event of this kind may go from one state to the other.
pub const fn can_move(kind: EventKind, from: EventState, to: EventState) -> bool {
    use EventState as S;
    let is_meeting = !matches!(kind, EventKind::WrittenInput);
    match (from, to) {
        (S::Planned, S::Announced)
        | (S::Announced, S::Held | S::Cancelled)
        | (S::Held | S::Documented, S::Documented) => true,
        (S::Announced | S::RegistrationClosed, S::RegistrationOpen)
        | (S::Announced | S::RegistrationOpen, S::RegistrationClosed)
        | (S::RegistrationOpen | S::RegistrationClosed, S::Held | S::Cancelled) => is_meeting,
        _ => false,
    }
}

/// Whether an event still lies ahead, announced: what can be changed and cancelled.
pub(super) const fn is_ahead(state: EventState) -> bool {
    use EventState as S;
    matches!(state, S::Announced | S::RegistrationOpen | S::RegistrationClosed)
}

/// Whether people still wait for it: announced, and not over.
pub(super) fn lies_ahead(event: &Event, now: Time) -> bool {
    is_ahead(event.state) && event.ends_at > now
}

/// Until when suppliers register: the deadline, else the start.
pub fn closes_at(event: &Event) -> Time {
    event.registration_deadline.unwrap_or(event.starts_at)
}

/// Whether people come both to a place and by a link.
pub fn is_hybrid(event: &Event) -> bool {
    event.kind != EventKind::WrittenInput && !event.place.is_empty() && !event.link.is_empty()
}

/// Places left, in persons; none is unlimited, or an event that is cancelled.
pub fn places_left(event: &Event) -> Option<i32> {
    event
        .capacity
        .filter(|_| event.state != EventState::Cancelled)
        .map(|capacity| (capacity - event.taken).max(0))
}

/// The sequence of the calendar entry that one registration gets: it grows with
/// what befalls the event and with what befalls the registration, so that a
/// calendar that missed a withdrawal still takes the next invitation for newer.
pub(crate) const fn revision_of(event: &Event, registration_version: i32) -> i32 {
    event.sequence + registration_version - 1
}

/// Whether a registration in this state has a place.
pub(super) const fn has_place(state: RegistrationState) -> bool {
    use RegistrationState as S;
    matches!(state, S::Registered | S::Attended | S::NoShow)
}

/// One person of a registration: work contact data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendee {
    /// Stays the same for one mailbox of a registration; the record speaks of it.
    pub number: u32,
    /// Name.
    pub name: String,
    /// Work address.
    pub email: EmailAddress,
    /// What the organiser must know: hearing loop, wheelchair, food.
    pub needs: String,
    /// Comes by the link, where the event is hybrid.
    pub is_online: bool,
    /// Was named before, and comes no more; kept so that the calendar is told.
    #[serde(default)]
    pub has_left: bool,
}

/// Everybody named in a registration, also those who come no more.
pub(crate) fn everybody_of(registration: &Registration) -> Result<Vec<Attendee>> {
    Ok(serde_json::from_value(registration.persons.clone())?)
}

/// The persons of a registration.
pub fn persons_of(registration: &Registration) -> Result<Vec<Attendee>> {
    Ok(everybody_of(registration)?.into_iter().filter(|p| !p.has_left).collect())
}

/// The new persons after the old: whoever is named again keeps the number, the
/// others are marked as gone. Gives the numbers that came and went.
pub(super) fn renumbered(before: &[Attendee], now: Vec<Attendee>) -> (Vec<Attendee>, Vec<u32>, Vec<u32>) {
    let mut highest = before.iter().map(|p| p.number).max().unwrap_or(0);
    let (mut all, mut came, mut went) = (Vec::new(), Vec::new(), Vec::new());
    for mut person in now {
        let known = before.iter().find(|p| p.email.key() == person.email.key());
        person.number = known.map_or_else(
            || {
                highest += 1;
                highest
            },
            |p| p.number,
        );
        if known.is_none_or(|p| p.has_left) {
            came.push(person.number);
        }
        all.push(person);
    }
    for old in before {
        if !all.iter().any(|p| p.number == old.number) {
            if !old.has_left {
                went.push(old.number);
            }
            all.push(Attendee { has_left: true, needs: String::new(), ..old.clone() });
        }
    }
    (all, came, went)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(email: &str) -> Attendee {
        Attendee {
            number: 0,
            name: "N".to_owned(),
            email: email.parse().unwrap(),
            needs: "teleslynge".to_owned(),
            is_online: false,
            has_left: false,
        }
    }

    #[test]
    fn the_end_is_the_end_and_nothing_is_held_unannounced() {
        for kind in EventKind::ALL {
            for to in EventState::ALL {
                assert!(!can_move(*kind, EventState::Cancelled, *to));
                assert!(!can_move(*kind, *to, EventState::Planned));
                let from_planned = can_move(*kind, EventState::Planned, *to);
                assert_eq!(from_planned, *to == EventState::Announced, "{kind} {to}");
            }
            assert!(!can_move(*kind, EventState::Held, EventState::Cancelled));
        }
    }

    #[test]
    fn a_written_round_takes_no_registrations() {
        for from in EventState::ALL {
            assert!(!can_move(EventKind::WrittenInput, *from, EventState::RegistrationOpen));
        }
    }

    #[test]
    fn a_number_belongs_to_one_mailbox() {
        let (first, came, _) = renumbered(&[], vec![person("a@x.no"), person("b@x.no")]);
        assert_eq!(came, [1, 2]);
        let (second, came, went) = renumbered(&first, vec![person("B@x.no"), person("c@x.no")]);
        assert_eq!((came, went), (vec![3], vec![1]));
        let gone = second.iter().find(|p| p.number == 1).unwrap();
        assert_eq!((gone.has_left, gone.needs.as_str()), (true, ""));
        let (_, came, went) = renumbered(&second, vec![person("a@x.no")]);
        assert_eq!((came, went), (vec![1], vec![2, 3]), "who comes back has the old number");
    }
}
