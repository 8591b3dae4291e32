//! Values that are valid because they exist.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A word that an enum does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownWord(pub String);

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown word {:?}", self.0)
    }
}

impl std::error::Error for UnknownWord {}

/// Why a text is not the value it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidValue(pub crate::ErrorCode);

impl fmt::Display for InvalidValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for InvalidValue {}

macro_rules! string_value {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "sea-orm", derive(sea_orm::DeriveValueType))]
        #[cfg_attr(feature = "sea-orm", sea_orm(value_type = "String"))]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The normal form.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidValue;
            fn try_from(text: String) -> Result<Self, InvalidValue> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    };
}

string_value! {
    /// A Norwegian organisation number: nine digits, the last a modulus-11
    /// check digit (DOMAIN §7).
    ///
    /// Reading forgives spaces (also no-break ones), dots and a `NO` before
    /// and `MVA` behind, since 561 of 1 252 numbers in real notices are
    /// written with spaces.
    OrganisationNumber
}

impl OrganisationNumber {
    /// The control digit of the first eight digits, `None` where there is none.
    fn check_digit(digits: &[u32]) -> Option<u32> {
        const WEIGHTS: [u32; 8] = [3, 2, 7, 6, 5, 4, 3, 2];
        let sum: u32 = digits.iter().zip(WEIGHTS).map(|(d, w)| d * w).sum();
        match 11 - sum % 11 {
            11 => Some(0),
            10 => None,
            digit => Some(digit),
        }
    }

    /// Written for people: `974 760 673`.
    pub fn grouped(&self) -> String {
        format!("{} {} {}", &self.0[..3], &self.0[3..6], &self.0[6..])
    }
}

impl FromStr for OrganisationNumber {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = InvalidValue(crate::ErrorCode::InvalidOrganisationNumber);
        let compact: String =
            text.chars().filter(|c| !c.is_whitespace() && *c != '.').collect::<String>().to_uppercase();
        let digits = compact.strip_prefix("NO").unwrap_or(&compact);
        let digits = digits.strip_suffix("MVA").unwrap_or(digits);
        if digits.len() != 9 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(wrong);
        }
        let numbers: Vec<u32> = digits.bytes().map(|b| u32::from(b - b'0')).collect();
        if Self::check_digit(&numbers[..8]) == Some(numbers[8]) {
            Ok(Self(digits.to_owned()))
        } else {
            Err(wrong)
        }
    }
}

string_value! {
    /// A CPV 2008 code: eight digits (the check digit after a hyphen is
    /// dropped). Whether it is in the list is the `reference` slice's to say.
    CpvCode
}

impl CpvCode {
    /// The first two digits with zeros: the division.
    #[must_use]
    pub fn division(&self) -> Self {
        Self(format!("{}000000", &self.0[..2]))
    }

    /// The first three digits with zeros: the group.
    #[must_use]
    pub fn group(&self) -> Self {
        Self(format!("{}00000", &self.0[..3]))
    }

    /// The significant digits, so that `STARTS WITH` finds what lies below.
    pub fn prefix(&self) -> &str {
        let trimmed = self.0.trim_end_matches('0');
        &self.0[..trimmed.len().max(2)]
    }
}

impl FromStr for CpvCode {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let code = text.trim().split('-').next().unwrap_or_default();
        if code.len() == 8 && code.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(code.to_owned()))
        } else {
            Err(InvalidValue(crate::ErrorCode::UnknownCpvCode))
        }
    }
}

string_value! {
    /// An e-mail address, trimmed, the domain in lower case. The local part is
    /// kept as written but compared in lower case by [`EmailAddress::key`].
    EmailAddress
}

impl EmailAddress {
    /// What two spellings of one mailbox share.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }

    /// The part after the last `@`.
    pub fn domain(&self) -> &str {
        self.0.rsplit('@').next().unwrap_or_default()
    }

    /// The domain that somebody registered (`mail.firma.no` → `firma.no`).
    pub fn registered_domain(&self) -> Option<&str> {
        registered_domain(self.domain())
    }

    /// Whether anybody can get a mailbox there, so that it proves nothing
    /// about an organisation.
    pub fn is_public_mailbox(&self) -> bool {
        self.registered_domain().is_none_or(is_public_mail_domain)
    }
}

impl FromStr for EmailAddress {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = InvalidValue(crate::ErrorCode::InvalidEmail);
        let text = text.trim();
        let Some((local, domain)) = text.rsplit_once('@') else { return Err(wrong) };
        let atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
        let local_ok = !local.is_empty()
            && local.len() <= 64
            && local.chars().all(atom)
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..");
        let label_ok = |label: &str| {
            !label.is_empty()
                && label.len() <= 63
                && label
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || c == '-' || (!c.is_ascii() && c.is_alphanumeric()))
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        if local_ok && text.len() <= 254 && domain.contains('.') && domain.split('.').all(label_ok) {
            Ok(Self(format!("{local}@{}", domain.to_lowercase())))
        } else {
            Err(wrong)
        }
    }
}

/// The domain that somebody registered, by the public suffix list.
pub fn registered_domain(host: &str) -> Option<&str> {
    psl::domain_str(host)
}

/// Providers that give a mailbox to anybody.
pub fn is_public_mail_domain(domain: &str) -> bool {
    const PUBLIC: &[&str] = &[
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "hotmail.no",
        "live.com",
        "live.no",
        "msn.com",
        "yahoo.com",
        "yahoo.no",
        "icloud.com",
        "me.com",
        "mac.com",
        "proton.me",
        "protonmail.com",
        "pm.me",
        "online.no",
        "frisurf.no",
        "getmail.no",
        "broadpark.no",
        "lyse.net",
        "altibox.no",
        "gmx.com",
        "gmx.net",
        "gmx.de",
        "web.de",
        "mail.com",
        "mail.ru",
        "yandex.com",
        "yandex.ru",
        "aol.com",
        "zoho.com",
        "fastmail.com",
        "fastmail.fm",
        "tutanota.com",
        "tuta.com",
        "tutamail.com",
        "hey.com",
        "qq.com",
        "163.com",
        "runbox.com",
        "runbox.no",
        "telenor.no",
        "start.no",
        "epost.no",
        "c2i.net",
        "hotmail.co.uk",
        "yahoo.co.uk",
        "hotmail.se",
        "hotmail.dk",
        "laposte.net",
        "orange.fr",
        "free.fr",
        "mailinator.com",
        "yopmail.com",
        "guerrillamail.com",
    ];
    PUBLIC.contains(&domain.to_ascii_lowercase().as_str())
}

string_value! {
    /// A country, ISO 3166-1 alpha-2 (`NO`).
    CountryCode
}

impl CountryCode {
    /// Norway.
    pub fn norway() -> Self {
        Self("NO".to_owned())
    }
}

impl FromStr for CountryCode {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let code = text.trim().to_ascii_uppercase();
        if code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase()) {
            Ok(Self(code))
        } else {
            Err(InvalidValue(crate::ErrorCode::InvalidFormat))
        }
    }
}

/// An amount in whole units of its currency: nobody estimates a need in øre.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// Whole units.
    pub amount: i64,
    /// ISO 4217 (`NOK`).
    pub currency: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn organisation_numbers_of_the_brief() {
        for good in ["974760673", "912 660 680", "NO811754862MVA", "991\u{a0}825\u{a0}827"] {
            assert!(good.parse::<OrganisationNumber>().is_ok(), "{good}");
        }
        for bad in ["123456789", "987654321", "", "97476067", "9747606733", "97476067x", "958935421"] {
            assert!(bad.parse::<OrganisationNumber>().is_err(), "{bad}");
        }
        let number: OrganisationNumber = "974760673".parse().expect("valid");
        assert_eq!(number.grouped(), "974 760 673");
    }

    #[test]
    fn remainder_one_has_no_check_digit() {
        // Eight digits whose weighted sum leaves 1 would need the digit 10.
        let stem = (10_000_000_u32..10_000_200)
            .map(|n| n.to_string())
            .find(|s| {
                let d: Vec<u32> = s.bytes().map(|b| u32::from(b - b'0')).collect();
                OrganisationNumber::check_digit(&d).is_none()
            })
            .expect("one of eleven");
        for last in 0..=9 {
            assert!(format!("{stem}{last}").parse::<OrganisationNumber>().is_err());
        }
    }

    #[test]
    fn mail_addresses() {
        let address: EmailAddress = " Kari.Nordmann@Post.Firma.NO ".parse().expect("valid");
        assert_eq!(address.as_str(), "Kari.Nordmann@post.firma.no");
        assert_eq!(address.key(), "kari.nordmann@post.firma.no");
        assert_eq!(address.registered_domain(), Some("firma.no"));
        assert!(!address.is_public_mailbox());
        for bad in ["", "a", "a@b", "a b@c.no", "a@c..no", "@c.no", "a@-c.no", "a\r\nBcc: x@y.no", ".a@c.no"]
        {
            assert!(bad.parse::<EmailAddress>().is_err(), "{bad}");
        }
        assert!("x@gmail.com".parse::<EmailAddress>().expect("valid").is_public_mailbox());
    }

    #[test]
    fn cpv_prefixes() {
        let code: CpvCode = "48180000-3".parse().expect("valid");
        assert_eq!(code.prefix(), "4818");
        assert_eq!(code.division().as_str(), "48000000");
        assert_eq!(code.group().as_str(), "48100000");
        assert_eq!("30000000".parse::<CpvCode>().expect("valid").prefix(), "30");
        assert!("4818".parse::<CpvCode>().is_err());
    }
}
