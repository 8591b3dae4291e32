//! Signing in by passkey, and showing by it once more who one is.

use types::{AuditEvent, PasskeyFault, SignInMethod};

use super::ceremony::{self, Begun};
use super::commands::tell;
use super::{Passkey, model, public, refused, store, text};
use crate::accounts::sign_in::limit_tries;
use crate::accounts::{Signed, sessions, store as people};
use crate::audit::Line;
use crate::ports::PasskeyUse;
use crate::{Actor, App, Error, Result};

/// What the answer may do.
const PURPOSE: &str = "sign in";

/// What shows who it is.
#[derive(Clone, Copy, Debug)]
pub struct PasskeyProof<'a> {
    /// What `begin_sign_in` gave.
    pub ceremony: &'a str,
    /// What the browser answered.
    pub response: &'a str,
    /// What the browser was given when somebody last signed in there.
    pub device_token: Option<&'a str>,
}

/// Asks the browser for any passkey of this installation. Names nobody, and keeps nothing.
pub fn begin_sign_in(app: &App) -> Result<Begun> {
    ceremony::seal(app, PURPOSE, app.passkeys.ask_for_any())
}

/// Begins a session for the person whose passkey answered.
pub async fn complete_sign_in(app: &App, actor: &Actor, proof: PasskeyProof<'_>) -> Result<Signed> {
    let signed = try_sign_in(app, actor, proof).await;
    if let Err(error) = &signed {
        Line::of(actor, AuditEvent::SignInRefused).why(error.code().as_str()).write();
    }
    signed
}

async fn try_sign_in(app: &App, actor: &Actor, proof: PasskeyProof<'_>) -> Result<Signed> {
    limit_tries(app, actor).await?;
    let asked = ceremony::open(app, PURPOSE, proof.ceremony)?;
    // Signatures are checked before the transaction, which on SQLite is the only one that writes.
    let checked = check(app, &asked.state, proof.response).await?;
    let tx = app.db.write().await?;
    ceremony::spend(app, &tx, &asked).await?;
    let id = checked.as_ref().map(|(row, _)| row.id).ok();
    let judged = match checked {
        Ok((row, used)) => match store::lock(&tx, row.id).await? {
            // Removed since.
            None => Err(PasskeyFault::Unknown),
            Some(row) if row.stopped_at.is_some() => Err(PasskeyFault::Stopped),
            Some(row) => Ok((row, used)),
        },
        Err(fault) => Err(fault),
    };
    let (row, used) = match judged {
        Ok(judged) => judged,
        Err(fault) => {
            let (line, error) = refused(actor, id, fault);
            tx.note(line);
            tx.commit().await?;
            return Err(error);
        }
    };
    let person = people::person_by_id(&*tx, row.person_id).await?;
    let person = person.ok_or_else(|| Error::internal("a passkey without its person"))?;
    if model::went_back(row.sign_count, used.sign_count) {
        store::stop(&tx, row.id, app.now()).await?;
        tell(app, &tx, &person, "passkey-stopped", &row).await?;
        let (_, error) = refused(actor, id, PasskeyFault::Stopped);
        tx.note(Line::of(actor, AuditEvent::PasskeyStopped).about(row.id.0));
        tx.commit().await?;
        return Err(error);
    }
    store::note_use(&tx, row.id, used, app.now()).await?;
    let method = SignInMethod::Passkey;
    let signed = sessions::begin(app, &tx, actor, &person, method, proof.device_token).await?;
    tx.commit().await?;
    Ok(signed)
}

/// Which passkey answered, if it did.
async fn check(
    app: &App,
    state: &[u8],
    response: &str,
) -> Result<std::result::Result<(Passkey, PasskeyUse), PasskeyFault>> {
    let claimed = match app.passkeys.claimed(response) {
        Ok(claimed) => claimed,
        Err(fault) => return Ok(Err(fault)),
    };
    let found = store::by_credential(app.db.product(), &text(&claimed)).await?;
    let Some(row) = found else { return Ok(Err(PasskeyFault::Unknown)) };
    let used = app.passkeys.used(state, response, &public(&row)?, row.person_id);
    Ok(used.map(|used| (row, used)))
}
