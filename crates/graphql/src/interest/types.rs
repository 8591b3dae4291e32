//! Types of interest, and what they add to a need.

use async_graphql::{Context, Description, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use domain::{interest as domain_interest, needs as domain_needs};

use crate::error::OrTop;
use crate::list::List;
use crate::needs::{Need, NeedRef, buyers, spoken_of};
use crate::orders::{FollowOrder, InterestOrder, Ordered};
use crate::organisations::Organisation;
use crate::{Ctx, encode, list};

crate::api_enum! {
    /// Who sees that a supplier is interested.
    InterestVisibility {
        /// Everybody.
        Public,
        /// The buyer only.
        Discreet,
    }
}

crate::api_enum! {
    /// Whether an interest holds.
    InterestState {
        /// It does.
        Active,
        /// The supplier took it back.
        Withdrawn,
    }
}

/// A supplier's interest; for the buyer and that supplier.
#[derive(Clone, Debug, Description)]
pub struct Interest {
    row: domain_interest::Interest,
    need: Option<Need>,
    organisation: Option<domain::organisations::Organisation>,
    /// Words to partners are the supplier's own.
    is_own: bool,
}

impl From<domain_interest::Interest> for Interest {
    fn from(row: domain_interest::Interest) -> Self {
        Self { row, need: None, organisation: None, is_own: true }
    }
}

impl Interest {
    /// As its supplier (`is_own`) or the need's buyer reads it.
    pub(crate) fn read(row: domain_interest::Interest, is_own: bool) -> Self {
        Self { is_own, ..row.into() }
    }
}

#[Object(use_type_description)]
impl Interest {
    /// Opaque id.
    pub(crate) async fn id(&self) -> ID {
        encode(self.row.id)
    }

    /// In which need; null if it is no longer yours to see.
    async fn need(&self, ctx: &Context<'_>) -> Result<Option<Need>> {
        if let Some(known) = &self.need {
            return Ok(Some(known.clone()));
        }
        let found = domain_needs::find(ctx.app(), ctx.actor(), self.row.need_id).await.or_top(ctx)?;
        Ok(found.map(Into::into))
    }

    /// Whose.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Organisation> {
        if let Some(known) = &self.organisation {
            return Ok(known.clone().into());
        }
        let found = domain::organisations::get(ctx.app(), self.row.organisation_id).await.or_top(ctx)?;
        Ok(found.into())
    }

    /// Who sees it.
    async fn visibility(&self) -> InterestVisibility {
        self.row.visibility.into()
    }

    /// Whether it holds.
    async fn state(&self) -> InterestState {
        self.row.state.into()
    }

    /// Whether the supplier looks for partners.
    async fn is_looking_for_partners(&self) -> bool {
        self.row.is_looking_for_partners
    }

    /// What it wrote to partners; null unless it is your own.
    async fn message(&self) -> Option<&str> {
        self.is_own.then_some(self.row.message.as_str())
    }

    /// Since when.
    async fn registered_at(&self) -> DateTime<Utc> {
        self.row.registered_at
    }

    /// For `expectedVersion`.
    async fn version(&self) -> i32 {
        self.row.version
    }
}

/// A supplier that looks for partners too.
#[derive(Clone, Debug, SimpleObject)]
pub struct PartnerSeeker {
    /// Which supplier.
    pub organisation: Organisation,
    /// What it wrote.
    pub message: String,
    /// Whom to write to.
    pub contact_name: String,
    /// Where.
    pub contact_email: String,
}

/// A need that you follow.
#[derive(Clone, Debug, SimpleObject)]
pub struct Follow {
    /// The need.
    pub need: Need,
    /// Since when.
    pub followed_at: DateTime<Utc>,
}

/// How many suppliers are interested.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct InterestCounts {
    /// In public.
    pub public: i64,
    /// Discreetly; null unless you act for the buyer.
    pub discreet: Option<i64>,
}

/// What this room adds to a need.
#[derive(Clone, Debug)]
pub struct NeedInterest(pub(crate) NeedRef);

#[Object]
impl NeedInterest {
    /// How many suppliers are interested; others than the buyer see the public ones alone.
    async fn interest_counts(&self, ctx: &Context<'_>) -> Result<InterestCounts> {
        let row = std::slice::from_ref(&self.0.row);
        let found = domain_interest::counts(ctx.app(), ctx.actor(), row).await.or_top(ctx)?;
        let counts = found.get(&self.0.row.id).copied().unwrap_or_default();
        Ok(InterestCounts { public: counts.public, discreet: counts.discreet })
    }

    /// Who is interested in public.
    async fn interested_in_public(&self, ctx: &Context<'_>) -> Result<Vec<Organisation>> {
        let found = domain_interest::list_public(ctx.app(), &self.0.row).await.or_top(ctx)?;
        let known = buyers(ctx, found.iter().map(|(id, _)| *id)).await?;
        Ok(found.iter().filter_map(|(id, _)| known.get(id).cloned()).map(Into::into).collect())
    }

    /// All interest, withdrawn ones too, oldest first; null unless you act for the buyer.
    async fn interest(&self, ctx: &Context<'_>) -> Result<Option<Vec<Interest>>> {
        if !domain_needs::reads_internals(ctx.actor(), &self.0.row) {
            return Ok(None);
        }
        let rows = domain_interest::list(ctx.app(), ctx.actor(), &self.0.row).await.or_top(ctx)?;
        let known = buyers(ctx, rows.iter().map(|i| i.organisation_id)).await?;
        let rows = rows.into_iter().map(|row| Interest {
            organisation: known.get(&row.organisation_id).cloned(),
            need: Some(self.0.row.clone().into()),
            is_own: false,
            row,
        });
        Ok(Some(rows.collect()))
    }

    /// The interest of the supplier that you act for, if it holds.
    async fn my_interest(&self, ctx: &Context<'_>) -> Result<Option<Interest>> {
        let found = domain_interest::find_own(ctx.app(), ctx.actor(), self.0.row.id).await.or_top(ctx)?;
        Ok(found.map(Into::into))
    }

    /// Whether suppliers may register interest now.
    async fn takes_interest(&self) -> bool {
        domain_interest::is_open(&self.0.row)
    }

    /// Whether you follow it.
    async fn is_followed(&self, ctx: &Context<'_>) -> Result<bool> {
        let ids = [self.0.row.id];
        let found = domain_interest::followed(ctx.app(), ctx.actor(), Some(&ids)).await.or_top(ctx)?;
        Ok(!found.is_empty())
    }

    /// How many people follow it; null unless you act for the buyer.
    async fn follower_count(&self, ctx: &Context<'_>) -> Result<Option<u64>> {
        if !domain_needs::reads_internals(ctx.actor(), &self.0.row) {
            return Ok(None);
        }
        let count = domain_interest::follower_count(ctx.app(), ctx.actor(), &self.0.row).await;
        count.or_top(ctx).map(Some)
    }

    /// The other suppliers that look for partners; empty unless yours does.
    async fn partner_seekers(&self, ctx: &Context<'_>) -> Result<Vec<PartnerSeeker>> {
        let found = domain_interest::seekers(ctx.app(), ctx.actor(), &self.0.row).await.or_top(ctx)?;
        let known = buyers(ctx, found.iter().map(|s| s.organisation_id)).await?;
        Ok(found
            .into_iter()
            .filter_map(|s| {
                Some(PartnerSeeker {
                    organisation: known.get(&s.organisation_id)?.clone().into(),
                    message: s.message,
                    contact_name: s.contact_name,
                    contact_email: s.contact_email.to_string(),
                })
            })
            .collect())
    }
}

/// Reading interest.
#[derive(Debug, Default)]
pub struct InterestQuery;

#[Object]
impl InterestQuery {
    /// What the supplier that you act for is or was interested in, newest first.
    #[graphql(complexity = "first.unwrap_or(20).clamp(1, 100) as usize * child_complexity + 1")]
    async fn my_interests(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "In which order; the usual one if null.")] order_by: Option<InterestOrder>,
        #[graphql(desc = "How many, 1–100; 20 if null.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<List<Interest>> {
        let page = list::countable(ctx, first, after, order_by.is_reversed()).or_top(ctx)?;
        let found = domain_interest::list_mine(ctx.app(), ctx.actor(), &page).await.or_top(ctx)?;
        let asks = |field: &str| list::asks(ctx, &["need", field]);
        let needs = spoken_of(ctx, found.rows.iter().map(|(_, i)| i.need_id), asks).await?;
        let with_need = |row: domain_interest::Interest| Interest {
            need: needs.get(&row.need_id).cloned(),
            ..row.into()
        };
        Ok(list::counted(ctx, found, with_need, page.after.is_some()))
    }

    /// The needs that you follow, newest first.
    #[graphql(complexity = "first.unwrap_or(20).clamp(1, 100) as usize * child_complexity + 1")]
    async fn followed_needs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "In which order; the usual one if null.")] order_by: Option<FollowOrder>,
        #[graphql(desc = "How many, 1–100; 20 if null.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<List<Follow>> {
        let page = list::countable(ctx, first, after, order_by.is_reversed()).or_top(ctx)?;
        let found = domain_interest::list_followed(ctx.app(), ctx.actor(), &page).await.or_top(ctx)?;
        let asks = |field: &str| list::asks(ctx, &["need", field]);
        let mut needs = spoken_of(ctx, found.rows.iter().map(|(_, f)| f.need_id), asks).await?;
        let with_need = |row: domain_interest::Follow| {
            Some(Follow { need: needs.remove(&row.need_id)?, followed_at: row.followed_at })
        };
        Ok(list::counted(ctx, found.map(with_need).flatten(), |follow| follow, page.after.is_some()))
    }
}
