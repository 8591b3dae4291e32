//! The audit log: events of security, one line each, under the target `audit`.
//!
//! For who watches an installation, and for nobody else: what is done to the
//! record's rows stands in the record, for its readers. A line holds the event's
//! name, ids, and one of our own words for why; never a name, an address, an input
//! or a secret, so there is nothing in it to inject, and nothing to erase.
//!
//! What belongs to a transaction is noted in it ([`crate::Tx::note`]) and written
//! when it is committed: what was rolled back did not happen. The list of events is
//! `docs/security/audit.md`; a test holds it against [`AuditEvent`], and writes each.

use types::{AuditEvent, EntryKind, ErrorCode, OrganisationId, PersonId, SessionId, TokenId};
use uuid::Uuid;

use crate::Actor;

/// The target of every line.
pub const TARGET: &str = "audit";

/// An event, before it is written.
#[derive(Clone, Debug)]
pub struct Line {
    event: AuditEvent,
    person: Option<PersonId>,
    session: Option<SessionId>,
    organisation: Option<OrganisationId>,
    token: Option<TokenId>,
    subject: Option<Uuid>,
    why: Option<&'static str>,
    operation: Option<String>,
}

impl Line {
    /// What `actor` did, or was refused.
    pub fn of(actor: &Actor, event: AuditEvent) -> Self {
        Self {
            event,
            person: actor.person.as_ref().map(|p| p.id),
            session: actor.session,
            organisation: actor.organisation_id(),
            token: actor.token.as_ref().map(|t| t.id),
            subject: None,
            why: None,
            operation: None,
        }
    }

    /// Whose session it is, where the actor is not signed in yet, or is another.
    #[must_use]
    pub fn session(mut self, person: PersonId, session: SessionId) -> Self {
        self.person = Some(person);
        self.session = Some(session);
        self
    }

    /// What it was done to.
    #[must_use]
    pub fn about(mut self, subject: Uuid) -> Self {
        self.subject = Some(subject);
        self
    }

    /// Why, or how, in a word of our own.
    #[must_use]
    pub fn why(mut self, word: &'static str) -> Self {
        self.why = Some(word);
        self
    }

    /// The field of the schema that was asked for.
    #[must_use]
    pub fn operation(mut self, field: &str) -> Self {
        self.operation = Some(field.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect());
        self
    }

    /// Writes it.
    pub fn write(&self) {
        let shown = |id: Option<Uuid>| id.map(tracing::field::display);
        macro_rules! write {
            ($level:ident) => {
                tracing::$level!(
                    target: TARGET,
                    event = self.event.as_str(),
                    person = shown(self.person.map(|id| id.0)),
                    session = shown(self.session.map(|id| id.0)),
                    organisation = shown(self.organisation.map(|id| id.0)),
                    token = shown(self.token.map(|id| id.0)),
                    subject = shown(self.subject),
                    why = self.why,
                    operation = self.operation.as_deref(),
                    "audit"
                )
            };
        }
        if self.event.is_warning() { write!(warn) } else { write!(info) }
    }
}

/// Somebody known was refused; who is not known is told `UNAUTHENTICATED`, and there is
/// nobody to name.
pub fn refused(actor: &Actor, code: ErrorCode, operation: &str) {
    if actor.person.is_some() {
        Line::of(actor, AuditEvent::AccessRefused).why(code.as_str()).operation(operation).write();
    }
}

/// The event that an entry of the record is, if it is one of who may what.
pub(crate) const fn event_of(kind: EntryKind) -> Option<AuditEvent> {
    Some(match kind {
        EntryKind::TokenCreated => AuditEvent::TokenCreated,
        EntryKind::TokenTakenOver => AuditEvent::TokenTakenOver,
        EntryKind::TokenRevoked => AuditEvent::TokenRevoked,
        EntryKind::WebhookCreated => AuditEvent::WebhookCreated,
        EntryKind::WebhookChanged => AuditEvent::WebhookChanged,
        EntryKind::WebhookSecretRotated => AuditEvent::WebhookSecretRotated,
        EntryKind::WebhookEnabled => AuditEvent::WebhookEnabled,
        EntryKind::WebhookDeleted => AuditEvent::WebhookDeleted,
        EntryKind::InvitationSent => AuditEvent::MemberInvited,
        EntryKind::InvitationRevoked => AuditEvent::InvitationRevoked,
        EntryKind::MembershipApproved => AuditEvent::MemberJoined,
        EntryKind::MembershipDeclined => AuditEvent::MemberDeclined,
        EntryKind::MembershipChanged => AuditEvent::RolesChanged,
        EntryKind::MembershipRemoved => AuditEvent::MemberRemoved,
        EntryKind::OrganisationClaimed => AuditEvent::OrganisationClaimed,
        EntryKind::OrganisationVerified => AuditEvent::ClaimVerified,
        EntryKind::OrganisationSuspended => AuditEvent::OrganisationSuspended,
        EntryKind::OrganisationResumed => AuditEvent::OrganisationResumed,
        EntryKind::InstallationSetUp => AuditEvent::AdministratorMade,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_recorded_of_who_may_what_is_audited() {
        // Facts about an organisation, a request that decides nothing, what time alone does,
        // and what `role.appointed` once was.
        const NOT: [EntryKind; 9] = [
            EntryKind::OrganisationKnown,
            EntryKind::OrganisationChanged,
            EntryKind::RoleAppointed,
            EntryKind::MembershipRequested,
            EntryKind::TokenStopped,
            EntryKind::TokenExpiresSoon,
            EntryKind::TokenExpired,
            EntryKind::WebhookDisabled,
            EntryKind::WebhookStopped,
        ];
        let slices = ["installation", "organisation", "role", "membership", "invitation", "token", "webhook"];
        for kind in EntryKind::ALL {
            let slice = kind.as_str().split('.').next().unwrap_or_default();
            let is_audited = slices.contains(&slice) && !NOT.contains(kind);
            assert_eq!(event_of(*kind).is_some(), is_audited, "{kind}");
        }
    }
}
