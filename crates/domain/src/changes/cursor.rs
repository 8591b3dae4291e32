//! Where a reader stands, in an envelope that only this installation opens.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use types::ErrorCode;

use super::Reader;
use crate::{App, Error, Result};

/// The form of a cursor and the key it is sealed with: another one refuses what
/// was given out before, and its readers begin anew.
const PURPOSE: &str = "change cursors 1";

/// A cursor for `reader`. Two for the same place differ, so that nobody learns
/// whether something hidden lies between.
pub(super) fn seal(app: &App, reader: &Reader, position: i64) -> Result<String> {
    let sealed = app.keys.seal(&*app.entropy, PURPOSE, &reader.class(), &position.to_be_bytes())?;
    Ok(URL_SAFE_NO_PAD.encode(sealed))
}

/// The place in a cursor; `INVALID_CURSOR` where it is somebody else's, forged
/// or of another time.
pub(super) fn open(app: &App, reader: &Reader, cursor: &str) -> Result<i64> {
    let position = URL_SAFE_NO_PAD
        .decode(cursor)
        .ok()
        .and_then(|sealed| app.keys.unseal(PURPOSE, &reader.class(), &sealed))
        .and_then(|bytes| bytes.try_into().ok());
    position.map(i64::from_be_bytes).ok_or(Error::Conflict(ErrorCode::InvalidCursor))
}
