//! Who is asking, and for whom.

use chrono::TimeDelta;
use types::{
    ClaimState, EmailAddress, ErrorCode, Language, OrganisationId, OrganisationKind, PersonId, Role,
    SessionId, Time, TokenId, TokenScope,
};

use crate::{App, Error, Result};

/// Whoever has proved so lately to be the one need not do it again.
const RECENTLY: TimeDelta = TimeDelta::minutes(15);

/// The one who asks: a visitor, a person, a person for an organisation, or the
/// product itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Actor {
    /// Language for texts.
    pub language: Language,
    /// Where the request comes from, for rate limits; never stored in clear.
    pub address: Option<String>,
    /// Browser and system of whoever asks, in a few words.
    pub device: Option<String>,
    /// The session, if signed in.
    pub session: Option<SessionId>,
    /// The person, if signed in.
    pub person: Option<ActorPerson>,
    /// The organisation acted for.
    pub acting: Option<Acting>,
    /// The token by which an organisation's system speaks, in the person's name.
    pub token: Option<ActorToken>,
    /// When the person last proved to be the one.
    pub authenticated_at: Option<Time>,
    /// Whether the product itself acts (scheduled work).
    pub is_system: bool,
}

/// The token that speaks, instead of a person at a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActorToken {
    /// Id.
    pub id: TokenId,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<TokenScope>,
}

/// The person behind a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActorPerson {
    /// Id.
    pub id: PersonId,
    /// Name.
    pub name: String,
    /// Address.
    pub email: EmailAddress,
    /// Whether the person administers the platform.
    pub is_platform_administrator: bool,
}

/// The organisation that a person acts for, with what it may do there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acting {
    /// Id.
    pub organisation_id: OrganisationId,
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: OrganisationKind,
    /// Roles there.
    pub roles: Vec<Role>,
    /// Whether the claim is proved.
    pub claim: ClaimState,
    /// An unverified claim opens nothing said before this moment.
    pub reads_since: Option<Time>,
    /// Since when an administrator has suspended it: it reads, and does nothing.
    pub suspended_at: Option<Time>,
}

impl Acting {
    /// Whether one of `roles` is held.
    pub fn has_any(&self, roles: &[Role]) -> bool {
        roles.iter().any(|r| self.roles.contains(r))
    }

    /// Whether this is a buyer.
    pub const fn is_buyer(&self) -> bool {
        self.kind.is_buyer()
    }
}

impl Actor {
    /// A visitor.
    pub fn anonymous(language: Language) -> Self {
        Self { language, ..Self::default() }
    }

    /// The product itself, for scheduled work.
    pub fn system() -> Self {
        Self { is_system: true, ..Self::default() }
    }

    /// The person, or `UNAUTHENTICATED`.
    pub fn person(&self) -> Result<&ActorPerson> {
        self.person.as_ref().ok_or(Error::Unauthenticated)
    }

    /// Refuses what is dangerous unless the person has proved within the last
    /// quarter of an hour to be the one: `REAUTHENTICATION_REQUIRED`. A token never can.
    pub fn recently_authenticated(&self, app: &App) -> Result<()> {
        self.person()?;
        if self.authenticated_at.is_some_and(|at| app.now() - at <= RECENTLY) {
            Ok(())
        } else {
            Err(Error::Forbidden(ErrorCode::ReauthenticationRequired))
        }
    }

    /// For what is a person's own, and no organisation's: `FORBIDDEN` to tokens.
    pub fn not_by_token(&self) -> Result<()> {
        if self.token.is_some() { Err(Error::Forbidden(ErrorCode::Forbidden)) } else { Ok(()) }
    }

    /// The organisation acted for, or `UNAUTHENTICATED` / `ACTING_REQUIRED`.
    pub fn acting(&self) -> Result<&Acting> {
        self.person()?;
        self.acting.as_ref().ok_or(Error::Forbidden(ErrorCode::ActingRequired))
    }

    /// The buyer acted for, or `WRONG_ORGANISATION`.
    pub fn buyer(&self) -> Result<&Acting> {
        let acting = self.acting()?;
        if acting.is_buyer() { Ok(acting) } else { Err(Error::Forbidden(ErrorCode::WrongOrganisation)) }
    }

    /// The supplier acted for, or `WRONG_ORGANISATION`.
    pub fn supplier(&self) -> Result<&Acting> {
        let acting = self.acting()?;
        if acting.kind == OrganisationKind::Supplier {
            Ok(acting)
        } else {
            Err(Error::Forbidden(ErrorCode::WrongOrganisation))
        }
    }

    /// The platform administrator, or `FORBIDDEN`.
    pub fn platform_administrator(&self) -> Result<&ActorPerson> {
        let person = self.person()?;
        if person.is_platform_administrator {
            Ok(person)
        } else {
            Err(Error::Forbidden(ErrorCode::Forbidden))
        }
    }

    /// The organisation acted for, if any: what row filters compare with.
    pub fn organisation_id(&self) -> Option<OrganisationId> {
        self.acting.as_ref().map(|a| a.organisation_id)
    }

    /// Whether the actor acts for `organisation`.
    pub fn acts_for(&self, organisation: OrganisationId) -> bool {
        self.organisation_id() == Some(organisation)
    }
}
