//! How long a document is, before it is parsed: the parser works by recursion
//! and builds what it reads, so it must not meet what has no end.

use async_graphql::ServerResult;

use super::Bounds;

/// Refuses a document of too many tokens, or brackets in brackets.
pub(super) fn check(document: &str) -> ServerResult<()> {
    let (tokens, nesting) = measure(document.as_bytes());
    Bounds::TOKENS.check(tokens, None)?;
    Bounds::NESTING.check(nesting, None)
}

/// Tokens, and the most brackets within each other. Stops counting soon after
/// there are too many.
fn measure(text: &[u8]) -> (usize, usize) {
    let (mut tokens, mut open, mut deepest, mut at) = (0_usize, 0_usize, 0_usize, 0);
    while let Some(&byte) = text.get(at) {
        at += match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b',' => 1,
            b'#' => length(&text[at..], |b| b != b'\n' && b != b'\r'),
            _ => {
                tokens += 1;
                match byte {
                    b'{' | b'[' | b'(' => {
                        open += 1;
                        deepest = deepest.max(open);
                        1
                    }
                    b'}' | b']' | b')' => {
                        open = open.saturating_sub(1);
                        1
                    }
                    b'"' if text[at..].starts_with(b"\"\"\"") => 3 + block(&text[at + 3..]),
                    b'"' => 1 + line(&text[at + 1..]),
                    b'.' => length(&text[at..], |b| b == b'.'),
                    _ if is_word(byte) => length(&text[at..], is_word),
                    _ => 1,
                }
            }
        };
        // Nothing is gained by counting a megabyte to its end.
        if tokens > 2 * Bounds::TOKENS.most {
            break;
        }
    }
    (tokens, deepest)
}

fn is_word(byte: u8) -> bool {
    byte == b'_' || byte == b'-' || byte == b'+' || byte.is_ascii_alphanumeric() || !byte.is_ascii()
}

fn length(text: &[u8], is_in: impl Fn(u8) -> bool) -> usize {
    text.iter().take_while(|b| is_in(**b)).count().max(1)
}

/// A text in quotes: up to and with the quote that ends it.
fn line(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        at += match byte {
            b'\\' => 2,
            b'"' | b'\n' => return at + 1,
            _ => 1,
        };
    }
    text.len()
}

/// A text in three quotes.
fn block(text: &[u8]) -> usize {
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with(b"\\\"\"\"") {
            at += 4;
        } else if text[at..].starts_with(b"\"\"\"") {
            return at + 3;
        } else {
            at += 1;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_counted_as_the_specification_does() {
        for (text, tokens, nesting) in [
            ("", 0, 0),
            ("# nothing {{{\n ,,", 0, 0),
            ("{a}", 3, 1),
            ("query A($x: Int! = -1) { a(b: [$x, \"}\\\"}\"]) ...C }", 25, 3),
            ("{a(b:\"\"\"{{ \\\"\"\" {{\"\"\")}", 8, 2),
            ("{ næring }", 3, 1),
            ("{a(b:\"open", 6, 2),
        ] {
            assert_eq!(measure(text.as_bytes()), (tokens, nesting), "{text}");
        }
    }

    #[test]
    fn too_much_is_refused_before_it_is_parsed() {
        assert!(check(&"a ".repeat(4_000)).is_ok());
        assert!(check(&"a ".repeat(4_001)).is_err());
        assert!(check(&"[".repeat(61)).is_err());
        assert!(check(&"{a(b:\"".repeat(1_000_000)).is_err());
    }
}
