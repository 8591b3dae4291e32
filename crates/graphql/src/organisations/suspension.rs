//! Suspending organisations; for the platform's administrators.

use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::organisations;

use super::Organisation;
use crate::{Ctx, decode, payloads};

/// Which organisation to suspend, and why.
#[derive(Clone, Debug, InputObject)]
pub struct SuspendOrganisationInput {
    /// The organisation.
    pub organisation_id: ID,
    /// Why; its members are told.
    pub reason: String,
}

/// Which organisation may go on, and why.
#[derive(Clone, Debug, InputObject)]
pub struct ResumeOrganisationInput {
    /// The organisation.
    pub organisation_id: ID,
    /// Why; its members are told.
    pub reason: String,
}

payloads! {
    /// The outcome of `suspendOrganisation`.
    SuspendOrganisationPayload {
        /// The organisation.
        organisation: Organisation
    }
    /// The outcome of `resumeOrganisation`.
    ResumeOrganisationPayload {
        /// The organisation.
        organisation: Organisation
    }
}

/// Suspending organisations.
#[derive(Debug, Default)]
pub struct SuspensionMutation;

#[Object]
impl SuspensionMutation {
    /// Suspends an organisation: from the next request, on every node, nothing is done in
    /// its name, and its tokens stop. Its members read what they read before; what is public
    /// stays public. For the platform's administrators; show first who you are.
    async fn suspend_organisation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: SuspendOrganisationInput,
    ) -> Result<SuspendOrganisationPayload> {
        let result = async {
            let id = decode(&input.organisation_id, "organisationId")?;
            organisations::suspend(ctx.app(), ctx.actor(), id, &input.reason).await
        };
        SuspendOrganisationPayload::of(ctx, result.await)
    }

    /// Lets a suspended organisation go on; its tokens work again. For the platform's
    /// administrators; show first who you are.
    async fn resume_organisation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: ResumeOrganisationInput,
    ) -> Result<ResumeOrganisationPayload> {
        let result = async {
            let id = decode(&input.organisation_id, "organisationId")?;
            organisations::resume(ctx.app(), ctx.actor(), id, &input.reason).await
        };
        ResumeOrganisationPayload::of(ctx, result.await)
    }
}
