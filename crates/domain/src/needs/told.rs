//! Noting, sharing and waiving what was told to one (R1, R2). The rows are
//! `disclosures`'; who may do it depends on the need.

use entity::disclosure;
use sea_orm::ActiveValue::Set;
use serde_json::json;
use types::{DisclosureId, DisclosureState, EntryKind, ErrorCode, NeedId};

use super::{Need, policy, store};
use crate::disclosures::{self, Disclosure, Note, SharedDisclosure};
use crate::record::{Entry, need_stream};
use crate::{Actor, App, Checks, Error, Result, Tx, organisations};

/// Notes what was told. Before the need is public as well: whoever called
/// about a rumour was told something that others were not.
pub async fn note_disclosure(app: &App, actor: &Actor, input: Note) -> Result<Disclosure> {
    let tx = app.db.write().await?;
    let need = store::lock(&tx, actor, input.need_id).await?;
    policy::may_run_dialogue(actor, &need)?;
    let mut checks = Checks::default();
    let told = checks.body("told", &input.told, 8000);
    let others = checks.optional_line("toldToNote", &input.told_to_note, 300);
    checks.refuse_if(input.told_to.is_empty() && others.is_empty(), "toldTo", ErrorCode::Required);
    checks.refuse_if(input.told_at > app.now(), "toldAt", ErrorCode::WrongOrder);
    let known = organisations::list_by_ids_in(&tx, &input.told_to).await?;
    for (i, id) in input.told_to.iter().enumerate() {
        let is_other = *id != need.organisation_id && known.iter().any(|o| o.id == *id);
        checks.refuse_if(!is_other, &format!("toldTo.{i}"), ErrorCode::NotFound);
    }
    checks.finish()?;
    let row = disclosure::ActiveModel {
        id: Set(app.id()),
        need_id: Set(need.id),
        told: Set(told),
        told_to: Set(json!(input.told_to)),
        told_to_note: Set(Some(others).filter(|o| !o.is_empty())),
        channel: Set(input.channel),
        told_at: Set(input.told_at),
        noted_by: Set(actor.person.as_ref().map(|p| p.id)),
        noted_at: Set(app.now()),
        state: Set(DisclosureState::Unshared),
        shared_text: Set(None),
        waive_reason: Set(None),
        decided_at: Set(None),
        decided_by: Set(None),
        version: Set(1),
    };
    // That there was contact is public (R2); what was said and to whom is not.
    let entry = heard(&need, EntryKind::DisclosureMade)
        .payload(json!({ "channel": input.channel, "toldOn": input.told_at.date_naive() }));
    let row = disclosures::insert(app, &tx, actor, row, entry).await?;
    tx.commit().await?;
    Ok(row)
}

/// Publishes it to all, in the words of `text`; empty for as it was noted.
pub async fn share_disclosure(app: &App, actor: &Actor, id: DisclosureId, text: &str) -> Result<Disclosure> {
    let tx = app.db.write().await?;
    let (need, row) = undecided(&tx, actor, id).await?;
    policy::may_run_dialogue(actor, &need)?;
    if !need.state.is_public() {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    let mut checks = Checks::default();
    let text = checks.optional_body("text", text, 8000);
    checks.finish()?;
    let text = if text.is_empty() { row.told.clone() } else { text };
    let entry = heard(&need, EntryKind::DisclosureShared);
    let row = disclosures::decide(app, &tx, actor, row, entry, |d| {
        d.state = Set(DisclosureState::Shared);
        d.shared_text = Set(Some(text));
    })
    .await?;
    tx.commit().await?;
    Ok(row)
}

/// Keeps it back, with a logged reason: only where sharing it would reveal a
/// supplier's trade secret (R1). An officer decides.
pub async fn waive_disclosure(
    app: &App,
    actor: &Actor,
    id: DisclosureId,
    reason: &str,
) -> Result<Disclosure> {
    let tx = app.db.write().await?;
    let (need, row) = undecided(&tx, actor, id).await?;
    policy::may_publish(actor, &need)?;
    let mut checks = Checks::default();
    let reason = checks.body("reason", reason, 2000);
    checks.finish()?;
    let entry = heard(&need, EntryKind::DisclosureWaived);
    let row = disclosures::decide(app, &tx, actor, row, entry, |d| {
        d.state = Set(DisclosureState::Waived);
        d.waive_reason = Set(Some(reason));
    })
    .await?;
    tx.commit().await?;
    Ok(row)
}

/// Everything noted of a need, latest first; for the buyer's own people.
pub async fn disclosures(app: &App, actor: &Actor, need: &Need) -> Result<Vec<Disclosure>> {
    if !policy::reads_internals(actor, need) {
        return Err(Error::Forbidden(ErrorCode::Forbidden));
    }
    disclosures::of_need(app.db.read(), need.id).await
}

/// One of them by its id; for the buyer's own people.
pub async fn find_disclosure(app: &App, actor: &Actor, id: DisclosureId) -> Result<Option<Disclosure>> {
    let Some(row) = disclosures::by_id(app.db.read(), id).await? else { return Ok(None) };
    let need = super::find(app, actor, row.need_id).await?;
    Ok(need.filter(|n| policy::reads_internals(actor, n)).map(|_| row))
}

/// What was told to one and is now told to all, of several public needs.
pub async fn shared_disclosures(app: &App, needs: &[Need]) -> Result<Vec<SharedDisclosure>> {
    let public: Vec<NeedId> = needs.iter().filter(|n| n.state.is_public()).map(|n| n.id).collect();
    disclosures::shared_of(app.db.read(), &public).await
}

/// An entry that everybody reads as far as everybody reads the need.
fn heard(need: &Need, kind: EntryKind) -> Entry {
    let entry = Entry::new(kind, need_stream(need.id));
    if need.state.is_public() { entry.public() } else { entry }
}

/// An undecided disclosure and its need, both locked. The order differs from
/// noting, which locks no disclosure, so the two never wait for each other.
async fn undecided(tx: &Tx, actor: &Actor, id: DisclosureId) -> Result<(Need, Disclosure)> {
    let row = disclosures::lock(tx, id).await?.ok_or(Error::NotFound)?;
    let need = store::lock(tx, actor, row.need_id).await?;
    if !policy::reads_internals(actor, &need) {
        return Err(Error::NotFound);
    }
    if row.state != DisclosureState::Unshared {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    Ok((need, row))
}
