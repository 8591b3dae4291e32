//! Which kinds of entries are told.

use types::EntryKind;

/// What the feed tells: what happens in dialogues, and what is public about
/// organisations. The rest is the business of one person or one organisation.
pub const TOLD: &[EntryKind] = EntryKind::TOLD;

/// Whether the feed tells entries of this kind at all.
pub fn is_told(kind: EntryKind) -> bool {
    kind.is_told()
}
