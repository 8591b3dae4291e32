//! Letters about surveys: to both sides' people, when one opens and when its
//! answers are in the figures.

use types::{EntryKind, PersonId};

use super::needs::need_of;
use super::{Letters, NoticeExt, notice};
use crate::ports::FactValue;
use crate::record::RecordEntry;
use crate::{Actor, App, Result, accounts, organisations, quality};

pub(super) async fn of(app: &App, entry: &RecordEntry) -> Result<Option<Letters>> {
    let Some(need) = need_of(app, entry).await? else { return Ok(None) };
    let Some(view) = quality::of_need(app, &Actor::system(), need.id).await? else { return Ok(None) };
    let buyer = organisations::get(app, need.organisation_id).await?;
    let page = |path: String| notice(entry, &need.title, &buyer.name, path);
    let notice = match entry.kind {
        EntryKind::SurveyOpened => {
            page(format!("/surveys/{}", need.slug)).fact("deadline", FactValue::Time(view.survey.closes_at))
        }
        EntryKind::SurveyReleased => page(format!("/quality/{}", buyer.slug)),
        _ => return Ok(None),
    };
    let parties = quality::participants(app, &need).await?;
    let ids: Vec<PersonId> = parties.into_iter().map(|p| p.person_id).collect();
    let recipients = accounts::persons_by_ids(app.db.read(), &ids).await?;
    Ok(Some(Letters { recipients, notice }))
}
