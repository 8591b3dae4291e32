//! Kinds of changes, in the API's words.

use ::types::EntryKind;

macro_rules! kinds {
    ($($(#[$meta:meta])* $variant:ident,)+) => {
        /// What happened. Further kinds will come: let your program pass over those it does not know.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
        #[graphql(name = "EntryKind")]
        pub enum ChangeKind { $($(#[$meta])* $variant,)+ }

        impl ChangeKind {
            /// The API's word for a kind of entry; none for one that is not told.
            pub(crate) fn of(kind: EntryKind) -> Option<Self> {
                match kind {
                    $(EntryKind::$variant => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl From<ChangeKind> for EntryKind {
            fn from(kind: ChangeKind) -> Self {
                match kind { $(ChangeKind::$variant => Self::$variant,)+ }
            }
        }
    };
}

kinds! {
    /// An organisation became known.
    OrganisationKnown,
    /// The claim was proved.
    OrganisationVerified,
    /// Facts about the organisation changed.
    OrganisationChanged,
    /// A draft came to be.
    NeedDrafted,
    /// A draft was made from a notice.
    NeedImported,
    /// A draft was changed.
    NeedDraftSaved,
    /// A draft waits for approval.
    NeedSubmitted,
    /// A second person approved.
    NeedApproved,
    /// The review sent it back, or the writer took it back.
    NeedReturned,
    /// The first version is public.
    NeedPublished,
    /// A further version is public.
    NeedVersionPublished,
    /// The dialogue began, was summarised, or the state changed with a reason.
    NeedStateChanged,
    /// The competition is announced; the dialogue is closed.
    NeedCompetitionAnnounced,
    /// A draft was deleted.
    NeedDeleted,
    /// A file was attached.
    AttachmentAdded,
    /// A file was removed.
    AttachmentRemoved,
    /// Another buyer was invited to stand behind the need.
    PartnerInvited,
    /// It answered.
    PartnerAnswered,
    /// It left, or was removed by the need's owner.
    PartnerLeft,
    /// A question was asked.
    QuestionAsked,
    /// A question was answered in public.
    QuestionAnswered,
    /// A question was declined.
    QuestionDeclined,
    /// A question was taken back.
    QuestionWithdrawn,
    /// The buyer told everybody something.
    AnnouncementPublished,
    /// The buyer told somebody something.
    DisclosureMade,
    /// What was told to one is now told to all.
    DisclosureShared,
    /// What was told to one is kept back, since it would reveal a trade secret.
    DisclosureWaived,
    /// A supplier registered interest.
    InterestRegistered,
    /// The interest was changed.
    InterestChanged,
    /// The interest was withdrawn.
    InterestWithdrawn,
    /// An event was planned or its plan changed.
    EventPlanned,
    /// An event is announced.
    EventAnnounced,
    /// Registration opened, closed, or the event was held.
    EventStateChanged,
    /// Time, place or programme changed.
    EventChanged,
    /// An event is cancelled.
    EventCancelled,
    /// A planned event was deleted.
    EventDeleted,
    /// The minutes are published.
    EventDocumented,
    /// An organisation has a place.
    EventRegistered,
    /// An organisation is on the waiting list.
    EventWaitlisted,
    /// An organisation got a place from the waiting list.
    EventPromoted,
    /// A registration was withdrawn.
    EventWithdrawn,
    /// A registration was changed, or attendance noted.
    EventRegistrationChanged,
    /// A response was submitted.
    ResponseSubmitted,
    /// A submitted response reached the buyer.
    ResponseReceived,
    /// The supplier changed which partners may read a submitted response.
    ResponseConsentChanged,
    /// A response was withdrawn.
    ResponseWithdrawn,
    /// A passage of a submitted response became an input point.
    PassageReceived,
    /// The buyer has read an input point.
    PassageAcknowledged,
    /// A supplier took a passage back after its claim was rejected.
    PassageWithdrawn,
    /// The buyer gave an input point a disposition.
    ResponseDisposed,
    /// The buyer decided on a trade-secret claim.
    ConfidentialityDecided,
    /// A draft of the summary was saved.
    SummaryDraftSaved,
    /// The summary is published.
    SummaryPublished,
    /// Both sides may rate the dialogue.
    SurveyOpened,
    /// No more answers are taken.
    SurveyClosed,
    /// Ballots were released into the figures; the payload says how many.
    SurveyReleased,
    /// Too few answered for too long: the ballots were destroyed unread.
    SurveyDiscarded,
    /// A buyer's figures are public.
    QualityPublished,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_has_a_word() {
        for kind in EntryKind::ALL {
            assert_eq!(ChangeKind::of(*kind).is_some(), domain::changes::is_told(*kind), "{kind}");
        }
    }
}
