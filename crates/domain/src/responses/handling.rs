//! What the buyer does with input points, and the supplier with a rejected claim.

use sea_orm::ActiveValue::Set;
use serde_json::json;
use types::{Confidentiality, Disposition, EntryKind, ErrorCode, PassageId, ResponseId, ResponseState};

use super::{Passage, Response, WITHDRAWAL_PERIOD, policy, store};
use crate::record::{Entry, need_stream, organisation_stream};
use crate::{Actor, App, Checks, Error, Result, Tx, needs};

/// Tells the supplier that every passage of its response has been read.
pub async fn acknowledge(app: &App, actor: &Actor, id: ResponseId) -> Result<Response> {
    let found = super::find(app, actor, id).await?.ok_or(Error::NotFound)?;
    let need = needs::get(app, actor, found.need_id).await?;
    policy::may_handle(actor, &need)?;
    let tx = app.db.write().await?;
    let response = store::lock(&tx, id).await?;
    let (ResponseState::Submitted, Some(current)) = (response.state, response.current_submission_id) else {
        return Err(Error::Conflict(ErrorCode::WrongState));
    };
    let (me, now) = (actor.person()?.id, app.now());
    for passage in store::lock_passages(&tx, current).await? {
        if passage.disposition != Disposition::Received || passage.withdrawn_at.is_some() {
            continue;
        }
        let entry =
            Entry::new(EntryKind::PassageAcknowledged, need_stream(need.id)).named([response.supplier_id]);
        store::save_passage(app, &tx, actor, passage, entry, |row| {
            row.disposition = Set(Disposition::Acknowledged);
            row.disposed_by = Set(Some(me));
            row.disposed_at = Set(Some(now));
        })
        .await?;
    }
    tx.commit().await?;
    Ok(response)
}

/// Says what became of an input point, with a reason that the supplier reads.
/// The same again changes nothing, so nobody is told twice.
pub async fn dispose(
    app: &App,
    actor: &Actor,
    id: PassageId,
    expected_version: Option<i32>,
    disposition: Disposition,
    reason: &str,
) -> Result<Passage> {
    let (tx, response, passage) = open(app, actor, id).await?;
    expect(&passage, expected_version)?;
    let mut checks = Checks::default();
    // An outcome, not a step on the way: those are the platform's and `acknowledge`'s.
    checks.refuse_if(!disposition.is_outcome(), "disposition", ErrorCode::BadUserInput);
    let reason = checks.body("reason", reason, 4000);
    checks.finish()?;
    if passage.disposition == disposition && passage.disposition_reason.as_deref() == Some(&*reason) {
        return Ok(passage);
    }
    let (me, now) = (actor.person()?.id, app.now());
    let entry = Entry::new(EntryKind::ResponseDisposed, need_stream(passage.need_id))
        .named([response.supplier_id])
        .payload(json!({ "disposition": disposition }));
    let passage = store::save_passage(app, &tx, actor, passage, entry, |row| {
        row.disposition = Set(disposition);
        row.disposition_reason = Set(Some(reason));
        row.disposed_by = Set(Some(me));
        row.disposed_at = Set(Some(now));
    })
    .await?;
    tx.commit().await?;
    Ok(passage)
}

/// Accepts or rejects a claim of trade secret (R13). A rejected passage stays
/// with the named staff until the supplier has had time to take it back.
pub async fn decide_confidentiality(
    app: &App,
    actor: &Actor,
    id: PassageId,
    expected_version: Option<i32>,
    is_accepted: bool,
    reason: &str,
) -> Result<Passage> {
    let (tx, response, passage) = open(app, actor, id).await?;
    expect(&passage, expected_version)?;
    let now = app.now();
    if passage.confidentiality == Confidentiality::Open || policy::is_open(&passage, now) {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    let mut checks = Checks::default();
    let reason = checks.body("reason", reason, 4000);
    checks.finish()?;
    let decision = if is_accepted { Confidentiality::Accepted } else { Confidentiality::Rejected };
    if passage.confidentiality == decision && passage.decision_reason.as_deref() == Some(&*reason) {
        return Ok(passage);
    }
    let me = actor.person()?.id;
    // A second rejection does not begin the period anew.
    let released_at = (!is_accepted).then(|| passage.released_at.unwrap_or(now + WITHDRAWAL_PERIOD));
    let entry = Entry::new(EntryKind::ConfidentialityDecided, need_stream(passage.need_id))
        .named([response.supplier_id])
        .payload(json!({ "decision": decision }));
    let passage = store::save_passage(app, &tx, actor, passage, entry, |row| {
        row.confidentiality = Set(decision);
        row.decision_reason = Set(Some(reason));
        row.decided_by = Set(Some(me));
        row.decided_at = Set(Some(now));
        row.released_at = Set(released_at);
    })
    .await?;
    tx.commit().await?;
    Ok(passage)
}

/// The supplier takes a passage back whose claim was rejected, before it is
/// released. Its text goes from the buyer's view for good; the own copy stays.
pub async fn withdraw_passage(app: &App, actor: &Actor, id: PassageId) -> Result<Passage> {
    let found = super::find_passage(app, actor, id).await?.ok_or(Error::NotFound)?;
    let supplier = actor.supplier()?.organisation_id;
    let tx = app.db.write().await?;
    let response = store::lock(&tx, found.response_id).await?;
    let passage = store::lock_passage(&tx, id).await?;
    if passage.confidentiality != Confidentiality::Rejected || passage.withdrawn_at.is_some() {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    if policy::is_open(&passage, app.now()) {
        return Err(Error::Conflict(ErrorCode::PeriodClosed));
    }
    // Otherwise the next submission would bring it back.
    let mut draft = super::draft_of(&response)?;
    let before = draft.answers.len();
    draft.answers.retain(|a| a.key != passage.question_key || a.text != passage.text);
    if draft.answers.len() < before {
        let json = serde_json::to_value(&draft)?;
        let entry = Entry::new(EntryKind::ResponseDraftSaved, organisation_stream(supplier));
        store::save(app, &tx, actor, response, entry, |row| row.draft = Set(json)).await?;
    }
    let now = app.now();
    let entry = Entry::new(EntryKind::PassageWithdrawn, need_stream(passage.need_id)).named([supplier]);
    let passage = store::save_passage(app, &tx, actor, passage, entry, |row| {
        row.text = Set(String::new());
        row.withdrawn_at = Set(Some(now));
    })
    .await?;
    tx.commit().await?;
    Ok(passage)
}

/// A passage that the actor may handle, locked.
async fn open(app: &App, actor: &Actor, id: PassageId) -> Result<(Tx, Response, Passage)> {
    let found = super::find_passage(app, actor, id).await?.ok_or(Error::NotFound)?;
    let need = needs::get(app, actor, found.need_id).await?;
    policy::may_handle(actor, &need)?;
    let tx = app.db.write().await?;
    let response = store::lock(&tx, found.response_id).await?;
    let passage = store::lock_passage(&tx, id).await?;
    let is_current = response.current_submission_id == Some(passage.submission_id);
    if response.state != ResponseState::Submitted || !is_current || passage.withdrawn_at.is_some() {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    Ok((tx, response, passage))
}

fn expect(passage: &Passage, version: Option<i32>) -> Result<()> {
    if version.is_some_and(|v| v != passage.version) {
        return Err(Error::Conflict(ErrorCode::StaleVersion));
    }
    Ok(())
}
