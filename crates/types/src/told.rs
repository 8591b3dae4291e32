//! Which kinds of entries machines are told of.

use crate::EntryKind;

impl EntryKind {
    /// What the change feed and webhooks tell: what happens in dialogues, and what is public
    /// about organisations. The rest is the business of one person or one organisation.
    pub const TOLD: &'static [Self] = &[
        Self::OrganisationKnown,
        Self::OrganisationVerified,
        Self::OrganisationChanged,
        Self::NeedDrafted,
        Self::NeedImported,
        Self::NeedDraftSaved,
        Self::NeedSubmitted,
        Self::NeedApproved,
        Self::NeedReturned,
        Self::NeedPublished,
        Self::NeedVersionPublished,
        Self::NeedStateChanged,
        Self::NeedCompetitionAnnounced,
        Self::NeedDeleted,
        Self::AttachmentAdded,
        Self::AttachmentRemoved,
        Self::PartnerInvited,
        Self::PartnerAnswered,
        Self::PartnerLeft,
        Self::QuestionAsked,
        Self::QuestionAnswered,
        Self::QuestionDeclined,
        Self::QuestionWithdrawn,
        Self::AnnouncementPublished,
        Self::DisclosureMade,
        Self::DisclosureShared,
        Self::DisclosureWaived,
        Self::InterestRegistered,
        Self::InterestChanged,
        Self::InterestWithdrawn,
        Self::EventPlanned,
        Self::EventAnnounced,
        Self::EventStateChanged,
        Self::EventChanged,
        Self::EventCancelled,
        Self::EventDeleted,
        Self::EventDocumented,
        Self::EventRegistered,
        Self::EventWaitlisted,
        Self::EventPromoted,
        Self::EventWithdrawn,
        Self::EventRegistrationChanged,
        Self::ResponseSubmitted,
        Self::ResponseReceived,
        Self::ResponseConsentChanged,
        Self::ResponseWithdrawn,
        Self::PassageReceived,
        Self::PassageAcknowledged,
        Self::PassageWithdrawn,
        Self::ResponseDisposed,
        Self::ConfidentialityDecided,
        Self::SummaryDraftSaved,
        Self::SummaryPublished,
        Self::SurveyOpened,
        Self::SurveyClosed,
        Self::SurveyReleased,
        Self::SurveyDiscarded,
        Self::QualityPublished,
    ];

    /// Whether machines are told of entries of this kind at all.
    pub fn is_told(self) -> bool {
        Self::TOLD.contains(&self)
    }
}
