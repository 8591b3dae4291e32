//! Writing drafts. One function is one transaction.

use entity::need;
use sea_orm::ActiveValue::Set;
use types::{EntryKind, ErrorCode, NeedId, NeedState};

use super::{ContentInput, Need, NeedContent, files, partners, policy, store};
use crate::record::{Entry, need_stream};
use crate::{Actor, App, Error, Result};
use crate::{attachments, disclosures};

/// A new draft; everything may still be empty but the title.
#[derive(Clone, Debug, Default)]
pub struct CreateNeed {
    /// What it says so far.
    pub content: ContentInput,
}

/// A change of a draft.
#[derive(Clone, Debug)]
pub struct SaveDraft {
    /// Which need.
    pub need_id: NeedId,
    /// The version that the change was made on; `STALE_VERSION` if it is not the newest.
    pub expected_version: Option<i32>,
    /// What changes; what is left out stays.
    pub content: ContentInput,
}

/// Begins a need for the buyer acted for.
pub async fn create(app: &App, actor: &Actor, input: CreateNeed) -> Result<Need> {
    policy::may_create(actor)?;
    let organisation = actor.buyer()?.organisation_id;
    let language = input.content.language.unwrap_or(actor.language);
    let mut content = NeedContent { language, ..NeedContent::default() }.apply(input.content)?;
    if content.title.is_empty() {
        return Err(Error::field("title", ErrorCode::Required));
    }
    if content.contact_name.is_empty() {
        let me = actor.person()?;
        content.contact_name.clone_from(&me.name);
        content.contact_email = Some(me.email.clone());
    }
    let id: NeedId = app.id();
    let tx = app.db.write().await?;
    let row = draft_row(app, actor, id, organisation, &content)?;
    let row = need::ActiveModel { slug: Set(store::free_slug(&tx, &content.title, id).await?), ..row };
    let entry = Entry::new(EntryKind::NeedDrafted, need_stream(id));
    let row = store::insert(app, &tx, actor, row, entry).await?;
    tx.commit().await?;
    Ok(row)
}

/// The columns of a draft, but its slug.
pub(super) fn draft_row(
    app: &App,
    actor: &Actor,
    id: NeedId,
    organisation: types::OrganisationId,
    content: &NeedContent,
) -> Result<need::ActiveModel> {
    let now = app.now();
    Ok(need::ActiveModel {
        id: Set(id),
        organisation_id: Set(organisation),
        slug: sea_orm::ActiveValue::NotSet,
        draft_slug: Set(None),
        state: Set(NeedState::Draft),
        content: Set(serde_json::to_value(content)?),
        title: Set(content.title.clone()),
        language: Set(content.language),
        version: Set(1),
        created_by: Set(actor.person.as_ref().map(|p| p.id)),
        created_at: Set(now),
        updated_at: Set(now),
        submitted_by: Set(None),
        submitted_at: Set(None),
        approved_by: Set(None),
        publish_at: Set(None),
        published_number: Set(None),
        published_at: Set(None),
        response_deadline: Set(None),
        question_deadline: Set(None),
        value_amount: Set(None),
        county_number: Set(None),
        is_joint: Set(false),
        competition_announced_at: Set(None),
        competition_url: Set(None),
        dialogue_opened_at: Set(None),
        outcome_reason: Set(None),
        outcome_at: Set(None),
        source_id: Set(None),
        source_version: Set(None),
        is_call_for_competition: Set(false),
        import_report: Set(None),
    })
}

/// Saves the working draft: of an unpublished need, or of its next version.
pub async fn save_draft(app: &App, actor: &Actor, input: SaveDraft) -> Result<Need> {
    let tx = app.db.write().await?;
    let need = store::lock(&tx, actor, input.need_id).await?;
    policy::may_edit(actor, &need)?;
    writable(&need)?;
    if input.expected_version.is_some_and(|v| v != need.version) {
        return Err(Error::Conflict(ErrorCode::StaleVersion));
    }
    let before = super::queries::draft_of(&need)?;
    let content = before.apply(input.content)?;
    if content == before {
        return Ok(need);
    }
    let entry = Entry::new(EntryKind::NeedDraftSaved, need_stream(need.id));
    let is_public = need.published_number.is_some();
    let row = store::save(app, &tx, actor, need, entry, |row| {
        row.content = Set(serde_json::to_value(&content).unwrap_or_default());
        if !is_public {
            row.title = Set(content.title.clone());
            row.language = Set(content.language);
        }
    })
    .await?;
    tx.commit().await?;
    Ok(row)
}

/// Drafts can be written before review and, for the next version, while the dialogue is open.
fn writable(need: &Need) -> Result<()> {
    match need.state {
        NeedState::Draft | NeedState::Published | NeedState::InDialogue => Ok(()),
        NeedState::InReview | NeedState::Scheduled => Err(Error::Conflict(ErrorCode::FrozenForReview)),
        _ => Err(Error::Conflict(ErrorCode::WrongState)),
    }
}

/// Deletes a draft that was never public (R9: what was published stays).
pub async fn delete_draft(app: &App, actor: &Actor, id: NeedId) -> Result<NeedId> {
    let tx = app.db.write().await?;
    let need = store::lock(&tx, actor, id).await?;
    policy::may_edit(actor, &need)?;
    if need.state != NeedState::Draft || need.published_number.is_some() {
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    if disclosures::is_any(&*tx, id).await? {
        // What was told to somebody stays in the books.
        return Err(Error::Conflict(ErrorCode::WrongState));
    }
    partners::dissolve(app, &tx, actor, &need).await?;
    crate::dissolve_draft(app, &tx, actor, id).await?;
    let freed = attachments::remove_all(app, &tx, actor, files::subject(&need), &files::home(&need)).await?;
    store::delete(app, &tx, actor, need).await?;
    tx.commit().await?;
    attachments::collect(app, freed).await?;
    Ok(id)
}
