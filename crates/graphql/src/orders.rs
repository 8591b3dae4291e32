//! The orders of lists: one shape for all. Each list that has an order takes
//! `orderBy: { field, direction }`, and has its own fields to be ordered by; the
//! first of them is the one that the list has by itself.

use async_graphql::{Enum, InputObject};

/// Which way a list runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum OrderDirection {
    /// The smallest, the earliest, A before Å.
    Asc,
    /// The largest, the latest, Å before A.
    Desc,
}

/// What a list needs to know of an order.
pub(crate) trait Ordered {
    /// Whether it runs against the direction that the field usually has.
    fn is_reversed(&self) -> bool;
}

impl<T: Ordered> Ordered for Option<T> {
    fn is_reversed(&self) -> bool {
        self.as_ref().is_some_and(Ordered::is_reversed)
    }
}

/// Declares orders: their fields, each with its usual direction.
macro_rules! orders {
    ($(
        $(#[$meta:meta])* $name:ident by
        $(#[$fmeta:meta])* $field:ident {
            $(#[$vmeta:meta])* $first:ident $direction:ident
            $(, $(#[$ometa:meta])* $other:ident $usual:ident)*
        }
    )+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, InputObject)]
        pub struct $name {
            /// By what.
            #[graphql(default)]
            pub field: $field,
            /// Which way.
            pub direction: OrderDirection,
        }

        $(#[$fmeta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
        pub enum $field {
            $(#[$vmeta])*
            #[default]
            $first,
            $($(#[$ometa])* $other,)*
        }

        impl Ordered for $name {
            fn is_reversed(&self) -> bool {
                let usual = match self.field {
                    $field::$first => OrderDirection::$direction,
                    $($field::$other => OrderDirection::$usual,)*
                };
                self.direction != usual
            }
        }
    )+};
}

orders! {
    /// The order of public needs.
    NeedOrder by
    /// What public needs are ordered by.
    NeedOrderField {
        /// How well they fit what was searched for; when they were published where nothing was.
        Relevance Desc,
        /// When they were published.
        PublishedAt Desc,
        /// The deadline for responses; needs without one are left out.
        ResponseDeadline Asc
    }
    /// The order of needs that others may join.
    JointNeedOrder by
    /// What needs that others may join are ordered by.
    JointNeedOrderField {
        /// When they were published.
        PublishedAt Desc
    }
    /// The order of your organisation's needs.
    OwnNeedOrder by
    /// What your organisation's needs are ordered by.
    OwnNeedOrderField {
        /// When they were last changed.
        UpdatedAt Desc
    }
    /// The order of needs where questions wait.
    NeedWithOpenQuestionsOrder by
    /// What needs where questions wait are ordered by.
    NeedWithOpenQuestionsOrderField {
        /// When they were created.
        CreatedAt Desc
    }
    /// The order of needs whose news you get.
    NeedNotificationsOrder by
    /// What needs whose news you get are ordered by.
    NeedNotificationsOrderField {
        /// When the needs were created.
        NeedCreatedAt Desc
    }
    /// The order of needs that you follow.
    FollowOrder by
    /// What needs that you follow are ordered by.
    FollowOrderField {
        /// Since when you follow them.
        FollowedAt Desc
    }
    /// The order of events. Without one, what is over comes with the latest
    /// first, and everything else with the earliest.
    EventOrder by
    /// What events are ordered by.
    EventOrderField {
        /// When they start.
        StartsAt Asc
    }
    /// The order of your organisation's events.
    MyEventOrder by
    /// What your organisation's events are ordered by.
    MyEventOrderField {
        /// When it registered.
        RegisteredAt Desc
    }
    /// The order of interest.
    InterestOrder by
    /// What interest is ordered by.
    InterestOrderField {
        /// When it was first registered.
        RegisteredAt Desc
    }
    /// The order of partnerships.
    PartnershipOrder by
    /// What partnerships are ordered by.
    PartnershipOrderField {
        /// When they were last changed.
        UpdatedAt Desc
    }
    /// The order of a need's questions.
    QuestionOrder by
    /// What a need's questions are ordered by.
    QuestionOrderField {
        /// When they were answered; for the buyer's people, when they were asked.
        AnsweredAt Desc
    }
    /// The order of your own questions.
    MyQuestionOrder by
    /// What your own questions are ordered by.
    MyQuestionOrderField {
        /// When you asked.
        AskedAt Desc
    }
    /// The order of a need's responses.
    ResponseOrder by
    /// What a need's responses are ordered by.
    ResponseOrderField {
        /// When they were submitted last.
        SubmittedAt Desc
    }
    /// The order of your organisation's responses.
    MyResponseOrder by
    /// What your organisation's responses are ordered by.
    MyResponseOrderField {
        /// When they were begun.
        CreatedAt Desc
    }
    /// The order of passages.
    PassageOrder by
    /// What passages are ordered by.
    PassageOrderField {
        /// When they were written.
        WrittenAt Asc
    }
    /// The order of organisations.
    OrganisationOrder by
    /// What organisations are ordered by.
    OrganisationOrderField {
        /// Their name, as it is written in their address on the web.
        Name Asc
    }
    /// The order of tokens.
    OrganisationTokenOrder by
    /// What tokens are ordered by.
    OrganisationTokenOrderField {
        /// When they were made.
        CreatedAt Desc
    }
    /// The order of webhook endpoints.
    WebhookEndpointOrder by
    /// What webhook endpoints are ordered by.
    WebhookEndpointOrderField {
        /// When they were made.
        CreatedAt Desc
    }
    /// The order of what a webhook endpoint was told.
    WebhookDeliveryOrder by
    /// What webhook deliveries are ordered by.
    WebhookDeliveryOrderField {
        /// When they were put in the queue.
        CreatedAt Desc
    }
    /// The order of late summaries.
    OverdueSummaryOrder by
    /// What late summaries are ordered by.
    OverdueSummaryOrderField {
        /// When they were due.
        DueOn Asc
    }
    /// The order of surveys.
    SurveyOrder by
    /// What surveys are ordered by.
    SurveyOrderField {
        /// When they close.
        ClosesAt Asc
    }
    /// The order of the log.
    LogEntryOrder by
    /// What the log is ordered by.
    LogEntryOrderField {
        /// When it happened.
        OccurredAt Desc
    }
    /// The order of the ledger.
    LedgerEntryOrder by
    /// What the ledger is ordered by.
    LedgerEntryOrderField {
        /// When it was told.
        ToldAt Desc
    }
}
