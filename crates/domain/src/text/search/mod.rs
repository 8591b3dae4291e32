//! Finding needs by words, the same on both engines.
//!
//! One function, [`terms`], decides what a word is and which words are the same
//! one. The index, the query and the highlighting all go through it, so what is
//! found is exactly what is marked. Bokmål and Nynorsk meet in one stem;
//! synonyms are deliberately absent, since nobody could see why they match.

mod stem;
mod words;

use std::collections::{BTreeMap, BTreeSet};

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// What it has in common with its other forms.
    pub stem: String,
    /// The byte in the source at which it begins.
    pub start: usize,
    /// The byte behind its end.
    pub end: usize,
}

/// A stretch of a snippet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fragment {
    /// The text as it stands there, white space as single spaces.
    pub text: String,
    /// Whether it is a word that was asked for.
    pub is_hit: bool,
}

/// The most often that a word counts in one field: who repeats it wins nothing.
const MAX_FREQUENCY: u32 = 5;
/// The most stems of one text in the index.
const MAX_STEMS: usize = 2_000;
/// The most stems of a query.
const MAX_QUERY: usize = 12;

/// The words of a text that carry meaning, in the order in which they begin. A
/// word with hyphens is followed by its parts.
pub fn terms(text: &str) -> Vec<Term> {
    words::words(text)
        .flat_map(|word| word.parts.into_iter().chain(std::iter::once(word.whole)).rev())
        .filter_map(|span| {
            let stem = stem::stem(&text[span.clone()])?;
            Some(Term { stem, start: span.start, end: span.end })
        })
        .collect()
}

/// What to store of a text: each stem with its weight, which is the field's
/// weight for each time that it stands there (five times at most).
pub fn index(fields: &[(&str, u32)]) -> BTreeMap<String, u32> {
    let mut weights: BTreeMap<String, u32> = BTreeMap::new();
    for (text, weight) in fields {
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        for term in terms(text) {
            *counts.entry(term.stem).or_default() += 1;
        }
        for (stem, count) in counts {
            let sum = weights.entry(stem).or_default();
            *sum = sum.saturating_add(count.min(MAX_FREQUENCY).saturating_mul(*weight));
        }
    }
    if weights.len() > MAX_STEMS {
        // The heaviest stay; among equals the alphabet decides, on every machine alike.
        let mut heaviest: Vec<_> = weights.into_iter().collect();
        heaviest.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        heaviest.truncate(MAX_STEMS);
        weights = heaviest.into_iter().collect();
    }
    weights
}

/// What to look for: the distinct stems of what was typed, twelve at most.
///
/// A word with hyphens is looked for by its parts, so that `IKT-system` finds
/// *system for IKT*; if a single part carries meaning (`e-helse`), as a whole.
pub fn query(text: &str) -> Vec<String> {
    let mut stems = Vec::new();
    for word in words::words(text) {
        let parts: Vec<String> = word.parts.into_iter().filter_map(|part| stem::stem(&text[part])).collect();
        let wanted =
            if parts.len() > 1 { parts } else { stem::stem(&text[word.whole]).into_iter().collect() };
        for stem in wanted {
            if stems.len() < MAX_QUERY && !stems.contains(&stem) {
                stems.push(stem);
            }
        }
    }
    stems
}

/// A snippet of at most `max_chars` around the first hit, the hits marked, cut
/// between words, with an ellipsis where something is missing. Without a hit it
/// is the beginning of the text.
pub fn highlight(text: &str, query: &[String], max_chars: usize) -> Vec<Fragment> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let wanted: BTreeSet<&str> = query.iter().map(String::as_str).collect();
    let mut hits: Vec<(usize, usize)> = Vec::new();
    for term in terms(&text).iter().filter(|term| wanted.contains(term.stem.as_str())) {
        match hits.last_mut() {
            // The part of a word that is a hit as a whole.
            Some(last) if term.start < last.1 => last.1 = last.1.max(term.end),
            _ => hits.push((term.start, term.end)),
        }
    }

    let (from, to) = window(&text, hits.first().map_or(0, |hit| hit.0), max_chars);
    let mut fragments = Vec::new();
    let mut push = |text: &str, is_hit| {
        if !text.is_empty() {
            fragments.push(Fragment { text: text.to_owned(), is_hit });
        }
    };
    let mut at = from;
    if from > 0 {
        push("…", false);
    }
    for &(start, end) in hits.iter().filter(|hit| hit.0 >= from && hit.1 <= to) {
        push(&text[at..start], false);
        push(&text[start..end], true);
        at = end;
    }
    push(&text[at..to], false);
    if to < text.len() {
        push("…", false);
    }
    merge(fragments)
}

/// The ellipses belong to the text beside them.
fn merge(fragments: Vec<Fragment>) -> Vec<Fragment> {
    let mut merged: Vec<Fragment> = Vec::with_capacity(fragments.len());
    for fragment in fragments {
        match merged.last_mut() {
            Some(last) if !last.is_hit && !fragment.is_hit => last.text.push_str(&fragment.text),
            _ => merged.push(fragment),
        }
    }
    merged
}

/// Where to cut so that the hit at `first` is shown with some words before it.
fn window(text: &str, first: usize, max_chars: usize) -> (usize, usize) {
    let total = text.chars().count();
    if total <= max_chars {
        return (0, text.len());
    }
    // Room for an ellipsis at both ends.
    let room = max_chars.saturating_sub(2);
    let before = text[..first].chars().count();
    let from = before.saturating_sub(room / 4).min(total - room);
    let byte = |chars: usize| text.char_indices().nth(chars).map_or(text.len(), |(at, _)| at);
    let mut start = byte(from);
    if start > 0 && !text[..start].ends_with(' ') {
        // Forward to the next word, but never past the hit.
        start = text[start..].find(' ').map_or(start, |space| start + space + 1).min(first.max(start));
    }
    let mut end = byte(text[..start].chars().count() + room);
    if end < text.len() && !text[end..].starts_with(' ') {
        end = text[start..end]
            .rfind(' ')
            .filter(|space| start + space > first)
            .map_or(end, |space| start + space);
    }
    (start, end)
}

#[cfg(test)]
mod tests;
