//! Asking, answering, announcing.

use chrono::TimeDelta;
use entity::{announcement, question};
use sea_orm::ActiveValue::Set;
use types::{EntryKind, ErrorCode, FieldError, Language, NeedId, QuestionId, QuestionState};

use super::queries::{Asker, QuestionView, asker_of};
use super::{Announcement, QuestionRow, store};
use crate::record::{self, Entry, need_stream};
use crate::{Actor, App, Checks, Error, Result, accounts, keys, needs};

/// A question.
#[derive(Clone, Debug)]
pub struct Ask {
    /// About which need.
    pub need_id: NeedId,
    /// At most 4 000 characters.
    pub text: String,
}

/// An answer to a question.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Which question.
    pub question_id: QuestionId,
    /// The question as it is to be published; empty for as it was asked.
    pub published_text: String,
    /// The answer.
    pub answer: String,
    /// The version that the answer was written on.
    pub expected_version: Option<i32>,
}

/// A word to everybody.
#[derive(Clone, Debug)]
pub struct Announce {
    /// About which need.
    pub need_id: NeedId,
    /// Title.
    pub title: String,
    /// Text (Markdown).
    pub body: String,
}

/// Asks. Anyone who is signed in may, for an organisation or alone.
pub async fn ask(app: &App, actor: &Actor, input: Ask) -> Result<QuestionView> {
    let me = actor.person()?.id;
    accounts::rate_limit(app, &format!("ask:{me}"), 30, TimeDelta::hours(1)).await?;
    let mut checks = Checks::default();
    let text = checks.body("text", &input.text, 4000);
    checks.finish()?;
    let need = needs::get(app, actor, input.need_id).await?;
    if actor.acts_for(need.organisation_id) {
        return Err(Error::Forbidden(ErrorCode::WrongOrganisation));
    }
    let content =
        needs::published(app.db.read(), &need).await?.ok_or(Error::Conflict(ErrorCode::DialogueClosed))?;
    if !need.state.is_open() || need.competition_announced_at.is_some() {
        return Err(Error::Conflict(ErrorCode::DialogueClosed));
    }
    if content.questions_until().is_some_and(|until| until <= app.now()) {
        return Err(Error::Conflict(ErrorCode::PeriodClosed));
    }
    let key = app.keys.get(app, &format!("pseudonym:{}", need.id)).await?;
    let tx = app.db.write().await?;
    // As the product itself: the need's public log must not name who asked first.
    needs::open_dialogue(app, &tx, &Actor::system(), need.id).await?;
    let row = question::ActiveModel {
        id: Set(app.timeless_id()),
        need_id: Set(need.id),
        asker_person_id: Set(me),
        asker_organisation_id: Set(actor.organisation_id()),
        text: Set(text),
        language: Set(actor.language),
        state: Set(QuestionState::Received),
        pseudonym: Set(pseudonym(&key, actor)),
        asked_at: Set(app.now()),
        published_text: Set(None),
        answer: Set(None),
        reason: Set(None),
        answered_at: Set(None),
        answered_by: Set(None),
        version: Set(1),
    };
    let entry = Entry::new(EntryKind::QuestionAsked, need_stream(need.id));
    let row = store::insert(app, &tx, actor, row, entry).await?;
    tx.commit().await?;
    Ok(QuestionView::of(row, Some(Asker { person_id: me, organisation_id: actor.organisation_id() })))
}

/// Five letters and digits: the same for one asker within one need.
fn pseudonym(key: &[u8; 32], actor: &Actor) -> String {
    const ALPHABET: &[u8; 24] = b"23456789BCDFGHJKMNPQRSTX";
    let who = match actor.organisation_id() {
        Some(organisation) => organisation.0,
        None => actor.person.as_ref().map(|p| p.id.0).unwrap_or_default(),
    };
    keys::mac(key, &[who.as_bytes()])
        .iter()
        .take(5)
        .map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()]))
        .collect()
}

/// Publishes a question with its answer, to all at once.
pub async fn answer(app: &App, actor: &Actor, input: Answer) -> Result<QuestionView> {
    let mut checks = Checks::default();
    let answer = checks.body("answer", &input.answer, 8000);
    let published = checks.optional_body("publishedText", &input.published_text, 4000);
    checks.finish()?;
    let tx = app.db.write().await?;
    let row = open(&tx, actor, input.question_id).await?;
    if input.expected_version.is_some_and(|v| v != row.version) {
        return Err(Error::Conflict(ErrorCode::StaleVersion));
    }
    let published = if published.is_empty() { row.text.clone() } else { published };
    hides_asker(&tx, &row, "publishedText", &published).await?;
    hides_asker(&tx, &row, "answer", &answer).await?;
    let me = actor.person()?.id;
    let now = app.now();
    let asker = row.asker_organisation_id;
    let entry = Entry::new(EntryKind::QuestionAnswered, need_stream(row.need_id)).public();
    let row = store::save(app, &tx, actor, row, entry, |q| {
        q.state = Set(QuestionState::Answered);
        q.published_text = Set(Some(published));
        q.answer = Set(Some(answer));
        q.answered_at = Set(Some(now));
        q.answered_by = Set(Some(me));
    })
    .await?;
    tx.commit().await?;
    let asker = Asker { person_id: row.asker_person_id, organisation_id: asker };
    Ok(QuestionView::of(row, Some(asker)))
}

/// Refuses a text that names the asker's organisation, person or mailbox.
async fn hides_asker(tx: &crate::Tx, row: &QuestionRow, field: &str, text: &str) -> Result<()> {
    let lower = text.to_lowercase();
    for name in asker_of(tx, row).await?.names() {
        if lower.contains(&name.to_lowercase()) {
            return Err(Error::Invalid(vec![
                FieldError::new(field, ErrorCode::RevealsAsker).with("found", name),
            ]));
        }
    }
    Ok(())
}

/// Declines to publish, with a reason that the asker reads.
pub async fn decline(app: &App, actor: &Actor, id: QuestionId, reason: &str) -> Result<QuestionView> {
    let mut checks = Checks::default();
    let reason = checks.body("reason", reason, 2000);
    checks.finish()?;
    let tx = app.db.write().await?;
    let row = open(&tx, actor, id).await?;
    let now = app.now();
    let entry = Entry::new(EntryKind::QuestionDeclined, need_stream(row.need_id));
    let entry = match row.asker_organisation_id {
        Some(organisation) => entry.named([organisation]),
        None => entry,
    };
    let row = store::save(app, &tx, actor, row, entry, |q| {
        q.state = Set(QuestionState::Declined);
        q.reason = Set(Some(reason));
        q.answered_at = Set(Some(now));
    })
    .await?;
    tx.commit().await?;
    let asker = Asker { person_id: row.asker_person_id, organisation_id: row.asker_organisation_id };
    Ok(QuestionView::of(row, Some(asker)))
}

/// An open question that the actor may answer, locked.
async fn open(tx: &crate::Tx, actor: &Actor, id: QuestionId) -> Result<QuestionRow> {
    // Before the look-up, so that no refusal tells whether there is such a question.
    actor.person()?;
    let row = store::lock(tx, id).await?.ok_or(Error::NotFound)?;
    let need = needs::get_for_update(tx, actor, row.need_id).await?;
    // An open question exists only for the buyer and its asker.
    needs::may_run_dialogue(actor, &need).map_err(|error| match error {
        Error::Forbidden(_) if !actor.acts_for(need.organisation_id) => Error::NotFound,
        other => other,
    })?;
    if row.state != QuestionState::Received {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    Ok(row)
}

/// Takes the own question back before it is answered.
pub async fn withdraw(app: &App, actor: &Actor, id: QuestionId) -> Result<QuestionView> {
    let me = actor.person()?.id;
    let tx = app.db.write().await?;
    let row = store::lock(&tx, id).await?.filter(|q| q.asker_person_id == me).ok_or(Error::NotFound)?;
    if row.state != QuestionState::Received {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    let entry = Entry::new(EntryKind::QuestionWithdrawn, need_stream(row.need_id));
    let row = store::save(app, &tx, actor, row, entry, |q| q.state = Set(QuestionState::Withdrawn)).await?;
    tx.commit().await?;
    let asker = Asker { person_id: me, organisation_id: row.asker_organisation_id };
    Ok(QuestionView::of(row, Some(asker)))
}

/// Tells everybody in the dialogue something.
pub async fn announce(app: &App, actor: &Actor, input: Announce) -> Result<Announcement> {
    let mut checks = Checks::default();
    let title = checks.line("title", &input.title, 200);
    let body = checks.body("body", &input.body, 8000);
    checks.finish()?;
    let tx = app.db.write().await?;
    let need = needs::get_for_update(&tx, actor, input.need_id).await?;
    needs::may_run_dialogue(actor, &need)?;
    if !need.state.is_public() {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    let row = announcement::ActiveModel {
        id: Set(app.id()),
        need_id: Set(need.id),
        title: Set(title),
        body: Set(body),
        language: Set(Language::default()),
        published_at: Set(app.now()),
        published_by: Set(actor.person.as_ref().map(|p| p.id)),
    };
    let row = announcement::ActiveModel { language: Set(need.language), ..row };
    let row = store::insert_announcement(&tx, row).await?;
    let entry = Entry::new(EntryKind::AnnouncementPublished, need_stream(need.id)).public().about(&row)?;
    record::append(app, &tx, actor, entry).await?;
    tx.commit().await?;
    Ok(row)
}
