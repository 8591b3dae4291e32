//! A draft from a notice that was published elsewhere.
//!
//! The same notice again updates the draft that it once made: what nobody has
//! touched since follows the notice, what was edited by hand stays and is
//! told. Once the need is public a notice changes nothing.

mod draft;
mod report;

use entity::need;
use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};
use std::sync::Arc;
use types::{EntryKind, ErrorCode, FieldError, NeedId, NeedState, OrganisationKind, OrganisationNumber};

use super::{Need, NeedContent, policy, queries, store};
use crate::organisations::{self, NewOrganisation, Organisation};
use crate::ports::{NoticeBuyer, NoticeDraft, NoticeReader};
use crate::record::{Entry, need_stream};
use crate::reference;
use crate::{Actor, App, Error, Result, Tx};
use draft::Mapped;
pub use report::{ImportReport, OtherBuyer, Unmapped, import_report};

/// The largest notice; callers that read files ask for the size first.
pub const MAX_NOTICE_BYTES: usize = 20 * 1024 * 1024;

/// What came of an import.
#[derive(Clone, Debug)]
pub struct ImportOutcome {
    /// The draft, or what it has become since.
    pub need: Need,
    /// What was done.
    pub result: ImportResult,
    /// What was taken from the notice, and what was not.
    pub report: ImportReport,
}

/// What an import did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportResult {
    /// A new draft.
    Created,
    /// The draft follows the notice.
    Updated,
    /// The draft says all of it already.
    Unchanged,
    /// The draft was made from a later version of the notice; nothing changed.
    Older,
    /// The need is public; nothing changed.
    Published,
}

/// Imports a notice of the buyer acted for.
pub async fn import_own_notice(app: &App, actor: &Actor, bytes: Vec<u8>) -> Result<ImportOutcome> {
    policy::may_create(actor)?;
    let organisation = organisations::get(app, actor.buyer()?.organisation_id).await?;
    let number = organisation.organisation_number.ok_or(Error::Forbidden(ErrorCode::WrongOrganisation))?;
    import_notice(app, actor, bytes, &number).await
}

/// Imports a notice of `expected`, which must be one of its buyers. A person
/// does so for the buyer acted for, the system for anyone.
pub async fn import_notice(
    app: &App,
    actor: &Actor,
    bytes: Vec<u8>,
    expected: &OrganisationNumber,
) -> Result<ImportOutcome> {
    if !actor.is_system {
        policy::may_create(actor)?;
        let own = organisations::get(app, actor.buyer()?.organisation_id).await?;
        if own.organisation_number.as_ref() != Some(expected) {
            return Err(Error::Forbidden(ErrorCode::WrongOrganisation));
        }
    }
    let notice = read(app.notices.clone(), bytes).await?;
    let buyer = buyer_of(&notice, expected)?.clone();
    let mut tries = 0;
    loop {
        match store_notice(app, actor, &notice, &buyer, expected).await {
            // Somebody imported the same at the same time: theirs is there now.
            Err(Error::Conflict(ErrorCode::AlreadyExists)) if tries < 2 => tries += 1,
            other => return other,
        }
    }
}

/// Whether [`import_notice`] would take this file, before there is anything to
/// import it into.
pub async fn check_notice(
    reader: Arc<dyn NoticeReader>,
    bytes: Vec<u8>,
    expected: &OrganisationNumber,
) -> Result<()> {
    buyer_of(&read(reader, bytes).await?, expected).map(drop)
}

/// Parsing takes the processor, so it is done beside the ones who wait.
async fn read(reader: Arc<dyn NoticeReader>, bytes: Vec<u8>) -> Result<NoticeDraft> {
    if bytes.len() > MAX_NOTICE_BYTES {
        return Err(Error::Invalid(vec![
            FieldError::new("uploadId", ErrorCode::FileTooLarge)
                .with("max", MAX_NOTICE_BYTES / (1024 * 1024)),
        ]));
    }
    let outcome = tokio::task::spawn_blocking(move || reader.read(&bytes)).await;
    let outcome = outcome.map_err(|e| Error::Internal(Box::new(e)))?;
    outcome.map_err(|(code, detail)| {
        let mut error = FieldError::new("uploadId", code)
            .with("detail", detail.fault)
            .with("found", detail.found)
            .with("max", MAX_NOTICE_BYTES / (1024 * 1024));
        if let Some((line, column)) = detail.at {
            error = error.with("line", line).with("column", column);
        }
        Error::Invalid(vec![error])
    })
}

fn buyer_of<'a>(notice: &'a NoticeDraft, expected: &OrganisationNumber) -> Result<&'a NoticeBuyer> {
    let is_it = |b: &&NoticeBuyer| b.organisation_number.as_ref() == Some(expected);
    if notice.buyers.is_empty() {
        return Err(Error::field("uploadId", ErrorCode::NoBuyer));
    }
    notice.buyers.iter().find(is_it).ok_or_else(|| {
        let found: Vec<String> = notice.buyers.iter().map(named).collect();
        let error = FieldError::new("uploadId", ErrorCode::WrongBuyer).with("found", found.join(", "));
        Error::Invalid(vec![error])
    })
}

fn named(buyer: &NoticeBuyer) -> String {
    match &buyer.organisation_number {
        Some(number) => format!("{} ({number})", buyer.name),
        None if buyer.raw_number.is_empty() => buyer.name.clone(),
        None => format!("{} ({})", buyer.name, buyer.raw_number),
    }
}

async fn store_notice(
    app: &App,
    actor: &Actor,
    notice: &NoticeDraft,
    buyer: &NoticeBuyer,
    number: &OrganisationNumber,
) -> Result<ImportOutcome> {
    let tx = app.db.write().await?;
    let organisation = known(app, &tx, actor, buyer, number).await?;
    let before = store::lock_source(&tx, organisation.id, &notice.source_id).await?;
    let outcome = match before {
        None => create(app, &tx, actor, notice, &organisation).await?,
        Some(need) => update(app, &tx, actor, notice, &organisation, need).await?,
    };
    tx.commit().await?;
    Ok(outcome)
}

/// The buyer, made known if it is not yet. The notice's web site proves
/// nothing, so no claim can rest on it.
async fn known(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    buyer: &NoticeBuyer,
    number: &OrganisationNumber,
) -> Result<Organisation> {
    let municipality =
        reference::municipalities().iter().find(|m| m.organisation_number.as_ref() == Some(number));
    let county = reference::counties().iter().find(|c| c.organisation_number.as_ref() == Some(number));
    let kind = match (municipality, county) {
        (Some(_), _) => OrganisationKind::Municipality,
        (None, Some(_)) => OrganisationKind::County,
        (None, None) => OrganisationKind::OtherBuyer,
    };
    let new = NewOrganisation {
        municipality_number: municipality.map(|m| m.number.clone()),
        county_number: municipality.map(|m| m.county_number.clone()).or(county.map(|c| c.number.clone())),
        website: buyer.website.clone(),
        ..NewOrganisation::norwegian(kind, &buyer.name, Some(number.clone()))
    };
    let organisation = organisations::ensure_known(app, tx, actor, new).await?;
    if organisation.kind.is_buyer() {
        Ok(organisation)
    } else {
        Err(Error::Conflict(ErrorCode::WrongOrganisation))
    }
}

async fn create(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    notice: &NoticeDraft,
    organisation: &Organisation,
) -> Result<ImportOutcome> {
    let Mapped { content: mut said, unmapped } = draft::map(notice, &NeedContent::default());
    let report = ImportReport::new(notice, organisation, unmapped, draft::carried(&said)?, Vec::new());
    if let Some(me) = &actor.person {
        said.contact_name.clone_from(&me.name);
        said.contact_email = Some(me.email.clone());
    }
    let id: NeedId = app.id();
    let row = need::ActiveModel {
        slug: Set(store::free_slug(tx, &said.title, id).await?),
        source_id: Set(Some(notice.source_id.clone())),
        source_version: Set(Some(notice.source_version.clone())),
        is_call_for_competition: Set(notice.is_call_for_competition),
        import_report: Set(Some(serde_json::to_value(&report)?)),
        ..super::commands::draft_row(app, actor, id, organisation.id, &said)?
    };
    let need = store::insert(app, tx, actor, row, entry(notice, id)).await?;
    Ok(ImportOutcome { need, result: ImportResult::Created, report })
}

async fn update(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    notice: &NoticeDraft,
    organisation: &Organisation,
    need: Need,
) -> Result<ImportOutcome> {
    let told = report::stored(&need)?.unwrap_or_default();
    let unchanged = |need, report, result| Ok(ImportOutcome { need, result, report });
    if need.published_number.is_some() {
        return unchanged(need, told, ImportResult::Published);
    }
    if need.state != NeedState::Draft {
        return Err(Error::Conflict(ErrorCode::FrozenForReview));
    }
    if is_older(&notice.source_version, need.source_version.as_deref()) {
        return unchanged(need, told, ImportResult::Older);
    }
    let before = queries::draft_of(&need)?;
    let Mapped { content: said, unmapped } = draft::map(notice, &before);
    let (content, kept) = draft::merge(&before, &told.imported, &said)?;
    let carried = told.imported.clone().into_iter().chain(draft::carried(&said)?).collect();
    let report = ImportReport::new(notice, organisation, unmapped, carried, kept);
    let is_same = content == before
        && need.source_version.as_deref() == Some(&*notice.source_version)
        && need.is_call_for_competition == notice.is_call_for_competition;
    if is_same {
        return unchanged(need, report, ImportResult::Unchanged);
    }
    let (json, stored) = (serde_json::to_value(&content)?, serde_json::to_value(&report)?);
    let entry = entry(notice, need.id);
    let need = store::save(app, tx, actor, need, entry, |row| {
        row.content = Set(json);
        row.title = Set(content.title.clone());
        row.language = Set(content.language);
        row.source_version = Set(Some(notice.source_version.clone()));
        row.is_call_for_competition = Set(notice.is_call_for_competition);
        row.import_report = Set(Some(stored));
    })
    .await?;
    Ok(ImportOutcome { need, result: ImportResult::Updated, report })
}

fn entry(notice: &NoticeDraft, id: NeedId) -> Entry {
    let facts: Value = json!({ "sourceId": notice.source_id, "sourceVersion": notice.source_version });
    Entry::new(EntryKind::NeedImported, need_stream(id)).payload(facts)
}

/// Versions are counted from `01`; one that is no number is compared as text.
fn is_older(version: &str, than: Option<&str>) -> bool {
    let Some(than) = than else { return false };
    match (version.parse::<u32>(), than.parse::<u32>()) {
        (Ok(one), Ok(other)) => one < other,
        _ => version < than,
    }
}
