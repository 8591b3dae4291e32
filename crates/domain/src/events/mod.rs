//! Events of a dialogue: information meetings, dialogue conferences and rounds
//! of written input.
//!
//! States: `PLANNED → ANNOUNCED → REGISTRATION_OPEN → REGISTRATION_CLOSED →
//! HELD → DOCUMENTED`, or `CANCELLED` with a reason. A written round has no
//! registration: it goes from `ANNOUNCED` to `HELD` when its time is out.
//! Registrations: `REGISTERED | WAITING → WITHDRAWN`, `REGISTERED → ATTENDED |
//! NO_SHOW`.
//!
//! Invariants: `taken` is the sum of the places of those who have one, and
//! never above the capacity; nobody waits who would fit (a group fits whole or
//! not at all), and among those who fit the first in the queue goes first; a
//! change of time, place or link raises `sequence` and is told to everybody
//! registered at once (R20); every event is announced in public (R2), and none
//! after the competition is announced, which calls off those to come (R4).
//!
//! Whatever changes who has a place holds the event's row first, by the
//! conditional update of `taken` or by a lock: so the queue is never read
//! while it changes. `taken` and `queued` are counters of the registrations,
//! which the record covers; the counters themselves it does not.
//!
//! Personal data: the persons of a registration are read by the buyer and the
//! organisation itself; letters go to them, entries of the record do not name
//! them. The link to a meeting is read by the buyer and those who have a place.

mod attendance;
mod commands;
mod content;
mod lifecycle;
mod model;
mod policy;
mod queries;
mod registration;
mod store;

pub use attendance::{Mark, SetAttendance, set_attendance};
pub(crate) use commands::dissolve;
pub use commands::{ChangeEvent, PlanEvent, change, delete, plan};
pub use content::{EventInput, PersonInput};
pub use entity::event::Model as Event;
pub use entity::event_registration::Model as Registration;
pub(crate) use lifecycle::end_dialogue;
pub use lifecycle::{announce, cancel, close_registration, document, due, mark_held, open_registration};
pub(crate) use model::everybody_of;
pub use model::{Attendee, can_move, closes_at, is_hybrid, persons_of, places_left};
pub use policy::{is_own, reads_registration, sees};
pub use queries::{
    EventView, Filter, Participant, When, calendar, find, find_by_slug, get, list, list_by_ids, list_mine,
    list_of_needs, participants, positions, registration, registrations_of_need,
};
pub(crate) use queries::{Revision, calendar_of, count_ahead, organiser, registered_with, registrations};
pub use registration::{Register, Withdraw, change_persons, register, withdraw};

crate::subjects! {
    Event => "event" except ["taken", "queued"];
    Registration => "registration";
}
