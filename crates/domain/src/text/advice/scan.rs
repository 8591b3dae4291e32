//! Sentences and words, and what is looked for in them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use types::Language;

use super::lexicon;

/// A word where it stands.
#[derive(Clone, Debug)]
pub(super) struct Word {
    pub(super) start: usize,
    pub(super) end: usize,
    /// In lower case.
    lower: String,
}

/// The words from one full stop to the next.
#[derive(Debug)]
pub(super) struct Sentence {
    pub(super) words: Vec<Word>,
}

impl Sentence {
    /// Where any of the phrases stands. A phrase is words in lower case; `*`
    /// behind one lets it go on (`plattform*`).
    pub(super) fn find(&self, phrases: &[&str]) -> Vec<(usize, usize)> {
        let mut all = Vec::new();
        for phrase in phrases {
            let wanted: Vec<&str> = phrase.split(' ').collect();
            for window in self.words.windows(wanted.len()) {
                let fits = window.iter().zip(&wanted).all(|(word, want)| match want.strip_suffix('*') {
                    Some(beginning) => word.lower.starts_with(beginning),
                    None => word.lower == *want,
                });
                if let (true, [first, .., last] | [first @ last]) = (fits, window) {
                    all.push((first.start, last.end));
                }
            }
        }
        all
    }

    /// Whether any of the phrases stands in it.
    pub(super) fn mentions(&self, phrases: &[&str]) -> bool {
        !self.find(phrases).is_empty()
    }
}

/// The sentences of a text. They end at a full stop, question or exclamation
/// mark before a capital or the end, at a blank line and before a list item; not
/// after an abbreviation or in a number.
pub(super) fn sentences(text: &str) -> Vec<Sentence> {
    let mut sentences = vec![Sentence { words: Vec::new() }];
    let mut previous_end = 0;
    for word in words(text) {
        let gap = &text[previous_end..word.start];
        let is_new = sentences.last().and_then(|s| s.words.last()).is_some_and(|before| {
            let is_capital = text[word.start..].starts_with(|c: char| !c.is_lowercase());
            ends_block(gap)
                || gap.contains(['!', '?', '…'])
                || (gap.contains('.')
                    && gap.contains(char::is_whitespace)
                    && is_capital
                    && !lexicon::ABBREVIATIONS.contains(&before.lower.as_str())
                    && !(before.lower.chars().count() == 1 && before.lower.chars().all(char::is_alphabetic)))
        });
        if is_new {
            sentences.push(Sentence { words: Vec::new() });
        }
        previous_end = word.end;
        if let Some(sentence) = sentences.last_mut() {
            sentence.words.push(word);
        }
    }
    sentences
}

/// A blank line, a list mark or a heading lies between.
fn ends_block(gap: &str) -> bool {
    let mut lines = gap.split('\n').skip(1).map(str::trim).peekable();
    while let Some(line) = lines.next() {
        let is_last = lines.peek().is_none();
        if (line.is_empty() && !is_last) || line.starts_with(['-', '*', '•', '#', '|', '>']) {
            return true;
        }
    }
    false
}

/// Letters and digits, with what may stand inside a word.
fn words(text: &str) -> impl Iterator<Item = Word> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(char::is_alphanumeric)?;
        let mut end = start;
        let mut rest = text[start..].char_indices().peekable();
        while let Some((offset, c)) = rest.next() {
            let next_belongs = rest.peek().is_some_and(|(_, next)| next.is_alphanumeric());
            let belongs = c.is_alphanumeric()
                || matches!(c, '\u{300}'..='\u{36f}')
                || (next_belongs && matches!(c, '-' | '\u{2011}' | '\'' | '’' | '.' | '/' | '&' | '+'))
                || matches!((c, &text[start..start + offset]), ('#', "C" | "F"));
            if !belongs {
                break;
            }
            end = start + offset + c.len_utf8();
        }
        at = end;
        Some(Word { start, end, lower: text[start..end].to_lowercase() })
    })
}

/// How a brand must be written to be one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spelling {
    /// It is no other word: any case will do.
    Any,
    /// Exactly so: `SAP`, `DIPS`.
    Exact,
    /// Exactly so, and where an ordinary word would be in lower case.
    Name,
}

/// The first word of each brand, to its words as written and how strict to be.
type Brands = BTreeMap<String, Vec<(Vec<&'static str>, Spelling)>>;

static BRANDS: LazyLock<Brands> = LazyLock::new(|| {
    let mut brands = Brands::new();
    let lists = [
        (lexicon::BRANDS, Spelling::Any),
        (lexicon::EXACT, Spelling::Exact),
        (lexicon::NAMES, Spelling::Name),
    ];
    for (list, spelling) in lists {
        for brand in list {
            let words: Vec<&str> = brand.split(' ').collect();
            if let Some(first) = words.first() {
                brands.entry(first.to_lowercase()).or_default().push((words, spelling));
            }
        }
    }
    // The longest first: Microsoft Teams before Microsoft.
    for list in brands.values_mut() {
        list.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
    }
    brands
});

static TECHNOLOGIES: LazyLock<BTreeSet<&str>> =
    LazyLock::new(|| lexicon::TECHNOLOGIES.iter().copied().collect());

/// Where brands and products are named.
pub(super) fn brands(text: &str, sentence: &Sentence, language: Language) -> Vec<(usize, usize)> {
    let words = &sentence.words;
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let length = BRANDS.get(stripped(&words[at].lower, language)).and_then(|candidates| {
            candidates.iter().find_map(|(brand, spelling)| {
                let window = words.get(at..at + brand.len())?;
                let fits = window.iter().zip(brand).enumerate().all(|(nth, (word, wanted))| {
                    let raw = &text[word.start..word.end];
                    // An ending may follow the last word: Vismas, Teams-møter.
                    let raw = if nth + 1 == brand.len() { stripped(raw, language) } else { raw };
                    match spelling {
                        Spelling::Any => raw.to_lowercase() == wanted.to_lowercase(),
                        Spelling::Exact | Spelling::Name => raw == *wanted,
                    }
                });
                let is_name = *spelling != Spelling::Name || stands_as_name(text, words, at, &found);
                (fits && is_name).then_some(brand.len())
            })
        });
        if let Some(length) = length {
            found.push((words[at].start, words[at + length - 1].end));
        }
        at += length.unwrap_or(1);
    }
    found
}

/// Without what is hung on behind a hyphen, and without a genitive s of Norwegian
/// that makes an unmistakable brand (`Googles`).
fn stripped(word: &str, language: Language) -> &str {
    let word = word.split(['-', '\u{2011}', '\'', '’', '/']).next().unwrap_or(word);
    match word.strip_suffix('s') {
        Some(brand)
            if language != Language::En && lexicon::BRANDS.iter().any(|b| b.eq_ignore_ascii_case(brand)) =>
        {
            brand
        }
        _ => word,
    }
}

/// A capital says something in the middle of a sentence, unless the words around
/// have one too (a headline); right behind another brand it always does.
fn stands_as_name(text: &str, words: &[Word], at: usize, found: &[(usize, usize)]) -> bool {
    let Some(before) = at.checked_sub(1).and_then(|index| words.get(index)) else { return false };
    let follows_brand = found.last().is_some_and(|(_, end)| *end == before.end);
    let starts_small = |word: &Word| text[word.start..].starts_with(char::is_lowercase);
    let gap = &text[before.end..words[at].start];
    let is_inside = !gap.contains(['.', ':', '\n', '"', '«', '(']);
    follows_brand || (is_inside && starts_small(before) && words.get(at + 1).is_none_or(starts_small))
}

/// Where languages, products of the craft and protocols are named.
pub(super) fn technologies(text: &str, sentence: &Sentence) -> Vec<(usize, usize)> {
    sentence
        .words
        .iter()
        .filter(|word| {
            TECHNOLOGIES.contains(text[word.start..word.end].split('-').next().unwrap_or_default())
        })
        .map(|word| (word.start, word.end))
        .collect()
}

/// Two words or more in capitals that together are no abbreviations.
pub(super) fn shouting(text: &str, sentence: &Sentence) -> Vec<(usize, usize)> {
    let is_loud = |word: &Word| {
        let raw = &text[word.start..word.end];
        raw.chars().all(|c| c.is_uppercase() || matches!(c, '-' | '&'))
    };
    let letters = |word: &Word| text[word.start..word.end].chars().count();
    sentence
        .words
        .chunk_by(|one, other| is_loud(one) == is_loud(other))
        .filter(|run| run.iter().all(is_loud))
        .filter(|run| run.len() > 1 && run.iter().map(letters).sum::<usize>() >= 12)
        .filter(|run| run.iter().any(|word| letters(word) >= 6))
        .filter_map(|run| Some((run.first()?.start, run.last()?.end)))
        .collect()
}

/// Whether a text holds something to measure by: a number, a share, a multiple
/// or a unit.
pub(super) fn is_measurable(text: &str, language: Language) -> bool {
    sentences(text).iter().any(|sentence| {
        let has_number = sentence.words.iter().any(|word| {
            // A paragraph of the law is no target, nor is CO2 by itself.
            let is_reference = text[..word.start].trim_end().ends_with('§');
            text[word.start..].starts_with(|c: char| c.is_ascii_digit()) && !is_reference
        });
        has_number || sentence.mentions(lexicon::measures(language))
    })
}
