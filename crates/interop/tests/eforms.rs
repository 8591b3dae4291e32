//! Notices in the structure of real ones, with invented buyers and needs.

#![expect(clippy::expect_used, reason = "a test fails by panicking, its helpers too")]

use domain::ports::{NoticeDetail, NoticeDraft, NoticeReader};
use interop::eforms::{EformsReader, MAX_BYTES};
use types::{ErrorCode, Language, Money, NoticeFault};

const DIALOGUE: &str = include_str!("fixtures/pin-only-market-dialogue.xml");
const JOINT: &str = include_str!("fixtures/pin-buyer-joint-parts.xml");
const CALL: &str = include_str!("fixtures/pin-cfc-social-lots.xml");
const CONSULTATION: &str = include_str!("fixtures/e1-pmc-consultation.xml");

fn read(xml: &str) -> NoticeDraft {
    EformsReader.read(xml.as_bytes()).expect("a notice")
}

fn refused(bytes: &[u8]) -> (ErrorCode, NoticeDetail) {
    EformsReader.read(bytes).expect_err("refused")
}

/// The notice with one thing changed.
fn with(xml: &str, from: &str, to: &str) -> String {
    assert!(xml.contains(from), "{from} is not in the fixture");
    xml.replace(from, to)
}

fn strings<T: ToString>(values: &[T]) -> Vec<String> {
    values.iter().map(ToString::to_string).collect()
}

fn time(text: &str) -> types::Time {
    text.parse().expect("a time")
}

fn day(text: &str) -> chrono::NaiveDate {
    text.parse().expect("a date")
}

#[test]
fn a_market_dialogue_becomes_a_draft() {
    let draft = read(DIALOGUE);
    assert_eq!(draft.source_id, "0b7e2f0a-53d1-4c7e-9c2e-6b1f6f0d1a01");
    assert_eq!(draft.source_version, "02");
    assert_eq!((draft.notice_type.as_str(), draft.notice_subtype.as_deref()), ("pin-only", Some("4")));
    assert!(!draft.is_call_for_competition);
    assert_eq!(draft.title, "Invitasjon til marknadsdialog om digital heimeoppfølging");
    assert_eq!(draft.language, Language::Nn, "the code says Norwegian, the text Nynorsk");
    let paragraphs: Vec<_> = draft.description.split("\n\n").collect();
    assert_eq!(paragraphs.len(), 5, "the part repeats the project and adds nothing: {paragraphs:?}");
    assert!(paragraphs[0].starts_with("Fjordvik kommune ønskjer"));
    assert_eq!(paragraphs[4], "Dialogen forpliktar ikkje kommunen til å kjøpe noko.", "the note");
    assert_eq!(strings(&draft.cpv_codes), ["85312000", "48180000", "33195000"]);
    assert_eq!(draft.places, ["NO0A2"]);
    assert_eq!(draft.value, Some(Money { amount: 12_500_001, currency: "NOK".to_owned() }));
    assert_eq!(draft.planned_on, Some(day("2027-03-01")));
    assert_eq!(
        draft.period,
        Some((Some(day("2027-09-01")), Some(day("2031-08-31")))),
        "four years from the start"
    );
    assert_eq!((draft.response_deadline, draft.question_deadline), (None, None));
    assert_eq!(draft.documents_url.as_deref(), Some("https://dokument.example.no/4711?vis=alle&sprak=nn"));
    assert_eq!(
        draft.questions,
        [
            "Kva løysingar finst i dag, t.d. i andre kommunar?",
            "Korleis kan vi måle effekten for brukarane?",
            "Korleis de vernar om personopplysningar.",
        ]
    );
}

#[test]
fn the_buyer_is_whom_the_notice_refers_to_not_the_court_before_it() {
    let draft = read(DIALOGUE);
    let [buyer] = &draft.buyers[..] else { panic!("one buyer: {:?}", draft.buyers) };
    assert_eq!(buyer.name, "Fjordvik kommune");
    assert_eq!(strings(buyer.organisation_number.as_slice()), ["310043311"]);
    assert_eq!(buyer.raw_number, "310 043 311");
    assert_eq!(buyer.town.as_deref(), Some("Fjordvik"));
    assert_eq!(buyer.country.as_deref(), Some("NOR"));
    assert_eq!(buyer.website.as_deref(), Some("https://www.fjordvik.example"));
}

#[test]
fn nothing_is_dropped_but_contact_details() {
    let draft = read(DIALOGUE);
    let has = |path: &str, text: &str| {
        let found = draft.unmapped.iter().filter(|(p, t)| p.ends_with(path) && t.starts_with(text)).count();
        assert_eq!(found, 1, "{path} {text}\n{:#?}", draft.unmapped);
    };
    has("cac:ContractingActivity/cbc:ActivityTypeCode", "gen-pub");
    has("cbc:RegulatoryDomain", "32014L0024");
    has(
        "efac:Organization[1]/efac:Company/cac:PartyName[1]/cbc:Name[@languageID='NOR']",
        "Fjordane tingrett",
    );
    has(
        "efac:Organization[1]/efac:Company/cac:PartyName[2]/cbc:Name[@languageID='ENG']",
        "Fjordane District Court",
    );
    has("efac:Organization[2]/efac:Company/cac:PostalAddress/cbc:StreetName", "Strandgata 1");
    has("cac:Contact", "contact details left out");
    let english: Vec<_> = draft
        .unmapped
        .iter()
        .filter(|(path, _)| path == "cac:ProcurementProject/cbc:Description[2][@languageID='ENG']")
        .map(|(_, text)| text.as_str())
        .collect();
    assert_eq!(
        english,
        ["Fjordvik municipality wants to find out how technology can help. Contact […] What exists today?"]
    );
    for (path, text) in &draft.unmapped {
        for personal in ["Kari", "99999999", "@example"] {
            assert!(!text.contains(personal), "{path}: {text}");
        }
    }
    let texts: Vec<_> = draft.unmapped.iter().map(|(_, text)| text.as_str()).collect();
    for mapped in ["Fjordvik kommune", "ORG-0002", "85312000", "12500000.50 NOK", "pin-only", "NOR"] {
        let left = texts.iter().filter(|text| **text == mapped).count();
        // The country NOR of addresses is no language.
        assert!(left == 0 || mapped == "NOR", "{mapped} is mapped and yet listed");
    }
}

#[test]
fn a_joint_procurement_has_a_buyer_for_each_number() {
    let draft = read(JOINT);
    let buyers: Vec<_> = draft
        .buyers
        .iter()
        .map(|b| (b.name.as_str(), strings(b.organisation_number.as_slice()).concat()))
        .collect();
    assert_eq!(
        buyers,
        [
            ("Elvdal", "310046620".to_owned()),
            ("Fjellbygd", "310053244".to_owned()),
            ("Skogneset", "310056553".to_owned()),
            ("Øyvær kommune", "310059862".to_owned()),
        ]
    );
    assert!(draft.buyers.iter().all(|b| b.raw_number == "310 046 620, 310053244/310056553 og 310 059 862"));
}

#[test]
fn parts_join_the_description() {
    let draft = read(JOINT);
    assert_eq!(draft.title, "Felles planer for 2027");
    assert_eq!(
        draft.description,
        "Fire kommuner vil møte markedet før de bestemmer seg.\n\n\
         Del 1: Utslippsfrie renovasjonsbiler\n\n\
         Seks biler med lading på natt. Hvilke biler kan dere levere i 2027?\n\n\
         Del 2: Varebiler til hjemmetjenesten\n\n\
         Førti små elbiler."
    );
    assert_eq!(draft.questions, ["Hvilke biler kan dere levere i 2027?"]);
    assert_eq!(
        strings(&draft.cpv_codes),
        ["34000000", "34144510", "34144900"],
        "each once, the main one first"
    );
    assert_eq!(draft.places, ["NO082", "NO083"]);
    assert_eq!(draft.value, Some(Money { amount: 27_500_000, currency: "NOK".to_owned() }), "the parts' sum");
    assert_eq!(draft.language, Language::Nb);
}

#[test]
fn a_touch_point_stands_for_its_organisation() {
    let draft = read(&with(JOINT, "310 046 620, 310053244/310056553 og 310 059 862", "310046620"));
    let [buyer] = &draft.buyers[..] else { panic!("one buyer: {:?}", draft.buyers) };
    assert_eq!(strings(buyer.organisation_number.as_slice()), ["310046620"]);
    assert_eq!(buyer.name, "Elvdal, Fjellbygd, Skogneset og Øyvær kommune");
}

#[test]
fn a_call_for_competition_is_marked() {
    let draft = read(CALL);
    assert!(draft.is_call_for_competition);
    assert_eq!(draft.notice_type, "pin-cfc-social");
    assert_eq!(strings(draft.buyers[0].organisation_number.as_slice()), ["310066486"]);
    assert_eq!(draft.response_deadline, Some(time("2026-12-18T11:00:00Z")), "the first lot's");
    assert_eq!(draft.question_deadline, Some(time("2026-12-04T11:00:00Z")));
    assert_eq!(draft.period, Some((Some(day("2027-02-01")), Some(day("2029-01-31")))));
    assert_eq!(draft.documents_url.as_deref(), Some("https://dokument.example.no/1"));
    let left = |text: &str| draft.unmapped.iter().any(|(_, t)| t == text);
    assert_eq!(draft.value, None, "two currencies have no sum");
    for text in [
        "4000000 NOK",
        "3000000 EUR",
        "24 MONTH",
        "2027-01-08+01:00",
        "https://dokument.example.no/2",
        "anyw-cou",
    ] {
        assert!(left(text), "{text}\n{:#?}", draft.unmapped);
    }
}

#[test]
fn the_code_decides_what_is_a_call_not_the_root() {
    let is_call = |form: &str, code: &str| {
        let to = format!("<cbc:NoticeTypeCode listName=\"{form}\">{code}<");
        read(&with(DIALOGUE, "<cbc:NoticeTypeCode listName=\"planning\">pin-only<", &to))
            .is_call_for_competition
    };
    for code in ["pin-only", "pin-buyer", "pin-rtl"] {
        assert!(!is_call("planning", code), "{code}");
    }
    assert!(!is_call("consultation", "pmc"));
    for code in
        ["cn-standard", "cn-social", "cn-desg", "pin-cfc-standard", "pin-cfc-social", "subco", "qu-sy"]
    {
        assert!(is_call("competition", code), "{code}");
        assert!(is_call("planning", code), "{code} with a wrong form");
    }
}

#[test]
fn a_consultation_is_read_with_its_lead_first() {
    let draft = read(CONSULTATION);
    assert_eq!((draft.notice_type.as_str(), draft.notice_subtype.as_deref()), ("pmc", Some("E1")));
    assert!(!draft.is_call_for_competition);
    assert_eq!(draft.source_version, "03");
    assert_eq!(draft.language, Language::En);
    assert_eq!(draft.title, "Shore power for the fishing fleet");
    assert_eq!(
        draft.description,
        "We ask the market for advice. How can small harbours store energy?\n\nBatteries at three quays."
    );
    assert_eq!(draft.questions, ["How can small harbours store energy?"]);
    assert_eq!(draft.response_deadline, Some(time("2027-02-15T14:00:00Z")));
    assert_eq!(draft.question_deadline, Some(time("2027-02-01T22:59:59Z")), "a date alone lasts to its end");
    let names: Vec<_> = draft.buyers.iter().map(|b| b.name.as_str()).collect();
    assert_eq!(names, ["Havnes Municipality", "Northern Ports Authority"], "no service provider");
    assert_eq!(draft.buyers[1].organisation_number, None);
    assert_eq!(draft.buyers[1].raw_number, "");
}

#[test]
fn texts_follow_the_notices_language() {
    let norwegian = with(CONSULTATION, "<cbc:NoticeLanguageCode>ENG", "<cbc:NoticeLanguageCode>NOB");
    let draft = read(&norwegian);
    assert_eq!((draft.title.as_str(), draft.language), ("Landstrøm til fiskeflåten", Language::Nb));
    assert_eq!(draft.buyers[0].name, "Havnes kommune");
    let foreign = read(&with(CONSULTATION, "<cbc:NoticeLanguageCode>ENG", "<cbc:NoticeLanguageCode>DEU"));
    assert_eq!(
        (foreign.title.as_str(), foreign.language),
        ("Shore power for the fishing fleet", Language::En)
    );
    assert!(foreign.unmapped.iter().any(|(path, text)| path == "cbc:NoticeLanguageCode" && text == "DEU"));
    let nynorsk = read(&with(CALL, "NOB", "NNO"));
    assert_eq!(nynorsk.language, Language::Nn);
}

#[test]
fn other_notices_and_other_files_are_refused() {
    let award =
        CALL.replace("ContractNotice", "ContractAwardNotice").replace("pin-cfc-social", "can-standard");
    let (code, detail) = refused(award.as_bytes());
    assert_eq!(code, ErrorCode::NotANotice);
    assert_eq!(
        (detail.fault, detail.found.as_str()),
        (NoticeFault::Award, "ContractAwardNotice, can-standard")
    );
    for (xml, fault, found) in [
        (
            "<TED_EXPORT xmlns='http://publications.europa.eu/'><ID>1</ID></TED_EXPORT>",
            NoticeFault::OtherDocument,
            "TED_EXPORT",
        ),
        (
            "<PriorInformationNotice><ID>1</ID></PriorInformationNotice>",
            NoticeFault::OtherDocument,
            "PriorInformationNotice",
        ),
        (
            "<Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'/>",
            NoticeFault::OtherNotice,
            "Invoice, ",
        ),
        ("<!DOCTYPE html><html lang='nb'><body/></html>", NoticeFault::WebPage, ""),
        ("Hei!", NoticeFault::NoXml, ""),
        ("", NoticeFault::EmptyFile, ""),
    ] {
        let (code, detail) = refused(xml.as_bytes());
        assert_eq!(code, ErrorCode::NotANotice, "{xml}");
        assert_eq!((detail.fault, detail.found.as_str()), (fault, found));
    }
    let nameless = with(DIALOGUE, "0b7e2f0a-53d1-4c7e-9c2e-6b1f6f0d1a01", " ");
    assert_eq!(refused(nameless.as_bytes()).0, ErrorCode::NotANotice);
}

#[test]
fn broken_xml_is_located() {
    for (cut, fault, line) in [
        (with(DIALOGUE, "</efac:Organizations>", ""), NoticeFault::NotWellFormed, None),
        (DIALOGUE[..DIALOGUE.len() / 2].to_owned(), NoticeFault::EndsEarly, None),
        ("<a>\n<b>&nbsp;</b></a>".to_owned(), NoticeFault::NotWellFormed, Some(2)),
        ("<a></b>".to_owned(), NoticeFault::NotWellFormed, Some(1)),
    ] {
        let (code, detail) = refused(cut.as_bytes());
        assert_eq!(code, ErrorCode::BrokenXml);
        let at = detail.at.expect("a place").0;
        assert_eq!((detail.fault, line.unwrap_or(at)), (fault, at));
    }
    let mut wrong = DIALOGUE.as_bytes().to_vec();
    wrong.insert(DIALOGUE.find("Strandgata").expect("a street"), 0xE5);
    assert_eq!(refused(&wrong).0, ErrorCode::BrokenXml);
}

#[test]
fn entities_are_refused_in_every_encoding() {
    let bomb = "<?xml version=\"1.0\"?>\n<!DOCTYPE lolz [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;&a;\">]>\n<lolz>&b;</lolz>";
    assert_eq!(refused(bomb.as_bytes()).0, ErrorCode::XmlEntitiesRefused);
    let little: Vec<u8> = format!("\u{feff}{bomb}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = bomb.encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(refused(&little).0, ErrorCode::XmlEntitiesRefused);
    assert_eq!(refused(&big).0, ErrorCode::XmlEntitiesRefused);
}

#[test]
fn bombs_are_refused_at_once() {
    let deep = "<a>".repeat(200_000) + &"</a>".repeat(200_000);
    let (code, detail) = refused(deep.as_bytes());
    assert_eq!(code, ErrorCode::BrokenXml);
    assert_eq!(detail.fault, NoticeFault::TooDeep);
    let wide = format!("<a>{}</a>", "<b/>".repeat(1_000_000));
    assert_eq!(refused(wide.as_bytes()).0, ErrorCode::FileTooLarge);
    assert_eq!(refused(&vec![b'<'; MAX_BYTES + 1]).0, ErrorCode::FileTooLarge);
}

#[test]
fn every_encoding_reads_the_same() {
    let expected = read(CALL);
    let utf16 = with(CALL, "encoding=\"UTF-8\"", "encoding=\"UTF-16\"");
    let latin = with(CALL, "encoding=\"UTF-8\"", "encoding=\"ISO-8859-1\"");
    let latin: Vec<u8> = latin.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect();
    for bytes in [
        format!("\u{feff}{CALL}").into_bytes(),
        format!("\u{feff}{utf16}").encode_utf16().flat_map(u16::to_le_bytes).collect(),
        format!("\u{feff}{utf16}").encode_utf16().flat_map(u16::to_be_bytes).collect(),
        latin,
        CALL.replace('\n', "\r\n").into_bytes(),
    ] {
        assert_eq!(EformsReader.read(&bytes), Ok(expected.clone()));
    }
}

#[test]
fn texts_are_cleaned_and_clipped_without_loss() {
    let title = "Invitasjon til marknadsdialog om digital heimeoppfølging";
    let long = format!("  {}&#11;\u{7}\u{202e}slutt ", "Ord&#9;og &amp;\n".repeat(40));
    let draft = read(&with(DIALOGUE, title, &long));
    let whole = format!("{}slutt", "Ord og & ".repeat(40));
    assert!(draft.title.chars().count() <= 200 && whole.starts_with(&draft.title), "{}", draft.title);
    let rest = draft
        .unmapped
        .iter()
        .find(|(path, _)| path == "cac:ProcurementProject/cbc:Name (…)")
        .expect("the rest");
    assert_eq!(format!("{} {}", draft.title, rest.1), whole);

    let draft = read(&with(DIALOGUE, "Fjordvik kommune ønskjer", &"Vi ønskjer svar. ".repeat(2_000)));
    assert!(draft.description.chars().count() <= 20_000);
    assert!(
        draft
            .unmapped
            .iter()
            .any(|(path, text)| path.ends_with("cbc:Description (…)") && text.ends_with("noko."))
    );
}

#[test]
fn a_huge_notice_lists_what_it_can_and_says_how_much_more() {
    let many = format!("<cbc:Note>{}</cbc:Note>", "x".repeat(300)).repeat(3_000);
    let draft = read(&with(DIALOGUE, "<cac:TenderingProcess>", &format!("<cac:TenderingProcess>{many}")));
    assert!(draft.unmapped.len() <= 2_010);
    let (path, text) = draft.unmapped.last().expect("entries");
    assert_eq!(path, "…");
    assert!(text.ends_with("more texts left out"), "{text}");
}
