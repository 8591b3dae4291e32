//! States and kinds. `crates/ARCHITECTURE.md` draws the states' arrows.

use crate::macros::string_enum;

string_enum! {
    /// What an organisation is.
    OrganisationKind {
        /// A municipality (*kommune*).
        Municipality = "MUNICIPALITY",
        /// A county (*fylkeskommune*).
        County = "COUNTY",
        /// A purchasing co-operation (*innkjøpssamarbeid*, KOF, central purchasing body).
        PurchasingCooperation = "PURCHASING_COOPERATION",
        /// Another public buyer (state body, hospital trust, municipal company).
        OtherBuyer = "OTHER_BUYER",
        /// An economic operator (*leverandør*).
        Supplier = "SUPPLIER",
        /// Who assists: LUP, DFØ, KS, clusters, research.
        SupportActor = "SUPPORT_ACTOR",
    }
}

impl OrganisationKind {
    /// Whether it buys, and so may own needs.
    pub const fn is_buyer(self) -> bool {
        matches!(self, Self::Municipality | Self::County | Self::PurchasingCooperation | Self::OtherBuyer)
    }
}

string_enum! {
    /// How sure it is that the members speak for the organisation.
    ClaimState {
        /// Known from a register or a notice; nobody acts for it.
        Known = "KNOWN",
        /// Somebody says so; shown as unverified.
        Unverified = "UNVERIFIED",
        /// Proved by a mailbox at its registered domain or by an administrator.
        Verified = "VERIFIED",
    }
}

string_enum! {
    /// What a member may do for the organisation.
    Role {
        /// Buyer: everything, members and settings included.
        Owner = "OWNER",
        /// Buyer: runs needs and dialogues, approves and publishes.
        ProcurementOfficer = "PROCUREMENT_OFFICER",
        /// Buyer: writes needs and reads the dialogue.
        NeedOwner = "NEED_OWNER",
        /// Buyer: reads drafts and approves them.
        Reviewer = "REVIEWER",
        /// Buyer: reads.
        Reader = "READER",
        /// Supplier or support actor: everything, members included.
        SupplierAdministrator = "SUPPLIER_ADMINISTRATOR",
        /// Supplier or support actor: takes part in dialogues.
        Member = "MEMBER",
    }
}

impl Role {
    /// The roles that members of an organisation of this kind can have.
    pub const fn of(kind: OrganisationKind) -> &'static [Self] {
        if kind.is_buyer() {
            &[Self::Owner, Self::ProcurementOfficer, Self::NeedOwner, Self::Reviewer, Self::Reader]
        } else {
            &[Self::SupplierAdministrator, Self::Member]
        }
    }

    /// The roles that manage members, of any kind of organisation.
    pub const ALL_MANAGING: [Self; 2] = [Self::Owner, Self::SupplierAdministrator];

    /// The role that manages members, of this kind of organisation.
    pub const fn managing(kind: OrganisationKind) -> Self {
        if kind.is_buyer() { Self::Owner } else { Self::SupplierAdministrator }
    }
}

string_enum! {
    /// Where a membership stands.
    MembershipState {
        /// Asked for; someone who manages members decides.
        Requested = "REQUESTED",
        /// In force.
        Active = "ACTIVE",
        /// Ended, by the member or by the organisation.
        Removed = "REMOVED",
        /// The request was declined.
        Declined = "DECLINED",
    }
}

string_enum! {
    /// How somebody signed in.
    SignInMethod {
        /// The code in a mail.
        Code = "CODE",
        /// The link in a mail.
        Link = "LINK",
        /// A passkey.
        Passkey = "PASSKEY",
        /// Another service said who it is (`OpenID` Connect).
        Provider = "PROVIDER",
        /// The token on the console of a new installation.
        SetUp = "SET_UP",
        /// As a persona of a demonstration.
        Persona = "PERSONA",
    }
}

string_enum! {
    /// Why an answer to a passkey's ceremony is not accepted: for the audit log. Whoever
    /// tries is told that it was not, and no more.
    PasskeyFault {
        /// It is no answer that can be read.
        Format = "FORMAT",
        /// It answers another challenge.
        Challenge = "CHALLENGE",
        /// It was given to another site.
        Origin = "ORIGIN",
        /// It is of a passkey for another site.
        RelyingParty = "RELYING_PARTY",
        /// The device did not ask who holds it.
        NotVerified = "NOT_VERIFIED",
        /// Its signature is not by the passkey's key.
        Signature = "SIGNATURE",
        /// Its key is of a kind that was not asked for.
        Algorithm = "ALGORITHM",
        /// It names another person than the passkey's.
        Person = "PERSON",
        /// No such passkey.
        Unknown = "UNKNOWN",
        /// The passkey was stopped.
        Stopped = "STOPPED",
        /// It breaks another rule of the specification.
        Rule = "RULE",
    }
}

string_enum! {
    /// What a token of an organisation may be used for.
    TokenScope {
        /// Reading, and listening to what happens.
        Read = "READ",
        /// A buyer's needs: write, publish, attach files, stand together with others.
        Needs = "NEEDS",
        /// A buyer's side of a dialogue: answer, announce, hold events, handle responses, sum up.
        Dialogue = "DIALOGUE",
        /// A supplier's side: be interested, ask, register, respond.
        Participate = "PARTICIPATE",
    }
}

string_enum! {
    /// Where a token of an organisation stands.
    TokenState {
        /// In force.
        Active = "ACTIVE",
        /// Its member has left or no longer manages members: it waits for another.
        Orphaned = "ORPHANED",
        /// Its time is over.
        Expired = "EXPIRED",
        /// Ended by somebody.
        Revoked = "REVOKED",
    }
}

string_enum! {
    /// Where a webhook endpoint stands.
    WebhookState {
        /// It is told what happens.
        Active = "ACTIVE",
        /// Somebody stopped it.
        Disabled = "DISABLED",
        /// Its receiver answered that it is gone for good.
        Gone = "GONE",
        /// Nothing got through for three days.
        Failed = "FAILED",
        /// Its member has left or no longer manages members: it waits for another.
        Orphaned = "ORPHANED",
    }
}

string_enum! {
    /// What became of telling a webhook endpoint something.
    WebhookDeliveryState {
        /// Waits for its first or next try.
        Pending = "PENDING",
        /// The receiver took it.
        Delivered = "DELIVERED",
        /// Given up; it can be sent anew.
        Failed = "FAILED",
    }
}

string_enum! {
    /// Why the last try to tell a webhook endpoint something failed.
    WebhookFailure {
        /// An answer that is neither yes nor a wish to wait.
        Refused = "REFUSED",
        /// An answer that sends us elsewhere: that is not followed.
        Redirected = "REDIRECTED",
        /// No answer in time.
        TimedOut = "TIMED_OUT",
        /// The name has no address.
        UnknownName = "UNKNOWN_NAME",
        /// The name leads to an address that is not public.
        AddressNotAllowed = "ADDRESS_NOT_ALLOWED",
        /// No connection, or one without trust in its certificate.
        NotConnected = "NOT_CONNECTED",
        /// The endpoint was stopped before it was tried.
        Stopped = "STOPPED",
        /// The organisation was suspended when it was to be tried.
        Suspended = "SUSPENDED",
    }
}

string_enum! {
    /// Where a need stands (ARCHITECTURE, States).
    NeedState {
        /// Being written; only the buyer sees it.
        Draft = "DRAFT",
        /// Frozen while a second person reads it.
        InReview = "IN_REVIEW",
        /// Approved; publishes itself at the time that was set.
        Scheduled = "SCHEDULED",
        /// Open to everybody.
        Published = "PUBLISHED",
        /// Something was said: an event announced, a question or a response received.
        InDialogue = "IN_DIALOGUE",
        /// The summary is published.
        Summarised = "SUMMARISED",
        /// Goes to procurement; the competition may be announced.
        ToProcurement = "TO_PROCUREMENT",
        /// Waiting, with a public reason.
        OnHold = "ON_HOLD",
        /// Ended without procurement, with a public reason.
        Closed = "CLOSED",
    }
}

impl NeedState {
    /// Whether everybody may see it.
    pub const fn is_public(self) -> bool {
        !matches!(self, Self::Draft | Self::InReview | Self::Scheduled)
    }

    /// Whether suppliers can ask, answer and register.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Published | Self::InDialogue)
    }
}

string_enum! {
    /// The kind of innovative procurement (DOMAIN §6, DFØ).
    InnovationKind {
        /// Develops something new (*innovasjonsanskaffelse*).
        InnovationProcurement = "INNOVATION_PROCUREMENT",
        /// Rewards better solutions (*innovasjonsvennlig*).
        InnovationFriendly = "INNOVATION_FRIENDLY",
        /// First buy of a new solution (*innovativ løsning*).
        InnovativeSolution = "INNOVATIVE_SOLUTION",
        /// Not decided yet.
        Undecided = "UNDECIDED",
        /// An ordinary procurement.
        None = "NONE",
    }
}

string_enum! {
    /// Where the need is anchored in the organisation.
    AnchoringLevel {
        /// With whoever wrote it.
        Unit = "UNIT",
        /// With the head of the service.
        Management = "MANAGEMENT",
        /// With the chief executive.
        ChiefExecutive = "CHIEF_EXECUTIVE",
        /// Decided politically.
        Political = "POLITICAL",
    }
}

string_enum! {
    /// What a dialogue event is (DOMAIN §1.1).
    EventKind {
        /// An information meeting.
        InformationMeeting = "INFORMATION_MEETING",
        /// A dialogue conference.
        DialogueConference = "DIALOGUE_CONFERENCE",
        /// A round of written input.
        WrittenInput = "WRITTEN_INPUT",
    }
}

string_enum! {
    /// Where an event stands.
    EventState {
        /// Being planned; only the buyer sees it.
        Planned = "PLANNED",
        /// Announced; registration is not open yet.
        Announced = "ANNOUNCED",
        /// Suppliers can register.
        RegistrationOpen = "REGISTRATION_OPEN",
        /// The deadline has passed.
        RegistrationClosed = "REGISTRATION_CLOSED",
        /// It took place.
        Held = "HELD",
        /// Its minutes are published.
        Documented = "DOCUMENTED",
        /// Cancelled, with a reason.
        Cancelled = "CANCELLED",
    }
}

string_enum! {
    /// Where a registration stands.
    RegistrationState {
        /// Has a place.
        Registered = "REGISTERED",
        /// On the waiting list.
        Waiting = "WAITING",
        /// Gave the place up.
        Withdrawn = "WITHDRAWN",
        /// Was there.
        Attended = "ATTENDED",
        /// Had a place and did not come.
        NoShow = "NO_SHOW",
    }
}

string_enum! {
    /// Who sees that a supplier is interested.
    InterestVisibility {
        /// Everybody.
        Public = "PUBLIC",
        /// The buyer only.
        Discreet = "DISCREET",
    }
}

string_enum! {
    /// Whether an interest holds.
    InterestState {
        /// It does.
        Active = "ACTIVE",
        /// The supplier took it back.
        Withdrawn = "WITHDRAWN",
    }
}

string_enum! {
    /// Whether everybody knows what the buyer told somebody (R1).
    DisclosureState {
        /// Only those it was told to.
        Unshared = "UNSHARED",
        /// Published to all.
        Shared = "SHARED",
        /// Kept back, with a logged reason: it would reveal a trade secret.
        Waived = "WAIVED",
    }
}

string_enum! {
    /// How the buyer told it.
    DisclosureChannel {
        /// In a meeting.
        Meeting = "MEETING",
        /// On the phone.
        Phone = "PHONE",
        /// By mail or message.
        Mail = "MAIL",
        /// On a site visit.
        SiteVisit = "SITE_VISIT",
        /// Otherwise.
        Other = "OTHER",
    }
}

string_enum! {
    /// How a summary tells who took part.
    ParticipantRule {
        /// Only how many.
        Count = "COUNT",
        /// Also the names of those whose interest is public.
        List = "LIST",
    }
}

string_enum! {
    /// Where a question stands.
    QuestionState {
        /// Received by the buyer.
        Received = "RECEIVED",
        /// Published with its answer, to all.
        Answered = "ANSWERED",
        /// Not published, with a reason that the asker sees.
        Declined = "DECLINED",
        /// Taken back by the asker before it was answered.
        Withdrawn = "WITHDRAWN",
    }
}

string_enum! {
    /// Where a response stands.
    ResponseState {
        /// Being written; only the supplier sees it.
        Draft = "DRAFT",
        /// Submitted; the buyer reads it.
        Submitted = "SUBMITTED",
        /// Taken back before the deadline.
        Withdrawn = "WITHDRAWN",
    }
}

string_enum! {
    /// Whether a passage is open or claimed to be a trade secret (R13).
    Confidentiality {
        /// Open; may be quoted and is given out on request.
        Open = "OPEN",
        /// The supplier claims a trade secret, with a reason.
        Claimed = "CLAIMED",
        /// The buyer accepted the claim.
        Accepted = "ACCEPTED",
        /// The buyer rejected the claim, with a reason.
        Rejected = "REJECTED",
    }
}

string_enum! {
    /// What became of an input point.
    Disposition {
        /// Received.
        Received = "RECEIVED",
        /// Read by the buyer.
        Acknowledged = "ACKNOWLEDGED",
        /// It changed the need.
        Adopted = "ADOPTED",
        /// Part of it did.
        PartlyAdopted = "PARTLY_ADOPTED",
        /// It did not, because …
        NotAdopted = "NOT_ADOPTED",
        /// It was about something else.
        OutOfScope = "OUT_OF_SCOPE",
    }
}

impl Disposition {
    /// Whether it is an outcome, which needs a reason.
    pub const fn is_outcome(self) -> bool {
        !matches!(self, Self::Received | Self::Acknowledged)
    }
}

string_enum! {
    /// Where a partner buyer stands in a need (ARCHITECTURE, States).
    PartnerState {
        /// Invited; has not answered.
        Invited = "INVITED",
        /// Wants to join.
        Interested = "INTERESTED",
        /// Agrees with the need as described.
        NeedAligned = "NEED_ALIGNED",
        /// Non-binding intent with an expected volume.
        Intent = "INTENT",
        /// Binding mandate given.
        Mandated = "MANDATED",
        /// Named as a possible later party.
        OptionParty = "OPTION_PARTY",
        /// Watches.
        Observer = "OBSERVER",
        /// Left, or declined.
        Withdrawn = "WITHDRAWN",
    }
}

impl PartnerState {
    /// Whether it stands behind the need publicly.
    pub const fn stands_behind(self) -> bool {
        matches!(
            self,
            Self::Interested | Self::NeedAligned | Self::Intent | Self::Mandated | Self::OptionParty
        )
    }

    /// Whether it may read what the dialogue's own buyer reads, as far as each
    /// supplier consented.
    pub const fn reads(self) -> bool {
        self.stands_behind() || matches!(self, Self::Observer)
    }
}

string_enum! {
    /// How a dialogue ended or paused.
    Outcome {
        /// Goes to procurement.
        ToProcurement = "TO_PROCUREMENT",
        /// On hold.
        OnHold = "ON_HOLD",
        /// Closed without procurement.
        Closed = "CLOSED",
    }
}

string_enum! {
    /// What a file can be attached to.
    AttachmentSubject {
        /// A need.
        Need = "NEED",
        /// A response.
        Response = "RESPONSE",
    }
}

string_enum! {
    /// Who may read an entry of the record.
    Audience {
        /// Everybody.
        Public = "PUBLIC",
        /// The buyer and every registered party of the dialogue.
        Registered = "REGISTERED",
        /// The organisations named in the entry.
        Named = "NAMED",
        /// The organisation whose stream it is.
        Internal = "INTERNAL",
    }
}

string_enum! {
    /// Which side answers a survey.
    SurveySide {
        /// Suppliers who took part.
        Supplier = "SUPPLIER",
        /// The buyer's people.
        Buyer = "BUYER",
    }
}

string_enum! {
    /// Where a survey stands.
    SurveyState {
        /// Takes answers.
        Open = "OPEN",
        /// Takes no more answers; its box stays shut until it is opened together with others.
        Closed = "CLOSED",
        /// Its ballots are in the figures.
        Released = "RELEASED",
        /// Its ballots were destroyed unread: too few answered for too long.
        Discarded = "DISCARDED",
    }
}

string_enum! {
    /// What the items of a survey are about (DOMAIN §4.1), two items each, in order.
    QualityDimension {
        /// Was the need clear, and the solution open?
        Clarity = "CLARITY",
        /// Was it easy to find the dialogue and take part, with time to prepare?
        Access = "ACCESS",
        /// Did all get the same information, under clear rules?
        EqualTreatment = "EQUAL_TREATMENT",
        /// Were questions answered in time, and usefully?
        Responsiveness = "RESPONSIVENESS",
        /// Could ideas be shared safely, and was the buyer open?
        Trust = "TRUST",
        /// Were the right people there, and did one learn?
        Learning = "LEARNING",
        /// Is it known what the input led to, and did it?
        Impact = "IMPACT",
        /// Was it worth the effort, and would one do it again?
        Worth = "WORTH",
    }
}

string_enum! {
    /// What an entry of the record says happened.
    EntryKind {
        /// The installation was set up.
        InstallationSetUp = "installation.set_up",
        /// A reference list was replaced.
        ReferenceImported = "reference.imported",
        /// A person's account came to be.
        PersonJoined = "person.joined",
        /// An organisation became known.
        OrganisationKnown = "organisation.known",
        /// Somebody claims to act for an organisation.
        OrganisationClaimed = "organisation.claimed",
        /// The claim was proved.
        OrganisationVerified = "organisation.verified",
        /// An administrator suspended the organisation.
        OrganisationSuspended = "organisation.suspended",
        /// An administrator let it go on.
        OrganisationResumed = "organisation.resumed",
        /// Facts about the organisation changed.
        OrganisationChanged = "organisation.changed",
        /// A buyer's owner was appointed by the platform.
        RoleAppointed = "role.appointed",
        /// A person asked to join.
        MembershipRequested = "membership.requested",
        /// A membership began.
        MembershipApproved = "membership.approved",
        /// A request was declined.
        MembershipDeclined = "membership.declined",
        /// A member's roles changed.
        MembershipChanged = "membership.changed",
        /// A membership ended.
        MembershipRemoved = "membership.removed",
        /// An invitation was sent.
        InvitationSent = "invitation.sent",
        /// An invitation was taken back.
        InvitationRevoked = "invitation.revoked",
        /// A token of an organisation was made.
        TokenCreated = "token.created",
        /// Another member answers for a token.
        TokenTakenOver = "token.taken_over",
        /// A token was ended.
        TokenRevoked = "token.revoked",
        /// A token stopped, for its member left or lost the role.
        TokenStopped = "token.stopped",
        /// A token ends soon.
        TokenExpiresSoon = "token.expires_soon",
        /// A token's time is over.
        TokenExpired = "token.expired",
        /// An address that is told what happens was made.
        WebhookCreated = "webhook.created",
        /// Its address or what it is told changed.
        WebhookChanged = "webhook.changed",
        /// It has a new secret.
        WebhookSecretRotated = "webhook.secret_rotated",
        /// Somebody stopped it.
        WebhookDisabled = "webhook.disabled",
        /// Somebody let it go on.
        WebhookEnabled = "webhook.enabled",
        /// It stopped by itself; the payload says why.
        WebhookStopped = "webhook.stopped",
        /// It was deleted.
        WebhookDeleted = "webhook.deleted",
        /// A draft came to be.
        NeedDrafted = "need.drafted",
        /// A draft was made from a notice.
        NeedImported = "need.imported",
        /// A draft was changed.
        NeedDraftSaved = "need.draft_saved",
        /// A draft waits for approval.
        NeedSubmitted = "need.submitted",
        /// A second person approved.
        NeedApproved = "need.approved",
        /// The review sent it back, or the writer took it back.
        NeedReturned = "need.returned",
        /// The first version is public.
        NeedPublished = "need.published",
        /// A further version is public.
        NeedVersionPublished = "need.version_published",
        /// The dialogue began, was summarised, or the state changed with a reason.
        NeedStateChanged = "need.state_changed",
        /// The competition is announced; the dialogue is closed.
        NeedCompetitionAnnounced = "need.competition_announced",
        /// A draft was deleted.
        NeedDeleted = "need.deleted",
        /// A file was attached.
        AttachmentAdded = "attachment.added",
        /// A file was removed.
        AttachmentRemoved = "attachment.removed",
        /// Another buyer was invited to stand behind the need.
        PartnerInvited = "need.partner_invited",
        /// It answered.
        PartnerAnswered = "need.partner_answered",
        /// It left, or was removed by the need's owner.
        PartnerLeft = "need.partner_left",
        /// A question was asked.
        QuestionAsked = "question.asked",
        /// A question was answered in public.
        QuestionAnswered = "question.answered",
        /// A question was declined.
        QuestionDeclined = "question.declined",
        /// A question was taken back.
        QuestionWithdrawn = "question.withdrawn",
        /// The buyer told everybody something.
        AnnouncementPublished = "announcement.published",
        /// The buyer told somebody something.
        DisclosureMade = "disclosure.made",
        /// What was told to one is now told to all.
        DisclosureShared = "disclosure.shared",
        /// What was told to one is kept back, since it would reveal a trade secret.
        DisclosureWaived = "disclosure.waived",
        /// A supplier registered interest.
        InterestRegistered = "interest.registered",
        /// The interest was changed.
        InterestChanged = "interest.changed",
        /// The interest was withdrawn.
        InterestWithdrawn = "interest.withdrawn",
        /// A person follows a need.
        NeedFollowed = "follow.began",
        /// A person no longer follows a need.
        NeedUnfollowed = "follow.ended",
        /// An event was planned or its plan changed.
        EventPlanned = "event.planned",
        /// An event is announced.
        EventAnnounced = "event.announced",
        /// Registration opened, closed, or the event was held.
        EventStateChanged = "event.state_changed",
        /// Time, place or programme changed.
        EventChanged = "event.changed",
        /// An event is cancelled.
        EventCancelled = "event.cancelled",
        /// A planned event was deleted.
        EventDeleted = "event.deleted",
        /// The minutes are published.
        EventDocumented = "event.documented",
        /// An organisation has a place.
        EventRegistered = "event.registered",
        /// An organisation is on the waiting list.
        EventWaitlisted = "event.waitlisted",
        /// An organisation got a place from the waiting list.
        EventPromoted = "event.promoted",
        /// A registration was withdrawn.
        EventWithdrawn = "event.withdrawn",
        /// A registration was changed, or attendance noted.
        EventRegistrationChanged = "event.registration_changed",
        /// A response was begun or its draft saved.
        ResponseDraftSaved = "response.draft_saved",
        /// A response was submitted.
        ResponseSubmitted = "response.submitted",
        /// A submitted response reached the buyer.
        ResponseReceived = "response.received",
        /// The supplier changed which partners may read a submitted response.
        ResponseConsentChanged = "response.consent_changed",
        /// A response was withdrawn.
        ResponseWithdrawn = "response.withdrawn",
        /// A passage of a submitted response became an input point.
        PassageReceived = "passage.received",
        /// The buyer has read an input point.
        PassageAcknowledged = "passage.acknowledged",
        /// A supplier took a passage back after its claim was rejected.
        PassageWithdrawn = "passage.withdrawn",
        /// The buyer gave an input point a disposition.
        ResponseDisposed = "response.disposed",
        /// The buyer decided on a trade-secret claim.
        ConfidentialityDecided = "confidentiality.decided",
        /// A draft of the summary was saved.
        SummaryDraftSaved = "summary.draft_saved",
        /// The summary is published.
        SummaryPublished = "summary.published",
        /// Both sides may rate the dialogue.
        SurveyOpened = "survey.opened",
        /// No more answers are taken.
        SurveyClosed = "survey.closed",
        /// Ballots were released into the figures; the payload says how many.
        SurveyReleased = "survey.released",
        /// Too few answered for too long: the ballots were destroyed unread.
        SurveyDiscarded = "survey.discarded",
        /// A buyer's figures are public.
        QualityPublished = "quality.published",
        /// A comment is shown to the buyer, or withheld.
        QualityCommentReviewed = "quality.comment_reviewed",
        /// A comment came with released answers.
        QualityCommentReceived = "quality.comment_received",
    }
}

string_enum! {
    /// Why a sign-in by another service came to nothing; told in words by the sign-in page.
    SignInFailure {
        /// The person gave up there, or did not agree.
        Cancelled = "CANCELLED",
        /// The service can't be reached, or says so itself.
        Unreachable = "UNREACHABLE",
        /// It answered what we may not believe, or is not set up as it should be.
        Untrusted = "UNTRUSTED",
        /// Its clock and ours differ.
        Clock = "CLOCK",
        /// The person used a weaker means than is asked for.
        TooWeak = "TOO_WEAK",
        /// The person was asked to show anew who it is, and the service did not do that.
        NotFresh = "NOT_FRESH",
        /// Another browser than the one that began.
        OtherBrowser = "OTHER_BROWSER",
        /// It took too long, or was answered before.
        TooLate = "TOO_LATE",
        /// Another person than the one who is signed in.
        OtherPerson = "OTHER_PERSON",
        /// This service is for others.
        NotAllowed = "NOT_ALLOWED",
        /// There is no account, and this service makes none.
        NoAccount = "NO_ACCOUNT",
        /// Too many tries from one place.
        TooOften = "TOO_OFTEN",
        /// Our own mistake.
        Ours = "OURS",
    }
}

string_enum! {
    /// Why the organisation that somebody chose at another service is not acted for.
    ChoiceRefused {
        /// The person is no member.
        NotMember = "NOT_MEMBER",
        /// The person was a member, and somebody ended that or said no.
        Removed = "REMOVED",
        /// Nobody here manages its members yet.
        NotClaimed = "NOT_CLAIMED",
        /// An administrator suspended it.
        Suspended = "SUSPENDED",
    }
}

string_enum! {
    /// What it means that a service says whom somebody may represent.
    Representation {
        /// It chooses among the person's organisations.
        Chooses = "CHOOSES",
        /// It also makes the person a member, with the least role.
        Joins = "JOINS",
        /// It also proves a supplier's claim, and its first member manages it.
        Claims = "CLAIMS",
    }
}
