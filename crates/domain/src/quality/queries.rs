//! Reads: figures are public, a survey is its parties'.

use std::collections::HashSet;

use chrono::Months;
use types::{NeedId, OrganisationId, SurveyCommentId, SurveyId, SurveySide, SurveyState, Time};

use super::due::MONTHS_AT_MOST;
use super::{Comment, Figures, Survey, parties, store};
use crate::needs::{self, Need};
use crate::page::{Page, PageRequest};
use crate::{Actor, App, Error, Result, organisations};

/// A survey as its parties see it.
#[derive(Clone, Debug, PartialEq)]
pub struct SurveyView {
    /// The survey.
    pub survey: Survey,
    /// The side on which the actor may answer, if on any.
    pub side: Option<SurveySide>,
    /// Whether the actor has answered. Unknown once the answers are released.
    pub has_answered: bool,
}

/// How many were asked and how many have answered. Never who.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Suppliers that took part.
    pub invited_suppliers: usize,
    /// Suppliers of which somebody has answered.
    pub answered_suppliers: usize,
    /// The buyer's people.
    pub invited_persons: usize,
    /// Those who have answered.
    pub answered_persons: usize,
}

/// A buyer's figures as they were published.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    /// When.
    pub released_at: Time,
    /// The figures.
    pub figures: Figures,
}

/// The survey, if the actor may see it: the buyer's people and who took part.
pub(super) async fn visible(app: &App, actor: &Actor, id: SurveyId) -> Result<Survey> {
    let survey = store::by_id(app.db.read(), id).await?.ok_or(Error::NotFound)?;
    let is_party = actor.is_system
        || actor.acts_for(survey.organisation_id)
        || parties::side_of(app, actor, &survey).await?.is_some();
    if is_party { Ok(survey) } else { Err(Error::NotFound) }
}

async fn view(app: &App, actor: &Actor, survey: Survey) -> Result<SurveyView> {
    let has_answered = match &actor.person {
        Some(person) => !store::answered(app.db.read(), &[survey.id], person.id).await?.is_empty(),
        None => false,
    };
    let side = parties::side_of(app, actor, &survey).await?;
    Ok(SurveyView { survey, side, has_answered })
}

/// By id, if the actor may see it.
pub async fn find(app: &App, actor: &Actor, id: SurveyId) -> Result<Option<SurveyView>> {
    match visible(app, actor, id).await {
        Ok(survey) => view(app, actor, survey).await.map(Some),
        Err(Error::NotFound) => Ok(None),
        Err(other) => Err(other),
    }
}

/// The survey of a need, if there is one and the actor may see it.
pub async fn of_need(app: &App, actor: &Actor, need: NeedId) -> Result<Option<SurveyView>> {
    match store::of_needs(app.db.read(), &[need]).await?.pop() {
        Some(survey) => find(app, actor, survey.id).await,
        None => Ok(None),
    }
}

/// The surveys that wait for the actor's answer, soonest to close first.
pub async fn list_open(app: &App, actor: &Actor, page: &PageRequest) -> Result<Page<SurveyView>> {
    let me = actor.person()?.id;
    let open = store::open_surveys(app.db.read(), app.now()).await?;
    let ids: Vec<SurveyId> = open.iter().map(|s| s.id).collect();
    let answered: HashSet<SurveyId> = store::answered(app.db.read(), &ids, me).await?.into_iter().collect();
    let mut waiting = Vec::new();
    for survey in open.into_iter().filter(|s| !answered.contains(&s.id)) {
        if let Some(side) = parties::side_of(app, actor, &survey).await? {
            waiting.push(SurveyView { survey, side: Some(side), has_answered: false });
        }
    }
    Ok(Page::of_sorted(waiting, page, |v| {
        format!("{}_{}", v.survey.closes_at.format("%Y%m%d%H%M%S"), v.survey.id)
    }))
}

impl SurveyView {
    /// How many have answered, for the buyer's people while the survey is not
    /// released.
    pub async fn status(&self, app: &App, actor: &Actor) -> Result<Option<Status>> {
        let survey = &self.survey;
        let is_counted = matches!(survey.state, SurveyState::Open | SurveyState::Closed);
        if !actor.acts_for(survey.organisation_id) || !is_counted {
            return Ok(None);
        }
        let need = self.need(app).await?;
        let invited = parties::participants(app, &need).await?;
        let answered = store::participations(app.db.product(), &[survey.id]).await?;
        let distinct = |all: Vec<OrganisationId>| all.into_iter().collect::<HashSet<_>>().len();
        let suppliers = SurveySide::Supplier;
        Ok(Some(Status {
            invited_suppliers: distinct(
                invited.iter().filter(|p| p.side == suppliers).map(|p| p.organisation_id).collect(),
            ),
            answered_suppliers: distinct(
                answered.iter().filter(|p| p.side == suppliers).map(|p| p.organisation_id).collect(),
            ),
            invited_persons: invited.iter().filter(|p| p.side != suppliers).count(),
            answered_persons: answered.iter().filter(|p| p.side != suppliers).count(),
        }))
    }

    /// The need that it is about.
    pub async fn need(&self, app: &App) -> Result<Need> {
        needs::get(&app.as_product(), &Actor::system(), self.survey.need_id).await
    }
}

/// A buyer's figures as last published, for everybody; `None` is *too few answers*.
pub async fn figures_of(app: &App, organisation: OrganisationId) -> Result<Option<Published>> {
    let since = app.now() - Months::new(MONTHS_AT_MOST);
    let newest = store::figures(app.db.read(), Some(organisation), since).await?.into_iter().next();
    newest
        .map(|row| {
            Ok(Published { released_at: row.released_at, figures: serde_json::from_value(row.content)? })
        })
        .transpose()
}

/// The comments about the acting buyer that were looked through and shown.
pub async fn comments(app: &App, actor: &Actor, page: &PageRequest) -> Result<Page<Comment>> {
    store::shown_comments(app.db.read(), actor.buyer()?.organisation_id, page).await
}

/// One comment: for the buyer that it is about once it is shown, and for the
/// platform's administrators until it is looked through.
pub async fn find_comment(app: &App, actor: &Actor, id: SurveyCommentId) -> Result<Option<Comment>> {
    let row = store::comment_by_id(app.db.read(), id).await?;
    Ok(row.filter(|c| match c.is_shown {
        Some(is_shown) => is_shown && actor.buyer().is_ok_and(|b| b.organisation_id == c.organisation_id),
        None => actor.platform_administrator().is_ok(),
    }))
}

/// Comments that wait to be looked through, with the buyer they are about; for
/// the platform's administrators.
pub async fn comments_to_review(
    app: &App,
    actor: &Actor,
    page: &PageRequest,
) -> Result<Page<(Comment, organisations::Organisation)>> {
    actor.platform_administrator()?;
    let waiting = store::waiting_comments(app.db.read(), page).await?;
    let ids: Vec<OrganisationId> = waiting.rows.iter().map(|(_, c)| c.organisation_id).collect();
    let buyers = organisations::list_by_ids(app, &ids).await?;
    let with_buyer = |c: Comment| {
        let buyer = buyers.iter().find(|o| o.id == c.organisation_id).cloned();
        buyer.map(|o| (c, o))
    };
    Ok(waiting.map(with_buyer).flatten())
}
