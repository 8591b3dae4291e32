//! A right input for each mutation: what it is refused for is who asks, and when.

use serde_json::{Value, json};
use uuid::Uuid;

use super::stage::Stage;

/// These have nothing to do with a need's state, so one state does.
pub(super) const ABOUT_PEOPLE: [&str; 44] = [
    "acceptInvitation",
    "actFor",
    "addPasskey",
    "appointOwner",
    "changeRoles",
    "changeWebhookEndpoint",
    "claimSupplier",
    "completePasskeySignIn",
    "completeSignIn",
    "createNeed",
    "createOrganisationToken",
    "createWebhookEndpoint",
    "decideMembership",
    "deleteWebhookEndpoint",
    "disableWebhookEndpoint",
    "enableWebhookEndpoint",
    "endOtherSessions",
    "endSession",
    "endSessionsOfPerson",
    "importNotice",
    "inviteMember",
    "leaveOrganisation",
    "linkIdentity",
    "removeIdentity",
    "removeMember",
    "removePasskey",
    "renamePasskey",
    "refreshSession",
    "replayFailedWebhookDeliveries",
    "replayWebhookDelivery",
    "requestToJoin",
    "resumeOrganisation",
    "revokeInvitation",
    "revokeOrganisationToken",
    "rotateWebhookSecret",
    "sendTestWebhook",
    "signOut",
    "startPasskeyRegistration",
    "startPasskeySignIn",
    "startSignIn",
    "suspendOrganisation",
    "takeOverOrganisationToken",
    "updateViewer",
    "verifyClaim",
];

/// The input with which `persona` tries `mutation`; `Null` for one that takes none. `None`
/// where what it is about is not there. A mutation without a line here fails the test.
#[expect(clippy::match_same_arms, reason = "a table, a line for each mutation")]
pub(crate) fn input(mutation: &str, stage: &Stage, persona: &str) -> Option<Value> {
    let id = |name: &str| stage.ids.get(name).cloned();
    let own = |kind: &str| id(&format!("{kind}-{persona}"));
    let need = id("need")?;
    let it = json!({ "needId": need });
    let person = json!([{ "name": "Per", "email": "per@annen.example.no" }]);
    Some(match mutation {
        // People, and who acts for whom.
        "startSignIn" => json!({ "email": "en.annen@example.no" }),
        "completeSignIn" => json!({ "attempt": id("attempt")?, "code": id("code")? }),
        "signInAsPersona" => json!({ "email": "drafter@t.example.no" }),
        "setUpInstallation" => json!({ "email": "x@example.no", "name": "X", "token": "x" }),
        "signOut" | "endOtherSessions" | "startPasskeyRegistration" | "startPasskeySignIn" => Value::Null,
        "addPasskey" => own("new-passkey").or(id("new-passkey-drafter"))?,
        "renamePasskey" => {
            json!({ "passkeyId": own("passkey").or(id("passkey-drafter"))?, "name": "Nettbrettet" })
        }
        "removePasskey" => json!({ "passkeyId": own("passkey").or(id("passkey-drafter"))? }),
        "completePasskeySignIn" => id("passkey-answer")?,
        "refreshSession" => json!({ "refreshToken": id("refresh-token")? }),
        "endSession" => {
            let session = stage.actor(persona).session.map(graphql::encode);
            json!({ "sessionId": session.unwrap_or_else(|| graphql::encode(types::SessionId(Uuid::nil()))) })
        }
        "linkIdentity" => json!({ "proof": id("identity-proof")? }),
        "removeIdentity" => json!({ "identityId": id("identity")? }),
        "endSessionsOfPerson" => json!({ "email": "drafter@t.example.no" }),
        "suspendOrganisation" => {
            json!({ "organisationId": id("uninvited")?, "reason": "Kontoen er på avveie." })
        }
        "resumeOrganisation" => json!({ "organisationId": id("suspended")?, "reason": "Alt er i orden." }),
        "updateViewer" => json!({ "name": "Nytt Navn" }),
        "actFor" => json!({ "organisationId": id("buyer")? }),
        "claimSupplier" => json!({ "country": "DK", "name": "Dansk ApS" }),
        "verifyClaim" => json!({ "organisationId": id("claimed")? }),
        "appointOwner" => json!({ "organisationId": id("uninvited")?, "email": "o@orkland.example.no" }),
        "inviteMember" => {
            let role = if ["outsider", "responder"].contains(&persona) { "MEMBER" } else { "READER" };
            json!({ "email": "ny@t.example.no", "roles": [role] })
        }
        "acceptInvitation" => json!({ "token": id("invitation-token")? }),
        "revokeInvitation" => json!({ "invitationId": id("invitation")? }),
        "requestToJoin" => json!({ "organisationId": id("buyer")? }),
        "decideMembership" => json!({ "membershipId": id("request")?, "roles": ["READER"] }),
        "changeRoles" => json!({ "membershipId": id("member")?, "roles": ["READER"] }),
        "removeMember" => json!({ "membershipId": id("member")? }),
        "leaveOrganisation" => json!({ "organisationId": id("buyer")? }),
        "createOrganisationToken" => {
            json!({ "name": "Sakssystemet", "scopes": ["READ"], "expiresAt": stage.in_hours(48) })
        }
        "revokeOrganisationToken" | "takeOverOrganisationToken" => json!({ "tokenId": id("token")? }),
        "createWebhookEndpoint" => {
            json!({ "url": "https://kommune.example.no/samspill", "description": "Arkivet" })
        }
        "changeWebhookEndpoint" => json!({ "endpointId": id("webhook")?, "description": "Arkivet",
            "url": "https://kommune.example.no/samspill" }),
        "rotateWebhookSecret" | "disableWebhookEndpoint" | "deleteWebhookEndpoint" | "sendTestWebhook" => {
            json!({ "endpointId": id("webhook")? })
        }
        "enableWebhookEndpoint" => json!({ "endpointId": id("webhook-stopped")? }),
        "replayWebhookDelivery" => json!({ "deliveryId": id("webhook-delivery")? }),
        "replayFailedWebhookDeliveries" => {
            json!({ "endpointId": id("webhook")?, "since": stage.in_hours(-1) })
        }
        // The need.
        "createNeed" => json!({ "content": { "title": "Et behov til" } }),
        "importNotice" => json!({ "uploadId": own("notice").or(id("notice-drafter"))? }),
        "saveNeedDraft" => json!({ "needId": need, "content": { "scale": "500 brukere" } }),
        "submitNeed" | "approveNeed" | "deleteNeedDraft" => it,
        "returnNeed" => json!({ "needId": need, "comment": "Si mer om brukerne." }),
        "publishNeedVersion" => json!({ "needId": need, "changeNote": "Omfanget." }),
        "closeNeed" => json!({ "needId": need, "outcome": "CLOSED", "reason": "Vi venter." }),
        "resumeNeed" => json!({ "needId": need, "reason": "Pengene er på plass." }),
        "announceCompetition" => json!({ "needId": need, "url": "https://doffin.no/2" }),
        "addAttachment" => {
            json!({ "subjectId": need, "uploadId": own("upload").or(id("upload-drafter"))? })
        }
        "removeAttachment" => json!({ "attachmentId": id("attachment")? }),
        // Partners.
        "invitePartner" => {
            json!({ "needId": need, "organisationId": id("uninvited")?, "message": "Bli med" })
        }
        "answerPartnership" => {
            json!({ "needId": need, "state": "NEED_ALIGNED", "volume": { "expected": 1000 } })
        }
        "joinNeed" => it,
        "leavePartnership" => json!({ "needId": need, "reason": "Vi venter." }),
        "removePartner" => json!({ "needId": need, "organisationId": id("partner")?, "reason": "Avtalt." }),
        // Events.
        "planEvent" => json!({ "needId": need, "kind": "INFORMATION_MEETING", "content": {
            "title": "Møte", "startsAt": stage.in_hours(48), "endsAt": stage.in_hours(50) } }),
        "changeEvent" => {
            json!({ "eventId": id("event").or(id("planned"))?, "content": { "place": "Salen" }, "note": "Nytt sted" })
        }
        "announceEvent" | "deleteEvent" => json!({ "eventId": id("planned")? }),
        "openEventRegistration" => json!({ "eventId": id("closed")? }),
        "closeEventRegistration" => json!({ "eventId": id("event")? }),
        "cancelEvent" => json!({ "eventId": id("event")?, "reason": "Sykdom" }),
        "markEventHeld" => json!({ "eventId": id("begun")? }),
        "documentEvent" => json!({ "eventId": id("held")?, "minutes": "Dette kom fram." }),
        "registerForEvent" => json!({ "eventId": id("event")?, "persons": person }),
        "changeEventPersons" => json!({ "registrationId": id("event-registration")?, "persons": person }),
        "withdrawFromEvent" => json!({ "registrationId": id("event-registration")? }),
        "setEventAttendance" => json!({ "registrationId": id("begun-registration")?, "mark": "ATTENDED" }),
        // Interest, questions, responses.
        "registerInterest" => json!({ "needId": need, "visibility": "PUBLIC" }),
        "withdrawInterest" | "followNeed" | "unfollowNeed" => it,
        "askQuestion" => json!({ "needId": need, "text": "Hva med helgene?" }),
        "answerQuestion" => json!({ "questionId": id("question")?, "answer": "Ja." }),
        "declineQuestion" => json!({ "questionId": id("question")?, "reason": "Står i behovet." }),
        "withdrawQuestion" => json!({ "questionId": id("question")? }),
        "publishAnnouncement" => json!({ "needId": need, "title": "Nytt", "body": "Til alle." }),
        "saveResponseDraft" => json!({ "needId": need, "answers": [{ "key": "q1", "text": "Noe annet" }] }),
        "submitResponse" | "withdrawResponse" => it,
        "acknowledgeResponse" => json!({ "responseId": id("response")? }),
        "decideConfidentiality" => {
            json!({ "passageId": id("passage-q2")?, "isAccepted": true, "reason": "Enig." })
        }
        "disposePassage" => {
            json!({ "passageId": id("passage-q1")?, "disposition": "ADOPTED", "reason": "Tatt inn." })
        }
        "withdrawPassage" => json!({ "passageId": id("passage-q3")? }),
        // What was told, what came of it, and how it was.
        "noteDisclosure" => json!({ "needId": need, "channel": "PHONE", "told": "Noe.",
            "toldAt": stage.in_hours(-1), "toldToNote": "Noen" }),
        "shareDisclosure" => json!({ "disclosureId": id("disclosure")? }),
        "waiveDisclosure" => json!({ "disclosureId": id("disclosure")?, "reason": "Røper en oppskrift." }),
        "saveSummaryDraft" => json!({ "needId": need, "overview": "Modent marked." }),
        "publishSummary" => json!({ "needId": need, "note": "Rettet." }),
        "answerSurvey" => {
            let answers: Vec<Value> = (1..=16).map(|item| json!({ "item": item, "score": 4 })).collect();
            json!({ "surveyId": id("survey")?, "answers": answers })
        }
        "reviewSurveyComment" => {
            let none = graphql::encode(types::SurveyCommentId(Uuid::nil()));
            json!({ "commentId": none, "isShown": true })
        }
        other => panic!("{other} has no line in inputs.rs: who may do it?"),
    })
}
