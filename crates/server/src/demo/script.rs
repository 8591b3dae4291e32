//! How a story is written down.

use types::{EventKind, Language, Outcome, PartnerState};

/// A need and its dialogue.
#[derive(Clone, Copy, Debug)]
pub(super) struct Story {
    /// The buyer, by its place in the cast.
    pub(super) buyer: usize,
    pub(super) language: Language,
    pub(super) text: Text,
    /// What suppliers have to say, in turns.
    pub(super) inputs: &'static [&'static str],
    /// Responses are taken so many days from the first scene.
    pub(super) open_days: i64,
    /// Days before today, and what happened.
    pub(super) scenes: &'static [(i64, Scene)],
}

/// What the need says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text {
    pub(super) title: &'static str,
    pub(super) summary: &'static str,
    pub(super) challenge: &'static str,
    pub(super) users: &'static str,
    pub(super) effects: &'static str,
    pub(super) scale: &'static str,
    pub(super) unit: &'static str,
    pub(super) cpv: &'static [&'static str],
    /// In thousands of kroner, from and to.
    pub(super) value: (i64, i64),
    pub(super) questions: &'static [&'static str],
}

/// Something that happens. Suppliers are named by their place in the cast.
#[derive(Clone, Copy, Debug)]
pub(super) enum Scene {
    /// The need owner begins a draft.
    Draft,
    /// The need owner asks for approval.
    Submit,
    /// A second person approves: now, or so many days from today.
    Approve(Option<i64>),
    /// The officer publishes a new version: effects, note.
    Revise(&'static str, &'static str),
    /// Suppliers register interest, every third of them discreetly.
    Interest(&'static [usize]),
    /// People of suppliers follow the need.
    Follow(&'static [usize]),
    /// A supplier asks.
    Ask(usize, &'static str),
    /// The officer answers the oldest open question.
    Answer(&'static str),
    /// Another buyer of the cast is invited, and answers where it stands with how many
    /// thousand kroner.
    Together(usize, PartnerState, i64),
    /// The officer notes what was told to suppliers on the phone.
    Tell(&'static [usize], &'static str),
    /// What was told last is shared with all, in these words.
    Share(&'static str),
    /// A file is added: its name and text.
    Attach(&'static str, &'static str),
    /// A word to everybody.
    Announce(&'static str, &'static str),
    /// An event is planned and announced.
    Event(Gathering),
    /// Suppliers register for the latest event.
    Register(&'static [usize]),
    /// The latest event took place: who came is noted, minutes are published.
    Held(&'static str),
    /// The latest event is cancelled.
    Cancel(&'static str),
    /// Suppliers respond.
    Respond(&'static [usize]),
    /// A supplier begins a response and leaves it.
    Begin(usize),
    /// The buyer goes through the responses.
    Weigh,
    /// The dialogue is summed up: what came of it, and what happens next.
    Summarise(&'static str, &'static str),
    /// Both sides rate it: the suppliers, and how well it went, 1 to 5.
    Rate(&'static [usize], i32),
    /// The dialogue ends.
    Close(Outcome, &'static str),
    /// The competition is announced.
    Compete(&'static str),
}

/// An event.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gathering {
    pub(super) kind: EventKind,
    pub(super) title: &'static str,
    pub(super) description: &'static str,
    pub(super) agenda: &'static str,
    pub(super) place: &'static str,
    /// Begins so many days before today (negative: after) at nine, for so many hours.
    pub(super) day: i64,
    pub(super) hours: i64,
    pub(super) capacity: i32,
}
