//! Plays the stories in the order of their days.

use std::collections::VecDeque;
use std::sync::Arc;

use anyhow::{Context, Result};
use chrono::TimeDelta;
use domain::accounts::{self, Person};
use domain::attachments::{self, Subject};
use domain::events::{self, EventInput, PersonInput, PlanEvent, Register};
use domain::needs::{self, ContentInput, CreateNeed, SaveDraft, ValueRange};
use domain::organisations::{self, NewOrganisation, Organisation};
use domain::questions::{self, Announce, Answer, Ask};
use domain::responses;
use domain::summary::{self, SaveSummary, SummaryInput};
use domain::{Acting, Actor, ActorPerson, App, interest, reference};
use sea_orm::ActiveValue::Set;
use types::{
    AttachmentSubject, ClaimState, DisclosureId, EntryKind, EventId, InterestVisibility, Language,
    MembershipState, NeedId, OrganisationKind, OrganisationNumber, QuestionId, RegistrationId, Role, Time,
};

use super::cast::{self, BUYERS, House, PLATFORM, SUPPLIERS};
use super::script::{Gathering, Scene, Story};
use super::time::{PastClock, on_workday};
use super::{answers, stories, together};

/// Where a story stands.
#[derive(Default)]
struct Progress {
    need: Option<NeedId>,
    asked: VecDeque<QuestionId>,
    event: Option<EventId>,
    registered: Vec<RegistrationId>,
    told: Option<DisclosureId>,
}

pub(super) struct Stage<'a> {
    app: &'a Arc<App>,
    clock: &'a PastClock,
    today: Time,
    /// The people of each buyer, in the order of the cast.
    buyers: Vec<Vec<Actor>>,
    suppliers: Vec<Actor>,
    progress: Vec<Progress>,
}

impl<'a> Stage<'a> {
    pub(super) fn new(app: &'a Arc<App>, clock: &'a PastClock, today: Time) -> Self {
        let progress = stories::ALL.iter().map(|_| Progress::default()).collect();
        Self { app, clock, today, buyers: Vec::new(), suppliers: Vec::new(), progress }
    }

    /// Makes the organisations known and puts the people into theirs.
    pub(super) async fn fill(&mut self) -> Result<()> {
        reference::make_municipalities_known(self.app).await?;
        for house in &BUYERS {
            let people = self.people_of(house).await?;
            self.buyers.push(people);
        }
        let platform = self.people_of(&PLATFORM).await?;
        for person in platform.iter().filter_map(|a| a.person.as_ref()) {
            accounts::make_administrator(self.app, &person.email, None, Language::Nb).await?;
        }
        for (n, (name, domain, person, employees)) in SUPPLIERS.iter().enumerate() {
            let new = NewOrganisation {
                registered_domain: Some((*domain).to_owned()),
                website: Some(format!("https://www.{domain}")),
                employees: Some(*employees),
                municipality_number: Some(BUYERS[n % 3].municipality.unwrap_or_default().to_owned()),
                county_number: BUYERS[n % 3].municipality.map(|m| m.chars().take(2).collect()),
                ..NewOrganisation::norwegian(OrganisationKind::Supplier, *name, synthetic_number(n))
            };
            let organisation = self.verified(new).await?;
            let email = cast::email(person, domain);
            let actor = self.member(&organisation, person, &email, &[Role::SupplierAdministrator]).await?;
            self.suppliers.push(actor);
        }
        let tx = self.app.db.write().await?;
        let emails: Vec<String> = cast::personas().into_iter().map(|p| p.email).collect();
        App::set_setting(&*tx, "personas", &emails.join(",")).await?;
        tx.commit().await?;
        self.settle().await
    }

    async fn people_of(&self, house: &House) -> Result<Vec<Actor>> {
        let place = house.municipality.and_then(reference::municipality);
        let organisation = self
            .verified(NewOrganisation {
                registered_domain: Some(house.domain.to_owned()),
                ..NewOrganisation::norwegian(
                    house.kind,
                    house.name,
                    place.and_then(|p| p.organisation_number.clone()),
                )
            })
            .await?;
        let mut people = Vec::new();
        for person in house.people {
            let email = cast::email(person.name, house.domain);
            people.push(self.member(&organisation, person.name, &email, person.roles).await?);
        }
        Ok(people)
    }

    async fn verified(&self, new: NewOrganisation) -> Result<Organisation> {
        let tx = self.app.db.write().await?;
        let system = Actor::system();
        let known = organisations::ensure_known(self.app, &tx, &system, new).await?;
        let now = self.app.now();
        let row =
            organisations::change(self.app, &tx, &system, known, EntryKind::OrganisationVerified, |row| {
                row.claim = Set(ClaimState::Verified);
                row.claimed_at = Set(Some(now));
            })
            .await?;
        tx.commit().await?;
        Ok(row)
    }

    async fn member(&self, of: &Organisation, name: &str, email: &str, roles: &[Role]) -> Result<Actor> {
        let email = email.parse().ok().with_context(|| format!("the address {email}"))?;
        let tx = self.app.db.write().await?;
        let person = accounts::ensure_person(self.app, &tx, &email, Some(name), Language::Nb).await?;
        let (system, active) = (Actor::system(), MembershipState::Active);
        accounts::ensure_membership(self.app, &tx, &system, person.id, of.id, roles, active, None).await?;
        tx.commit().await?;
        Ok(actor(person, of, roles))
    }

    /// Plays every scene of every story, oldest first.
    pub(super) async fn play(&mut self) -> Result<()> {
        let mut order: Vec<(i64, usize, usize)> = Vec::new();
        for (s, story) in stories::ALL.iter().enumerate() {
            order.extend(story.scenes.iter().enumerate().map(|(n, (day, _))| (*day, s, n)));
        }
        order.sort_by_key(|(day, s, n)| (-day, *s, *n));
        for (nth, (day, s, n)) in order.into_iter().enumerate() {
            // Some minutes apart, so that a day has an order.
            let minutes = i64::try_from(nth % 40).unwrap_or(0) * 11;
            self.clock.set(self.today - TimeDelta::days(day) + TimeDelta::minutes(minutes));
            // What was due in between comes first.
            self.settle().await?;
            let story = &stories::ALL[s];
            let scene = story.scenes[n].1;
            self.scene(s, story, scene)
                .await
                .with_context(|| format!("{:?} of {:?}, {day} days ago", scene, story.text.title))?;
            self.settle().await?;
        }
        Ok(())
    }

    /// Does everything that waits, mails too.
    pub(super) async fn settle(&self) -> Result<()> {
        while domain::work(self.app, "demo").await? {}
        Ok(())
    }

    async fn scene(&mut self, s: usize, story: &Story, scene: Scene) -> Result<()> {
        let app: &App = self.app;
        let people = &self.buyers[story.buyer];
        let [officer, owner, reviewer, ..] = people.as_slice() else {
            anyhow::bail!("a buyer without people")
        };
        let at = &mut self.progress[s];
        if let Scene::Draft = scene {
            let content = content(story, app.now());
            at.need = Some(needs::create(app, owner, CreateNeed { content }).await?.id);
            return Ok(());
        }
        let need = at.need.context("a story begins with its draft")?;
        match scene {
            Scene::Draft => {}
            Scene::Submit => {
                needs::submit(app, owner, need, None).await?;
            }
            Scene::Approve(days) => {
                let publish_at = days.map(|d| self.today + TimeDelta::days(d));
                needs::approve(app, reviewer, need, None, publish_at).await?;
            }
            Scene::Revise(effects, note) => {
                let content = ContentInput { effects: Some(effects.to_owned()), ..ContentInput::default() };
                needs::save_draft(app, officer, SaveDraft { need_id: need, expected_version: None, content })
                    .await?;
                needs::publish(app, officer, need, None, note).await?;
            }
            Scene::Follow(who) => {
                for supplier in who.iter().map(|n| &self.suppliers[*n]) {
                    interest::follow(app, supplier, need).await?;
                }
            }
            Scene::Interest(who) => {
                for (n, supplier) in who.iter().map(|n| &self.suppliers[*n]).enumerate() {
                    let is_discreet = n % 3 == 2;
                    let interest = interest::Register {
                        need_id: need,
                        visibility: if is_discreet {
                            InterestVisibility::Discreet
                        } else {
                            InterestVisibility::Public
                        },
                        is_looking_for_partners: n % 3 == 1,
                        message: if n % 3 == 1 {
                            "Vi leverer en del av dette og ser etter noen å levere sammen med.".to_owned()
                        } else {
                            String::new()
                        },
                        expected_version: None,
                    };
                    interest::register(app, supplier, interest).await?;
                }
            }
            Scene::Ask(who, text) => {
                let ask = Ask { need_id: need, text: text.to_owned() };
                at.asked.push_back(questions::ask(app, &self.suppliers[who], ask).await?.id);
            }
            Scene::Answer(text) => {
                let question_id = at.asked.pop_front().context("nothing was asked")?;
                let answer = Answer {
                    question_id,
                    published_text: String::new(),
                    answer: text.to_owned(),
                    expected_version: None,
                };
                questions::answer(app, officer, answer).await?;
            }
            Scene::Together(other, state, thousands) => {
                let answer = together::Stand { need, state, thousands };
                together::invite(app, officer, &self.buyers[other], answer).await?;
            }
            Scene::Tell(who, what) => {
                let told_to: Vec<&Actor> = who.iter().map(|n| &self.suppliers[*n]).collect();
                at.told = Some(together::tell(app, officer, need, &told_to, what).await?);
            }
            Scene::Share(text) => {
                let told = at.told.take().context("nothing was told")?;
                needs::share_disclosure(app, officer, told, text).await?;
            }
            Scene::Attach(name, text) => {
                let subject = Subject { kind: AttachmentSubject::Need, id: need.0 };
                attachments::add(app, officer, subject, name, text.as_bytes()).await?;
            }
            Scene::Announce(title, body) => {
                let word = Announce { need_id: need, title: title.to_owned(), body: body.to_owned() };
                questions::announce(app, officer, word).await?;
            }
            Scene::Event(gathering) => {
                let starts_at = on_workday(self.today - TimeDelta::days(gathering.day), 9);
                let plan = PlanEvent {
                    need_id: need,
                    kind: gathering.kind,
                    content: event_input(&gathering, starts_at),
                };
                let event = events::plan(app, officer, plan).await?.event;
                events::announce(app, officer, event.id, None).await?;
                (at.event, at.registered) = (Some(event.id), Vec::new());
            }
            Scene::Register(who) => {
                let event_id = at.event.context("no event")?;
                for supplier in who.iter().map(|n| &self.suppliers[*n]) {
                    let person = supplier.person()?;
                    let register = Register {
                        event_id,
                        persons: vec![PersonInput {
                            name: person.name.clone(),
                            email: person.email.to_string(),
                            ..PersonInput::default()
                        }],
                        organisation_id: None,
                        reason: String::new(),
                    };
                    at.registered.push(events::register(app, supplier, register).await?.id);
                }
            }
            Scene::Held(minutes) => {
                let event = at.event.context("no event")?;
                events::mark_held(app, officer, event).await?;
                for (n, registration_id) in at.registered.drain(..).enumerate() {
                    let came = events::registration(app, officer, registration_id).await?;
                    if came.is_none_or(|r| r.state != types::RegistrationState::Registered) {
                        continue;
                    }
                    let mark = if n % 7 == 6 { events::Mark::NoShow } else { events::Mark::Attended };
                    let seen = events::SetAttendance { registration_id, mark, reason: String::new() };
                    events::set_attendance(app, officer, seen).await?;
                }
                events::document(app, officer, event, None, minutes).await?;
            }
            Scene::Cancel(reason) => {
                events::cancel(app, officer, at.event.context("no event")?, reason).await?;
            }
            Scene::Respond(who) => {
                for n in who {
                    let supplier = &self.suppliers[*n];
                    answers::respond(app, supplier, story, need, *n).await?;
                    responses::submit(app, supplier, need, None).await?;
                }
            }
            Scene::Begin(who) => answers::respond(app, &self.suppliers[who], story, need, who).await?,
            Scene::Weigh => answers::weigh(app, officer, need, story.language).await?,
            Scene::Summarise(overview, next_steps) => {
                let content = SummaryInput {
                    overview: Some(overview.to_owned()),
                    next_steps: Some(next_steps.to_owned()),
                    ..SummaryInput::default()
                };
                let draft = SaveSummary { need_id: need, expected_version: None, content };
                summary::save_draft(app, officer, draft).await?;
                summary::publish(app, officer, need, None, "").await?;
            }
            Scene::Rate(who, mood) => {
                let raters = who
                    .iter()
                    .map(|n| &self.suppliers[*n])
                    .chain(people.iter().filter(|p| runs_dialogues(p)));
                for (n, rater) in raters.enumerate() {
                    answers::rate(app, rater, need, n, mood).await?;
                }
            }
            Scene::Close(outcome, reason) => {
                needs::close(app, officer, need, outcome, reason).await?;
            }
            Scene::Compete(url) => {
                needs::announce_competition(app, officer, need, url).await?;
            }
        }
        Ok(())
    }
}

fn actor(person: Person, of: &Organisation, roles: &[Role]) -> Actor {
    Actor {
        language: person.language,
        person: Some(ActorPerson {
            id: person.id,
            name: person.name,
            email: person.email,
            is_platform_administrator: person.is_platform_administrator,
        }),
        acting: Some(Acting {
            organisation_id: of.id,
            name: of.name.clone(),
            kind: of.kind,
            roles: roles.to_vec(),
            claim: of.claim,
            reads_since: None,
            suspended_at: None,
        }),
        ..Actor::default()
    }
}

fn content(story: &Story, now: Time) -> ContentInput {
    let text = &story.text;
    let own = |t: &str| Some(t.to_owned());
    let deadline = on_workday(now + TimeDelta::days(story.open_days), 12);
    let (from, to) = text.value;
    ContentInput {
        title: own(text.title),
        summary: own(text.summary),
        challenge: own(text.challenge),
        users: own(text.users),
        effects: own(text.effects),
        scale: own(text.scale),
        owner_unit: own(text.unit),
        value: Some(Some(ValueRange {
            minimum: Some(from * 1000),
            maximum: Some(to * 1000),
            currency: "NOK".to_owned(),
        })),
        planned_on: Some(Some((deadline + TimeDelta::days(120)).date_naive())),
        joint_interest: Some(story.buyer == 0),
        cpv_codes: Some(text.cpv.iter().map(|c| (*c).to_owned()).collect()),
        places: Some(vec![BUYERS[story.buyer].municipality.unwrap_or_default().to_owned()]),
        questions: Some(text.questions.iter().map(|q| (None, (*q).to_owned())).collect()),
        response_deadline: Some(Some(deadline)),
        question_deadline: Some(Some(deadline - TimeDelta::days(7))),
        language: Some(story.language),
        ..ContentInput::default()
    }
}

fn event_input(gathering: &Gathering, starts_at: Time) -> EventInput {
    EventInput {
        title: Some(gathering.title.to_owned()),
        description: Some(gathering.description.to_owned()),
        agenda: Some(gathering.agenda.to_owned()),
        starts_at: Some(starts_at),
        ends_at: Some(starts_at + TimeDelta::hours(gathering.hours)),
        place: Some(gathering.place.to_owned()),
        capacity: Some(Some(gathering.capacity)),
        persons_per_organisation: Some(2),
        registration_deadline: Some(Some(starts_at - TimeDelta::days(1))),
        participants_public: Some(true),
        ..EventInput::default()
    }
}

/// Whether somebody runs dialogues, and so rates them for the buyer.
fn runs_dialogues(actor: &Actor) -> bool {
    let roles = [Role::Owner, Role::ProcurementOfficer, Role::NeedOwner];
    actor.acting.as_ref().is_some_and(|a| a.has_any(&roles))
}

/// A valid number that no organisation has: those made for testing begin with 3.
fn synthetic_number(n: usize) -> Option<OrganisationNumber> {
    let stem = 314_150 + n * 13;
    (0..100).find_map(|tail| format!("{stem}{tail:03}").parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_supplier_has_a_number_of_its_own() {
        let numbers: std::collections::HashSet<_> = (0..40).filter_map(synthetic_number).collect();
        assert_eq!(numbers.len(), 40);
    }
}
