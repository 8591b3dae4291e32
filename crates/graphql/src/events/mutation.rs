//! Doing things with events, for the buyer.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result};
use chrono::{DateTime, Utc};
use domain::events::{self, ChangeEvent, PlanEvent};

use super::Event;
use super::types::EventKind;
use crate::needs::{LanguageCode, given};
use crate::{Ctx, Markdown, decode, encode, payloads};

payloads! {
    /// The outcome of `planEvent`.
    PlanEventPayload {
        /// The event.
        event: Event
    }
    /// The outcome of `changeEvent`.
    ChangeEventPayload {
        /// The event.
        event: Event
    }
    /// The outcome of `deleteEvent`.
    DeleteEventPayload {
        /// The id that is gone.
        deleted_id: ID
    }
    /// The outcome of `announceEvent`.
    AnnounceEventPayload {
        /// The event.
        event: Event
    }
    /// The outcome of `openEventRegistration`.
    OpenEventRegistrationPayload {
        /// The event.
        event: Event
    }
    /// The outcome of `closeEventRegistration`.
    CloseEventRegistrationPayload {
        /// The event.
        event: Event
    }
    /// The outcome of `cancelEvent`.
    CancelEventPayload {
        /// The event.
        event: Event
    }
    /// The outcome of `markEventHeld`.
    MarkEventHeldPayload {
        /// The event.
        event: Event
    }
    /// The outcome of `documentEvent`.
    DocumentEventPayload {
        /// The event with its minutes.
        event: Event
    }
}

/// What to change in an event: left out is unchanged, null or empty clears.
#[derive(Clone, Debug, Default, InputObject)]
pub struct EventContentInput {
    /// At most 200 characters.
    pub title: Option<String>,
    /// At most 20 000 characters.
    pub description: Option<Markdown>,
    /// The programme; at most 20 000 characters.
    pub agenda: Option<Markdown>,
    /// The language that it is written in; the need's if left out.
    pub language: Option<LanguageCode>,
    /// Start.
    pub starts_at: Option<DateTime<Utc>>,
    /// End; of a written round, until when answers are taken.
    pub ends_at: Option<DateTime<Utc>>,
    /// Address, at most 300 characters.
    pub place: Option<String>,
    /// Web address of the meeting; only those who have a place see it.
    pub link: Option<String>,
    /// Places, in persons, 1–10 000; null is unlimited.
    pub capacity: MaybeUndefined<i32>,
    /// How many persons one organisation may name, 1–50; 2 if left out.
    pub persons_per_organisation: Option<i32>,
    /// When registration opens; null is with the announcement.
    pub registration_opens_at: MaybeUndefined<DateTime<Utc>>,
    /// Until when suppliers register; null is until the start.
    pub registration_deadline: MaybeUndefined<DateTime<Utc>>,
    /// Whether everybody sees which organisations come. It can't be widened once announced.
    pub participants_public: Option<bool>,
}

impl From<EventContentInput> for events::EventInput {
    fn from(input: EventContentInput) -> Self {
        Self {
            title: input.title,
            description: input.description.map(Into::into),
            agenda: input.agenda.map(Into::into),
            language: input.language.map(Into::into),
            starts_at: input.starts_at.map(types::truncate),
            ends_at: input.ends_at.map(types::truncate),
            place: input.place,
            link: input.link,
            capacity: given(input.capacity, |n| n),
            persons_per_organisation: input.persons_per_organisation,
            registration_opens_at: given(input.registration_opens_at, types::truncate),
            registration_deadline: given(input.registration_deadline, types::truncate),
            participants_public: input.participants_public,
        }
    }
}

/// A new event.
#[derive(Clone, Debug, InputObject)]
pub struct PlanEventInput {
    /// Of which need.
    pub need_id: ID,
    /// What it is; never changes.
    pub kind: EventKind,
    /// What it says so far: title, start and end at least.
    pub content: EventContentInput,
}

/// A change of an event.
#[derive(Clone, Debug, InputObject)]
pub struct ChangeEventInput {
    /// Which event.
    pub event_id: ID,
    /// The version that the change was made on; refused with `STALE_VERSION` if it is not the newest.
    pub expected_version: Option<i32>,
    /// What changes.
    pub content: EventContentInput,
    /// Only spelling was mended: nobody is told, unless time, place or link changed too.
    #[graphql(default)]
    pub is_correction: bool,
    /// What everybody registered is told about the change, at most 2 000 characters.
    pub note: Option<String>,
}

/// Which plan to delete.
#[derive(Clone, Debug, InputObject)]
pub struct DeleteEventInput {
    /// Which event; it must not be announced.
    pub event_id: ID,
}

/// Which event to announce.
#[derive(Clone, Debug, InputObject)]
pub struct AnnounceEventInput {
    /// Which event.
    pub event_id: ID,
    /// The version that you read.
    pub expected_version: Option<i32>,
}

/// Which event to open registration for.
#[derive(Clone, Debug, InputObject)]
pub struct OpenEventRegistrationInput {
    /// Which event.
    pub event_id: ID,
}

/// Which event to close registration for.
#[derive(Clone, Debug, InputObject)]
pub struct CloseEventRegistrationInput {
    /// Which event.
    pub event_id: ID,
}

/// Which event to cancel.
#[derive(Clone, Debug, InputObject)]
pub struct CancelEventInput {
    /// Which event.
    pub event_id: ID,
    /// Why; everybody reads it. At most 2 000 characters.
    pub reason: String,
}

/// Which event took place.
#[derive(Clone, Debug, InputObject)]
pub struct MarkEventHeldInput {
    /// Which event.
    pub event_id: ID,
}

/// The minutes of an event.
#[derive(Clone, Debug, InputObject)]
pub struct DocumentEventInput {
    /// Which event.
    pub event_id: ID,
    /// The version that you read.
    pub expected_version: Option<i32>,
    /// What came up; at most 50 000 characters. Everybody reads it.
    pub minutes: Markdown,
}

/// Doing things with events.
#[derive(Debug, Default)]
pub struct EventMutation;

#[Object]
impl EventMutation {
    /// Plans an event of a need. Only the buyer sees it until it is announced.
    async fn plan_event(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to plan.")] input: PlanEventInput,
    ) -> Result<PlanEventPayload> {
        let result = async {
            let need_id = decode(&input.need_id, "needId")?;
            let plan = PlanEvent { need_id, kind: input.kind.into(), content: input.content.into() };
            events::plan(ctx.app(), ctx.actor(), plan).await
        };
        PlanEventPayload::of(ctx, result.await)
    }

    /// Changes an event. Once it is announced, everybody registered or waiting
    /// is told at once, and more capacity gives places to who waits.
    async fn change_event(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] input: ChangeEventInput,
    ) -> Result<ChangeEventPayload> {
        let result = async {
            let change = ChangeEvent {
                event_id: decode(&input.event_id, "eventId")?,
                expected_version: input.expected_version,
                content: input.content.into(),
                is_correction: input.is_correction,
                note: input.note.unwrap_or_default(),
            };
            events::change(ctx.app(), ctx.actor(), change).await
        };
        ChangeEventPayload::of(ctx, result.await)
    }

    /// Deletes an event that was never announced.
    async fn delete_event(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: DeleteEventInput,
    ) -> Result<DeleteEventPayload> {
        let result = async {
            let id = decode(&input.event_id, "eventId")?;
            let id = events::delete(ctx.app(), ctx.actor(), id).await?;
            Ok(encode(id))
        };
        DeleteEventPayload::of(ctx, result.await)
    }

    /// Announces an event to everybody. Refused once the competition is announced.
    async fn announce_event(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: AnnounceEventInput,
    ) -> Result<AnnounceEventPayload> {
        let result = async {
            let id = decode(&input.event_id, "eventId")?;
            events::announce(ctx.app(), ctx.actor(), id, input.expected_version).await
        };
        AnnounceEventPayload::of(ctx, result.await)
    }

    /// Opens registration before its time, or again.
    async fn open_event_registration(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "For which event.")] input: OpenEventRegistrationInput,
    ) -> Result<OpenEventRegistrationPayload> {
        let result = async {
            let id = decode(&input.event_id, "eventId")?;
            events::open_registration(ctx.app(), ctx.actor(), id).await
        };
        OpenEventRegistrationPayload::of(ctx, result.await)
    }

    /// Closes registration before its deadline.
    async fn close_event_registration(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "For which event.")] input: CloseEventRegistrationInput,
    ) -> Result<CloseEventRegistrationPayload> {
        let result = async {
            let id = decode(&input.event_id, "eventId")?;
            events::close_registration(ctx.app(), ctx.actor(), id).await
        };
        CloseEventRegistrationPayload::of(ctx, result.await)
    }

    /// Cancels an announced event. Everybody registered or waiting is told at once.
    async fn cancel_event(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: CancelEventInput,
    ) -> Result<CancelEventPayload> {
        let result = async {
            let id = decode(&input.event_id, "eventId")?;
            events::cancel(ctx.app(), ctx.actor(), id, &input.reason).await
        };
        CancelEventPayload::of(ctx, result.await)
    }

    /// Notes that an event took place, once it has begun.
    async fn mark_event_held(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: MarkEventHeldInput,
    ) -> Result<MarkEventHeldPayload> {
        let result = async {
            let id = decode(&input.event_id, "eventId")?;
            events::mark_held(ctx.app(), ctx.actor(), id).await
        };
        MarkEventHeldPayload::of(ctx, result.await)
    }

    /// Publishes the minutes of an event that took place, or corrects them.
    async fn document_event(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and what came up.")] input: DocumentEventInput,
    ) -> Result<DocumentEventPayload> {
        let result = async {
            let id = decode(&input.event_id, "eventId")?;
            let version = input.expected_version;
            events::document(ctx.app(), ctx.actor(), id, version, &input.minutes.0).await
        };
        DocumentEventPayload::of(ctx, result.await)
    }
}
