//! The slice's only SQL.

use std::collections::HashMap;

use entity::{membership, need_partner};
use sea_orm::sea_query::{ExprTrait, SelectStatement};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use types::{EntryKind, ErrorCode, MembershipState, NeedId, OrganisationId, PartnerId, PartnerState, Role};

use super::{Partner, model};
use crate::needs::Need;
use crate::page::{self, Page, PageRequest};
use crate::record::{self, Entry};
use crate::{Actor, App, Error, Result, Tx};

/// The needs that an organisation was invited to or takes part in: for row filters.
pub(in crate::needs) fn needs_of(organisation: OrganisationId) -> SelectStatement {
    need_partner::Entity::find()
        .select_only()
        .column(need_partner::Column::NeedId)
        .filter(need_partner::Column::OrganisationId.eq(organisation))
        .filter(need_partner::Column::State.ne(PartnerState::Withdrawn))
        .into_query()
}

/// What one organisation is to several needs.
pub(super) async fn of_organisation_in<C: ConnectionTrait>(
    conn: &C,
    needs: &[NeedId],
    organisation: OrganisationId,
) -> Result<Vec<Partner>> {
    if needs.is_empty() {
        return Ok(Vec::new());
    }
    Ok(need_partner::Entity::find()
        .filter(need_partner::Column::NeedId.is_in(needs.to_vec()))
        .filter(need_partner::Column::OrganisationId.eq(organisation))
        .all(conn)
        .await?)
}

pub(super) async fn of<C: ConnectionTrait>(
    conn: &C,
    need: NeedId,
    organisation: OrganisationId,
) -> Result<Option<Partner>> {
    Ok(need_partner::Entity::find()
        .filter(need_partner::Column::NeedId.eq(need))
        .filter(need_partner::Column::OrganisationId.eq(organisation))
        .one(conn)
        .await?)
}

pub(super) async fn by_id<C: ConnectionTrait>(conn: &C, id: PartnerId) -> Result<Option<Partner>> {
    Ok(need_partner::Entity::find_by_id(id).one(conn).await?)
}

pub(super) async fn of_needs<C: ConnectionTrait>(
    conn: &C,
    needs: &[NeedId],
) -> Result<HashMap<NeedId, Vec<Partner>>> {
    let mut found: HashMap<NeedId, Vec<Partner>> = HashMap::new();
    if needs.is_empty() {
        return Ok(found);
    }
    let rows = need_partner::Entity::find()
        .filter(need_partner::Column::NeedId.is_in(needs.to_vec()))
        .order_by_asc(need_partner::Column::Id)
        .all(conn)
        .await?;
    for row in rows {
        found.entry(row.need_id).or_default().push(row);
    }
    Ok(found)
}

pub(super) async fn of_organisation<C: ConnectionTrait>(
    conn: &C,
    organisation: OrganisationId,
    page: &PageRequest,
) -> Result<Page<Partner>> {
    use need_partner::Column as P;
    let rows = need_partner::Entity::find().filter(P::OrganisationId.eq(organisation));
    page::latest_first(conn, rows, page, (P::UpdatedAt, P::Id), |p| (p.updated_at, p.id.0)).await
}

/// Invitations whose organisation has got somebody who can answer.
pub(super) async fn untold<C: ConnectionTrait>(conn: &C, roles: &[Role]) -> Result<Vec<Partner>> {
    let mut any = Condition::any();
    for role in roles {
        // Whole words: NEED_OWNER is not OWNER.
        let (column, word) = (membership::Column::Roles, role.as_str());
        any = any
            .add(column.eq(word))
            .add(column.starts_with(format!("{word},")))
            .add(column.ends_with(format!(",{word}")))
            .add(column.contains(format!(",{word},")));
    }
    let reached = membership::Entity::find()
        .select_only()
        .column(membership::Column::OrganisationId)
        .filter(membership::Column::State.eq(MembershipState::Active))
        .filter(any)
        .into_query();
    Ok(need_partner::Entity::find()
        .filter(need_partner::Column::State.eq(PartnerState::Invited))
        .filter(need_partner::Column::ToldAt.is_null())
        .filter(need_partner::Column::OrganisationId.in_subquery(reached))
        .limit(100)
        .all(conn)
        .await?)
}

/// Inserts or changes the row of one organisation, with its entry, and settles
/// the public sum. The caller holds the need's lock.
#[expect(clippy::too_many_arguments, reason = "the usual four, and what makes a new row")]
pub(super) async fn put(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    need: &Need,
    organisation: OrganisationId,
    before: Option<Partner>,
    entry: Entry,
    with: impl FnOnce(&mut need_partner::ActiveModel) + Send,
) -> Result<Partner> {
    let row = match before {
        None => {
            let mut row = blank(app, need.id, organisation);
            with(&mut row);
            row.insert(&**tx).await?
        }
        Some(before) => {
            let (id, version) = (before.id, before.version);
            let mut row = before.into_active_model();
            with(&mut row);
            row.version = Set(version + 1);
            row.updated_at = Set(app.now());
            let done = need_partner::Entity::update_many()
                .set(row)
                .filter(need_partner::Column::Id.eq(id).and(need_partner::Column::Version.eq(version)))
                .exec(&**tx)
                .await?;
            if done.rows_affected == 0 {
                return Err(Error::Conflict(ErrorCode::StaleVersion));
            }
            need_partner::Entity::find_by_id(id).one(&**tx).await?.ok_or(Error::NotFound)?
        }
    };
    record::append(app, tx, actor, entry.about(&row)?).await?;
    let all = of_needs(&**tx, &[need.id]).await?.remove(&need.id).unwrap_or_default();
    for (id, part) in model::settle(&all) {
        let shown = need_partner::ActiveModel { id: Set(id), volume_shown: Set(part), ..Default::default() };
        shown.update(&**tx).await?;
    }
    Ok(row)
}

fn blank(app: &App, need: NeedId, organisation: OrganisationId) -> need_partner::ActiveModel {
    need_partner::ActiveModel {
        id: Set(app.id()),
        need_id: Set(need),
        organisation_id: Set(organisation),
        state: Set(PartnerState::Invited),
        volume_minimum: Set(None),
        volume_expected: Set(None),
        volume_maximum: Set(None),
        units: Set(None),
        starts_on: Set(None),
        note: Set(None),
        message: Set(None),
        invited_by: Set(None),
        invited_at: Set(None),
        told_at: Set(None),
        answered_at: Set(None),
        left_reason: Set(None),
        volume_shown: Set(None),
        updated_at: Set(app.now()),
        version: Set(1),
    }
}

pub(super) async fn delete_all(app: &App, tx: &Tx, actor: &Actor, need: NeedId) -> Result<()> {
    let rows = of_needs(&**tx, &[need]).await?.remove(&need).unwrap_or_default();
    for row in rows {
        need_partner::Entity::delete_by_id(row.id).exec(&**tx).await?;
        let entry = Entry::new(EntryKind::PartnerLeft, record::need_stream(need))
            .named([row.organisation_id])
            .deleted(&row);
        record::append(app, tx, actor, entry).await?;
    }
    Ok(())
}
