//! Writing and publishing. One function is one transaction.

use std::collections::BTreeSet;

use entity::{summary, summary_version};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use types::{EntryKind, ErrorCode, NeedId, NeedState, OrganisationId, ParticipantRule};

use super::{Summary, SummaryContent, SummaryInput, SummaryVersion, store};
use crate::needs::{self, Need};
use crate::record::{self, Entry, need_stream};
use crate::{Actor, App, Checks, Error, Result, interest, ledger};

/// A change of the working draft.
#[derive(Clone, Debug)]
pub struct SaveSummary {
    /// Of which need.
    pub need_id: NeedId,
    /// The version that the change was made on.
    pub expected_version: Option<i32>,
    /// What changes; what is left out stays.
    pub content: SummaryInput,
}

/// Saves the working draft; of a correction too.
pub async fn save_draft(app: &App, actor: &Actor, input: SaveSummary) -> Result<Summary> {
    let tx = app.db.write().await?;
    let need = needs::get_for_update(&tx, actor, input.need_id).await?;
    needs::may_run_dialogue(actor, &need)?;
    let Some(said) = needs::published(&*tx, &need).await? else {
        return Err(Error::Conflict(ErrorCode::WrongState));
    };
    let before = store::lock(&tx, need.id).await?;
    if input.expected_version.is_some_and(|v| before.as_ref().map_or(0, |s| s.version) != v) {
        return Err(Error::Conflict(ErrorCode::StaleVersion));
    }
    let old = before.as_ref().map(content_of).transpose()?;
    let content = old.clone().unwrap_or_default().apply(input.content, &said)?;
    if let Some(before) = before.clone().filter(|_| old.as_ref() == Some(&content)) {
        return Ok(before);
    }
    let stored = serde_json::to_value(&content)?;
    let me = actor.person.as_ref().map(|p| p.id);
    let entry = Entry::new(EntryKind::SummaryDraftSaved, need_stream(need.id));
    let row = store::put(app, &tx, actor, need.id, before, entry, |row| {
        row.content = Set(stored);
        row.saved_by = Set(me);
    })
    .await?;
    tx.commit().await?;
    Ok(row)
}

pub(super) fn content_of(row: &Summary) -> Result<SummaryContent> {
    Ok(serde_json::from_value(row.content.clone())?)
}

/// Publishes the working draft to all. The first time, and after a dialogue was
/// taken up again, the need becomes `SUMMARISED`; later it is a correction. All
/// but the first say in `note` what is new.
pub async fn publish(
    app: &App,
    actor: &Actor,
    need_id: NeedId,
    expected_version: Option<i32>,
    note: &str,
) -> Result<SummaryVersion> {
    let tx = app.db.write().await?;
    let need = needs::get_for_update(&tx, actor, need_id).await?;
    needs::may_publish(actor, &need)?;
    let row = store::lock(&tx, need.id).await?.ok_or(Error::Conflict(ErrorCode::WrongState))?;
    if expected_version.is_some_and(|v| v != row.version) {
        return Err(Error::Conflict(ErrorCode::StaleVersion));
    }
    let content = content_of(&row)?;
    let is_first = row.number.is_none();
    if is_first && !needs::can_move(need.state, NeedState::Summarised) {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    let mut checks = Checks::default();
    content.check_complete(&mut checks);
    let note =
        if is_first { checks.optional_body("note", note, 1000) } else { checks.body("note", note, 1000) };
    checks.finish()?;
    if !is_first && store::newest(&*tx, need.id).await?.is_some_and(|v| v.content == row.content) {
        return Err(Error::field("", ErrorCode::WrongState));
    }
    let (count, named) = participants(&tx, &need, content.participants).await?;
    let now = app.now();
    let number = row.number.unwrap_or(0) + 1;
    let version = summary_version::ActiveModel {
        id: Set(app.id()),
        summary_id: Set(row.id),
        need_id: Set(need.id),
        number: Set(number),
        content: Set(row.content.clone()),
        note: Set(Some(note).filter(|n| !n.is_empty())),
        participant_count: Set(i32::try_from(count).unwrap_or(i32::MAX)),
        participants: Set(json!(named)),
        published_by: Set(actor.person.as_ref().map(|p| p.id)),
        published_at: Set(now),
    };
    let first_at = row.published_at.unwrap_or(now);
    let saved = Entry::new(EntryKind::SummaryDraftSaved, need_stream(need.id));
    store::put(app, &tx, actor, need.id, Some(row), saved, |row: &mut summary::ActiveModel| {
        row.number = Set(Some(number));
        row.published_at = Set(Some(first_at));
    })
    .await?;
    let version = store::insert_version(&tx, version).await?;
    let entry = Entry::new(EntryKind::SummaryPublished, need_stream(need.id))
        .public()
        .payload(json!({ "number": number, "participants": count }))
        .about(&version)?;
    record::append(app, &tx, actor, entry).await?;
    if is_first || need.state.is_open() {
        needs::note_summarised(app, &tx, actor, need).await?;
    }
    tx.commit().await?;
    Ok(version)
}

/// How many organisations took part, and the names that may be told.
async fn participants(
    tx: &crate::Tx,
    need: &Need,
    rule: ParticipantRule,
) -> Result<(usize, Vec<OrganisationId>)> {
    let public = interest::public_of(tx, need.id).await?;
    let mut all: BTreeSet<OrganisationId> = ledger::active_participants(&**tx, need).await?;
    all.extend(public.iter().copied());
    Ok((all.len(), if rule == ParticipantRule::List { public } else { Vec::new() }))
}
