//! One conversion of domain errors, in two ways: into a payload's
//! `userErrors`, and into a top-level error.

use async_graphql::{Context, ErrorExtensions, SimpleObject};
use domain::{Error, audit};
use i18n::Texts;
use types::FieldError;

use crate::Ctx;

crate::api_enum! {
    /// Why something was refused. One list for the whole API.
    ErrorCode {
    /// Sign in first.
    Unauthenticated,
    /// You may see this, but not do it.
    Forbidden,
    /// Sign in once more with this session’s own credentials (`startSignIn`), then try again.
    ReauthenticationRequired,
    /// The token lacks the scope in `extensions.scope`.
    ScopeMissing,
    /// The session has ended, or its refresh token was used before: sign in again.
    SessionEnded,
    /// The organisation that you act for is suspended: you may read, and end things.
    OrganisationSuspended,
    /// No such thing, or not for you.
    NotFound,
    /// A field must be filled in.
    Required,
    /// The text is longer than allowed.
    TooLong,
    /// The text is shorter than allowed.
    TooShort,
    /// The number or the count is too small or too large.
    OutOfRange,
    /// The value can't be read as what the field holds.
    InvalidFormat,
    /// The text holds characters that can't be stored or shown.
    InvalidCharacters,
    /// The organisation number's check digit is wrong.
    InvalidOrganisationNumber,
    /// No such CPV code.
    UnknownCpvCode,
    /// No such place.
    UnknownPlace,
    /// Not an e-mail address.
    InvalidEmail,
    /// Not a web address.
    InvalidUrl,
    /// A webhook's address must be public: https, port 443 or 8443, a name or an address that anybody reaches.
    AddressNotAllowed,
    /// The time must lie in the future.
    MustBeFuture,
    /// The end lies before the start, or a deadline after what it is for.
    WrongOrder,
    /// The lowest amount is above the expected or the highest.
    MinAboveMax,
    /// The organisation takes part, or waits, already.
    AlreadyRegistered,
    /// There is no registration or interest to change or take back.
    NotRegistered,
    /// It exists already.
    AlreadyExists,
    /// The same value is given twice.
    Duplicate,
    /// Somebody changed it since you read it.
    StaleVersion,
    /// This can't be done in the present state.
    WrongState,
    /// The deadline has passed.
    PeriodClosed,
    /// No places left.
    Full,
    /// Too many attempts; wait.
    RateLimited,
    /// The code or link is wrong, used or out of date.
    InvalidCode,
    /// Type the code in the browser that asked for it.
    OtherBrowser,
    /// The passkey was not accepted: it is not known here, was stopped, or did not ask who holds it.
    PasskeyRefused,
    /// The ceremony was used, is older than five minutes, or was begun by somebody else; begin anew.
    PasskeyExpired,
    /// This installation's address is an IP address, for which browsers make no passkeys.
    PasskeysUnavailable,
    /// Another person must approve.
    SecondPersonRequired,
    /// The draft is under review and can't be changed.
    FrozenForReview,
    /// Something the buyer told one supplier is not shared with all (R1).
    UnsharedDisclosures,
    /// The competition is announced: no new dialogue (R4).
    DialogueClosed,
    /// A call for competition can't open a dialogue (R4).
    CallForCompetition,
    /// There is a reason for a trade secret, but it is not marked as one.
    ClaimNotMarked,
    /// The file is larger than allowed.
    FileTooLarge,
    /// Nothing is in the file.
    FileEmpty,
    /// This kind of file is not taken.
    FileTypeRefused,
    /// The file is not an eForms notice.
    NotANotice,
    /// The XML can't be read.
    BrokenXml,
    /// The XML declares a document type or entities.
    XmlEntitiesRefused,
    /// The notice's buyer is another organisation.
    WrongBuyer,
    /// The notice names no buyer.
    NoBuyer,
    /// The organisation is already claimed; ask to join it.
    AlreadyClaimed,
    /// An organisation needs at least one who manages it.
    LastOwner,
    /// You act for an organisation that can't do this.
    WrongOrganisation,
    /// The text names who asked.
    RevealsAsker,
    /// Whoever looks for partners must show its interest.
    DiscreetHasNoPartners,
    /// Choose which organisation you act for.
    ActingRequired,
    /// You have answered already.
    AlreadyAnswered,
    /// The cursor is of another list, filter or order, somebody else’s, or out of date; begin anew without one.
    InvalidCursor,
    /// The query asks for more than one request may.
    QueryTooLarge,
    /// A secret stood in the address, where logs and histories keep it.
    TokenInUrl,
    /// This operation can't be sent by this HTTP method.
    MethodNotAllowed,
    /// None of the media types that the client takes is one of ours.
    NotAcceptable,
    /// The body is of a kind that is not taken.
    UnsupportedMediaType,
    /// So many sockets or streams are open that this one is refused.
    TooManyConnections,
    /// The request can't be read.
    BadUserInput,
    /// The document is no GraphQL.
    GraphqlParseFailed,
    /// The document does not fit the schema.
    GraphqlValidationFailed,
    /// This installation does not tell its schema.
    IntrospectionDisabled,
    /// The body of the request is larger than allowed.
    BodyTooLarge,
    /// An `Idempotency-Key` came again with another request.
    IdempotencyKeyReused,
    /// The first request with this `Idempotency-Key` is still running.
    IdempotencyKeyInUse,
    /// This request takes no `Idempotency-Key`, or not this one.
    IdempotencyKeyRefused,
    /// The service is busy; try again soon.
    Unavailable,
    /// Our mistake.
    Internal,
}}

/// Something in the input that can be mended.
#[derive(Clone, Debug, SimpleObject)]
pub struct UserError {
    /// Why, for programs.
    pub code: ErrorCode,
    /// Why and what to do, in the language of who is asking.
    pub message: String,
    /// Which input field, from the input object down; null when no one field is at fault.
    pub path: Option<Vec<String>>,
}

/// What a mutation's payload is made of: the object, or why not.
pub(crate) type Outcome<T> = (Option<T>, Vec<UserError>);

/// Words an outcome. Unauthenticated and our own mistakes stay errors.
pub(crate) fn outcome<T>(ctx: &Context<'_>, result: domain::Result<T>) -> async_graphql::Result<Outcome<T>> {
    let errors = match result {
        Ok(value) => return Ok((Some(value), Vec::new())),
        Err(Error::Invalid(errors)) => errors,
        Err(error @ (Error::Unauthenticated | Error::Unavailable(_) | Error::Internal(_))) => {
            return Err(top_level(ctx, &error));
        }
        Err(error) => {
            note(ctx, &error);
            vec![FieldError::new("", error.code())]
        }
    };
    Ok((None, user_errors(ctx, &errors)))
}

/// Who asks for what it may not is noted, here for the whole API.
fn note(ctx: &Context<'_>, error: &Error) {
    if let Error::Forbidden(code) = error {
        audit::refused(ctx.actor(), *code, ctx.field().name());
    }
}

/// Words field errors.
pub(crate) fn user_errors(ctx: &Context<'_>, errors: &[FieldError]) -> Vec<UserError> {
    let texts = ctx.texts();
    let errors = errors.iter().map(|e| UserError {
        code: e.code.into(),
        message: texts.error(e),
        path: (!e.path.is_empty()).then(|| e.path.clone()),
    });
    errors.collect()
}

/// A top-level error: a code and words, no internal text. Logged here, once.
pub(crate) fn top_level(ctx: &Context<'_>, error: &Error) -> async_graphql::Error {
    if let Error::Internal(_) | Error::Unavailable(_) = error {
        tracing::error!(error = %error, source = ?std::error::Error::source(error), "request failed");
    }
    note(ctx, error);
    told(ctx.texts(), error)
}

/// What a caller is told of an error.
pub(crate) fn told(texts: Texts, error: &Error) -> async_graphql::Error {
    let code = match error {
        // Whoever goes on from it must know it from any other argument.
        Error::Invalid(errors) if errors.iter().any(|e| e.code == types::ErrorCode::InvalidCursor) => {
            types::ErrorCode::InvalidCursor
        }
        Error::Invalid(_) => types::ErrorCode::BadUserInput,
        other => other.code(),
    };
    let field = match error {
        Error::Invalid(errors) => errors.first().cloned(),
        _ => None,
    };
    let words = texts.error(&field.unwrap_or_else(|| FieldError::new("", code)));
    async_graphql::Error::new(words).extend_with(|_, e| {
        e.set("code", code.as_str());
        if let Error::RateLimited(seconds) = error {
            e.set("retryAfter", *seconds);
        }
        if let Error::Invalid(errors) = error
            && let Some(first) = errors.iter().find(|e| !e.path.is_empty())
        {
            e.set("argument", first.path.join("."));
        }
    })
}

/// Turns a domain result into a resolver's.
pub(crate) trait OrTop<T> {
    /// The value, or a top-level error.
    fn or_top(self, ctx: &Context<'_>) -> async_graphql::Result<T>;
}

impl<T> OrTop<T> for domain::Result<T> {
    fn or_top(self, ctx: &Context<'_>) -> async_graphql::Result<T> {
        self.map_err(|error| top_level(ctx, &error))
    }
}

/// Declares payloads: `payloads! { PublishNeedPayload { need: Need } }`, each
/// with `userErrors` and a constructor from a domain result.
#[macro_export]
macro_rules! payloads {
    ($($(#[$meta:meta])* $name:ident { $(#[$fmeta:meta])* $field:ident: $ty:ty })+) => {$(
        $(#[$meta])*
        #[derive(async_graphql::SimpleObject)]
        pub struct $name {
            $(#[$fmeta])*
            pub $field: Option<$ty>,
            /// What to mend; empty when it was done.
            pub user_errors: Vec<$crate::UserError>,
        }

        impl $name {
            pub(crate) fn of(
                ctx: &async_graphql::Context<'_>,
                result: domain::Result<impl Into<$ty>>,
            ) -> async_graphql::Result<Self> {
                let (value, user_errors) = $crate::error::outcome(ctx, result)?;
                Ok(Self { $field: value.map(Into::into), user_errors })
            }
        }
    )+};
}

/// Declares the API's twin of an enum of `types`, so that descriptions stand
/// here and a value that is missing does not compile.
#[macro_export]
macro_rules! api_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
        pub enum $name { $($(#[$vmeta])* $variant,)+ }

        impl From<types::$name> for $name {
            fn from(value: types::$name) -> Self {
                match value { $(types::$name::$variant => Self::$variant,)+ }
            }
        }

        impl From<$name> for types::$name {
            fn from(value: $name) -> Self {
                match value { $($name::$variant => Self::$variant,)+ }
            }
        }
    };
}

/// The same for an enum that lives elsewhere in the domain; outwards only.
#[macro_export]
macro_rules! api_enum_of {
    ($(#[$meta:meta])* $name:ident = $source:path { $($(#[$vmeta:meta])* $variant:ident,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
        pub enum $name { $($(#[$vmeta])* $variant,)+ }

        impl From<$source> for $name {
            fn from(value: $source) -> Self {
                use $source as Source;
                match value { $(Source::$variant => Self::$variant,)+ }
            }
        }
    };
}
