//! `passkey_ceremonies`: challenges that were answered, so that none is answered twice

use sea_orm::entity::prelude::*;

/// A row of `passkey_ceremonies`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "passkey_ceremonies")]
pub struct Model {
    /// The hash of the challenge.
    #[sea_orm(primary_key, auto_increment = false)]
    pub challenge_hash: String,
    /// From when it is refused for its age, and the row is not needed any more.
    pub expires_at: types::Time,
}

impl ActiveModelBehavior for ActiveModel {}
