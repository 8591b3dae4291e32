//! The ledger: what the buyer told whom and when, and who took part (R1, R5).
//!
//! Both are readings of the record and have no tables: a slice that records
//! what it does in the need's stream is in them without further ado. They end
//! where the sealer stands, a moment behind the last command.
//!
//! Invariants: the buyer's own people read them, nobody else; nothing leaves
//! the participants' register, it only grows (R5); it holds organisations,
//! never persons (R15).

use std::collections::{BTreeSet, HashMap};

use sea_orm::ConnectionTrait;
use types::{
    Audience, DisclosureId, DisclosureState, EntryId, EntryKind, ErrorCode, OrganisationId, QuestionId, Time,
};
use uuid::Uuid;

use crate::needs::{self, Need};
use crate::page::{Page, PageRequest};
use crate::record::{self, RecordEntry, need_stream};
use crate::{Actor, App, Error, Result, questions};

/// What speaks from the buyer to the market.
const TOLD: &[EntryKind] = &[
    EntryKind::NeedPublished,
    EntryKind::NeedVersionPublished,
    EntryKind::NeedStateChanged,
    EntryKind::NeedCompetitionAnnounced,
    EntryKind::QuestionAnswered,
    EntryKind::QuestionDeclined,
    EntryKind::AnnouncementPublished,
    EntryKind::DisclosureMade,
    EntryKind::DisclosureShared,
    EntryKind::DisclosureWaived,
    EntryKind::EventAnnounced,
    EntryKind::EventChanged,
    EntryKind::EventCancelled,
    EntryKind::EventDocumented,
    EntryKind::ResponseDisposed,
    EntryKind::ConfidentialityDecided,
    EntryKind::SummaryPublished,
];

/// What a supplier does in a dialogue.
const TOOK_PART: &[EntryKind] = &[
    EntryKind::InterestRegistered,
    EntryKind::InterestWithdrawn,
    EntryKind::QuestionAsked,
    EntryKind::EventRegistered,
    EntryKind::EventWaitlisted,
    EntryKind::EventWithdrawn,
    EntryKind::ResponseSubmitted,
    EntryKind::ResponseWithdrawn,
];

/// To whom something was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToWhom {
    /// Everybody at once.
    All,
    /// Some, of whom these organisations are known.
    Some(Vec<OrganisationId>),
}

/// One thing that the buyer told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The entry of the record that it is read from.
    pub entry_id: EntryId,
    /// What kind of telling.
    pub kind: EntryKind,
    /// When: for a noted disclosure when it was told, not when it was noted.
    pub told_at: Time,
    /// To whom.
    pub to: ToWhom,
    /// What, in short: the question, the announcement's title, the reason.
    pub what: String,
    /// The disclosure that it is about, if one.
    pub disclosure_id: Option<DisclosureId>,
    /// Where that disclosure stands now.
    pub disclosure_state: Option<DisclosureState>,
}

/// Something that an organisation did in a dialogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TookPart {
    /// The entry of the record that it is read from.
    pub entry_id: EntryId,
    /// Which organisation.
    pub organisation_id: OrganisationId,
    /// What it did.
    pub activity: EntryKind,
    /// When.
    pub at: Time,
}

fn owners_only(actor: &Actor, need: &Need) -> Result<()> {
    if needs::reads_internals(actor, need) { Ok(()) } else { Err(Error::Forbidden(ErrorCode::Forbidden)) }
}

/// Everything that the buyer disclosed in a need, newest first.
pub async fn told(app: &App, actor: &Actor, need: &Need, page: &PageRequest) -> Result<Page<Told>> {
    owners_only(actor, need)?;
    let entries = record::entries_of(app.db.read(), &need_stream(need.id), TOLD, Some(page)).await?;
    let page = Page::cut(entries, page.first, |e| e.id.to_string());
    let texts = Texts::of(app, actor, need, page.rows.iter().map(|(_, e)| e)).await?;
    Ok(page.map(|entry| texts.told(&entry)))
}

/// What the entries speak of, read at once.
struct Texts {
    questions: HashMap<Uuid, String>,
    announcements: HashMap<Uuid, String>,
    disclosures: HashMap<Uuid, crate::disclosures::Disclosure>,
}

impl Texts {
    async fn of(
        app: &App,
        actor: &Actor,
        need: &Need,
        entries: impl Iterator<Item = &RecordEntry>,
    ) -> Result<Self> {
        let mut asked: Vec<QuestionId> = Vec::new();
        let (mut announces, mut discloses) = (false, false);
        for entry in entries {
            match (entry.kind, entry.subject_id) {
                (EntryKind::QuestionAnswered | EntryKind::QuestionDeclined, Some(id)) => {
                    asked.push(QuestionId(id));
                }
                (EntryKind::AnnouncementPublished, _) => announces = true,
                (kind, _) => discloses |= is_disclosure(kind),
            }
        }
        let questions = questions::list_by_ids(app, actor, need, &asked).await?;
        let announcements =
            if announces { questions::announcements(app, actor, need).await? } else { Vec::new() };
        let disclosures = if discloses { needs::disclosures(app, actor, need).await? } else { Vec::new() };
        Ok(Self {
            questions: questions.into_iter().map(|q| (q.id.0, q.text)).collect(),
            announcements: announcements.into_iter().map(|a| (a.id.0, a.title)).collect(),
            disclosures: disclosures.into_iter().map(|d| (d.id.0, d)).collect(),
        })
    }

    fn told(&self, entry: &RecordEntry) -> Told {
        let subject = entry.subject_id.unwrap_or_default();
        let disclosure = is_disclosure(entry.kind).then(|| self.disclosures.get(&subject)).flatten();
        let payload = |key: &str| entry.payload.get(key).and_then(|v| v.as_str()).map(str::to_owned);
        let (what, told_at, to) = match (entry.kind, disclosure) {
            (EntryKind::DisclosureMade, Some(d)) => {
                let to = serde_json::from_value(d.told_to.clone()).unwrap_or_default();
                (d.told.clone(), d.told_at, ToWhom::Some(to))
            }
            (EntryKind::DisclosureShared, Some(d)) => {
                (d.shared_text.clone().unwrap_or_default(), entry.occurred_at, ToWhom::All)
            }
            (EntryKind::DisclosureWaived, Some(d)) => {
                let to = serde_json::from_value(d.told_to.clone()).unwrap_or_default();
                (d.waive_reason.clone().unwrap_or_default(), entry.occurred_at, ToWhom::Some(to))
            }
            (kind, _) => {
                let what = match kind {
                    EntryKind::QuestionAnswered | EntryKind::QuestionDeclined => {
                        self.questions.get(&subject).cloned()
                    }
                    EntryKind::AnnouncementPublished => self.announcements.get(&subject).cloned(),
                    EntryKind::NeedVersionPublished => payload("note"),
                    EntryKind::NeedCompetitionAnnounced => payload("url"),
                    _ => payload("title").or_else(|| payload("reason")),
                };
                let to = match entry.audience {
                    Audience::Public | Audience::Registered => ToWhom::All,
                    Audience::Named | Audience::Internal => ToWhom::Some(named(entry)),
                };
                (what.unwrap_or_default(), entry.occurred_at, to)
            }
        };
        Told {
            entry_id: entry.id,
            kind: entry.kind,
            told_at,
            to,
            what,
            disclosure_id: disclosure.map(|d| d.id),
            disclosure_state: disclosure.map(|d| d.state),
        }
    }
}

const fn is_disclosure(kind: EntryKind) -> bool {
    matches!(kind, EntryKind::DisclosureMade | EntryKind::DisclosureShared | EntryKind::DisclosureWaived)
}

fn named(entry: &RecordEntry) -> Vec<OrganisationId> {
    let ids = entry.named_organisations.as_deref().unwrap_or_default().split(',');
    ids.filter_map(|id| id.parse().ok().map(OrganisationId)).collect()
}

/// Who took part with what and when, newest first (R5); for the buyer's people.
pub async fn participants(app: &App, actor: &Actor, need: &Need) -> Result<Vec<TookPart>> {
    owners_only(actor, need)?;
    register(app.db.read(), need).await
}

async fn register<C: ConnectionTrait>(conn: &C, need: &Need) -> Result<Vec<TookPart>> {
    let entries = record::entries_of(conn, &need_stream(need.id), TOOK_PART, None).await?;
    Ok(entries
        .into_iter()
        .filter_map(|e| {
            let organisation_id = e.actor_organisation_id.filter(|o| *o != need.organisation_id)?;
            Some(TookPart { entry_id: e.id, organisation_id, activity: e.kind, at: e.occurred_at })
        })
        .collect())
}

/// The organisations that took part otherwise than by interest: what a summary
/// may count, since discreet interest is in no public number.
pub(crate) async fn active_participants<C: ConnectionTrait>(
    conn: &C,
    need: &Need,
) -> Result<BTreeSet<OrganisationId>> {
    let rows = register(conn, need).await?.into_iter();
    Ok(rows
        .filter(|t| !matches!(t.activity, EntryKind::InterestRegistered | EntryKind::InterestWithdrawn))
        .map(|t| t.organisation_id)
        .collect())
}
