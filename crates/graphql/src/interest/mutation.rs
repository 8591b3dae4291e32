//! Registering, withdrawing, following.

use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::interest::{self as domain_interest, Register};
use domain::needs as domain_needs;

use super::Interest;
use super::types::InterestVisibility;
use crate::needs::Need;
use crate::{Ctx, decode, payloads};

payloads! {
    /// The outcome of `registerInterest`.
    RegisterInterestPayload {
        /// The interest.
        interest: Interest
    }
    /// The outcome of `withdrawInterest`.
    WithdrawInterestPayload {
        /// The interest.
        interest: Interest
    }
    /// The outcome of `followNeed`.
    FollowNeedPayload {
        /// The need.
        need: Need
    }
    /// The outcome of `unfollowNeed`.
    UnfollowNeedPayload {
        /// The need.
        need: Need
    }
}

/// A supplier's interest.
#[derive(Clone, Debug, InputObject)]
pub struct RegisterInterestInput {
    /// In which need.
    pub need_id: ID,
    /// Who sees it.
    pub visibility: InterestVisibility,
    /// Whether to show name, contact and message to other suppliers that look
    /// for partners; then the interest is public.
    #[graphql(default)]
    pub is_looking_for_partners: bool,
    /// To them; at most 1 000 characters.
    pub message: Option<String>,
    /// The version that a change was made on.
    pub expected_version: Option<i32>,
}

/// Which interest to take back.
#[derive(Clone, Debug, InputObject)]
pub struct WithdrawInterestInput {
    /// In which need.
    pub need_id: ID,
}

/// Which need to follow.
#[derive(Clone, Debug, InputObject)]
pub struct FollowNeedInput {
    /// Which need.
    pub need_id: ID,
}

/// Which need to follow no longer.
#[derive(Clone, Debug, InputObject)]
pub struct UnfollowNeedInput {
    /// Which need.
    pub need_id: ID,
}

/// Doing things with interest.
#[derive(Debug, Default)]
pub struct InterestMutation;

#[Object]
impl InterestMutation {
    /// Registers or changes the interest of the supplier that you act for.
    async fn register_interest(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "In what, and who sees it.")] input: RegisterInterestInput,
    ) -> Result<RegisterInterestPayload> {
        let result = async {
            let register = Register {
                need_id: decode(&input.need_id, "needId")?,
                visibility: input.visibility.into(),
                is_looking_for_partners: input.is_looking_for_partners,
                message: input.message.unwrap_or_default(),
                expected_version: input.expected_version,
            };
            domain_interest::register(ctx.app(), ctx.actor(), register).await
        };
        RegisterInterestPayload::of(ctx, result.await)
    }

    /// Takes the interest back; always possible.
    async fn withdraw_interest(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "In what.")] input: WithdrawInterestInput,
    ) -> Result<WithdrawInterestPayload> {
        let result = async {
            let id = decode(&input.need_id, "needId")?;
            domain_interest::withdraw(ctx.app(), ctx.actor(), id).await
        };
        WithdrawInterestPayload::of(ctx, result.await)
    }

    /// Follows a need: news by mail. Anyone who is signed in may; nobody else sees it.
    async fn follow_need(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: FollowNeedInput,
    ) -> Result<FollowNeedPayload> {
        let result = async {
            let id = decode(&input.need_id, "needId")?;
            domain_interest::follow(ctx.app(), ctx.actor(), id).await?;
            domain_needs::get(ctx.app(), ctx.actor(), id).await
        };
        FollowNeedPayload::of(ctx, result.await)
    }

    /// Follows a need no longer.
    async fn unfollow_need(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: UnfollowNeedInput,
    ) -> Result<UnfollowNeedPayload> {
        let result = async {
            let id = decode(&input.need_id, "needId")?;
            domain_interest::unfollow(ctx.app(), ctx.actor(), id).await?;
            domain_needs::get(ctx.app(), ctx.actor(), id).await
        };
        UnfollowNeedPayload::of(ctx, result.await)
    }
}
