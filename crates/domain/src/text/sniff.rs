//! What an uploaded file really is.
//!
//! The content decides and the name must agree with it: a file that calls
//! itself what it is not is refused, whatever it is. On the list are documents,
//! pictures and plain text; never what a browser or an office program would run
//! (HTML, SVG, scripts, macros, controls) and nothing we can't look into
//! (archives, encrypted documents).

mod zip;

use types::ErrorCode;

/// A kind of file that we take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FileType {
    /// For `Content-Type`.
    pub media_type: &'static str,
    /// The usual extension, without the dot.
    pub extension: &'static str,
}

/// Media type, and the extensions that may stand for it, the usual one first.
type Row = (&'static str, &'static [&'static str]);

const PDF: Row = ("application/pdf", &["pdf"]);
const PNG: Row = ("image/png", &["png"]);
const JPEG: Row = ("image/jpeg", &["jpg", "jpeg", "jpe"]);
const WEBP: Row = ("image/webp", &["webp"]);
/// Office Open XML: the part that makes it one, and the type.
const OFFICE: &[(&str, Row)] = &[
    (
        "word/document.xml",
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", &["docx"]),
    ),
    ("xl/workbook.xml", ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", &["xlsx"])),
    (
        "ppt/presentation.xml",
        ("application/vnd.openxmlformats-officedocument.presentationml.presentation", &["pptx"]),
    ),
];
/// `OpenDocument`: its `mimetype` entry says what it is.
const OPEN_DOCUMENT: &[Row] = &[
    ("application/vnd.oasis.opendocument.text", &["odt"]),
    ("application/vnd.oasis.opendocument.spreadsheet", &["ods"]),
    ("application/vnd.oasis.opendocument.presentation", &["odp"]),
];
/// Text can't be told apart by its content; its name says what it is.
const TEXT: &[Row] =
    &[("text/plain", &["txt"]), ("text/csv", &["csv"]), ("text/markdown", &["md", "markdown"])];

/// What runs inside an office document: VBA, Excel 4 macros, `ActiveX` controls,
/// `OpenDocument`'s Basic and other scripts. Parts of lower-case entry names.
const ACTIVE_PARTS: &[&str] =
    &["vbaproject.bin", "vbadata.xml", "macrosheets/", "activex/", "basic/", "scripts/", "customui/"];

/// The usual extensions of all that is taken, documents first.
pub fn extensions() -> Vec<&'static str> {
    let documents = std::iter::once(&PDF).chain(OFFICE.iter().map(|(_, row)| row)).chain(OPEN_DOCUMENT);
    documents.chain([&PNG, &JPEG, &WEBP]).chain(TEXT).filter_map(|row| row.1.first().copied()).collect()
}

/// Looks at the content, compares it with the declared name, and answers what
/// the file is, or [`ErrorCode::FileTypeRefused`].
pub fn file_type(bytes: &[u8], declared_name: &str) -> Result<FileType, ErrorCode> {
    let extension = extension(declared_name).ok_or(ErrorCode::FileTypeRefused)?;
    recognise(bytes, &extension)
        .filter(|(_, extensions)| extensions.contains(&extension.as_str()))
        .and_then(|(media_type, extensions)| Some(FileType { media_type, extension: extensions.first()? }))
        .ok_or(ErrorCode::FileTypeRefused)
}

fn recognise(bytes: &[u8], extension: &str) -> Option<Row> {
    if let Some(row) = TEXT.iter().find(|row| row.1.contains(&extension)) {
        return is_plain_text(bytes).then_some(*row);
    }
    match infer::get(bytes)?.mime_type() {
        // Readers look for the mark further on too, and so do those who hide a page before it.
        "application/pdf" if bytes.starts_with(b"%PDF-") => Some(PDF),
        "image/png" => Some(PNG),
        "image/jpeg" => Some(JPEG),
        "image/webp" => Some(WEBP),
        _ if bytes.starts_with(b"PK\x03\x04") => recognise_document(bytes),
        _ => None,
    }
}

/// A document that is a ZIP archive: `infer` guesses by the first entries, we
/// read the whole directory, since a macro may hide at its end.
fn recognise_document(bytes: &[u8]) -> Option<Row> {
    let entries = zip::entries(bytes)?;
    let has_active_part = entries.iter().any(|entry| {
        let name = entry.name.to_ascii_lowercase().replace('\\', "/");
        ACTIVE_PARTS.iter().any(|part| match part.strip_suffix('/') {
            Some(_) => name.starts_with(part) || name.contains(&format!("/{part}")),
            None => name.ends_with(part),
        })
    });
    if has_active_part || entries.iter().any(|entry| entry.is_encrypted) {
        return None;
    }
    if let Some(first) = entries.iter().find(|entry| entry.name == "mimetype") {
        let declared = first.stored_content(bytes)?;
        return OPEN_DOCUMENT.iter().find(|row| row.0.as_bytes() == declared).copied();
    }
    let has = |name: &str| entries.iter().any(|entry| entry.name == name);
    if !has("[Content_Types].xml") {
        return None;
    }
    OFFICE.iter().find(|(part, _)| has(part)).map(|(_, row)| *row)
}

/// UTF-8 without control characters that looks like nothing a browser or a
/// shell would run.
fn is_plain_text(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}')) {
        return false;
    }
    let start = text.trim_start();
    let starts_markup = start.strip_prefix('<').is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '!' | '?' | '/'))
    });
    let lower = text.to_ascii_lowercase();
    !starts_markup
        && !start.starts_with("#!")
        && !["<script", "<html", "<!doctype", "<svg", "<iframe", "<body", "<object", "<embed", "<?php", "<%"]
            .iter()
            .any(|markup| lower.contains(markup))
}

/// What stands behind the last dot of the name, in lower case.
fn extension(name: &str) -> Option<String> {
    let (stem, extension) =
        safe_name(name).rsplit_once('.').map(|(s, e)| (s.to_owned(), e.to_lowercase()))?;
    (!stem.is_empty()).then_some(extension)
}

/// A name to download a file under: the last part of the path, without control
/// characters, quotes, reordering marks and what file systems reserve; at most
/// 120 characters, the extension kept; `fil` if nothing is left.
pub fn safe_name(name: &str) -> String {
    const MAX: usize = 120;
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last
        .chars()
        .filter(|c| {
            !c.is_control()
                && !matches!(c, '"' | '\'' | '`' | '<' | '>' | ':' | '|' | '?' | '*' | ';' | '%')
                && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
                && *c != '\u{feff}'
        })
        .collect();
    let words = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    // Leading dots hide a file, trailing ones vanish on Windows.
    let trimmed = words.trim_matches(['.', ' ']);
    if trimmed.is_empty() {
        return "fil".to_owned();
    }
    let length = trimmed.chars().count();
    if length <= MAX {
        return trimmed.to_owned();
    }
    match trimmed.rsplit_once('.').filter(|(_, end)| end.chars().count() <= 8) {
        Some((stem, end)) => {
            let room = MAX - 1 - end.chars().count();
            format!("{}.{end}", stem.chars().take(room).collect::<String>().trim_end())
        }
        None => trimmed.chars().take(MAX).collect(),
    }
}

#[cfg(test)]
mod tests;
