//! Passkeys: signing in by what somebody has (a telephone, a machine, a security key) and who
//! unlocks it there. Each counts as two factors, because the device must verify the person.
//!
//! A sign-in names nobody: the passkey itself says whose it is, so nothing tells who has an
//! account. Mail and code stay for everybody, and are what is left when the last passkey goes.
//!
//! Invariants: what is asked of a browser is answered once, within five minutes, whichever node
//! asked and whichever is answered; a passkey is added and removed only by whoever has just shown
//! who it is, and its person is told by mail; a counter that goes back stops the passkey, for
//! somebody may have copied it.
//!
//! Not recorded, and so no subject of the record: like a session, a passkey is a means and not a
//! deed. Its row changes with each use, its name may hold anything, and the record keeps for ever.
//! Who added and removed which stands in the audit log, as ids.

mod ceremony;
mod commands;
mod model;
mod queries;
mod sign_in;
mod store;

pub use ceremony::Begun;
pub use commands::{AddPasskey, add, begin, remove, rename};
pub use entity::passkey::Model as Passkey;
pub use queries::{find, list};
pub use sign_in::{PasskeyProof, begin_sign_in, complete_sign_in};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use types::{AuditEvent, ErrorCode, PasskeyFault, PasskeyId};

use crate::audit::Line;
use crate::ports::PublicPasskey;
use crate::{Actor, Error, Result};

/// One line for the audit log, and one answer whatever the fault.
fn refused(actor: &Actor, passkey: Option<PasskeyId>, fault: PasskeyFault) -> (Line, Error) {
    let line = Line::of(actor, AuditEvent::PasskeyRefused).why(fault.as_str());
    let line = match passkey {
        Some(id) => line.about(id.0),
        None => line,
    };
    (line, Error::field("response", ErrorCode::PasskeyRefused))
}

/// Bytes as they lie in a column.
fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn bytes(text: &str) -> Result<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| Error::internal("a stored passkey does not read"))
}

/// What the port checks an answer against.
fn public(row: &Passkey) -> Result<PublicPasskey> {
    Ok(PublicPasskey {
        credential_id: bytes(&row.credential_id)?,
        public_key: bytes(&row.public_key)?,
        sign_count: u32::try_from(row.sign_count).unwrap_or(u32::MAX),
        is_backup_eligible: row.is_backup_eligible,
        is_backed_up: row.is_backed_up,
    })
}
