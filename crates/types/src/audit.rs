//! What the audit log tells: one list for the whole product.

crate::macros::string_enum! {
    /// An event of security, as the log and `docs/security/audit.md` name it.
    AuditEvent {
        /// Somebody signed in; `why` is how.
        SignedIn = "sign_in.succeeded",
        /// A sign-in was refused; `why` is the code.
        SignInRefused = "sign_in.refused",
        /// A passkey was added to an account.
        PasskeyAdded = "passkey.added",
        /// A passkey was removed from an account.
        PasskeyRemoved = "passkey.removed",
        /// A passkey came with a counter that had been seen: it may have been copied, and was stopped.
        PasskeyStopped = "passkey.stopped",
        /// What claimed to be a passkey was not accepted; `why` is the fault.
        PasskeyRefused = "passkey.refused",
        /// Somebody can sign in by another service from now on.
        IdentityLinked = "identity.linked",
        /// And no longer.
        IdentityRemoved = "identity.removed",
        /// A session ended before its time; `why` is by what.
        SessionEnded = "session.ended",
        /// A session goes on with a new access token and a new refresh token.
        SessionRefreshed = "session.refreshed",
        /// A refresh token came that was used before; its session has ended.
        RefreshTokenReused = "refresh_token.reused",
        /// A bearer token, or what stood for one, was refused before anything ran.
        CredentialRefused = "credential.refused",
        /// Somebody known asked for what it may not; `why` is the code.
        AccessRefused = "access.refused",
        /// A token of an organisation was made.
        TokenCreated = "token.created",
        /// Another member answers for a token.
        TokenTakenOver = "token.taken_over",
        /// A token was ended.
        TokenRevoked = "token.revoked",
        /// A webhook endpoint was made: what the organisation is told leaves for its address.
        WebhookCreated = "webhook.created",
        /// A webhook endpoint's address or kinds changed.
        WebhookChanged = "webhook.changed",
        /// A webhook endpoint has a new secret.
        WebhookSecretRotated = "webhook.secret_rotated",
        /// A stopped webhook endpoint goes on.
        WebhookEnabled = "webhook.enabled",
        /// A webhook endpoint was deleted.
        WebhookDeleted = "webhook.deleted",
        /// A webhook's name led to an address that is not public; nothing was sent.
        WebhookAddressRefused = "webhook.address_refused",
        /// Somebody was invited, with roles.
        MemberInvited = "member.invited",
        /// An invitation was taken back.
        InvitationRevoked = "invitation.revoked",
        /// A membership began.
        MemberJoined = "member.joined",
        /// A request to join was declined.
        MemberDeclined = "member.declined",
        /// A member's roles changed.
        RolesChanged = "member.roles_changed",
        /// A membership ended.
        MemberRemoved = "member.removed",
        /// A claim to an organisation was made.
        OrganisationClaimed = "organisation.claimed",
        /// An administrator verified a claim.
        ClaimVerified = "organisation.verified",
        /// An administrator suspended an organisation.
        OrganisationSuspended = "organisation.suspended",
        /// An administrator let it go on.
        OrganisationResumed = "organisation.resumed",
        /// Somebody administers the platform from now on.
        AdministratorMade = "administrator.made",
        /// The keys that sign access tokens were changed by an operator.
        KeysRotated = "keys.rotated",
        /// The program serves, with settings as they are read now.
        Started = "service.started",
    }
}

impl AuditEvent {
    /// Whether somebody should look at it when it comes often.
    pub const fn is_warning(self) -> bool {
        matches!(
            self,
            Self::SignInRefused
                | Self::PasskeyStopped
                | Self::PasskeyRefused
                | Self::RefreshTokenReused
                | Self::CredentialRefused
                | Self::AccessRefused
                | Self::WebhookAddressRefused
        )
    }
}
