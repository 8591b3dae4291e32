//! Reads by id, one or several of whichever needs: as many statements for a hundred as for one.

use std::collections::HashMap;

use types::{NeedId, PassageId, ResponseId, SubmissionId};

use super::{Passage, Reader, Response, Submission, policy, store};
use crate::{Actor, App, Result, needs};

/// By id, if it exists for the actor.
pub async fn find(app: &App, actor: &Actor, id: ResponseId) -> Result<Option<Response>> {
    Ok(find_several(app, actor, &[id]).await?.pop())
}

/// Several, in no order, those that exist for the actor.
pub async fn find_several(app: &App, actor: &Actor, ids: &[ResponseId]) -> Result<Vec<Response>> {
    let rows = store::all_by_ids(app.db.read(), ids).await?;
    let readers = readers_of(app, actor, &rows).await?;
    let reads = |row: &Response| readers.get(&row.need_id).is_some_and(|r| policy::reads_response(r, row));
    Ok(rows.into_iter().filter(reads).collect())
}

/// A passage by id, if the actor reads it.
pub async fn find_passage(app: &App, actor: &Actor, id: PassageId) -> Result<Option<Passage>> {
    Ok(find_passages(app, actor, &[id]).await?.pop())
}

/// Several passages, in no order, those that the actor reads.
pub async fn find_passages(app: &App, actor: &Actor, ids: &[PassageId]) -> Result<Vec<Passage>> {
    let passages = store::passages_by_ids(app.db.read(), ids).await?;
    let responses: Vec<ResponseId> = passages.iter().map(|p| p.response_id).collect();
    let responses = store::all_by_ids(app.db.read(), &responses).await?;
    let readers = readers_of(app, actor, &responses).await?;
    let reads = |passage: &Passage| {
        let response = responses.iter().find(|r| r.id == passage.response_id);
        let reader = readers.get(&passage.need_id);
        reader
            .zip(response)
            .is_some_and(|(reader, response)| policy::reads_passage(reader, response, passage, app.now()))
    };
    Ok(passages.into_iter().filter(reads).collect())
}

/// A revision by id: the supplier's own, or the product's for a receipt.
pub async fn find_submission(
    app: &App,
    actor: &Actor,
    id: SubmissionId,
) -> Result<Option<(Response, Submission)>> {
    Ok(find_submissions(app, actor, &[id]).await?.pop())
}

/// Several revisions with their responses, in no order, likewise.
pub async fn find_submissions(
    app: &App,
    actor: &Actor,
    ids: &[SubmissionId],
) -> Result<Vec<(Response, Submission)>> {
    let submissions = store::submissions_by_ids(app.db.read(), ids).await?;
    let responses: Vec<ResponseId> = submissions.iter().map(|s| s.response_id).collect();
    let responses = store::all_by_ids(app.db.read(), &responses).await?;
    let reader = if actor.is_system { Reader::System } else { policy::own_reader(actor) };
    let of = |submission: &Submission| {
        let found = responses.iter().find(|response| response.id == submission.response_id);
        found.filter(|response| policy::reads_response(&reader, response)).cloned()
    };
    Ok(submissions.into_iter().filter_map(|submission| Some((of(&submission)?, submission))).collect())
}

/// What the actor is to the needs of some responses, those that it may see.
async fn readers_of(app: &App, actor: &Actor, rows: &[Response]) -> Result<HashMap<NeedId, Reader>> {
    let ids: Vec<NeedId> = rows.iter().map(|row| row.need_id).collect();
    let needs = needs::list_by_ids(app, actor, &ids).await?;
    let partners = needs::partners::reads_of(app, actor, &ids).await?;
    let readers = needs.iter().map(|n| (n.id, policy::reader(actor, n, partners.contains(&n.id))));
    Ok(readers.collect())
}
