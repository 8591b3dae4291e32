//! What was told to one is told to all before procurement (R1), and the ledger
//! that shows it.

use chrono::TimeDelta;
use domain::disclosures::Note;
use domain::interest::{self, Register};
use domain::needs::{self, Need};
use domain::page::PageRequest;
use domain::questions::{self, Announce, Ask};
use domain::summary::{self, SaveSummary, SummaryInput};
use domain::{Actor, ledger};
use tests::House;
use types::{
    DisclosureChannel, DisclosureState, EntryKind, ErrorCode, InterestVisibility, NeedState, Outcome,
};

use crate::thread::published;

const SECRET: &str = "Budsjettet er i praksis 12 millioner.";

fn note(need: &Need, to: &Actor, house: &House) -> Note {
    Note {
        need_id: need.id,
        told: SECRET.to_owned(),
        told_to: to.organisation_id().into_iter().collect(),
        told_to_note: String::new(),
        channel: DisclosureChannel::Phone,
        told_at: house.app.now() - TimeDelta::hours(1),
    }
}

/// A need whose summary is published.
pub(crate) async fn summarised(house: &House, officer: &Actor, reviewer: &Actor) -> Need {
    let need = published(house, officer, reviewer).await;
    let content = SummaryInput {
        overview: Some("Tre leverandører svarte.".to_owned()),
        next_steps: Some("Vi lyser ut i mai.".to_owned()),
        ..SummaryInput::default()
    };
    let save = SaveSummary { need_id: need.id, expected_version: None, content };
    summary::save_draft(&house.app, officer, save).await.unwrap();
    summary::publish(&house.app, officer, need.id, None, "").await.unwrap();
    needs::get(&house.app, officer, need.id).await.unwrap()
}

#[tokio::test]
async fn r1_nothing_told_to_one_stays_hidden_when_a_need_goes_to_procurement() {
    let house = House::new().await;
    let app = &house.app;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let told = house.supplier("Sensor Trøndelag AS", "kari@sensor.example.no").await;
    let other = house.supplier("Annen AS", "per@annen.example.no").await;
    let need = summarised(&house, &officer, &reviewer).await;
    interest::follow(app, &other, need.id).await.unwrap();

    let first = needs::note_disclosure(app, &officer, note(&need, &told, &house)).await.unwrap();
    let close = || needs::close(app, &officer, need.id, Outcome::ToProcurement, "Vi lyser ut.");
    assert_eq!(close().await.unwrap_err().code(), ErrorCode::UnsharedDisclosures);
    assert_eq!(needs::get(app, &officer, need.id).await.unwrap().state, NeedState::Summarised);

    // Nobody but the buyer reads what was told, or to whom.
    assert!(needs::shared_disclosures(app, std::slice::from_ref(&need)).await.unwrap().is_empty());
    let refused = needs::disclosures(app, &other, &need).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::Forbidden);
    house.work().await;
    let page = PageRequest::new(Some(100), None).unwrap();
    let seen = format!("{:?}", needs::log(app, &other, &need, &page).await.unwrap());
    assert!(seen.contains("DisclosureMade"), "that there was contact is public (R2)");
    assert!(!seen.contains("12 millioner"), "{seen}");
    assert!(!seen.contains(&told.organisation_id().unwrap().to_string()), "{seen}");
    assert!(house.mail.take().iter().all(|m| !m.text.contains("12 millioner")));

    needs::share_disclosure(app, &officer, first.id, "Rammen er om lag 12 millioner kroner.").await.unwrap();
    let shared = needs::shared_disclosures(app, std::slice::from_ref(&need)).await.unwrap();
    assert_eq!(shared[0].text, "Rammen er om lag 12 millioner kroner.");
    house.work().await;
    let mails = house.mail.take();
    assert!(
        mails.iter().any(|m| m.to.to_string() == "per@annen.example.no" && m.text.contains("12 millioner"))
    );
    let again = needs::share_disclosure(app, &officer, first.id, "").await.unwrap_err();
    assert_eq!(again.code(), ErrorCode::WrongState);

    close().await.unwrap();
    let second = needs::note_disclosure(app, &officer, note(&need, &told, &house)).await.unwrap();
    let announce = || needs::announce_competition(app, &officer, need.id, "https://doffin.no/1");
    assert_eq!(announce().await.unwrap_err().code(), ErrorCode::UnsharedDisclosures);

    let empty = needs::waive_disclosure(app, &officer, second.id, "  ").await.unwrap_err();
    assert_eq!(empty.code(), ErrorCode::Required);
    let reason = "Ville røpe leverandørens oppskrift.";
    let waived = needs::waive_disclosure(app, &officer, second.id, reason).await.unwrap();
    assert_eq!(waived.state, DisclosureState::Waived);
    announce().await.unwrap();
    house.work().await;
    let seen = format!("{:?}", needs::log(app, &other, &need, &page).await.unwrap());
    assert!(!seen.contains("oppskrift"), "the reason of a waiver is the buyer's");
    house.finish().await;
}

#[tokio::test]
async fn a_note_says_what_to_whom_and_when() {
    let house = House::new().await;
    let app = &house.app;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let supplier = house.supplier("Sensor Trøndelag AS", "kari@sensor.example.no").await;
    let need = published(&house, &officer, &reviewer).await;
    let empty = Note {
        told: " ".to_owned(),
        told_to: Vec::new(),
        told_at: house.app.now() + TimeDelta::hours(1),
        ..note(&need, &supplier, &house)
    };
    let domain::Error::Invalid(errors) = needs::note_disclosure(app, &officer, empty).await.unwrap_err()
    else {
        panic!("fields are told");
    };
    let fields: Vec<String> = errors.iter().map(|e| e.path.join(".")).collect();
    assert_eq!(fields, ["told", "toldTo", "toldAt"]);

    let own = Note { told_to: vec![need.organisation_id], ..note(&need, &supplier, &house) };
    assert_eq!(needs::note_disclosure(app, &officer, own).await.unwrap_err().code(), ErrorCode::NotFound);
    for (actor, code) in [(&supplier, ErrorCode::Forbidden), (&reviewer, ErrorCode::Forbidden)] {
        let refused = needs::note_disclosure(app, actor, note(&need, &supplier, &house)).await.unwrap_err();
        assert_eq!(refused.code(), code);
    }
    let kept = needs::note_disclosure(app, &officer, note(&need, &supplier, &house)).await.unwrap();
    let hidden = needs::share_disclosure(app, &supplier, kept.id, "").await.unwrap_err();
    assert_eq!(hidden.code(), ErrorCode::NotFound, "others do not learn that the id exists");
    house.finish().await;
}

#[tokio::test]
async fn the_ledger_holds_all_that_was_told_and_the_register_who_took_part() {
    let house = House::new().await;
    let app = &house.app;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let asker = house.supplier("Sensor Trøndelag AS", "kari@sensor.example.no").await;
    let discreet = house.supplier("Annen AS", "per@annen.example.no").await;
    let need = published(&house, &officer, &reviewer).await;
    let text = "Gjelder det også natt?".to_owned();
    let question = questions::ask(app, &asker, Ask { need_id: need.id, text }).await.unwrap();
    questions::decline(app, &officer, question.id, "Står i behovet.").await.unwrap();
    let announce =
        Announce { need_id: need.id, title: "Ny frist".to_owned(), body: "Se behovet.".to_owned() };
    questions::announce(app, &officer, announce).await.unwrap();
    let register = Register {
        need_id: need.id,
        visibility: InterestVisibility::Discreet,
        is_looking_for_partners: false,
        message: String::new(),
        expected_version: None,
    };
    interest::register(app, &discreet, register).await.unwrap();
    house.clock.advance(TimeDelta::hours(2));
    needs::note_disclosure(app, &officer, note(&need, &asker, &house)).await.unwrap();
    house.work().await;

    let page = PageRequest::new(Some(100), None).unwrap();
    let told = ledger::told(app, &officer, &need, &page).await.unwrap().into_rows();
    let kinds: Vec<EntryKind> = told.iter().map(|t| t.kind).collect();
    assert_eq!(
        kinds,
        [
            EntryKind::DisclosureMade,
            EntryKind::AnnouncementPublished,
            EntryKind::QuestionDeclined,
            EntryKind::NeedStateChanged,
            EntryKind::NeedPublished,
        ]
    );
    assert_eq!((told[0].what.as_str(), told[0].disclosure_state), (SECRET, Some(DisclosureState::Unshared)));
    assert_eq!(told[0].to, ledger::ToWhom::Some(asker.organisation_id().into_iter().collect()));
    assert_eq!((told[1].what.as_str(), &told[1].to), ("Ny frist", &ledger::ToWhom::All));
    assert_eq!(told[2].to, ledger::ToWhom::Some(asker.organisation_id().into_iter().collect()));

    let took = ledger::participants(app, &officer, &need).await.unwrap();
    let took: Vec<_> = took.iter().map(|t| (Some(t.organisation_id), t.activity)).collect();
    assert_eq!(
        took,
        [
            (discreet.organisation_id(), EntryKind::InterestRegistered),
            (asker.organisation_id(), EntryKind::QuestionAsked),
        ]
    );
    for outsider in [&asker, &Actor::anonymous(types::Language::Nb)] {
        let refused = ledger::told(app, outsider, &need, &page).await.unwrap_err();
        assert_eq!(refused.code(), ErrorCode::Forbidden);
        assert!(ledger::participants(app, outsider, &need).await.is_err());
    }
    house.finish().await;
}

#[tokio::test]
async fn a_draft_about_which_something_was_told_is_not_deleted() {
    let house = House::new().await;
    let app = &house.app;
    let officer = house.officer().await;
    let supplier = house.supplier("Sensor Trøndelag AS", "kari@sensor.example.no").await;
    let content = crate::thread::content(&house);
    let need = needs::create(app, &officer, needs::CreateNeed { content }).await.unwrap();
    let noted = needs::note_disclosure(app, &officer, note(&need, &supplier, &house)).await.unwrap();
    let refused = needs::delete_draft(app, &officer, need.id).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::WrongState);
    let early = needs::share_disclosure(app, &officer, noted.id, "").await.unwrap_err();
    assert_eq!(early.code(), ErrorCode::WrongState, "there is nobody to share it with yet");
    house.finish().await;
}
