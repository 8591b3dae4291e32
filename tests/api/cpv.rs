//! The full CPV list: replaced whole or not at all, and then preferred.

use chrono::TimeDelta;
use domain::{Error, reference};
use tests::House;
use types::{CpvCode, ErrorCode, Language};

const LIST: &str = "code,nb,en\n\
    33000000,Medisinsk utstyr,Medical equipments\n\
    33190000,Diverse medisinsk utstyr,Miscellaneous medical devices\n\
    33195000,Pasientovervåkingssystem,Patient-monitoring system\n\
    33195100,Monitorer,Monitors\n";

async fn found(house: &House, words: &str, language: Language) -> Vec<String> {
    let found = reference::search_cpv(&house.app, words, language).await.unwrap();
    found.into_iter().map(|(code, _)| code.to_string()).collect()
}

async fn label(house: &House, code: &str) -> Option<String> {
    let code: CpvCode = code.parse().unwrap();
    let labels = reference::cpv_labels(&house.app, &[code], Language::Nb).await.unwrap();
    labels.into_iter().next().map(|(_, label)| label)
}

#[tokio::test]
async fn an_imported_list_is_preferred_to_what_is_built_in() {
    let house = House::new().await;
    assert_eq!(label(&house, "33195000").await, label(&house, "33100000").await, "its group's");
    assert!(found(&house, "systemutvikling", Language::Nb).await.is_empty());
    assert!(found(&house, "helse sosial", Language::Nn).await.contains(&"85000000".to_owned()));

    assert_eq!(reference::import_cpv(&house.app, LIST.as_bytes()).await.unwrap(), 4);
    assert_eq!(label(&house, "33195000").await.as_deref(), Some("Pasientovervåkingssystem"));
    assert_eq!(label(&house, "85000000").await.as_deref(), Some("Helse- og sosialtjenester"), "not in it");
    assert_eq!(found(&house, "331", Language::Nb).await, ["33190000", "33195000", "33195100"]);
    assert_eq!(found(&house, "UTSTYR med", Language::Nb).await, ["33000000", "33190000"], "widest first");
    assert_eq!(found(&house, "patient monit", Language::En).await, ["33195000"]);
    for nothing in ["", " - ", "3", "%", "'"] {
        assert!(found(&house, nothing, Language::Nb).await.is_empty(), "{nothing}");
    }

    let shorter = LIST.lines().take(2).collect::<Vec<_>>().join("\n");
    assert_eq!(reference::import_cpv(&house.app, shorter.as_bytes()).await.unwrap(), 1);
    assert_eq!(found(&house, "33", Language::Nb).await, ["33000000"]);
    house.finish().await;
}

#[tokio::test]
async fn a_broken_list_is_refused_with_its_line_and_changes_nothing() {
    let house = House::new().await;
    reference::import_cpv(&house.app, LIST.as_bytes()).await.unwrap();
    let broken = LIST.replace("33190000", "3319000");
    let Error::Invalid(errors) = reference::import_cpv(&house.app, broken.as_bytes()).await.unwrap_err()
    else {
        panic!("a field error")
    };
    assert_eq!((errors[0].code, errors[0].path.join(".")), (ErrorCode::UnknownCpvCode, "file.3".to_owned()));
    house.clock.advance(TimeDelta::minutes(2));
    assert_eq!(found(&house, "33", Language::Nb).await.len(), 4);
    house.finish().await;
}
