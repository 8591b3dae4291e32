//! `follows`: persons who follow a need

use sea_orm::entity::prelude::*;

/// A row of `follows`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
#[sea_orm(table_name = "follows")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: types::FollowId,
    pub need_id: types::NeedId,
    pub person_id: types::PersonId,
    pub followed_at: types::Time,
}

impl ActiveModelBehavior for ActiveModel {}
