//! What is noted, and what everybody reads of it.

use types::{DisclosureChannel, DisclosureId, NeedId, OrganisationId, Time};

use super::Disclosure;

/// What the buyer told somebody.
#[derive(Clone, Debug)]
pub struct Note {
    /// About which need.
    pub need_id: NeedId,
    /// What was told.
    pub told: String,
    /// To which organisations.
    pub told_to: Vec<OrganisationId>,
    /// Who else, in words ("those who came to the site visit").
    pub told_to_note: String,
    /// How.
    pub channel: DisclosureChannel,
    /// When.
    pub told_at: Time,
}

/// A disclosure as everybody reads it: what, when and how, never to whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedDisclosure {
    /// Id.
    pub id: DisclosureId,
    /// Of which need.
    pub need_id: NeedId,
    /// As it was published.
    pub text: String,
    /// How it was first told.
    pub channel: DisclosureChannel,
    /// When it was first told.
    pub told_at: Time,
    /// Since when all know.
    pub shared_at: Time,
}

impl SharedDisclosure {
    pub(super) fn of(row: Disclosure) -> Self {
        Self {
            id: row.id,
            need_id: row.need_id,
            text: row.shared_text.unwrap_or(row.told),
            channel: row.channel,
            told_at: row.told_at,
            shared_at: row.decided_at.unwrap_or(row.noted_at),
        }
    }
}
