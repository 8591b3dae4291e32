//! Adding a passkey, naming it anew, removing it.

use entity::passkey;
use sea_orm::ActiveValue::Set;
use types::{AuditEvent, ErrorCode, FieldError, PasskeyId, PersonId};

use super::ceremony::{self, Begun};
use super::{Passkey, bytes, refused, store, text};
use crate::accounts::sign_in::{WINDOW, rate_limit};
use crate::accounts::{policy, sessions, store as people};
use crate::audit::Line;
use crate::ports::{Fact, FactValue, PasskeyHolder};
use crate::{Actor, App, Checks, Error, Result, Tx};

/// The most that a person has: some telephones, some machines, a key in the drawer.
pub(super) const MOST: usize = 10;
/// Tries to add one, in a quarter of an hour.
const MAX_TRIES: i32 = 20;
/// The longest name.
const LONGEST_NAME: usize = 80;

/// A passkey to add.
#[derive(Clone, Copy, Debug)]
pub struct AddPasskey<'a> {
    /// What `begin` gave.
    pub ceremony: &'a str,
    /// What the browser answered.
    pub response: &'a str,
    /// As its person will call it.
    pub name: &'a str,
}

/// What the answer may do: add a passkey to this person, from the session that asked.
fn purpose(actor: &Actor, me: PersonId) -> String {
    format!("add:{me}:{}", actor.session.map(|id| id.to_string()).unwrap_or_default())
}

fn too_many() -> Error {
    Error::Invalid(vec![FieldError::new("", ErrorCode::OutOfRange).with("max", MOST)])
}

/// Asks the browser for a new passkey.
pub async fn begin(app: &App, actor: &Actor) -> Result<Begun> {
    let me = policy::may_see_own_means(actor)?;
    actor.recently_authenticated(app)?;
    let person = people::person_by_id(app.db.read(), me).await?.ok_or(Error::Unauthenticated)?;
    let known = store::of_person(app.db.read(), me).await?;
    if known.len() >= MOST {
        return Err(too_many());
    }
    let known = known.iter().map(|row| bytes(&row.credential_id)).collect::<Result<Vec<_>>>()?;
    let holder = PasskeyHolder { person: me, account: person.email.as_str(), name: &person.name };
    ceremony::seal(app, &purpose(actor, me), app.passkeys.ask_for_new(holder, &known))
}

/// Keeps what the browser made. The person is told by mail.
pub async fn add(app: &App, actor: &Actor, input: AddPasskey<'_>) -> Result<Passkey> {
    let me = policy::may_see_own_means(actor)?;
    actor.recently_authenticated(app)?;
    let mut checks = Checks::default();
    let name = checks.line("name", input.name, LONGEST_NAME);
    checks.finish()?;
    rate_limit(app, &format!("passkey:{me}"), MAX_TRIES, WINDOW).await?;
    let asked = ceremony::open(app, &purpose(actor, me), input.ceremony)?;
    let made = app.passkeys.made(&asked.state, input.response);
    let tx = app.db.write().await?;
    ceremony::spend(app, &tx, &asked).await?;
    let made = match made {
        Ok(made) => made,
        Err(fault) => {
            let (line, error) = refused(actor, None, fault);
            tx.note(line);
            tx.commit().await?;
            return Err(error);
        }
    };
    // The person's row is held, so that of two at once only one is the tenth.
    let person = people::lock_person(&tx, me).await?.ok_or(Error::Unauthenticated)?;
    if store::count(&tx, me).await? >= MOST as u64 {
        return Err(too_many());
    }
    if store::by_credential(&*tx, &text(&made.credential_id)).await?.is_some() {
        return Err(Error::field("response", ErrorCode::AlreadyExists));
    }
    let row = passkey::ActiveModel {
        id: Set(app.id()),
        person_id: Set(me),
        name: Set(name),
        credential_id: Set(text(&made.credential_id)),
        public_key: Set(text(&made.public_key)),
        sign_count: Set(i64::from(made.sign_count)),
        is_backup_eligible: Set(made.is_backup_eligible),
        is_backed_up: Set(made.is_backed_up),
        created_at: Set(app.now()),
        last_used_at: Set(None),
        stopped_at: Set(None),
    };
    let row = store::insert(&tx, row).await?;
    tell(app, &tx, &person, "passkey-added", &row).await?;
    tx.note(Line::of(actor, AuditEvent::PasskeyAdded).about(row.id.0));
    tx.commit().await?;
    Ok(row)
}

/// Calls one's passkey something else.
pub async fn rename(app: &App, actor: &Actor, id: PasskeyId, name: &str) -> Result<Passkey> {
    let me = policy::may_see_own_means(actor)?;
    let mut checks = Checks::default();
    let name = checks.line("name", name, LONGEST_NAME);
    checks.finish()?;
    let tx = app.db.write().await?;
    let row = store::mine(&*tx, me, id).await?.ok_or(Error::NotFound)?;
    store::rename(&tx, id, &name).await?;
    tx.commit().await?;
    Ok(Passkey { name, ..row })
}

/// Removes one's passkey: from now on it opens nothing. The person is told by mail. Sessions
/// that it began go on; they are seen and ended by themselves.
pub async fn remove(app: &App, actor: &Actor, id: PasskeyId) -> Result<Passkey> {
    let me = policy::may_see_own_means(actor)?;
    actor.recently_authenticated(app)?;
    let tx = app.db.write().await?;
    let person = people::person_by_id(&*tx, me).await?.ok_or(Error::Unauthenticated)?;
    let row = store::mine(&*tx, me, id).await?.ok_or(Error::NotFound)?;
    store::delete(&tx, id).await?;
    tell(app, &tx, &person, "passkey-removed", &row).await?;
    tx.note(Line::of(actor, AuditEvent::PasskeyRemoved).about(id.0));
    tx.commit().await?;
    Ok(row)
}

/// Tells a person what befell a passkey.
pub(super) async fn tell(
    app: &App,
    tx: &Tx,
    person: &crate::accounts::Person,
    kind: &str,
    passkey: &Passkey,
) -> Result<()> {
    let facts = vec![
        Fact { key: "passkey".to_owned(), value: FactValue::Text(passkey.name.clone()) },
        Fact { key: "signed-in-at".to_owned(), value: FactValue::Time(app.now()) },
    ];
    sessions::tell(app, tx, person, kind, facts).await
}
