//! Signing in by other services.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use domain::accounts::providers;

use crate::error::OrTop;
use crate::{Ctx, decode, encode, payloads};

/// A service by which people sign in (`OpenID` Connect).
#[derive(Clone, Debug, SimpleObject)]
pub struct SignInProvider {
    /// What it is called in addresses.
    pub key: String,
    /// What it is called, in your language.
    pub name: String,
    /// Where a browser begins. Opened from another site it leads to the sign-in page, so
    /// that nobody is signed in without meaning it.
    pub start_url: String,
}

impl SignInProvider {
    fn of(ctx: &Context<'_>, provider: &domain::ports::Provider) -> Self {
        Self {
            key: provider.key.clone(),
            name: provider.name(ctx.actor().language).to_owned(),
            start_url: format!("{}/sign-in/{}", ctx.app().settings.public_url, provider.key),
        }
    }
}

/// The name of a service for who asks; its key, if it is set up no more.
pub(crate) fn name_of(ctx: &Context<'_>, key: &str) -> String {
    let found = providers::provider(ctx.app(), key);
    found.map_or(key, |provider| provider.name(ctx.actor().language)).to_owned()
}

/// Who you are at a service, for which there is no account here yet.
#[derive(Clone, Debug, SimpleObject)]
pub struct PendingIdentity {
    /// The name of the service.
    pub provider: String,
    /// Your name, as it says; null if it does not.
    pub name: Option<String>,
    /// Your mailbox, as it says; null if it does not.
    pub email: Option<String>,
    /// The page that you were going to.
    pub next: Option<String>,
}

/// A service by which you sign in.
#[derive(Clone, Debug)]
pub struct Identity(providers::Identity);

impl From<providers::Identity> for Identity {
    fn from(row: providers::Identity) -> Self {
        Self(row)
    }
}

/// A service by which you sign in.
#[Object]
impl Identity {
    /// Opaque id.
    pub(crate) async fn id(&self) -> ID {
        encode(self.0.id)
    }

    /// The name of the service.
    async fn provider(&self, ctx: &Context<'_>) -> String {
        name_of(ctx, &self.0.provider)
    }

    /// Since when.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When you last signed in by it.
    async fn last_used_at(&self) -> DateTime<Utc> {
        self.0.last_used_at
    }
}

/// What to tie to your account.
#[derive(Clone, InputObject)]
pub struct LinkIdentityInput {
    /// What your browser kept when it came back from the service.
    pub proof: String,
}

/// Which one.
#[derive(Clone, Debug, InputObject)]
pub struct RemoveIdentityInput {
    /// The identity.
    pub identity_id: ID,
}

payloads! {
    /// The outcome of `linkIdentity`.
    LinkIdentityPayload {
        /// The service by which you sign in from now on.
        identity: Identity
    }
    /// The outcome of `removeIdentity`.
    RemoveIdentityPayload {
        /// What is gone.
        identity: Identity
    }
}

/// Reading services.
#[derive(Debug, Default)]
pub struct ProviderQuery;

#[Object]
impl ProviderQuery {
    /// The services by which people sign in, besides their mailbox.
    async fn sign_in_providers(&self, ctx: &Context<'_>) -> Result<Vec<SignInProvider>> {
        Ok(ctx.app().providers.all().iter().map(|provider| SignInProvider::of(ctx, provider)).collect())
    }

    /// Who the person in this browser is at a service; null if it is too late.
    async fn pending_identity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the browser kept when it came back from the service.")] proof: String,
    ) -> Result<Option<PendingIdentity>> {
        Ok(providers::pending_identity(ctx.app(), &proof).map(|found| PendingIdentity {
            provider: name_of(ctx, &found.provider),
            name: found.name,
            email: found.email,
            next: found.next,
        }))
    }
}

/// Tying services to accounts.
#[derive(Debug, Default)]
pub struct ProviderMutation;

#[Object]
impl ProviderMutation {
    /// Ties who you are at a service to your account, so that you can sign in by it; show
    /// first who you are. You are told by mail.
    async fn link_identity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What.")] input: LinkIdentityInput,
    ) -> Result<LinkIdentityPayload> {
        let linked = providers::link_identity(ctx.app(), ctx.actor(), &input.proof).await;
        LinkIdentityPayload::of(ctx, linked)
    }

    /// Removes a service by which you sign in; show first who you are. You are told by mail.
    async fn remove_identity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: RemoveIdentityInput,
    ) -> Result<RemoveIdentityPayload> {
        let result = async {
            let id = decode(&input.identity_id, "identityId")?;
            providers::remove_identity(ctx.app(), ctx.actor(), id).await
        };
        RemoveIdentityPayload::of(ctx, result.await)
    }
}

/// Your services.
pub(crate) async fn list(ctx: &Context<'_>, actor: &domain::Actor) -> Result<Vec<Identity>> {
    let found = providers::list_identities(ctx.app(), actor).await.or_top(ctx)?;
    Ok(found.into_iter().map(Identity::from).collect())
}
