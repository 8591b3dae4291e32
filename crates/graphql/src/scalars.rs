//! Scalars of our own. What each looks like, what it takes and where its rule comes from
//! is in `docs/api/scalars.md`, to which the schema points.
//!
//! A scalar refuses what can never be its kind of JSON. Whether the value holds (a check
//! digit, a code in the list, an amount in its range) is the command's to say, so that
//! the refusal names the field and comes in the caller's language, beside the others.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::NaiveDate;

/// A calendar day, `2026-11-23` (ISO 8601).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date(pub NaiveDate);

/// A calendar day, `2026-11-23` (`full-date` of RFC 3339).
#[Scalar(specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339#section-5.6")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => Ok(Self(text.parse()?)),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// An amount in whole units of the currency beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money(pub i64);

/// An amount in whole units of the currency named beside it, as a JSON integer from 0 to
/// 1 000 000 000 000. (An `Int` ends at 2 147 483 647.)
#[Scalar(specified_by_url = "https://github.com/samspill/samspill/blob/main/docs/api/scalars.md#money")]
impl ScalarType for Money {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::Number(number) => match number.as_i64() {
                Some(amount) => Ok(Self(amount)),
                None => Err(InputValueError::custom("an amount is a whole number")),
            },
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::Number(self.0.into())
    }
}

/// A scalar that is a text.
macro_rules! text_scalar {
    ($(#[doc = $doc:literal])+ $name:ident, $url:literal) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(pub String);

        $(#[doc = $doc])+
        #[Scalar(specified_by_url = $url)]
        impl ScalarType for $name {
            fn parse(value: Value) -> InputValueResult<Self> {
                match value {
                    Value::String(text) => Ok(Self(text)),
                    other => Err(InputValueError::expected_type(other)),
                }
            }

            fn to_value(&self) -> Value {
                Value::String(self.0.clone())
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(scalar: $name) -> Self {
                scalar.0
            }
        }
    };
}

text_scalar! {
    /// A Norwegian organisation number: nine digits, the last a check digit (modulus 11).
    /// As input, spaces, dots, a leading `NO` and a trailing `MVA` are forgiven.
    OrganisationNumber,
    "https://github.com/samspill/samspill/blob/main/docs/api/scalars.md#organisationnumber"
}

text_scalar! {
    /// A code of the Common Procurement Vocabulary 2008: eight digits. As input, the check
    /// digit behind a hyphen may be there and is dropped.
    CpvCode,
    "https://github.com/samspill/samspill/blob/main/docs/api/scalars.md#cpvcode"
}

text_scalar! {
    /// A text in Markdown (`CommonMark` with tables, strikethrough and autolinks). HTML in it
    /// is shown as text. Its twin, the field that ends in `Html`, is safe to show.
    Markdown,
    "https://github.com/samspill/samspill/blob/main/docs/api/scalars.md#markdown"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_a_whole_number_beyond_32_bits_too() {
        let parse = |json: &str| Money::parse(serde_json::from_str(json).expect("a value"));
        assert_eq!(parse("3500000000").ok(), Some(Money(3_500_000_000)));
        for bad in ["1.5", "\"5\"", "true", "99999999999999999999", "null"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
