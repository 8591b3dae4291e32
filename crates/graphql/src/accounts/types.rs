//! Types of accounts, and reading them.

use async_graphql::{Context, Description, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use domain::accounts;

use super::passkeys::Passkey;
use super::sessions::Session;
use crate::error::OrTop;
use crate::list::List;
use crate::needs::LanguageCode;
use crate::orders::{Ordered, OrganisationOrder};
use crate::organisations::{Organisation, OrganisationKind};
use crate::{Ctx, OrganisationNumber, encode, list};

/// When something was saved last, and by which colleague.
#[derive(Clone, Debug, SimpleObject)]
pub struct LastSaved {
    /// When.
    pub at: DateTime<Utc>,
    /// The name of who did it; null if the product did it, or it is not known yet.
    pub by: Option<String>,
}

impl LastSaved {
    pub(crate) async fn of(ctx: &Context<'_>, saved: accounts::Saved) -> Result<Self> {
        let by = accounts::who_saved(ctx.app(), ctx.actor(), &saved).await.or_top(ctx)?;
        Ok(Self { at: saved.at, by })
    }
}

crate::api_enum! {
    /// What a member may do for the organisation.
    Role {
        /// Buyer: everything, members and settings included.
        Owner,
        /// Buyer: runs needs and dialogues, approves and publishes.
        ProcurementOfficer,
        /// Buyer: writes needs and reads the dialogue.
        NeedOwner,
        /// Buyer: reads drafts and approves them.
        Reviewer,
        /// Buyer: reads.
        Reader,
        /// Supplier or support actor: everything, members included.
        SupplierAdministrator,
        /// Supplier or support actor: takes part in dialogues.
        Member,
    }
}

crate::api_enum! {
    /// Where a membership stands.
    MembershipState {
        /// Asked for.
        Requested,
        /// In force.
        Active,
        /// Ended.
        Removed,
        /// Declined.
        Declined,
    }
}

/// You.
#[derive(Clone, Debug, Description)]
pub struct Viewer(domain::Actor);

/// The organisation that you act for.
#[derive(Clone, Debug, SimpleObject)]
pub struct Acting {
    /// The organisation.
    pub organisation: Organisation,
    /// Your roles there.
    pub roles: Vec<Role>,
    /// Whether you may manage its members.
    pub manages_members: bool,
}

#[Object(use_type_description)]
impl Viewer {
    /// You, as your colleagues see you.
    async fn person(&self, ctx: &Context<'_>) -> Result<Person> {
        let me = self.0.person().or_top(ctx)?.id;
        let found = accounts::find_person(ctx.app(), &self.0, me).await.or_top(ctx)?;
        Ok(Person(found.ok_or(domain::Error::Unauthenticated).or_top(ctx)?))
    }

    /// Your name.
    async fn name(&self, ctx: &Context<'_>) -> Result<&str> {
        Ok(&self.0.person().or_top(ctx)?.name)
    }

    /// A keyed hash of you and whom you act for: a form that carries it is
    /// not sent in somebody else's name.
    async fn form_mark(&self, ctx: &Context<'_>) -> Result<String> {
        accounts::form_mark(ctx.app(), &self.0).or_top(ctx)
    }

    /// Your mailbox.
    async fn email(&self, ctx: &Context<'_>) -> Result<&str> {
        Ok(self.0.person().or_top(ctx)?.email.as_str())
    }

    /// Your language, for mails; a page may be in another.
    async fn language(&self, ctx: &Context<'_>) -> Result<LanguageCode> {
        let id = self.0.person().or_top(ctx)?.id;
        let person = accounts::person(ctx.app(), id).await.or_top(ctx)?;
        Ok(person.map_or(self.0.language, |p| p.language).into())
    }

    /// Whether you administer the platform.
    async fn platform_administrator(&self) -> bool {
        self.0.person.as_ref().is_some_and(|p| p.is_platform_administrator)
    }

    /// The organisation that you act for; null while you act for yourself.
    async fn acting(&self, ctx: &Context<'_>) -> Result<Option<Acting>> {
        let Some(acting) = &self.0.acting else { return Ok(None) };
        let organisation = domain::organisations::get(ctx.app(), acting.organisation_id).await.or_top(ctx)?;
        Ok(Some(Acting {
            organisation: organisation.into(),
            roles: acting.roles.iter().copied().map(Into::into).collect(),
            manages_members: accounts::may_manage_members(&self.0, acting.organisation_id).is_ok(),
        }))
    }

    /// The name of the token that speaks in your name; null for you yourself.
    async fn token(&self) -> Option<&str> {
        self.0.token.as_ref().map(|t| t.name.as_str())
    }

    /// Where you are signed in: this session, then those used last. Not for tokens.
    async fn sessions(&self, ctx: &Context<'_>) -> Result<Vec<Session>> {
        let found = accounts::list_sessions(ctx.app(), &self.0).await.or_top(ctx)?;
        Ok(found.into_iter().map(Session::from).collect())
    }

    /// Your passkeys, the oldest first. Not for tokens.
    async fn passkeys(&self, ctx: &Context<'_>) -> Result<Vec<Passkey>> {
        let found = accounts::passkeys::list(ctx.app(), &self.0).await.or_top(ctx)?;
        Ok(found.into_iter().map(Passkey::from).collect())
    }

    /// The services by which you sign in, besides your mailbox. Not for tokens.
    async fn identities(&self, ctx: &Context<'_>) -> Result<Vec<super::Identity>> {
        super::providers::list(ctx, &self.0).await
    }

    /// Your memberships and requests to join.
    async fn memberships(&self, ctx: &Context<'_>) -> Result<Vec<Membership>> {
        let found = accounts::memberships_of(ctx.app(), &self.0).await.or_top(ctx)?;
        Ok(found
            .into_iter()
            .map(|(row, organisation)| Membership { row, organisation: Some(organisation), person: None })
            .collect())
    }
}

/// A colleague.
#[derive(Clone, Debug, Description)]
pub struct Person(pub(crate) accounts::Person);

#[Object(use_type_description)]
impl Person {
    /// Opaque id.
    pub(crate) async fn id(&self) -> ID {
        encode(self.0.id)
    }

    /// Name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Mailbox at work.
    async fn email(&self) -> &str {
        self.0.email.as_str()
    }
}

/// A person's place in an organisation.
#[derive(Clone, Debug, Description)]
pub struct Membership {
    row: accounts::Membership,
    organisation: Option<domain::organisations::Organisation>,
    person: Option<accounts::Person>,
}

impl From<accounts::Membership> for Membership {
    fn from(row: accounts::Membership) -> Self {
        Self { row, organisation: None, person: None }
    }
}

impl Membership {
    /// With its person, where a colleague reads it.
    pub(crate) fn with(row: accounts::Membership, person: Option<accounts::Person>) -> Self {
        Self { row, organisation: None, person }
    }
}

#[Object(use_type_description)]
impl Membership {
    /// Opaque id.
    pub(crate) async fn id(&self) -> ID {
        encode(self.row.id)
    }

    /// Where it stands.
    async fn state(&self) -> MembershipState {
        self.row.state.into()
    }

    /// The roles.
    async fn roles(&self) -> Vec<Role> {
        accounts::parse_roles(&self.row.roles).into_iter().map(Into::into).collect()
    }

    /// What the person wrote when asking to join.
    async fn message(&self) -> Option<&str> {
        self.row.message.as_deref()
    }

    /// Since when.
    async fn created_at(&self) -> DateTime<Utc> {
        self.row.created_at
    }

    /// The organisation.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Organisation> {
        match &self.organisation {
            Some(known) => Ok(known.clone().into()),
            None => {
                Ok(domain::organisations::get(ctx.app(), self.row.organisation_id).await.or_top(ctx)?.into())
            }
        }
    }

    /// The person; null where the list is of your own memberships.
    async fn person(&self) -> Option<Person> {
        self.person.clone().map(Person)
    }
}

/// An open invitation.
#[derive(Clone, Debug, Description)]
pub struct Invitation {
    row: accounts::Invitation,
    organisation: Option<domain::organisations::Organisation>,
}

impl From<accounts::Invitation> for Invitation {
    fn from(row: accounts::Invitation) -> Self {
        Self { row, organisation: None }
    }
}

#[Object(use_type_description)]
impl Invitation {
    /// Opaque id.
    pub(crate) async fn id(&self) -> ID {
        encode(self.row.id)
    }

    /// The mailbox that was invited.
    async fn email(&self) -> &str {
        self.row.email.as_str()
    }

    /// The roles offered.
    async fn roles(&self) -> Vec<Role> {
        accounts::parse_roles(&self.row.roles).into_iter().map(Into::into).collect()
    }

    /// Until when it works.
    async fn expires_at(&self) -> DateTime<Utc> {
        self.row.expires_at
    }

    /// The organisation.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Organisation> {
        match &self.organisation {
            Some(known) => Ok(known.clone().into()),
            None => {
                Ok(domain::organisations::get(ctx.app(), self.row.organisation_id).await.or_top(ctx)?.into())
            }
        }
    }
}

/// The people of the organisation that you act for.
#[derive(Clone, Debug, SimpleObject)]
pub struct Members {
    /// Members and requests to join.
    pub memberships: Vec<Membership>,
    /// Open invitations; empty unless you manage members.
    pub invitations: Vec<Invitation>,
}

/// What the business register says.
#[derive(Clone, Debug, SimpleObject)]
pub struct RegisteredOrganisation {
    /// The registered name; null where the register does not answer.
    pub name: Option<String>,
    /// Number of employees; null is unknown.
    pub employees: Option<i32>,
    /// Registered web site.
    pub website: Option<String>,
    /// Whether the register could not be asked: type the name yourself.
    pub is_offline: bool,
    /// The organisation, if it is known here.
    pub organisation: Option<Organisation>,
}

/// A persona of the demonstration.
#[derive(Clone, Debug, SimpleObject)]
pub struct Persona {
    /// Name.
    pub name: String,
    /// Mailbox, for `signInAsPersona`.
    pub email: String,
    /// The organisation.
    pub organisation: String,
    /// What it is.
    pub kind: OrganisationKind,
    /// Roles there.
    pub roles: Vec<Role>,
}

/// Reading accounts.
#[derive(Debug, Default)]
pub struct AccountQuery;

#[Object]
impl AccountQuery {
    /// You; null while you are not signed in.
    async fn viewer(&self, ctx: &Context<'_>) -> Option<Viewer> {
        let actor = ctx.actor();
        actor.person.as_ref().map(|_| Viewer(actor.clone()))
    }

    /// The people of the organisation that you act for.
    async fn members(&self, ctx: &Context<'_>) -> Result<Members> {
        let (members, invitations) = accounts::members_of(ctx.app(), ctx.actor()).await.or_top(ctx)?;
        Ok(Members {
            memberships: members
                .into_iter()
                .map(|(row, person)| Membership { row, organisation: None, person: Some(person) })
                .collect(),
            invitations: invitations.into_iter().map(Into::into).collect(),
        })
    }

    /// The invitation behind a link; null if it is used, taken back or out of date.
    async fn invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The secret in the link.")] token: String,
    ) -> Result<Option<Invitation>> {
        let found = accounts::find_invitation(ctx.app(), &token).await.or_top(ctx)?;
        Ok(found.map(|(row, organisation)| Invitation { row, organisation: Some(organisation) }))
    }

    /// Looks an organisation number up in Enhetsregisteret; null if there is no such number.
    async fn registered_organisation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] organisation_number: OrganisationNumber,
    ) -> Result<Option<RegisteredOrganisation>> {
        let answer = accounts::look_up(ctx.app(), ctx.actor(), &organisation_number.0).await.or_top(ctx)?;
        Ok(match answer {
            accounts::RegisterAnswer::Found(unit, known) => Some(RegisteredOrganisation {
                name: Some(unit.name),
                employees: unit.employees,
                website: unit.website,
                is_offline: false,
                organisation: known.map(Into::into),
            }),
            accounts::RegisterAnswer::Unknown => None,
            accounts::RegisterAnswer::Offline(known) => Some(RegisteredOrganisation {
                name: None,
                employees: None,
                website: None,
                is_offline: true,
                organisation: known.map(Into::into),
            }),
        })
    }

    /// Organisations with an unverified claim, by name; for the platform's administrators.
    #[graphql(complexity = "first.unwrap_or(20).clamp(1, 100) as usize * child_complexity + 1")]
    async fn unverified_organisations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "In which order; the usual one if null.")] order_by: Option<OrganisationOrder>,
        #[graphql(desc = "How many, 1–100; 20 if null.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<List<Organisation>> {
        let page = list::countable(ctx, first, after, order_by.is_reversed()).or_top(ctx)?;
        let found = accounts::unverified(ctx.app(), ctx.actor(), &page).await.or_top(ctx)?;
        Ok(list::counted(ctx, found, Organisation::from, page.after.is_some()))
    }

    /// The personas of a demonstration; empty elsewhere.
    async fn personas(&self, ctx: &Context<'_>) -> Result<Vec<Persona>> {
        let found = accounts::personas(ctx.app()).await.or_top(ctx)?;
        Ok(found
            .into_iter()
            .map(|(person, organisation, roles)| Persona {
                name: person.name,
                email: person.email.to_string(),
                organisation: organisation.name,
                kind: organisation.kind.into(),
                roles: roles.into_iter().map(Into::into).collect(),
            })
            .collect())
    }

    /// Whether the installation waits for its first administrator.
    async fn awaits_set_up(&self, ctx: &Context<'_>) -> Result<bool> {
        accounts::awaits_set_up(ctx.app()).await.or_top(ctx)
    }
}

impl From<domain::Actor> for Viewer {
    fn from(actor: domain::Actor) -> Self {
        Self(actor)
    }
}
