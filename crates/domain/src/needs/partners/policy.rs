//! Who reads what a partner said. Pure.

use super::Partner;
use crate::Actor;
use crate::needs::{Need, reads_internals};

/// The need's own people, and the partner's.
pub fn reads_partner(actor: &Actor, need: &Need, partner: &Partner) -> bool {
    actor.acts_for(partner.organisation_id) || reads_internals(actor, need)
}
