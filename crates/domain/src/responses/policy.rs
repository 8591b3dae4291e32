//! Who reads which passage, and who handles them. Pure; the row filters
//! `store::{responses_for, passages_for}` are the twins, and a test proves that
//! they agree.

use types::{Confidentiality, OrganisationId, OrganisationKind, ResponseState, Role, Time};

use super::{Consent, Passage, Response};
use crate::needs::{self, Need};
use crate::{Actor, Result};

/// Named staff (R14): whoever runs the dialogue, not whoever may look in.
const NAMED_STAFF: &[Role] = &[Role::Owner, Role::ProcurementOfficer, Role::NeedOwner];

/// What an actor is to the responses of one need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reader {
    /// The product itself.
    System,
    /// The buyer's people; trade secrets for its named staff alone.
    Buyer {
        /// Whether this is named staff.
        is_named: bool,
    },
    /// A partner buyer's people: as far as each supplier consented.
    Partner {
        /// Which.
        organisation: OrganisationId,
        /// Whether this is named staff there.
        is_named: bool,
    },
    /// A supplier: its own, and with an unproved claim only what is newer than that.
    Supplier {
        /// Which.
        organisation: OrganisationId,
        /// An unverified claim opens nothing older.
        since: Option<Time>,
    },
    /// Anybody else.
    Nobody,
}

/// What the actor is to the responses of `need`.
pub(super) fn reader(actor: &Actor, need: &Need, is_partner: bool) -> Reader {
    if actor.is_system {
        return Reader::System;
    }
    let Some(acting) = &actor.acting else { return Reader::Nobody };
    let (organisation, is_named) = (acting.organisation_id, acting.has_any(NAMED_STAFF));
    if organisation == need.organisation_id {
        Reader::Buyer { is_named }
    } else if is_partner {
        Reader::Partner { organisation, is_named }
    } else {
        own_reader(actor)
    }
}

/// What the actor is to responses whichever need they belong to: their supplier, or nobody.
pub fn own_reader(actor: &Actor) -> Reader {
    match &actor.acting {
        Some(acting) if acting.kind == OrganisationKind::Supplier => {
            Reader::Supplier { organisation: acting.organisation_id, since: acting.reads_since }
        }
        _ => Reader::Nobody,
    }
}

/// Whether a response exists for the reader.
pub fn reads_response(reader: &Reader, response: &Response) -> bool {
    let is_submitted = response.state == ResponseState::Submitted;
    match reader {
        Reader::System => true,
        Reader::Buyer { .. } => is_submitted,
        Reader::Partner { organisation, is_named } => {
            let consent = Consent::of(response);
            is_submitted
                && (consent.partners_read || *is_named && consent.secret_readers.contains(organisation))
        }
        Reader::Supplier { organisation, since } => {
            response.supplier_id == *organisation && since.is_none_or(|s| response.created_at >= s)
        }
        Reader::Nobody => false,
    }
}

/// Whether the reader reads a passage of this response.
pub fn reads_passage(reader: &Reader, response: &Response, passage: &Passage, now: Time) -> bool {
    let is_current = response.current_submission_id == Some(passage.submission_id);
    if !is_current || !reads_response(reader, response) {
        return false;
    }
    match reader {
        Reader::System | Reader::Supplier { .. } | Reader::Buyer { is_named: true } => true,
        Reader::Buyer { is_named: false } => is_open(passage, now),
        Reader::Partner { organisation, is_named } => {
            let consent = Consent::of(response);
            if is_open(passage, now) {
                consent.partners_read
            } else {
                *is_named && consent.secret_readers.contains(organisation)
            }
        }
        Reader::Nobody => false,
    }
}

/// Whether nothing speaks against reading it: no claim, or one that was
/// rejected so long ago that the supplier had time to take the passage back.
pub(super) fn is_open(passage: &Passage, now: Time) -> bool {
    match passage.confidentiality {
        Confidentiality::Open => true,
        Confidentiality::Rejected => passage.released_at.is_some_and(|at| at <= now),
        Confidentiality::Claimed | Confidentiality::Accepted => false,
    }
}

/// Acknowledge, give dispositions, decide on claims: the named staff.
pub fn may_handle(actor: &Actor, need: &Need) -> Result<()> {
    needs::may_run_dialogue(actor, need)
}
