//! Tokens that speak for an organisation.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use domain::accounts::tokens::{self, CreateToken, TokenView};

use super::types::Person;
use crate::error::{OrTop, UserError};
use crate::list::List;
use crate::orders::{Ordered, OrganisationTokenOrder};
use crate::{Ctx, decode, encode, list, payloads};

crate::api_enum! {
    /// What a token of an organisation may be used for. Roles count besides: a
    /// token never does what the member who answers for it may not.
    TokenScope {
        /// Reading, and subscriptions.
        Read,
        /// A buyer's needs: write, publish, attach files, stand together with others.
        Needs,
        /// A buyer's side of a dialogue: answer, announce, hold events, handle responses, sum up.
        Dialogue,
        /// A supplier's side: be interested, ask, register, respond.
        Participate,
    }
}

crate::api_enum! {
    /// Where a token of an organisation stands.
    TokenState {
        /// In force.
        Active,
        /// Its member has left or no longer manages members: it works when another takes it over.
        Orphaned,
        /// Its time is over.
        Expired,
        /// Ended by somebody.
        Revoked,
    }
}

/// A token that speaks for an organisation.
#[derive(Clone, Debug)]
pub struct OrganisationToken(TokenView);

impl From<TokenView> for OrganisationToken {
    fn from(view: TokenView) -> Self {
        Self(view)
    }
}

/// A token that speaks for an organisation.
#[Object]
impl OrganisationToken {
    /// Opaque id.
    pub(crate) async fn id(&self) -> ID {
        encode(self.0.token.id)
    }

    /// What it is for.
    async fn name(&self) -> &str {
        &self.0.token.name
    }

    /// How the secret ends, to tell one token from another.
    async fn hint(&self) -> &str {
        &self.0.token.hint
    }

    /// What it may be used for.
    async fn scopes(&self) -> Vec<TokenScope> {
        tokens::parse_scopes(&self.0.token.scopes).into_iter().map(Into::into).collect()
    }

    /// Where it stands.
    async fn state(&self) -> TokenState {
        self.0.state.into()
    }

    /// The member in whose name it speaks.
    async fn answerable(&self) -> Option<Person> {
        self.0.answerable.clone().map(Person)
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.token.created_at
    }

    /// Until when it works.
    async fn expires_at(&self) -> DateTime<Utc> {
        self.0.token.expires_at
    }

    /// When it was used last, to within a few minutes; null if never.
    async fn last_used_at(&self) -> Option<DateTime<Utc>> {
        self.0.token.last_used_at
    }
}

/// A token to make.
#[derive(Clone, Debug, InputObject)]
pub struct CreateOrganisationTokenInput {
    /// What it is for, so that others know it in a year.
    pub name: String,
    /// What it may be used for.
    pub scopes: Vec<TokenScope>,
    /// When it ends; at most a year from now.
    pub expires_at: DateTime<Utc>,
}

/// Which token.
#[derive(Clone, Debug, InputObject)]
pub struct TakeOverOrganisationTokenInput {
    /// The token.
    pub token_id: ID,
}

/// Which token.
#[derive(Clone, Debug, InputObject)]
pub struct RevokeOrganisationTokenInput {
    /// The token.
    pub token_id: ID,
}

/// The outcome of `createOrganisationToken`.
#[derive(SimpleObject)]
pub struct CreateOrganisationTokenPayload {
    /// The token.
    pub token: Option<OrganisationToken>,
    /// What your system sends as `Authorization: Bearer …`. It is shown here and never again.
    pub secret: Option<String>,
    /// What to mend; empty when it was done.
    pub user_errors: Vec<UserError>,
}

payloads! {
    /// The outcome of `takeOverOrganisationToken`.
    TakeOverOrganisationTokenPayload {
        /// The token.
        token: OrganisationToken
    }
    /// The outcome of `revokeOrganisationToken`.
    RevokeOrganisationTokenPayload {
        /// The token.
        token: OrganisationToken
    }
}

/// Reading tokens.
#[derive(Debug, Default)]
pub struct TokenQuery;

#[Object]
impl TokenQuery {
    /// The tokens of the organisation that you act for, the newest first; for those who manage members.
    #[graphql(complexity = "first.unwrap_or(20).clamp(1, 100) as usize * child_complexity + 1")]
    async fn organisation_tokens(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "In which order; the usual one if null.")] order_by: Option<OrganisationTokenOrder>,
        #[graphql(desc = "How many, 1–100; 20 if null.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<List<OrganisationToken>> {
        let page = list::countable(ctx, first, after, order_by.is_reversed()).or_top(ctx)?;
        let found = tokens::list(ctx.app(), ctx.actor(), &page).await.or_top(ctx)?;
        Ok(list::counted(ctx, found, OrganisationToken, page.after.is_some()))
    }
}

/// Doing things with tokens.
#[derive(Debug, Default)]
pub struct TokenMutation;

/// A token as it is after a command.
async fn view(ctx: &Context<'_>, token: tokens::Token) -> domain::Result<TokenView> {
    tokens::find(ctx.app(), ctx.actor(), token.id).await?.ok_or(domain::Error::NotFound)
}

#[Object]
impl TokenMutation {
    /// Makes a token of the organisation that you act for, which speaks in your
    /// name. For those who manage members, and have proved within 15 minutes that it is them.
    async fn create_organisation_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What for.")] input: CreateOrganisationTokenInput,
    ) -> Result<CreateOrganisationTokenPayload> {
        let result = async {
            let create = CreateToken {
                name: input.name,
                scopes: input.scopes.into_iter().map(Into::into).collect(),
                expires_at: input.expires_at,
            };
            let created = tokens::create(ctx.app(), ctx.actor(), create).await?;
            Ok((view(ctx, created.token).await?, created.secret))
        };
        let (made, user_errors) = crate::error::outcome(ctx, result.await)?;
        let (token, secret) = made.unzip();
        Ok(CreateOrganisationTokenPayload { token: token.map(Into::into), secret, user_errors })
    }

    /// Answers for a token from now on, in the place of whoever did; one that
    /// had stopped works again.
    async fn take_over_organisation_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: TakeOverOrganisationTokenInput,
    ) -> Result<TakeOverOrganisationTokenPayload> {
        let result = async {
            let id = decode(&input.token_id, "tokenId")?;
            view(ctx, tokens::take_over(ctx.app(), ctx.actor(), id).await?).await
        };
        TakeOverOrganisationTokenPayload::of(ctx, result.await)
    }

    /// Ends a token; it counts from its next request, on every node.
    async fn revoke_organisation_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: RevokeOrganisationTokenInput,
    ) -> Result<RevokeOrganisationTokenPayload> {
        let result = async {
            let id = decode(&input.token_id, "tokenId")?;
            view(ctx, tokens::revoke(ctx.app(), ctx.actor(), id).await?).await
        };
        RevokeOrganisationTokenPayload::of(ctx, result.await)
    }
}
