//! The slice's only SQL.

use entity::organisation;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect,
};
use types::{ClaimState, CountryCode, EntryKind, OrganisationId, OrganisationKind, OrganisationNumber};

use super::{Filter, Organisation};
use crate::page::{self, Direction, Page, PageRequest};
use crate::record::{self, Entry};
use crate::text::slug::slug;
use crate::{Actor, App, Error, Result, Tx};

/// What is known of an organisation before anybody acts for it.
#[derive(Clone, Debug)]
pub struct NewOrganisation {
    /// Kind.
    pub kind: OrganisationKind,
    /// Name.
    pub name: String,
    /// Norwegian organisation number.
    pub number: Option<OrganisationNumber>,
    /// Country.
    pub country: CountryCode,
    /// Municipality number of the municipality itself, or of the seat.
    pub municipality_number: Option<String>,
    /// County number.
    pub county_number: Option<String>,
    /// A mailbox there proves a claim.
    pub registered_domain: Option<String>,
    /// Web site.
    pub website: Option<String>,
    /// Employees, if known.
    pub employees: Option<i32>,
}

impl NewOrganisation {
    /// A Norwegian organisation of which only kind and name are known.
    pub fn norwegian(
        kind: OrganisationKind,
        name: impl Into<String>,
        number: Option<OrganisationNumber>,
    ) -> Self {
        Self {
            kind,
            name: name.into(),
            number,
            country: CountryCode::norway(),
            municipality_number: None,
            county_number: None,
            registered_domain: None,
            website: None,
            employees: None,
        }
    }
}

/// The organisation with this number, made known if it is not yet.
pub async fn ensure_known(app: &App, tx: &Tx, actor: &Actor, new: NewOrganisation) -> Result<Organisation> {
    if let Some(number) = &new.number
        && let Some(known) = by_number(&**tx, number).await?
    {
        return Ok(known);
    }
    let id: OrganisationId = app.id();
    let row = organisation::ActiveModel {
        id: Set(id),
        kind: Set(new.kind),
        slug: Set(free_slug(tx, &new.name, id).await?),
        name: Set(new.name),
        organisation_number: Set(new.number),
        country: Set(new.country),
        municipality_number: Set(new.municipality_number),
        county_number: Set(new.county_number),
        registered_domain: Set(new.registered_domain),
        website: Set(new.website),
        employees: Set(new.employees),
        claim: Set(ClaimState::Known),
        claimed_at: Set(None),
        suspended_at: Set(None),
        suspension_reason: Set(None),
        created_at: Set(app.now()),
        version: Set(1),
    };
    let row = row.insert(&**tx).await?;
    let entry =
        Entry::new(EntryKind::OrganisationKnown, record::organisation_stream(row.id)).public().about(&row)?;
    record::append(app, tx, actor, entry).await?;
    Ok(row)
}

async fn free_slug(tx: &Tx, name: &str, id: OrganisationId) -> Result<String> {
    let wish = slug(name);
    let taken = organisation::Entity::find().filter(organisation::Column::Slug.eq(&wish)).one(&**tx).await?;
    let tail = id.0.simple().to_string();
    Ok(if taken.is_some() { format!("{wish}-{}", &tail[tail.len() - 6..]) } else { wish })
}

/// Changes facts about an organisation and records it; `None` if somebody
/// else changed it since it was read.
pub async fn change(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    before: Organisation,
    kind: EntryKind,
    with: impl FnOnce(&mut organisation::ActiveModel) + Send,
) -> Result<Organisation> {
    let mut row = before.clone().into_active_model();
    with(&mut row);
    row.version = Set(before.version + 1);
    let changed = organisation::Entity::update_many()
        .set(row)
        .filter(organisation::Column::Id.eq(before.id).and(organisation::Column::Version.eq(before.version)))
        .exec(&**tx)
        .await?;
    if changed.rows_affected == 0 {
        return Err(Error::Conflict(types::ErrorCode::StaleVersion));
    }
    let row = by_id(&**tx, before.id).await?.ok_or(Error::NotFound)?;
    let entry = Entry::new(kind, record::organisation_stream(row.id)).public().about(&row)?;
    record::append(app, tx, actor, entry).await?;
    Ok(row)
}

pub(super) async fn by_id<C: ConnectionTrait>(conn: &C, id: OrganisationId) -> Result<Option<Organisation>> {
    Ok(organisation::Entity::find_by_id(id).one(conn).await?)
}

pub(super) async fn by_number<C: ConnectionTrait>(
    conn: &C,
    number: &OrganisationNumber,
) -> Result<Option<Organisation>> {
    Ok(organisation::Entity::find()
        .filter(organisation::Column::OrganisationNumber.eq(number.clone()))
        .one(conn)
        .await?)
}

pub(super) async fn by_slug<C: ConnectionTrait>(conn: &C, slug: &str) -> Result<Option<Organisation>> {
    Ok(organisation::Entity::find().filter(organisation::Column::Slug.eq(slug)).one(conn).await?)
}

pub(super) async fn by_ids<C: ConnectionTrait>(
    conn: &C,
    ids: &[OrganisationId],
) -> Result<Vec<Organisation>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(organisation::Entity::find().filter(organisation::Column::Id.is_in(ids.to_vec())).all(conn).await?)
}

pub(super) async fn page<C: ConnectionTrait>(
    conn: &C,
    filter: &Filter,
    page: &PageRequest,
) -> Result<Page<Organisation>> {
    let mut query = organisation::Entity::find();
    if !filter.kinds.is_empty() {
        query = query.filter(organisation::Column::Kind.is_in(filter.kinds.clone()));
    }
    if filter.is_active {
        query = query.filter(organisation::Column::Claim.ne(ClaimState::Known));
    }
    if filter.is_suspended {
        query = query.filter(organisation::Column::SuspendedAt.is_not_null());
    }
    if let Some(number) = filter.query.as_deref().and_then(|q| q.parse::<OrganisationNumber>().ok()) {
        query = query.filter(organisation::Column::OrganisationNumber.eq(number));
    } else if let Some(words) = filter.query.as_deref().filter(|q| !q.trim().is_empty()) {
        // The slug is the name in ASCII, so one pattern fits both spellings of å and case.
        query = query.filter(organisation::Column::Slug.contains(slug(words)));
    }
    by_slug_after(conn, query, page).await
}

async fn by_slug_after<C: ConnectionTrait>(
    conn: &C,
    mut query: sea_orm::Select<organisation::Entity>,
    page: &PageRequest,
) -> Result<Page<Organisation>> {
    let total = page::total(conn, &query, page).await?;
    if let Some(after) = &page.after {
        let key = Expr::col(organisation::Column::Slug);
        query = query.filter(page.beyond(Direction::Asc, key, Expr::value(after.clone())));
    }
    let query = query.order_by(organisation::Column::Slug, page.direction(Direction::Asc));
    let rows = query.limit(page.first + 1).all(conn).await?;
    Ok(Page::cut(rows, page.first, |o| o.slug.clone()).of(total))
}

/// Those whose claim nobody has proved.
pub(super) async fn unverified<C: ConnectionTrait>(
    conn: &C,
    page: &PageRequest,
) -> Result<Page<Organisation>> {
    let waiting = organisation::Column::Claim.eq(ClaimState::Unverified);
    by_slug_after(conn, organisation::Entity::find().filter(waiting), page).await
}
