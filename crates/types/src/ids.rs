//! Ids: `UUIDv7` (v4 for ballots), one type a table.

crate::macros::ids! {
    /// A person who signs in.
    PersonId;
    /// A municipality, supplier, other buyer, co-operation or support actor.
    OrganisationId;
    /// A person's place in an organisation.
    MembershipId;
    /// An invitation by mail to join an organisation.
    InvitationId;
    /// One attempt to sign in by e-mail.
    SignInId;
    /// One attempt to sign in by another service.
    ProviderSignInId;
    /// Who somebody is at another service.
    IdentityId;
    /// A signed-in browser or API client.
    SessionId;
    /// A token that speaks for an organisation.
    TokenId;
    /// A refresh token of a session.
    RefreshTokenId;
    /// A passkey of a person.
    PasskeyId;
    /// An entry of the record.
    EntryId;
    /// A change that is told to machines: the entry of the record that says so.
    ChangeId;
    /// A need (*behov*).
    NeedId;
    /// One published version of a need.
    NeedVersionId;
    /// A buyer that stands behind a need together with its owner.
    PartnerId;
    /// A stored file's place on an object.
    AttachmentId;
    /// A file that a person has sent and not used yet.
    UploadId;
    /// An event of a dialogue.
    EventId;
    /// An organisation's registration for an event.
    RegistrationId;
    /// A supplier's interest in a need.
    InterestId;
    /// That a person follows a need.
    FollowId;
    /// A question to the buyer.
    QuestionId;
    /// A buyer's announcement to everybody in a dialogue.
    AnnouncementId;
    /// A supplier's response to a need.
    ResponseId;
    /// One submitted revision of a response.
    SubmissionId;
    /// One passage of a submitted response: an input point.
    PassageId;
    /// Something the buyer told somebody.
    DisclosureId;
    /// The summary of a dialogue.
    SummaryId;
    /// One published version of a summary.
    SummaryVersionId;
    /// The survey of one dialogue.
    SurveyId;
    /// One publication of a buyer's interaction-quality figures.
    QualityFigureId;
    /// A comment from a survey.
    SurveyCommentId;
    /// A job: mail to send or work to do.
    JobId;
    /// An address of an organisation's that is told what happens.
    WebhookEndpointId;
    /// One change, told to one such address.
    WebhookDeliveryId;
}
