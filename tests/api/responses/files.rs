//! Files that are sent along: the supplier's alone until they are submitted,
//! and then read by whoever reads what is said in the passage.

use axum::http::StatusCode;
use domain::{attachments, uploads};
use sea_orm::PaginatorTrait;
use serde_json::{Value, json};
use types::{AttachmentId, AttachmentSubject};

use super::*;

const SHEET: &[u8] = b"%PDF-1.7\nDatablad\n%%EOF\n";
const METHOD: &[u8] = b"%PDF-1.7\nMetoden KESTREL-77\n%%EOF\n";

/// Attaches a file over the API; its id.
async fn attach(house: &House, who: &Actor, response: &Value, name: &str, bytes: &[u8]) -> AttachmentId {
    let upload = uploads::store(&house.app, who, name, bytes).await.unwrap().id;
    let input = json!({ "subjectId": response, "uploadId": graphql::encode(upload) });
    house.api().done(who, "addAttachment", "attachment { id }", input).await;
    let newest = entity::attachment::Entity::find().all(house.app.db.read()).await.unwrap();
    newest.into_iter().max_by_key(|f| f.id.0).unwrap().id
}

async fn reads(house: &House, who: &Actor, file: AttachmentId) -> bool {
    match attachments::read(&house.app, who, file).await {
        Ok(_) => true,
        Err(error) => {
            assert_eq!(error.code(), ErrorCode::NotFound);
            false
        }
    }
}

#[tokio::test]
async fn a_file_reaches_whom_its_passage_reaches_and_nobody_before() {
    let house = House::new().await;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let (app, api) = (&house.app, house.api());
    let content = ContentInput { joint_interest: Some(true), ..crate::thread::content(&house) };
    let need = needs::create(app, &officer, CreateNeed { content }).await.unwrap();
    let need = needs::submit(app, &officer, need.id, None).await.unwrap();
    let need = needs::approve(app, &reviewer, need.id, None, None).await.unwrap();
    let supplier = house.supplier("Sensor Trøndelag AS", "kari@sensor.example.no").await;
    let other = house.supplier("Annen AS", "per@annen.example.no").await;
    let malvik = house.organisation(OrganisationKind::Municipality, "Malvik kommune", None).await;
    let partner = house.member(&malvik, "mona@malvik.example.no", &[Role::Owner]).await;
    let answer = partners::Answer {
        need_id: need.id,
        state: PartnerState::Interested,
        volume: partners::Volume::default(),
        starts_on: None,
        note: String::new(),
        expected_version: None,
    };
    partners::join(app, &partner, answer).await.unwrap();
    let visitor = Actor::default();

    // The draft: nobody else knows of it.
    let draft = responses::save_draft(app, &supplier, save(&need, Vec::new())).await.unwrap();
    let id = json!(graphql::encode(draft.id));
    let sheet = attach(&house, &supplier, &id, "Datablad.pdf", SHEET).await;
    let method = attach(&house, &supplier, &id, "Metoden.pdf", METHOD).await;
    for who in [&officer, &reviewer, &partner, &other, &visitor] {
        assert!(!reads(&house, who, sheet).await && !reads(&house, who, method).await);
        let upload = uploads::store(app, &supplier, "Fra andre.pdf", SHEET).await.unwrap().id;
        let input = json!({ "subjectId": id, "uploadId": graphql::encode(upload) });
        assert!(!api.refused(who, "addAttachment", input).await.is_empty());
        let listed = attachments::list_for(app, who, AttachmentSubject::Response, &[draft.id.0]).await;
        assert!(listed.unwrap().is_empty());
        let seen = everything(&house, who, &need, &draft).await;
        assert!(!seen.contains("Datablad") && !seen.contains(&sheet.to_string()), "{seen}");
    }
    // A claim needs a reason, and a file is not renamed.
    let key = responses::file_key(method);
    let claim = |reason: &str| {
        let answer = json!({ "key": key, "isSecret": true, "claimReason": reason });
        json!({ "needId": graphql::encode(need.id), "answers": [answer] })
    };
    api.done(&supplier, "saveResponseDraft", "response { version }", claim("")).await;
    let submit = json!({ "needId": graphql::encode(need.id) });
    let refused = api.refused(&supplier, "submitResponse", submit.clone()).await;
    assert_eq!(refused, [format!("REQUIRED answers.{key}.claimReason")]);
    api.done(&supplier, "saveResponseDraft", "response { version }", claim(WHY)).await;
    let renamed = json!({ "needId": graphql::encode(need.id), "answers": [{ "key": key, "text": "Ny" }] });
    let refused = api.refused(&supplier, "saveResponseDraft", renamed).await;
    assert_eq!(refused, ["BAD_USER_INPUT answers.0.text"]);

    // Submitted: the receipt names the content, and the passages open the files.
    let fields = "submission { number content files { name sha256 isSecret } }";
    let done = api.done(&supplier, "submitResponse", fields, submit.clone()).await;
    let files = &done["submission"]["files"];
    assert_eq!(
        (files[0]["name"].as_str(), files[1]["isSecret"].as_bool()),
        (Some("Datablad.pdf"), Some(true))
    );
    let content = done["submission"]["content"].as_str().unwrap();
    assert!(content.contains(files[0]["sha256"].as_str().unwrap()), "{content}");
    let who_reads = async || {
        let mut seen = Vec::new();
        for who in [&officer, &reviewer, &partner, &other, &visitor] {
            seen.push((reads(&house, who, sheet).await, reads(&house, who, method).await));
        }
        seen
    };
    let (all_of_it, open, none) = ((true, true), (true, false), (false, false));
    assert_eq!(who_reads().await, [all_of_it, open, none, none, none]);
    let named = Consent { partners_read: false, secret_readers: vec![malvik.id] };
    for (consent, partners) in [
        (Consent { partners_read: true, secret_readers: Vec::new() }, open),
        (named, (false, true)),
        (Consent::default(), none),
    ] {
        let change = SaveDraft { consent: Some(consent), ..save(&need, Vec::new()) };
        responses::save_draft(app, &supplier, change).await.unwrap();
        assert_eq!(who_reads().await, [all_of_it, open, partners, none, none]);
    }
    let removed = json!({ "attachmentId": graphql::encode(sheet) });
    assert!(!api.refused(&officer, "removeAttachment", removed.clone()).await.is_empty());
    let question = responses::answered_questions(app, &officer, &need).await.unwrap();
    assert_eq!(question, [], "a file answers no question");

    // Out of the draft: the buyer reads what was submitted until the next revision is.
    api.done(&supplier, "removeAttachment", "attachment { name }", removed.clone()).await;
    assert_eq!(api.refused(&supplier, "removeAttachment", removed).await, ["WRONG_STATE"]);
    assert_eq!(who_reads().await, [all_of_it, open, none, none, none]);
    api.done(&supplier, "submitResponse", "submission { number }", submit).await;
    assert_eq!(who_reads().await, [(false, true), none, none, none, none]);
    assert!(reads(&house, &supplier, sheet).await, "the own copy stays");
    responses::withdraw(app, &supplier, need.id, None).await.unwrap();
    assert_eq!(who_reads().await, [none; 5]);
    assert!(reads(&house, &supplier, sheet).await && reads(&house, &supplier, method).await);

    // What was never submitted goes with its content.
    let late = attach(&house, &supplier, &id, "For seint.pdf", b"%PDF-1.7\nX\n%%EOF\n").await;
    let before = entity::blob::Entity::find().count(app.db.read()).await.unwrap();
    attachments::remove(app, &supplier, late).await.unwrap();
    assert_eq!(entity::blob::Entity::find().count(app.db.read()).await.unwrap(), before - 1);
    house.finish().await;
}

#[tokio::test]
async fn a_secret_file_that_is_taken_back_is_gone_for_the_buyer() {
    let house = House::new().await;
    let (need, officer, _) = published(&house).await;
    let app = &house.app;
    let supplier = house.supplier("Sensor AS", "kari@sensor.example.no").await;
    let draft = responses::save_draft(app, &supplier, save(&need, Vec::new())).await.unwrap();
    let file = attach(&house, &supplier, &json!(graphql::encode(draft.id)), "Metoden.pdf", METHOD).await;
    let claim = AnswerInput { text: None, ..secret(&responses::file_key(file), "", WHY) };
    responses::save_draft(app, &supplier, save(&need, vec![claim])).await.unwrap();
    responses::submit(app, &supplier, need.id, None).await.unwrap();
    let page = responses::visible_passages(app, &officer, &need, &all()).await.unwrap();
    let point = page.into_rows().pop().unwrap();
    responses::decide_confidentiality(app, &officer, point.id, None, false, "Alminnelig kjent.")
        .await
        .unwrap();
    responses::withdraw_passage(app, &supplier, point.id).await.unwrap();
    assert!(!reads(&house, &officer, file).await);
    assert!(reads(&house, &supplier, file).await, "the own copy stays");
    let own = responses::own(app, &supplier, need.id).await.unwrap().unwrap();
    assert_eq!(responses::draft_of(&own).unwrap().answers, [], "the next revision does not bring it back");
    house.finish().await;
}

#[tokio::test]
async fn only_the_files_of_the_present_revision_count_and_none_is_there_twice() {
    let house = House::new().await;
    let (need, _, _) = published(&house).await;
    let app = &house.app;
    let supplier = house.supplier("Sensor AS", "kari@sensor.example.no").await;
    let draft = responses::save_draft(app, &supplier, save(&need, Vec::new())).await.unwrap();
    let of = attachments::Subject { kind: AttachmentSubject::Response, id: draft.id.0 };
    let add = async |name: String| attachments::add(app, &supplier, of, &name, name.as_bytes()).await;
    let mut first = Vec::new();
    for n in 0..attachments::MAX_FILES {
        first.push(add(format!("vedlegg {n}.txt")).await.unwrap());
    }
    assert_eq!(add("ett til.txt".to_owned()).await.unwrap_err().code(), ErrorCode::OutOfRange);
    assert_eq!(add("vedlegg 0.txt".to_owned()).await.unwrap_err().code(), ErrorCode::Duplicate);

    // Submitted, they stay with the receipt, and the next revision has room again.
    responses::submit(app, &supplier, need.id, None).await.unwrap();
    for file in &first {
        attachments::remove(app, &supplier, file.id).await.unwrap();
    }
    for n in 0..attachments::MAX_FILES {
        add(format!("vedlegg {n}.txt")).await.unwrap();
    }
    assert_eq!(add("ett til.txt".to_owned()).await.unwrap_err().code(), ErrorCode::OutOfRange);
    assert!(reads(&house, &supplier, first[0].id).await, "the own copy stays");
    house.finish().await;
}

#[tokio::test]
async fn a_mark_without_a_reason_is_kept_and_told_at_once() {
    let house = House::new().await;
    let (need, _, _) = published(&house).await;
    let app = &house.app;
    let supplier = house.supplier("Sensor AS", "kari@sensor.example.no").await;
    let draft = responses::save_draft(app, &supplier, save(&need, Vec::new())).await.unwrap();
    let id = json!(graphql::encode(draft.id));
    let file = attach(&house, &supplier, &id, "Metoden.pdf", METHOD).await;
    attach(&house, &supplier, &id, "Datablad.pdf", SHEET).await;
    let key = responses::file_key(file);
    let path = format!("/nb/needs/{}/respond", need.slug);
    let mut browser = house.browser_of("kari@sensor.example.no").await;
    let wanted = "Skriv hvorfor dette er en forretningshemmelighet";

    let (secret, reason) = (format!("isSecret-{key}"), format!("claimReason-{key}"));
    let claim = format!("{path}/files/{key}");
    let page = browser.get(&format!("{path}/files")).await.is(StatusCode::OK);
    page.says("må fylles ut hvis dere merker filen").says("pdf, docx").says("20 MB").says("20 filer");
    let told = browser.post(&claim, &[(&secret, "true"), (&reason, " ")]).await;
    let told = told.is(StatusCode::UNPROCESSABLE_ENTITY).says(wanted).says("er lagret");
    assert!(told.html.contains(&format!("href=\"#{reason}\"")), "the error leads to its field");
    browser.get(&format!("{path}/check")).await.says(wanted);
    browser.post(&claim, &[(&secret, "true"), (&reason, WHY)]).await.is(StatusCode::OK);
    browser.get(&format!("{path}/check")).await.hides(wanted);

    let topic = format!("{path}/q1");
    let typed = [("answers.0.text", "Vi lodder i hylsen"), ("answers.0.isSecret", "true")];
    let version = |html: &str| {
        let rest = html.split_once("name=\"version\" value=\"").unwrap().1;
        rest.split_once('"').unwrap().0.to_owned()
    };
    let told = browser.post(&topic, &typed).await.is(StatusCode::UNPROCESSABLE_ENTITY).says(wanted);
    assert!(told.html.contains("href=\"#answers-0-claimReason\""));
    browser.get(&topic).await.says("Vi lodder i hylsen");
    // From that page it goes on, with the version that was saved.
    let version = version(&told.html);
    let typed = [&typed[..], &[("answers.0.claimReason", WHY), ("version", &version)]].concat();
    browser.post(&topic, &typed).await.is(StatusCode::OK).at(&path);
    house.finish().await;
}

#[tokio::test]
async fn the_pages_show_the_files_to_those_who_read_them() {
    let house = House::new().await;
    let (need, _, _) = published(&house).await;
    let app = &house.app;
    let supplier = house.supplier("Sensor AS", "kari@sensor.example.no").await;
    let draft = responses::save_draft(app, &supplier, save(&need, Vec::new())).await.unwrap();
    let file = attach(&house, &supplier, &json!(graphql::encode(draft.id)), "Metoden.pdf", METHOD).await;
    let key = responses::file_key(file);
    let path = format!("/nb/needs/{}/respond", need.slug);
    let mut buyer = house.browser_of("olav.officer@trondheim.example.no").await;
    let mut browser = house.browser_of("kari@sensor.example.no").await;
    browser.get(&path).await.is(StatusCode::OK).says("Én fil");
    browser.get(&format!("{path}/files")).await.is(StatusCode::OK).says("Metoden.pdf");
    let (secret, reason) = (format!("isSecret-{key}"), format!("claimReason-{key}"));
    let long = "x".repeat(1001);
    let claim = format!("{path}/files/{key}");
    let refused = browser.post(&claim, &[(&secret, "true"), (&reason, &long)]).await;
    refused.is(StatusCode::UNPROCESSABLE_ENTITY).says(&long);
    browser.post(&claim, &[(&secret, "true"), (&reason, WHY)]).await.is(StatusCode::OK).says(WHY);
    browser.get(&format!("{path}/check")).await.says("Metoden.pdf").says(WHY);
    browser.post(&format!("{path}/check"), &[]).await.is(StatusCode::OK).says("Metoden.pdf").says(WHY);
    browser.get("/nb/supplier/responses").await.says("Metoden.pdf");

    let read = format!("/nb/m/responses/{}", graphql::encode(draft.id).as_str());
    let seen = buyer.get(&read).await.is(StatusCode::OK).says("Metoden.pdf");
    assert!(seen.html.contains(&format!("/attachments/{file}/Metoden.pdf")));
    browser.post(&format!("{claim}/remove"), &[]).await.is(StatusCode::OK).hides("Metoden.pdf");
    buyer.get(&read).await.says("Metoden.pdf");
    house.finish().await;
}
