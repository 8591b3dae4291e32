//! The slice's only SQL.

use entity::{quality_figure, survey, survey_ballot, survey_comment, survey_participation};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use types::{
    EntryKind, ErrorCode, NeedId, OrganisationId, PersonId, SurveyCommentId, SurveyId, SurveySide,
    SurveyState, Time,
};

use super::{Comment, QualityFigure, Survey};
use crate::page::{self, Page, PageRequest};
use crate::record::{self, Entry};
use crate::{Actor, App, Result, Tx, unique};

pub(super) async fn by_id<C: ConnectionTrait>(conn: &C, id: SurveyId) -> Result<Option<Survey>> {
    Ok(survey::Entity::find_by_id(id).one(conn).await?)
}

pub(super) async fn of_needs<C: ConnectionTrait>(conn: &C, needs: &[NeedId]) -> Result<Vec<Survey>> {
    Ok(survey::Entity::find().filter(survey::Column::NeedId.is_in(needs.to_vec())).all(conn).await?)
}

/// The surveys that take answers, soonest to close first.
pub(super) async fn open_surveys<C: ConnectionTrait>(conn: &C, now: Time) -> Result<Vec<Survey>> {
    Ok(survey::Entity::find()
        .filter(survey::Column::State.eq(SurveyState::Open))
        .filter(survey::Column::ClosesAt.gt(now))
        .order_by_asc(survey::Column::ClosesAt)
        .order_by_asc(survey::Column::Id)
        .all(conn)
        .await?)
}

pub(super) async fn lock(tx: &Tx, id: SurveyId) -> Result<Option<Survey>> {
    Ok(survey::Entity::find_by_id(id).lock_exclusive().one(&**tx).await?)
}

/// The buyers that something is due for: a survey to close, or one to discard.
pub(super) async fn due<C: ConnectionTrait>(
    conn: &C,
    now: Time,
    discard_before: Time,
) -> Result<Vec<OrganisationId>> {
    let due = Condition::any()
        .add(survey::Column::State.eq(SurveyState::Open).and(survey::Column::ClosesAt.lte(now)))
        .add(survey::Column::State.eq(SurveyState::Closed).and(survey::Column::ClosesAt.lte(discard_before)));
    Ok(survey::Entity::find()
        .select_only()
        .column(survey::Column::OrganisationId)
        .distinct()
        .filter(due)
        .into_tuple()
        .all(conn)
        .await?)
}

/// All surveys of a buyer that are not done with, locked in one order.
pub(super) async fn lock_all(tx: &Tx, organisation: OrganisationId) -> Result<Vec<Survey>> {
    Ok(survey::Entity::find()
        .filter(survey::Column::OrganisationId.eq(organisation))
        .filter(survey::Column::State.is_in([SurveyState::Open, SurveyState::Closed]))
        .order_by_asc(survey::Column::Id)
        .lock_exclusive()
        .all(&**tx)
        .await?)
}

pub(super) async fn insert(app: &App, tx: &Tx, row: survey::ActiveModel, entry: Entry) -> Result<()> {
    let row = row.insert(&**tx).await?;
    record::append(app, tx, &Actor::system(), entry.about(&row)?).await
}

pub(super) async fn save(app: &App, tx: &Tx, row: survey::ActiveModel, entry: Entry) -> Result<()> {
    let row = row.update(&**tx).await?;
    record::append(app, tx, &Actor::system(), entry.about(&row)?).await
}

pub(super) async fn insert_figure(
    app: &App,
    tx: &Tx,
    row: quality_figure::ActiveModel,
    entry: Entry,
) -> Result<QualityFigure> {
    let row = row.insert(&**tx).await?;
    record::append(app, tx, &Actor::system(), entry.about(&row)?).await?;
    Ok(row)
}

/// Notes that a person has answered; once.
pub(super) async fn participate(
    tx: &Tx,
    survey: SurveyId,
    person: PersonId,
    organisation: OrganisationId,
    side: SurveySide,
) -> Result<()> {
    let row = survey_participation::ActiveModel {
        survey_id: Set(survey),
        person_id: Set(person),
        organisation_id: Set(organisation),
        side: Set(side),
    };
    let done = survey_participation::Entity::insert(row).exec_without_returning(&**tx).await;
    unique(done, "", ErrorCode::AlreadyAnswered)?;
    Ok(())
}

/// Who has answered these surveys.
pub(super) async fn participations<C: ConnectionTrait>(
    conn: &C,
    surveys: &[SurveyId],
) -> Result<Vec<survey_participation::Model>> {
    Ok(survey_participation::Entity::find()
        .filter(survey_participation::Column::SurveyId.is_in(surveys.to_vec()))
        .all(conn)
        .await?)
}

/// Which of these surveys a person has answered.
pub(super) async fn answered<C: ConnectionTrait>(
    conn: &C,
    surveys: &[SurveyId],
    person: PersonId,
) -> Result<Vec<SurveyId>> {
    Ok(survey_participation::Entity::find()
        .select_only()
        .column(survey_participation::Column::SurveyId)
        .filter(survey_participation::Column::SurveyId.is_in(surveys.to_vec()))
        .filter(survey_participation::Column::PersonId.eq(person))
        .into_tuple()
        .all(conn)
        .await?)
}

pub(super) async fn ballots<C: ConnectionTrait>(
    conn: &C,
    surveys: &[SurveyId],
) -> Result<Vec<survey_ballot::Model>> {
    Ok(survey_ballot::Entity::find()
        .filter(survey_ballot::Column::SurveyId.is_in(surveys.to_vec()))
        .order_by_asc(survey_ballot::Column::Id)
        .all(conn)
        .await?)
}

/// Writes all ballots of a survey anew, in the order of their random ids.
pub(super) async fn replace_ballots(
    tx: &Tx,
    survey: SurveyId,
    mut rows: Vec<survey_ballot::ActiveModel>,
) -> Result<()> {
    survey_ballot::Entity::delete_many()
        .filter(survey_ballot::Column::SurveyId.eq(survey))
        .exec(&**tx)
        .await?;
    rows.sort_by_key(|row| *row.id.as_ref());
    survey_ballot::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Destroys what these surveys held: ballots and participations.
pub(super) async fn empty(tx: &Tx, surveys: &[SurveyId]) -> Result<()> {
    survey_ballot::Entity::delete_many()
        .filter(survey_ballot::Column::SurveyId.is_in(surveys.to_vec()))
        .exec(&**tx)
        .await?;
    survey_participation::Entity::delete_many()
        .filter(survey_participation::Column::SurveyId.is_in(surveys.to_vec()))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Figures published after `since`, of one buyer or of all, newest first.
pub(super) async fn figures<C: ConnectionTrait>(
    conn: &C,
    organisation: Option<OrganisationId>,
    since: Time,
) -> Result<Vec<QualityFigure>> {
    let mut query = quality_figure::Entity::find().filter(quality_figure::Column::ReleasedAt.gt(since));
    if let Some(organisation) = organisation {
        query = query.filter(quality_figure::Column::OrganisationId.eq(organisation));
    }
    Ok(query
        .order_by_desc(quality_figure::Column::ReleasedAt)
        .order_by_desc(quality_figure::Column::Id)
        .all(conn)
        .await?)
}

/// In the order of their random ids, the rows and the entries alike. The entries
/// are the installation's: how many comments there are is nobody's to read.
pub(super) async fn insert_comments(
    app: &App,
    tx: &Tx,
    mut rows: Vec<survey_comment::ActiveModel>,
) -> Result<()> {
    rows.sort_by_key(|row| *row.id.as_ref());
    for row in rows {
        let row = row.insert(&**tx).await?;
        let entry = Entry::new(EntryKind::QualityCommentReceived, record::INSTALLATION).about(&row)?;
        record::append(app, tx, &Actor::system(), entry).await?;
    }
    Ok(())
}

/// The comments about a buyer that it may read, in no order that means anything.
pub(super) async fn shown_comments<C: ConnectionTrait>(
    conn: &C,
    organisation: OrganisationId,
    page: &PageRequest,
) -> Result<Page<Comment>> {
    let rows = survey_comment::Entity::find()
        .filter(survey_comment::Column::OrganisationId.eq(organisation))
        .filter(survey_comment::Column::IsShown.eq(true));
    page::by_id(conn, rows, page, survey_comment::Column::Id, |c| c.id.0).await
}

/// The row. The caller asks who reads it.
pub(super) async fn comment_by_id<C: ConnectionTrait>(
    conn: &C,
    id: SurveyCommentId,
) -> Result<Option<Comment>> {
    Ok(survey_comment::Entity::find_by_id(id).one(conn).await?)
}

/// The comments that nobody has looked at.
pub(super) async fn waiting_comments<C: ConnectionTrait>(
    conn: &C,
    page: &PageRequest,
) -> Result<Page<Comment>> {
    let rows = survey_comment::Entity::find().filter(survey_comment::Column::IsShown.is_null());
    page::by_id(conn, rows, page, survey_comment::Column::Id, |c| c.id.0).await
}

pub(super) async fn lock_comment(tx: &Tx, id: SurveyCommentId) -> Result<Option<Comment>> {
    Ok(survey_comment::Entity::find_by_id(id).lock_exclusive().one(&**tx).await?)
}

pub(super) async fn save_comment(tx: &Tx, row: survey_comment::ActiveModel) -> Result<Comment> {
    Ok(row.update(&**tx).await?)
}
