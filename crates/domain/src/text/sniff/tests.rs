//! Files built byte by byte, honest and dishonest ones.

use super::*;

/// A ZIP archive of stored entries.
fn archive(entries: &[(&str, &str)]) -> Vec<u8> {
    let (mut body, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in entries {
        let offset = u32::try_from(body.len()).unwrap();
        let size = u32::try_from(content.len()).unwrap().to_le_bytes();
        let name_length = u16::try_from(name.len()).unwrap().to_le_bytes();
        body.extend_from_slice(b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0");
        directory.extend_from_slice(b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\0\0\0\0\0\0");
        for part in [&mut body, &mut directory] {
            part.extend_from_slice(&size);
            part.extend_from_slice(&size);
            part.extend_from_slice(&name_length);
            part.extend_from_slice(&[0, 0]);
        }
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&offset.to_le_bytes());
        body.extend_from_slice(name.as_bytes());
        body.extend_from_slice(content.as_bytes());
        directory.extend_from_slice(name.as_bytes());
    }
    let count = u16::try_from(entries.len()).unwrap().to_le_bytes();
    let (start, size) = (u32::try_from(body.len()).unwrap(), u32::try_from(directory.len()).unwrap());
    body.extend_from_slice(&directory);
    body.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    body.extend_from_slice(&count);
    body.extend_from_slice(&count);
    body.extend_from_slice(&size.to_le_bytes());
    body.extend_from_slice(&start.to_le_bytes());
    body.extend_from_slice(&[0, 0]);
    body
}

fn docx() -> Vec<u8> {
    archive(&[
        ("[Content_Types].xml", "<Types/>"),
        ("_rels/.rels", ""),
        ("word/document.xml", "<w:document/>"),
    ])
}

fn extension_of(bytes: &[u8], name: &str) -> Option<&'static str> {
    file_type(bytes, name).ok().map(|t| t.extension)
}

const PNG_BYTES: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
const PDF_BYTES: &[u8] = b"%PDF-1.7\n1 0 obj\n";

#[test]
fn documents_pictures_and_text_are_taken() {
    let sheet = archive(&[("[Content_Types].xml", ""), ("xl/workbook.xml", "")]);
    let slides = archive(&[("[Content_Types].xml", ""), ("ppt/presentation.xml", "")]);
    let cases: &[(&[u8], &str, &str)] = &[
        (PDF_BYTES, "Behov.PDF", "pdf"),
        (PNG_BYTES, "kart.png", "png"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "bilde.jpeg", "jpg"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "bilde.webp", "webp"),
        (&docx(), "notat.docx", "docx"),
        (&sheet, "tall.xlsx", "xlsx"),
        (&slides, "lysark.pptx", "pptx"),
        ("Blåbær\r\n\tog fløte".as_bytes(), "les meg.txt", "txt"),
        ("\u{feff}navn;antall\næ;3\n".as_bytes(), "liste.csv", "csv"),
        (b"# Behov\n\nunder 5 < 6 <br>", "notat.md", "md"),
        (b"", "tom.txt", "txt"),
    ];
    for (bytes, name, wanted) in cases {
        assert_eq!(extension_of(bytes, name), Some(*wanted), "{name}");
    }
    for (kind, extension) in [("text", "odt"), ("spreadsheet", "ods"), ("presentation", "odp")] {
        let media_type = format!("application/vnd.oasis.opendocument.{kind}");
        let file = archive(&[("mimetype", &media_type), ("content.xml", "<x/>")]);
        let found = file_type(&file, &format!("a.{extension}")).unwrap();
        assert_eq!((found.media_type, found.extension), (media_type.as_str(), extension));
    }
}

#[test]
fn a_file_that_is_not_what_its_name_says_is_refused() {
    let cases: &[(&[u8], &str)] = &[
        (PNG_BYTES, "kart.pdf"),
        (PDF_BYTES, "behov.txt.exe"),
        (PDF_BYTES, "behov"),
        (PDF_BYTES, ".pdf"),
        (PDF_BYTES, "behov.pdf\u{202e}gpj.exe"),
        (&docx(), "tall.xlsx"),
        (&docx(), "notat.zip"),
        (b"MZ\x90\0\x03\0\0\0", "oppsett.pdf"),
        (b"ren tekst", "tekst.pdf"),
        (PNG_BYTES, "kart.txt"),
        (b"", "tom.pdf"),
    ];
    for (bytes, name) in cases {
        assert_eq!(file_type(bytes, name), Err(ErrorCode::FileTypeRefused), "{name}");
    }
}

#[test]
fn what_runs_or_hides_is_refused_under_any_name() {
    let with = |part: &str| {
        archive(&[
            ("[Content_Types].xml", ""),
            ("word/document.xml", ""),
            ("xl/workbook.xml", ""),
            (part, "x"),
        ])
    };
    for part in
        ["word/vbaProject.bin", "xl/VBAPROJECT.BIN", "xl/macrosheets/sheet1.xml", "word/activeX/activeX1.xml"]
    {
        assert_eq!(extension_of(&with(part), "notat.docx"), None, "{part}");
        assert_eq!(extension_of(&with(part), "notat.docm"), None, "{part}");
    }
    let text = "application/vnd.oasis.opendocument.text";
    let macro_odt = archive(&[("mimetype", text), ("Basic/Standard/Module1.xml", "")]);
    assert_eq!(extension_of(&macro_odt, "a.odt"), None);

    let mut encrypted = docx();
    let entry = encrypted.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    encrypted[entry + 8] |= 1;
    assert_eq!(extension_of(&encrypted, "notat.docx"), None);
    // A document with a password is an OLE container.
    assert_eq!(extension_of(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0\0\0\0\0\0", "notat.docx"), None);

    for markup in [
        "<!DOCTYPE html><p>x",
        "\u{feff}  \n<svg xmlns='http://www.w3.org/2000/svg'/>",
        "<?xml version='1.0'?><svg/>",
        "pen tekst\n<SCRIPT>alert(1)</SCRIPT>",
        "#!/bin/sh\nrm -rf x",
        "tekst <?php echo 1;",
    ] {
        for name in ["a.txt", "a.md", "a.csv", "a.html", "a.svg", "a.sh"] {
            assert_eq!(extension_of(markup.as_bytes(), name), None, "{name}: {markup}");
        }
    }
    for bytes in [&b"nul\0tegn"[..], b"latin-1: bl\xe5b\xe6r", b"escape \x1b[31m"] {
        assert_eq!(extension_of(bytes, "a.txt"), None);
    }
}

#[test]
fn a_broken_archive_is_refused_and_never_panics() {
    let whole = docx();
    for end in 0..whole.len() {
        assert_eq!(extension_of(&whole[..end], "notat.docx"), None, "cut at {end}");
    }
    for at in 0..whole.len() {
        let mut bent = whole.clone();
        bent[at] = 0xff;
        let _ = file_type(&bent, "notat.docx");
    }
    let mut followed = docx();
    followed.extend_from_slice(b"<script>");
    assert_eq!(extension_of(&followed, "notat.docx"), None);
}

#[test]
fn download_names_are_harmless() {
    for (name, wanted) in [
        ("Behov 2026.pdf", "Behov 2026.pdf"),
        ("C:\\Users\\kari\\Blåbær.docx", "Blåbær.docx"),
        ("../../etc/passwd", "passwd"),
        ("a\"; filename=\"b.exe", "a filename=b.exe"),
        ("rapport\u{202e}fdp.exe", "rapportfdp.exe"),
        ("linje\r\nX-Evil: 1.txt", "linjeX-Evil 1.txt"),
        ("..hidden", "hidden"),
        ("notat.pdf. . ", "notat.pdf"),
        ("...", "fil"),
        ("", "fil"),
        ("mappe/", "fil"),
    ] {
        assert_eq!(safe_name(name), wanted);
    }
    let long = safe_name(&format!("{}.pdf", "æ".repeat(300)));
    assert_eq!(long.chars().count(), 120);
    assert_eq!(long.rsplit('.').next(), Some("pdf"));
}

/// A document whose directory says that its entries are this large, unpacked and packed.
fn swollen(unpacked: u32, packed: Option<u32>) -> Vec<u8> {
    let mut file = docx();
    let entries: Vec<usize> =
        file.windows(4).enumerate().filter(|(_, w)| *w == b"PK\x01\x02").map(|(at, _)| at).collect();
    for at in entries {
        file[at + 24..at + 28].copy_from_slice(&unpacked.to_le_bytes());
        if let Some(packed) = packed {
            file[at + 20..at + 24].copy_from_slice(&packed.to_le_bytes());
        }
    }
    file
}

#[test]
fn an_archive_that_would_burst_is_refused() {
    let megabyte = 1024 * 1024;
    assert_eq!(extension_of(&swollen(10 * megabyte, None), "tall.docx"), Some("docx"), "an honest one");
    assert_eq!(extension_of(&swollen(2000 * megabyte, None), "tall.docx"), None, "six gigabytes");
    assert_eq!(extension_of(&swollen(u32::MAX, None), "tall.docx"), None);
    assert_eq!(extension_of(&swollen(0, Some(megabyte)), "tall.docx"), None, "entries that share bytes");
}
