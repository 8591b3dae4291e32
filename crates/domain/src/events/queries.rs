//! Reads. Events are public once announced; who comes, and the link, are not.

use std::collections::HashMap;

use types::{
    EventId, EventKind, EventState, NeedId, OrganisationId, RegistrationId, RegistrationState, Time,
};

use super::model::{has_place, lies_ahead, persons_of, revision_of};
use super::policy::{self, is_own};
use super::{Event, Registration, store};
use crate::needs::{self, Need};
use crate::page::{Page, PageRequest};
use crate::ports::{Calendar, message_id};
use crate::{Actor, App, Error, Result, organisations};

/// Which events.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Kinds; empty is all.
    pub kinds: Vec<EventKind>,
    /// States; empty is all.
    pub states: Vec<EventState>,
    /// Buyers; empty is all.
    pub organisations: Vec<OrganisationId>,
    /// Only those that the organisation acted for is registered for or waits for.
    pub registered: bool,
    /// Before or after now.
    pub when: When,
}

/// Which part of time a list shows, and its order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum When {
    /// Not over yet, the next first.
    #[default]
    Upcoming,
    /// Over, the latest first.
    Past,
    /// All, the earliest first.
    All,
}

/// An event as far as the actor may see it: the link is empty for those who
/// have no place.
#[derive(Clone, Debug, PartialEq)]
pub struct EventView {
    /// The event.
    pub event: Event,
    /// The registration of the organisation acted for.
    pub mine: Option<Registration>,
    /// Whether the actor reads who comes: the buyer's own people.
    pub reads_all: bool,
    /// Whether there is a link at all.
    pub is_online: bool,
}

impl EventView {
    fn of(actor: &Actor, mut event: Event, mine: Option<Registration>) -> Self {
        let reads_all = actor.is_system || actor.acts_for(event.organisation_id);
        let is_online = !event.link.is_empty();
        if !reads_all && !mine.as_ref().is_some_and(|r| has_place(r.state)) {
            event.link.clear();
        }
        Self { event, mine, reads_all, is_online }
    }

    /// For the organiser, whose commands give it back.
    pub(super) fn own(event: Event) -> Self {
        Self { mine: None, reads_all: true, is_online: !event.link.is_empty(), event }
    }
}

async fn views(app: &App, actor: &Actor, events: Vec<Event>) -> Result<Vec<EventView>> {
    let mut mine: HashMap<EventId, Registration> = HashMap::new();
    if let Some(organisation) = actor.organisation_id() {
        let ids: Vec<EventId> = events.iter().map(|e| e.id).collect();
        let own = store::own(app.db.read(), organisation, &ids).await?;
        mine.extend(own.into_iter().filter(|r| is_own(actor, r)).map(|r| (r.event_id, r)));
    }
    Ok(events
        .into_iter()
        .map(|event| {
            let registration = mine.remove(&event.id);
            EventView::of(actor, event, registration)
        })
        .collect())
}

async fn view(app: &App, actor: &Actor, event: Option<Event>) -> Result<Option<EventView>> {
    Ok(views(app, actor, event.into_iter().collect()).await?.pop())
}

/// By id, if the actor may see it.
pub async fn find(app: &App, actor: &Actor, id: EventId) -> Result<Option<EventView>> {
    view(app, actor, store::by_id(app.db.read(), actor, id).await?).await
}

/// By id.
pub async fn get(app: &App, actor: &Actor, id: EventId) -> Result<EventView> {
    find(app, actor, id).await?.ok_or(Error::NotFound)
}

/// By slug, if the actor may see it.
pub async fn find_by_slug(app: &App, actor: &Actor, slug: &str) -> Result<Option<EventView>> {
    view(app, actor, store::by_slug(app.db.read(), actor, slug).await?).await
}

/// A page of events by their start.
pub async fn list(app: &App, actor: &Actor, filter: &Filter, page: &PageRequest) -> Result<Page<EventView>> {
    if filter.registered && actor.organisation_id().is_none() {
        return Ok(Page::none());
    }
    let found = store::page(app.db.read(), actor, filter, page, app.now()).await?;
    let views = views(app, actor, found.rows.iter().map(|(_, event)| event.clone()).collect()).await?;
    Ok(found.with(|_| views))
}

/// The events of several needs at once, by their start.
pub async fn list_of_needs(app: &App, actor: &Actor, needs: &[NeedId]) -> Result<Vec<EventView>> {
    let events = store::of_needs(app.db.read(), actor, needs).await?;
    views(app, actor, events).await
}

/// Several at once, in no order, those that the actor may see.
pub async fn list_by_ids(app: &App, actor: &Actor, ids: &[EventId]) -> Result<Vec<EventView>> {
    let events = store::by_ids(app.db.read(), actor, ids).await?;
    views(app, actor, events).await
}

/// How many announced events of a need are not over.
pub(crate) async fn count_ahead(app: &App, actor: &Actor, need: NeedId) -> Result<usize> {
    let (events, now) = (store::of_needs(app.db.read(), actor, &[need]).await?, app.now());
    Ok(events.iter().filter(|e| lies_ahead(e, now)).count())
}

/// The registrations of the organisation acted for, latest first, with their events.
pub async fn list_mine(app: &App, actor: &Actor, page: &PageRequest) -> Result<Page<EventView>> {
    let own = store::page_own(app.db.read(), actor, page).await?;
    let ids: Vec<EventId> = own.rows.iter().map(|(_, r)| r.event_id).collect();
    let mut events: HashMap<EventId, Event> =
        store::by_ids(app.db.read(), actor, &ids).await?.into_iter().map(|e| (e.id, e)).collect();
    let view = |r: Registration| Some(EventView::of(actor, events.remove(&r.event_id)?, Some(r)));
    Ok(own.map(view).flatten())
}

/// A registration, if the actor may see it: the buyer and the organisation itself.
pub async fn registration(app: &App, actor: &Actor, id: RegistrationId) -> Result<Option<Registration>> {
    let Some(row) = store::registration(app.db.read(), id).await? else { return Ok(None) };
    if is_own(actor, &row) {
        return Ok(Some(row));
    }
    let event = store::by_id(app.db.read(), actor, row.event_id).await?;
    Ok(event.filter(|e| policy::reads_registration(actor, e, &row)).map(|_| row))
}

/// An organisation in the list of participants.
#[derive(Clone, Debug, PartialEq)]
pub struct Participant {
    /// Who.
    pub organisation_id: OrganisationId,
    /// The registration with its persons, for the buyer's people.
    pub registration: Option<Registration>,
}

/// Who comes: everything for the buyer; for others the organisations that have
/// a place, if the published rule says so; else nothing.
pub async fn participants(app: &App, view: &EventView) -> Result<Vec<Participant>> {
    if !view.reads_all && !view.event.participants_public {
        return Ok(Vec::new());
    }
    // Who registered is the buyer's; that an organisation comes, here everybody's.
    let conn = if view.reads_all { app.db.read() } else { app.db.product() };
    let rows = store::registrations(conn, &[view.event.id]).await?;
    Ok(rows
        .into_iter()
        .filter(|r| view.reads_all || has_place(r.state))
        .map(|r| Participant {
            organisation_id: r.organisation_id,
            registration: view.reads_all.then_some(r),
        })
        .collect())
}

/// The place in the queue of each of these registrations that waits.
pub async fn positions(app: &App, ids: &[RegistrationId]) -> Result<HashMap<RegistrationId, i64>> {
    Ok(store::positions(app.db.product(), ids).await?.into_iter().collect())
}

/// All registrations of an event, for the letters.
pub(crate) async fn registrations(app: &App, event: EventId) -> Result<Vec<Registration>> {
    store::registrations(app.db.read(), &[event]).await
}

/// Those who have a place or wait for one in the events of a need: they belong
/// to its dialogue.
pub async fn registrations_of_need(app: &App, need: &Need) -> Result<Vec<Registration>> {
    let events = store::of_needs(app.db.read(), &Actor::system(), &[need.id]).await?;
    let ids: Vec<EventId> = events.iter().map(|e| e.id).collect();
    let rows = store::registrations(app.db.read(), &ids).await?;
    Ok(rows.into_iter().filter(|r| r.state != RegistrationState::Withdrawn).collect())
}

/// The events for which the actor is registered, by whomever: those whose
/// letters find the person in [`registrations_of_need`].
pub(crate) async fn registered_with(app: &App, actor: &Actor) -> Result<Vec<EventView>> {
    let me = actor.person()?;
    let key = me.email.key();
    let mut ids = Vec::new();
    for row in store::registrations_with(app.db.product(), me.id, &key).await? {
        if row.registered_by == Some(me.id) || persons_of(&row)?.iter().any(|p| p.email.key() == key) {
            ids.push(row.event_id);
        }
    }
    let events = store::by_ids(app.db.read(), actor, &ids).await?;
    Ok(events.into_iter().map(|event| EventView::of(actor, event, None)).collect())
}

/// The event as an entry of a calendar, for whoever may see it. The link is in
/// it for those who have a place. A written round is no appointment.
pub async fn calendar(app: &App, actor: &Actor, id: EventId) -> Result<Option<Calendar>> {
    let Some(view) = find(app, actor, id).await? else { return Ok(None) };
    let event = view.event;
    if event.kind == EventKind::WrittenInput || event.state == EventState::Planned {
        return Ok(None);
    }
    let need = needs::get(app, actor, event.need_id).await?;
    let buyer = organisations::get(app, need.organisation_id).await?.name;
    let revision = Revision {
        at: event.updated_at,
        sequence: revision_of(&event, view.mine.as_ref().map_or(1, |r| r.version)),
        is_cancelled: event.state == EventState::Cancelled,
    };
    let mut calendar = calendar_of(app, &event, organiser(app, &need, &buyer).await?, &revision);
    calendar.url = format!("{}/{}/events/{}", app.settings.public_url, actor.language, event.slug);
    Ok(Some(calendar))
}

/// Whom a calendar shows as organiser and answers: the contact that the need names.
pub(crate) async fn organiser(app: &App, need: &Need, buyer: &str) -> Result<(String, String)> {
    let contact = needs::published(app.db.read(), need).await?.and_then(|content| content.contact_email);
    let contact = contact.unwrap_or_else(|| app.settings.mail_from.clone());
    Ok((buyer.to_owned(), contact.to_string()))
}

/// Which revision of an event's calendar entry.
pub(crate) struct Revision {
    /// When it was made.
    pub(crate) at: Time,
    /// See [`super::model::revision_of`].
    pub(crate) sequence: i32,
    /// Whether it takes the event out of the calendar.
    pub(crate) is_cancelled: bool,
}

/// A revision of an event's calendar entry.
pub(crate) fn calendar_of(
    app: &App,
    event: &Event,
    organiser: (String, String),
    revision: &Revision,
) -> Calendar {
    let places = [event.place.as_str(), event.link.as_str()];
    let places: Vec<&str> = places.into_iter().filter(|p| !p.is_empty()).collect();
    let uid = message_id(&format!("event-{}", event.id), &app.settings.public_url);
    Calendar {
        uid: uid.trim_matches(['<', '>']).to_owned(),
        sequence: u32::try_from(revision.sequence).unwrap_or(0),
        cancelled: revision.is_cancelled,
        summary: event.title.clone(),
        description: event.agenda.clone(),
        location: places.join(", "),
        url: String::new(),
        starts_at: event.starts_at,
        ends_at: event.ends_at,
        stamped_at: revision.at,
        organiser,
    }
}
