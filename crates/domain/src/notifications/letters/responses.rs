//! Letters about responses. None holds what a supplier wrote: mail is forwarded.

use types::{EntryKind, PassageId, ResponseId, Role, SubmissionId};

use super::needs::need_of;
use super::{Letters, NoticeExt, notice};
use crate::needs::Need;
use crate::ports::{FactValue, Notice};
use crate::record::RecordEntry;
use crate::{Actor, App, Result, accounts, organisations, responses};

const DESK: &[Role] = &[Role::Owner, Role::ProcurementOfficer, Role::NeedOwner];

pub(super) async fn of(app: &App, entry: &RecordEntry) -> Result<Option<Letters>> {
    let (Some(need), Some(subject)) = (need_of(app, entry).await?, entry.subject_id) else { return Ok(None) };
    match entry.kind {
        EntryKind::ResponseSubmitted => receipt(app, entry, &need, SubmissionId(subject)).await,
        EntryKind::ResponseReceived | EntryKind::ResponseWithdrawn => {
            arrival(app, entry, &need, ResponseId(subject)).await
        }
        EntryKind::ResponseDisposed | EntryKind::ConfidentialityDecided => {
            decision(app, entry, &need, PassageId(subject)).await
        }
        _ => Ok(None),
    }
}

async fn page(app: &App, entry: &RecordEntry, need: &Need, path: String) -> Result<Notice> {
    let buyer = organisations::get(app, need.organisation_id).await?.name;
    Ok(notice(entry, &need.title, &buyer, path))
}

/// To the supplier: number, time and hash, to keep.
async fn receipt(app: &App, entry: &RecordEntry, need: &Need, id: SubmissionId) -> Result<Option<Letters>> {
    let found = responses::find_submission(app, &Actor::system(), id).await?;
    let Some((response, submission)) = found else { return Ok(None) };
    let path = format!("/needs/{}/respond/receipt", need.slug);
    let notice = page(app, entry, need, path)
        .await?
        .fact("receipt-number", FactValue::Text(submission.number.to_string()))
        .fact("submitted-at", FactValue::Time(submission.submitted_at))
        .fact("receipt-hash", FactValue::Text(submission.content_hash));
    Ok(Some(Letters { recipients: responses::submitters(app, &response).await?, notice }))
}

/// To the buyer: that a response came; to both: that it is withdrawn.
async fn arrival(app: &App, entry: &RecordEntry, need: &Need, id: ResponseId) -> Result<Option<Letters>> {
    let Some(response) = responses::find(app, &Actor::system(), id).await? else { return Ok(None) };
    let supplier = organisations::get(app, response.supplier_id).await?.name;
    let mut recipients = accounts::people_with_roles(app.db.read(), need.organisation_id, DESK).await?;
    let is_received = entry.kind == EntryKind::ResponseReceived;
    // The form's page sends the buyer's people on to what was received.
    let path = if is_received {
        format!("/m/needs/{}/responses", need.slug)
    } else {
        recipients.extend(responses::submitters(app, &response).await?);
        format!("/needs/{}/respond", need.slug)
    };
    let notice = page(app, entry, need, path).await?.fact("supplier", FactValue::Text(supplier));
    let notice = match response.submitted_at {
        Some(at) if is_received => notice.fact("submitted-at", FactValue::Time(at)),
        _ => notice,
    };
    Ok(Some(Letters { recipients, notice }))
}

/// To the supplier: what became of an input point, or of a claim.
async fn decision(app: &App, entry: &RecordEntry, need: &Need, id: PassageId) -> Result<Option<Letters>> {
    let Some(passage) = responses::find_passage(app, &Actor::system(), id).await? else { return Ok(None) };
    let Some(response) = responses::find(app, &Actor::system(), passage.response_id).await? else {
        return Ok(None);
    };
    let word = |key: &str| entry.payload.get(key).and_then(|v| v.as_str()).unwrap_or_default();
    let notice = page(app, entry, need, "/supplier/responses".to_owned()).await?;
    let question = (!passage.question.is_empty()).then_some(passage.question.as_str());
    let notice = notice.quote("question", question);
    let notice = if entry.kind == EntryKind::ResponseDisposed {
        let outcome = FactValue::word("disposition", word("disposition"));
        notice.fact("outcome", outcome).quote("reason", passage.disposition_reason.as_deref())
    } else {
        let outcome = FactValue::word("confidentiality", word("decision"));
        let notice = notice.fact("outcome", outcome).quote("reason", passage.decision_reason.as_deref());
        match passage.released_at {
            Some(until) => notice.fact("withdraw-until", FactValue::Time(until)),
            None => notice,
        }
    };
    Ok(Some(Letters { recipients: responses::submitters(app, &response).await?, notice }))
}
