//! Who took part in a dialogue, as the record tells it: the slices in which
//! they did need not be asked.

use types::{EntryKind, OrganisationId, OrganisationKind, PersonId, Role, SurveySide};

use super::Survey;
use crate::needs::Need;
use crate::record::{self, need_stream};
use crate::{Actor, App, Result, accounts, organisations};

/// What a supplier does when it takes part.
const TAKES_PART: &[EntryKind] = &[
    EntryKind::QuestionAsked,
    EntryKind::InterestRegistered,
    EntryKind::EventRegistered,
    EntryKind::EventWaitlisted,
    EntryKind::ResponseSubmitted,
];

/// The buyer's people who run dialogues.
const DESK: &[Role] = &[Role::Owner, Role::ProcurementOfficer, Role::NeedOwner];

/// A person who took part, for an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Party {
    /// Who.
    pub person_id: PersonId,
    /// For whom.
    pub organisation_id: OrganisationId,
    /// On which side.
    pub side: SurveySide,
}

/// Everybody who took part in the dialogue of a need: the suppliers' people
/// who asked, registered or responded, and the buyer's people.
pub async fn participants(app: &App, need: &Need) -> Result<Vec<Party>> {
    let mut parties = suppliers(app, &need_stream(need.id)).await?;
    let desk = accounts::people_with_roles(app.db.product(), need.organisation_id, DESK).await?;
    parties.extend(desk.into_iter().map(|person| Party {
        person_id: person.id,
        organisation_id: need.organisation_id,
        side: SurveySide::Buyer,
    }));
    Ok(parties)
}

async fn suppliers(app: &App, stream: &str) -> Result<Vec<Party>> {
    let actors = record::actors(app.db.product(), stream, TAKES_PART).await?;
    let ids: Vec<OrganisationId> = actors.iter().map(|(_, organisation)| *organisation).collect();
    let found = organisations::list_by_ids(app, &ids).await?;
    let is_supplier =
        |id: OrganisationId| found.iter().any(|o| o.id == id && o.kind == OrganisationKind::Supplier);
    Ok(actors
        .into_iter()
        .filter(|(_, organisation)| is_supplier(*organisation))
        .map(|(person_id, organisation_id)| Party { person_id, organisation_id, side: SurveySide::Supplier })
        .collect())
}

/// On which side the actor may answer, if on any: the buyer's people who run
/// dialogues; of a supplier whoever took part, and everybody once its claim is
/// proved.
pub(super) async fn side_of(app: &App, actor: &Actor, survey: &Survey) -> Result<Option<SurveySide>> {
    let (Some(person), Some(acting)) = (&actor.person, &actor.acting) else { return Ok(None) };
    if acting.organisation_id == survey.organisation_id {
        return Ok(acting.has_any(DESK).then_some(SurveySide::Buyer));
    }
    let parties = suppliers(app, &need_stream(survey.need_id)).await?;
    let is_verified = acting.claim == types::ClaimState::Verified;
    let takes_part = parties
        .iter()
        .any(|p| p.organisation_id == acting.organisation_id && (is_verified || p.person_id == person.id));
    Ok(takes_part.then_some(SurveySide::Supplier))
}
