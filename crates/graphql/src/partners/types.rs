//! Types of partners, and what they add to a need.

use async_graphql::{Context, Description, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use domain::needs::{self as domain_needs, partners as domain_partners};
use types::NeedId;

use crate::error::OrTop;
use crate::list::List;
use crate::needs::{Need, NeedContent, NeedData, NeedRef, buyers};
use crate::orders::{JointNeedOrder, Ordered, PartnershipOrder};
use crate::organisations::Organisation;
use crate::{Ctx, Date, encode, list};

crate::api_enum! {
    /// Where a partner buyer stands in a need.
    PartnerState {
        /// Invited; has not answered.
        Invited,
        /// Wants to join.
        Interested,
        /// Agrees with the need as described.
        NeedAligned,
        /// Non-binding intent with an expected volume.
        Intent,
        /// Binding mandate given.
        Mandated,
        /// Named as a possible later party.
        OptionParty,
        /// Watches; only the buyer and the partner know.
        Observer,
        /// Left, or declined.
        Withdrawn,
    }
}

/// A buyer and what it said to a need; for the need's buyer and the partner.
#[derive(Clone, Debug, Description)]
pub struct Partner {
    row: domain_partners::Partner,
    need: Option<domain_needs::Need>,
    organisation: Option<domain::organisations::Organisation>,
}

impl From<domain_partners::Partner> for Partner {
    fn from(row: domain_partners::Partner) -> Self {
        Self { row, need: None, organisation: None }
    }
}

#[Object(use_type_description)]
impl Partner {
    /// Opaque id.
    pub(crate) async fn id(&self) -> ID {
        encode(self.row.id)
    }

    /// Which need; null if it is no longer yours to see.
    async fn need(&self, ctx: &Context<'_>) -> Result<Option<Need>> {
        if let Some(known) = &self.need {
            return Ok(Some(known.clone().into()));
        }
        let found = domain_needs::find(ctx.app(), ctx.actor(), self.row.need_id).await.or_top(ctx)?;
        Ok(found.map(Into::into))
    }

    /// Which buyer.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Organisation> {
        if let Some(known) = &self.organisation {
            return Ok(known.clone().into());
        }
        let found = domain::organisations::get(ctx.app(), self.row.organisation_id).await.or_top(ctx)?;
        Ok(found.into())
    }

    /// Where it stands.
    async fn state(&self) -> PartnerState {
        self.row.state.into()
    }

    /// Expected volume, whole kroner: at least.
    async fn volume_minimum(&self) -> Option<i64> {
        self.row.volume_minimum
    }

    /// Expected volume, whole kroner.
    async fn volume_expected(&self) -> Option<i64> {
        self.row.volume_expected
    }

    /// Expected volume, whole kroner: at most.
    async fn volume_maximum(&self) -> Option<i64> {
        self.row.volume_maximum
    }

    /// The volume in other units.
    async fn units(&self) -> Option<&str> {
        self.row.units.as_deref()
    }

    /// When it wants to begin.
    async fn starts_on(&self) -> Option<Date> {
        self.row.starts_on.map(Date)
    }

    /// Its word to the need's buyer.
    async fn note(&self) -> Option<&str> {
        self.row.note.as_deref()
    }

    /// The word with the invitation.
    async fn message(&self) -> Option<&str> {
        self.row.message.as_deref()
    }

    /// When it was invited.
    async fn invited_at(&self) -> Option<DateTime<Utc>> {
        self.row.invited_at
    }

    /// Whether somebody who can answer was told of the invitation.
    async fn is_told(&self) -> bool {
        self.row.told_at.is_some()
    }

    /// When it answered last.
    async fn answered_at(&self) -> Option<DateTime<Utc>> {
        self.row.answered_at
    }

    /// Why it left or was removed.
    async fn left_reason(&self) -> Option<&str> {
        self.row.left_reason.as_deref()
    }

    /// For `expectedVersion`.
    async fn version(&self) -> i32 {
        self.row.version
    }
}

/// A buyer that stands behind a need, as everybody sees it.
#[derive(Clone, Debug, SimpleObject)]
pub struct Standing {
    /// Which buyer.
    pub organisation: Organisation,
    /// How firmly.
    pub state: PartnerState,
    /// Since its latest answer.
    pub since: DateTime<Utc>,
}

/// What partners expect together.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct PartnerVolume {
    /// Whole kroner.
    pub expected: i64,
    /// Of so many partners.
    pub parties: i32,
}

/// What this room adds to a need.
#[derive(Clone, Debug)]
pub struct NeedPartners(pub(crate) NeedRef);

#[Object]
impl NeedPartners {
    /// Whether other buyers are invited to join.
    async fn is_joint(&self) -> bool {
        self.0.row.is_joint
    }

    /// Who stands behind it together with the buyer, the firmest first.
    async fn stands_behind(&self, ctx: &Context<'_>) -> Result<Vec<Standing>> {
        let id = self.0.row.id;
        let mut found = domain_partners::stands_behind(ctx.app(), &[id]).await.or_top(ctx)?;
        let found = found.remove(&id).unwrap_or_default();
        let known = buyers(ctx, found.iter().map(|s| s.organisation_id)).await?;
        Ok(found
            .into_iter()
            .filter_map(|s| {
                let organisation = known.get(&s.organisation_id)?.clone().into();
                Some(Standing { organisation, state: s.state.into(), since: s.since })
            })
            .collect())
    }

    /// What the partners expect together; null while it could give one's part
    /// away. It moves only when several have changed theirs.
    async fn partner_volume(&self, ctx: &Context<'_>) -> Result<Option<PartnerVolume>> {
        let id = self.0.row.id;
        let found = domain_partners::public_volumes(ctx.app(), &[id]).await.or_top(ctx)?;
        Ok(found.get(&id).map(|v| PartnerVolume {
            expected: v.kroner,
            parties: i32::try_from(v.parties).unwrap_or(i32::MAX),
        }))
    }

    /// All partners with what they said, oldest first; null unless you act for the buyer.
    async fn partners(&self, ctx: &Context<'_>) -> Result<Option<Vec<Partner>>> {
        if !domain_needs::reads_internals(ctx.actor(), &self.0.row) {
            return Ok(None);
        }
        let rows = domain_partners::list(ctx.app(), ctx.actor(), &self.0.row).await.or_top(ctx)?;
        let known = buyers(ctx, rows.iter().map(|p| p.organisation_id)).await?;
        let rows = rows.into_iter().map(|row| Partner {
            organisation: known.get(&row.organisation_id).cloned(),
            need: Some(self.0.row.clone()),
            row,
        });
        Ok(Some(rows.collect()))
    }

    /// What the buyer that you act for said, or was invited to.
    async fn my_partnership(&self, ctx: &Context<'_>) -> Result<Option<Partner>> {
        let found = domain_partners::own(ctx.app(), ctx.actor(), &self.0.row).await.or_top(ctx)?;
        Ok(found.map(Into::into))
    }

    /// The working draft, where you were invited to stand behind the need.
    async fn partner_draft(&self, ctx: &Context<'_>) -> Result<Option<NeedContent>> {
        if domain_needs::reads_internals(ctx.actor(), &self.0.row) {
            return Ok(None);
        }
        let found = domain_partners::draft(ctx.app(), ctx.actor(), &self.0.row).await.or_top(ctx)?;
        Ok(found.map(NeedContent))
    }
}

/// Reading partnerships.
#[derive(Debug, Default)]
pub struct PartnerQuery;

#[Object]
impl PartnerQuery {
    /// Public needs that other buyers may join, newest first.
    #[graphql(complexity = "first.unwrap_or(20).clamp(1, 100) as usize * child_complexity + 1")]
    async fn joint_needs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "In which order; the usual one if null.")] order_by: Option<JointNeedOrder>,
        #[graphql(desc = "How many, 1–100; 20 if null.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<List<Need>> {
        let is_after = after.is_some();
        let page = list::countable(ctx, first, after, order_by.is_reversed()).or_top(ctx)?;
        let found = domain_partners::list_open(ctx.app(), ctx.actor(), &page).await.or_top(ctx)?;
        let known = buyers(ctx, found.rows.iter().map(|(_, f)| f.need.organisation_id)).await?;
        let node = |f: domain_needs::Found| {
            let organisation = known.get(&f.need.organisation_id).cloned();
            Need::loaded(NeedData { content: Some(f.content), organisation, ..f.need.into() })
        };
        Ok(list::counted(ctx, found, node, is_after))
    }

    /// The invitations and partnerships of the buyer that you act for, latest
    /// change first.
    #[graphql(complexity = "first.unwrap_or(20).clamp(1, 100) as usize * child_complexity + 1")]
    async fn my_partnerships(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "In which order; the usual one if null.")] order_by: Option<PartnershipOrder>,
        #[graphql(desc = "How many, 1–100; 20 if null.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<List<Partner>> {
        let page = list::countable(ctx, first, after, order_by.is_reversed()).or_top(ctx)?;
        let found = domain_partners::list_own(ctx.app(), ctx.actor(), &page).await.or_top(ctx)?;
        let ids: Vec<NeedId> = found.rows.iter().map(|(_, p)| p.need_id).collect();
        let needs = domain_needs::list_by_ids(ctx.app(), ctx.actor(), &ids).await.or_top(ctx)?;
        let with_need = |row: domain_partners::Partner| {
            let need = needs.iter().find(|n| n.id == row.need_id).cloned();
            Partner { need, ..row.into() }
        };
        Ok(list::counted(ctx, found, with_need, page.after.is_some()))
    }
}
