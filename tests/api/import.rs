//! Needs from notices: what is taken, what is refused, what a second import does.

use chrono::TimeDelta;
use domain::needs::{self, ContentInput, ImportOutcome, ImportResult, NeedContent, SaveDraft};
use domain::{Actor, Error, organisations};
use tests::House;
use types::{ErrorCode, NeedState, OrganisationKind, OrganisationNumber, Role};

pub(crate) const DIALOGUE: &str =
    include_str!("../../crates/interop/tests/fixtures/pin-only-market-dialogue.xml");
const CALL: &str = include_str!("../../crates/interop/tests/fixtures/pin-cfc-social-lots.xml");
const JOINT: &str = include_str!("../../crates/interop/tests/fixtures/pin-buyer-joint-parts.xml");
/// The buyer of the first fixture.
const FJORDVIK: &str = "310043311";

fn number(text: &str) -> OrganisationNumber {
    text.parse().unwrap()
}

fn with(xml: &str, from: &str, to: &str) -> String {
    assert!(xml.contains(from), "{from} is not in the fixture");
    xml.replace(from, to)
}

async fn import(house: &House, xml: &str) -> ImportOutcome {
    let bytes = xml.as_bytes().to_vec();
    needs::import_notice(&house.app, &Actor::system(), bytes, &number(FJORDVIK)).await.unwrap()
}

async fn refused(house: &House, bytes: Vec<u8>, buyer: &str) -> Error {
    let before = counts(house).await;
    let error = needs::import_notice(&house.app, &Actor::system(), bytes, &number(buyer)).await.unwrap_err();
    assert_eq!(counts(house).await, before, "a refusal changes nothing");
    error
}

async fn counts(house: &House) -> (usize, usize) {
    use sea_orm::EntityTrait;
    let db = house.app.db.read();
    let needs = entity::need::Entity::find().all(db).await.unwrap().len();
    (needs, entity::organisation::Entity::find().all(db).await.unwrap().len())
}

fn draft(outcome: &ImportOutcome) -> NeedContent {
    needs::draft(&Actor::system(), &outcome.need).unwrap().unwrap()
}

#[tokio::test]
async fn a_notice_becomes_a_draft_of_a_buyer_that_is_made_known() {
    let house = House::new().await;
    let outcome = import(&house, DIALOGUE).await;
    assert_eq!(outcome.result, ImportResult::Created);
    let need = &outcome.need;
    assert_eq!((need.state, need.is_call_for_competition), (NeedState::Draft, false));
    assert_eq!(need.source_version.as_deref(), Some("02"));
    let buyer = organisations::get(&house.app, need.organisation_id).await.unwrap();
    assert_eq!((buyer.name.as_str(), buyer.kind), ("Fjordvik kommune", OrganisationKind::OtherBuyer));
    assert_eq!(buyer.registered_domain, None, "a notice proves no mailbox");

    let content = draft(&outcome);
    assert_eq!(content.title, "Invitasjon til marknadsdialog om digital heimeoppfølging");
    assert_eq!(content.language, types::Language::Nn);
    assert!(content.challenge.contains("- Kva løysingar finst i dag"), "{}", content.challenge);
    assert!(content.summary.starts_with("Fjordvik kommune ønskjer"), "{}", content.summary);
    let codes: Vec<&str> = content.cpv_codes.iter().map(types::CpvCode::as_str).collect();
    assert_eq!(codes, ["85312000", "48180000", "33195000"]);
    assert_eq!(content.places, ["NO0A2"]);
    assert_eq!(content.value.and_then(|v| v.maximum), Some(12_500_001));
    assert_eq!(content.planned_on.map(|d| d.to_string()).as_deref(), Some("2027-03-01"));
    assert_eq!(content.questions.len(), 3);
    assert!(content.plan.contains("2027-09-01") && content.plan.contains("https://dokument.example.no/4711"));

    let report = outcome.report;
    assert!(report.filled.contains(&"cpvCodes".to_owned()), "{:?}", report.filled);
    assert!(report.unmapped.iter().any(|u| u.path.ends_with("cbc:ActivityTypeCode") && u.text == "gen-pub"));
    house.finish().await;
}

#[tokio::test]
async fn a_known_municipality_and_a_county_are_what_they_are() {
    let house = House::new().await;
    let xml = with(DIALOGUE, "310 043 311", "942 110 464");
    let outcome = needs::import_notice(&house.app, &Actor::system(), xml.into_bytes(), &number("942110464"))
        .await
        .unwrap();
    let buyer = organisations::get(&house.app, outcome.need.organisation_id).await.unwrap();
    assert_eq!(buyer.kind, OrganisationKind::Municipality);
    assert_eq!(buyer.municipality_number.as_deref(), Some("5001"));
    assert_eq!(buyer.county_number.as_deref(), Some("50"));

    let county = domain::reference::counties().iter().find(|c| c.number == "46").unwrap();
    let theirs = county.organisation_number.clone().unwrap();
    let xml = with(DIALOGUE, "310 043 311", theirs.as_str());
    let outcome =
        needs::import_notice(&house.app, &Actor::system(), xml.into_bytes(), &theirs).await.unwrap();
    let buyer = organisations::get(&house.app, outcome.need.organisation_id).await.unwrap();
    assert_eq!((buyer.kind, buyer.county_number.as_deref()), (OrganisationKind::County, Some("46")));
    house.finish().await;
}

#[tokio::test]
async fn the_same_notice_twice_is_one_draft() {
    let house = House::new().await;
    let first = import(&house, DIALOGUE).await;
    let again = import(&house, DIALOGUE).await;
    assert_eq!((again.result, again.need.id), (ImportResult::Unchanged, first.need.id));
    assert_eq!(again.need.version, first.need.version);
    let second = with(DIALOGUE, "0b7e2f0a", "0b7e2f0b");
    let (one, other) = tokio::join!(import(&house, &second), import(&house, &second));
    assert_eq!(one.need.id, other.need.id, "also at the same time");
    assert_eq!(counts(&house).await.0, 2);
    house.finish().await;
}

#[tokio::test]
async fn a_newer_version_updates_what_nobody_edited_and_tells_what_it_left() {
    let house = House::new().await;
    let first = import(&house, DIALOGUE).await;
    let buyer = organisations::get(&house.app, first.need.organisation_id).await.unwrap();
    let writer = house.member(&buyer, "nina@fjordvik.example.no", &[Role::NeedOwner]).await;
    let edited = ContentInput {
        title: Some("Bu heime lenger".to_owned()),
        effects: Some("Færre innleggingar.".to_owned()),
        ..ContentInput::default()
    };
    let input = SaveDraft { need_id: first.need.id, expected_version: None, content: edited };
    needs::save_draft(&house.app, &writer, input).await.unwrap();

    let newer = with(DIALOGUE, "<cbc:VersionID>02<", "<cbc:VersionID>03<");
    let newer = with(&newer, "digital heimeoppfølging", "digital heimeteneste");
    let newer = with(&newer, "2027-03-01+01:00", "2027-05-01+02:00");
    let outcome = import(&house, &newer).await;
    assert_eq!((outcome.result, outcome.need.id), (ImportResult::Updated, first.need.id));
    assert_eq!(outcome.report.kept, ["title"]);
    let content = draft(&outcome);
    assert_eq!((content.title.as_str(), outcome.need.title.as_str()), ("Bu heime lenger", "Bu heime lenger"));
    assert_eq!(content.effects, "Færre innleggingar.");
    assert_eq!(content.planned_on.map(|d| d.to_string()).as_deref(), Some("2027-05-01"));
    let keys: Vec<&str> = content.questions.iter().map(|q| q.key.as_str()).collect();
    assert_eq!(keys, ["q1", "q2", "q3"], "questions keep their keys");

    let older = import(&house, DIALOGUE).await;
    assert_eq!(older.result, ImportResult::Older);
    assert_eq!(draft(&older), content);
    assert_eq!(older.report.kept, ["title"], "the report of the import that holds");
    house.finish().await;
}

#[tokio::test]
async fn review_freezes_the_draft_and_publication_ends_the_imports() {
    let house = House::new().await;
    let first = import(&house, DIALOGUE).await;
    let buyer = organisations::get(&house.app, first.need.organisation_id).await.unwrap();
    let writer = house.member(&buyer, "nina@fjordvik.example.no", &[Role::ProcurementOfficer]).await;
    let reviewer = house.member(&buyer, "roar@fjordvik.example.no", &[Role::Reviewer]).await;
    let missing = ContentInput {
        effects: Some("Færre innleggingar innan 2028.".to_owned()),
        response_deadline: Some(Some(house.app.now() + TimeDelta::days(30))),
        contact_name: Some("Nina Nes".to_owned()),
        contact_email: Some(Some("nina@fjordvik.example.no".to_owned())),
        ..ContentInput::default()
    };
    let input = SaveDraft { need_id: first.need.id, expected_version: None, content: missing };
    needs::save_draft(&house.app, &writer, input).await.unwrap();
    needs::submit(&house.app, &writer, first.need.id, None).await.unwrap();

    let newer = with(DIALOGUE, "<cbc:VersionID>02<", "<cbc:VersionID>03<");
    let error = refused(&house, newer.clone().into_bytes(), FJORDVIK).await;
    assert_eq!(error.code(), ErrorCode::FrozenForReview);

    let public = needs::approve(&house.app, &reviewer, first.need.id, None, None).await.unwrap();
    let outcome = import(&house, &newer).await;
    assert_eq!((outcome.result, outcome.need.version), (ImportResult::Published, public.version));
    house.finish().await;
}

#[tokio::test]
async fn a_call_for_competition_opens_no_dialogue() {
    let house = House::new().await;
    let reader = interop::eforms::EformsReader;
    let notice = domain::ports::NoticeReader::read(&reader, CALL.as_bytes()).unwrap();
    let theirs = notice.buyers[0].organisation_number.clone().unwrap();
    let bytes = CALL.as_bytes().to_vec();
    let outcome = needs::import_notice(&house.app, &Actor::system(), bytes, &theirs).await.unwrap();
    assert!(outcome.need.is_call_for_competition);
    let buyer = organisations::get(&house.app, outcome.need.organisation_id).await.unwrap();
    let writer = house.member(&buyer, "kaja@kjop.example.no", &[Role::ProcurementOfficer]).await;
    let error = needs::submit(&house.app, &writer, outcome.need.id, None).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::CallForCompetition);
    house.finish().await;
}

#[tokio::test]
async fn several_buyers_are_noted_as_possible_partners() {
    let house = House::new().await;
    let bytes = JOINT.as_bytes().to_vec();
    let outcome =
        needs::import_notice(&house.app, &Actor::system(), bytes, &number("310053244")).await.unwrap();
    let others: Vec<_> = outcome.report.other_buyers.iter().map(|b| b.name.as_str()).collect();
    assert_eq!(others, ["Elvdal", "Skogneset", "Øyvær kommune"]);
    assert_eq!(counts(&house).await.1, 1, "partners are noted, not made known");
    house.finish().await;
}

#[tokio::test]
async fn the_wrong_buyer_is_refused_with_the_right_ones() {
    let house = House::new().await;
    let Error::Invalid(errors) = refused(&house, DIALOGUE.as_bytes().to_vec(), "974760673").await else {
        panic!("a field error")
    };
    assert_eq!(errors[0].code, ErrorCode::WrongBuyer);
    assert_eq!(errors[0].params, [("found", "Fjordvik kommune (310043311)".to_owned())]);
    // The court that stands first in the file is no buyer.
    let error = refused(&house, DIALOGUE.as_bytes().to_vec(), "310040002").await;
    assert_eq!(error.code(), ErrorCode::WrongBuyer);
    house.finish().await;
}

#[tokio::test]
async fn hostile_and_broken_files_are_refused_and_change_nothing() {
    let house = House::new().await;
    let bomb = format!("<!DOCTYPE x [<!ENTITY a \"aaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]>{}", &DIALOGUE[38..]);
    let award = DIALOGUE.replace("PriorInformationNotice", "ContractAwardNotice");
    let cases: Vec<(Vec<u8>, ErrorCode)> = vec![
        (Vec::new(), ErrorCode::NotANotice),
        (b"%PDF-1.7".to_vec(), ErrorCode::NotANotice),
        (b"<html><body>Doffin</body></html>".to_vec(), ErrorCode::NotANotice),
        (DIALOGUE.as_bytes()[..4000].to_vec(), ErrorCode::BrokenXml),
        (award.into_bytes(), ErrorCode::NotANotice),
        (bomb.into_bytes(), ErrorCode::XmlEntitiesRefused),
        (vec![b' '; needs::MAX_NOTICE_BYTES + 1], ErrorCode::FileTooLarge),
    ];
    for (bytes, wanted) in cases {
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
        assert_eq!(refused(&house, bytes, FJORDVIK).await.code(), wanted, "{shown}");
    }
    house.finish().await;
}

/// What was found is said in the reader's language, and a notice without a
/// buyer is no other buyer's.
#[tokio::test]
async fn refusals_say_what_was_found_in_every_language() {
    let house = House::new().await;
    let buyerless = DIALOGUE.replace("ContractingParty", "OtherParty").into_bytes();
    let award = DIALOGUE.replace("PriorInformationNotice", "ContractAwardNotice").into_bytes();
    let cut = DIALOGUE.as_bytes()[..4000].to_vec();
    let texts = async |bytes: Vec<u8>| match refused(&house, bytes, FJORDVIK).await {
        Error::Invalid(errors) => [types::Language::Nb, types::Language::Nn, types::Language::En]
            .map(|l| i18n::Texts::of(l).error(&errors[0])),
        other => panic!("{other}"),
    };
    let [nb, nn, en] = texts(cut).await;
    assert!(nb.contains("filen slutter for tidlig") && nb.contains("Linje "), "{nb}");
    assert!(nn.contains("fila sluttar for tidleg") && en.contains("the file ends too early"), "{nn} {en}");
    let [nb, _, en] = texts(award).await;
    assert!(nb.contains("tildeling (ContractAwardNotice") && en.contains("an award"), "{nb} {en}");
    let [nb, _, en] = texts(b"Hei".to_vec()).await;
    assert!(nb.ends_with("Filen er ikke XML.") && en.ends_with("The file is not XML."), "{nb} {en}");
    assert_eq!(refused(&house, buyerless.clone(), FJORDVIK).await.code(), ErrorCode::NoBuyer);
    let [nb, _, _] = texts(buyerless).await;
    assert!(nb.contains("ingen oppdragsgiver"), "{nb}");
    house.finish().await;
}

#[tokio::test]
async fn only_a_writer_of_the_buyer_imports_its_notices() {
    let house = House::new().await;
    let known = import(&house, DIALOGUE).await;
    let buyer = organisations::get(&house.app, known.need.organisation_id).await.unwrap();
    let bytes = || DIALOGUE.as_bytes().to_vec();
    let app = &house.app;

    let reader = house.member(&buyer, "lars@fjordvik.example.no", &[Role::Reader]).await;
    let error = needs::import_own_notice(app, &reader, bytes()).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::Forbidden);
    let supplier = house.supplier("Sensor AS", "kari@sensor.example.no").await;
    let error = needs::import_own_notice(app, &supplier, bytes()).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::WrongOrganisation);
    let officer = house.officer().await;
    let error = needs::import_own_notice(app, &officer, bytes()).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::WrongBuyer);
    let error = needs::import_notice(app, &officer, bytes(), &number(FJORDVIK)).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::WrongOrganisation);
    let visitor = Actor::anonymous(types::Language::Nb);
    let error = needs::import_own_notice(app, &visitor, bytes()).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::Unauthenticated);

    let writer = house.member(&buyer, "nina@fjordvik.example.no", &[Role::NeedOwner]).await;
    let xml = with(DIALOGUE, "0b7e2f0a", "0b7e2f0c");
    let own = needs::import_own_notice(app, &writer, xml.into_bytes()).await.unwrap();
    assert_eq!(draft(&own).contact_email.map(|e| e.to_string()).as_deref(), Some("nina@fjordvik.example.no"));
    assert!(needs::import_report(&officer, &own.need).unwrap().is_none(), "the report is the buyer's");
    house.finish().await;
}

/// A word is looked up while the page is made, so a missing one is found here.
#[test]
fn every_field_of_a_need_has_a_name() {
    let sdl = include_str!("../../graphql/schema.graphql");
    let input = sdl.split("input NeedContentInput {").nth(1).unwrap().split("\n}").next().unwrap();
    let fields: Vec<&str> = input
        .lines()
        .filter_map(|line| line.trim().split_once(':').map(|(name, _)| name))
        .filter(|name| name.chars().all(char::is_alphanumeric))
        .collect();
    assert!(fields.len() > 20, "{fields:?}");
    for field in fields {
        let key = format!("need-field-{}", field.to_lowercase());
        assert!(i18n::KEYS.contains(&key.as_str()), "{key} is missing");
    }
}
