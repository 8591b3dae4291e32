//! Your sessions.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use domain::accounts::{self, SessionView};

use crate::error::UserError;
use crate::{Ctx, decode, encode, payloads};

crate::api_enum! {
    /// How you signed in.
    SignInMethod {
        /// The code in a mail.
        Code,
        /// The link in a mail.
        Link,
        /// A passkey.
        Passkey,
        /// Another service said who you are (`OpenID` Connect).
        Provider,
        /// The token on the console of a new installation.
        SetUp,
        /// As a persona of a demonstration.
        Persona,
    }
}

/// A browser or a tool in which you are signed in.
#[derive(Clone, Debug)]
pub struct Session(SessionView);

impl From<SessionView> for Session {
    fn from(view: SessionView) -> Self {
        Self(view)
    }
}

/// A browser or a tool in which you are signed in.
#[Object]
impl Session {
    /// Opaque id.
    pub(crate) async fn id(&self) -> ID {
        encode(self.0.id)
    }

    /// The browser or tool, as it calls itself; null if it does not.
    async fn browser(&self) -> Option<&str> {
        self.0.browser.as_deref()
    }

    /// The system that it runs on, as it says; null if it does not.
    async fn system(&self) -> Option<&str> {
        self.0.system.as_deref()
    }

    /// How you signed in; null if that is not known.
    async fn method(&self) -> Option<SignInMethod> {
        self.0.method.map(Into::into)
    }

    /// By which service you signed in; null if by none.
    async fn provider(&self, ctx: &Context<'_>) -> Option<String> {
        self.0.provider.as_deref().map(|key| super::providers::name_of(ctx, key))
    }

    /// How sure that service was of you, in its own word (`acr`); null if it did not say.
    async fn assurance(&self) -> Option<&str> {
        self.0.assurance.as_deref()
    }

    /// When you signed in.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it was used last, to within a few minutes.
    async fn last_used_at(&self) -> DateTime<Utc> {
        self.0.seen_at
    }

    /// When it ends at the latest; sooner if it is not used.
    async fn expires_at(&self) -> DateTime<Utc> {
        self.0.expires_at
    }

    /// Whether it is the one that asks.
    async fn is_current(&self) -> bool {
        self.0.is_current
    }
}

/// Which session.
#[derive(Clone, Debug, InputObject)]
pub struct EndSessionInput {
    /// The session.
    pub session_id: ID,
}

payloads! {
    /// The outcome of `endSession`.
    EndSessionPayload {
        /// The session that ended.
        session: Session
    }
}

/// The outcome of `endOtherSessions`.
#[derive(Clone, Debug, SimpleObject)]
pub struct EndOtherSessionsPayload {
    /// How many ended.
    pub ended: Option<i32>,
    /// What to mend; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Whose sessions.
#[derive(Clone, Debug, InputObject)]
pub struct EndSessionsOfPersonInput {
    /// The mailbox that the person signs in with.
    pub email: String,
}

/// The outcome of `endSessionsOfPerson`.
#[derive(Clone, Debug, SimpleObject)]
pub struct EndSessionsOfPersonPayload {
    /// How many ended.
    pub ended: Option<i32>,
    /// What to mend; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Ending sessions.
#[derive(Debug, Default)]
pub struct SessionMutation;

#[Object]
impl SessionMutation {
    /// Ends one of your sessions, with its access tokens and sockets, on every
    /// node at once. For another than this one, show first who you are.
    async fn end_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: EndSessionInput,
    ) -> Result<EndSessionPayload> {
        let result = async {
            let id = decode(&input.session_id, "sessionId")?;
            accounts::end_session(ctx.app(), ctx.actor(), id).await
        };
        EndSessionPayload::of(ctx, result.await)
    }

    /// Ends all your sessions but this one; show first who you are.
    async fn end_other_sessions(&self, ctx: &Context<'_>) -> Result<EndOtherSessionsPayload> {
        let result = accounts::end_other_sessions(ctx.app(), ctx.actor()).await;
        let (ended, user_errors) = crate::error::outcome(ctx, result)?;
        let ended = ended.map(|n| i32::try_from(n).unwrap_or(i32::MAX));
        Ok(EndOtherSessionsPayload { ended, user_errors })
    }

    /// Ends all sessions of somebody whose mailbox or machine is in other hands; the person
    /// is told by mail. For the platform's administrators; show first who you are.
    async fn end_sessions_of_person(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose.")] input: EndSessionsOfPersonInput,
    ) -> Result<EndSessionsOfPersonPayload> {
        let result = accounts::end_sessions_of(ctx.app(), ctx.actor(), &input.email).await;
        let (ended, user_errors) = crate::error::outcome(ctx, result)?;
        let ended = ended.map(|n| i32::try_from(n).unwrap_or(i32::MAX));
        Ok(EndSessionsOfPersonPayload { ended, user_errors })
    }
}
