//! Plain text from elsewhere as Markdown that shows it as it was.
//!
//! A notice knows no markup, but its authors write lists with whatever sign
//! they have. Those become lists; every other sign that Markdown would take
//! for markup is escaped, and a line break stays one.

/// Signs that people begin the items of a list with.
const BULLETS: &[char] = &['•', '·', '‣', '◦', '▪', '*', '–', '—', '−', '-'];

/// The text in Markdown.
pub fn to_markdown(plain: &str) -> String {
    let mut markdown = String::with_capacity(plain.len() + plain.len() / 16);
    let mut lines = plain.lines().map(str::trim).peekable();
    while let Some(line) = lines.next() {
        let item = line.strip_prefix(BULLETS).filter(|rest| rest.starts_with([' ', '\t']));
        if let Some(item) = item {
            markdown.push_str("- ");
            words(item.trim_start(), &mut markdown);
        } else {
            let is_rule = !line.is_empty() && line.chars().all(|c| matches!(c, '-' | '=' | '_' | ' '));
            if is_rule || line.starts_with(['#', '>', '+', '|']) {
                markdown.push('\\');
            }
            words(line, &mut markdown);
        }
        match lines.peek() {
            // Two spaces make a break inside a paragraph.
            Some(next) if !line.is_empty() && !next.is_empty() => markdown.push_str("  \n"),
            Some(_) => markdown.push('\n'),
            None => {}
        }
    }
    markdown
}

fn words(line: &str, markdown: &mut String) {
    for word in line.split_inclusive(char::is_whitespace) {
        // An address is linked as it stands, and an escape would be part of it.
        if word.contains("://") {
            markdown.push_str(word);
            continue;
        }
        for c in word.chars() {
            if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '~' | '&') {
                markdown.push('\\');
            }
            markdown.push(c);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::to_markdown;
    use crate::text::markdown::{to_html, to_plain};

    #[test]
    fn what_looks_like_markup_is_shown_as_it_was() {
        for text in [
            "# 1 i landet",
            "> 50 brukarar",
            "2 * 3 * 4 og __init__",
            "[lenke](javascript:alert(1))",
            "<script>alert(1)</script>",
            "`kode` ~~feil~~ &amp; C:\\mappe",
            "Første avsnitt\n---",
            "| a | b |\n|---|---|",
            "Navn_på_fil og e_helse",
        ] {
            assert_eq!(to_plain(&to_markdown(text)), text, "{text}");
        }
    }

    #[test]
    fn lines_and_lists_stay() {
        let html = to_html(&to_markdown("Vi ønskjer svar på:\n• pris\n– drift\n\nHelsing\nKari"));
        assert!(html.contains("<li>pris</li>"), "{html}");
        assert!(html.contains("<li>drift</li>"), "{html}");
        assert!(html.contains("Helsing<br>"), "{html}");
    }

    #[test]
    fn an_address_is_linked_whole() {
        let html = to_html(&to_markdown("Sjå https://example.no/a_b_c?x=1 for meir"));
        assert!(html.contains("href=\"https://example.no/a_b_c?x=1\""), "{html}");
    }
}
