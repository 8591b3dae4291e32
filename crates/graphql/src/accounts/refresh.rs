//! Going on with a session without its person.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use domain::accounts;

use crate::{Ctx, Tokens, payloads};

/// A session that goes on.
#[derive(Clone, SimpleObject)]
pub struct RefreshedSession {
    /// For `Authorization: Bearer …`.
    pub access_token: String,
    /// Until when it works.
    pub access_token_expires_at: DateTime<Utc>,
    /// What to hand in next time, in the place of the one that you handed in now.
    pub refresh_token: String,
    /// The session's end at the latest; sooner if it is not used.
    pub session_expires_at: DateTime<Utc>,
}

/// With what to go on.
#[derive(Clone, InputObject)]
pub struct RefreshSessionInput {
    /// The `refreshToken` that you were given last.
    pub refresh_token: String,
}

payloads! {
    /// The outcome of `refreshSession`.
    RefreshSessionPayload {
        /// What the session goes on with.
        refreshed: RefreshedSession
    }
}

/// Going on with a session.
#[derive(Debug, Default)]
pub struct RefreshMutation;

#[Object]
impl RefreshMutation {
    /// Spends a refresh token for a new access token and the next refresh token; send no
    /// `Authorization`. Each works once: one that comes again ends the session, unless it
    /// comes within 30 seconds and what was given for it is unused (a lost answer).
    /// `SESSION_ENDED` means that the person must sign in again.
    async fn refresh_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "With what.")] input: RefreshSessionInput,
    ) -> Result<RefreshSessionPayload> {
        let result = async {
            let refreshed = accounts::refresh(ctx.app(), ctx.actor(), &input.refresh_token).await?;
            let (access_token, access_token_expires_at) =
                ctx.data_unchecked::<Tokens>().0.issue(refreshed.session).await?;
            Ok(RefreshedSession {
                access_token,
                access_token_expires_at,
                refresh_token: refreshed.token,
                session_expires_at: refreshed.expires_at,
            })
        };
        RefreshSessionPayload::of(ctx, result.await)
    }
}
