//! Letters about needs.

use types::{AttachmentId, Audience, EntryKind, NeedId, PersonId, Role};

use super::{Letters, NoticeExt, notice};
use crate::accounts::{self, Person};
use crate::attachments::{self, Attachment};
use crate::needs::{self, Need};
use crate::ports::FactValue;
use crate::record::RecordEntry;
use crate::{Actor, App, Result, events, organisations};

const APPROVERS: &[Role] = &[Role::Owner, Role::ProcurementOfficer, Role::Reviewer];

/// The need of an entry's stream, if it still exists.
pub(super) async fn need_of(app: &App, entry: &RecordEntry) -> Result<Option<Need>> {
    let Some(id) = entry.stream.strip_prefix("need:").and_then(|id| id.parse().ok()) else { return Ok(None) };
    needs::find(app, &Actor::system(), NeedId(id)).await
}

pub(super) async fn of(app: &App, entry: &RecordEntry) -> Result<Option<Letters>> {
    let Some(need) = need_of(app, entry).await? else { return Ok(None) };
    let buyer = organisations::get(app, need.organisation_id).await?.name;
    let text = |key: &str| entry.payload.get(key).and_then(|v| v.as_str());
    let page = |at: &str| notice(entry, &need.title, &buyer, format!("{at}/{}", need.slug));
    let (recipients, notice) = match entry.kind {
        EntryKind::NeedSubmitted => (
            accounts::people_with_roles(app.db.read(), need.organisation_id, APPROVERS).await?,
            page("/m/needs"),
        ),
        EntryKind::NeedApproved => (submitter(app, entry).await?, page("/m/needs")),
        EntryKind::NeedReturned => {
            (submitter(app, entry).await?, page("/m/needs").quote("comment", text("comment")))
        }
        EntryKind::NeedVersionPublished => {
            let changes = notice(entry, &need.title, &buyer, format!("/needs/{}/changes", need.slug));
            (followers(app, &need).await?, deadline(changes.quote("change", text("note")), &need))
        }
        EntryKind::NeedStateChanged if text("reason").is_some() => {
            let outcome = FactValue::word("need-state", text("to").unwrap_or_default());
            (
                followers(app, &need).await?,
                page("/needs").fact("outcome", outcome).quote("reason", text("reason")),
            )
        }
        EntryKind::NeedCompetitionAnnounced => {
            let link = FactValue::Text(text("url").unwrap_or_default().to_owned());
            (followers(app, &need).await?, page("/needs").fact("competition", link))
        }
        EntryKind::AttachmentAdded if entry.audience == Audience::Public => {
            let Some(file) = file_of(app, entry).await? else { return Ok(None) };
            (followers(app, &need).await?, page("/needs").fact("file", FactValue::Text(file.name)))
        }
        _ => return Ok(None),
    };
    Ok(Some(Letters { recipients, notice }))
}

fn deadline(notice: crate::ports::Notice, need: &Need) -> crate::ports::Notice {
    match need.response_deadline {
        Some(at) => notice.fact("deadline", FactValue::Time(at)),
        None => notice,
    }
}

/// The file that an entry tells of, if it is still there.
async fn file_of(app: &App, entry: &RecordEntry) -> Result<Option<Attachment>> {
    let Some(id) = entry.subject_id else { return Ok(None) };
    let found = attachments::find(app, &Actor::system(), AttachmentId(id)).await?;
    Ok(found.filter(|file| file.removed_at.is_none()))
}

/// Who asked for the approval that the entry decides.
async fn submitter(app: &App, entry: &RecordEntry) -> Result<Vec<Person>> {
    let id = entry.payload.get("to").and_then(|v| serde_json::from_value::<PersonId>(v.clone()).ok());
    let Some(id) = id else { return Ok(Vec::new()) };
    accounts::persons_by_ids(app.db.read(), &[id]).await
}

/// Everybody who takes part in or follows the dialogue of a need.
pub(super) async fn followers(app: &App, need: &Need) -> Result<Vec<Person>> {
    let mut people = crate::questions::askers(app, need.id).await?;
    people.extend(crate::responses::participants(app, need.id).await?);
    people.extend(super::events::people_of(app, &events::registrations_of_need(app, need).await?).await?);
    people.extend(crate::interest::audience(app, need.id).await?);
    Ok(people)
}
