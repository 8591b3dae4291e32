//! Letters between the buyers that stand, or could stand, behind a need.

use types::{EntryKind, OrganisationId, Role};

use super::needs::need_of;
use super::{Letters, NoticeExt, notice};
use crate::needs::partners;
use crate::ports::FactValue;
use crate::record::RecordEntry;
use crate::{Actor, App, Result, accounts, organisations};

const OFFICERS: &[Role] = &[Role::Owner, Role::ProcurementOfficer];
const DESK: &[Role] = &[Role::Owner, Role::ProcurementOfficer, Role::NeedOwner];

/// Whether the kind is one of these letters.
pub(super) const fn is_letter(kind: EntryKind) -> bool {
    matches!(kind, EntryKind::PartnerInvited | EntryKind::PartnerAnswered | EntryKind::PartnerLeft)
}

pub(super) async fn of(app: &App, entry: &RecordEntry) -> Result<Option<Letters>> {
    let id = entry.payload.get("organisation").and_then(|v| v.as_str()).and_then(|id| id.parse().ok());
    let (Some(need), Some(id)) = (need_of(app, entry).await?, id) else { return Ok(None) };
    let all = partners::list(app, &Actor::system(), &need).await?;
    let Some(partner) = all.into_iter().find(|p| p.organisation_id == OrganisationId(id)) else {
        return Ok(None);
    };
    let owner = organisations::get(app, need.organisation_id).await?.name;
    let name = organisations::get(app, partner.organisation_id).await?.name;
    let db = app.db.read();
    let owners_page = format!("/m/needs/{}/partners", need.slug);
    // The partner's own page is the need's: who was removed may see no other.
    let partners_page = format!("/needs/{}", need.slug);
    let letters = match entry.kind {
        EntryKind::PartnerInvited => Letters {
            recipients: accounts::people_with_roles(db, partner.organisation_id, OFFICERS).await?,
            notice: notice(entry, &need.title, &owner, "/m/together".to_owned())
                .quote("message", partner.message.as_deref()),
        },
        EntryKind::PartnerAnswered => Letters {
            recipients: accounts::people_with_roles(db, need.organisation_id, DESK).await?,
            notice: notice(entry, &need.title, &name, owners_page)
                .fact("organisation", FactValue::Text(name.clone()))
                .fact("answer", FactValue::word("mail-partner", partner.state.as_str()))
                .quote("message", partner.note.as_deref()),
        },
        // Whoever did not end it is told.
        _ if entry.actor_organisation_id == Some(partner.organisation_id) => Letters {
            recipients: accounts::people_with_roles(db, need.organisation_id, DESK).await?,
            notice: notice(entry, &need.title, &name, owners_page)
                .quote("reason", partner.left_reason.as_deref()),
        },
        _ => Letters {
            recipients: accounts::people_with_roles(db, partner.organisation_id, OFFICERS).await?,
            notice: notice(entry, &need.title, &owner, partners_page)
                .quote("reason", partner.left_reason.as_deref()),
        },
    };
    Ok(Some(letters))
}
