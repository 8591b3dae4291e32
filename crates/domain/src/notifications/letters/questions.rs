//! Letters about questions and announcements.

use types::{AnnouncementId, EntryKind, QuestionId, Role};

use super::needs::{followers, need_of};
use super::{Letters, NoticeExt, notice};
use crate::ports::FactValue;
use crate::record::RecordEntry;
use crate::{Actor, App, Result, accounts, organisations, questions};

const DESK: &[Role] = &[Role::Owner, Role::ProcurementOfficer, Role::NeedOwner];

pub(super) async fn of(app: &App, entry: &RecordEntry) -> Result<Option<Letters>> {
    let (Some(need), Some(subject)) = (need_of(app, entry).await?, entry.subject_id) else { return Ok(None) };
    let buyer = organisations::get(app, need.organisation_id).await?.name;
    let page = |path: &str| notice(entry, &need.title, &buyer, format!("{path}/{}", need.slug));
    if entry.kind == EntryKind::AnnouncementPublished {
        let all = questions::announcements_of_needs(app, &[need.id]).await?;
        let Some(found) = all.into_iter().find(|a| a.id == AnnouncementId(subject)) else { return Ok(None) };
        let body = format!("{}\n\n{}", found.title, found.body);
        let notice = page("/needs").quote("announcement", Some(&body));
        return Ok(Some(Letters { recipients: followers(app, &need).await?, notice }));
    }
    let Some(question) = questions::find(app, &Actor::system(), QuestionId(subject)).await? else {
        return Ok(None);
    };
    let asker = question.asker.map(|a| a.person_id);
    let own = match asker {
        Some(id) => accounts::persons_by_ids(app.db.read(), &[id]).await?,
        None => Vec::new(),
    };
    let letters = match entry.kind {
        // The buyer's letter holds the pseudonym, not the asker: mail is forwarded.
        EntryKind::QuestionAsked => {
            let recipients = accounts::people_with_roles(app.db.read(), need.organisation_id, DESK).await?;
            let mut notice = page("/m/needs").quote("question", question.original_text.as_deref());
            if let Some(until) = need.question_deadline.or(need.response_deadline) {
                notice = notice.fact("question-deadline", FactValue::Time(until));
            }
            notice.url.push_str("/questions");
            Letters { recipients, notice }
        }
        EntryKind::QuestionAnswered => {
            let mut recipients = own;
            recipients.extend(followers(app, &need).await?);
            let notice = page("/needs")
                .quote("question", Some(&question.text))
                .quote("answer", question.answer.as_deref());
            Letters { recipients, notice }
        }
        EntryKind::QuestionDeclined => {
            let notice = page("/needs")
                .quote("question", question.original_text.as_deref())
                .quote("reason", question.reason.as_deref());
            Letters { recipients: own, notice }
        }
        _ => return Ok(None),
    };
    Ok(Some(letters))
}
