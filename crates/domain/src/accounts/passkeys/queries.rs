//! One's own passkeys.

use types::PasskeyId;

use super::{Passkey, store};
use crate::accounts::policy;
use crate::{Actor, App, Result};

/// One's passkeys, the oldest first.
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<Passkey>> {
    store::of_person(app.db.read(), policy::may_see_own_means(actor)?).await
}

/// One of them; `None` if it is gone, or somebody else's.
pub async fn find(app: &App, actor: &Actor, id: PasskeyId) -> Result<Option<Passkey>> {
    match policy::may_see_own_means(actor) {
        Ok(me) => store::mine(app.db.read(), me, id).await,
        Err(_) => Ok(None),
    }
}
