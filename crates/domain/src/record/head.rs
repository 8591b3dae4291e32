//! The head: how far the record is sealed and signed.
//!
//! Chains alone do not show that their ends were cut off. The head does: one
//! row that says the last position, the running hash up to it and the last
//! checkpoint, under a tag that nobody can write who has only the database.
//! Whoever holds the row's lock writes it, in the transaction that moves it.

use entity::record_head::{ActiveModel, Entity, Model};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait, QuerySelect};

use crate::keys::mac;
use crate::{Error, Result, Tx};

/// The head, locked until the transaction ends; none while nothing was sealed.
pub(super) async fn lock(tx: &Tx) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(1).lock_exclusive().one(&**tx).await?)
}

/// The same, made where there is none; a racing node's row counts.
pub(super) async fn lock_or_make(tx: &Tx, key: &[u8; 32]) -> Result<Model> {
    if let Some(head) = lock(tx).await? {
        return Ok(head);
    }
    let row = ActiveModel {
        id: Set(1),
        position: Set(0),
        running_hash: Set(String::new()),
        checkpoint_position: Set(0),
        tag: Set(Some(Head { position: 0, running_hash: "", checkpoint_position: 0 }.tag(key))),
        holder: Set(None),
        leased_until: Set(None),
    };
    Entity::insert(row)
        .on_conflict(OnConflict::column(entity::record_head::Column::Id).do_nothing().to_owned())
        .exec_without_returning(&**tx)
        .await?;
    lock(tx).await?.ok_or_else(|| Error::internal("the record has no head"))
}

/// What a head says.
pub(super) struct Head<'a> {
    pub(super) position: i64,
    pub(super) running_hash: &'a str,
    pub(super) checkpoint_position: i64,
}

impl<'a> Head<'a> {
    pub(super) fn of(row: &'a Model) -> Self {
        let Model { position, running_hash, checkpoint_position, .. } = row;
        Self { position: *position, running_hash, checkpoint_position: *checkpoint_position }
    }

    /// Apart from the tags of entries, which begin with an id.
    fn tag(&self, key: &[u8; 32]) -> String {
        let (position, checkpoint) = (self.position.to_be_bytes(), self.checkpoint_position.to_be_bytes());
        hex::encode(mac(key, &[b"head", &position, self.running_hash.as_bytes(), &checkpoint]))
    }

    /// The row that says this instead of `row`. A head that is not ours stays
    /// so for ever: a new tag would hide what was done to it.
    pub(super) fn instead_of(&self, row: Model, key: &[u8; 32]) -> ActiveModel {
        let tag = if is_ours(&row, key) { Some(self.tag(key)) } else { row.tag.clone() };
        ActiveModel {
            position: Set(self.position),
            running_hash: Set(self.running_hash.to_owned()),
            checkpoint_position: Set(self.checkpoint_position),
            tag: Set(tag),
            ..row.into()
        }
    }
}

/// Whether the program wrote the head as it is.
pub(super) fn is_ours(row: &Model, key: &[u8; 32]) -> bool {
    row.tag.as_deref() == Some(Head::of(row).tag(key).as_str())
}
