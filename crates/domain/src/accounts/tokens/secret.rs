//! The secret: `samspill_`, 32 characters of chance, 6 of checksum.
//!
//! The beginning lets scanners of code and logs find one; the checksum (CRC-32
//! of all before it, in base 62) tells them that it is no example. A string with a
//! wrong checksum is refused before the database is asked.

use subtle::ConstantTimeEq;

use crate::App;

const PREFIX: &str = "samspill_";
const CHANCE: usize = 32;
const CHECK: usize = 6;
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A new one: 190 bits.
pub(super) fn make(app: &App) -> String {
    let mut text = PREFIX.to_owned();
    while text.len() < PREFIX.len() + CHANCE {
        let mut byte = [0_u8; 1];
        app.entropy.fill(&mut byte);
        // 248 = 4 × 62: no character is likelier than another.
        if byte[0] < 248 {
            text.push(char::from(DIGITS[usize::from(byte[0]) % DIGITS.len()]));
        }
    }
    let check = checksum(&text);
    text + &check
}

/// Whether a credential is meant to be one of ours.
pub fn is_ours(text: &str) -> bool {
    text.starts_with(PREFIX)
}

/// Whether it may be one: of the right length, with the right checksum.
pub(super) fn is_sound(text: &str) -> bool {
    if !is_ours(text) || text.len() != PREFIX.len() + CHANCE + CHECK || !text.is_ascii() {
        return false;
    }
    let (body, check) = text.split_at(text.len() - CHECK);
    checksum(body).as_bytes().ct_eq(check.as_bytes()).into()
}

fn checksum(text: &str) -> String {
    let mut rest = crc32(text.as_bytes());
    let mut out = [b'0'; CHECK];
    for digit in out.iter_mut().rev() {
        *digit = DIGITS[usize::try_from(rest % 62).unwrap_or_default()];
        rest /= 62;
    }
    out.iter().copied().map(char::from).collect()
}

/// CRC-32 as in ISO 3309 (zip, png): ten lines rather than a crate.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |c, _| if c & 1 == 1 { (c >> 1) ^ 0xEDB8_8320 } else { c >> 1 })
    };
    !bytes.iter().fold(u32::MAX, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_one_that_others_compute() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(checksum("123456789"), "3jZRME");
    }

    #[test]
    fn one_wrong_character_is_found() {
        let body = format!("{PREFIX}{}", "aB3".repeat(11).split_at(CHANCE).0);
        let right = format!("{body}{}", checksum(&body));
        assert!(is_sound(&right));
        for (at, _) in right.char_indices() {
            let mut wrong = right.clone();
            wrong.replace_range(at..=at, if &right[at..=at] == "x" { "y" } else { "x" });
            assert!(!is_sound(&wrong), "{wrong}");
        }
        for wrong in ["", PREFIX, "samspill_æøå", &right[1..], &format!("{right} ")] {
            assert!(!is_sound(wrong), "{wrong}");
        }
    }
}
