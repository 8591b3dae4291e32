//! Scoped reads.

use types::{FieldError, NeedId, OrganisationId, ResponseId, Role, Time};

use super::{Draft, Passage, Reader, Response, Submission, Topic, policy, store};
use crate::needs::{self, Need};
use crate::page::{Page, PageRequest};
use crate::{Actor, App, Error, Result, accounts};

/// What the actor is to the responses of a need.
pub async fn reader_of(app: &App, actor: &Actor, need: &Need) -> Result<Reader> {
    let is_partner = needs::partners::reads(app, actor, need).await?;
    Ok(policy::reader(actor, need, is_partner))
}

/// The buyers that a supplier can open its trade secrets for: those that stand
/// behind the need in public.
pub async fn possible_readers(app: &App, need: &Need) -> Result<Vec<OrganisationId>> {
    let standing = needs::partners::stands_behind(app, &[need.id]).await?.remove(&need.id);
    Ok(standing.unwrap_or_default().into_iter().map(|s| s.organisation_id).collect())
}

/// How many passages of a need wait for what becomes of them; the caller has
/// asked who reads that.
pub(crate) async fn count_undisposed(app: &App, need: NeedId) -> Result<u64> {
    store::count_undisposed(app.db.product(), need).await
}

/// How many responses have something unread, and how many passages were read
/// and wait for an outcome; the caller has asked who reads that.
pub(crate) async fn count_waiting(app: &App, need: NeedId) -> Result<(u64, u64)> {
    let db = app.db.product();
    Ok((store::count_unread(db, need).await?, store::count_read(db, need).await?))
}

/// The acting supplier's response to a need, if it has one.
pub async fn own(app: &App, actor: &Actor, need: NeedId) -> Result<Option<Response>> {
    Ok(own_of_needs(app, actor, &[need]).await?.pop())
}

/// The acting supplier's responses to several needs, in no order.
pub async fn own_of_needs(app: &App, actor: &Actor, needs: &[NeedId]) -> Result<Vec<Response>> {
    match policy::own_reader(actor) {
        reader @ Reader::Supplier { .. } if !needs.is_empty() => {
            store::own_of_needs(app.db.read(), &reader, needs).await
        }
        _ => Ok(Vec::new()),
    }
}

/// All responses of the acting supplier, the newest first.
pub async fn list_own(app: &App, actor: &Actor, page: &PageRequest) -> Result<Page<Response>> {
    actor.supplier()?;
    store::page_own(app.db.read(), &policy::own_reader(actor), page).await
}

/// The submitted responses to a need that the actor reads, the latest first.
pub async fn list(app: &App, actor: &Actor, need: &Need, page: &PageRequest) -> Result<Page<Response>> {
    let reader = reader_of(app, actor, need).await?;
    if reader == Reader::Nobody {
        return Ok(Page::none());
    }
    store::page_of_need(app.db.read(), &reader, need.id, page).await
}

/// Several responses at once, in no order, those that the reader reads.
pub async fn list_by_ids(app: &App, reader: &Reader, ids: &[ResponseId]) -> Result<Vec<Response>> {
    if ids.is_empty() || *reader == Reader::Nobody {
        return Ok(Vec::new());
    }
    store::by_ids(app.db.read(), reader, ids).await
}

/// What is written so far; for the supplier's own response.
pub fn draft_of(response: &Response) -> Result<Draft> {
    serde_json::from_value(response.draft.clone()).map_err(Error::from)
}

/// The pages of the form for the acting supplier: the need's questions and the
/// free text, with what is written.
pub async fn topics(app: &App, need: &Need, response: Option<&Response>) -> Result<Vec<Topic>> {
    let questions = needs::published(app.db.read(), need).await?.map(|c| c.questions).unwrap_or_default();
    let draft = response.map(draft_of).transpose()?.unwrap_or_default();
    Ok(draft.topics(&questions))
}

/// What must be mended before the draft can be submitted.
pub fn missing(response: &Response) -> Result<Vec<FieldError>> {
    Ok(draft_of(response)?.missing())
}

/// All revisions of own responses with the supplier's copy, the latest first.
pub async fn submissions_of(app: &App, actor: &Actor, responses: &[Response]) -> Result<Vec<Submission>> {
    let reader = policy::own_reader(actor);
    let own: Vec<ResponseId> =
        responses.iter().filter(|r| policy::reads_response(&reader, r)).map(|r| r.id).collect();
    if own.is_empty() {
        return Ok(Vec::new());
    }
    store::submissions_of(app.db.read(), &own).await
}

/// Number and time of all revisions of responses that the actor was given,
/// the latest first; an earlier revision's text is the supplier's alone.
pub async fn revisions_of(app: &App, responses: &[Response]) -> Result<Vec<(ResponseId, i32, Time)>> {
    let ids: Vec<ResponseId> = responses.iter().map(|r| r.id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    store::revisions_of(app.db.product(), &ids).await
}

/// The passages of several responses, as far as `reader` reads them.
pub async fn passages_of(app: &App, reader: &Reader, responses: &[Response]) -> Result<Vec<Passage>> {
    let ids: Vec<ResponseId> = responses.iter().map(|r| r.id).collect();
    if ids.is_empty() || *reader == Reader::Nobody {
        return Ok(Vec::new());
    }
    store::passages_of(app.db.read(), reader, &ids, app.now()).await
}

/// The input points of a need that the actor reads, the oldest first.
pub async fn visible_passages(
    app: &App,
    actor: &Actor,
    need: &Need,
    page: &PageRequest,
) -> Result<Page<Passage>> {
    passages(app, actor, need, None, page).await
}

/// All suppliers' answers to one question, side by side; no order of merit.
pub async fn comparison(
    app: &App,
    actor: &Actor,
    need: &Need,
    question: &str,
    page: &PageRequest,
) -> Result<Page<Passage>> {
    passages(app, actor, need, Some(question), page).await
}

/// A question that somebody answered, as far as the actor reads the answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnsweredQuestion {
    /// Its key, or [`super::FREE`].
    pub key: String,
    /// The question as it was answered; empty for the free text.
    pub question: String,
    /// Answers.
    pub count: i64,
}

/// What can be compared: the questions with answers that the actor reads.
pub async fn answered_questions(app: &App, actor: &Actor, need: &Need) -> Result<Vec<AnsweredQuestion>> {
    let reader = reader_of(app, actor, need).await?;
    if reader == Reader::Nobody {
        return Ok(Vec::new());
    }
    let mut found = store::count_by_question(app.db.read(), &reader, need.id, app.now()).await?;
    let asked = needs::published(app.db.read(), need).await?.map(|c| c.questions).unwrap_or_default();
    // In the order of the need; what it no longer asks comes next, the free text last.
    found.sort_by_key(|q| {
        let place = asked.iter().position(|a| a.key == q.key);
        (q.key == super::FREE, place.unwrap_or(usize::MAX), q.key.clone())
    });
    for question in &mut found {
        if let Some(now) = asked.iter().find(|a| a.key == question.key) {
            question.question.clone_from(&now.text);
        }
    }
    Ok(found)
}

async fn passages(
    app: &App,
    actor: &Actor,
    need: &Need,
    question: Option<&str>,
    page: &PageRequest,
) -> Result<Page<Passage>> {
    let reader = reader_of(app, actor, need).await?;
    if reader == Reader::Nobody {
        return Ok(Page::none());
    }
    let rows = store::page_of_passages(app.db.read(), &reader, need.id, question, page, app.now()).await?;
    Ok(Page::cut(rows, page.first, |p| p.id.to_string()))
}

/// Whom a supplier's letters about its response go to: who submitted it, and its administrators.
pub async fn submitters(app: &App, response: &Response) -> Result<Vec<accounts::Person>> {
    let db = app.db.read();
    let mut people =
        accounts::people_with_roles(db, response.supplier_id, &[Role::SupplierAdministrator]).await?;
    let members = accounts::people_with_roles(db, response.supplier_id, &[]).await?;
    let ids = store::submitters(db, response.id).await?;
    // Who has left the supplier is not told any more.
    people.extend(members.into_iter().filter(|p| ids.contains(&p.id)));
    Ok(people)
}

/// The needs about which these suppliers' people are told since they answered.
pub(crate) async fn answered_by(app: &App, of: &[(OrganisationId, Option<Time>)]) -> Result<Vec<NeedId>> {
    store::answered_by(app.db.product(), of).await
}

/// The people of every supplier whose response to a need stands.
pub async fn participants(app: &App, need: NeedId) -> Result<Vec<accounts::Person>> {
    let suppliers = store::suppliers(app.db.read(), need).await?;
    let people = accounts::members_of_organisations(app.db.read(), &suppliers, &[]).await?;
    Ok(people.into_values().flatten().collect())
}
