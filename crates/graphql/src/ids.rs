//! Global ids: opaque and typed. Another type's id is refused, not looked up.

use async_graphql::ID;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{Error, Result};
use types::ErrorCode;
use uuid::Uuid;

/// A kind of id that the API speaks.
pub trait GlobalId: From<Uuid> + Copy {
    /// The GraphQL type's name.
    const TYPE: &'static str;
    /// The UUID inside.
    fn uuid(self) -> Uuid;
}

macro_rules! global_ids {
    ($($id:ident => $name:literal,)+) => {$(
        impl GlobalId for types::$id {
            const TYPE: &'static str = $name;
            fn uuid(self) -> Uuid {
                self.0
            }
        }
    )+};
}

global_ids! {
    PersonId => "Person",
    OrganisationId => "Organisation",
    MembershipId => "Membership",
    InvitationId => "Invitation",
    TokenId => "OrganisationToken",
    SessionId => "Session",
    PasskeyId => "Passkey",
    IdentityId => "Identity",
    EntryId => "LogEntry",
    ChangeId => "Change",
    NeedId => "Need",
    NeedVersionId => "NeedVersion",
    PartnerId => "Partner",
    AttachmentId => "Attachment",
    UploadId => "Upload",
    EventId => "Event",
    RegistrationId => "Registration",
    InterestId => "Interest",
    QuestionId => "Question",
    AnnouncementId => "Announcement",
    ResponseId => "Response",
    SubmissionId => "Submission",
    PassageId => "Passage",
    DisclosureId => "Disclosure",
    SummaryVersionId => "Summary",
    SurveyId => "Survey",
    SurveyCommentId => "SurveyComment",
    WebhookEndpointId => "WebhookEndpoint",
    WebhookDeliveryId => "WebhookDelivery",
}

/// The id as the API gives it out.
pub fn encode<I: GlobalId>(id: I) -> ID {
    ID(domain::global_id(I::TYPE, id.uuid()))
}

/// The id inside; `field` is told where it is another type's or no id at all.
pub fn decode<I: GlobalId>(id: &ID, field: &str) -> Result<I> {
    split(id)
        .filter(|(name, _)| name == I::TYPE)
        .map(|(_, uuid)| I::from(uuid))
        .ok_or_else(|| Error::field(field, ErrorCode::InvalidFormat))
}

/// Type and UUID of an id.
pub(crate) fn split(id: &ID) -> Option<(String, Uuid)> {
    let bytes = URL_SAFE_NO_PAD.decode(id.as_bytes()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (name, uuid) = text.split_once(':')?;
    Some((name.to_owned(), uuid.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use types::{NeedId, QuestionId};

    #[test]
    fn an_id_of_another_type_is_refused() {
        let id = encode(NeedId(Uuid::from_u128(7)));
        assert_eq!(decode::<NeedId>(&id, "id").unwrap(), NeedId(Uuid::from_u128(7)));
        assert!(decode::<QuestionId>(&id, "id").is_err());
        for bad in ["", "x", "TmVlZDo", "🙂", "TmVlZDphYmM"] {
            assert!(decode::<NeedId>(&ID::from(bad), "id").is_err(), "{bad}");
        }
    }
}
