//! A need's attachments: who may change and read them.
//!
//! Files of a draft are its buyer's; review freezes them with the text. Once
//! the need is public so are they, and one that is added then is told to
//! everybody at once.

use async_trait::async_trait;
use types::{AttachmentSubject, ErrorCode, NeedId, NeedState};
use uuid::Uuid;

use super::{Need, policy, queries, store};
use crate::attachments::{Gate, Home, Subject};
use crate::record::need_stream;
use crate::{Actor, App, Db, Error, Result, Tx};

/// The gate of needs.
#[derive(Clone, Copy, Debug)]
pub struct Files;

#[async_trait]
impl Gate for Files {
    async fn open(&self, _app: &App, tx: &Tx, actor: &Actor, id: Uuid) -> Result<Home> {
        let need = store::lock(tx, actor, NeedId(id)).await?;
        if need.published_number.is_none() {
            policy::may_edit(actor, &need)?;
        } else {
            policy::may_publish(actor, &need)?;
        }
        match need.state {
            NeedState::Draft => {}
            NeedState::InReview | NeedState::Scheduled => {
                return Err(Error::Conflict(ErrorCode::FrozenForReview));
            }
            state if state.is_open() => {}
            _ => return Err(Error::Conflict(ErrorCode::WrongState)),
        }
        Ok(home(&need))
    }

    async fn called(&self, db: &Db, id: Uuid) -> Result<String> {
        let need = store::by_id(db.read(), &Actor::system(), NeedId(id)).await?;
        Ok(need.map_or_else(|| format!("the need {id}"), |need| format!("the need {:?}", need.title)))
    }

    async fn readable(&self, app: &App, actor: &Actor, ids: &[Uuid]) -> Result<Vec<Uuid>> {
        let ids: Vec<NeedId> = ids.iter().copied().map(NeedId).collect();
        let needs = queries::list_by_ids(app, actor, &ids).await?;
        Ok(needs.into_iter().map(|n| n.id.0).collect())
    }
}

/// A need as something that files are attached to.
pub(super) const fn subject(need: &Need) -> Subject {
    Subject { kind: AttachmentSubject::Need, id: need.id.0 }
}

pub(super) fn home(need: &Need) -> Home {
    let is_public = need.published_number.is_some();
    Home {
        organisation_id: need.organisation_id,
        stream: need_stream(need.id),
        is_public,
        is_seen: is_public,
    }
}
