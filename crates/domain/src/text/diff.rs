//! What changed between two versions of a text, in words.

use similar::{ChangeTag, TextDiff};

/// Whether a stretch of text stands in both versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// In both.
    Same,
    /// In the new version alone.
    Added,
    /// In the old version alone.
    Removed,
}

/// A stretch of text with one fate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its fate.
    pub kind: ChangeKind,
    /// The words, with the white space between them.
    pub text: String,
}

/// The way from `old` to `new` word by word.
///
/// What is `Same` or `Removed` spells the old text and what is `Same` or
/// `Added` the new one, to the letter. In a changed passage the removed words
/// come first; a lone space between two changes counts as changed, so that a
/// rewritten sentence reads as two sentences and not as confetti. Equal
/// stretches are whole, however long: the page folds them.
pub fn diff(old: &str, new: &str) -> Vec<Change> {
    let mut changes = Vec::new();
    let (mut removed, mut added, mut gap) = (String::new(), String::new(), String::new());
    let words = TextDiff::from_unicode_words(old, new);
    for change in words.iter_all_changes() {
        let word = change.value();
        match change.tag() {
            ChangeTag::Equal => {
                let is_open = !removed.is_empty() || !added.is_empty();
                if is_open && gap.is_empty() && !word.contains('\n') && word.trim().is_empty() {
                    gap.push_str(word);
                    continue;
                }
                flush(&mut changes, &mut removed, &mut added);
                push(&mut changes, ChangeKind::Same, &std::mem::take(&mut gap));
                push(&mut changes, ChangeKind::Same, word);
            }
            tag => {
                removed.push_str(&gap);
                added.push_str(&std::mem::take(&mut gap));
                if tag == ChangeTag::Delete { &mut removed } else { &mut added }.push_str(word);
            }
        }
    }
    flush(&mut changes, &mut removed, &mut added);
    push(&mut changes, ChangeKind::Same, &gap);
    changes
}

fn flush(changes: &mut Vec<Change>, removed: &mut String, added: &mut String) {
    push(changes, ChangeKind::Removed, &std::mem::take(removed));
    push(changes, ChangeKind::Added, &std::mem::take(added));
}

/// Appends, to the last change if it is of the same kind.
fn push(changes: &mut Vec<Change>, kind: ChangeKind, text: &str) {
    match changes.last_mut() {
        _ if text.is_empty() => {}
        Some(last) if last.kind == kind => last.text.push_str(text),
        _ => changes.push(Change { kind, text: text.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `[-removed-]` and `{+added+}`, as people write it by hand.
    fn shown(old: &str, new: &str) -> String {
        diff(old, new)
            .iter()
            .map(|c| match c.kind {
                ChangeKind::Same => c.text.clone(),
                ChangeKind::Added => format!("{{+{}+}}", c.text),
                ChangeKind::Removed => format!("[-{}-]", c.text),
            })
            .collect()
    }

    #[test]
    fn changed_words_are_shown_in_their_sentence() {
        assert_eq!(shown("Frist 3. mai.", "Frist 9. mai."), "Frist [-3-]{+9+}. mai.");
        assert_eq!(shown("Vi søker råd.", "Vi søker gode råd."), "Vi søker {+gode +}råd.");
        assert_eq!(shown("lik", "lik"), "lik");
        assert_eq!(shown("", "ny"), "{+ny+}");
        assert_eq!(shown("gammel", ""), "[-gammel-]");
        assert_eq!(diff("", ""), []);
    }

    #[test]
    fn a_rewritten_passage_reads_as_one() {
        assert_eq!(
            shown("Vi vil ha en app nå.", "Vi vil sove trygt om natta nå."),
            "Vi vil [-ha en app-]{+sove trygt om natta+} nå."
        );
    }

    #[test]
    fn both_versions_can_be_read_back() {
        let texts = [
            "",
            " ",
            "En  setning.\n\nEt avsnitt til.",
            "En setning.\n\nEt helt annet avsnitt til – med æ.",
            "Et avsnitt til.\n\nEn  setning.",
            "\n\n\n",
        ];
        for old in texts {
            for new in texts {
                let changes = diff(old, new);
                let spell = |not: ChangeKind| -> String {
                    changes.iter().filter(|c| c.kind != not).map(|c| c.text.as_str()).collect()
                };
                assert_eq!(spell(ChangeKind::Added), old);
                assert_eq!(spell(ChangeKind::Removed), new);
                assert!(changes.windows(2).all(|w| w[0].kind != w[1].kind));
            }
        }
    }
}
