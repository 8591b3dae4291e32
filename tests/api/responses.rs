//! Responses: written, submitted, read by whom they are for, and answered.

mod api;
mod files;
mod readers;

use std::collections::BTreeSet;

use chrono::TimeDelta;
use domain::needs::{self, ContentInput, CreateNeed, Need, partners};
use domain::page::PageRequest;
use domain::record::{self, Log};
use domain::responses::{
    self, AnswerInput, Consent, FREE, Passage, Reader, Receipt, Response, SaveDraft, WITHDRAWAL_PERIOD,
};
use domain::{Actor, Error, organisations};
use sea_orm::EntityTrait;
use tests::House;
use types::{
    Confidentiality, Disposition, ErrorCode, NeedState, OrganisationId, OrganisationKind, PartnerState,
    ResponseState, Role,
};
use uuid::Uuid;

const SECRET: &str = "Algoritmen KESTREL-77 gir 40 prosent færre alarmer";
const OPEN: &str = "Sensorer i gulvlister finnes i dag";
const WHY: &str = "Konkurrenter kan etterligne metoden";

/// A published need with two questions, and who runs it.
async fn published(house: &House) -> (Need, Actor, Actor) {
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let app = &house.app;
    let content = ContentInput {
        questions: Some(vec![(None, "Hva finnes i dag?".to_owned()), (None, "Hva koster det?".to_owned())]),
        ..crate::thread::content(house)
    };
    let need = needs::create(app, &officer, CreateNeed { content }).await.unwrap();
    let need = needs::submit(app, &officer, need.id, None).await.unwrap();
    let need = needs::approve(app, &reviewer, need.id, None, None).await.unwrap();
    (need, officer, reviewer)
}

fn answer(key: &str, text: &str) -> AnswerInput {
    AnswerInput { key: key.to_owned(), text: Some(text.to_owned()), ..AnswerInput::default() }
}

fn secret(key: &str, text: &str, why: &str) -> AnswerInput {
    AnswerInput { is_secret: Some(true), claim_reason: Some(why.to_owned()), ..answer(key, text) }
}

fn save(need: &Need, answers: Vec<AnswerInput>) -> SaveDraft {
    SaveDraft { need_id: need.id, expected_version: None, answers, consent: None }
}

/// Saves and submits an open answer to `q1` and a secret one to `q2`.
async fn respond(house: &House, need: &Need, supplier: &Actor) -> Response {
    let answers = vec![answer("q1", OPEN), secret("q2", SECRET, WHY)];
    responses::save_draft(&house.app, supplier, save(need, answers)).await.unwrap();
    responses::submit(&house.app, supplier, need.id, None).await.unwrap();
    responses::own(&house.app, supplier, need.id).await.unwrap().unwrap()
}

fn all() -> PageRequest {
    PageRequest::new(Some(100), None).unwrap()
}

/// The texts of all passages of a need that the actor reads.
async fn texts(house: &House, actor: &Actor, need: &Need) -> Vec<String> {
    let page = responses::visible_passages(&house.app, actor, need, &all()).await.unwrap();
    page.into_rows().into_iter().map(|p| p.text).collect()
}

async fn count(house: &House, actor: &Actor, need: &Need) -> usize {
    responses::list(&house.app, actor, need, &all()).await.unwrap().rows.len()
}

async fn passage(house: &House, actor: &Actor, need: &Need, key: &str) -> Passage {
    let page = responses::comparison(&house.app, actor, need, key, &all()).await.unwrap();
    page.into_rows().pop().unwrap()
}

/// Everything that an actor gets from this slice and from the need's log, as one text.
async fn everything(house: &House, actor: &Actor, need: &Need, response: &Response) -> String {
    let app = &house.app;
    let page = responses::visible_passages(app, actor, need, &all()).await.unwrap();
    let list = responses::list(app, actor, need, &all()).await.unwrap().into_rows();
    let found = responses::find(app, actor, response.id).await.unwrap();
    let own = responses::own(app, actor, need.id).await.unwrap();
    let copies = responses::submissions_of(app, actor, std::slice::from_ref(response)).await.unwrap();
    let log = needs::log(app, actor, need, &all()).await.unwrap();
    format!("{page:?} {list:?} {found:?} {own:?} {copies:?} {log:?}")
}

#[tokio::test]
async fn a_response_is_written_submitted_read_and_answered() {
    let house = House::new().await;
    let (need, officer, reviewer) = published(&house).await;
    let app = &house.app;
    let supplier = house.supplier("Sensor Trøndelag AS", "kari@sensor.example.no").await;
    house.work().await;
    house.mail.take();

    let half = vec![answer("q1", OPEN), secret("q2", SECRET, "")];
    let draft = responses::save_draft(app, &supplier, save(&need, half)).await.unwrap();
    assert_eq!((draft.state, draft.version), (ResponseState::Draft, 1));
    assert_eq!(count(&house, &officer, &need).await, 0);
    let Err(Error::Invalid(missing)) = responses::submit(app, &supplier, need.id, None).await else {
        panic!("a claim without a reason is submitted")
    };
    assert_eq!(missing[0].path, ["answers", "q2", "claimReason"]);
    let reason = AnswerInput { text: None, ..secret("q2", "", WHY) };
    responses::save_draft(app, &supplier, save(&need, vec![reason])).await.unwrap();
    let submission = responses::submit(app, &supplier, need.id, Some(2)).await.unwrap();
    assert_eq!(needs::get(app, &officer, need.id).await.unwrap().state, NeedState::InDialogue);

    let receipt = Receipt::of(&submission).unwrap();
    assert_eq!(receipt.number, 1);
    let copy: serde_json::Value = serde_json::from_str(&receipt.content).unwrap();
    assert_eq!(responses::receipt_hash(&receipt.salt, &copy), receipt.hash);
    assert_eq!(copy["answers"][1]["text"], SECRET);

    assert_eq!(texts(&house, &officer, &need).await, [OPEN, SECRET]);
    assert_eq!(texts(&house, &reviewer, &need).await, [OPEN]);
    house.work().await;
    let told: Vec<(String, String, String)> =
        house.mail.take().into_iter().map(|m| (m.to.to_string(), m.subject, m.text)).collect();
    let receipts: Vec<_> = told.iter().filter(|m| m.0 == "kari@sensor.example.no").collect();
    assert!(receipts.len() == 1 && receipts[0].2.contains(&receipt.hash), "{told:?}");
    assert_eq!(told.iter().filter(|m| m.0 == "olav.officer@trondheim.example.no").count(), 1, "{told:?}");
    assert!(told.iter().all(|m| !m.2.contains("KESTREL") && !m.2.contains(OPEN)), "{told:?}");

    let response = responses::list(app, &officer, &need, &all()).await.unwrap().into_rows().remove(0);
    responses::acknowledge(app, &officer, response.id).await.unwrap();
    let point = passage(&house, &officer, &need, "q1").await;
    assert_eq!(point.disposition, Disposition::Acknowledged);
    let unreasoned =
        responses::dispose(app, &officer, point.id, None, Disposition::Adopted, " ").await.unwrap_err();
    assert_eq!(unreasoned.code(), ErrorCode::Required);
    for _ in 0..2 {
        responses::dispose(app, &officer, point.id, None, Disposition::Adopted, "Tatt inn i kravene.")
            .await
            .unwrap();
    }
    let seen = passage(&house, &supplier, &need, "q1").await;
    assert_eq!(seen.disposition_reason.as_deref(), Some("Tatt inn i kravene."));
    house.work().await;
    let told: Vec<(String, String)> =
        house.mail.take().into_iter().map(|m| (m.to.to_string(), m.text)).collect();
    assert_eq!(told.len(), 1, "told once: {told:?}");
    assert!(told[0].0 == "kari@sensor.example.no" && told[0].1.contains("Tatt inn i kravene."), "{told:?}");
    house.finish().await;
}

#[tokio::test]
async fn a_deadline_that_passes_while_typing_keeps_what_was_typed() {
    let house = House::new().await;
    let (need, ..) = published(&house).await;
    let app = &house.app;
    let supplier = house.supplier("Sensor Trøndelag AS", "kari@sensor.example.no").await;
    responses::save_draft(app, &supplier, save(&need, vec![answer("q1", OPEN)])).await.unwrap();
    house.clock.set(need.response_deadline.unwrap());
    let late = responses::submit(app, &supplier, need.id, None).await.unwrap_err();
    assert_eq!(late.code(), ErrorCode::PeriodClosed);
    let kept = responses::save_draft(app, &supplier, save(&need, vec![answer("q2", "Sent")])).await.unwrap();
    let texts: Vec<String> =
        responses::draft_of(&kept).unwrap().answers.into_iter().map(|a| a.text).collect();
    assert_eq!((kept.state, texts), (ResponseState::Draft, vec![OPEN.to_owned(), "Sent".to_owned()]));
    let state = needs::get(app, &supplier, need.id).await.unwrap().state;
    assert_eq!(state, NeedState::Published, "a refused response opens no dialogue");
    house.finish().await;
}

#[tokio::test]
async fn a_change_becomes_the_next_revision_and_keeps_what_was_decided() {
    let house = House::new().await;
    let (need, officer, _) = published(&house).await;
    let app = &house.app;
    let supplier = house.supplier("Sensor Trøndelag AS", "kari@sensor.example.no").await;
    let response = respond(&house, &need, &supplier).await;
    let again = responses::submit(app, &supplier, need.id, None).await.unwrap_err();
    assert_eq!(again.code(), ErrorCode::WrongState, "nothing changed");
    let (open, hidden) =
        (passage(&house, &officer, &need, "q1").await, passage(&house, &officer, &need, "q2").await);
    responses::dispose(app, &officer, open.id, None, Disposition::NotAdopted, "For dyrt.").await.unwrap();
    responses::decide_confidentiality(app, &officer, hidden.id, None, true, "Enig.").await.unwrap();

    let change = vec![answer(FREE, "Og én ting til"), answer("q1", "Noe helt annet")];
    responses::save_draft(app, &supplier, save(&need, change)).await.unwrap();
    assert_eq!(texts(&house, &officer, &need).await, [OPEN, SECRET], "a draft changes nothing");
    let second = responses::submit(app, &supplier, need.id, None).await.unwrap();
    assert_eq!(second.number, 2);
    assert_eq!(texts(&house, &officer, &need).await, ["Noe helt annet", SECRET, "Og én ting til"]);
    assert_eq!(passage(&house, &officer, &need, "q1").await.disposition, Disposition::Received);
    let kept = passage(&house, &officer, &need, "q2").await;
    assert_eq!(kept.confidentiality, Confidentiality::Accepted);

    // Old revisions: times for the buyer, words for the supplier alone.
    assert!(responses::find_passage(app, &officer, open.id).await.unwrap().is_none());
    let stale = responses::dispose(app, &officer, open.id, None, Disposition::Adopted, "Ja.").await;
    assert_eq!(stale.unwrap_err().code(), ErrorCode::NotFound);
    let times = responses::revisions_of(app, std::slice::from_ref(&response)).await.unwrap();
    assert_eq!(times.iter().map(|r| r.1).collect::<Vec<_>>(), [2, 1]);
    let one = std::slice::from_ref(&response);
    assert!(responses::submissions_of(app, &officer, one).await.unwrap().is_empty());
    let copies = responses::submissions_of(app, &supplier, one).await.unwrap();
    assert_eq!(Receipt::of(&copies[1]).unwrap().answers[0].text, OPEN);
    house.finish().await;
}

#[tokio::test]
async fn a_withdrawn_response_is_the_suppliers_alone() {
    let house = House::new().await;
    let (need, officer, _) = published(&house).await;
    let app = &house.app;
    let supplier = house.supplier("Sensor Trøndelag AS", "kari@sensor.example.no").await;
    let response = respond(&house, &need, &supplier).await;
    let point = passage(&house, &officer, &need, "q1").await;
    house.work().await;
    house.mail.take();
    responses::withdraw(app, &supplier, need.id, None).await.unwrap();
    assert_eq!(count(&house, &officer, &need).await, 0);
    let seen = everything(&house, &officer, &need, &response).await;
    assert!(!seen.contains(OPEN) && !seen.contains(SECRET), "{seen}");
    let disposed = responses::dispose(app, &officer, point.id, None, Disposition::Adopted, "Ja.").await;
    assert_eq!(disposed.unwrap_err().code(), ErrorCode::NotFound);
    let copies = responses::submissions_of(app, &supplier, std::slice::from_ref(&response)).await.unwrap();
    assert_eq!(Receipt::of(&copies[0]).unwrap().answers[0].text, OPEN);
    house.work().await;
    let told: BTreeSet<String> = house.mail.take().into_iter().map(|m| m.to.to_string()).collect();
    assert!(told.contains("kari@sensor.example.no") && told.contains("olav.officer@trondheim.example.no"));

    let second = responses::submit(app, &supplier, need.id, None).await.unwrap();
    assert_eq!(second.number, 2);
    assert_eq!(count(&house, &officer, &need).await, 1);
    house.clock.advance(TimeDelta::days(40));
    let late = responses::withdraw(app, &supplier, need.id, None).await.unwrap_err();
    assert_eq!(late.code(), ErrorCode::PeriodClosed);
    house.finish().await;
}

#[tokio::test]
async fn drafts_and_secrets_reach_nobody_else() {
    let house = House::new().await;
    let (need, officer, reviewer) = published(&house).await;
    let buyer = organisations::find_by_slug(&house.app, "trondheim-kommune").await.unwrap().unwrap();
    let reader = house.member(&buyer, "lars.leser@trondheim.example.no", &[Role::Reader]).await;
    let owner = house.member(&buyer, "berit.behov@trondheim.example.no", &[Role::NeedOwner]).await;
    let municipality = house.organisation(OrganisationKind::Municipality, "Bergen kommune", None).await;
    let bergen = house.member(&municipality, "bo@bergen.example.no", &[Role::Owner]).await;
    let supplier = house.supplier("Sensor Trøndelag AS", "kari@sensor.example.no").await;
    let other = house.supplier("Annen AS", "per@annen.example.no").await;
    let visitor = Actor::anonymous(types::Language::Nb);
    let app = &house.app;

    let begun = vec![answer("q1", OPEN), secret("q2", SECRET, WHY)];
    let draft = responses::save_draft(app, &supplier, save(&need, begun)).await.unwrap();
    house.work().await;
    for actor in [&officer, &reviewer, &reader, &owner, &bergen, &other, &visitor] {
        let seen = everything(&house, actor, &need, &draft).await;
        for word in [OPEN, SECRET, WHY, &draft.id.to_string(), "kind: Response", "kind: Passage"] {
            assert!(!seen.contains(word), "a draft shows in {seen}");
        }
        let taken = responses::acknowledge(app, actor, draft.id).await.unwrap_err();
        assert_eq!(taken.code(), ErrorCode::NotFound);
    }

    let response = respond(&house, &need, &supplier).await;
    let hidden = passage(&house, &officer, &need, "q2").await;
    house.work().await;
    for actor in [&reviewer, &reader] {
        let seen = everything(&house, actor, &need, &response).await;
        assert!(seen.contains(OPEN), "the buyer's people read what is open");
        let page = responses::visible_passages(app, actor, &need, &all()).await.unwrap();
        assert!(!format!("{page:?}").contains("KESTREL") && page.rows.len() == 1);
        assert!(responses::find_passage(app, actor, hidden.id).await.unwrap().is_none());
        let decided = responses::decide_confidentiality(app, actor, hidden.id, None, false, "Nei.").await;
        assert_eq!(decided.unwrap_err().code(), ErrorCode::NotFound);
        let open = passage(&house, actor, &need, "q1").await;
        let disposed = responses::dispose(app, actor, open.id, None, Disposition::Adopted, "Ja.").await;
        assert_eq!(disposed.unwrap_err().code(), ErrorCode::Forbidden);
    }
    assert_eq!(texts(&house, &owner, &need).await, [OPEN, SECRET]);
    for actor in [&bergen, &other, &visitor] {
        assert_eq!((count(&house, actor, &need).await, texts(&house, actor, &need).await), (0, Vec::new()));
        let seen = everything(&house, actor, &need, &response).await;
        for word in [
            OPEN,
            SECRET,
            WHY,
            &response.id.to_string(),
            &response.supplier_id.to_string(),
            "kind: Response",
            "kind: Passage",
        ] {
            assert!(!seen.contains(word), "{word} shows in {seen}");
        }
        for id in [hidden.id, passage(&house, &officer, &need, "q1").await.id] {
            assert!(responses::find_passage(app, actor, id).await.unwrap().is_none());
            let taken = responses::dispose(app, actor, id, None, Disposition::Adopted, "Ja.").await;
            assert_eq!(taken.unwrap_err().code(), ErrorCode::NotFound);
            let withdrawn = responses::withdraw_passage(app, actor, id).await.unwrap_err();
            assert_eq!(withdrawn.code(), ErrorCode::NotFound);
        }
        let withdrawn = responses::withdraw(app, actor, need.id, None).await.unwrap_err();
        assert!(
            matches!(
                withdrawn.code(),
                ErrorCode::NotFound | ErrorCode::WrongOrganisation | ErrorCode::Unauthenticated
            ),
            "{withdrawn}"
        );
    }
    house.finish().await;
}

#[tokio::test]
async fn a_rejected_secret_may_be_taken_back_before_it_is_released() {
    let house = House::new().await;
    let (need, officer, reviewer) = published(&house).await;
    let app = &house.app;
    let supplier = house.supplier("Sensor Trøndelag AS", "kari@sensor.example.no").await;
    let other = house.supplier("Lytt AS", "lise@lytt.example.no").await;
    respond(&house, &need, &supplier).await;
    respond(&house, &need, &other).await;
    house.work().await;
    house.mail.take();
    let page = responses::comparison(app, &officer, &need, "q2", &all()).await.unwrap().into_rows();
    let open = passage(&house, &officer, &need, "q1").await;
    let unclaimed = responses::decide_confidentiality(app, &officer, open.id, None, true, "Ja.").await;
    assert_eq!(unclaimed.unwrap_err().code(), ErrorCode::WrongState);
    for found in &page {
        responses::decide_confidentiality(app, &officer, found.id, None, false, "Allment kjent.")
            .await
            .unwrap();
    }
    house.work().await;
    let told: Vec<String> = house.mail.take().into_iter().map(|m| m.text).collect();
    assert!(told.len() == 2 && told.iter().all(|t| t.contains("Allment kjent.")), "{told:?}");
    assert_eq!(texts(&house, &reviewer, &need).await.len(), 2, "nothing is released yet");

    let own = responses::withdraw_passage(app, &supplier, page[0].id).await.unwrap();
    assert_eq!(own.text, "");
    let response = responses::own(app, &supplier, need.id).await.unwrap().unwrap();
    assert!(!response.draft.to_string().contains("KESTREL"), "the next submission would bring it back");
    assert_eq!(texts(&house, &officer, &need).await, [OPEN, "", OPEN, SECRET]);

    house.clock.advance(WITHDRAWAL_PERIOD);
    let late = responses::withdraw_passage(app, &other, page[1].id).await.unwrap_err();
    assert_eq!(late.code(), ErrorCode::PeriodClosed);
    assert_eq!(texts(&house, &reviewer, &need).await, [OPEN, "", OPEN, SECRET]);
    let copies = responses::submissions_of(app, &supplier, std::slice::from_ref(&response)).await.unwrap();
    assert_eq!(Receipt::of(&copies[0]).unwrap().answers[1].text, SECRET);
    house.finish().await;
}

#[tokio::test]
async fn an_unproved_claim_opens_and_overwrites_nothing_older() {
    let house = House::new().await;
    let (need, ..) = published(&house).await;
    let app = &house.app;
    let supplier = house.supplier("Sensor Trøndelag AS", "kari@sensor.example.no").await;
    let response = respond(&house, &need, &supplier).await;
    house.clock.advance(TimeDelta::hours(1));
    let mut claimant = supplier.clone();
    claimant.acting.as_mut().unwrap().reads_since = Some(app.now());
    let seen = everything(&house, &claimant, &need, &response).await;
    assert!(!seen.contains(OPEN) && !seen.contains(SECRET), "{seen}");
    assert!(responses::list_own(app, &claimant, &all()).await.unwrap().rows.is_empty());
    let written = responses::save_draft(app, &claimant, save(&need, vec![answer("q1", "Min")])).await;
    assert_eq!(written.unwrap_err().code(), ErrorCode::Forbidden);
    let taken = responses::withdraw(app, &claimant, need.id, None).await.unwrap_err();
    assert_eq!(taken.code(), ErrorCode::NotFound);
    house.finish().await;
}

#[tokio::test]
async fn two_colleagues_do_not_overwrite_each_other() {
    let house = House::new().await;
    let (need, officer, _) = published(&house).await;
    let app = &house.app;
    let kari = house.supplier("Sensor Trøndelag AS", "kari@sensor.example.no").await;
    let kim = house.supplier("Sensor Trøndelag AS", "kim@sensor.example.no").await;
    let (first, second) = tokio::join!(
        responses::save_draft(app, &kari, save(&need, vec![answer("q1", "Kari")])),
        responses::save_draft(app, &kim, save(&need, vec![answer("q2", "Kim")])),
    );
    let refused: Vec<ErrorCode> =
        [&first, &second].into_iter().filter_map(|r| r.as_ref().err()).map(Error::code).collect();
    assert!(refused.is_empty() || refused == [ErrorCode::StaleVersion], "{refused:?}");
    let now = responses::own(app, &kari, need.id).await.unwrap().unwrap();
    let next = |text: &str| SaveDraft {
        expected_version: Some(now.version),
        ..save(&need, vec![answer("q1", text)])
    };
    responses::save_draft(app, &kari, next("Én")).await.unwrap();
    let stale = responses::save_draft(app, &kim, next("To")).await.unwrap_err();
    assert_eq!(stale.code(), ErrorCode::StaleVersion);

    let buyers = responses::save_draft(app, &officer, save(&need, vec![answer("q1", "x")])).await;
    assert_eq!(buyers.unwrap_err().code(), ErrorCode::WrongOrganisation);
    let unknown = responses::save_draft(app, &kari, save(&need, vec![answer("q9", "x")])).await;
    assert!(matches!(unknown, Err(Error::Invalid(e)) if e[0].path == ["answers", "0", "key"]));
    let consent = Consent { partners_read: true, secret_readers: vec![now.supplier_id] };
    let wrong = SaveDraft { consent: Some(consent), ..save(&need, Vec::new()) };
    let wrong = responses::save_draft(app, &kari, wrong).await;
    assert!(matches!(wrong, Err(Error::Invalid(e)) if e[0].path == ["consent", "secretReaders", "0"]));
    house.finish().await;
}
