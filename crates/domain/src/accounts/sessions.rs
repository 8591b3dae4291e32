//! Sessions: who is behind a token, and for whom the person acts.

use chrono::TimeDelta;
use entity::session;
use sea_orm::ActiveValue::Set;
use types::{AuditEvent, ErrorCode, Language, MembershipState, OrganisationId, SessionId, SignInMethod};

use super::store::{self, SessionKey};
use super::{Person, Signed};
use crate::audit::Line;
use crate::jobs;
use crate::keys::token_hash;
use crate::ports::{Fact, FactValue, Letter, Message};
use crate::{Actor, App, Checks, Error, Result};

/// A session ends so long after it began, or when it was not used for
/// `Settings::session_idle` …
pub(super) const ABSOLUTE: TimeDelta = TimeDelta::days(30);
/// … and `seen_at` is written at most so often.
const SEEN_EVERY: TimeDelta = TimeDelta::minutes(5);

/// The actor behind a session's token (the portal's cookie), if it is in force.
pub async fn actor_of_token(app: &App, token: &str) -> Result<Option<Actor>> {
    load(app, SessionKey::Token(&token_hash(token))).await
}

/// What tells whether the same person acts for the same organisation, and says
/// nothing of who it is: forms carry it.
pub fn form_mark(app: &App, actor: &Actor) -> Result<String> {
    let person = actor.person()?.id.0;
    let organisation = actor.organisation_id().map(|id| id.0).unwrap_or_default();
    Ok(app.keys.mark(&[b"form", person.as_bytes(), organisation.as_bytes()]))
}

/// The actor behind a session's id (an access token's subject), if it is in force.
pub async fn actor_of_session(app: &App, id: SessionId) -> Result<Option<Actor>> {
    load(app, SessionKey::Id(id)).await
}

async fn load(app: &App, key: SessionKey<'_>) -> Result<Option<Actor>> {
    let now = app.now();
    let Some((actor, seen_at)) =
        store::actor(app.db.product(), key, now, now - app.settings.session_idle).await?
    else {
        return Ok(None);
    };
    if let Some(id) = actor.session
        && now - seen_at > SEEN_EVERY
    {
        let tx = app.db.write().await?;
        store::update_session(&tx, id, session::ActiveModel { seen_at: Set(now), ..Default::default() })
            .await?;
        tx.commit().await?;
    }
    Ok(Some(actor))
}

/// The actors behind many sessions, those in force among them: one statement.
pub(super) async fn actors_of(app: &App, ids: &[SessionId]) -> Result<Vec<Actor>> {
    let now = app.now();
    let found = store::actors(app.db.product(), ids, now, now - app.settings.session_idle).await?;
    let unseen = found.iter().filter(|(_, seen_at)| now - *seen_at > SEEN_EVERY);
    let unseen: Vec<SessionId> = unseen.filter_map(|(actor, _)| actor.session).collect();
    if !unseen.is_empty() {
        let tx = app.db.write().await?;
        store::see_sessions(&tx, &unseen, now).await?;
        tx.commit().await?;
    }
    Ok(found.into_iter().map(|(actor, _)| actor).collect())
}

/// Begins a session for a person. In a browser that has one it takes its place,
/// so that whoever shows once more who it is goes on as before; otherwise it acts
/// for the only organisation, if there is one. A sign-in in a browser where the
/// person never signed in before is told by mail, unless it is the first of all. A
/// tool that hands nothing in is known by its name, for as long as a session lasts.
pub(super) async fn begin(
    app: &App,
    tx: &crate::Tx,
    actor: &Actor,
    person: &Person,
    method: SignInMethod,
    device_token: Option<&str>,
) -> Result<Signed> {
    let token = app.token();
    let id: SessionId = app.id();
    let now = app.now();
    let memberships = store::memberships(&**tx, super::members::active_of(person.id)).await?;
    let is_same = actor.person.as_ref().is_some_and(|p| p.id == person.id);
    let before = actor.organisation_id().filter(|_| is_same);
    let acting = match (before, memberships.as_slice()) {
        (Some(before), _) => Some(before),
        (None, [only]) if !is_same => Some(only.organisation_id),
        _ => None,
    };
    if let Some(replaced) = actor.session {
        store::end_session(tx, replaced, now).await?;
        tx.note(Line::of(actor, AuditEvent::SessionEnded).why("REPLACED"));
    }
    let known = match device_token {
        Some(known) => store::is_known_device(tx, person.id, &token_hash(known)).await?,
        // A script that keeps nothing would be told of each time, until nobody reads it any more.
        None if super::device::is_tool(actor.device.as_deref()) => {
            store::is_known_tool(tx, person.id, actor.device.as_deref(), now - ABSOLUTE).await?
        }
        None => false,
    };
    let is_first = !store::has_sessions(tx, person.id).await?;
    // A browser that several people use keeps the one that it has.
    let kept = device_token.filter(|token| (20..=128).contains(&token.len()));
    let device_token = kept.map_or_else(|| app.token(), str::to_owned);
    let row = session::ActiveModel {
        id: Set(id),
        token_hash: Set(token_hash(&token)),
        person_id: Set(person.id),
        acting_organisation_id: Set(acting),
        created_at: Set(now),
        seen_at: Set(now),
        expires_at: Set(now + ABSOLUTE),
        ended_at: Set(None),
        authenticated_at: Set(Some(now)),
        device: Set(actor.device.clone()),
        method: Set(Some(method)),
        device_hash: Set(Some(token_hash(&device_token))),
        provider: Set(None),
        assurance: Set(None),
    };
    store::insert_session(tx, row).await?;
    tx.note(Line::of(actor, AuditEvent::SignedIn).session(person.id, id).why(method.as_str()));
    let is_news = !known && !is_first && !is_same && method != SignInMethod::Persona;
    if is_news {
        tell_of_new_device(app, tx, person, actor.device.as_deref()).await?;
    }
    Ok(Signed { session: id, token, device_token, expires_at: now + ABSOLUTE, next: None })
}

/// Security mail: it is no deed that the record should hold for ever.
async fn tell_of_new_device(app: &App, tx: &crate::Tx, person: &Person, device: Option<&str>) -> Result<()> {
    let mut facts = vec![Fact { key: "signed-in-at".to_owned(), value: FactValue::Time(app.now()) }];
    if let Some(device) = device {
        facts.push(Fact { key: "device".to_owned(), value: FactValue::Text(super::device::shown(device)) });
    }
    tell(app, tx, person, "new-device", facts).await
}

/// Tells a person of what befell the account, and leads to the page of its security.
pub(super) async fn tell(
    app: &App,
    tx: &crate::Tx,
    person: &Person,
    kind: &str,
    facts: Vec<Fact>,
) -> Result<()> {
    let message = Message {
        message_id: super::sign_in::message_id(app),
        to: person.email.clone(),
        to_name: Some(person.name.clone()),
        language: person.language,
        letter: Letter::Security {
            kind: kind.to_owned(),
            facts,
            url: format!("{}/{}/account/security", app.settings.public_url, person.language),
        },
    };
    jobs::enqueue_mail(app, tx, "security", None, &message).await
}

/// Chooses whom the session acts for; `None` is the person alone.
pub async fn act_for(app: &App, actor: &Actor, organisation: Option<OrganisationId>) -> Result<Actor> {
    let session = actor.session.ok_or(Error::Unauthenticated)?;
    let person = actor.person()?;
    let tx = app.db.write().await?;
    if let Some(organisation) = organisation {
        let membership = store::membership_of(&*tx, person.id, organisation).await?;
        if membership.is_none_or(|m| m.state != MembershipState::Active) {
            return Err(Error::NotFound);
        }
    }
    let change = session::ActiveModel { acting_organisation_id: Set(organisation), ..Default::default() };
    store::update_session(&tx, session, change).await?;
    tx.commit().await?;
    let mut now_acting = actor_of_session(app, session).await?.ok_or(Error::Unauthenticated)?;
    now_acting.address.clone_from(&actor.address);
    now_acting.device.clone_from(&actor.device);
    Ok(now_acting)
}

/// Sets the person's language, for pages and mails.
pub async fn set_language(app: &App, actor: &Actor, language: Language) -> Result<Person> {
    let me = actor.person()?.id;
    let tx = app.db.write().await?;
    let before = store::person_by_id(&*tx, me).await?.ok_or(Error::Unauthenticated)?;
    let row = store::save_person(app, &tx, before, |p| p.language = Set(language)).await?;
    tx.commit().await?;
    Ok(row)
}

/// Sets the person's name.
pub async fn set_name(app: &App, actor: &Actor, name: &str) -> Result<Person> {
    let me = actor.person()?.id;
    let mut checks = Checks::default();
    let name = checks.line("name", name, 120);
    checks.refuse_if(name.contains(['<', '>', '@']), "name", ErrorCode::InvalidCharacters);
    checks.finish()?;
    let tx = app.db.write().await?;
    let before = store::person_by_id(&*tx, me).await?.ok_or(Error::Unauthenticated)?;
    let row = store::save_person(app, &tx, before, |p| p.name = Set(name)).await?;
    tx.commit().await?;
    Ok(row)
}
