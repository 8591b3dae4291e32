//! The Norwegian national identity number: known here only so that it can be refused.

/// Whether a text holds a national identity number or a D-number, also written in two
/// parts (`010203 12345`), as synthetic test numbers are too.
pub fn holds_national_number(text: &str) -> bool {
    // A single space or full stop between digits is how people group them.
    let chars: Vec<char> = text.chars().collect();
    let is_digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    let mut run = Vec::new();
    for (at, c) in chars.iter().enumerate() {
        if let Some(digit) = c.to_digit(10) {
            run.push(digit);
            let goes_on =
                is_digit(at + 1) || (matches!(chars.get(at + 1), Some(' ' | '.')) && is_digit(at + 2));
            if !goes_on {
                if is_number(&run) {
                    return true;
                }
                run.clear();
            }
        }
    }
    false
}

/// Eleven digits, a day that can be, and both control digits. The month is not looked at:
/// test numbers have 40, 65 or 80 added.
fn is_number(digits: &[u32]) -> bool {
    const FIRST: [u32; 10] = [3, 7, 6, 1, 8, 9, 4, 5, 2, 1];
    const SECOND: [u32; 11] = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1];
    let fits = |weights: &[u32]| digits.iter().zip(weights).map(|(d, w)| d * w).sum::<u32>() % 11 == 0;
    let [d1, d2, ..] = digits else { return false };
    let day = (d1 % 4) * 10 + d2;
    digits.len() == 11 && *d1 < 8 && (1..=31).contains(&day) && fits(&FIRST) && fits(&SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_national_number_is_seen_however_it_is_written() {
        // Synthetic numbers, from the authorities' own documentation.
        for held in ["23079421936", "urn:no:47906701517", "Kari 479067 01517", "47906701517", "479067.01517"]
        {
            assert!(holds_national_number(held), "{held}");
        }
        for other in [
            "",
            "47906701518",
            "32906701517",
            "1234567890",
            "479067015170",
            "974760673",
            "0192:974760673",
            "a3f09b7e-5c1d-4e0f-8a11-0123456789ab",
        ] {
            assert!(!holds_national_number(other), "{other}");
        }
    }
}
