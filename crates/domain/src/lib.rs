//! The slices: rules, policy, SQL, commands and readers of the record.
//!
//! A slice is a folder: `mod.rs` is its only public surface, `model.rs` its
//! pure rules, `policy.rs` who may do what, `commands.rs` one function a
//! transaction, `queries.rs` scoped reads, `store.rs` its only SQL. `needs` is
//! the one to copy. A slice calls only those before it:
//! `record → organisations → accounts → reference → attachments → disclosures →
//! needs → events, questions, interest, responses → ledger → summary → quality →
//! changes → webhooks → notifications`.
//!
//! What the slices share: [`App`] (database, clock, ports), [`Actor`] (who is
//! asking), [`Error`], [`Db`] and [`Tx`], [`page`].

pub mod accounts;
mod actor;
mod app;
pub mod attachments;
pub mod audit;
pub mod changes;
mod db;
pub mod disclosures;
mod error;
pub mod events;
pub mod idempotency;
pub mod interest;
pub mod jobs;
pub mod keys;
pub mod ledger;
pub mod needs;
pub mod notifications;
pub mod organisations;
pub mod page;
pub mod ports;
pub mod quality;
pub mod questions;
pub mod record;
pub mod reference;
pub mod responses;
pub mod signing;
pub mod summary;
mod suspended;
pub mod text;
pub mod throttle;
pub mod uploads;
pub mod wall;
pub mod webhooks;

pub use actor::{Acting, Actor, ActorPerson, ActorToken};
pub use app::{App, Settings};
pub use db::{Db, Tx};
pub use error::{Checks, Error, Result, unique};

use record::{SubjectReader, subject};

/// Every table whose rows the record covers, for its verification.
pub fn subjects() -> Vec<SubjectReader> {
    vec![
        subject::<entity::person::Entity>(),
        subject::<entity::organisation::Entity>(),
        subject::<entity::membership::Entity>(),
        subject::<entity::invitation::Entity>(),
        subject::<entity::organisation_token::Entity>(),
        subject::<entity::webhook_endpoint::Entity>(),
        subject::<entity::need::Entity>(),
        subject::<entity::need_version::Entity>(),
        subject::<entity::attachment::Entity>(),
        subject::<entity::question::Entity>(),
        subject::<entity::announcement::Entity>(),
        subject::<entity::survey::Entity>(),
        subject::<entity::quality_figure::Entity>(),
        subject::<entity::survey_comment::Entity>(),
        subject::<entity::response::Entity>(),
        subject::<entity::submission::Entity>(),
        subject::<entity::passage::Entity>(),
        subject::<entity::event::Entity>(),
        subject::<entity::event_registration::Entity>(),
        subject::<entity::disclosure::Entity>(),
        subject::<entity::interest::Entity>(),
        subject::<entity::follow::Entity>(),
        subject::<entity::need_partner::Entity>(),
        subject::<entity::summary::Entity>(),
        subject::<entity::summary_version::Entity>(),
    ]
}

/// Whether anybody tampered with what happened: the record with itself, with
/// its checkpoints and with all that it speaks of, at one moment; and the files.
pub async fn verify(
    db: &Db,
    keys: &keys::Keys,
    checkpoints: &record::CheckpointKey,
    blobs: &dyn ports::BlobStore,
) -> Result<record::Report> {
    let moment = db.snapshot().await?;
    let mut report = record::verify(&moment, &keys.of_record(), checkpoints, &subjects()).await?;
    // With another key no ballot opens, and that is no fault of theirs.
    if !report.suspects_key() {
        quality::verify(&moment, keys, &mut report).await?;
    }
    moment.rollback().await?;
    attachments::verify(db, blobs, &mut report).await?;
    Ok(report)
}

/// Whether nothing has ever happened here: then the installation's keys may still be made.
pub async fn is_unused(db: &Db) -> Result<bool> {
    let moment = db.snapshot().await?;
    let mut is_unused = record::is_empty(&moment).await?;
    for reader in subjects() {
        is_unused = is_unused && reader.is_empty(&moment).await?;
    }
    moment.rollback().await?;
    Ok(is_unused)
}

/// An id as the outside knows it: opaque and typed, the same in every answer and message.
pub fn global_id(of: &str, id: uuid::Uuid) -> String {
    base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, format!("{of}:{}", id.simple()))
}

/// Who says what may become of the files on a kind of subject.
fn gate(kind: types::AttachmentSubject) -> &'static dyn attachments::Gate {
    match kind {
        types::AttachmentSubject::Need => &needs::Files,
        types::AttachmentSubject::Response => &responses::Files,
    }
}

/// Deletes what later slices hang on a need that was never public.
async fn dissolve_draft(app: &App, tx: &Tx, actor: &Actor, id: types::NeedId) -> Result<()> {
    events::dissolve(app, tx, actor, id).await
}

/// Ends what later slices hold open in a dialogue whose competition is announced (R4).
async fn end_dialogue(app: &App, tx: &Tx, actor: &Actor, need: &needs::Need) -> Result<()> {
    events::end_dialogue(app, tx, actor, need).await
}

/// Seals, tells, and does what is due: all that waits except jobs, so that a
/// slow mail server delays no reader. `true` while there was something to do.
pub async fn settle(app: &App, holder: &str) -> Result<bool> {
    let mut did = record::seal(app, holder).await? > 0;
    did |= notifications::tell(app).await? > 0;
    did |= webhooks::tell(app).await? > 0;
    did |= needs::publish_due(app).await? > 0;
    did |= needs::partners::tell_due(app).await? > 0;
    did |= quality::due(app).await? > 0;
    did |= events::due(app).await? > 0;
    did |= attachments::sweep(app).await? > 0;
    did |= uploads::sweep(app).await? > 0;
    did |= throttle::sweep(app).await? > 0;
    did |= idempotency::sweep(app).await? > 0;
    did |= signing::due(app).await? > 0;
    did |= accounts::tokens::due(app).await? > 0;
    did |= webhooks::sweep(app).await? > 0;
    Ok(did)
}

/// Does everything that waits, jobs too. `true` while there was something to
/// do: a test calls it until it is not.
pub async fn work(app: &App, holder: &str) -> Result<bool> {
    let mut did = settle(app, holder).await?;
    did |= jobs::run_next(app).await?;
    did |= webhooks::send_next(app).await?;
    Ok(did)
}
