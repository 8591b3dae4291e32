//! Organisations.

mod suspension;

use async_graphql::{Context, Description, ID, InputObject, Object, Result};
use chrono::{DateTime, Utc};
use domain::organisations as domain_organisations;

use crate::error::OrTop;
use crate::list::List;
use crate::orders::{Ordered, OrganisationOrder};
use crate::{Ctx, OrganisationNumber, encode, list};

pub use suspension::SuspensionMutation;

crate::api_enum! {
    /// What an organisation is.
    OrganisationKind {
        /// A municipality (*kommune*).
        Municipality,
        /// A county (*fylkeskommune*).
        County,
        /// A purchasing co-operation (*innkjøpssamarbeid*).
        PurchasingCooperation,
        /// Another public buyer.
        OtherBuyer,
        /// An economic operator (*leverandør*).
        Supplier,
        /// Who assists: LUP, DFØ, KS, clusters, research.
        SupportActor,
    }
}

crate::api_enum! {
    /// How sure it is that the members speak for the organisation.
    ClaimState {
        /// Nobody acts for it.
        Known,
        /// Somebody says that they do; not proved.
        Unverified,
        /// Proved.
        Verified,
    }
}

/// A municipality, supplier, or another party.
#[derive(Clone, Debug, Description)]
pub struct Organisation(pub(crate) domain_organisations::Organisation);

impl From<domain_organisations::Organisation> for Organisation {
    fn from(row: domain_organisations::Organisation) -> Self {
        Self(row)
    }
}

#[Object(use_type_description)]
impl Organisation {
    /// Opaque id.
    pub(crate) async fn id(&self) -> ID {
        encode(self.0.id)
    }

    /// Its address on the web: `/organisations/{slug}`.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// Name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What it is.
    async fn kind(&self) -> OrganisationKind {
        self.0.kind.into()
    }

    /// Whether it buys, and so may own needs.
    async fn is_buyer(&self) -> bool {
        self.0.kind.is_buyer()
    }

    /// Norwegian organisation number, nine digits.
    async fn organisation_number(&self) -> Option<OrganisationNumber> {
        self.0.organisation_number.as_ref().map(|n| n.as_str().into())
    }

    /// Country, ISO 3166-1 alpha-2.
    async fn country(&self) -> &str {
        self.0.country.as_str()
    }

    /// Number of the municipality, or of the seat's.
    async fn municipality_number(&self) -> Option<&str> {
        self.0.municipality_number.as_deref()
    }

    /// Number of the county.
    async fn county_number(&self) -> Option<&str> {
        self.0.county_number.as_deref()
    }

    /// Name of the county.
    async fn county_name(&self) -> Option<&str> {
        let number = self.0.county_number.as_deref()?;
        domain::reference::county(number).map(|c| c.name.as_str())
    }

    /// Web site.
    async fn website(&self) -> Option<&str> {
        self.0.website.as_deref()
    }

    /// Number of employees; null is unknown.
    async fn employees(&self) -> Option<i32> {
        self.0.employees
    }

    /// Whether somebody acts for it, and whether that is proved.
    async fn claim(&self) -> ClaimState {
        self.0.claim.into()
    }

    /// Since when an administrator of the platform has suspended it; null if it may act.
    async fn suspended_at(&self) -> Option<DateTime<Utc>> {
        self.0.suspended_at
    }

    /// Why it was suspended, or may act again; for those who act for it and the platform's
    /// administrators, null for others.
    async fn suspension_reason(&self, ctx: &Context<'_>) -> Option<&str> {
        domain_organisations::reason_for(ctx.actor(), &self.0)
    }
}

/// Which organisations.
#[derive(Clone, Debug, Default, InputObject)]
pub struct OrganisationFilter {
    /// Kinds; empty or null is all.
    pub kinds: Option<Vec<OrganisationKind>>,
    /// Part of the name, or an organisation number.
    pub query: Option<String>,
    /// Only those that somebody acts for.
    #[graphql(default)]
    pub is_active: bool,
    /// Only those that are suspended.
    #[graphql(default)]
    pub is_suspended: bool,
}

/// Reading organisations.
#[derive(Debug, Default)]
pub struct OrganisationQuery;

#[Object]
impl OrganisationQuery {
    /// Organisations by name.
    #[graphql(complexity = "first.unwrap_or(20).clamp(1, 100) as usize * child_complexity + 1")]
    async fn organisations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] filter: Option<OrganisationFilter>,
        #[graphql(desc = "In which order; the usual one if null.")] order_by: Option<OrganisationOrder>,
        #[graphql(desc = "How many, 1–100; 20 if null.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<List<Organisation>> {
        let filter = filter.unwrap_or_default();
        let is_after = after.is_some();
        let page = list::countable(ctx, first, after, order_by.is_reversed()).or_top(ctx)?;
        let wanted = domain_organisations::Filter {
            kinds: filter.kinds.unwrap_or_default().into_iter().map(Into::into).collect(),
            query: filter.query,
            is_active: filter.is_active,
            is_suspended: filter.is_suspended,
        };
        let found = domain_organisations::list(ctx.app(), &wanted, &page).await.or_top(ctx)?;
        Ok(list::counted(ctx, found, Organisation, is_after))
    }

    /// The organisation with this slug; null if there is none.
    async fn organisation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its address on the web.")] slug: String,
    ) -> Result<Option<Organisation>> {
        Ok(domain_organisations::find_by_slug(ctx.app(), &slug).await.or_top(ctx)?.map(Organisation))
    }
}
