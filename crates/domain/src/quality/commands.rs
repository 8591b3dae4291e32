//! Answering, and looking through comments.

use sea_orm::ActiveValue::Set;
use sea_orm::IntoActiveModel;
use serde_json::json;
use types::{EntryKind, ErrorCode, FieldError, SurveyCommentId, SurveyId, SurveyState};

use super::ballots::{self, COMMENT};
use super::model::{Answers, ITEMS};
use super::queries::{SurveyView, visible};
use super::{Comment, parties, store};
use crate::record::{self, Entry, organisation_stream};
use crate::{Actor, App, Checks, Error, Result, suspended};

/// What a person answers to one item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ItemAnswer {
    /// 1–16.
    pub item: i32,
    /// 1–5; `None` is *not relevant*.
    pub score: Option<i32>,
}

/// A ballot as it is handed in.
#[derive(Clone, Debug)]
pub struct Ballot {
    /// Which survey.
    pub survey_id: SurveyId,
    /// Every item, once.
    pub answers: Vec<ItemAnswer>,
    /// At most 1 000 characters; may be empty.
    pub comment: String,
}

/// Answers a survey, once. Neither the record nor a log says what was said.
pub async fn answer(app: &App, actor: &Actor, input: Ballot) -> Result<SurveyView> {
    actor.acting()?;
    // A ballot is not recorded, so that nobody can tell whose it is: here is the place to ask.
    suspended::may_act(actor)?;
    let survey = visible(app, actor, input.survey_id).await?;
    let side = parties::side_of(app, actor, &survey).await?.ok_or(Error::Forbidden(ErrorCode::Forbidden))?;
    let (person, organisation) = (actor.person()?.id, actor.acting()?.organisation_id);
    if survey.state != SurveyState::Open || survey.closes_at <= app.now() {
        return Err(Error::Conflict(ErrorCode::PeriodClosed));
    }
    if !store::answered(app.db.read(), &[survey.id], person).await?.is_empty() {
        return Err(Error::Conflict(ErrorCode::AlreadyAnswered));
    }
    let mut checks = Checks::default();
    let answers = read(&mut checks, &input.answers);
    let comment = checks.optional_body("comment", &input.comment, COMMENT);
    checks.finish()?;

    let key = app.keys.get(app, &ballots::key_name(survey.id)).await?;
    let own = ballots::Ballot { side, token: ballots::token(&key, organisation), answers, comment };
    let tx = app.db.write().await?;
    let locked = store::lock(&tx, survey.id).await?.ok_or(Error::NotFound)?;
    if locked.state != SurveyState::Open || locked.closes_at <= app.now() {
        return Err(Error::Conflict(ErrorCode::PeriodClosed));
    }
    store::participate(&tx, survey.id, person, organisation, side).await.map_err(|error| match error {
        Error::Invalid(_) => Error::Conflict(ErrorCode::AlreadyAnswered),
        other => other,
    })?;
    // All ballots are sealed anew, so that the new one looks like the others.
    let mut rows = vec![ballots::seal(app, &key, survey.id, &own)?];
    for row in store::ballots(&*tx, &[survey.id]).await? {
        rows.push(ballots::seal(app, &key, survey.id, &ballots::open(&key, &row)?)?);
    }
    store::replace_ballots(&tx, survey.id, rows).await?;
    tx.commit().await?;
    Ok(SurveyView { survey, side: Some(side), has_answered: true })
}

/// All items, each once, 1–5 or not relevant, and not all of them not relevant.
fn read(checks: &mut Checks, given: &[ItemAnswer]) -> Answers {
    let mut answers: Answers = [None; ITEMS];
    let mut seen = [false; ITEMS];
    for answer in given {
        let place = usize::try_from(answer.item).ok().and_then(|i| i.checked_sub(1)).filter(|i| *i < ITEMS);
        let Some(place) = place else {
            let error = FieldError::new("answers", ErrorCode::OutOfRange).with("min", 1).with("max", ITEMS);
            checks.add(error);
            continue;
        };
        let field = format!("answers.{place}");
        checks.refuse_if(seen[place], &field, ErrorCode::Duplicate);
        seen[place] = true;
        match answer.score.map(u8::try_from) {
            Some(Ok(score @ 1..=5)) => answers[place] = Some(score),
            Some(_) => {
                checks.add(FieldError::new(&field, ErrorCode::OutOfRange).with("min", 1).with("max", 5));
            }
            None => {}
        }
    }
    for (place, seen) in seen.iter().enumerate() {
        checks.refuse_if(!seen, &format!("answers.{place}"), ErrorCode::Required);
    }
    let says_nothing = seen.iter().all(|s| *s) && given.iter().all(|a| a.score.is_none());
    checks.refuse_if(says_nothing, "answers.0", ErrorCode::Required);
    answers
}

/// Shows a comment to the buyer, or withholds one that tells who wrote it or
/// breaks the law. For the platform's administrators.
pub async fn review_comment(
    app: &App,
    actor: &Actor,
    id: SurveyCommentId,
    is_shown: bool,
) -> Result<Comment> {
    actor.platform_administrator()?;
    let tx = app.db.write().await?;
    let row = store::lock_comment(&tx, id).await?.ok_or(Error::NotFound)?;
    if row.is_shown.is_some() {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    let mut row = row.into_active_model();
    row.is_shown = Set(Some(is_shown));
    let row = store::save_comment(&tx, row).await?;
    let entry = Entry::new(EntryKind::QualityCommentReviewed, organisation_stream(row.organisation_id))
        .payload(json!({ "shown": is_shown }))
        .about(&row)?;
    record::append(app, &tx, actor, entry).await?;
    tx.commit().await?;
    Ok(row)
}
