//! Bytes to text: finds the encoding, and says what a file is that is no XML.

use domain::ports::NoticeDetail;
use types::{ErrorCode, NoticeFault};

use super::{Refusal, broken};

/// Windows-1252 where it differs from ISO-8859-1: files that declare the
/// latter often hold the former, and XML allows no C1 control anyway.
const WINDOWS_1252: [char; 32] = [
    '€', ' ', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', ' ', 'Ž', ' ', ' ', '‘', '’', '“', '”',
    '•', '–', '—', '˜', '™', 'š', '›', 'œ', ' ', 'ž', 'Ÿ',
];

/// The text of an XML file, without byte order mark and without characters that XML forbids.
pub(super) fn decode(bytes: &[u8]) -> Result<String, Refusal> {
    let text = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest)?,
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => {
            return Err((ErrorCode::BrokenXml, NoticeFault::Utf32.into()));
        }
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        [b'<', 0, ..] => utf16(bytes, u16::from_le_bytes)?,
        [0, b'<', ..] => utf16(bytes, u16::from_be_bytes)?,
        _ if bytes.trim_ascii_start().first() != Some(&b'<') => return Err(no_xml(bytes)),
        _ => match declared(bytes).as_deref() {
            Some("iso-8859-1" | "iso8859-1" | "latin1" | "windows-1252" | "cp1252" | "us-ascii") => {
                bytes.iter().map(|b| latin1(*b)).collect()
            }
            Some(other) if std::str::from_utf8(bytes).is_err() && other != "utf-8" && other != "utf8" => {
                let found: String = other.chars().take(40).collect();
                let detail = NoticeDetail { found, ..NoticeFault::UnknownEncoding.into() };
                return Err((ErrorCode::BrokenXml, detail));
            }
            _ => utf8(bytes)?,
        },
    };
    match text.trim_start() {
        xml if xml.starts_with('<') => Ok(allowed(xml)),
        _ => Err(no_xml(text.as_bytes())),
    }
}

fn utf8(bytes: &[u8]) -> Result<String, Refusal> {
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|error| {
        let good = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        broken(&good, good.len(), NoticeFault::NotUtf8)
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Refusal> {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let text: Result<String, _> = char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect();
    match text {
        Ok(text) if odd.is_empty() => Ok(text),
        _ => Err((ErrorCode::BrokenXml, NoticeFault::NotUtf16.into())),
    }
}

fn latin1(byte: u8) -> char {
    match byte {
        0x80..=0x9F => WINDOWS_1252[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

/// The encoding named in the XML declaration, in lower case.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(300)]).into_owned();
    let declaration = head.trim_start().strip_prefix("<?xml")?.split("?>").next()?.to_owned();
    let value = declaration.split("encoding").nth(1)?.trim_start().strip_prefix('=')?.trim_start().to_owned();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value.split(quote).nth(1).map(str::to_ascii_lowercase)
}

fn no_xml(bytes: &[u8]) -> Refusal {
    let found = match bytes.trim_ascii_start() {
        [] => NoticeFault::EmptyFile,
        [b'%', b'P', b'D', b'F', ..] => NoticeFault::Pdf,
        [b'P', b'K', 3, 4, ..] => NoticeFault::Archive,
        [b'{' | b'[', ..] => NoticeFault::Json,
        _ => NoticeFault::NoXml,
    };
    (ErrorCode::NotANotice, found.into())
}

const fn is_allowed(c: char) -> bool {
    !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// Blanks what XML forbids, raw or as a reference (`&#11;`), which word
/// processors leave in texts: one such character is no reason to refuse a notice.
fn allowed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c| c == '&' || !is_allowed(c)) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = if let Some(length) = forbidden_reference(rest) {
            out.extend(std::iter::repeat_n(' ', length));
            length
        } else {
            let c = rest.chars().next().unwrap_or(' ');
            out.push(if is_allowed(c) { c } else { ' ' });
            c.len_utf8()
        };
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}

/// The length of a reference to a forbidden character at the start of `text`.
fn forbidden_reference(text: &str) -> Option<usize> {
    let body = text.strip_prefix("&#")?;
    let end = body.bytes().take(10).position(|b| b == b';')?;
    let code = match body[..end].strip_prefix('x') {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => body[..end].parse(),
    };
    let is_forbidden = char::from_u32(code.ok()?).is_none_or(|c| !is_allowed(c));
    is_forbidden.then_some("&#".len() + end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16_bytes(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    }

    #[test]
    fn every_usual_encoding() {
        let xml = "<a>Blåbær – ü</a>";
        assert_eq!(decode(xml.as_bytes()).expect("UTF-8"), xml);
        assert_eq!(decode(format!("\u{feff}{xml}").as_bytes()).expect("with mark"), xml);
        assert_eq!(decode(format!("\r\n {xml}").as_bytes()).expect("space before"), xml);
        let marked = format!("\u{feff}{xml}");
        for text in [xml, &marked] {
            assert_eq!(decode(&utf16_bytes(text, u16::to_le_bytes)).expect("little"), xml);
            assert_eq!(decode(&utf16_bytes(text, u16::to_be_bytes)).expect("big"), xml);
        }
        let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>Bl\xE5b\xE6r \x96 \xFC</a>";
        assert!(decode(latin).expect("Latin-1").ends_with(xml));
    }

    #[test]
    fn wrong_bytes_are_located() {
        let (code, detail) = decode(b"<a>\nBl\xE5b\xE6r</a>").expect_err("no UTF-8");
        assert_eq!(code, ErrorCode::BrokenXml);
        assert_eq!((detail.fault, detail.at), (NoticeFault::NotUtf8, Some((2, 3))));
        assert_eq!(decode(b"\xFF\xFE<\0a").expect_err("half a unit").0, ErrorCode::BrokenXml);
        let (code, detail) =
            decode(b"<?xml version=\"1.0\" encoding=\"EBCDIC\"?><a>\xE5</a>").expect_err("unknown");
        assert_eq!((code, detail.found.as_str()), (ErrorCode::BrokenXml, "ebcdic"));
    }

    #[test]
    fn what_is_no_xml_is_named() {
        for (bytes, found) in [
            (&b""[..], NoticeFault::EmptyFile),
            (b"  \n", NoticeFault::EmptyFile),
            (b"%PDF-1.7", NoticeFault::Pdf),
            (b"PK\x03\x04\x00", NoticeFault::Archive),
            (b"{\"a\": 1}", NoticeFault::Json),
            (b"Hei", NoticeFault::NoXml),
            (b"\xFF\xD8\xFF\xE0", NoticeFault::NoXml),
            (b"\xEF\xBB\xBFHei", NoticeFault::NoXml),
        ] {
            assert_eq!(decode(bytes), Err((ErrorCode::NotANotice, found.into())));
        }
    }

    #[test]
    fn forbidden_characters_become_blanks() {
        let read = |text: &str| decode(text.as_bytes()).expect("read");
        assert_eq!(read("<a>x\u{b}y</a>"), "<a>x y</a>");
        assert_eq!(read("<a>x&#11;y&#x1F;z&#xD800;</a>"), "<a>x     y      z        </a>");
        assert_eq!(read("<a>&#10;&#x9;&amp;&#;&#12</a>"), "<a>&#10;&#x9;&amp;&#;&#12</a>");
    }
}
