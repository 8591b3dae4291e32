//! A browser comes back from a service.

use chrono::TimeDelta;
use entity::{provider_sign_in, session};
use sea_orm::ActiveValue::Set;
use subtle::ConstantTimeEq;
use types::{
    AuditEvent, ChoiceRefused, Language, OrganisationNumber, SignInFailure, SignInMethod, Time,
    holds_national_number,
};

use super::pending::{Pending, tie};
use super::{organisation, pending, start, store};
use crate::accounts::{Person, Signed, sessions};
use crate::audit::Line;
use crate::keys::token_hash;
use crate::organisations::NewOrganisation;
use crate::ports::{Provider, ProviderAnswer, ShownIdentity};
use crate::throttle::network;
use crate::{Actor, App, Error, Result};

const WINDOW: TimeDelta = TimeDelta::minutes(15);

/// What the browser brings.
#[derive(Clone, Copy, Default)]
pub struct Answer<'a> {
    /// As it was sent there.
    pub state: Option<&'a str>,
    /// What to redeem.
    pub code: Option<&'a str>,
    /// Why there is nothing to redeem.
    pub error: Option<&'a str>,
    /// Who says so (RFC 9207).
    pub issuer: Option<&'a str>,
    /// The secret that the browser kept.
    pub browser: Option<&'a str>,
    /// What the browser was given when somebody last signed in there.
    pub device_token: Option<&'a str>,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Finished {
    /// The language in which it began.
    pub language: Language,
    /// Where the person was going.
    pub next: Option<String>,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a sign-in by another service.
#[derive(Clone)]
pub enum Outcome {
    /// A session; and why it does not act for whom the person chose, if so.
    Signed(Box<Signed>, Option<(ChoiceRefused, OrganisationNumber)>),
    /// Nobody has this identity yet: what the browser keeps while the person says whose it is.
    Pending {
        /// Sealed.
        proof: String,
        /// Until when it is worth something.
        expires_at: Time,
        /// Whether the person is signed in.
        is_signed_in: bool,
    },
    /// Nothing.
    Failed(SignInFailure),
}

impl std::fmt::Debug for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Signed(signed, refused) => write!(f, "Signed({signed:?}, {refused:?})"),
            Self::Pending { .. } => f.write_str("Pending(…)"),
            Self::Failed(failure) => write!(f, "Failed({failure})"),
        }
    }
}

/// Takes the answer of a service: once, and from the browser that was sent there.
pub async fn finish(app: &App, actor: &Actor, key: &str, answer: Answer<'_>) -> Result<Finished> {
    if let Some(address) = &actor.address {
        super::super::rate_limit(app, &format!("provider-back:{}", network(app, address)), 60, WINDOW)
            .await?;
    }
    let provider = super::provider(app, key).ok_or(Error::NotFound)?;
    let state = answer.state.unwrap_or_default();
    let row = store::attempt_by_state(app.db.product(), &token_hash(state)).await?;
    let row = row.filter(|row| row.provider == key);
    let (language, next) = match &row {
        Some(row) => (row.language, row.next.clone()),
        None => (actor.language, None),
    };
    let outcome = match row {
        Some(row) => take(app, actor, provider, &row, answer).await?,
        None => Err(SignInFailure::TooLate),
    };
    let outcome = outcome.unwrap_or_else(Outcome::Failed);
    if let Outcome::Failed(failure) = &outcome {
        Line::of(actor, AuditEvent::SignInRefused).why(failure.as_str()).write();
    }
    Ok(Finished { language, next, outcome })
}

async fn take(
    app: &App,
    actor: &Actor,
    provider: &Provider,
    row: &provider_sign_in::Model,
    answer: Answer<'_>,
) -> Result<Result<Outcome, SignInFailure>> {
    let (now, state) = (app.now(), answer.state.unwrap_or_default());
    let Some(browser) = answer.browser.filter(|b| is_same(&token_hash(b), &row.browser_hash)) else {
        // Not spent: who was sent there may still come.
        return Ok(Err(SignInFailure::OtherBrowser));
    };
    if row.expires_at <= now {
        return Ok(Err(SignInFailure::TooLate));
    }
    let tx = app.db.write().await?;
    let is_first = store::spend_attempt(&tx, row.id, now).await?;
    tx.commit().await?;
    if !is_first {
        return Ok(Err(SignInFailure::TooLate));
    }
    if answer.issuer.is_some_and(|issuer| issuer != provider.issuer) {
        return Ok(Err(SignInFailure::Untrusted));
    }
    let code = match (answer.error, answer.code) {
        (Some(error), _) => return Ok(Err(meaning(provider, error))),
        (None, None) => return Ok(Err(SignInFailure::Untrusted)),
        (None, Some(code)) => code.to_owned(),
    };
    let is_fresh = row.person_id.is_some();
    let asked = start::asked(app, actor, provider, browser, state, is_fresh);
    let issuer = answer.issuer.map(str::to_owned);
    let answered = ProviderAnswer { code, issuer, asked, asked_at: row.created_at, now };
    let shown = match app.providers.redeem(&provider.key, &answered).await {
        Ok(shown) => without_national_number(shown),
        Err(failure) => return Ok(Err(failure)),
    };
    let Some(shown) = shown else {
        tracing::error!(
            provider = provider.key,
            "the subject is a national identity number, which is never taken: ask the service for pairwise subjects"
        );
        return Ok(Err(SignInFailure::Untrusted));
    };
    let unknown = organisation::look_up(app, provider, &shown.represents).await?;
    settle(app, actor, provider, row, answer.device_token, (shown, unknown)).await
}

/// What an error of the protocol means to the person.
fn meaning(provider: &Provider, error: &str) -> SignInFailure {
    let is_word = error.len() <= 60 && error.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let word = if is_word { error } else { "…" };
    tracing::info!(provider = provider.key, error = word, "a sign-in service sent somebody back");
    match error {
        "access_denied" | "interaction_required" | "login_required" | "consent_required" => {
            SignInFailure::Cancelled
        }
        "temporarily_unavailable" | "server_error" => SignInFailure::Unreachable,
        "unmet_authentication_requirements" => SignInFailure::TooWeak,
        _ => SignInFailure::Untrusted,
    }
}

/// What is left when nothing of it is a national identity number; none where the subject
/// is one, for that could be kept only as a hash that can be guessed.
fn without_national_number(shown: ShownIdentity) -> Option<ShownIdentity> {
    if holds_national_number(&shown.subject) {
        return None;
    }
    let email = shown.email.filter(|email| !holds_national_number(email.as_str()));
    let name = shown.name.filter(|name| !holds_national_number(name));
    Some(ShownIdentity { email, name, ..shown })
}

/// Whose identity it is.
async fn settle(
    app: &App,
    actor: &Actor,
    provider: &Provider,
    attempt: &provider_sign_in::Model,
    device_token: Option<&str>,
    (shown, unknown): (ShownIdentity, Option<NewOrganisation>),
) -> Result<Result<Outcome, SignInFailure>> {
    let mailbox = shown.email.as_ref().filter(|_| shown.is_email_verified);
    let is_at = |domains: &[String]| mailbox.is_some_and(|email| domains.iter().any(|d| d == email.domain()));
    if !provider.only_domains.is_empty() && !is_at(&provider.only_domains) {
        return Ok(Err(SignInFailure::NotAllowed));
    }
    let expected = attempt.person_id;
    let tx = app.db.write().await?;
    let subject_hash = pending::subject_hash(app, provider, &shown.subject);
    let known = store::identity_by_subject(&*tx, &subject_hash).await?;
    let (person, is_new) = match (&known, mailbox.filter(|_| is_at(&provider.trusted_domains))) {
        (Some(identity), _) => {
            store::touch_identity(&tx, identity.id, app.now()).await?;
            (super::super::store::person_by_id(&*tx, identity.person_id).await?, false)
        }
        (None, Some(email)) => {
            let found = super::super::store::person_by_email(&*tx, email).await?;
            let found = match found {
                None if !provider.creates_people => return Ok(Err(SignInFailure::NoAccount)),
                None => {
                    let name = shown.name.as_deref();
                    super::super::store::ensure_person(app, &tx, email, name, attempt.language).await?
                }
                Some(person) => person,
            };
            (Some(found), true)
        }
        (None, None) => (None, true),
    };
    let Some(person) = person else {
        let pending = Pending::of(app, provider, &shown, attempt.next.clone());
        let outcome = Outcome::Pending {
            proof: pending.sealed(app)?,
            expires_at: pending.expires_at,
            is_signed_in: actor.person.is_some(),
        };
        return Ok(Ok(outcome));
    };
    if expected.is_some_and(|expected| expected != person.id) {
        return Ok(Err(SignInFailure::OtherPerson));
    }
    let signed =
        begin(app, &tx, actor, &person, device_token, (provider, &shown, expected.is_some())).await?;
    if is_new {
        let pending = Pending::of(app, provider, &shown, None);
        let me = Actor { session: Some(signed.session), ..Actor::anonymous(actor.language) };
        tie(app, &tx, &me, &person, &pending).await?;
    }
    let chosen = (shown.represents.as_slice(), unknown);
    let refused = organisation::act_as_chosen(app, &tx, &person, signed.session, provider, chosen).await?;
    tx.commit().await?;
    let signed = Signed { next: attempt.next.clone(), ..signed };
    Ok(Ok(Outcome::Signed(Box::new(signed), refused)))
}

/// A session that knows how sure the service was. What is dangerous asks when the person
/// last showed who it is: a service that lets in whoever was there before tells the time
/// of that, and one that tells none is taken for long ago.
async fn begin(
    app: &App,
    tx: &crate::Tx,
    actor: &Actor,
    person: &Person,
    device_token: Option<&str>,
    (provider, shown, is_fresh): (&Provider, &ShownIdentity, bool),
) -> Result<Signed> {
    let signed = sessions::begin(app, tx, actor, person, SignInMethod::Provider, device_token).await?;
    let now = app.now();
    let told = shown.authenticated_at.map(|at| at.min(now));
    let change = session::ActiveModel {
        provider: Set(Some(provider.key.clone())),
        assurance: Set(shown.assurance.clone()),
        authenticated_at: Set(if is_fresh { Some(now) } else { told }),
        ..Default::default()
    };
    super::super::store::update_session(tx, signed.session, change).await?;
    Ok(signed)
}

fn is_same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}
