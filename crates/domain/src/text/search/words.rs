//! Where words begin and end.

use std::ops::Range;

/// A word: letters and digits, perhaps held together by hyphens.
pub(super) struct Word {
    /// All of it.
    pub(super) whole: Range<usize>,
    /// What stands between its hyphens; empty if there is none.
    pub(super) parts: Vec<Range<usize>>,
}

/// The words of a text, in order.
pub(super) fn words(text: &str) -> impl Iterator<Item = Word> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = &text[at..];
        let start = at + rest.find(char::is_alphanumeric)?;
        let mut parts = vec![run(text, start)];
        while let Some(next) = hyphenated(text, parts.last()?.end) {
            parts.push(run(text, next));
        }
        let whole = start..parts.last()?.end;
        at = whole.end;
        if is_cpv(&text[whole.clone()]) {
            // A CPV code is its eight digits, with or without the check digit.
            return Some(Word { whole: parts.swap_remove(0), parts: Vec::new() });
        }
        if parts.len() == 1 {
            parts.clear();
        }
        Some(Word { whole, parts })
    })
}

/// The letters and digits from `start` on, with marks and soft hyphens among them.
fn run(text: &str, start: usize) -> Range<usize> {
    let belongs = |c: char| c.is_alphanumeric() || is_mark(c) || c == '\u{ad}';
    let length = text[start..].find(|c| !belongs(c)).unwrap_or(text.len() - start);
    start..start + length
}

/// Where the word goes on behind a hyphen, if it does.
fn hyphenated(text: &str, end: usize) -> Option<usize> {
    let mut rest = text[end..].chars();
    let hyphen = rest.next().filter(|c| matches!(c, '-' | '\u{2010}' | '\u{2011}'))?;
    rest.next().filter(|c| c.is_alphanumeric()).map(|_| end + hyphen.len_utf8())
}

/// A combining mark, as in a decomposed å.
pub(super) fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

fn is_cpv(word: &str) -> bool {
    let digits = word.as_bytes();
    digits.len() == 10
        && digits[8] == b'-'
        && digits.iter().enumerate().all(|(at, byte)| at == 8 || byte.is_ascii_digit())
}
