//! Kinds of changes: the API's words for them are not the record's.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use types::EntryKind as Kind;

/// A kind of change, in the API's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EntryKind(pub(crate) Kind);

impl EntryKind {
    /// `NEED_PUBLISHED`.
    pub(crate) fn word(self) -> String {
        let mut word = String::new();
        for c in format!("{:?}", self.0).chars() {
            if c.is_ascii_uppercase() && !word.is_empty() {
                word.push('_');
            }
            word.push(c.to_ascii_uppercase());
        }
        word
    }
}

impl Serialize for EntryKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.word())
    }
}

impl<'de> Deserialize<'de> for EntryKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        let found = Kind::TOLD.iter().map(|kind| Self(*kind)).find(|kind| kind.word() == word);
        found.ok_or_else(|| D::Error::custom(format_args!("a kind that is not known: {word}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_has_every_kind_that_is_told() {
        let schema = include_str!("../../../../graphql/schema.graphql");
        let (_, rest) = schema.split_once("enum EntryKind {").unwrap();
        let words: Vec<&str> = rest.split_once('}').unwrap().0.lines().map(str::trim).collect();
        for kind in Kind::TOLD {
            let word = EntryKind(*kind).word();
            assert!(words.contains(&word.as_str()), "{word}");
            let sent = serde_json::to_string(&EntryKind(*kind)).unwrap();
            assert_eq!(serde_json::from_str::<EntryKind>(&sent).unwrap(), EntryKind(*kind));
        }
    }
}
