//! From review to the end: every change of a need's state.

use sea_orm::ActiveValue::Set;
use serde_json::json;
use types::{EntryKind, ErrorCode, FieldError, NeedId, NeedState, Outcome, Time};

use super::{Need, can_move, policy, queries, store};
use crate::record::{Entry, need_stream};
use crate::{Actor, App, Checks, Error, Result, Tx, organisations};

/// Asks a second person to approve; freezes the draft.
pub async fn submit(app: &App, actor: &Actor, id: NeedId, expected_version: Option<i32>) -> Result<Need> {
    let tx = app.db.write().await?;
    let need = store::lock(&tx, actor, id).await?;
    policy::may_edit(actor, &need)?;
    expect(&need, expected_version)?;
    if need.is_call_for_competition {
        return Err(Error::Conflict(ErrorCode::CallForCompetition));
    }
    move_to(&need, NeedState::InReview)?;
    queries::draft_of(&need)?.check_complete(app.now())?;
    let me = actor.person()?.id;
    let now = app.now();
    let entry = Entry::new(EntryKind::NeedSubmitted, need_stream(id));
    let need = store::save(app, &tx, actor, need, entry, |row| {
        row.state = Set(NeedState::InReview);
        row.submitted_by = Set(Some(me));
        row.submitted_at = Set(Some(now));
    })
    .await?;
    tx.commit().await?;
    Ok(need)
}

/// Sends the draft back with a comment, or takes the own request back.
pub async fn return_to_draft(app: &App, actor: &Actor, id: NeedId, comment: &str) -> Result<Need> {
    let tx = app.db.write().await?;
    let need = store::lock(&tx, actor, id).await?;
    let is_own = actor.person()?.id == need.submitted_by.unwrap_or(types::PersonId(uuid::Uuid::nil()));
    if is_own {
        policy::may_edit(actor, &need)?;
    } else {
        policy::may_approve(actor, &need)?;
    }
    move_to(&need, NeedState::Draft)?;
    let mut checks = Checks::default();
    let comment = if is_own {
        checks.optional_body("comment", comment, 2000)
    } else {
        checks.body("comment", comment, 2000)
    };
    checks.finish()?;
    let entry = Entry::new(EntryKind::NeedReturned, need_stream(id))
        .payload(json!({ "comment": comment, "own": is_own, "to": need.submitted_by }));
    let need = store::save(app, &tx, actor, need, entry, |row| {
        row.state = Set(NeedState::Draft);
        row.submitted_by = Set(None);
        row.submitted_at = Set(None);
        row.approved_by = Set(None);
        row.publish_at = Set(None);
    })
    .await?;
    tx.commit().await?;
    Ok(need)
}

/// Approves; publishes now, or at a time.
pub async fn approve(
    app: &App,
    actor: &Actor,
    id: NeedId,
    expected_version: Option<i32>,
    publish_at: Option<Time>,
) -> Result<Need> {
    let tx = app.db.write().await?;
    let need = store::lock(&tx, actor, id).await?;
    policy::may_approve(actor, &need)?;
    expect(&need, expected_version)?;
    if need.state != NeedState::InReview {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    let now = app.now();
    if publish_at.is_some_and(|at| at <= now) {
        return Err(Error::field("publishAt", ErrorCode::MustBeFuture));
    }
    let content = queries::draft_of(&need)?;
    content.check_complete(publish_at.unwrap_or(now))?;
    let me = actor.person()?.id;
    let entry = Entry::new(EntryKind::NeedApproved, need_stream(id))
        .payload(json!({ "publishAt": publish_at, "to": need.submitted_by }));
    let need = store::save(app, &tx, actor, need, entry, |row| {
        row.state = Set(NeedState::Scheduled);
        row.approved_by = Set(Some(me));
        row.publish_at = Set(Some(publish_at.unwrap_or(now)));
    })
    .await?;
    let need = if publish_at.is_none() { make_public(app, &tx, actor, need, None).await? } else { need };
    tx.commit().await?;
    Ok(need)
}

/// Publishes what is scheduled and due. Run by the worker; safe to run twice.
pub async fn publish_due(app: &App) -> Result<usize> {
    let due = store::due(app.db.read(), app.now()).await?;
    for found in &due {
        let tx = app.db.write().await?;
        let need = store::lock(&tx, &Actor::system(), found.id).await?;
        if need.state == NeedState::Scheduled && need.publish_at.is_some_and(|at| at <= app.now()) {
            make_public(app, &tx, &Actor::system(), need, None).await?;
            tx.commit().await?;
        }
    }
    Ok(due.len())
}

/// Publishes the working draft as the next version of a public need, with a note.
pub async fn publish(
    app: &App,
    actor: &Actor,
    id: NeedId,
    expected_version: Option<i32>,
    note: &str,
) -> Result<Need> {
    let tx = app.db.write().await?;
    let need = store::lock(&tx, actor, id).await?;
    policy::may_publish(actor, &need)?;
    expect(&need, expected_version)?;
    if !need.state.is_open() {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    let mut checks = Checks::default();
    let note = checks.body("changeNote", note, 1000);
    checks.finish()?;
    let content = queries::draft_of(&need)?;
    content.check_complete(app.now())?;
    if content == queries::published(&*tx, &need).await?.unwrap_or_default() {
        return Err(Error::field("", ErrorCode::WrongState));
    }
    let need = make_public(app, &tx, actor, need, Some(note)).await?;
    tx.commit().await?;
    Ok(need)
}

async fn make_public(app: &App, tx: &Tx, actor: &Actor, need: Need, note: Option<String>) -> Result<Need> {
    let content = queries::draft_of(&need)?;
    let is_first = need.published_number.is_none();
    let number = need.published_number.unwrap_or(0) + 1;
    let (kind, stream) = (
        if is_first { EntryKind::NeedPublished } else { EntryKind::NeedVersionPublished },
        need_stream(need.id),
    );
    // For the facet.
    let county = organisations::find_in(&**tx, need.organisation_id).await?.and_then(|o| o.county_number);
    let slug =
        if is_first { store::free_slug(tx, &content.title, need.id).await? } else { need.slug.clone() };
    let draft_slug = (slug != need.slug).then(|| need.slug.clone()).or_else(|| need.draft_slug.clone());
    let facts = json!({ "number": number, "note": note });
    store::insert_version(
        app,
        tx,
        actor,
        &need,
        &content,
        note,
        Entry::new(EntryKind::NeedDraftSaved, &*stream),
    )
    .await?;
    let first_at = need.published_at.unwrap_or_else(|| app.now());
    let state = if is_first { NeedState::Published } else { need.state };
    store::save(app, tx, actor, need, Entry::new(kind, stream).public().payload(facts), |row| {
        row.state = Set(state);
        row.slug = Set(slug);
        row.draft_slug = Set(draft_slug);
        row.title = Set(content.title.clone());
        row.language = Set(content.language);
        row.published_number = Set(Some(number));
        row.published_at = Set(Some(first_at));
        row.publish_at = Set(None);
        row.response_deadline = Set(content.response_deadline);
        row.question_deadline = Set(content.question_deadline);
        row.value_amount = Set(content.value.as_ref().and_then(|v| v.maximum.or(v.minimum)));
        row.county_number = Set(county);
        row.is_joint = Set(content.joint_interest);
    })
    .await
}

/// Notes that the dialogue has begun: the first event, question or response.
/// Does nothing where it has begun already; refuses where it is over (R4).
pub async fn open_dialogue(app: &App, tx: &Tx, actor: &Actor, id: NeedId) -> Result<Need> {
    let need = store::lock(tx, &Actor::system(), id).await?;
    if need.competition_announced_at.is_some() || !need.state.is_open() {
        return Err(Error::Conflict(ErrorCode::DialogueClosed));
    }
    if need.state == NeedState::InDialogue {
        return Ok(need);
    }
    move_to(&need, NeedState::InDialogue)?;
    let now = app.now();
    save_state(app, tx, actor, need, NeedState::InDialogue, None, |row| {
        row.dialogue_opened_at = Set(Some(now));
    })
    .await
}

/// Notes that the dialogue was summarised; what lies ahead of it is called off.
pub async fn note_summarised(app: &App, tx: &Tx, actor: &Actor, need: Need) -> Result<Need> {
    move_to(&need, NeedState::Summarised)?;
    let need = save_state(app, tx, actor, need, NeedState::Summarised, None, |_| ()).await?;
    crate::end_dialogue(app, tx, actor, &need).await?;
    Ok(need)
}

async fn save_state(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    need: Need,
    to: NeedState,
    reason: Option<&str>,
    change: impl FnOnce(&mut entity::need::ActiveModel) + Send,
) -> Result<Need> {
    let mut facts = json!({ "from": need.state, "to": to });
    if let Some(reason) = reason {
        facts["reason"] = json!(reason);
    }
    let entry = Entry::new(EntryKind::NeedStateChanged, need_stream(need.id)).public().payload(facts);
    store::save(app, tx, actor, need, entry, |row| {
        row.state = Set(to);
        change(row);
    })
    .await
}

/// Ends or pauses a dialogue, with a reason that everybody reads; events that
/// lie ahead are called off with it. A need cannot go to procurement while a
/// disclosure is unshared (R1).
pub async fn close(app: &App, actor: &Actor, id: NeedId, outcome: Outcome, reason: &str) -> Result<Need> {
    let tx = app.db.write().await?;
    let need = store::lock(&tx, actor, id).await?;
    policy::may_publish(actor, &need)?;
    let to = match outcome {
        Outcome::ToProcurement => NeedState::ToProcurement,
        Outcome::OnHold => NeedState::OnHold,
        Outcome::Closed => NeedState::Closed,
    };
    let mut checks = Checks::default();
    let reason = checks.body("reason", reason, 4000);
    checks.finish()?;
    move_to(&need, to)?;
    if to == NeedState::ToProcurement {
        crate::disclosures::all_shared(&tx, id).await?;
    }
    let now = app.now();
    let need = save_state(app, &tx, actor, need, to, Some(&reason), |row| {
        row.outcome_reason = Set(Some(reason.clone()));
        row.outcome_at = Set(Some(now));
    })
    .await?;
    crate::end_dialogue(app, &tx, actor, &need).await?;
    tx.commit().await?;
    Ok(need)
}

/// Takes up a dialogue that was on hold, with a reason that everybody reads. It
/// is in dialogue again, or published where none had begun.
pub async fn resume(app: &App, actor: &Actor, id: NeedId, reason: &str) -> Result<Need> {
    let tx = app.db.write().await?;
    let need = store::lock(&tx, actor, id).await?;
    policy::may_publish(actor, &need)?;
    let mut checks = Checks::default();
    let reason = checks.body("reason", reason, 4000);
    checks.finish()?;
    if need.state != NeedState::OnHold {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    let had_begun = need.dialogue_opened_at.is_some();
    let to = if had_begun { NeedState::InDialogue } else { NeedState::Published };
    move_to(&need, to)?;
    let need = save_state(app, &tx, actor, need, to, Some(&reason), |row| {
        // Why it was on hold stays in the record; the page tells what holds now.
        row.outcome_reason = Set(None);
        row.outcome_at = Set(None);
    })
    .await?;
    tx.commit().await?;
    Ok(need)
}

/// Notes that the competition is announced: from now on no dialogue, and what
/// was planned of it is called off (R4). One way.
pub async fn announce_competition(app: &App, actor: &Actor, id: NeedId, url: &str) -> Result<Need> {
    let tx = app.db.write().await?;
    let need = store::lock(&tx, actor, id).await?;
    policy::may_publish(actor, &need)?;
    if need.state != NeedState::ToProcurement || need.competition_announced_at.is_some() {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    crate::disclosures::all_shared(&tx, id).await?;
    let mut checks = Checks::default();
    let url = checks.line("url", url, 500);
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    if !is_web && !url.is_empty() {
        checks.add(FieldError::new("url", ErrorCode::InvalidUrl));
    }
    checks.finish()?;
    let now = app.now();
    let entry = Entry::new(EntryKind::NeedCompetitionAnnounced, need_stream(id))
        .public()
        .payload(json!({ "url": url }));
    let need = store::save(app, &tx, actor, need, entry, |row| {
        row.competition_announced_at = Set(Some(now));
        row.competition_url = Set(Some(url));
    })
    .await?;
    crate::end_dialogue(app, &tx, actor, &need).await?;
    tx.commit().await?;
    Ok(need)
}

fn move_to(need: &Need, to: NeedState) -> Result<()> {
    if can_move(need.state, to) { Ok(()) } else { Err(Error::Conflict(ErrorCode::WrongState)) }
}

fn expect(need: &Need, version: Option<i32>) -> Result<()> {
    if version.is_some_and(|v| v != need.version) {
        Err(Error::Conflict(ErrorCode::StaleVersion))
    } else {
        Ok(())
    }
}
