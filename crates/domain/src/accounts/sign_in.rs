//! Signing in by e-mail: a link and a code, single use, ten minutes.
//!
//! The browser that asks gets a secret (`attempt`), and only with it is a link
//! or a code worth anything: a mail scanner that opens the link has no attempt,
//! and neither has whoever is handed a forwarded mail.

use chrono::{DurationRound, TimeDelta};
use entity::sign_in;
use sea_orm::ActiveValue::Set;
use subtle::ConstantTimeEq;
use types::{AuditEvent, EmailAddress, EntryKind, ErrorCode, Language, SessionId, SignInMethod, Time};

use super::{sessions, store};
use crate::audit::Line;
use crate::jobs;
use crate::keys::token_hash;
use crate::ports::{Letter, Message};
use crate::record::{self, Entry};
use crate::throttle::network;
use crate::{Actor, App, Checks, Error, Result, Tx};

/// Link and code work so long (ASVS 6.5.5).
const MINUTES: i64 = 10;
/// Tries are counted in windows of a quarter of an hour.
pub(super) const WINDOW: TimeDelta = TimeDelta::minutes(15);
const MAX_TRIES: i32 = 5;
/// No 0/O, 1/I/L, or vowels that make words.
const ALPHABET: &[u8; 24] = b"23456789BCDFGHJKMNPQRSTX";

/// An attempt that was begun.
#[derive(Clone)]
pub struct Attempt {
    /// The secret that the asking browser keeps.
    pub secret: String,
    /// Until when link and code work.
    pub expires_at: Time,
}

impl std::fmt::Debug for Attempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Attempt(…, until {})", self.expires_at)
    }
}

/// A session that was begun.
#[derive(Clone)]
pub struct Signed {
    /// Its id, for access tokens.
    pub session: SessionId,
    /// Its secret, for the cookie.
    pub token: String,
    /// What the browser hands in at its next sign-in, so that it is known again.
    pub device_token: String,
    /// Its end at the latest.
    pub expires_at: Time,
    /// Where the person was going.
    pub next: Option<String>,
}

impl std::fmt::Debug for Signed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signed({}, …)", self.session)
    }
}

/// What shows that it is the one: the attempt's secret with the link's token or the code.
#[derive(Clone, Copy, Default)]
pub struct Proof<'a> {
    /// The secret that the asking browser kept.
    pub attempt: Option<&'a str>,
    /// The token in the mail's link.
    pub token: Option<&'a str>,
    /// The code in the mail.
    pub code: Option<&'a str>,
    /// What the browser was given when somebody last signed in there.
    pub device_token: Option<&'a str>,
    /// Who the person is at another service, sealed: tied to the account.
    pub identity: Option<&'a str>,
}

/// Sends link and code. The answer is the same whether or not there is an account.
pub async fn start_sign_in(app: &App, actor: &Actor, email: &str, next: Option<&str>) -> Result<Attempt> {
    let mut checks = Checks::default();
    let parsed = checks.parse::<EmailAddress>("email", email, ErrorCode::InvalidEmail);
    checks.finish()?;
    let Some(email) = parsed else { return Err(Error::field("email", ErrorCode::InvalidEmail)) };
    rate_limit(app, &format!("sign-in:{}", token_hash(&email.key())), 5, WINDOW).await?;
    if let Some(address) = &actor.address {
        rate_limit(app, &format!("sign-in-from:{}", network(app, address)), 30, WINDOW).await?;
    }
    let (secret, token, code) = (app.token(), app.token(), code(app));
    let (now, expires_at) = (app.now(), app.now() + TimeDelta::minutes(MINUTES));
    let row = sign_in::ActiveModel {
        id: Set(app.id()),
        email: Set(email.clone()),
        token_hash: Set(token_hash(&token)),
        code_hash: Set(token_hash(&format!("{secret}:{code}"))),
        browser_hash: Set(token_hash(&secret)),
        next: Set(next.filter(|n| is_local_path(n)).map(str::to_owned)),
        created_at: Set(now),
        expires_at: Set(expires_at),
        tries: Set(0),
        used_at: Set(None),
    };
    let message = Message {
        message_id: message_id(app),
        to: email,
        to_name: None,
        language: actor.language,
        letter: Letter::SignIn {
            url: format!("{}/{}/login/confirm?token={token}", app.settings.public_url, actor.language),
            code: format!("{}-{}", &code[..4], &code[4..]),
            minutes: u32::try_from(MINUTES).unwrap_or(10),
        },
    };
    let tx = app.db.write().await?;
    store::insert_sign_in(&tx, row).await?;
    // The one mail that is not derived from the record: its secret must not be in it.
    jobs::enqueue_mail(app, &tx, "security", None, &message).await?;
    tx.commit().await?;
    Ok(Attempt { secret, expires_at })
}

/// Spends a link (`token`) or a code, in the browser that asked.
pub async fn complete_sign_in(app: &App, actor: &Actor, proof: Proof<'_>) -> Result<Signed> {
    let signed = try_sign_in(app, actor, proof).await;
    if let Err(error) = &signed {
        Line::of(actor, AuditEvent::SignInRefused).why(error.code().as_str()).write();
    }
    signed
}

async fn try_sign_in(app: &App, actor: &Actor, proof: Proof<'_>) -> Result<Signed> {
    let wrong = || Error::field("code", ErrorCode::InvalidCode);
    let now = app.now();
    limit_tries(app, actor).await?;
    let pending = proof.identity.map(|proof| super::providers::Pending::read(app, proof)).transpose()?;
    let tx = app.db.write().await?;
    let found = match (proof.token, proof.code, proof.attempt) {
        (Some(token), _, _) => {
            let row = store::sign_in_by_token(&tx, &token_hash(token)).await?.ok_or_else(wrong)?;
            if row.used_at.is_some() || row.expires_at <= now {
                return Err(wrong());
            }
            let is_same = proof.attempt.is_some_and(|a| same(&token_hash(a), &row.browser_hash));
            if !is_same {
                return Err(Error::field("code", ErrorCode::OtherBrowser));
            }
            row
        }
        (None, Some(code), Some(attempt)) => {
            let row = store::open_sign_in(&tx, &token_hash(attempt), now).await?.ok_or_else(wrong)?;
            if row.tries >= MAX_TRIES {
                return Err(wrong());
            }
            let typed: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
            let hash = token_hash(&format!("{attempt}:{}", typed.to_ascii_uppercase()));
            if !same(&hash, &row.code_hash) {
                store::count_try(&tx, row.id).await?;
                tx.commit().await?;
                return Err(wrong());
            }
            row
        }
        _ => return Err(wrong()),
    };
    if !store::spend_sign_in(&tx, found.id, now).await? {
        return Err(wrong());
    }
    let person = store::ensure_person(app, &tx, &found.email, None, actor.language).await?;
    let method = if proof.token.is_some() { SignInMethod::Link } else { SignInMethod::Code };
    let signed = sessions::begin(app, &tx, actor, &person, method, proof.device_token).await?;
    if let Some(pending) = &pending {
        let me = Actor { session: Some(signed.session), ..Actor::anonymous(actor.language) };
        super::providers::settle(app, &tx, &me, &person, pending).await?;
    }
    tx.commit().await?;
    Ok(Signed { next: found.next, ..signed })
}

/// Refuses an address from which many tries to sign in came, whatever they are by.
pub(super) async fn limit_tries(app: &App, actor: &Actor) -> Result<()> {
    match &actor.address {
        Some(address) => rate_limit(app, &format!("sign-in-try:{}", network(app, address)), 60, WINDOW).await,
        None => Ok(()),
    }
}

/// Signs a persona of the demonstration in. Elsewhere there is no such thing.
pub async fn sign_in_as_persona(app: &App, actor: &Actor, email: &str) -> Result<Signed> {
    if !app.settings.is_demo {
        return Err(Error::NotFound);
    }
    let email: EmailAddress = email.parse().map_err(|_| Error::NotFound)?;
    let tx = app.db.write().await?;
    let person = store::person_by_email(&*tx, &email).await?.ok_or(Error::NotFound)?;
    let signed = sessions::begin(app, &tx, actor, &person, SignInMethod::Persona, None).await?;
    tx.commit().await?;
    Ok(signed)
}

/// Makes the first administrator, once, with the token from the console.
pub async fn set_up_installation(
    app: &App,
    actor: &Actor,
    token: &str,
    name: &str,
    email: &str,
) -> Result<Signed> {
    rate_limit(app, "set-up", 20, WINDOW).await?;
    let expected = app.setting("setup_token_hash").await?.ok_or(Error::NotFound)?;
    let mut checks = Checks::default();
    checks.refuse_if(!same(&token_hash(token.trim()), &expected), "token", ErrorCode::InvalidCode);
    let name = checks.line("name", name, 120);
    let email = checks.parse::<EmailAddress>("email", email, ErrorCode::InvalidEmail);
    checks.finish()?;
    let Some(email) = email else { return Err(Error::NotFound) };
    let tx = app.db.write().await?;
    if !store::administrators(&*tx).await?.is_empty() {
        return Err(Error::NotFound);
    }
    let person = store::ensure_person(app, &tx, &email, Some(&name), actor.language).await?;
    let person = store::save_person(app, &tx, person, |p| {
        p.is_platform_administrator = Set(true);
        p.name = Set(name);
    })
    .await?;
    record_set_up(app, &tx, &person).await?;
    let signed = sessions::begin(app, &tx, actor, &person, SignInMethod::SetUp, None).await?;
    tx.commit().await?;
    Ok(signed)
}

/// Makes somebody an administrator of the platform. For the operator at the
/// command line, who has the database anyway; no actor may call it.
pub async fn make_administrator(
    app: &App,
    email: &EmailAddress,
    name: Option<&str>,
    language: Language,
) -> Result<super::Person> {
    let mut checks = Checks::default();
    let name = name.map(|n| checks.line("name", n, 120));
    checks.finish()?;
    let tx = app.db.write().await?;
    let person = store::ensure_person(app, &tx, email, name.as_deref(), language).await?;
    let person = store::save_person(app, &tx, person, |p| p.is_platform_administrator = Set(true)).await?;
    tx.note(Line::of(&Actor::system(), AuditEvent::AdministratorMade).about(person.id.0).why("COMMAND_LINE"));
    tx.commit().await?;
    Ok(person)
}

async fn record_set_up(app: &App, tx: &Tx, person: &super::Person) -> Result<()> {
    let entry = Entry::new(EntryKind::InstallationSetUp, record::INSTALLATION).by(person.id);
    record::append(app, tx, &Actor::system(), entry).await
}

/// Refuses what happens more than `most` times in a window, counted in the
/// database so that it holds over all nodes.
pub async fn rate_limit(app: &App, key: &str, most: i32, window: TimeDelta) -> Result<()> {
    let now = app.now();
    let start = now.duration_trunc(window).unwrap_or(now);
    let tx = app.db.write().await?;
    let count = store::count_in_window(&tx, key, start).await?;
    tx.commit().await?;
    if count > most { Err(Error::RateLimited((start + window - now).num_seconds().max(1))) } else { Ok(()) }
}

fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

/// Eight letters and digits: 36 bits for five tries within ten minutes.
fn code(app: &App) -> String {
    let mut out = String::with_capacity(8);
    while out.len() < 8 {
        let mut byte = [0_u8; 1];
        app.entropy.fill(&mut byte);
        // 240 = 10 × 24: no letter is likelier than another.
        if byte[0] < 240 {
            out.push(char::from(ALPHABET[usize::from(byte[0]) % ALPHABET.len()]));
        }
    }
    out
}

/// `<id@host>` of the installation.
pub(super) fn message_id(app: &App) -> String {
    crate::ports::message_id(&app.id::<types::JobId>().to_string(), &app.settings.public_url)
}

/// A path of our own, so that `next` can't lead away.
pub(super) fn is_local_path(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        // A browser drops control characters: `/\t/evil.no` would be `//evil.no`.
        && !path.contains(|c: char| c == '\\' || c.is_control())
        && path.len() <= 500
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_stays_here() {
        assert!(is_local_path("/nb/needs/x?q=1"));
        for bad in ["//evil.no", "https://evil.no", "/\\evil.no", "", "/a\r\nSet-Cookie: x", "/\t/evil.no"] {
            assert!(!is_local_path(bad), "{bad}");
        }
    }
}
