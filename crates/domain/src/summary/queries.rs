//! Reads: what is published is everybody's, the draft the buyer's.

use std::collections::HashMap;

use chrono::NaiveDate;
use types::{ErrorCode, EventState, NeedId, OrganisationId, SummaryVersionId};

use super::commands::content_of;
use super::{Summary, SummaryContent, SummaryVersion, store};
use crate::events::{self, Event};
use crate::needs::{self, Need};
use crate::page::{Page, PageRequest};
use crate::reference::working_days_after;
use crate::{Actor, App, Error, Result, disclosures};

/// A summary is due so many working days after the dialogue's last date (DOMAIN §1.2).
pub const DUE_AFTER: u32 = 20;

/// A published version as everybody reads it.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    /// The row.
    pub version: SummaryVersion,
    /// What it says.
    pub content: SummaryContent,
    /// Who agreed to be named.
    pub participants: Vec<OrganisationId>,
}

impl Published {
    fn of(version: SummaryVersion) -> Result<Self> {
        Ok(Self {
            content: serde_json::from_value(version.content.clone())?,
            participants: serde_json::from_value(version.participants.clone())?,
            version,
        })
    }
}

/// The newest published version, if there is one.
pub async fn published(app: &App, need: NeedId) -> Result<Option<Published>> {
    store::newest(app.db.read(), need).await?.map(Published::of).transpose()
}

/// The newest published versions of several needs.
pub async fn published_of_needs(app: &App, needs: &[NeedId]) -> Result<HashMap<NeedId, Published>> {
    let mut found = HashMap::new();
    for version in store::versions(app.db.read(), needs).await? {
        if let std::collections::hash_map::Entry::Vacant(free) = found.entry(version.need_id) {
            free.insert(Published::of(version)?);
        }
    }
    Ok(found)
}

/// All published versions, newest first.
pub async fn versions(app: &App, need: NeedId) -> Result<Vec<Published>> {
    store::versions(app.db.read(), &[need]).await?.into_iter().map(Published::of).collect()
}

/// One published version, if the actor may see its need.
pub async fn find_version(app: &App, actor: &Actor, id: SummaryVersionId) -> Result<Option<Published>> {
    let Some(row) = store::version_by_id(app.db.read(), id).await? else { return Ok(None) };
    if needs::find(app, actor, row.need_id).await?.is_none() {
        return Ok(None);
    }
    Published::of(row).map(Some)
}

/// The working draft with its row, for the buyer's people.
pub async fn draft(app: &App, actor: &Actor, need: &Need) -> Result<Option<(Summary, SummaryContent)>> {
    if !needs::reads_internals(actor, need) {
        return Ok(None);
    }
    let Some(row) = store::of(app.db.read(), need.id).await? else { return Ok(None) };
    let content = content_of(&row)?;
    Ok(Some((row, content)))
}

/// What a careful writer would still do before publishing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warning {
    /// The deadline for responses lies ahead; publishing ends the dialogue.
    DeadlineAhead,
    /// Events lie ahead; publishing calls them off.
    EventsAhead,
    /// Questions wait for an answer.
    OpenQuestions,
    /// Input points have no outcome yet.
    DispositionsMissing,
    /// Something told to one is not shared yet.
    UnsharedDisclosures,
    /// Questions to the market have no aggregated answer.
    AnswersMissing,
}

/// What is missing, beside what publishing requires; for the buyer's people.
pub async fn warnings(app: &App, actor: &Actor, need: &Need) -> Result<Vec<Warning>> {
    if !needs::reads_internals(actor, need) {
        return Err(Error::Forbidden(ErrorCode::Forbidden));
    }
    let mut found = Vec::new();
    let mut warn_if = |is_so: bool, warning| {
        if is_so {
            found.push(warning);
        }
    };
    warn_if(
        need.state.is_open() && need.response_deadline.is_some_and(|at| at > app.now()),
        Warning::DeadlineAhead,
    );
    warn_if(
        need.state.is_open() && events::count_ahead(app, actor, need.id).await? > 0,
        Warning::EventsAhead,
    );
    warn_if(crate::questions::count_unanswered(app, need.id).await? > 0, Warning::OpenQuestions);
    warn_if(crate::responses::count_undisposed(app, need.id).await? > 0, Warning::DispositionsMissing);
    warn_if(disclosures::count_unshared(app.db.read(), need.id).await? > 0, Warning::UnsharedDisclosures);
    let content = draft(app, actor, need).await?.map(|(_, content)| content).unwrap_or_default();
    let asked = needs::published(app.db.read(), need).await?.map(|c| c.questions).unwrap_or_default();
    let is_answered = |key: &str| content.answers.iter().any(|a| a.key == key);
    warn_if(asked.iter().any(|q| !is_answered(&q.key)), Warning::AnswersMissing);
    Ok(found)
}

/// What waits for the buyer's people in one dialogue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Questions without an answer.
    pub open_questions: u64,
    /// Responses with something that nobody marked as read.
    pub unread_responses: u64,
    /// Input points that were read and have no outcome.
    pub open_points: u64,
    /// Events that were held and have no minutes.
    pub undocumented_events: u64,
    /// When the summary is due, once the deadline is past and none is published.
    pub summary_due_on: Option<NaiveDate>,
}

/// What waits in a need; for the buyer's people.
pub async fn waiting(app: &App, actor: &Actor, need: &Need) -> Result<Waiting> {
    if !needs::reads_internals(actor, need) {
        return Err(Error::Forbidden(ErrorCode::Forbidden));
    }
    if need.published_number.is_none() {
        return Ok(Waiting::default());
    }
    let events: Vec<Event> =
        events::list_of_needs(app, actor, &[need.id]).await?.into_iter().map(|e| e.event).collect();
    let (unread_responses, open_points) = crate::responses::count_waiting(app, need.id).await?;
    let is_over = need.response_deadline.is_some_and(|at| at <= app.now());
    let is_due = is_over && need.state.is_open() && published(app, need.id).await?.is_none();
    Ok(Waiting {
        open_questions: crate::questions::count_unanswered(app, need.id).await?,
        unread_responses,
        open_points,
        undocumented_events: events.iter().filter(|e| e.state == EventState::Held).count() as u64,
        summary_due_on: is_due.then(|| due_on(need, &events)).flatten(),
    })
}

/// When the summary of a need with these events is due.
fn due_on<'e>(need: &Need, events: impl IntoIterator<Item = &'e Event>) -> Option<NaiveDate> {
    let held = events.into_iter().filter(|e| e.state != EventState::Cancelled);
    let ends = held.map(|e| e.ends_at.date_naive()).chain(need.response_deadline.map(|at| at.date_naive()));
    need.response_deadline?;
    ends.max().map(|end| working_days_after(end, DUE_AFTER))
}

/// A summary that is late.
#[derive(Clone, Debug)]
pub struct Overdue {
    /// Of which need.
    pub need: Need,
    /// When it was due.
    pub due_on: NaiveDate,
}

/// The acting buyer's late summaries, the latest of them first.
pub async fn overdue(app: &App, actor: &Actor, page: &PageRequest) -> Result<Page<Overdue>> {
    let organisation = actor.buyer()?.organisation_id;
    let now = app.now();
    let today = now.date_naive();
    let long_ago = now - chrono::TimeDelta::days(i64::from(DUE_AFTER));
    let waiting = store::waiting(app.db.read(), organisation, long_ago).await?;
    let ids: Vec<NeedId> = waiting.iter().map(|n| n.id).collect();
    let events = events::list_of_needs(app, actor, &ids).await?;
    let late = waiting.into_iter().filter_map(|need| {
        let own = events.iter().map(|e| &e.event).filter(|e| e.need_id == need.id);
        let due_on = due_on(&need, own)?;
        (due_on < today).then_some(Overdue { need, due_on })
    });
    Ok(Page::of_sorted(late.collect(), page, |o| format!("{}_{}", o.due_on, o.need.id)))
}
