//! A file on its way: uploaded, attached, read by those who may, and refused.

use serde_json::{Value, json};

use super::{Answer, COLLEAGUE, OFFICER, SUPPLIER, Served, demonstration};

pub(super) const PDF: &[u8] = b"%PDF-1.7\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n";

/// Sends one file as a browser's form does.
pub(super) fn upload(served: &Served, token: &str, name: &str, content: &[u8]) -> Answer {
    let head = format!(
        "--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    let body = [head.as_bytes(), content, b"\r\n--line--\r\n"].concat();
    let authorization = format!("Bearer {token}");
    let mut headers = vec![("Content-Type", "multipart/form-data; boundary=line")];
    if !token.is_empty() {
        headers.push(("Authorization", &authorization));
    }
    served.send("POST", "/uploads", &headers, &body)
}

pub(super) fn kept(answer: &Answer) -> Value {
    assert_eq!(answer.status, 201, "{}", answer.text());
    serde_json::from_slice::<Value>(&answer.body).unwrap()["id"].take()
}

pub(super) fn attach(served: &Served, token: &str, subject: &Value, upload: &Value) -> Value {
    let document = "mutation($input: AddAttachmentInput!) { addAttachment(input: $input) {
        attachment { name mediaType size url } userErrors { code path } } }";
    let input = json!({ "input": { "subjectId": subject, "uploadId": upload } });
    served.graphql(token, document, &input)["data"]["addAttachment"].take()
}

/// A draft of the officer's.
pub(super) fn draft(served: &Served, token: &str) -> Value {
    let document = "mutation($content: NeedContentInput!) { createNeed(input: { content: $content }) {
        need { id } userErrors { code } } }";
    let content = json!({ "content": { "title": "Vedlegg prøves" } });
    served.graphql(token, document, &content)["data"]["createNeed"]["need"]["id"].take()
}

#[tokio::test]
async fn a_file_is_uploaded_attached_and_read_safely() {
    let served = demonstration().await;
    let officer = served.token_of(OFFICER);
    let need = draft(served, &officer);
    let id = kept(&upload(served, &officer, "../../kravspesifikasjon æøå.pdf", PDF));

    // Nobody uses somebody else's upload, a colleague neither; the sender once.
    let colleague = served.token_of(COLLEAGUE);
    let taken = attach(served, &colleague, &need, &id);
    assert_eq!(taken["userErrors"], json!([{ "code": "NOT_FOUND", "path": ["uploadId"] }]));
    let wrong = attach(served, &officer, &id, &id);
    assert_eq!(wrong["userErrors"], json!([{ "code": "INVALID_FORMAT", "path": ["subjectId"] }]));
    let attached = attach(served, &officer, &need, &id);
    let file = &attached["attachment"];
    assert_eq!(
        (&file["name"], &file["mediaType"], &file["size"]),
        (&json!("kravspesifikasjon æøå.pdf"), &json!("application/pdf"), &json!(PDF.len()))
    );
    let again = attach(served, &officer, &need, &id);
    assert_eq!(again["userErrors"], json!([{ "code": "NOT_FOUND", "path": ["uploadId"] }]));

    let url = file["url"].as_str().unwrap();
    let path = url.strip_prefix(&format!("http://{}", served.host)).unwrap_or(url);
    let read = |token: &str| {
        let authorization = format!("Bearer {token}");
        let headers = [("Authorization", authorization.as_str())];
        served.send("GET", path, if token.is_empty() { &[] } else { &headers }, &[])
    };
    let answer = read(&officer);
    assert_eq!((answer.status, answer.body.as_slice()), (200, PDF));
    assert_eq!(answer.header("content-type"), "application/pdf");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("content-security-policy"), "default-src 'none'; sandbox");
    assert_eq!(answer.header("cache-control"), "private, no-cache");
    let disposition = answer.header("content-disposition");
    assert!(disposition.starts_with("attachment;") && disposition.contains("%C3%A6"), "{disposition}");
    for stranger in ["", &served.token_of(SUPPLIER)] {
        assert_eq!(read(stranger).refusal(), (404, "NOT_FOUND".to_owned()), "a draft's file");
    }
}

#[tokio::test]
async fn what_is_too_large_or_another_thing_than_its_name_is_refused() {
    let served = demonstration().await;
    let officer = served.token_of(OFFICER);
    let signed_out = upload(served, "", "a.pdf", PDF);
    assert_eq!(signed_out.refusal(), (401, "UNAUTHENTICATED".to_owned()));
    let mut large = PDF.to_vec();
    large.resize(1024 * 1024, b' ');
    kept(&upload(served, &officer, "a.pdf", &large));
    large.push(b' ');
    let refused = upload(served, &officer, "a.pdf", &large);
    assert_eq!(refused.refusal(), (413, "FILE_TOO_LARGE".to_owned()));
    assert!(refused.text().contains('1'), "it says how large a file may be: {}", refused.text());
    assert_eq!(upload(served, &officer, "a.pdf", b"").refusal(), (422, "FILE_EMPTY".to_owned()));
    let authorization = format!("Bearer {officer}");
    let headers = [("Content-Type", "multipart/form-data; boundary=line"), ("Authorization", &authorization)];
    let nothing = served.send("POST", "/uploads", &headers, b"--line--\r\n");
    assert_eq!(nothing.refusal(), (422, "REQUIRED".to_owned()));
    let torn = served.send("POST", "/uploads", &headers, b"--line\r\nContent-Disposition: form-data; na");
    assert_eq!(torn.refusal(), (422, "BAD_USER_INPUT".to_owned()));

    let need = draft(served, &officer);
    let page = b"<!doctype html><script>alert(1)</script>";
    for (name, content) in [("a.pdf", &page[..]), ("a.html", page), ("a.svg", b"<svg/>"), ("a.txt", page)] {
        let id = kept(&upload(served, &officer, name, content));
        let refused = attach(served, &officer, &need, &id);
        assert_eq!(refused["attachment"], Value::Null);
        assert_eq!(
            refused["userErrors"],
            json!([{ "code": "FILE_TYPE_REFUSED", "path": ["uploadId"] }]),
            "{name}"
        );
    }
}
