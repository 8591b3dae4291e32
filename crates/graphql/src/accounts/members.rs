//! Organisations' people and claims.

use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::accounts::{self, ClaimSupplier, Invite};

use super::types::{Invitation, Membership, Role};
use crate::organisations::{Organisation, OrganisationKind};
use crate::{Ctx, OrganisationNumber, decode, payloads};

payloads! {
    /// The outcome of `claimSupplier`.
    ClaimSupplierPayload {
        /// The organisation.
        organisation: Organisation
    }
    /// The outcome of `verifyClaim`.
    VerifyClaimPayload {
        /// The organisation.
        organisation: Organisation
    }
    /// The outcome of `inviteMember`.
    InviteMemberPayload {
        /// The invitation.
        invitation: Invitation
    }
    /// The outcome of `appointOwner`.
    AppointOwnerPayload {
        /// The invitation.
        invitation: Invitation
    }
    /// The outcome of `revokeInvitation`.
    RevokeInvitationPayload {
        /// The invitation.
        invitation: Invitation
    }
    /// The outcome of `acceptInvitation`.
    AcceptInvitationPayload {
        /// Your membership.
        membership: Membership
    }
    /// The outcome of `requestToJoin`.
    RequestToJoinPayload {
        /// Your request.
        membership: Membership
    }
    /// The outcome of `decideMembership`.
    DecideMembershipPayload {
        /// The membership.
        membership: Membership
    }
    /// The outcome of `changeRoles`.
    ChangeRolesPayload {
        /// The membership.
        membership: Membership
    }
    /// The outcome of `removeMember`.
    RemoveMemberPayload {
        /// The membership.
        membership: Membership
    }
    /// The outcome of `leaveOrganisation`.
    LeaveOrganisationPayload {
        /// The membership.
        membership: Membership
    }
}

/// The supplier or support actor that you act for.
#[derive(Clone, Debug, InputObject)]
pub struct ClaimSupplierInput {
    /// `SUPPLIER` or `SUPPORT_ACTOR`.
    #[graphql(default_with = "OrganisationKind::Supplier")]
    pub kind: OrganisationKind,
    /// ISO 3166-1 alpha-2.
    #[graphql(default_with = "String::from(\"NO\")")]
    pub country: String,
    /// Required for Norwegian ones.
    pub organisation_number: Option<OrganisationNumber>,
    /// Used where the register does not answer, and abroad.
    pub name: Option<String>,
    /// Web site.
    pub website: Option<String>,
}

/// Whose claim is right.
#[derive(Clone, Debug, InputObject)]
pub struct VerifyClaimInput {
    /// The organisation.
    pub organisation_id: ID,
}

/// Whom to invite.
#[derive(Clone, Debug, InputObject)]
pub struct InviteMemberInput {
    /// The mailbox.
    pub email: String,
    /// Roles in the organisation that you act for.
    pub roles: Vec<Role>,
}

/// A buyer's first owner.
#[derive(Clone, Debug, InputObject)]
pub struct AppointOwnerInput {
    /// The organisation.
    pub organisation_id: ID,
    /// The mailbox.
    pub email: String,
}

/// Which invitation.
#[derive(Clone, Debug, InputObject)]
pub struct RevokeInvitationInput {
    /// The invitation.
    pub invitation_id: ID,
}

/// Which invitation.
#[derive(Clone, Debug, InputObject)]
pub struct AcceptInvitationInput {
    /// The secret in the link.
    pub token: String,
}

/// Which organisation to join.
#[derive(Clone, Debug, InputObject)]
pub struct RequestToJoinInput {
    /// The organisation.
    pub organisation_id: ID,
    /// Who you are, for those who decide.
    pub message: Option<String>,
}

/// Whether somebody joins.
#[derive(Clone, Debug, InputObject)]
pub struct DecideMembershipInput {
    /// The request.
    pub membership_id: ID,
    /// The roles to give; null declines.
    pub roles: Option<Vec<Role>>,
}

/// A member's roles.
#[derive(Clone, Debug, InputObject)]
pub struct ChangeRolesInput {
    /// The membership.
    pub membership_id: ID,
    /// All roles from now on.
    pub roles: Vec<Role>,
}

/// Whom to remove.
#[derive(Clone, Debug, InputObject)]
pub struct RemoveMemberInput {
    /// The membership.
    pub membership_id: ID,
}

/// What to leave.
#[derive(Clone, Debug, InputObject)]
pub struct LeaveOrganisationInput {
    /// The organisation.
    pub organisation_id: ID,
}

fn roles(given: Vec<Role>) -> Vec<types::Role> {
    given.into_iter().map(Into::into).collect()
}

/// Doing things with members.
#[derive(Debug, Default)]
pub struct MemberMutation;

#[Object]
impl MemberMutation {
    /// Says that you act for a supplier. A mailbox at its registered domain
    /// proves it at once; otherwise the claim is shown as unverified.
    async fn claim_supplier(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: ClaimSupplierInput,
    ) -> Result<ClaimSupplierPayload> {
        let claim = ClaimSupplier {
            kind: input.kind.into(),
            country: input.country,
            organisation_number: input.organisation_number.map(Into::into),
            name: input.name.unwrap_or_default(),
            website: input.website,
        };
        ClaimSupplierPayload::of(ctx, accounts::claim_supplier(ctx.app(), ctx.actor(), claim).await)
    }

    /// Verifies a claim, for the platform's administrators.
    async fn verify_claim(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose.")] input: VerifyClaimInput,
    ) -> Result<VerifyClaimPayload> {
        let result = async {
            let id = decode(&input.organisation_id, "organisationId")?;
            accounts::verify(ctx.app(), ctx.actor(), id).await
        };
        VerifyClaimPayload::of(ctx, result.await)
    }

    /// Invites somebody to the organisation that you act for.
    async fn invite_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom.")] input: InviteMemberInput,
    ) -> Result<InviteMemberPayload> {
        let result = async {
            let organisation_id = ctx.actor().acting()?.organisation_id;
            let invite = Invite { organisation_id, email: input.email, roles: roles(input.roles) };
            accounts::invite(ctx.app(), ctx.actor(), invite).await
        };
        InviteMemberPayload::of(ctx, result.await)
    }

    /// Appoints the first who manages an organisation, for the platform's administrators.
    async fn appoint_owner(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom, where.")] input: AppointOwnerInput,
    ) -> Result<AppointOwnerPayload> {
        let result = async {
            let id = decode(&input.organisation_id, "organisationId")?;
            accounts::appoint_owner(ctx.app(), ctx.actor(), id, &input.email).await
        };
        AppointOwnerPayload::of(ctx, result.await)
    }

    /// Takes an invitation back.
    async fn revoke_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: RevokeInvitationInput,
    ) -> Result<RevokeInvitationPayload> {
        let result = async {
            let id = decode(&input.invitation_id, "invitationId")?;
            accounts::revoke_invitation(ctx.app(), ctx.actor(), id).await
        };
        RevokeInvitationPayload::of(ctx, result.await)
    }

    /// Accepts an invitation to your own mailbox.
    async fn accept_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: AcceptInvitationInput,
    ) -> Result<AcceptInvitationPayload> {
        AcceptInvitationPayload::of(
            ctx,
            accounts::accept_invitation(ctx.app(), ctx.actor(), &input.token).await,
        )
    }

    /// Asks to join an organisation that somebody acts for.
    async fn request_to_join(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: RequestToJoinInput,
    ) -> Result<RequestToJoinPayload> {
        let result = async {
            let id = decode(&input.organisation_id, "organisationId")?;
            let message = input.message.unwrap_or_default();
            accounts::request_to_join(ctx.app(), ctx.actor(), id, &message).await
        };
        RequestToJoinPayload::of(ctx, result.await)
    }

    /// Approves a request with roles, or declines it.
    async fn decide_membership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and how.")] input: DecideMembershipInput,
    ) -> Result<DecideMembershipPayload> {
        let result = async {
            let id = decode(&input.membership_id, "membershipId")?;
            accounts::decide_request(ctx.app(), ctx.actor(), id, input.roles.map(roles)).await
        };
        DecideMembershipPayload::of(ctx, result.await)
    }

    /// Changes a member's roles.
    async fn change_roles(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose, and which.")] input: ChangeRolesInput,
    ) -> Result<ChangeRolesPayload> {
        let result = async {
            let id = decode(&input.membership_id, "membershipId")?;
            accounts::change_roles(ctx.app(), ctx.actor(), id, &roles(input.roles)).await
        };
        ChangeRolesPayload::of(ctx, result.await)
    }

    /// Removes a member; it counts from the member's next request.
    async fn remove_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom.")] input: RemoveMemberInput,
    ) -> Result<RemoveMemberPayload> {
        let result = async {
            let id = decode(&input.membership_id, "membershipId")?;
            accounts::remove(ctx.app(), ctx.actor(), id).await
        };
        RemoveMemberPayload::of(ctx, result.await)
    }

    /// Leaves an organisation.
    async fn leave_organisation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: LeaveOrganisationInput,
    ) -> Result<LeaveOrganisationPayload> {
        let result = async {
            let id = decode(&input.organisation_id, "organisationId")?;
            accounts::leave(ctx.app(), ctx.actor(), id).await
        };
        LeaveOrganisationPayload::of(ctx, result.await)
    }
}
