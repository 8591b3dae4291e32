//! Submitting and withdrawing, both until the deadline.

use std::collections::HashMap;

use entity::{passage, submission};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use types::{Confidentiality, Disposition, EntryKind, ErrorCode, NeedId, ResponseState};

use super::model::{self, Facts};
use super::{Answer, Passage, Response, Submission, policy, store};
use crate::needs::{self, Need};
use crate::record::{Entry, need_stream};
use crate::{Actor, App, Error, Result, Tx};

/// Submits the draft as the next revision. A deadline that passed while it was
/// written refuses with `PERIOD_CLOSED`, and the draft stays.
pub async fn submit(
    app: &App,
    actor: &Actor,
    need_id: NeedId,
    expected_version: Option<i32>,
) -> Result<Submission> {
    needs::get(app, actor, need_id).await?;
    actor.supplier()?;
    let tx = app.db.write().await?;
    // As the product itself: the need's public log must not name who answered first.
    let need = needs::open_dialogue(app, &tx, &Actor::system(), need_id).await?;
    let before = lock_own(&tx, actor, &need).await?;
    if expected_version.is_some_and(|v| v != before.version) {
        return Err(Error::Conflict(ErrorCode::StaleVersion));
    }
    within_period(app, &need)?;
    if before.state == ResponseState::Submitted && !before.is_changed {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    let draft = super::draft_of(&before)?;
    let missing = draft.missing();
    if !missing.is_empty() {
        return Err(Error::Invalid(missing));
    }
    let earlier = match before.current_submission_id {
        Some(id) => store::lock_passages(&tx, id).await?,
        None => Vec::new(),
    };
    let number = store::revisions_of(&*tx, &[before.id]).await?.first().map_or(0, |r| r.1) + 1;
    let row = new_submission(app, actor, &need, &before, number)?;
    let entry = Entry::new(EntryKind::ResponseSubmitted, need_stream(need.id))
        .named([before.supplier_id])
        .payload(json!({ "number": number }));
    let submission = store::insert_submission(app, &tx, actor, row, entry).await?;
    let answers = draft.answers.into_iter().filter(|a| !a.text.is_empty());
    let kept: HashMap<&str, &Passage> = earlier.iter().map(|p| (p.question_key.as_str(), p)).collect();
    for (ordinal, answer) in answers.enumerate() {
        let old = kept.get(answer.key.as_str()).copied().filter(|p| p.text == answer.text);
        let row = new_passage(app, &submission, &before, ordinal, answer, old);
        let entry = Entry::new(EntryKind::PassageReceived, need_stream(need.id)).named([before.supplier_id]);
        store::insert_passage(app, &tx, actor, row, entry).await?;
    }
    let entry = Entry::new(EntryKind::ResponseReceived, need_stream(need.id)).named([before.supplier_id]);
    store::save(app, &tx, actor, before, entry, |row| {
        row.state = Set(ResponseState::Submitted);
        row.is_changed = Set(false);
        row.current_submission_id = Set(Some(submission.id));
        row.submitted_at = Set(Some(submission.submitted_at));
        row.withdrawn_at = Set(None);
    })
    .await?;
    tx.commit().await?;
    Ok(submission)
}

/// Takes the response back: the buyer no longer reads it, the supplier's copy stays.
pub async fn withdraw(
    app: &App,
    actor: &Actor,
    need_id: NeedId,
    expected_version: Option<i32>,
) -> Result<Response> {
    needs::get(app, actor, need_id).await?;
    actor.supplier()?;
    let tx = app.db.write().await?;
    let need = needs::get_for_update(&tx, actor, need_id).await?;
    let before = lock_own(&tx, actor, &need).await?;
    if expected_version.is_some_and(|v| v != before.version) {
        return Err(Error::Conflict(ErrorCode::StaleVersion));
    }
    if before.state != ResponseState::Submitted {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    within_period(app, &need)?;
    let now = app.now();
    let entry = Entry::new(EntryKind::ResponseWithdrawn, need_stream(need.id)).named([before.supplier_id]);
    let row = store::save(app, &tx, actor, before, entry, |row| {
        row.state = Set(ResponseState::Withdrawn);
        row.is_changed = Set(true);
        row.withdrawn_at = Set(Some(now));
    })
    .await?;
    tx.commit().await?;
    Ok(row)
}

async fn lock_own(tx: &Tx, actor: &Actor, need: &Need) -> Result<Response> {
    let supplier = actor.supplier()?.organisation_id;
    store::lock_of(tx, need.id, supplier)
        .await?
        .filter(|response| policy::reads_response(&policy::own_reader(actor), response))
        .ok_or(Error::NotFound)
}

/// Responses are taken, changed and withdrawn until the deadline.
fn within_period(app: &App, need: &Need) -> Result<()> {
    if need.response_deadline.is_some_and(|until| until <= app.now()) {
        return Err(Error::Conflict(ErrorCode::PeriodClosed));
    }
    Ok(())
}

fn new_submission(
    app: &App,
    actor: &Actor,
    need: &Need,
    response: &Response,
    number: i32,
) -> Result<submission::ActiveModel> {
    let now = app.now();
    let facts = Facts {
        need: need.id,
        need_version: need.published_number.unwrap_or(0),
        supplier: response.supplier_id,
        number,
        submitted_at: now,
    };
    let content = model::content(&facts, &super::draft_of(response)?);
    let salt = app.token();
    Ok(submission::ActiveModel {
        id: Set(app.id()),
        response_id: Set(response.id),
        number: Set(number),
        content_hash: Set(model::receipt_hash(&salt, &content)),
        content: Set(content),
        salt: Set(salt),
        submitted_by: Set(actor.person()?.id),
        submitted_at: Set(now),
    })
}

/// A passage; `old` is the same text of the revision before, whose fate it keeps:
/// the disposition in any case, the decision on the claim where the claim is the same.
fn new_passage(
    app: &App,
    submission: &Submission,
    response: &Response,
    ordinal: usize,
    answer: Answer,
    old: Option<&Passage>,
) -> passage::ActiveModel {
    let claim = answer.is_secret.then_some(answer.claim_reason);
    let decided = old.filter(|p| claim.is_some() && p.claim_reason == claim);
    let unclaimed = if answer.is_secret { Confidentiality::Claimed } else { Confidentiality::Open };
    passage::ActiveModel {
        id: Set(app.id()),
        submission_id: Set(submission.id),
        response_id: Set(response.id),
        need_id: Set(response.need_id),
        question_key: Set(answer.key),
        question: Set(answer.question),
        ordinal: Set(i32::try_from(ordinal).unwrap_or(i32::MAX)),
        text: Set(answer.text),
        confidentiality: Set(decided.map_or(unclaimed, |p| p.confidentiality)),
        claim_reason: Set(claim),
        decision_reason: Set(decided.and_then(|p| p.decision_reason.clone())),
        decided_by: Set(decided.and_then(|p| p.decided_by)),
        decided_at: Set(decided.and_then(|p| p.decided_at)),
        released_at: Set(decided.and_then(|p| p.released_at)),
        disposition: Set(old.map_or(Disposition::Received, |p| p.disposition)),
        disposition_reason: Set(old.and_then(|p| p.disposition_reason.clone())),
        disposed_by: Set(old.and_then(|p| p.disposed_by)),
        disposed_at: Set(old.and_then(|p| p.disposed_at)),
        withdrawn_at: Set(None),
        version: Set(1),
    }
}
