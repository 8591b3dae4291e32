//! An event, and what events add to a need.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use domain::accounts::Saved;
use domain::events::{self, EventView};
use domain::needs::may_run_dialogue;
use domain::record::need_stream;
use domain::text::markdown;
use types::{NeedId, OrganisationId};

use super::registration::Position;
use super::{Participant, Registration};
use crate::accounts::LastSaved;
use crate::error::OrTop;
use crate::needs::{LanguageCode, Need, NeedRef};
use crate::organisations::Organisation;
use crate::{Ctx, Markdown, encode};

crate::api_enum! {
    /// What an event is.
    EventKind {
        /// An information meeting.
        InformationMeeting,
        /// A dialogue conference.
        DialogueConference,
        /// A round of written input: answers until its end.
        WrittenInput,
    }
}

crate::api_enum! {
    /// Where an event stands.
    EventState {
        /// Being planned; only the buyer sees it.
        Planned,
        /// Announced; registration is not open yet. A written round stays here while it runs.
        Announced,
        /// Suppliers can register.
        RegistrationOpen,
        /// Registration is closed.
        RegistrationClosed,
        /// It took place.
        Held,
        /// Its minutes are published.
        Documented,
        /// Cancelled, with a reason.
        Cancelled,
    }
}

/// An event as loaded, with what its list loaded along.
#[derive(Clone, Debug)]
pub struct Event {
    pub(crate) view: Arc<EventView>,
    need: Option<domain::needs::Need>,
    organisation: Option<domain::organisations::Organisation>,
    position: Option<i64>,
    is_loaded: bool,
}

impl From<EventView> for Event {
    fn from(view: EventView) -> Self {
        Self { view: Arc::new(view), need: None, organisation: None, position: None, is_loaded: false }
    }
}

/// A list's events with their needs, buyers and places in the queue: three statements.
pub(super) async fn loaded(ctx: &Context<'_>, views: Vec<EventView>) -> Result<Vec<Event>> {
    let (app, actor) = (ctx.app(), ctx.actor());
    let mut need_ids: Vec<NeedId> = views.iter().map(|v| v.event.need_id).collect();
    need_ids.sort();
    need_ids.dedup();
    let needs = domain::needs::list_by_ids(app, actor, &need_ids).await.or_top(ctx)?;
    let needs: HashMap<NeedId, domain::needs::Need> = needs.into_iter().map(|n| (n.id, n)).collect();
    let mut buyer_ids: Vec<OrganisationId> = views.iter().map(|v| v.event.organisation_id).collect();
    buyer_ids.sort();
    buyer_ids.dedup();
    let buyers = domain::organisations::list_by_ids(app, &buyer_ids).await.or_top(ctx)?;
    let buyers: HashMap<OrganisationId, _> = buyers.into_iter().map(|o| (o.id, o)).collect();
    let own: Vec<types::RegistrationId> =
        views.iter().filter_map(|v| v.mine.as_ref()).map(|r| r.id).collect();
    let positions = events::positions(app, &own).await.or_top(ctx)?;
    Ok(views
        .into_iter()
        .map(|view| Event {
            need: needs.get(&view.event.need_id).cloned(),
            organisation: buyers.get(&view.event.organisation_id).cloned(),
            position: view.mine.as_ref().and_then(|r| positions.get(&r.id)).copied(),
            is_loaded: true,
            view: Arc::new(view),
        })
        .collect())
}

/// What the viewer may do with an event; the same rules that the mutations ask.
#[derive(Clone, Debug, SimpleObject)]
pub struct EventPermissions {
    /// Plan, announce, change, cancel, see who comes, note who came.
    pub manage: bool,
    /// Register the organisation that you act for, now.
    pub register: bool,
}

/// A meeting, a conference or a round of written input in the dialogue about a need.
#[Object]
impl Event {
    /// Opaque id.
    pub(crate) async fn id(&self) -> ID {
        encode(self.view.event.id)
    }

    /// Its address on the web: `/events/{slug}`.
    async fn slug(&self) -> &str {
        &self.view.event.slug
    }

    /// What it is.
    async fn kind(&self) -> EventKind {
        self.view.event.kind.into()
    }

    /// Where it stands.
    async fn state(&self) -> EventState {
        self.view.event.state.into()
    }

    /// Title.
    async fn title(&self) -> &str {
        &self.view.event.title
    }

    /// What it is about.
    async fn description(&self) -> Markdown {
        self.view.event.description.as_str().into()
    }

    /// What it is about, as safe HTML.
    async fn description_html(&self) -> String {
        markdown::to_html(&self.view.event.description)
    }

    /// The programme.
    async fn agenda(&self) -> Markdown {
        self.view.event.agenda.as_str().into()
    }

    /// The programme as safe HTML.
    async fn agenda_html(&self) -> String {
        markdown::to_html(&self.view.event.agenda)
    }

    /// The language that it is written in.
    async fn language(&self) -> LanguageCode {
        self.view.event.language.into()
    }

    /// Start. Times are shown in Europe/Oslo.
    async fn starts_at(&self) -> DateTime<Utc> {
        self.view.event.starts_at
    }

    /// End; of a written round, until when answers are taken.
    async fn ends_at(&self) -> DateTime<Utc> {
        self.view.event.ends_at
    }

    /// Address; empty where people meet by a link only.
    async fn place(&self) -> &str {
        &self.view.event.place
    }

    /// Web address of the meeting; for the buyer and those who have a place.
    async fn link(&self) -> Option<&str> {
        Some(self.view.event.link.as_str()).filter(|l| !l.is_empty())
    }

    /// Whether people can come by a link.
    async fn is_online(&self) -> bool {
        self.view.is_online
    }

    /// Whether people come both to a place and by a link.
    async fn is_hybrid(&self) -> bool {
        self.view.is_online && !self.view.event.place.is_empty()
    }

    /// Places, in persons; null is unlimited.
    async fn capacity(&self) -> Option<i32> {
        self.view.event.capacity
    }

    /// Places taken, in persons.
    async fn places_taken(&self) -> i32 {
        self.view.event.taken
    }

    /// Places left, in persons; null is unlimited, or an event that is cancelled.
    async fn places_left(&self) -> Option<i32> {
        events::places_left(&self.view.event)
    }

    /// How many persons one organisation may name.
    async fn persons_per_organisation(&self) -> i32 {
        self.view.event.persons_per_organisation
    }

    /// When registration opens, if later than the announcement.
    async fn registration_opens_at(&self) -> Option<DateTime<Utc>> {
        self.view.event.registration_opens_at
    }

    /// Until when suppliers register; null if there is no registration.
    async fn registration_closes_at(&self) -> Option<DateTime<Utc>> {
        let event = &self.view.event;
        let has_registration =
            event.kind != types::EventKind::WrittenInput && event.state != types::EventState::Cancelled;
        has_registration.then(|| events::closes_at(event))
    }

    /// The deadline as it was set; null is at the start.
    async fn registration_deadline(&self) -> Option<DateTime<Utc>> {
        self.view.event.registration_deadline
    }

    /// Whether suppliers can register now.
    async fn takes_registrations(&self, ctx: &Context<'_>) -> bool {
        is_open(ctx, &self.view)
    }

    /// The rule on participants: whether everybody sees which organisations come.
    async fn participants_public(&self) -> bool {
        self.view.event.participants_public
    }

    /// The organisations that come, for everybody if the rule says so; with
    /// persons, and those who wait and who withdrew, for the buyer.
    #[graphql(complexity = "20 * child_complexity + 1")]
    async fn participants(&self, ctx: &Context<'_>) -> Result<Vec<Participant>> {
        Participant::of_event(ctx, &self.view).await
    }

    /// The registration of the organisation that you act for.
    async fn my_registration(&self, ctx: &Context<'_>) -> Result<Option<Registration>> {
        let Some(row) = self.view.mine.clone() else { return Ok(None) };
        let position = if self.is_loaded {
            self.position
        } else {
            events::positions(ctx.app(), &[row.id]).await.or_top(ctx)?.get(&row.id).copied()
        };
        Ok(Some(Registration { row, position: Position::Known(position) }))
    }

    /// When it was announced.
    async fn announced_at(&self) -> Option<DateTime<Utc>> {
        self.view.event.announced_at
    }

    /// Why it was cancelled.
    async fn cancel_reason(&self) -> Option<&str> {
        self.view.event.cancel_reason.as_deref()
    }

    /// What came up.
    async fn minutes(&self) -> Option<Markdown> {
        self.view.event.minutes.as_deref().map(Into::into)
    }

    /// What came up, as safe HTML.
    async fn minutes_html(&self) -> Option<String> {
        self.view.event.minutes.as_deref().map(markdown::to_html)
    }

    /// When the minutes were published.
    async fn documented_at(&self) -> Option<DateTime<Utc>> {
        self.view.event.documented_at
    }

    /// Grows with each change that calendars and those registered are told.
    async fn sequence(&self) -> i32 {
        self.view.event.sequence
    }

    /// For `expectedVersion`; null unless you act for the buyer.
    async fn version(&self) -> Option<i32> {
        self.view.reads_all.then_some(self.view.event.version)
    }

    /// Who saved it last, and when; null unless you act for the buyer.
    async fn last_saved(&self, ctx: &Context<'_>) -> Result<Option<LastSaved>> {
        if !self.view.reads_all {
            return Ok(None);
        }
        let row = &self.view.event;
        let saved = Saved {
            owner: row.organisation_id,
            streams: vec![need_stream(row.need_id)],
            kind: "event",
            id: row.id.0,
            at: row.updated_at,
        };
        LastSaved::of(ctx, saved).await.map(Some)
    }

    /// The need that it is about.
    async fn need(&self, ctx: &Context<'_>) -> Result<Need> {
        if let Some(need) = &self.need {
            return Ok(need.clone().into());
        }
        let need = domain::needs::get(ctx.app(), ctx.actor(), self.view.event.need_id).await;
        Ok(need.or_top(ctx)?.into())
    }

    /// The buyer.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Organisation> {
        if let Some(known) = &self.organisation {
            return Ok(known.clone().into());
        }
        let id = self.view.event.organisation_id;
        Ok(domain::organisations::get(ctx.app(), id).await.or_top(ctx)?.into())
    }

    /// What you may do.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Result<EventPermissions> {
        let actor = ctx.actor();
        let manage = if !self.view.reads_all {
            false
        } else if let Some(need) = &self.need {
            may_run_dialogue(actor, need).is_ok()
        } else {
            let need = domain::needs::get(ctx.app(), actor, self.view.event.need_id).await.or_top(ctx)?;
            may_run_dialogue(actor, &need).is_ok()
        };
        let is_in = self.view.mine.as_ref().is_some_and(|r| r.state != types::RegistrationState::Withdrawn);
        let register = !self.view.reads_all && actor.acting.is_some() && !is_in && is_open(ctx, &self.view);
        Ok(EventPermissions { manage, register })
    }
}

fn is_open(ctx: &Context<'_>, view: &EventView) -> bool {
    view.event.state == types::EventState::RegistrationOpen
        && events::closes_at(&view.event) > ctx.app().now()
}

/// What this room adds to a need.
#[derive(Clone, Debug)]
pub struct NeedEvents(pub(crate) NeedRef);

#[Object]
impl NeedEvents {
    /// Its events by their start: the announced ones for everybody, the plans too for the buyer.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn events(&self, ctx: &Context<'_>) -> Result<Vec<Event>> {
        let found = events::list_of_needs(ctx.app(), ctx.actor(), &[self.0.row.id]).await.or_top(ctx)?;
        loaded(ctx, found).await
    }
}
