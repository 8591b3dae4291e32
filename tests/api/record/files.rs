//! Files: their contents are what was uploaded.

use domain::attachments::{self, Subject};
use domain::record::Finding;
use tests::House;
use types::AttachmentSubject;

use super::published;

const PDF: &[u8] = b"%PDF-1.7\nEit notat\n%%EOF\n";

#[tokio::test]
async fn a_content_that_is_changed_or_gone_is_found_and_named() {
    let house = House::new().await;
    let app = &house.app;
    let need = published(&house).await;
    let officer = house.officer().await;
    let subject = Subject { kind: AttachmentSubject::Need, id: need.id.0 };
    let file = attachments::add(app, &officer, subject, "notat.pdf", PDF).await.unwrap();
    let again = attachments::add(app, &officer, subject, "same.pdf", PDF).await.unwrap();
    let report = house.verify().await;
    assert_eq!((report.files, &report.findings[..]), (2, &[][..]));

    let folder = house.path("blobs").join(file.organisation_id.to_string());
    let content = folder.join(&file.sha256);
    let of = format!("the need {:?}", need.title);
    let each = |found: fn(uuid::Uuid, String, String) -> Finding| {
        [&file, &again].map(|f| found(f.id.0, f.name.clone(), of.clone()))
    };
    std::fs::write(&content, b"%PDF-1.7\nNoko anna\n%%EOF\n").unwrap();
    let changed = each(|attachment, name, of| Finding::FileChanged { attachment, name, of });
    assert_eq!(house.verify().await.findings, changed);
    std::fs::remove_file(&content).unwrap();
    let missing = each(|attachment, name, of| Finding::FileMissing { attachment, name, of });
    assert_eq!(house.verify().await.findings, missing);
    std::fs::create_dir(&content).unwrap();
    let findings = house.verify().await.findings;
    assert!(findings.iter().all(|f| matches!(f, Finding::FileUnreadable { .. })) && findings.len() == 2);
    std::fs::remove_dir(&content).unwrap();

    // What nothing refers to is nobody's, such as what a killed upload leaves.
    std::fs::write(&content, PDF).unwrap();
    std::fs::write(folder.join("left.part"), b"%PDF").unwrap();
    assert_eq!(house.verify().await.findings, []);
    house.finish().await;
}
