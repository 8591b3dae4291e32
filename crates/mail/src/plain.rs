//! Makes typed text safe to show: no control characters, and none that hide or
//! reorder what stands beside them (Trojan Source, CVE-2021-42574).

/// How long a title or name may get in a header.
const LONGEST_LINE: usize = 150;

fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// One line: every run of white space and control characters becomes a space.
pub(crate) fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !is_invisible(*c)) {
        let is_gap = c.is_control() || (c.is_whitespace() && c != '\u{a0}');
        if !is_gap {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// One line for a header: also short, and never an encoded word of its own
/// (RFC 2047), which the reader's program would decode past [`line()`].
pub(crate) fn header(text: &str) -> String {
    let text = line(text).replace("=?", "= ?");
    if text.chars().count() <= LONGEST_LINE {
        return text;
    }
    let mut short: String = text.chars().take(LONGEST_LINE - 1).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

/// Lines and paragraphs as written, at most one empty line in a row.
pub(crate) fn paragraphs(text: &str) -> String {
    let text =
        text.replace("\r\n", "\n").replace(['\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'], "\n");
    let mut out = String::with_capacity(text.len());
    let mut empty = 0;
    for raw in text.trim().lines() {
        let kept: String =
            raw.chars().filter(|c| !is_invisible(*c)).map(|c| if c.is_control() { ' ' } else { c }).collect();
        let kept = kept.trim_end();
        empty = if kept.is_empty() { empty + 1 } else { 0 };
        if empty < 2 {
            out.push_str(kept);
            out.push('\n');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_hold_no_line_breaks_and_nothing_invisible() {
        assert_eq!(line(" Brygge\r\nBcc: x@y.no\t\u{202e}fdp\u{0} "), "Brygge Bcc: x@y.no fdp");
        assert_eq!(line("1\u{a0}000 kr"), "1\u{a0}000 kr");
        assert_eq!(header("=?utf-8?B?4oCu?="), "= ?utf-8?B?4oCu?=");
        let long = header(&"å ".repeat(200));
        assert!(long.ends_with("å…") && long.chars().count() <= LONGEST_LINE, "{long}");
    }

    #[test]
    fn paragraphs_keep_their_lines() {
        assert_eq!(paragraphs("\n- én\r\n- to\u{200f}\r\n\r\n\r\n\r\nSlutt\u{7}  \n"), "- én\n- to\n\nSlutt");
    }
}
