//! Mailers that keep what they are given.

use domain::ports::{DeliveryError, Mailer};
use mail::{FolderMailer, MemoryMailer, list, read};
use types::Language;

use crate::fixtures::{clock, event, message, sender, sign_in};

#[tokio::test]
async fn memory_keeps_and_refuses() {
    let mailer = MemoryMailer::new(sender(), clock());
    let first = message(Language::Nb, sign_in());
    mailer.refuse(DeliveryError::Retry("later".into()));
    assert_eq!(mailer.deliver(&first).await, Err(DeliveryError::Retry("later".into())));
    assert!(mailer.sent().is_empty());
    mailer.deliver(&first).await.unwrap();
    assert_eq!(mailer.messages(), [first]);
    assert_eq!(mailer.take()[0].subject, "Logg inn i Samspill");
    assert!(mailer.sent().is_empty());
}

#[tokio::test]
async fn a_folder_holds_whole_mails_newest_first() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("mail");
    assert!(list(&folder, 10).await.unwrap().is_empty());

    let mailer = FolderMailer::new(&folder, sender(), clock());
    for id in ["<a/../../1@samspill.example>", "2@samspill.example"] {
        let mut message = message(Language::En, event("event.cancelled", true));
        message.message_id = id.into();
        mailer.deliver(&message).await.unwrap();
    }
    std::fs::write(folder.join("20990101T000000.000000Z-x.json"), "{").unwrap();

    let mails = list(&folder, 10).await.unwrap();
    let names: Vec<&str> = mails.iter().map(|m| m.name.as_str()).collect();
    assert_eq!(
        names,
        ["20261123T093000.000000Z-a_.._.._1_samspill.example", "20261123T093000.000000Z-2_samspill.example"]
    );
    let mail = read(&folder, names[1]).await.unwrap();
    assert_eq!(mail, mails[1]);
    assert_eq!(mail.message_id, "2@samspill.example");
    assert_eq!(mail.to_name.as_deref(), Some("Kari Ødegård"));
    assert!(mail.calendar.unwrap().contains("METHOD:CANCEL"));
    let eml = std::fs::read_to_string(folder.join(format!("{}.eml", names[1]))).unwrap();
    assert!(eml.contains("Message-ID: <2@samspill.example>\r\n"), "{eml}");
    assert_eq!(list(&folder, 1).await.unwrap().len(), 0, "the broken file is the newest");

    let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|f| f.unwrap().file_name()).collect();
    assert_eq!(files.len(), 5, "nothing half-written stays: {files:?}");
}

#[tokio::test]
async fn names_lead_nowhere_else() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("mail");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(root.path().join("secret.json"), "{}").unwrap();
    for name in ["../secret", "", ".", "..", "a/b", "/etc/passwd"] {
        let error = read(&folder, name).await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::NotFound, "{name}");
    }
}
