//! Letters about summaries, and about what is now told to all.

use types::{DisclosureId, EntryKind};

use super::needs::{followers, need_of};
use super::{Letters, NoticeExt, notice};
use crate::ports::FactValue;
use crate::record::RecordEntry;
use crate::{App, Result, needs, organisations, summary};

pub(super) async fn of(app: &App, entry: &RecordEntry) -> Result<Option<Letters>> {
    let (Some(need), Some(subject)) = (need_of(app, entry).await?, entry.subject_id) else { return Ok(None) };
    let buyer = organisations::get(app, need.organisation_id).await?.name;
    let page = |at: &str| notice(entry, &need.title, &buyer, format!("/needs/{}{at}", need.slug));
    let notice = match entry.kind {
        EntryKind::DisclosureShared => {
            let shared = needs::shared_disclosures(app, std::slice::from_ref(&need)).await?;
            let Some(found) = shared.into_iter().find(|d| d.id == DisclosureId(subject)) else {
                return Ok(None);
            };
            page("").quote("disclosure", Some(&found.text))
        }
        EntryKind::SummaryPublished => {
            let all = summary::versions(app, need.id).await?;
            let Some(found) = all.into_iter().find(|v| v.version.id.0 == subject) else { return Ok(None) };
            let letter = page("/summary")
                .quote("change", found.version.note.as_deref())
                .quote("summary", Some(&found.content.overview))
                .quote("next-steps", Some(&found.content.next_steps));
            match found.content.next_on {
                Some(day) => letter.fact("next-on", FactValue::Text(day.format("%d.%m.%Y").to_string())),
                None => letter,
            }
        }
        _ => return Ok(None),
    };
    Ok(Some(Letters { recipients: followers(app, &need).await?, notice }))
}
