//! Files that mean harm: refused by what they are, or given back as something that
//! no browser runs. Nothing is unpacked or parsed, so no file can tire the program.

use serde_json::{Value, json};

use super::files::{attach, draft, kept, upload};
use super::{OFFICER, demonstration};

/// A document's archive whose one entry says that it is `unpacked` bytes large.
fn document(unpacked: u32) -> Vec<u8> {
    let name = b"[Content_Types].xml";
    let length = u16::try_from(name.len()).unwrap().to_le_bytes();
    let mut file = b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec();
    file.extend(unpacked.to_le_bytes());
    file.extend(length);
    file.extend([0, 0]);
    file.extend(name);
    let directory = u32::try_from(file.len()).unwrap();
    file.extend(b"PK\x01\x02\x14\0\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0");
    file.extend(unpacked.to_le_bytes());
    file.extend(length);
    file.extend([0; 16]);
    file.extend(name);
    let size = u32::try_from(file.len()).unwrap() - directory;
    file.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    file.extend(size.to_le_bytes());
    file.extend(directory.to_le_bytes());
    file.extend([0, 0]);
    file
}

#[tokio::test]
async fn what_could_run_is_refused_whatever_it_is_called() {
    let served = demonstration().await;
    let officer = served.token_of(OFFICER);
    let need = draft(served, &officer);
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>".as_slice();
    let page = b"<html><body onload=alert(1)>".as_slice();
    let later = b"\n\n<!-- %PDF-1.7 --><script>alert(1)</script>".as_slice();
    let bomb = document(u32::MAX);
    let cases: [(&str, &[u8]); 12] = [
        ("logo.svg", svg),
        ("logo.png", svg),
        ("logo.txt", svg),
        ("logo.md", svg),
        ("side.pdf", page),
        ("side.pdf", later),
        ("side.html.txt", page),
        ("bilde.gif", b"GIF89a/*\0*/=1;alert(1)"),
        ("skript.csv", b"#!/bin/sh\nrm -rf /\n"),
        ("program.pdf", b"MZ\x90\0\x03\0\0\0"),
        ("bombe.docx", &bomb),
        ("arkiv.zip", &bomb),
    ];
    for (name, content) in cases {
        let id = kept(&upload(served, &officer, name, content));
        let refused = attach(served, &officer, &need, &id);
        assert_eq!(refused["attachment"], Value::Null, "{name}");
        assert_eq!(
            refused["userErrors"],
            json!([{ "code": "FILE_TYPE_REFUSED", "path": ["uploadId"] }]),
            "{name}"
        );
    }
}

/// A PDF that is also a page and an archive, and one of a hundred thousand pages: files
/// that say what they are. They come back byte for byte, as a download in a sandbox.
#[tokio::test]
async fn what_is_two_things_at_once_comes_back_as_a_download() {
    let served = demonstration().await;
    let officer = served.token_of(OFFICER);
    let need = draft(served, &officer);
    let mut both = b"%PDF-1.7\n<html><script>alert(1)</script></html>\n".to_vec();
    both.extend(document(1));
    let kids = "1 0 R ".repeat(100_000);
    let long = format!("%PDF-1.7\n2 0 obj << /Type /Pages /Count 100000 /Kids [{kids}] >>\n%%EOF\n");
    for (name, content) in [("begge.pdf", both), ("lang.pdf", long.into_bytes())] {
        let id = kept(&upload(served, &officer, name, &content));
        let attached = attach(served, &officer, &need, &id);
        let file = &attached["attachment"];
        assert_eq!(file["mediaType"], "application/pdf", "{attached}");
        let url = file["url"].as_str().unwrap();
        let path = url.strip_prefix(&format!("http://{}", served.host)).unwrap_or(url);
        let authorization = format!("Bearer {officer}");
        let answer = served.send("GET", path, &[("Authorization", &authorization)], &[]);
        assert!(answer.body == content, "{name} came back as another file");
        assert_eq!(answer.header("content-type"), "application/pdf");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("content-security-policy"), "default-src 'none'; sandbox");
        assert!(answer.header("content-disposition").starts_with("attachment;"));
    }
}

#[tokio::test]
async fn a_name_is_a_name_and_no_path_header_or_disguise() {
    let served = demonstration().await;
    let officer = served.token_of(OFFICER);
    let need = draft(served, &officer);
    for (told, shown) in [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\kari\\svar.pdf", "svar.pdf"),
        ("faktura\u{202e}exe.pdf", "fakturaexe.pdf"),
        ("a;b%0d%0aSet-Cookie: x=y.pdf", "ab0d0aSet-Cookie x=y.pdf"),
        (".htaccess.pdf", "htaccess.pdf"),
    ] {
        let id = kept(&upload(served, &officer, told, super::files::PDF));
        let attached = attach(served, &officer, &need, &id);
        assert_eq!(attached["attachment"]["name"], shown, "{told}: {attached}");
    }
}
