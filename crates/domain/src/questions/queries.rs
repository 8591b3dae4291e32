//! Reads: what is answered is public; what is not, the buyer's and the asker's.

use types::{AnnouncementId, Language, NeedId, OrganisationId, PersonId, QuestionId, QuestionState, Time};

use super::{Announcement, QuestionRow, policy, store};
use crate::needs::{self, Need};
use crate::page::{Page, PageRequest};
use crate::{Actor, App, Error, Result, Tx, accounts, organisations};

/// Who asked; read by the buyer's people and the asker alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asker {
    /// The person.
    pub person_id: PersonId,
    /// The organisation, if one was acted for.
    pub organisation_id: Option<OrganisationId>,
}

/// A question as far as the actor may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuestionView {
    /// Id.
    pub id: QuestionId,
    /// About which need.
    pub need_id: NeedId,
    /// The question: as published, or as asked for those who may read that.
    pub text: String,
    /// As it was asked, for the buyer and the asker.
    pub original_text: Option<String>,
    /// The language it was asked in.
    pub language: Language,
    /// State.
    pub state: QuestionState,
    /// The asker's name in this need.
    pub pseudonym: String,
    /// When it was asked; for the public the day must do.
    pub asked_at: Time,
    /// The answer.
    pub answer: Option<String>,
    /// When it was answered or declined.
    pub answered_at: Option<Time>,
    /// Why it is not published.
    pub reason: Option<String>,
    /// Who asked.
    pub asker: Option<Asker>,
    /// For optimistic locking.
    pub version: i32,
}

impl QuestionView {
    pub(super) fn of(row: QuestionRow, asker: Option<Asker>) -> Self {
        let text = row.published_text.clone().unwrap_or_else(|| row.text.clone());
        Self {
            id: row.id,
            need_id: row.need_id,
            text,
            original_text: asker.is_some().then_some(row.text),
            language: row.language,
            state: row.state,
            pseudonym: row.pseudonym,
            asked_at: row.asked_at,
            answer: row.answer,
            answered_at: row.answered_at,
            reason: asker.is_some().then_some(row.reason).flatten(),
            asker,
            version: row.version,
        }
    }
}

/// The names that a published text must not hold.
#[derive(Clone, Debug, Default)]
pub(super) struct AskerNames(Vec<String>);

impl AskerNames {
    pub(super) fn names(&self) -> impl Iterator<Item = &String> {
        self.0.iter().filter(|n| n.chars().count() >= 3)
    }
}

/// The asker's names as a text might give them away.
pub(super) async fn asker_of(tx: &Tx, row: &QuestionRow) -> Result<AskerNames> {
    let mut names = Vec::new();
    if let Some(person) = accounts::person_in(tx, row.asker_person_id).await? {
        names.push(person.email.as_str().to_owned());
        if person.name.contains(' ') {
            names.push(person.name);
        }
    }
    if let Some(id) = row.asker_organisation_id {
        let organisation = organisations::find_in(&**tx, id).await?.ok_or(Error::NotFound)?;
        let bare = organisation
            .name
            .trim_end_matches(" AS")
            .trim_end_matches(" ASA")
            .trim_end_matches(" SA")
            .to_owned();
        names.push(bare);
        names.extend(organisation.organisation_number.map(|n| n.to_string()));
    }
    Ok(AskerNames(names))
}

fn view(actor: &Actor, need: &Need, row: QuestionRow) -> QuestionView {
    let asker = policy::knows_asker(actor, need, &row)
        .then_some(Asker { person_id: row.asker_person_id, organisation_id: row.asker_organisation_id });
    QuestionView::of(row, asker)
}

/// By id, if the actor may see it.
pub async fn find(app: &App, actor: &Actor, id: QuestionId) -> Result<Option<QuestionView>> {
    Ok(find_several(app, actor, &[id]).await?.pop())
}

/// Several at once, of whichever needs, in no order, those that the actor may see.
pub async fn find_several(app: &App, actor: &Actor, ids: &[QuestionId]) -> Result<Vec<QuestionView>> {
    let rows = store::by_ids(app.db.read(), ids).await?;
    let needs: Vec<NeedId> = rows.iter().map(|row| row.need_id).collect();
    let needs = needs::list_by_ids(app, actor, &needs).await?;
    let seen = rows.into_iter().filter_map(|row| {
        let need = needs.iter().find(|need| need.id == row.need_id)?;
        policy::sees(actor, need, &row).then(|| view(actor, need, row))
    });
    Ok(seen.collect())
}

/// Several questions of one need at once, in no order, those that the actor may see.
pub async fn list_by_ids(
    app: &App,
    actor: &Actor,
    need: &Need,
    ids: &[QuestionId],
) -> Result<Vec<QuestionView>> {
    let rows = store::by_ids(app.db.read(), ids).await?;
    let seen = rows.into_iter().filter(|row| row.need_id == need.id && policy::sees(actor, need, row));
    Ok(seen.map(|row| view(actor, need, row)).collect())
}

/// The questions of a need: the answered ones for everybody, the latest answer
/// first; all for the buyer, in the order in which they were asked, latest
/// first; the own ones for the asker.
pub async fn list(app: &App, actor: &Actor, need: &Need, page: &PageRequest) -> Result<Page<QuestionView>> {
    let needs = std::slice::from_ref(need);
    let found = store::page(app.db.read(), actor, needs, page).await?;
    Ok(found.map(|row| view(actor, need, row)))
}

/// The newest questions of several needs at once, for lists.
pub async fn list_of_needs(app: &App, actor: &Actor, needs: &[Need]) -> Result<Vec<QuestionView>> {
    let found = store::page(app.db.read(), actor, needs, &PageRequest::largest()).await?;
    Ok(found
        .into_rows()
        .into_iter()
        .filter_map(|row| needs.iter().find(|n| n.id == row.need_id).map(|need| view(actor, need, row)))
        .collect())
}

/// The actor's own questions, newest first.
pub async fn list_mine(app: &App, actor: &Actor, page: &PageRequest) -> Result<Page<QuestionView>> {
    let me = actor.person()?.id;
    let found = store::of_person(app.db.read(), me, page).await?;
    Ok(found.map(|row| {
        let asker = Asker { person_id: me, organisation_id: row.asker_organisation_id };
        QuestionView::of(row, Some(asker))
    }))
}

/// How many questions of a buyer wait for an answer.
pub async fn open_count(app: &App, actor: &Actor) -> Result<u64> {
    store::count_open(app.db.read(), actor.buyer()?.organisation_id).await
}

/// The needs, of the buyer that the actor acts for, where questions wait, the newest first.
pub async fn needs_with_open(app: &App, actor: &Actor, page: &PageRequest) -> Result<Page<Need>> {
    store::needs_with_open(app.db.read(), actor.buyer()?.organisation_id, page).await
}

/// How many questions about a need wait for an answer; the caller has asked
/// who reads that.
pub(crate) async fn count_unanswered(app: &App, need: NeedId) -> Result<u64> {
    store::count_unanswered(app.db.read(), need).await
}

/// The announcements of a need, newest first.
pub async fn announcements(app: &App, actor: &Actor, need: &Need) -> Result<Vec<Announcement>> {
    if needs::find(app, actor, need.id).await?.is_none() {
        return Err(Error::NotFound);
    }
    store::announcements(app.db.read(), &[need.id]).await
}

/// One announcement, if the actor may see its need.
pub async fn find_announcement(app: &App, actor: &Actor, id: AnnouncementId) -> Result<Option<Announcement>> {
    let Some(row) = store::announcement_by_id(app.db.read(), id).await? else { return Ok(None) };
    Ok(needs::find(app, actor, row.need_id).await?.map(|_| row))
}

/// The announcements of several needs, newest first.
pub async fn announcements_of_needs(app: &App, needs: &[NeedId]) -> Result<Vec<Announcement>> {
    store::announcements(app.db.read(), needs).await
}

/// The needs about which somebody asked.
pub(crate) async fn asked_by(app: &App, person: types::PersonId) -> Result<Vec<NeedId>> {
    store::asked_by(app.db.product(), person).await
}

/// Everybody who asked something about a need.
pub async fn askers(app: &App, need: NeedId) -> Result<Vec<accounts::Person>> {
    let ids = store::askers(app.db.read(), need).await?;
    accounts::persons_by_ids(app.db.read(), &ids).await
}
