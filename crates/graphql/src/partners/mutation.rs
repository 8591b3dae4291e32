//! Inviting, answering, joining, leaving.

use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::needs::partners::{self as domain_partners, Answer, Invite, Volume};

use super::Partner;
use super::types::PartnerState;
use crate::{Ctx, Date, decode, payloads};

payloads! {
    /// The outcome of `invitePartner`.
    InvitePartnerPayload {
        /// The partner.
        partner: Partner
    }
    /// The outcome of `answerPartnership`.
    AnswerPartnershipPayload {
        /// The partner.
        partner: Partner
    }
    /// The outcome of `joinNeed`.
    JoinNeedPayload {
        /// The partner.
        partner: Partner
    }
    /// The outcome of `leavePartnership`.
    LeavePartnershipPayload {
        /// The partner.
        partner: Partner
    }
    /// The outcome of `removePartner`.
    RemovePartnerPayload {
        /// The partner.
        partner: Partner
    }
}

/// Whom to invite.
#[derive(Clone, Debug, InputObject)]
pub struct InvitePartnerInput {
    /// To which need.
    pub need_id: ID,
    /// Another buyer.
    pub organisation_id: ID,
    /// A word to it; at most 2 000 characters.
    pub message: Option<String>,
}

/// What a partner expects to need.
#[derive(Clone, Debug, Default, InputObject)]
pub struct PartnerVolumeInput {
    /// Whole kroner, at least.
    pub minimum: Option<i64>,
    /// Whole kroner.
    pub expected: Option<i64>,
    /// Whole kroner, at most.
    pub maximum: Option<i64>,
    /// In other units; at most 200 characters.
    pub units: Option<String>,
}

/// A buyer's answer for itself.
#[derive(Clone, Debug, InputObject)]
pub struct AnswerPartnershipInput {
    /// About which need.
    pub need_id: ID,
    /// `INTERESTED`, `NEED_ALIGNED`, `INTENT`, `OBSERVER` or `WITHDRAWN`.
    pub state: PartnerState,
    /// What you expect; an intent needs it.
    pub volume: Option<PartnerVolumeInput>,
    /// When you want to begin.
    pub starts_on: Option<Date>,
    /// A word to the need's buyer; at most 2 000 characters.
    pub note: Option<String>,
    /// The version that the answer was written on.
    pub expected_version: Option<i32>,
}

/// A need to join.
#[derive(Clone, Debug, InputObject)]
pub struct JoinNeedInput {
    /// Which need; it must be open for joint interest.
    pub need_id: ID,
    /// What you expect.
    pub volume: Option<PartnerVolumeInput>,
    /// When you want to begin.
    pub starts_on: Option<Date>,
    /// A word to the need's buyer; at most 2 000 characters.
    pub note: Option<String>,
}

/// What to leave.
#[derive(Clone, Debug, InputObject)]
pub struct LeavePartnershipInput {
    /// Which need.
    pub need_id: ID,
    /// Why; the need's buyer reads it.
    pub reason: String,
}

/// Whom to remove.
#[derive(Clone, Debug, InputObject)]
pub struct RemovePartnerInput {
    /// From which need.
    pub need_id: ID,
    /// Which buyer.
    pub organisation_id: ID,
    /// Why; the partner reads it.
    pub reason: String,
}

fn volume(input: Option<PartnerVolumeInput>) -> Volume {
    let input = input.unwrap_or_default();
    Volume {
        minimum: input.minimum,
        expected: input.expected,
        maximum: input.maximum,
        units: input.units.unwrap_or_default(),
    }
}

/// Doing things with partners.
#[derive(Debug, Default)]
pub struct PartnerMutation;

#[Object]
impl PartnerMutation {
    /// Invites another buyer to stand behind a need. One that nobody acts for
    /// yet is told when somebody does.
    async fn invite_partner(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom, to what.")] input: InvitePartnerInput,
    ) -> Result<InvitePartnerPayload> {
        let result = async {
            let invite = Invite {
                need_id: decode(&input.need_id, "needId")?,
                organisation_id: decode(&input.organisation_id, "organisationId")?,
                message: input.message.unwrap_or_default(),
            };
            domain_partners::invite(ctx.app(), ctx.actor(), invite).await
        };
        InvitePartnerPayload::of(ctx, result.await)
    }

    /// Answers an invitation, or changes the answer, of the buyer that you act for.
    async fn answer_partnership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The answer.")] input: AnswerPartnershipInput,
    ) -> Result<AnswerPartnershipPayload> {
        let result = async {
            let answer = Answer {
                need_id: decode(&input.need_id, "needId")?,
                state: input.state.into(),
                volume: volume(input.volume),
                starts_on: input.starts_on.map(|d| d.0),
                note: input.note.unwrap_or_default(),
                expected_version: input.expected_version,
            };
            domain_partners::answer(ctx.app(), ctx.actor(), answer).await
        };
        AnswerPartnershipPayload::of(ctx, result.await)
    }

    /// Joins a need that is open for joint interest: interested at once.
    async fn join_need(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, with what.")] input: JoinNeedInput,
    ) -> Result<JoinNeedPayload> {
        let result = async {
            let answer = Answer {
                need_id: decode(&input.need_id, "needId")?,
                state: types::PartnerState::Interested,
                volume: volume(input.volume),
                starts_on: input.starts_on.map(|d| d.0),
                note: input.note.unwrap_or_default(),
                expected_version: None,
            };
            domain_partners::join(ctx.app(), ctx.actor(), answer).await
        };
        JoinNeedPayload::of(ctx, result.await)
    }

    /// Leaves, with a reason.
    async fn leave_partnership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What, and why.")] input: LeavePartnershipInput,
    ) -> Result<LeavePartnershipPayload> {
        let result = async {
            let id = decode(&input.need_id, "needId")?;
            domain_partners::leave(ctx.app(), ctx.actor(), id, &input.reason).await
        };
        LeavePartnershipPayload::of(ctx, result.await)
    }

    /// Removes a partner or takes an invitation back, with a reason.
    async fn remove_partner(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom, and why.")] input: RemovePartnerInput,
    ) -> Result<RemovePartnerPayload> {
        let result = async {
            let id = decode(&input.need_id, "needId")?;
            let organisation = decode(&input.organisation_id, "organisationId")?;
            domain_partners::remove(ctx.app(), ctx.actor(), id, organisation, &input.reason).await
        };
        RemovePartnerPayload::of(ctx, result.await)
    }
}
