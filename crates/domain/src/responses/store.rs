//! The slice's only SQL.

use entity::{passage, response, submission};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait,
    IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select, SqlErr,
};
use types::{
    Confidentiality, Disposition, ErrorCode, NeedId, OrganisationId, PassageId, PersonId, ResponseId,
    ResponseState, SubmissionId, Time,
};

use super::{AnsweredQuestion, Passage, Reader, Response, Submission};
use crate::page::{self, Direction, Page, PageRequest};
use crate::record::{self, Entry};
use crate::{Actor, App, Error, Result, Tx};

/// Responses that exist for the reader: the twin of `policy::reads_response`.
pub(super) fn responses_for(reader: &Reader) -> Condition {
    let submitted = || Condition::all().add(response::Column::State.eq(ResponseState::Submitted));
    match reader {
        Reader::System => Condition::all(),
        Reader::Buyer { .. } => submitted(),
        Reader::Partner { organisation, is_named } => {
            let mut consented = Condition::any().add(response::Column::PartnersRead.eq(true));
            if *is_named {
                consented = consented.add(is_secret_reader(*organisation));
            }
            submitted().add(consented)
        }
        Reader::Supplier { organisation, since } => {
            let own = Condition::all().add(response::Column::SupplierId.eq(*organisation));
            match since {
                Some(since) => own.add(response::Column::CreatedAt.gte(*since)),
                None => own,
            }
        }
        Reader::Nobody => Condition::all().add(response::Column::Id.is_null()),
    }
}

fn is_secret_reader(organisation: OrganisationId) -> sea_orm::sea_query::Expr {
    response::Column::SecretReaders.contains(format!(",{organisation},"))
}

/// Passages that the reader reads: the twin of `policy::reads_passage`.
pub(super) fn passages_for(reader: &Reader, now: Time) -> Condition {
    let current = |responses: Condition| {
        let ids = response::Entity::find()
            .select_only()
            .column(response::Column::CurrentSubmissionId)
            .filter(response::Column::CurrentSubmissionId.is_not_null())
            .filter(responses)
            .into_query();
        Condition::all().add(passage::Column::SubmissionId.in_subquery(ids))
    };
    let open = || {
        Condition::any().add(passage::Column::Confidentiality.eq(Confidentiality::Open)).add(
            passage::Column::Confidentiality
                .eq(Confidentiality::Rejected)
                .and(passage::Column::ReleasedAt.lte(now)),
        )
    };
    match reader {
        Reader::Nobody => Condition::all().add(passage::Column::Id.is_null()),
        Reader::System | Reader::Supplier { .. } | Reader::Buyer { is_named: true } => {
            current(responses_for(reader))
        }
        Reader::Buyer { is_named: false } => current(responses_for(reader)).add(open()),
        Reader::Partner { organisation, is_named } => {
            let consented = Condition::all().add(response::Column::PartnersRead.eq(true));
            let mut any = Condition::any().add(current(responses_for(reader).add(consented)).add(open()));
            if *is_named {
                let named = Condition::all().add(is_secret_reader(*organisation));
                any = any.add(current(responses_for(reader).add(named)).add(open().not()));
            }
            any
        }
    }
}

/// Passages without an outcome.
pub(super) async fn count_undisposed<C: ConnectionTrait>(conn: &C, need: NeedId) -> Result<u64> {
    let open = Disposition::ALL.iter().copied().filter(|d| !d.is_outcome());
    Ok(standing(need, open).count(conn).await?)
}

/// The passages of a need that stand at one of these.
fn standing(need: NeedId, at: impl Iterator<Item = Disposition>) -> Select<passage::Entity> {
    passage::Entity::find()
        .filter(passage::Column::NeedId.eq(need))
        .filter(passages_for(&Reader::Buyer { is_named: true }, Time::default()))
        .filter(passage::Column::WithdrawnAt.is_null())
        .filter(passage::Column::Disposition.is_in(at))
}

/// How many responses to a need have a passage that was not read.
pub(super) async fn count_unread<C: ConnectionTrait>(conn: &C, need: NeedId) -> Result<u64> {
    let unread = standing(need, std::iter::once(Disposition::Received));
    Ok(unread.select_only().column(passage::Column::ResponseId).distinct().count(conn).await?)
}

/// How many passages were read and have no outcome.
pub(super) async fn count_read<C: ConnectionTrait>(conn: &C, need: NeedId) -> Result<u64> {
    let open = |d: &Disposition| !d.is_outcome() && *d != Disposition::Received;
    Ok(standing(need, Disposition::ALL.iter().copied().filter(open)).count(conn).await?)
}

pub(super) async fn by_id<C: ConnectionTrait>(conn: &C, id: ResponseId) -> Result<Option<Response>> {
    Ok(response::Entity::find_by_id(id).one(conn).await?)
}

/// Several responses, those that the reader reads.
pub(super) async fn by_ids<C: ConnectionTrait>(
    conn: &C,
    reader: &Reader,
    ids: &[ResponseId],
) -> Result<Vec<Response>> {
    Ok(response::Entity::find()
        .filter(response::Column::Id.is_in(ids.to_vec()))
        .filter(responses_for(reader))
        .all(conn)
        .await?)
}

fn of(need: NeedId, supplier: OrganisationId) -> sea_orm::Select<response::Entity> {
    response::Entity::find()
        .filter(response::Column::NeedId.eq(need))
        .filter(response::Column::SupplierId.eq(supplier))
}

/// The response of a supplier to a need, locked, whoever asks.
pub(super) async fn lock_of(tx: &Tx, need: NeedId, supplier: OrganisationId) -> Result<Option<Response>> {
    Ok(of(need, supplier).lock_exclusive().one(&**tx).await?)
}

pub(super) async fn lock(tx: &Tx, id: ResponseId) -> Result<Response> {
    response::Entity::find_by_id(id).lock_exclusive().one(&**tx).await?.ok_or(Error::NotFound)
}

/// The reader's own responses to several needs.
pub(super) async fn own_of_needs<C: ConnectionTrait>(
    conn: &C,
    reader: &Reader,
    needs: &[NeedId],
) -> Result<Vec<Response>> {
    Ok(response::Entity::find()
        .filter(response::Column::NeedId.is_in(needs.to_vec()))
        .filter(responses_for(reader))
        .all(conn)
        .await?)
}

/// The responses to a need that the reader reads, the latest submission first.
pub(super) async fn page_of_need<C: ConnectionTrait>(
    conn: &C,
    reader: &Reader,
    need: NeedId,
    page: &PageRequest,
) -> Result<Page<Response>> {
    let mut query = response::Entity::find()
        .filter(response::Column::NeedId.eq(need))
        .filter(response::Column::CurrentSubmissionId.is_not_null())
        .filter(responses_for(reader));
    let total = page::total(conn, &query, page).await?;
    if let Some(after) = &page.after {
        let key = Expr::col(response::Column::CurrentSubmissionId);
        query = query.filter(page.beyond(Direction::Desc, key, page::id_place(after)?));
    }
    let query = query.order_by(response::Column::CurrentSubmissionId, page.direction(Direction::Desc));
    let rows = query.limit(page.first + 1).all(conn).await?;
    let at = |r: &Response| r.current_submission_id.map(|id| id.to_string()).unwrap_or_default();
    Ok(Page::cut(rows, page.first, at).of(total))
}

/// The reader's own responses, the newest first.
pub(super) async fn page_own<C: ConnectionTrait>(
    conn: &C,
    reader: &Reader,
    page: &PageRequest,
) -> Result<Page<Response>> {
    let rows = response::Entity::find().filter(responses_for(reader));
    page::by_id(conn, rows, page, response::Column::Id, |r| r.id.0).await
}

/// All revisions of several responses, the latest first.
pub(super) async fn submissions_of<C: ConnectionTrait>(
    conn: &C,
    responses: &[ResponseId],
) -> Result<Vec<Submission>> {
    Ok(submission::Entity::find()
        .filter(submission::Column::ResponseId.is_in(responses.to_vec()))
        .order_by_desc(submission::Column::Number)
        .all(conn)
        .await?)
}

/// Numbers and times of all revisions, without what they say.
pub(super) async fn revisions_of<C: ConnectionTrait>(
    conn: &C,
    responses: &[ResponseId],
) -> Result<Vec<(ResponseId, i32, Time)>> {
    Ok(submission::Entity::find()
        .select_only()
        .columns([
            submission::Column::ResponseId,
            submission::Column::Number,
            submission::Column::SubmittedAt,
        ])
        .filter(submission::Column::ResponseId.is_in(responses.to_vec()))
        .order_by_desc(submission::Column::Number)
        .into_tuple()
        .all(conn)
        .await?)
}

/// The passages of several responses that the reader reads, in order.
pub(super) async fn passages_of<C: ConnectionTrait>(
    conn: &C,
    reader: &Reader,
    responses: &[ResponseId],
    now: Time,
) -> Result<Vec<Passage>> {
    Ok(passage::Entity::find()
        .filter(passage::Column::ResponseId.is_in(responses.to_vec()))
        .filter(passages_for(reader, now))
        .order_by_asc(passage::Column::ResponseId)
        .order_by_asc(passage::Column::Ordinal)
        .all(conn)
        .await?)
}

/// The passages of a need that the reader reads, all or those of one question.
pub(super) async fn page_of_passages<C: ConnectionTrait>(
    conn: &C,
    reader: &Reader,
    need: NeedId,
    question: Option<&str>,
    page: &PageRequest,
    now: Time,
) -> Result<Vec<Passage>> {
    let mut query =
        passage::Entity::find().filter(passage::Column::NeedId.eq(need)).filter(passages_for(reader, now));
    if let Some(key) = question {
        query = query.filter(passage::Column::QuestionKey.eq(key));
    }
    if let Some(after) = &page.after {
        let key = Expr::col(passage::Column::Id);
        query = query.filter(page.beyond(Direction::Asc, key, page::id_place(after)?));
    }
    Ok(query
        .order_by(passage::Column::Id, page.direction(Direction::Asc))
        .limit(page.first + 1)
        .all(conn)
        .await?)
}

/// How many passages of each question the reader reads; files are no questions.
pub(super) async fn count_by_question<C: ConnectionTrait>(
    conn: &C,
    reader: &Reader,
    need: NeedId,
    now: Time,
) -> Result<Vec<AnsweredQuestion>> {
    let rows: Vec<(String, String, i64)> = passage::Entity::find()
        .select_only()
        .column(passage::Column::QuestionKey)
        .column_as(passage::Column::Question.max(), "question")
        .column_as(passage::Column::Id.count(), "count")
        .filter(passage::Column::NeedId.eq(need))
        .filter(passage::Column::QuestionKey.not_like(super::files::KEYS))
        .filter(passages_for(reader, now))
        .group_by(passage::Column::QuestionKey)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|(key, question, count)| AnsweredQuestion { key, question, count }).collect())
}

pub(super) async fn all_by_ids<C: ConnectionTrait>(conn: &C, ids: &[ResponseId]) -> Result<Vec<Response>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(response::Entity::find().filter(response::Column::Id.is_in(ids.to_vec())).all(conn).await?)
}

pub(super) async fn passages_by_ids<C: ConnectionTrait>(conn: &C, ids: &[PassageId]) -> Result<Vec<Passage>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(passage::Entity::find().filter(passage::Column::Id.is_in(ids.to_vec())).all(conn).await?)
}

pub(super) async fn submissions_by_ids<C: ConnectionTrait>(
    conn: &C,
    ids: &[SubmissionId],
) -> Result<Vec<Submission>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(submission::Entity::find().filter(submission::Column::Id.is_in(ids.to_vec())).all(conn).await?)
}

/// The passage with a key in one submission.
pub(super) async fn passage_at<C: ConnectionTrait>(
    conn: &C,
    submission: SubmissionId,
    key: &str,
) -> Result<Option<Passage>> {
    Ok(passage::Entity::find()
        .filter(passage::Column::SubmissionId.eq(submission))
        .filter(passage::Column::QuestionKey.eq(key))
        .one(conn)
        .await?)
}

/// Whether any submission of a response has a passage with this key.
pub(super) async fn was_submitted(tx: &Tx, response: ResponseId, key: &str) -> Result<bool> {
    let count = passage::Entity::find()
        .filter(passage::Column::ResponseId.eq(response))
        .filter(passage::Column::QuestionKey.eq(key))
        .count(&**tx)
        .await?;
    Ok(count > 0)
}

pub(super) async fn lock_passage(tx: &Tx, id: PassageId) -> Result<Passage> {
    passage::Entity::find_by_id(id).lock_exclusive().one(&**tx).await?.ok_or(Error::NotFound)
}

/// All passages of one submission, locked.
pub(super) async fn lock_passages(tx: &Tx, submission: SubmissionId) -> Result<Vec<Passage>> {
    Ok(passage::Entity::find()
        .filter(passage::Column::SubmissionId.eq(submission))
        .order_by_asc(passage::Column::Ordinal)
        .lock_exclusive()
        .all(&**tx)
        .await?)
}

/// Who submitted something to these responses.
pub(super) async fn submitters<C: ConnectionTrait>(conn: &C, response: ResponseId) -> Result<Vec<PersonId>> {
    Ok(submission::Entity::find()
        .select_only()
        .column(submission::Column::SubmittedBy)
        .distinct()
        .filter(submission::Column::ResponseId.eq(response))
        .into_tuple()
        .all(conn)
        .await?)
}

/// The suppliers whose response to a need stands.
pub(super) async fn suppliers<C: ConnectionTrait>(conn: &C, need: NeedId) -> Result<Vec<OrganisationId>> {
    Ok(response::Entity::find()
        .select_only()
        .column(response::Column::SupplierId)
        .filter(response::Column::NeedId.eq(need))
        .filter(response::Column::State.eq(ResponseState::Submitted))
        .into_tuple()
        .all(conn)
        .await?)
}

/// The needs to which one of these suppliers has a standing response that was
/// submitted at its moment or later: the other way round of [`suppliers`].
pub(super) async fn answered_by<C: ConnectionTrait>(
    conn: &C,
    of: &[(OrganisationId, Option<Time>)],
) -> Result<Vec<NeedId>> {
    let whose = of.iter().fold(Condition::any(), |any, (id, since)| {
        let own = Condition::all().add(response::Column::SupplierId.eq(*id));
        any.add(own.add_option(since.map(|at| response::Column::SubmittedAt.gte(at))))
    });
    if of.is_empty() {
        return Ok(Vec::new());
    }
    Ok(response::Entity::find()
        .select_only()
        .column(response::Column::NeedId)
        .filter(response::Column::State.eq(ResponseState::Submitted))
        .filter(whose)
        .into_tuple()
        .all(conn)
        .await?)
}

/// Begins a response. Two colleagues who begin at once see each other's draft next.
pub(super) async fn insert(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    row: response::ActiveModel,
    entry: Entry,
) -> Result<Response> {
    let row = row.insert(&**tx).await.map_err(|error| match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Error::Conflict(ErrorCode::StaleVersion),
        _ => error.into(),
    })?;
    record::append(app, tx, actor, entry.about(&row)?).await?;
    Ok(row)
}

pub(super) async fn save(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    before: Response,
    entry: Entry,
    with: impl FnOnce(&mut response::ActiveModel) + Send,
) -> Result<Response> {
    let version = before.version;
    let mut row = before.into_active_model();
    with(&mut row);
    row.version = Set(version + 1);
    row.updated_at = Set(app.now());
    let row = row.update(&**tx).await?;
    record::append(app, tx, actor, entry.about(&row)?).await?;
    Ok(row)
}

pub(super) async fn insert_submission(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    row: submission::ActiveModel,
    entry: Entry,
) -> Result<Submission> {
    let row = row.insert(&**tx).await?;
    record::append(app, tx, actor, entry.about(&row)?).await?;
    Ok(row)
}

pub(super) async fn insert_passage(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    row: passage::ActiveModel,
    entry: Entry,
) -> Result<Passage> {
    let row = row.insert(&**tx).await?;
    record::append(app, tx, actor, entry.about(&row)?).await?;
    Ok(row)
}

pub(super) async fn save_passage(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    before: Passage,
    entry: Entry,
    with: impl FnOnce(&mut passage::ActiveModel) + Send,
) -> Result<Passage> {
    let version = before.version;
    let mut row = before.into_active_model();
    with(&mut row);
    row.version = Set(version + 1);
    let row = row.update(&**tx).await?;
    record::append(app, tx, actor, entry.about(&row)?).await?;
    Ok(row)
}
