//! What a token of an organisation may be used for.
//!
//! One table from root mutation fields to scopes, complete by construction: a
//! test holds it against the schema. What has no scope is never done by a token,
//! because a person must be there (approving, answering a survey), or because it
//! is about the person (signing in, one's name, what one follows) or about who
//! may what. A mutation without a line is refused to tokens.
//!
//! Roles count besides: a scope gives nothing that the member who answers for
//! the token may not do.

use async_graphql::parser::types::OperationType;
use async_graphql::{ErrorExtensions, ServerError};
use domain::{Actor, audit};
use i18n::Texts;
use types::{ErrorCode, FieldError, TokenScope};

/// Mutations that a token may run, by the scope that each needs.
const BY_SCOPE: &[(TokenScope, &[&str])] = &[
    (
        TokenScope::Needs,
        &[
            "addAttachment",
            "announceCompetition",
            "answerPartnership",
            "closeNeed",
            "createNeed",
            "deleteNeedDraft",
            "importNotice",
            "invitePartner",
            "joinNeed",
            "leavePartnership",
            "publishNeedVersion",
            "removeAttachment",
            "removePartner",
            "resumeNeed",
            "returnNeed",
            "saveNeedDraft",
            "submitNeed",
        ],
    ),
    (
        TokenScope::Dialogue,
        &[
            "acknowledgeResponse",
            "announceEvent",
            "answerQuestion",
            "cancelEvent",
            "changeEvent",
            "closeEventRegistration",
            "decideConfidentiality",
            "declineQuestion",
            "deleteEvent",
            "disposePassage",
            "documentEvent",
            "markEventHeld",
            "noteDisclosure",
            "openEventRegistration",
            "planEvent",
            "publishAnnouncement",
            "publishSummary",
            "saveSummaryDraft",
            "setEventAttendance",
            "shareDisclosure",
            "waiveDisclosure",
        ],
    ),
    (
        TokenScope::Participate,
        &[
            "askQuestion",
            "changeEventPersons",
            "registerForEvent",
            "registerInterest",
            "saveResponseDraft",
            "submitResponse",
            "withdrawFromEvent",
            "withdrawInterest",
            "withdrawPassage",
            "withdrawQuestion",
            "withdrawResponse",
        ],
    ),
];

/// Mutations that only a person runs.
const NEVER: &[&str] = &[
    "acceptInvitation",
    "actFor",
    "addPasskey",
    "answerSurvey",
    "appointOwner",
    "approveNeed",
    "changeRoles",
    "changeWebhookEndpoint",
    "claimSupplier",
    "completePasskeySignIn",
    "completeSignIn",
    "createOrganisationToken",
    "createWebhookEndpoint",
    "decideMembership",
    "deleteWebhookEndpoint",
    "disableWebhookEndpoint",
    "enableWebhookEndpoint",
    "endOtherSessions",
    "endSession",
    "endSessionsOfPerson",
    "followNeed",
    "inviteMember",
    "leaveOrganisation",
    "linkIdentity",
    "refreshSession",
    "removeIdentity",
    "removeMember",
    "removePasskey",
    "renamePasskey",
    "replayFailedWebhookDeliveries",
    "replayWebhookDelivery",
    "requestToJoin",
    "resumeOrganisation",
    "reviewSurveyComment",
    "revokeInvitation",
    "revokeOrganisationToken",
    "rotateWebhookSecret",
    "sendTestWebhook",
    "setUpInstallation",
    "signInAsPersona",
    "signOut",
    "startPasskeyRegistration",
    "startPasskeySignIn",
    "startSignIn",
    "suspendOrganisation",
    "takeOverOrganisationToken",
    "unfollowNeed",
    "updateViewer",
    "verifyClaim",
];

/// The scope that a mutation needs; `None` where a token never runs it.
pub fn scope_of(mutation: &str) -> Option<TokenScope> {
    BY_SCOPE.iter().find(|(_, fields)| fields.contains(&mutation)).map(|(scope, _)| *scope)
}

/// Every mutation that has a line, in order of the lines.
pub fn known() -> impl Iterator<Item = &'static str> {
    BY_SCOPE.iter().flat_map(|(_, fields)| fields.iter()).chain(NEVER).copied()
}

/// Whether the caller's token, if one speaks, may run an operation with these root fields.
pub(crate) fn check(caller: &Actor, kind: OperationType, roots: &[String]) -> Result<(), ServerError> {
    let Some(token) = &caller.token else { return Ok(()) };
    let refused = |code: ErrorCode, scope: Option<TokenScope>| {
        audit::refused(caller, code, roots.first().map_or("", String::as_str));
        let words = Texts::of(caller.language).error(&FieldError::new("", code));
        let error = async_graphql::Error::new(words).extend_with(|_, e| {
            e.set("code", code.as_str());
            if let Some(scope) = scope {
                e.set("scope", scope.as_str());
            }
        });
        // It is about the whole operation: no place in the document is at fault.
        let mut error = error.into_server_error(async_graphql::Pos::default());
        error.locations.clear();
        Err(error)
    };
    let needed: Vec<Option<TokenScope>> = match kind {
        OperationType::Query | OperationType::Subscription => vec![Some(TokenScope::Read)],
        OperationType::Mutation => {
            // What comes back in a payload is not read for its own sake: no READ besides.
            roots.iter().filter(|field| *field != "__typename").map(|field| scope_of(field)).collect()
        }
    };
    for scope in needed {
        match scope {
            None => return refused(ErrorCode::Forbidden, None),
            Some(scope) if !token.scopes.contains(&scope) => {
                return refused(ErrorCode::ScopeMissing, Some(scope));
            }
            Some(_) => {}
        }
    }
    Ok(())
}
