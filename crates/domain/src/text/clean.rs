//! What people type, made fit to be stored and shown.
//!
//! Nothing is rewritten but white space at the ends and line breaks. Text that
//! would lie about itself (bidirectional overrides) or that no page can show
//! (control characters) is refused rather than repaired, so that what is stored
//! is what its author saw. Composed and decomposed letters both pass as they are.

use types::ErrorCode;

/// One line: a title, a name. White space at the ends goes; a tab inside
/// becomes a space; a line break inside is refused. Empty is fine here: whether
/// a field may be is the caller's to say.
pub fn line(raw: &str, max: usize) -> Result<String, ErrorCode> {
    let text: String = raw.trim().chars().map(|c| if c == '\t' { ' ' } else { c }).collect();
    accept(text, max, |c| is_line_break(c) || is_refused(c))
}

/// Text of several lines. Every kind of line break becomes `\n`; blank lines at
/// the ends and white space behind the last word go.
pub fn body(raw: &str, max: usize) -> Result<String, ErrorCode> {
    let text = raw.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    // Spaces before the first word stay: in Markdown they mean something.
    let text = text.trim_end();
    let start = text.len() - text.trim_start().len();
    let start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    accept(text[start..].to_owned(), max, |c| c != '\n' && c != '\t' && is_refused(c))
}

fn accept(text: String, max: usize, refused: impl Fn(char) -> bool) -> Result<String, ErrorCode> {
    if text.chars().any(refused) {
        Err(ErrorCode::InvalidCharacters)
    } else if text.chars().count() > max {
        Err(ErrorCode::TooLong)
    } else {
        Ok(text)
    }
}

fn is_line_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

/// Control characters (NUL, which `PostgreSQL` can't store, among them), the
/// characters that reorder what stands around them, and a stray byte order mark.
fn is_refused(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_trimmed_and_else_left_alone() {
        assert_eq!(line("  Trygghet  hjemme\t\n", 40).unwrap(), "Trygghet  hjemme");
        assert_eq!(line("a\tb", 3).unwrap(), "a b");
        assert_eq!(line(" \u{a0} ", 3).unwrap(), "");
        // Decomposed å stays decomposed.
        assert_eq!(line("a\u{30a}", 2).unwrap(), "a\u{30a}");
        assert_eq!(line("Guovdageaidnu 👩‍🔧", 40).unwrap(), "Guovdageaidnu 👩‍🔧");
    }

    #[test]
    fn length_counts_characters_not_bytes() {
        assert_eq!(line("æøåæø", 5).unwrap(), "æøåæø");
        assert_eq!(line("æøåæøå", 5), Err(ErrorCode::TooLong));
        assert_eq!(line("  æøåæø  ", 5).unwrap(), "æøåæø");
        assert_eq!(body("a\r\nb", 3).unwrap(), "a\nb");
    }

    #[test]
    fn line_breaks_are_evened_in_a_body_and_refused_in_a_line() {
        assert_eq!(
            body("\r\n\r\n    kode\r\n\r\nto\rtre\u{2028}fire \n\n", 99).unwrap(),
            "    kode\n\nto\ntre\nfire"
        );
        assert_eq!(body("\t\n ", 9).unwrap(), "");
        for broken in ["a\nb", "a\rb", "a\u{2029}b"] {
            assert_eq!(line(broken, 9), Err(ErrorCode::InvalidCharacters), "{broken:?}");
        }
    }

    #[test]
    fn characters_that_lie_or_break_are_refused() {
        for c in ['\0', '\u{1b}', '\u{7f}', '\u{85}', '\u{202e}', '\u{2066}', '\u{feff}'] {
            let text = format!("a{c}b");
            assert_eq!(line(&text, 9), Err(ErrorCode::InvalidCharacters), "{c:?}");
            assert_eq!(body(&text, 9), Err(ErrorCode::InvalidCharacters), "{c:?}");
        }
    }
}
