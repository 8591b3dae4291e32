//! Pure functions on text: taking it in, showing it, finding it, comparing it
//! and helping to write it. No database, no clock, no IO.

pub mod advice;
pub mod clean;
pub mod diff;
pub mod markdown;
pub mod plain;
pub mod search;
pub mod slug;
pub mod sniff;

/// A text of at most `max_chars`, cut between words (or in a word that alone is
/// longer), with an ellipsis where something is missing.
fn shorten(text: &str, max_chars: usize) -> String {
    let Some((limit, _)) = text.char_indices().nth(max_chars) else {
        return text.to_owned();
    };
    // Room for the ellipsis.
    let limit = text[..limit].char_indices().next_back().map_or(0, |(at, _)| at);
    let head = &text[..limit];
    let ends_word = text[limit..].starts_with(char::is_whitespace);
    let cut = if ends_word { head } else { head.rfind(char::is_whitespace).map_or(head, |at| &head[..at]) };
    if max_chars == 0 {
        String::new()
    } else {
        format!("{}…", cut.trim_end_matches([' ', ',', ';', ':', '–']))
    }
}
