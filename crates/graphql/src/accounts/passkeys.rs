//! Your passkeys, and signing in by one.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use domain::accounts::passkeys::{self, AddPasskey, Begun, PasskeyProof};

use super::sign_in::{SignedIn, issued};
use crate::{Ctx, decode, encode, payloads};

/// A key in a telephone, a machine or a security key of yours, by which you sign in. Its
/// device unlocks it by your finger, your face or a PIN, so it counts as two factors.
#[derive(Clone, Debug)]
pub struct Passkey(passkeys::Passkey);

impl From<passkeys::Passkey> for Passkey {
    fn from(row: passkeys::Passkey) -> Self {
        Self(row)
    }
}

/// A key in a telephone, a machine or a security key of yours, by which you sign in. Its
/// device unlocks it by your finger, your face or a PIN, so it counts as two factors.
#[Object]
impl Passkey {
    /// Opaque id.
    pub(crate) async fn id(&self) -> ID {
        encode(self.0.id)
    }

    /// As you call it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Whether it is kept in several devices, by whoever keeps your passkeys.
    async fn is_synced(&self) -> bool {
        self.0.is_backed_up
    }

    /// When you added it.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When you last signed in by it; null if never.
    async fn last_used_at(&self) -> Option<DateTime<Utc>> {
        self.0.last_used_at
    }

    /// Since when it opens nothing, because its counter went back, so that it may have been
    /// copied; null if it works. Remove it, and add a new one.
    async fn stopped_at(&self) -> Option<DateTime<Utc>> {
        self.0.stopped_at
    }
}

/// A question to your browser, to be answered once and within five minutes.
#[derive(Clone, SimpleObject)]
pub struct PasskeyCeremony {
    /// What you hand in with the answer. It works for you alone, and for what was asked.
    pub ceremony: String,
    /// What `navigator.credentials.create` or `.get` takes as `publicKey`: JSON as
    /// `PublicKeyCredential.parseCreationOptionsFromJSON` or `.parseRequestOptionsFromJSON` reads it.
    pub options: String,
    /// Until when it may be answered.
    pub expires_at: DateTime<Utc>,
}

impl From<Begun> for PasskeyCeremony {
    fn from(begun: Begun) -> Self {
        Self { ceremony: begun.ceremony, options: begun.options, expires_at: begun.expires_at }
    }
}

/// The passkey that your browser made.
#[derive(Clone, InputObject)]
pub struct AddPasskeyInput {
    /// What `startPasskeyRegistration` gave.
    pub ceremony: String,
    /// What the browser answered, as JSON (`credential.toJSON()`).
    pub response: String,
    /// What you call it, so that you know it in a year.
    pub name: String,
}

/// A passkey and its new name.
#[derive(Clone, Debug, InputObject)]
pub struct RenamePasskeyInput {
    /// The passkey.
    pub passkey_id: ID,
    /// What you call it from now on.
    pub name: String,
}

/// Which passkey.
#[derive(Clone, Debug, InputObject)]
pub struct RemovePasskeyInput {
    /// The passkey.
    pub passkey_id: ID,
}

/// What shows who you are.
#[derive(Clone, InputObject)]
pub struct CompletePasskeySignInInput {
    /// What `startPasskeySignIn` gave.
    pub ceremony: String,
    /// What the browser answered, as JSON (`credential.toJSON()`).
    pub response: String,
    /// The `deviceToken` of the sign-in before, if there was one here.
    pub device_token: Option<String>,
}

payloads! {
    /// The outcome of `startPasskeyRegistration`.
    StartPasskeyRegistrationPayload {
        /// What to ask the browser.
        registration: PasskeyCeremony
    }
    /// The outcome of `addPasskey`.
    AddPasskeyPayload {
        /// The passkey.
        passkey: Passkey
    }
    /// The outcome of `renamePasskey`.
    RenamePasskeyPayload {
        /// The passkey with its new name.
        passkey: Passkey
    }
    /// The outcome of `removePasskey`.
    RemovePasskeyPayload {
        /// The passkey that is gone.
        passkey: Passkey
    }
    /// The outcome of `startPasskeySignIn`.
    StartPasskeySignInPayload {
        /// What to ask the browser.
        sign_in: PasskeyCeremony
    }
    /// The outcome of `completePasskeySignIn`.
    CompletePasskeySignInPayload {
        /// The session.
        signed_in: SignedIn
    }
}

/// Passkeys.
#[derive(Debug, Default)]
pub struct PasskeyMutation;

#[Object]
impl PasskeyMutation {
    /// Asks your browser for a new passkey; show first who you are. Keeps nothing.
    async fn start_passkey_registration(&self, ctx: &Context<'_>) -> Result<StartPasskeyRegistrationPayload> {
        let result = passkeys::begin(ctx.app(), ctx.actor()).await;
        StartPasskeyRegistrationPayload::of(ctx, result)
    }

    /// Keeps the passkey that your browser made, ten at most; you are told by mail.
    async fn add_passkey(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The passkey.")] input: AddPasskeyInput,
    ) -> Result<AddPasskeyPayload> {
        let made = AddPasskey { ceremony: &input.ceremony, response: &input.response, name: &input.name };
        AddPasskeyPayload::of(ctx, passkeys::add(ctx.app(), ctx.actor(), made).await)
    }

    /// Calls a passkey of yours something else.
    async fn rename_passkey(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and how.")] input: RenamePasskeyInput,
    ) -> Result<RenamePasskeyPayload> {
        let result = async {
            let id = decode(&input.passkey_id, "passkeyId")?;
            passkeys::rename(ctx.app(), ctx.actor(), id, &input.name).await
        };
        RenamePasskeyPayload::of(ctx, result.await)
    }

    /// Removes a passkey of yours, so that it opens nothing any more; show first who you are.
    /// You are told by mail, and the code by mail stays.
    async fn remove_passkey(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: RemovePasskeyInput,
    ) -> Result<RemovePasskeyPayload> {
        let result = async {
            let id = decode(&input.passkey_id, "passkeyId")?;
            passkeys::remove(ctx.app(), ctx.actor(), id).await
        };
        RemovePasskeyPayload::of(ctx, result.await)
    }

    /// Asks a browser for any passkey of this installation. It is the same whoever asks:
    /// the passkey itself says whose it is. Keeps nothing.
    async fn start_passkey_sign_in(&self, ctx: &Context<'_>) -> Result<StartPasskeySignInPayload> {
        StartPasskeySignInPayload::of(ctx, passkeys::begin_sign_in(ctx.app()))
    }

    /// Begins a session for the person whose passkey answered. Whoever has a session shows once
    /// more who it is: the new session takes its place and acts as it did.
    async fn complete_passkey_sign_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The answer.")] input: CompletePasskeySignInInput,
    ) -> Result<CompletePasskeySignInPayload> {
        let result = async {
            let proof = PasskeyProof {
                ceremony: &input.ceremony,
                response: &input.response,
                device_token: input.device_token.as_deref(),
            };
            let signed = passkeys::complete_sign_in(ctx.app(), ctx.actor(), proof).await?;
            issued(ctx, signed).await
        };
        CompletePasskeySignInPayload::of(ctx, result.await)
    }
}
