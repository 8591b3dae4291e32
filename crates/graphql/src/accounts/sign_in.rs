//! Signing in and out, and whom you act for.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use domain::accounts;

use super::types::Viewer;
use crate::error::{OrTop, UserError};
use crate::needs::LanguageCode;
use crate::{Ctx, Tokens, decode, payloads};

/// A sign-in that was begun: a mail with a link and a code is on its way.
#[derive(Clone, SimpleObject)]
pub struct SignInAttempt {
    /// A secret that you keep and hand in with the code or the link's token.
    pub attempt: String,
    /// Until when code and link work.
    pub expires_at: DateTime<Utc>,
}

/// A session that was begun.
#[derive(Clone, SimpleObject)]
pub struct SignedIn {
    /// For `Authorization: Bearer …`; works a quarter of an hour.
    pub access_token: String,
    /// Until when it works; `refreshSession` gives the next.
    pub access_token_expires_at: DateTime<Utc>,
    /// What `refreshSession` takes, once. It is made when you ask for this field; null
    /// where it was not asked for by its own name.
    pub refresh_token: Option<String>,
    /// The session's secret, for a browser's cookie.
    pub session_token: String,
    /// Keep it, and hand it in when somebody next signs in here: a sign-in where
    /// the person never was before is told by mail.
    pub device_token: String,
    /// The session's end.
    pub session_expires_at: DateTime<Utc>,
    /// The page that the person was going to.
    pub next: Option<String>,
}

payloads! {
    /// The outcome of `startSignIn`.
    StartSignInPayload {
        /// The attempt.
        attempt: SignInAttempt
    }
    /// The outcome of `completeSignIn`.
    CompleteSignInPayload {
        /// The session.
        signed_in: SignedIn
    }
    /// The outcome of `signInAsPersona`.
    SignInAsPersonaPayload {
        /// The session.
        signed_in: SignedIn
    }
    /// The outcome of `setUpInstallation`.
    SetUpInstallationPayload {
        /// The session of the first administrator.
        signed_in: SignedIn
    }
    /// The outcome of `actFor`.
    ActForPayload {
        /// You, acting for the organisation.
        viewer: Viewer
    }
    /// The outcome of `updateViewer`.
    UpdateViewerPayload {
        /// You.
        viewer: Viewer
    }
}

/// The outcome of `signOut`.
#[derive(Clone, Debug, SimpleObject)]
pub struct SignOutPayload {
    /// Whether the session ended.
    pub signed_out: bool,
    /// Empty.
    pub user_errors: Vec<UserError>,
}

/// Where to send link and code.
#[derive(Clone, Debug, InputObject)]
pub struct StartSignInInput {
    /// Your mailbox.
    pub email: String,
    /// The page to go on to, a path.
    pub next: Option<String>,
}

/// The link's token or the code, with the attempt.
#[derive(Clone, InputObject)]
pub struct CompleteSignInInput {
    /// The secret that `startSignIn` gave.
    pub attempt: Option<String>,
    /// The token in the mail's link.
    pub token: Option<String>,
    /// The code in the mail.
    pub code: Option<String>,
    /// The `deviceToken` of the sign-in before, if there was one here.
    pub device_token: Option<String>,
    /// What your browser kept when it came back from a service that nobody here signs in
    /// by as you: it is tied to the account.
    pub identity: Option<String>,
}

/// Which persona.
#[derive(Clone, Debug, InputObject)]
pub struct SignInAsPersonaInput {
    /// Its mailbox.
    pub email: String,
}

/// The first administrator.
#[derive(Clone, InputObject)]
pub struct SetUpInstallationInput {
    /// The token that was printed on the console.
    pub token: String,
    /// Name.
    pub name: String,
    /// Mailbox.
    pub email: String,
}

/// Whom to act for.
#[derive(Clone, Debug, InputObject)]
pub struct ActForInput {
    /// One of your organisations; null is yourself alone.
    pub organisation_id: Option<ID>,
}

/// What to change about yourself.
#[derive(Clone, Debug, InputObject)]
pub struct UpdateViewerInput {
    /// Your name.
    pub name: Option<String>,
    /// Your language, for pages and mails.
    pub language: Option<LanguageCode>,
}

pub(super) async fn issued(ctx: &Context<'_>, signed: accounts::Signed) -> domain::Result<SignedIn> {
    let (access_token, access_token_expires_at) =
        ctx.data_unchecked::<Tokens>().0.issue(signed.session).await?;
    // Who has a cookie needs none, and what is not there is not stolen.
    let is_wanted = ctx.look_ahead().field("signedIn").field("refreshToken").exists();
    let refresh_token =
        if is_wanted { Some(accounts::begin_refreshing(ctx.app(), signed.session).await?) } else { None };
    Ok(SignedIn {
        access_token,
        access_token_expires_at,
        refresh_token,
        session_token: signed.token,
        device_token: signed.device_token,
        session_expires_at: signed.expires_at,
        next: signed.next,
    })
}

/// Signing in and out.
#[derive(Debug, Default)]
pub struct SignInMutation;

#[Object]
impl SignInMutation {
    /// Sends a link and a code by mail. The answer is the same whether or not
    /// there is an account; the account comes to be when the code is used.
    async fn start_sign_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Where to.")] input: StartSignInInput,
    ) -> Result<StartSignInPayload> {
        let begun =
            accounts::start_sign_in(ctx.app(), ctx.actor(), &input.email, input.next.as_deref()).await;
        let attempt = begun.map(|a| SignInAttempt { attempt: a.secret, expires_at: a.expires_at });
        StartSignInPayload::of(ctx, attempt)
    }

    /// Spends the code or the link, in the browser that asked. Whoever has a session
    /// shows once more who it is: the new session takes its place and acts as it did.
    async fn complete_sign_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Code or token.")] input: CompleteSignInInput,
    ) -> Result<CompleteSignInPayload> {
        let result = async {
            let proof = accounts::Proof {
                attempt: input.attempt.as_deref(),
                token: input.token.as_deref(),
                code: input.code.as_deref(),
                device_token: input.device_token.as_deref(),
                identity: input.identity.as_deref(),
            };
            let signed = accounts::complete_sign_in(ctx.app(), ctx.actor(), proof).await?;
            issued(ctx, signed).await
        };
        CompleteSignInPayload::of(ctx, result.await)
    }

    /// Signs a persona of the demonstration in; `NOT_FOUND` elsewhere.
    async fn sign_in_as_persona(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: SignInAsPersonaInput,
    ) -> Result<SignInAsPersonaPayload> {
        let result = async {
            let signed = accounts::sign_in_as_persona(ctx.app(), ctx.actor(), &input.email).await?;
            issued(ctx, signed).await
        };
        SignInAsPersonaPayload::of(ctx, result.await)
    }

    /// Makes the first administrator, once, with the token from the console.
    async fn set_up_installation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who.")] input: SetUpInstallationInput,
    ) -> Result<SetUpInstallationPayload> {
        let result = async {
            let signed = accounts::set_up_installation(
                ctx.app(),
                ctx.actor(),
                &input.token,
                &input.name,
                &input.email,
            )
            .await?;
            issued(ctx, signed).await
        };
        SetUpInstallationPayload::of(ctx, result.await)
    }

    /// Ends your session.
    async fn sign_out(&self, ctx: &Context<'_>) -> Result<SignOutPayload> {
        accounts::sign_out(ctx.app(), ctx.actor()).await.or_top(ctx)?;
        Ok(SignOutPayload { signed_out: true, user_errors: Vec::new() })
    }

    /// Chooses the organisation that you act for.
    async fn act_for(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom.")] input: ActForInput,
    ) -> Result<ActForPayload> {
        let result = async {
            let id = input.organisation_id.as_ref().map(|id| decode(id, "organisationId")).transpose()?;
            accounts::act_for(ctx.app(), ctx.actor(), id).await
        };
        ActForPayload::of(ctx, result.await)
    }

    /// Changes your name or language.
    async fn update_viewer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What.")] input: UpdateViewerInput,
    ) -> Result<UpdateViewerPayload> {
        let result = async {
            let mut actor = ctx.actor().clone();
            if let Some(name) = &input.name {
                let person = accounts::set_name(ctx.app(), &actor, name).await?;
                if let Some(me) = &mut actor.person {
                    me.name = person.name;
                }
            }
            if let Some(language) = input.language {
                actor.language = accounts::set_language(ctx.app(), &actor, language.into()).await?.language;
            }
            actor.person()?;
            Ok(actor)
        };
        UpdateViewerPayload::of(ctx, result.await)
    }
}
