//! One list of error codes for the whole product.

crate::macros::string_enum! {
    /// Why something was refused. The same codes appear in `userErrors`, in
    /// top-level errors' `extensions.code` and in the texts' `error-…` keys.
    ErrorCode {
        /// Sign in first.
        Unauthenticated = "UNAUTHENTICATED",
        /// You may see this, but not do it.
        Forbidden = "FORBIDDEN",
        /// Prove once more that it is you; then try again.
        ReauthenticationRequired = "REAUTHENTICATION_REQUIRED",
        /// The token lacks the scope that this needs.
        ScopeMissing = "SCOPE_MISSING",
        /// The session has ended: sign in again.
        SessionEnded = "SESSION_ENDED",
        /// The organisation acted for is suspended: one may read, not act.
        OrganisationSuspended = "ORGANISATION_SUSPENDED",
        /// No such thing, or not for you.
        NotFound = "NOT_FOUND",
        /// A field must be filled in.
        Required = "REQUIRED",
        /// The text is longer than allowed (`max` characters).
        TooLong = "TOO_LONG",
        /// The text is shorter than allowed (`min` characters).
        TooShort = "TOO_SHORT",
        /// The number or the count is below `min` or above `max`.
        OutOfRange = "OUT_OF_RANGE",
        /// The value can't be read as what the field holds.
        InvalidFormat = "INVALID_FORMAT",
        /// The text holds characters that can't be stored or shown.
        InvalidCharacters = "INVALID_CHARACTERS",
        /// The organisation number's check digit is wrong.
        InvalidOrganisationNumber = "INVALID_ORGANISATION_NUMBER",
        /// No such CPV code.
        UnknownCpvCode = "UNKNOWN_CPV_CODE",
        /// No such place.
        UnknownPlace = "UNKNOWN_PLACE",
        /// An e-mail address must look like `name@example.no`.
        InvalidEmail = "INVALID_EMAIL",
        /// A web address must start with `https://` or `http://`.
        InvalidUrl = "INVALID_URL",
        /// A webhook's address is not one that anybody reaches over https.
        AddressNotAllowed = "ADDRESS_NOT_ALLOWED",
        /// The time must lie in the future.
        MustBeFuture = "MUST_BE_FUTURE",
        /// The end lies before the start, or a deadline after what it is for.
        WrongOrder = "WRONG_ORDER",
        /// The lowest amount is above the expected or the highest.
        MinAboveMax = "MIN_ABOVE_MAX",
        /// Your organisation takes part, or waits, already.
        AlreadyRegistered = "ALREADY_REGISTERED",
        /// There is no registration or interest to change or take back.
        NotRegistered = "NOT_REGISTERED",
        /// It exists already.
        AlreadyExists = "ALREADY_EXISTS",
        /// The same value is given twice.
        Duplicate = "DUPLICATE",
        /// Somebody changed it since you read it.
        StaleVersion = "STALE_VERSION",
        /// This can't be done in the present state.
        WrongState = "WRONG_STATE",
        /// The deadline has passed.
        PeriodClosed = "PERIOD_CLOSED",
        /// No places left.
        Full = "FULL",
        /// Too many attempts; wait.
        RateLimited = "RATE_LIMITED",
        /// The code or link is wrong, used or out of date.
        InvalidCode = "INVALID_CODE",
        /// Type the code in the browser that asked for it.
        OtherBrowser = "OTHER_BROWSER",
        /// The passkey was not accepted.
        PasskeyRefused = "PASSKEY_REFUSED",
        /// What was asked of the passkey is answered already, or too old.
        PasskeyExpired = "PASSKEY_EXPIRED",
        /// This installation takes no passkeys at its address.
        PasskeysUnavailable = "PASSKEYS_UNAVAILABLE",
        /// Another person must approve.
        SecondPersonRequired = "SECOND_PERSON_REQUIRED",
        /// The draft is under review and can't be changed.
        FrozenForReview = "FROZEN_FOR_REVIEW",
        /// Something the buyer told one supplier is not shared with all (R1).
        UnsharedDisclosures = "UNSHARED_DISCLOSURES",
        /// The competition is announced: no new dialogue (R4).
        DialogueClosed = "DIALOGUE_CLOSED",
        /// A call for competition can't open a dialogue (R4).
        CallForCompetition = "CALL_FOR_COMPETITION",
        /// There is a reason for a trade secret, but it is not marked as one.
        ClaimNotMarked = "CLAIM_NOT_MARKED",
        /// The file is larger than allowed.
        FileTooLarge = "FILE_TOO_LARGE",
        /// Nothing is in the file.
        FileEmpty = "FILE_EMPTY",
        /// This kind of file is not taken.
        FileTypeRefused = "FILE_TYPE_REFUSED",
        /// The file is not an eForms notice.
        NotANotice = "NOT_A_NOTICE",
        /// The XML can't be read.
        BrokenXml = "BROKEN_XML",
        /// The XML declares a document type or entities, which are refused.
        XmlEntitiesRefused = "XML_ENTITIES_REFUSED",
        /// The notice's buyer is another organisation.
        WrongBuyer = "WRONG_BUYER",
        /// The notice names no buyer.
        NoBuyer = "NO_BUYER",
        /// The organisation is already claimed; ask to join it.
        AlreadyClaimed = "ALREADY_CLAIMED",
        /// An organisation needs at least one owner.
        LastOwner = "LAST_OWNER",
        /// You act for no organisation, or for one that can't do this.
        WrongOrganisation = "WRONG_ORGANISATION",
        /// The text names who asked; take the name out before publishing.
        RevealsAsker = "REVEALS_ASKER",
        /// Whoever looks for partners must show its interest.
        DiscreetHasNoPartners = "DISCREET_HAS_NO_PARTNERS",
        /// Choose which organisation you act for.
        ActingRequired = "ACTING_REQUIRED",
        /// You have answered already.
        AlreadyAnswered = "ALREADY_ANSWERED",
        /// The cursor is not yours, forged or of another time; begin anew.
        InvalidCursor = "INVALID_CURSOR",
        /// The query asks for more than one request may.
        QueryTooLarge = "QUERY_TOO_LARGE",
        /// A secret stood in the address, where logs and histories keep it.
        TokenInUrl = "TOKEN_IN_URL",
        /// This operation can't be sent by this HTTP method.
        MethodNotAllowed = "METHOD_NOT_ALLOWED",
        /// None of the media types that the client takes is one of ours.
        NotAcceptable = "NOT_ACCEPTABLE",
        /// The body is of a kind that is not taken.
        UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE",
        /// So many sockets or streams are open that this one is refused.
        TooManyConnections = "TOO_MANY_CONNECTIONS",
        /// The request can't be read.
        BadUserInput = "BAD_USER_INPUT",
        /// The document is no GraphQL.
        GraphqlParseFailed = "GRAPHQL_PARSE_FAILED",
        /// The document does not fit the schema.
        GraphqlValidationFailed = "GRAPHQL_VALIDATION_FAILED",
        /// This installation does not tell its schema.
        IntrospectionDisabled = "INTROSPECTION_DISABLED",
        /// The body of the request is larger than allowed.
        BodyTooLarge = "BODY_TOO_LARGE",
        /// An `Idempotency-Key` came again with another request.
        IdempotencyKeyReused = "IDEMPOTENCY_KEY_REUSED",
        /// The first request with this `Idempotency-Key` is still running.
        IdempotencyKeyInUse = "IDEMPOTENCY_KEY_IN_USE",
        /// This request takes no `Idempotency-Key`, or not this one.
        IdempotencyKeyRefused = "IDEMPOTENCY_KEY_REFUSED",
        /// The service is busy; try again soon.
        Unavailable = "UNAVAILABLE",
        /// Our mistake.
        Internal = "INTERNAL",
    }
}

crate::macros::string_enum! {
    /// What was found in a file that is no notice, or none that can be read: the
    /// `detail` of the error, with `line`, `column` and `found` where they are
    /// known. The texts are `notice-fault-…`.
    NoticeFault {
        /// The file is in UTF-32.
        Utf32 = "UTF_32",
        /// Its encoding (`found`) is not read.
        UnknownEncoding = "UNKNOWN_ENCODING",
        /// Bytes that are no UTF-8, and no other encoding is declared.
        NotUtf8 = "NOT_UTF_8",
        /// Bytes that are no UTF-16.
        NotUtf16 = "NOT_UTF_16",
        /// Nothing is in it.
        EmptyFile = "EMPTY_FILE",
        /// A PDF.
        Pdf = "PDF",
        /// A ZIP archive or an Office document.
        Archive = "ARCHIVE",
        /// JSON.
        Json = "JSON",
        /// Something else than XML.
        NoXml = "NO_XML",
        /// A web page.
        WebPage = "WEB_PAGE",
        /// XML of another kind (`found`).
        OtherDocument = "OTHER_DOCUMENT",
        /// An award (`found`) describes no need.
        Award = "AWARD",
        /// A notice of a kind (`found`) that describes no need.
        OtherNotice = "OTHER_NOTICE",
        /// The notice has no id.
        NoId = "NO_ID",
        /// The file ends before its elements do.
        EndsEarly = "ENDS_EARLY",
        /// The markup breaks a rule of XML.
        NotWellFormed = "NOT_WELL_FORMED",
        /// An element with more attributes than any notice has.
        TooManyAttributes = "TOO_MANY_ATTRIBUTES",
        /// More namespaces than any notice has.
        TooManyNamespaces = "TOO_MANY_NAMESPACES",
        /// Elements nested deeper than in any notice.
        TooDeep = "TOO_DEEP",
        /// A document type or an entity.
        Declaration = "DECLARATION",
        /// More bytes or elements than any notice has.
        TooLarge = "TOO_LARGE",
    }
}

/// What is wrong with one field, without words: the edge finds them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Names of input fields from the mutation's input down, as in the API
    /// (`["questions", "0", "text"]`); empty when no one field is at fault.
    pub path: Vec<String>,
    /// Why.
    pub code: ErrorCode,
    /// What the text about it mentions (`max`, `found`, …).
    pub params: Vec<(&'static str, String)>,
}

impl FieldError {
    /// An error of one field; `field` may be dotted (`questions.0.text`).
    pub fn new(field: &str, code: ErrorCode) -> Self {
        let path = if field.is_empty() { Vec::new() } else { field.split('.').map(str::to_owned).collect() };
        Self { path, code, params: Vec::new() }
    }

    /// Adds what the text about it mentions.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "callers write a limit as it is: `with(\"max\", 80)`")]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.params.push((name, value.to_string()));
        self
    }
}
