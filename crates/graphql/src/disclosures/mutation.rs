//! Noting, sharing, waiving.

use async_graphql::{Context, ID, InputObject, Object, Result};
use chrono::{DateTime, Utc};
use domain::disclosures::Note;
use domain::needs;

use super::Disclosure;
use super::types::DisclosureChannel;
use crate::{Ctx, decode, payloads};

payloads! {
    /// The outcome of `noteDisclosure`.
    NoteDisclosurePayload {
        /// The disclosure.
        disclosure: Disclosure
    }
    /// The outcome of `shareDisclosure`.
    ShareDisclosurePayload {
        /// The disclosure.
        disclosure: Disclosure
    }
    /// The outcome of `waiveDisclosure`.
    WaiveDisclosurePayload {
        /// The disclosure.
        disclosure: Disclosure
    }
}

/// What was told to whom.
#[derive(Clone, Debug, InputObject)]
pub struct NoteDisclosureInput {
    /// About which need.
    pub need_id: ID,
    /// What was told; at most 8 000 characters.
    pub told: String,
    /// To which organisations; this or the note must say something.
    #[graphql(validator(max_items = 50))]
    pub told_to: Option<Vec<ID>>,
    /// Who else, in words; at most 300 characters.
    pub told_to_note: Option<String>,
    /// How.
    pub channel: DisclosureChannel,
    /// When; not in the future.
    pub told_at: DateTime<Utc>,
}

/// What to tell all.
#[derive(Clone, Debug, InputObject)]
pub struct ShareDisclosureInput {
    /// Which disclosure.
    pub disclosure_id: ID,
    /// In which words; null for as it was noted.
    pub text: Option<String>,
}

/// What to keep back.
#[derive(Clone, Debug, InputObject)]
pub struct WaiveDisclosureInput {
    /// Which disclosure.
    pub disclosure_id: ID,
    /// Why sharing it would reveal a supplier's trade secret; it is logged.
    pub reason: String,
}

/// Doing things with disclosures.
#[derive(Debug, Default)]
pub struct DisclosureMutation;

#[Object]
impl DisclosureMutation {
    /// Notes what the buyer told somebody. Until it is shared or waived the
    /// need can't go to procurement (R1).
    async fn note_disclosure(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What, to whom and when.")] input: NoteDisclosureInput,
    ) -> Result<NoteDisclosurePayload> {
        let result = async {
            let ids = input.told_to.unwrap_or_default();
            let told_to = ids.iter().enumerate().map(|(i, id)| decode(id, &format!("toldTo.{i}")));
            let note = Note {
                need_id: decode(&input.need_id, "needId")?,
                told: input.told,
                told_to: told_to.collect::<domain::Result<_>>()?,
                told_to_note: input.told_to_note.unwrap_or_default(),
                channel: input.channel.into(),
                told_at: types::truncate(input.told_at),
            };
            needs::note_disclosure(ctx.app(), ctx.actor(), note).await
        };
        NoteDisclosurePayload::of(ctx, result.await)
    }

    /// Tells all what was told to one.
    async fn share_disclosure(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, in which words.")] input: ShareDisclosureInput,
    ) -> Result<ShareDisclosurePayload> {
        let result = async {
            let id = decode(&input.disclosure_id, "disclosureId")?;
            let text = input.text.unwrap_or_default();
            needs::share_disclosure(ctx.app(), ctx.actor(), id, &text).await
        };
        ShareDisclosurePayload::of(ctx, result.await)
    }

    /// Keeps back what would reveal a supplier's trade secret, with a reason.
    async fn waive_disclosure(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: WaiveDisclosureInput,
    ) -> Result<WaiveDisclosurePayload> {
        let result = async {
            let id = decode(&input.disclosure_id, "disclosureId")?;
            needs::waive_disclosure(ctx.app(), ctx.actor(), id, &input.reason).await
        };
        WaiveDisclosurePayload::of(ctx, result.await)
    }
}
