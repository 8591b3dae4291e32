//! Registrations: who comes, and doing things with places.

use async_graphql::{Context, Description, Enum, ID, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use domain::events::{self, EventView, PersonInput, Register, SetAttendance, Withdraw};

use super::Event;
use crate::error::OrTop;
use crate::organisations::Organisation;
use crate::{Ctx, decode, encode, payloads};

crate::api_enum! {
    /// Where a registration stands.
    RegistrationState {
        /// Has a place.
        Registered,
        /// On the waiting list.
        Waiting,
        /// Gave the place up.
        Withdrawn,
        /// Was there.
        Attended,
        /// Had a place and did not come.
        NoShow,
    }
}

/// A person who comes: work contact data, for the buyer and the own organisation.
#[derive(Clone, Debug, SimpleObject)]
pub struct EventPerson {
    /// Name.
    pub name: String,
    /// Work mailbox.
    pub email: String,
    /// What the organiser must know (hearing loop, wheelchair, food); may be empty.
    pub needs: String,
    /// Whether the person comes by the link, where the event is hybrid.
    pub is_online: bool,
}

impl From<events::Attendee> for EventPerson {
    fn from(person: events::Attendee) -> Self {
        Self {
            name: person.name,
            email: person.email.to_string(),
            needs: person.needs,
            is_online: person.is_online,
        }
    }
}

/// An organisation's registration for an event; for the buyer and the organisation itself.
#[derive(Clone, Debug, Description)]
pub struct Registration {
    pub(super) row: events::Registration,
    pub(super) position: Position,
}

/// The place in the queue.
#[derive(Clone, Copy, Debug)]
pub(super) enum Position {
    /// As the list loaded it along.
    Known(Option<i64>),
    /// To be read when it is asked for.
    Unknown,
}

impl From<events::Registration> for Registration {
    fn from(row: events::Registration) -> Self {
        Self { row, position: Position::Unknown }
    }
}

#[Object(use_type_description)]
impl Registration {
    /// Opaque id.
    pub(crate) async fn id(&self) -> ID {
        encode(self.row.id)
    }

    /// Where it stands.
    async fn state(&self) -> RegistrationState {
        self.row.state.into()
    }

    /// How many persons.
    async fn places(&self) -> i32 {
        self.row.places
    }

    /// Who comes.
    async fn persons(&self, ctx: &Context<'_>) -> Result<Vec<EventPerson>> {
        let persons = events::persons_of(&self.row).or_top(ctx)?;
        Ok(persons.into_iter().map(Into::into).collect())
    }

    /// The place on the waiting list, from 1; null unless it waits.
    async fn waiting_position(&self, ctx: &Context<'_>) -> Result<Option<i64>> {
        if let Position::Known(known) = self.position {
            return Ok(known);
        }
        let positions = events::positions(ctx.app(), &[self.row.id]).await.or_top(ctx)?;
        Ok(positions.get(&self.row.id).copied())
    }

    /// When it was made.
    async fn registered_at(&self) -> DateTime<Utc> {
        self.row.registered_at
    }

    /// When it was changed last.
    async fn changed_at(&self) -> DateTime<Utc> {
        self.row.changed_at
    }

    /// Why the organiser registered, withdrew or marked it, or why it was withdrawn.
    async fn reason(&self) -> Option<&str> {
        self.row.reason.as_deref()
    }

    /// For `expectedVersion`.
    async fn version(&self) -> i32 {
        self.row.version
    }

    /// The event.
    async fn event(&self, ctx: &Context<'_>) -> Result<Event> {
        Ok(events::get(ctx.app(), ctx.actor(), self.row.event_id).await.or_top(ctx)?.into())
    }
}

/// An organisation in the list of participants.
#[derive(Clone, Debug, SimpleObject)]
pub struct Participant {
    /// Who.
    pub organisation: Organisation,
    /// The registration with its persons; null unless you act for the buyer.
    pub registration: Option<Registration>,
}

impl Participant {
    /// The participants of an event: three statements.
    pub(super) async fn of_event(ctx: &Context<'_>, view: &EventView) -> Result<Vec<Self>> {
        let found = events::participants(ctx.app(), view).await.or_top(ctx)?;
        let ids: Vec<types::OrganisationId> = found.iter().map(|p| p.organisation_id).collect();
        let names = domain::organisations::list_by_ids(ctx.app(), &ids).await.or_top(ctx)?;
        let rows: Vec<types::RegistrationId> =
            found.iter().filter_map(|p| p.registration.as_ref()).map(|r| r.id).collect();
        let positions = events::positions(ctx.app(), &rows).await.or_top(ctx)?;
        let mut participants = Vec::with_capacity(found.len());
        for participant in found {
            let Some(organisation) = names.iter().find(|o| o.id == participant.organisation_id) else {
                continue;
            };
            let registration = participant
                .registration
                .map(|row| Registration { position: Position::Known(positions.get(&row.id).copied()), row });
            participants.push(Self { organisation: organisation.clone().into(), registration });
        }
        Ok(participants)
    }
}

payloads! {
    /// The outcome of `registerForEvent`.
    RegisterForEventPayload {
        /// The registration: a place, or a place on the waiting list.
        registration: Registration
    }
    /// The outcome of `changeEventPersons`.
    ChangeEventPersonsPayload {
        /// The registration.
        registration: Registration
    }
    /// The outcome of `withdrawFromEvent`.
    WithdrawFromEventPayload {
        /// The registration.
        registration: Registration
    }
    /// The outcome of `setEventAttendance`.
    SetEventAttendancePayload {
        /// The registration.
        registration: Registration
    }
}

/// A person to register.
#[derive(Clone, Debug, InputObject)]
pub struct EventPersonInput {
    /// Name, at most 120 characters.
    pub name: String,
    /// Work mailbox; the invitation goes there.
    pub email: String,
    /// What the organiser must know, at most 500 characters.
    pub needs: Option<String>,
    /// Whether the person comes by the link, where the event is hybrid.
    #[graphql(default)]
    pub is_online: bool,
}

fn persons(input: Vec<EventPersonInput>) -> Vec<PersonInput> {
    input
        .into_iter()
        .map(|p| PersonInput {
            name: p.name,
            email: p.email,
            needs: p.needs.unwrap_or_default(),
            is_online: p.is_online,
        })
        .collect()
}

/// A registration.
#[derive(Clone, Debug, InputObject)]
pub struct RegisterForEventInput {
    /// For which event.
    pub event_id: ID,
    /// Who comes: one to `personsPerOrganisation`.
    pub persons: Vec<EventPersonInput>,
    /// For the organiser: which organisation to register. Null is the one that you act for.
    pub organisation_id: Option<ID>,
    /// For the organiser: why.
    pub reason: Option<String>,
}

/// Other persons for a registration.
#[derive(Clone, Debug, InputObject)]
pub struct ChangeEventPersonsInput {
    /// Which registration.
    pub registration_id: ID,
    /// The version that the change was made on.
    pub expected_version: Option<i32>,
    /// Everybody who comes; who is left out comes no more.
    pub persons: Vec<EventPersonInput>,
}

/// A place to give up.
#[derive(Clone, Debug, InputObject)]
pub struct WithdrawFromEventInput {
    /// Which registration.
    pub registration_id: ID,
    /// Why; the organiser must say.
    pub reason: Option<String>,
}

/// What the organiser saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum AttendanceMark {
    /// Came.
    Attended,
    /// Had a place and did not come.
    NoShow,
    /// The mark was a mistake.
    Unmarked,
}

/// Who came.
#[derive(Clone, Debug, InputObject)]
pub struct SetEventAttendanceInput {
    /// Which registration.
    pub registration_id: ID,
    /// What to note.
    pub mark: AttendanceMark,
    /// Why, if there is something to say.
    pub reason: Option<String>,
}

/// Doing things with registrations.
#[derive(Debug, Default)]
pub struct RegistrationMutation;

#[Object]
impl RegistrationMutation {
    /// Registers the organisation that you act for. If not all its persons
    /// fit, it waits and gets the first places that do.
    async fn register_for_event(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "For which event, and who comes.")] input: RegisterForEventInput,
    ) -> Result<RegisterForEventPayload> {
        let result = async {
            let organisation_id =
                input.organisation_id.as_ref().map(|id| decode(id, "organisationId")).transpose()?;
            let register = Register {
                event_id: decode(&input.event_id, "eventId")?,
                persons: persons(input.persons),
                organisation_id,
                reason: input.reason.unwrap_or_default(),
            };
            events::register(ctx.app(), ctx.actor(), register).await
        };
        RegisterForEventPayload::of(ctx, result.await)
    }

    /// Names other persons. More of them need free places; fewer free some.
    async fn change_event_persons(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which registration, and who comes.")] input: ChangeEventPersonsInput,
    ) -> Result<ChangeEventPersonsPayload> {
        let result = async {
            let id = decode(&input.registration_id, "registrationId")?;
            let persons = persons(input.persons);
            events::change_persons(ctx.app(), ctx.actor(), id, input.expected_version, &persons).await
        };
        ChangeEventPersonsPayload::of(ctx, result.await)
    }

    /// Gives a place up, or the wait for one, until the event starts. The
    /// place goes to the next who waits.
    async fn withdraw_from_event(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which registration.")] input: WithdrawFromEventInput,
    ) -> Result<WithdrawFromEventPayload> {
        let result = async {
            let registration_id = decode(&input.registration_id, "registrationId")?;
            let withdraw = Withdraw { registration_id, reason: input.reason.unwrap_or_default() };
            events::withdraw(ctx.app(), ctx.actor(), withdraw).await
        };
        WithdrawFromEventPayload::of(ctx, result.await)
    }

    /// Notes who came, from two hours before the start. For the organiser.
    async fn set_event_attendance(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which registration, and what was seen.")] input: SetEventAttendanceInput,
    ) -> Result<SetEventAttendancePayload> {
        let result = async {
            let mark = match input.mark {
                AttendanceMark::Attended => events::Mark::Attended,
                AttendanceMark::NoShow => events::Mark::NoShow,
                AttendanceMark::Unmarked => events::Mark::Unmarked,
            };
            let registration_id = decode(&input.registration_id, "registrationId")?;
            let reason = input.reason.unwrap_or_default();
            events::set_attendance(ctx.app(), ctx.actor(), SetAttendance { registration_id, mark, reason })
                .await
        };
        SetEventAttendancePayload::of(ctx, result.await)
    }
}
