//! Writing a response. Saving never refuses because of time: what was typed is
//! kept even where it can no longer be submitted.

use entity::response;
use sea_orm::ActiveValue::Set;
use types::{EntryKind, ErrorCode, FieldError, NeedId, ResponseState};

use super::{AnswerInput, Consent, Draft, Response, policy, store};
use crate::record::{Entry, need_stream, organisation_stream};
use crate::{Actor, App, Error, Result, needs, organisations};

/// A change of a draft.
#[derive(Clone, Debug)]
pub struct SaveDraft {
    /// To which need.
    pub need_id: NeedId,
    /// The version that the change was made on; `STALE_VERSION` if it is not the newest.
    pub expected_version: Option<i32>,
    /// What changes; answers that are left out stay.
    pub answers: Vec<AnswerInput>,
    /// Which partner buyers read what; in force at once.
    pub consent: Option<Consent>,
}

/// Saves the supplier's draft, and begins the response if there is none.
pub async fn save_draft(app: &App, actor: &Actor, input: SaveDraft) -> Result<Response> {
    let need = needs::get(app, actor, input.need_id).await?;
    let supplier = actor.supplier()?.organisation_id;
    let asked =
        needs::published(app.db.read(), &need).await?.ok_or(Error::Conflict(ErrorCode::WrongState))?;
    if let Some(consent) = &input.consent {
        check_readers(app, consent).await?;
    }
    let tx = app.db.write().await?;
    let Some(before) = store::lock_of(&tx, need.id, supplier).await? else {
        let draft = Draft::default().apply(&asked.questions, input.answers)?;
        let row = new_row(app, actor, &need, &draft, &input.consent.unwrap_or_default())?;
        let entry = Entry::new(EntryKind::ResponseDraftSaved, organisation_stream(supplier));
        let row = store::insert(app, &tx, actor, row, entry).await?;
        tx.commit().await?;
        return Ok(row);
    };
    if !policy::reads_response(&policy::own_reader(actor), &before) {
        // An unproved claim opens nothing written earlier, and does not overwrite it.
        return Err(Error::Forbidden(ErrorCode::Forbidden));
    }
    if input.expected_version.is_some_and(|v| v != before.version) {
        return Err(Error::Conflict(ErrorCode::StaleVersion));
    }
    let old = super::draft_of(&before)?;
    let draft = old.apply(&asked.questions, input.answers)?;
    let old_consent = Consent::of(&before);
    let consent = input.consent.unwrap_or_else(|| old_consent.clone());
    let consents =
        consent.joined() != old_consent.joined() || consent.partners_read != old_consent.partners_read;
    if draft == old && !consents {
        return Ok(before);
    }
    let entry = if consents && before.state == ResponseState::Submitted {
        Entry::new(EntryKind::ResponseConsentChanged, need_stream(need.id)).named([supplier])
    } else {
        Entry::new(EntryKind::ResponseDraftSaved, organisation_stream(supplier))
    };
    let is_changed = before.is_changed || draft != old;
    let json = serde_json::to_value(&draft)?;
    let row = store::save(app, &tx, actor, before, entry, |row| {
        row.draft = Set(json);
        row.is_changed = Set(is_changed);
        row.partners_read = Set(consent.partners_read);
        row.secret_readers = Set(consent.joined());
    })
    .await?;
    tx.commit().await?;
    Ok(row)
}

fn new_row(
    app: &App,
    actor: &Actor,
    need: &needs::Need,
    draft: &Draft,
    consent: &Consent,
) -> Result<response::ActiveModel> {
    let now = app.now();
    Ok(response::ActiveModel {
        id: Set(app.id()),
        need_id: Set(need.id),
        supplier_id: Set(actor.supplier()?.organisation_id),
        state: Set(ResponseState::Draft),
        draft: Set(serde_json::to_value(draft)?),
        is_changed: Set(true),
        partners_read: Set(consent.partners_read),
        secret_readers: Set(consent.joined()),
        current_submission_id: Set(None),
        submitted_at: Set(None),
        withdrawn_at: Set(None),
        created_by: Set(actor.person()?.id),
        created_at: Set(now),
        updated_at: Set(now),
        version: Set(1),
    })
}

/// Trade secrets are opened for buyers only.
async fn check_readers(app: &App, consent: &Consent) -> Result<()> {
    const MOST: usize = 100;
    let ids = &consent.secret_readers;
    if ids.len() > MOST {
        let error = FieldError::new("consent.secretReaders", ErrorCode::OutOfRange);
        return Err(Error::Invalid(vec![error.with("min", 0).with("max", MOST)]));
    }
    let known = organisations::list_by_ids(app, ids).await?;
    let wrong: Vec<FieldError> = ids
        .iter()
        .enumerate()
        .filter(|(_, id)| !known.iter().any(|o| o.id == **id && o.kind.is_buyer()))
        .map(|(i, _)| FieldError::new(&format!("consent.secretReaders.{i}"), ErrorCode::NotFound))
        .collect();
    if wrong.is_empty() { Ok(()) } else { Err(Error::Invalid(wrong)) }
}
