//! The words of the field: typed ids, enums and validated values. No IO.
//!
//! Every other crate speaks in these types, so a value that exists is valid:
//! an [`OrganisationNumber`] has passed its check digit, an [`EmailAddress`]
//! is normalised. `README.md` beside this crate is the glossary.

#![warn(missing_docs)]

mod audit;
mod clock;
mod enums;
mod error_code;
mod ids;
mod language;
mod macros;
mod national;
mod told;
mod values;

pub use audit::AuditEvent;
pub use clock::{Clock, Entropy, SystemClock, SystemEntropy, Ticks, truncate};
pub use enums::*;
pub use error_code::{ErrorCode, FieldError, NoticeFault};
pub use ids::*;
pub use language::Language;
pub use national::holds_national_number;
pub use values::*;

/// A moment in time; always UTC, whole microseconds (what both engines keep).
pub type Time = chrono::DateTime<chrono::Utc>;
