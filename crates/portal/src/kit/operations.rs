//! Typed documents: one line a document.

/// The schema's scalars and enums, by the names that the documents use.
pub(crate) mod types {
    pub(crate) use ::types::{
        AnchoringLevel, ClaimState, Confidentiality, Disposition, EventKind, EventState, InnovationKind,
        Language, MembershipState, NeedState, OrganisationKind, Outcome, QualityDimension, QuestionState,
        RegistrationState, ResponseState, Role, SurveySide, SurveyState, Time as DateTime,
    };
    // Of the slices of a dialogue between several.
    pub(crate) use ::types::{
        DisclosureChannel, DisclosureState, InterestState, InterestVisibility, ParticipantRule, PartnerState,
    };
    pub(crate) use chrono::NaiveDate as Date;
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
                "Disposition",
                "EventKind",
                "EventState",
                "InnovationKind",
                "Language",
                "MembershipState",
                "NeedState",
                "OrganisationKind",
                "Outcome",
                "QualityDimension",
                "QuestionState",
                "RegistrationState",
                "ResponseState",
                "Role",
                "SurveySide",
                "SurveyState",
                "DisclosureChannel",
                "DisclosureState",
                "InterestState",
                "InterestVisibility",
                "ParticipantRule",
                "PartnerState"
            ),
            response_derives = "Debug, Clone",
            variables_derives = "Debug, Clone"
        )]
        struct $name;
    )+};
}
