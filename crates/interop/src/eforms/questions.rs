//! Finds the questions that a notice asks the market.

use std::collections::HashSet;

use super::words;

const MAX_QUESTIONS: usize = 20;
const MAX_CHARACTERS: usize = 500;
/// Shorter ones are headings and rhetoric: "Interessert?", "Hvorfor dialog?".
const MIN_WORDS: usize = 3;

/// Words of a sentence that announces a list of questions.
const LEADS: &[&str] =
    &["spørsmål", "innspill", "innspel", "tilbakemelding", "svar på", "question", "feedback"];

/// The sentences that end with a question mark, and the items of a list that
/// is announced as questions, in order, each once.
pub(super) fn find(text: &str) -> Vec<String> {
    let mut seen = HashSet::new();
    asked(text)
        .into_iter()
        .map(|question| words::clip(&question, MAX_CHARACTERS).0)
        .filter(|question| {
            question.split_whitespace().filter(|w| w.contains(char::is_alphabetic)).count() >= MIN_WORDS
        })
        .filter(|question| seen.insert(key(question)))
        .take(MAX_QUESTIONS)
        .collect()
}

fn asked(text: &str) -> Vec<String> {
    let mut asked: Vec<String> = Vec::new();
    // An announced item that has not been seen to hold a question of its own.
    let mut item: Option<String> = None;
    let mut is_announced = false;
    for unit in units(text) {
        for (index, sentence) in sentences(&unit).into_iter().enumerate() {
            let bare = without_mark(sentence);
            let is_item = bare.len() < sentence.len();
            if is_item || (index == 0 && !sentence.is_empty()) {
                asked.extend(item.take());
            }
            if sentence.ends_with(':') {
                let lower = sentence.to_lowercase();
                is_announced = LEADS.iter().any(|word| lower.contains(word));
            } else if sentence.trim_end_matches(is_closing).ends_with('?') {
                item = None;
                asked.push(bare.to_owned());
            } else if is_item && is_announced {
                item = Some(bare.to_owned());
            } else if index == 0 && !is_item {
                is_announced = false;
            }
        }
    }
    asked.extend(item);
    asked
}

/// What two spellings of a question share.
fn key(question: &str) -> String {
    question.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

const fn is_closing(c: char) -> bool {
    matches!(c, ')' | ']' | '"' | '\'' | '”' | '’' | '»')
}

/// Lines, with those joined that only the width of a page broke.
fn units(text: &str) -> Vec<String> {
    let mut units: Vec<String> = Vec::new();
    let mut can_join = false;
    for line in text.split('\n') {
        let goes_on = line.starts_with(char::is_lowercase) && without_mark(line) == line;
        match units.last_mut() {
            Some(last) if can_join && goes_on => {
                last.push(' ');
                last.push_str(line);
            }
            _ => units.push(line.to_owned()),
        }
        can_join = !line.is_empty() && !line.ends_with(['.', '?', '!', ':', ';']);
    }
    units
}

/// Without the bullet or number of a list item.
fn without_mark(text: &str) -> &str {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || "-–—•·*●▪■○‣◦>".contains(c));
    let Some((first, rest)) = text.split_once(' ') else { return text };
    let number = first.trim_end_matches(['.', ')', ':']);
    let is_mark = number.len() < first.len()
        && (number.chars().all(|c| c.is_ascii_digit() || c == '.') && number.len() <= 5
            || number.chars().count() == 1 && number.chars().all(char::is_alphabetic));
    if is_mark { rest.trim_start() } else { text }
}

fn sentences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        if at >= start
            && matches!(c, '.' | '?' | '!' | '…' | ':')
            && ends_here(&text[start..end], &text[end..])
        {
            let closing = text[end..].find(|c| !is_closing(c)).unwrap_or(text.len() - end);
            found.push(text[start..end + closing].trim());
            start = end + closing;
        }
    }
    found.push(text[start..].trim());
    found.retain(|sentence| !sentence.is_empty());
    found
}

/// Whether a sentence ends between the two, the first ending with its mark.
/// Some editors lose line breaks, so that the next sentence or numbered item
/// may follow without a space.
fn ends_here(before: &str, after: &str) -> bool {
    const SHORT: &[&str] = &[
        "f.eks.", "bl.a.", "ca.", "nr.", "jf.", "jfr.", "pr.", "evt.", "ev.", "inkl.", "ekskl.", "dvs.",
        "mfl.", "kl.", "pkt.", "kap.", "t.d.", "m.a.", "e.g.", "i.e.", "incl.", "no.", "art.",
    ];
    let after = after.trim_start_matches(is_closing);
    let Some(next) = after.chars().next() else { return true };
    let stem = before.trim_end_matches(['.', '?', '!', '…', ':']);
    if is_numbered(after.trim_start())
        && !stem.is_empty()
        && (!next.is_whitespace() || !before.ends_with('.'))
    {
        return true;
    }
    if !next.is_whitespace() {
        return next.is_uppercase() && !before.ends_with(':') && stem.ends_with(char::is_lowercase);
    }
    let last = before.rsplit(char::is_whitespace).next().unwrap_or_default().to_lowercase();
    let last = last.trim_start_matches(['(', '"', '«', '“']);
    let is_number = last.trim_end_matches('.').chars().all(|c| c.is_ascii_digit());
    match before.chars().last() {
        Some(':') => false,
        Some('.') => {
            !SHORT.contains(&last) && !is_number && !after.trim_start().starts_with(char::is_lowercase)
        }
        _ => true,
    }
}

/// Whether a numbered item begins here: `2. Hvordan`, `2) Hvordan`.
fn is_numbered(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = text.len() - rest.len();
    (1..=2).contains(&digits)
        && !text.starts_with('0')
        && rest.strip_prefix(['.', ')']).is_some_and(|rest| {
            rest.starts_with(char::is_whitespace) && rest.trim_start().starts_with(char::is_uppercase)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_and_list_items() {
        let text = "Vi vil lære av dere. Hvilke løsninger finnes i dag, f.eks. i andre kommuner? Svar innen 1. mars.\n\n\
            - Hva koster det å bytte?\n• Hvilke krav hindrer dere (og hvorfor?)\n2) Kan kl. 15.00 passe for dere? Og fredag?\n\
            b) Hvordan måler dere effekt";
        assert_eq!(
            find(text),
            [
                "Hvilke løsninger finnes i dag, f.eks. i andre kommuner?",
                "Hva koster det å bytte?",
                "Hvilke krav hindrer dere (og hvorfor?)",
                "Kan kl. 15.00 passe for dere?",
            ]
        );
    }

    #[test]
    fn a_broken_line_goes_on() {
        assert_eq!(
            find("Hvordan kan vi måle\neffekten av tiltaket?"),
            ["Hvordan kan vi måle effekten av tiltaket?"]
        );
        assert_eq!(find("Vi spør om\n- hva kan dere levere?"), ["hva kan dere levere?"]);
    }

    #[test]
    fn announced_items_are_questions_too() {
        let text = "Vi ønsker svar på følgende spørsmål:\n1. Hvordan leverandøren dokumenterer gjenbruk.\n\
            2. Vi vil stille krav. Er kravet mulig? Det gjelder fra 01.01.2027.\n3. Pris.\n\nVi avgjør dette senere.\n- Frist er fredag.";
        assert_eq!(find(text), ["Hvordan leverandøren dokumenterer gjenbruk.", "Er kravet mulig?"]);
    }

    #[test]
    fn lost_line_breaks_are_seen() {
        let text = "Vi vurderer nye krav til utstyr.Spørsmål vi har:1. Hvor høyt kan kravet være? Loven gjelder fra \
            01.01.2027.2. Hvordan kravet kan dokumenteres.3. Kan brukte deler leveres tilbake?Svarfrist er 1. mars kl. 15.00.";
        assert_eq!(
            find(text),
            [
                "Hvor høyt kan kravet være?",
                "Hvordan kravet kan dokumenteres.",
                "Kan brukte deler leveres tilbake?"
            ]
        );
    }

    #[test]
    fn addresses_headings_and_repeats_are_no_questions() {
        assert!(find("Se https://example.no/doc?id=8014 for mer. Interessert? ???").is_empty());
        assert_eq!(find("Hva kan dere levere?\n\nHVA KAN DERE LEVERE ?").len(), 1);
    }

    #[test]
    fn there_are_limits() {
        let many = (0..40).fold(String::new(), |text, n| format!("{text}- Hva er svar {n}?\n"));
        assert_eq!(find(&many).len(), MAX_QUESTIONS);
        let long = format!("Hva {}?", "da ".repeat(1000));
        assert!(find(&long)[0].chars().count() <= MAX_CHARACTERS);
    }
}
