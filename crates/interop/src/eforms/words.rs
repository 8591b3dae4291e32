//! Texts and their languages.

use types::Language;

/// Invisible characters that only confuse searching, sorting and reading.
const fn is_noise(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// A text on one line, without control characters.
pub(super) fn line(text: &str) -> String {
    let clean: String = text
        .chars()
        .filter(|c| !is_noise(*c))
        .map(|c| if c.is_control() || c == '\u{2028}' || c == '\u{2029}' { ' ' } else { c })
        .collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text with its lines kept and its paragraphs one blank line apart.
pub(super) fn paragraphs(text: &str) -> String {
    let text =
        text.replace("\r\n", "\n").replace(['\r', '\u{85}', '\u{2028}'], "\n").replace('\u{2029}', "\n\n");
    let mut out = String::with_capacity(text.len());
    let mut is_apart = false;
    for line in text.split('\n').map(line) {
        if line.is_empty() {
            is_apart = true;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if is_apart { "\n\n" } else { "\n" });
        }
        out.push_str(&line);
        is_apart = false;
    }
    out
}

/// The first `max` characters, cut between words, and what was cut off.
pub(super) fn clip(text: &str, max: usize) -> (String, Option<String>) {
    let Some((end, next)) = text.char_indices().nth(max) else { return (text.to_owned(), None) };
    let space = text[..end].rfind(char::is_whitespace).filter(|at| *at > end / 2);
    let cut = if next.is_whitespace() { end } else { space.unwrap_or(end) };
    (text[..cut].trim_end().to_owned(), Some(text[cut..].trim_start().to_owned()))
}

/// A text without e-mail addresses, and whether there were any.
pub(super) fn without_addresses(text: &str) -> (String, bool) {
    let is_address =
        |word: &str| word.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    if !text.split_whitespace().any(is_address) {
        return (text.to_owned(), false);
    }
    let hide = |piece: &str| if is_address(piece) { "[…]".to_owned() } else { piece.to_owned() };
    let lines = text.split('\n').map(|line| line.split(' ').map(hide).collect::<Vec<_>>().join(" "));
    (lines.collect::<Vec<_>>().join("\n"), true)
}

/// A language code as eForms has it (ISO 639-2/T, `NOR`).
pub(super) fn language_code(code: &str) -> String {
    let code = code.trim().to_ascii_uppercase();
    match code.split('-').next().unwrap_or_default() {
        "NO" => "NOR".to_owned(),
        "NB" => "NOB".to_owned(),
        "NN" => "NNO".to_owned(),
        "EN" => "ENG".to_owned(),
        _ => code,
    }
}

/// The codes to look for in a notice of this language, the dearest first. A
/// text without a language is taken before one in another language.
pub(super) fn wishes(code: &str) -> Vec<String> {
    let order: &[&str] = match code {
        "NNO" => &["NNO", "NOR", "NOB", "", "ENG"],
        "NOB" => &["NOB", "NOR", "NNO", "", "ENG"],
        "ENG" => &["ENG", "", "NOR", "NOB", "NNO"],
        "NOR" | "" => &["NOR", "NOB", "NNO", "", "ENG"],
        // A language that we don't speak: better its translation, if it has one.
        other => &["ENG", "NOR", "NOB", "NNO", other, ""],
    };
    order.iter().map(|wish| (*wish).to_owned()).collect()
}

/// Our language for a code, told by the text itself where the code is for
/// both written forms of Norwegian.
pub(super) fn language(code: &str, text: &str) -> Option<Language> {
    match code {
        "NOR" if is_nynorsk(text) => Some(Language::Nn),
        "NOR" | "NOB" => Some(Language::Nb),
        "NNO" => Some(Language::Nn),
        "ENG" => Some(Language::En),
        _ => None,
    }
}

/// Counts small words that only one of the two written forms has.
fn is_nynorsk(text: &str) -> bool {
    const NYNORSK: &[&str] = &[
        "ikkje",
        "ein",
        "eit",
        "eg",
        "vere",
        "dei",
        "frå",
        "noko",
        "nokon",
        "kva",
        "korleis",
        "kvifor",
        "kven",
        "ho",
        "meir",
        "mykje",
        "sjå",
        "saman",
        "ynskjer",
        "ønskjer",
        "vert",
        "blei",
        "skulle",
        "berre",
        "difor",
        "tenester",
        "løysing",
        "løysingar",
        "leverandørar",
        "opplysningar",
        "kvar",
        "offentleg",
        "innan",
        "nokre",
        "fleire",
        "innspel",
        "tilbod",
        "kommunar",
    ];
    const BOKMAL: &[&str] = &[
        "ikke",
        "en",
        "et",
        "jeg",
        "være",
        "de",
        "fra",
        "noe",
        "noen",
        "hva",
        "hvordan",
        "hvorfor",
        "hvem",
        "hun",
        "mer",
        "mye",
        "se",
        "sammen",
        "ønsker",
        "blir",
        "bare",
        "derfor",
        "tjenester",
        "løsning",
        "løsninger",
        "leverandører",
        "opplysninger",
        "hver",
        "offentlig",
        "innen",
        "noen",
        "flere",
        "innspill",
        "tilbud",
        "kommuner",
    ];
    let (mut nynorsk, mut bokmal) = (0, 0);
    for word in text.split(|c: char| !c.is_alphabetic()).map(str::to_lowercase) {
        nynorsk += usize::from(NYNORSK.contains(&word.as_str()));
        bokmal += usize::from(BOKMAL.contains(&word.as_str()));
    }
    nynorsk >= 2 && nynorsk > 2 * bokmal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_paragraphs() {
        assert_eq!(line(" a\t\u{a0}b\r\n\u{7}c\u{200b}d "), "a b cd");
        assert_eq!(paragraphs("\n a  b \r\n- c\n\n\n \td\u{85}e\u{2029}f\n"), "a b\n- c\n\nd\ne\n\nf");
        assert_eq!(paragraphs(" \n\t"), "");
    }

    #[test]
    fn clipping_loses_nothing() {
        assert_eq!(clip("kort", 10), ("kort".to_owned(), None));
        assert_eq!(clip("kort", 4), ("kort".to_owned(), None));
        assert_eq!(clip("blå bær øl", 8), ("blå bær".to_owned(), Some("øl".to_owned())));
        assert_eq!(clip("blå bær øl", 7), ("blå bær".to_owned(), Some("øl".to_owned())));
        assert_eq!(clip("åååååååå", 5), ("ååååå".to_owned(), Some("ååå".to_owned())));
        let (head, rest) = clip(&"ord ".repeat(100), 30);
        assert!(head.chars().count() <= 30);
        assert_eq!(format!("{head} {}", rest.expect("a rest")), "ord ".repeat(100));
    }

    #[test]
    fn addresses_are_hidden() {
        assert_eq!(without_addresses("a kari@firma.no b\nc"), ("a […] b\nc".to_owned(), true));
        assert_eq!(without_addresses("kl. 10 @ rådhuset"), ("kl. 10 @ rådhuset".to_owned(), false));
    }

    #[test]
    fn norwegian_is_told_apart() {
        assert_eq!(language("NOR", "Vi ønsker innspill fra leverandører, ikke tilbud."), Some(Language::Nb));
        assert_eq!(language("NOR", "Vi ønskjer innspel frå leverandørar, ikkje tilbod."), Some(Language::Nn));
        assert_eq!(language("NOR", "Se vedlegg"), Some(Language::Nb));
        assert_eq!(language("ENG", "ikkje frå"), Some(Language::En));
        assert_eq!(language("ITA", ""), None);
    }
}
