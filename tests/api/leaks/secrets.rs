//! What nobody may see but those named: a mark in each field, told apart by what it marks.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// All marks begin so; no word of ours does.
const START: &str = "zq";
/// Letters of a mark after its beginning.
const REST: usize = 12;

/// One marked field.
#[derive(Debug)]
pub(super) struct Secret {
    /// What is marked.
    pub(super) what: String,
    /// The personas who read it.
    pub(super) readers: BTreeSet<&'static str>,
}

/// The table of secrets: what is marked, and who may read it.
#[derive(Debug, Default)]
pub(super) struct Secrets(BTreeMap<String, Secret>);

impl Secrets {
    /// A mark for `what`: a word of letters, which looks like nothing else.
    pub(super) fn mark(&mut self, what: &str, readers: &[&[&'static str]]) -> String {
        // FNV-1a: the same mark in each run.
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        let mut mark = START.to_owned();
        for byte in what.bytes().cycle().take(what.len() * REST) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        for _ in 1..REST {
            // No vowel, so that it is no word; a `k` at the end, so that it has no ending.
            mark.push(char::from(b"bcdfghjklmnpvwx"[usize::try_from(hash % 15).unwrap()]));
            hash /= 15;
        }
        mark.push('k');
        let readers = readers.iter().flat_map(|group| group.iter().copied()).collect();
        let known = self.0.insert(mark.clone(), Secret { what: what.to_owned(), readers });
        assert!(known.is_none(), "{what} is marked twice");
        mark
    }

    /// Something secret that the product made, which is told to nobody once more.
    pub(super) fn note(&mut self, text: &str, what: &str) {
        let secret = Secret { what: what.to_owned(), readers: BTreeSet::new() };
        self.0.insert(text.to_ascii_lowercase(), secret);
    }

    /// All, by their marks.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&String, &Secret)> {
        self.0.iter()
    }

    /// Whether a persona may read it.
    pub(super) fn are_read_by(&self, what: &str, persona: &str) -> bool {
        self.0.values().any(|secret| secret.what == what && secret.readers.contains(persona))
    }

    /// The secrets that a text holds, plainly or in base64.
    pub(super) fn within<'a>(&'a self, text: &str) -> BTreeSet<&'a str> {
        let mut found = self.plainly(text);
        let is_code = |c: char| c.is_ascii_alphanumeric() || "-_+/".contains(c);
        for word in text.split(|c| !is_code(c)).filter(|word| word.len() >= 20) {
            for engine in [URL_SAFE_NO_PAD, STANDARD_NO_PAD] {
                if let Ok(bytes) = engine.decode(word) {
                    found.extend(self.plainly(&String::from_utf8_lossy(&bytes)));
                }
            }
        }
        found
    }

    fn plainly<'a>(&'a self, text: &str) -> BTreeSet<&'a str> {
        let mut found = BTreeSet::new();
        let text = text.to_ascii_lowercase();
        for (at, _) in text.match_indices(START) {
            let word = text.get(at..at + START.len() + REST);
            found.extend(word.and_then(|word| self.0.get(word)).map(|s| s.what.as_str()));
        }
        let noted = self.0.iter().filter(|(mark, _)| !mark.starts_with(START));
        found.extend(noted.filter(|(mark, _)| text.contains(mark.as_str())).map(|(_, s)| s.what.as_str()));
        found
    }
}

/// Who has seen what, and where first.
#[derive(Debug, Default)]
pub(super) struct Seen(BTreeMap<(String, &'static str), String>);

impl Seen {
    /// Notes what `persona` reads in `text`, found at `place`.
    pub(super) fn look(&mut self, secrets: &Secrets, persona: &'static str, place: &str, text: &str) {
        self.look_beyond(secrets, persona, place, text, &BTreeSet::new());
    }

    /// The same, beyond what the persona brought along itself.
    pub(super) fn look_beyond(
        &mut self,
        secrets: &Secrets,
        persona: &'static str,
        place: &str,
        text: &str,
        brought: &BTreeSet<String>,
    ) {
        for what in secrets.within(text).into_iter().filter(|what| !brought.contains(*what)) {
            self.0.entry((what.to_owned(), persona)).or_insert_with(|| place.to_owned());
        }
    }

    /// What was seen by somebody who may not: what, who and where.
    pub(super) fn leaks(&self, secrets: &Secrets) -> Vec<String> {
        let readers: BTreeMap<&str, _> = secrets.iter().map(|(_, s)| (s.what.as_str(), &s.readers)).collect();
        let leaks = self.0.iter().filter(|((what, persona), _)| !readers[what.as_str()].contains(persona));
        leaks.map(|((what, persona), place)| format!("{persona} reads {what}: {place}")).collect()
    }

    /// What one persona did not see of all there is.
    pub(super) fn missed_by(&self, secrets: &Secrets, persona: &'static str) -> Vec<String> {
        let all = secrets.iter().map(|(_, secret)| secret.what.clone());
        all.filter(|what| !self.0.contains_key(&(what.clone(), persona))).collect()
    }

    /// What nobody saw who may: a secret that reaches nobody proves nothing.
    pub(super) fn missed(&self, secrets: &Secrets) -> Vec<String> {
        let mut missed = Vec::new();
        for (_, secret) in secrets.iter() {
            let blind = |who: &&&str| !self.0.contains_key(&(secret.what.clone(), **who));
            let blind: Vec<&str> = secret.readers.iter().filter(blind).copied().collect();
            if !blind.is_empty() {
                missed.push(format!("{} do not read {}", blind.join(", "), secret.what));
            }
        }
        missed
    }
}
