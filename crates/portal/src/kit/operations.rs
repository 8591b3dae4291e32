//! Typed documents: one line a document.

/// The schema's scalars and enums, by the names that the documents use.
pub(crate) mod types {
    pub(crate) use crate::kit::kinds::EntryKind;
    pub(crate) use ::types::{
        AnchoringLevel, ClaimState, Confidentiality, DisclosureChannel, DisclosureState, Disposition,
        EventKind, EventState, InnovationKind, InterestState, InterestVisibility, Language, MembershipState,
        NeedState, OrganisationKind, Outcome, ParticipantRule, PartnerState, QualityDimension, QuestionState,
        RegistrationState, ResponseState, Role, SignInMethod, SurveySide, SurveyState, Time as DateTime,
        TokenScope, TokenState, WebhookDeliveryState, WebhookFailure, WebhookState,
    };
    pub(crate) use chrono::NaiveDate as Date;

    // What the command says of them is shown at the field, so they are as they were typed.
    pub(crate) type CpvCode = String;
    pub(crate) type Markdown = String;
    pub(crate) type Money = i64;
    pub(crate) type OrganisationNumber = String;
}

/// Declares the operations of a file in `graphql/operations/`. Enums of
/// `types` that they speak of are named, so that they are not made anew.
#[macro_export]
macro_rules! operations {
    ($path:tt: $($name:ident),+ $(,)?) => {$(
        #[derive(graphql_client::GraphQLQuery)]
        #[graphql(
            schema_path = "../../graphql/schema.graphql",
            query_path = $path,
            extern_enums(
                "AnchoringLevel",
                "ClaimState",
                "Confidentiality",
                "DisclosureChannel",
                "DisclosureState",
                "Disposition",
                "EventKind",
                "EventState",
                "InnovationKind",
                "InterestState",
                "InterestVisibility",
                "Language",
                "MembershipState",
                "NeedState",
                "OrganisationKind",
                "Outcome",
                "ParticipantRule",
                "PartnerState",
                "QualityDimension",
                "QuestionState",
                "RegistrationState",
                "ResponseState",
                "Role",
                "SignInMethod",
                "SurveySide",
                "SurveyState",
                "TokenScope",
                "TokenState",
                "EntryKind",
                "WebhookDeliveryState",
                "WebhookFailure",
                "WebhookState"
            ),
            response_derives = "Debug, Clone",
            variables_derives = "Debug, Clone"
        )]
        struct $name;
    )+};
}
