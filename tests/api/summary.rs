//! The summary of a dialogue, and what it closes.

use chrono::TimeDelta;
use domain::Error;
use domain::interest::{self, Register};
use domain::needs::{self, Need};
use domain::page::PageRequest;
use domain::questions::{self, Ask};
use domain::responses;
use domain::summary::{self, SaveSummary, SummaryInput, Warning};
use tests::House;
use types::{ErrorCode, InterestVisibility, NeedState, Outcome, ParticipantRule};

use crate::thread::published;

fn save(need: &Need, content: SummaryInput) -> SaveSummary {
    SaveSummary { need_id: need.id, expected_version: None, content }
}

fn whole() -> SummaryInput {
    SummaryInput {
        overview: Some("Markedet er modent.".to_owned()),
        participants: Some(ParticipantRule::List),
        answers: Some(vec![("q1".to_owned(), "Fire løsninger er i drift.".to_owned())]),
        next_steps: Some("Vi lyser ut i mai.".to_owned()),
        next_on: Some("2026-05-04".parse().ok()),
        ..SummaryInput::default()
    }
}

#[tokio::test]
async fn a_summary_is_written_published_told_and_corrected() {
    let house = House::new().await;
    let app = &house.app;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let open = house.supplier("Sensor Trøndelag AS", "kari@sensor.example.no").await;
    let shy = house.supplier("Hemmelig AS", "per@hemmelig.example.no").await;
    let need = published(&house, &officer, &reviewer).await;
    for (actor, visibility) in [(&open, InterestVisibility::Public), (&shy, InterestVisibility::Discreet)] {
        let input = Register {
            need_id: need.id,
            visibility,
            is_looking_for_partners: false,
            message: String::new(),
            expected_version: None,
        };
        interest::register(app, actor, input).await.unwrap();
    }
    house.work().await;
    house.mail.take();

    let nothing = summary::publish(app, &officer, need.id, None, "").await.unwrap_err();
    assert_eq!(nothing.code(), ErrorCode::WrongState);
    let part = SummaryInput { overview: Some("Kort.".to_owned()), ..SummaryInput::default() };
    let row = summary::save_draft(app, &officer, save(&need, part)).await.unwrap();
    let Error::Invalid(errors) = summary::publish(app, &officer, need.id, None, "").await.unwrap_err() else {
        panic!("what lacks is told");
    };
    assert_eq!(errors[0].path, ["nextSteps"]);
    assert_eq!(needs::get(app, &officer, need.id).await.unwrap().state, NeedState::Published);
    assert_eq!(
        summary::warnings(app, &officer, &need).await.unwrap(),
        [Warning::DeadlineAhead, Warning::AnswersMissing]
    );

    summary::save_draft(app, &officer, save(&need, whole())).await.unwrap();
    let stale = SaveSummary { expected_version: Some(row.version), ..save(&need, whole()) };
    let refused = summary::save_draft(app, &officer, stale).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::StaleVersion);
    assert!(summary::published(app, need.id).await.unwrap().is_none());
    assert!(summary::draft(app, &open, &need).await.unwrap().is_none(), "a draft is the buyer's");

    summary::publish(app, &officer, need.id, None, "").await.unwrap();
    assert_eq!(needs::get(app, &open, need.id).await.unwrap().state, NeedState::Summarised);
    let seen = summary::published(app, need.id).await.unwrap().unwrap();
    assert_eq!(seen.content.answers[0].question, "Hvilke løsninger finnes i dag?");
    assert_eq!(seen.participants, [open.organisation_id().unwrap()], "only who agreed is named");
    assert_eq!(seen.version.participant_count, 1, "discreet interest is in no number");
    house.work().await;
    let mails = house.mail.take();
    for mailbox in ["kari@sensor.example.no", "per@hemmelig.example.no"] {
        let mail = mails.iter().find(|m| m.to.to_string() == mailbox).unwrap();
        assert!(mail.text.contains("Markedet er modent.") && mail.text.contains("04.05.2026"));
    }

    let same = summary::publish(app, &officer, need.id, None, "Ingenting").await.unwrap_err();
    assert_eq!(same.code(), ErrorCode::WrongState);
    let part = SummaryInput { next_steps: Some("Vi lyser ut i juni.".to_owned()), ..SummaryInput::default() };
    summary::save_draft(app, &officer, save(&need, part)).await.unwrap();
    let unsaid = summary::publish(app, &officer, need.id, None, " ").await.unwrap_err();
    assert_eq!(unsaid.code(), ErrorCode::Required);
    let second = summary::publish(app, &officer, need.id, None, "Ny måned.").await.unwrap();
    assert_eq!(second.number, 2);
    let all = summary::versions(app, need.id).await.unwrap();
    assert_eq!(
        all.iter().map(|v| v.content.next_steps.as_str()).collect::<Vec<_>>(),
        ["Vi lyser ut i juni.", "Vi lyser ut i mai."]
    );
    house.finish().await;
}

#[tokio::test]
async fn r4_a_summarised_dialogue_takes_no_questions_and_goes_to_procurement_once() {
    let house = House::new().await;
    let app = &house.app;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let supplier = house.supplier("Sensor Trøndelag AS", "kari@sensor.example.no").await;
    let need = published(&house, &officer, &reviewer).await;
    let ask = || questions::ask(app, &supplier, Ask { need_id: need.id, text: "Hva nå?".to_owned() });
    ask().await.unwrap();
    house.work().await;
    let close = || needs::close(app, &officer, need.id, Outcome::ToProcurement, "Vi lyser ut.");
    assert_eq!(close().await.unwrap_err().code(), ErrorCode::WrongState, "first the summary");
    summary::save_draft(app, &officer, save(&need, whole())).await.unwrap();
    assert!(summary::warnings(app, &officer, &need).await.unwrap().contains(&Warning::OpenQuestions));
    let version = summary::publish(app, &officer, need.id, None, "").await.unwrap();
    assert_eq!(version.participant_count, 1, "who asked took part");
    assert_eq!(ask().await.unwrap_err().code(), ErrorCode::DialogueClosed);
    close().await.unwrap();
    needs::announce_competition(app, &officer, need.id, "https://doffin.no/1").await.unwrap();
    let again = needs::announce_competition(app, &officer, need.id, "https://doffin.no/2").await;
    assert_eq!(again.unwrap_err().code(), ErrorCode::WrongState);
    house.finish().await;
}

#[tokio::test]
async fn what_was_on_hold_is_taken_up_told_and_summarised_again() {
    let house = House::new().await;
    let app = &house.app;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let supplier = house.supplier("Sensor Trøndelag AS", "kari@sensor.example.no").await;
    let need = published(&house, &officer, &reviewer).await;
    let ask = || questions::ask(app, &supplier, Ask { need_id: need.id, text: "Hva nå?".to_owned() });
    ask().await.unwrap();
    summary::save_draft(app, &officer, save(&need, whole())).await.unwrap();
    summary::publish(app, &officer, need.id, None, "").await.unwrap();
    let early = needs::resume(app, &officer, need.id, "Nei").await.unwrap_err();
    assert_eq!(early.code(), ErrorCode::WrongState);
    needs::close(app, &officer, need.id, Outcome::OnHold, "Vi venter på pengene.").await.unwrap();
    assert_eq!(ask().await.unwrap_err().code(), ErrorCode::DialogueClosed);
    house.work().await;
    house.mail.take();

    let silent = needs::resume(app, &officer, need.id, " ").await.unwrap_err();
    assert_eq!(silent.code(), ErrorCode::Required);
    let foreign = needs::resume(app, &supplier, need.id, "Nå!").await.unwrap_err();
    assert_eq!(foreign.code(), ErrorCode::Forbidden);
    let need = needs::resume(app, &officer, need.id, "Pengene er på plass.").await.unwrap();
    assert_eq!((need.state, need.outcome_reason.as_deref()), (NeedState::InDialogue, None));
    ask().await.unwrap();
    house.work().await;
    let mails = house.mail.take();
    let told = mails.iter().find(|m| m.to.to_string() == "kari@sensor.example.no").unwrap();
    assert!(told.text.contains("Pengene er på plass.") && told.text.contains("I dialog"), "{}", told.text);

    let part = SummaryInput { next_steps: Some("Vi lyser ut i juni.".to_owned()), ..SummaryInput::default() };
    summary::save_draft(app, &officer, save(&need, part)).await.unwrap();
    summary::publish(app, &officer, need.id, None, "Etter en runde til.").await.unwrap();
    assert_eq!(needs::get(app, &officer, need.id).await.unwrap().state, NeedState::Summarised);
    needs::close(app, &officer, need.id, Outcome::ToProcurement, "Vi lyser ut.").await.unwrap();
    house.finish().await;
}

#[tokio::test]
async fn what_had_not_begun_is_taken_up_as_published() {
    let house = House::new().await;
    let app = &house.app;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let need = published(&house, &officer, &reviewer).await;
    needs::close(app, &officer, need.id, Outcome::OnHold, "Vi venter på pengene.").await.unwrap();
    let need = needs::resume(app, &officer, need.id, "Pengene er på plass.").await.unwrap();
    assert_eq!((need.state, need.dialogue_opened_at), (NeedState::Published, None));
    summary::save_draft(app, &officer, save(&need, whole())).await.unwrap();
    summary::publish(app, &officer, need.id, None, "").await.unwrap();
    needs::close(app, &officer, need.id, Outcome::OnHold, "Vi venter igjen.").await.unwrap();
    needs::resume(app, &officer, need.id, "Nå.").await.unwrap();

    // The second summary ends it as the first did.
    let part = SummaryInput { next_steps: Some("Vi lyser ut i juni.".to_owned()), ..SummaryInput::default() };
    summary::save_draft(app, &officer, save(&need, part)).await.unwrap();
    summary::publish(app, &officer, need.id, None, "Etter en pause.").await.unwrap();
    assert_eq!(needs::get(app, &officer, need.id).await.unwrap().state, NeedState::Summarised);
    house.finish().await;
}

#[tokio::test]
async fn others_neither_write_nor_publish_it() {
    let house = House::new().await;
    let app = &house.app;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let supplier = house.supplier("Sensor Trøndelag AS", "kari@sensor.example.no").await;
    let need = published(&house, &officer, &reviewer).await;
    for actor in [&supplier, &reviewer] {
        let refused = summary::save_draft(app, actor, save(&need, whole())).await.unwrap_err();
        assert_eq!(refused.code(), ErrorCode::Forbidden);
        let refused = summary::publish(app, actor, need.id, None, "").await.unwrap_err();
        assert_eq!(refused.code(), ErrorCode::Forbidden);
    }
    assert!(summary::warnings(app, &supplier, &need).await.is_err());
    let unknown = SummaryInput {
        answers: Some(vec![("q9".to_owned(), "?".to_owned()), ("q1".to_owned(), "x".repeat(20_001))]),
        ..SummaryInput::default()
    };
    let Error::Invalid(errors) = summary::save_draft(app, &officer, save(&need, unknown)).await.unwrap_err()
    else {
        panic!("fields are told");
    };
    let fields: Vec<String> = errors.iter().map(|e| e.path.join(".")).collect();
    assert_eq!(fields, ["answers.0.key", "answers.1.text"]);
    house.finish().await;
}

#[tokio::test]
async fn a_summary_is_late_after_twenty_working_days() {
    let house = House::new().await;
    let app = &house.app;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    // The deadline is Wednesday 4 February; twenty working days later it is 4 March.
    let need = published(&house, &officer, &reviewer).await;
    house.clock.advance(TimeDelta::days(30 + 28));
    assert!(summary::overdue(app, &officer, &PageRequest::default()).await.unwrap().into_rows().is_empty());
    house.clock.advance(TimeDelta::days(1));
    let late = summary::overdue(app, &officer, &PageRequest::default()).await.unwrap().into_rows();
    assert_eq!(late.len(), 1);
    assert_eq!((late[0].need.id, late[0].due_on), (need.id, "2026-03-04".parse().unwrap()));
    summary::save_draft(app, &officer, save(&need, whole())).await.unwrap();
    assert_eq!(
        summary::overdue(app, &officer, &PageRequest::default()).await.unwrap().into_rows().len(),
        1,
        "a draft is no summary"
    );
    summary::publish(app, &officer, need.id, None, "").await.unwrap();
    assert!(summary::overdue(app, &officer, &PageRequest::default()).await.unwrap().into_rows().is_empty());
    house.finish().await;
}

#[tokio::test]
async fn the_overview_lists_what_waits() {
    let house = House::new().await;
    let app = &house.app;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let supplier = house.supplier("Sensor AS", "kari@sensor.example.no").await;
    let need = published(&house, &officer, &reviewer).await;
    assert_eq!(summary::waiting(app, &officer, &need).await.unwrap(), summary::Waiting::default());
    assert!(summary::waiting(app, &supplier, &need).await.is_err());
    let ask = Ask { need_id: need.id, text: "Gjelder det også netter?".to_owned() };
    questions::ask(app, &supplier, ask).await.unwrap();
    let answers = ["q1", "free"].map(|key| responses::AnswerInput {
        key: key.to_owned(),
        text: Some("Sensorer".to_owned()),
        ..responses::AnswerInput::default()
    });
    let draft = responses::SaveDraft {
        need_id: need.id,
        expected_version: None,
        answers: answers.to_vec(),
        consent: None,
    };
    responses::save_draft(app, &supplier, draft).await.unwrap();
    responses::submit(app, &supplier, need.id, None).await.unwrap();
    let need = needs::get(app, &officer, need.id).await.unwrap();
    let waiting = summary::waiting(app, &officer, &need).await.unwrap();
    let counts = (waiting.open_questions, waiting.unread_responses, waiting.open_points);
    assert_eq!((counts, waiting.summary_due_on), ((1, 1, 0), None));

    house.work().await;
    let path = format!("/nb/m/needs/{}", need.slug);
    let mut browser = house.browser_of("olav.officer@trondheim.example.no").await;
    let page =
        browser.get(&path).await.says("Ett spørsmål uten svar").says("Ett innspill som ingen har merket");
    assert_eq!(page.link(&format!("{path}/questions")), format!("{path}/questions"));
    let response = responses::own(app, &supplier, need.id).await.unwrap().unwrap();
    responses::acknowledge(app, &officer, response.id).await.unwrap();
    house.clock.set(need.response_deadline.unwrap() + TimeDelta::minutes(1));
    house.work().await;
    let mut browser = house.browser_of("olav.officer@trondheim.example.no").await;
    let page = browser.get(&path).await.says("2 deler av innspill er lest og mangler vurdering");
    page.says("Oppsummeringen skal publiseres innen").hides("merket som lest");
    house.finish().await;
}
