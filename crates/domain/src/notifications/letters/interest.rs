//! Letters about interest.

use types::{EntryKind, InterestVisibility, Role};

use super::needs::need_of;
use super::{Letters, NoticeExt, notice};
use crate::ports::FactValue;
use crate::record::RecordEntry;
use crate::{Actor, App, Result, accounts, interest, organisations};

const DESK: &[Role] = &[Role::Owner, Role::ProcurementOfficer, Role::NeedOwner];

/// The buyer is told that somebody is interested. The letter names a supplier
/// whose interest is public; mail is forwarded, so a discreet one is not named.
pub(super) async fn of(app: &App, entry: &RecordEntry) -> Result<Option<Letters>> {
    if entry.kind != EntryKind::InterestRegistered {
        return Ok(None);
    }
    let Some(need) = need_of(app, entry).await? else { return Ok(None) };
    let all = interest::list(app, &Actor::system(), &need).await?;
    let Some(found) = all.into_iter().find(|i| Some(i.id.0) == entry.subject_id) else { return Ok(None) };
    let buyer = organisations::get(app, need.organisation_id).await?.name;
    let mut letter = notice(entry, &need.title, &buyer, format!("/m/needs/{}/interest", need.slug));
    if found.visibility == InterestVisibility::Public {
        let supplier = organisations::get(app, found.organisation_id).await?.name;
        letter = letter.fact("supplier", FactValue::Text(supplier));
    }
    let letter = letter.fact("visibility", FactValue::word("mail-interest", found.visibility.as_str()));
    let recipients = accounts::people_with_roles(app.db.read(), need.organisation_id, DESK).await?;
    Ok(Some(Letters { recipients, notice: letter }))
}
