//! The whole way of one market dialogue over the API, from a notice to the figures.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use domain::{Actor, uploads};
use serde_json::{Value, json};
use tests::{Api, House};
use types::{OrganisationKind, Role};

use crate::import::DIALOGUE;

const NINA: &str = "nina@fjordvik.example.no";
const ROAR: &str = "roar@fjordvik.example.no";
const KARI: &str = "kari@leverandor0.example.no";
const SECRET: &str = "Algoritmen KESTREL-77 gir 40 prosent færre alarmer.";
const TOLD: &str = "Ramma er om lag tolv millionar.";

/// One dialogue and everybody in it.
struct Way {
    house: House,
    api: Api,
    nina: Actor,
    roar: Actor,
    suppliers: Vec<Actor>,
    visitor: Actor,
}

impl Way {
    async fn begin() -> Self {
        let house = House::new().await;
        let buyer =
            house.organisation(OrganisationKind::Municipality, "Fjordvik kommune", Some("310043311")).await;
        let nina = house.member(&buyer, NINA, &[Role::Owner, Role::ProcurementOfficer]).await;
        let roar = house.member(&buyer, ROAR, &[Role::Reviewer]).await;
        let mut suppliers = Vec::new();
        for i in 0..5 {
            let mailbox = format!("kari@leverandor{i}.example.no");
            suppliers.push(house.supplier(&format!("Leverandør {i} AS"), &mailbox).await);
        }
        let api = house.api();
        house.work().await;
        house.mail.take();
        Self { house, api, nina, roar, suppliers, visitor: Actor::default() }
    }

    /// An instant so many days from now, as the API takes it.
    fn in_days(&self, days: i64) -> Value {
        json!(self.house.app.now() + TimeDelta::days(days))
    }

    /// To whom mail went since the last look.
    async fn told(&self) -> BTreeSet<String> {
        self.house.work().await;
        self.house.mail.take().into_iter().map(|mail| mail.to.to_string()).collect()
    }

    fn everybody(&self, people: &[&str]) -> BTreeSet<String> {
        let suppliers = (0..self.suppliers.len()).map(|i| format!("kari@leverandor{i}.example.no"));
        suppliers.chain(people.iter().map(|&p| p.to_owned())).collect()
    }

    async fn state(&self, slug: &str) -> Value {
        let document = "query($slug: String!) { need(slug: $slug) { state isOpen takesQuestions } }";
        self.api.ask(&self.visitor, document, json!({ "slug": slug })).await["need"].take()
    }
}

fn set(people: &[&str]) -> BTreeSet<String> {
    people.iter().map(|&p| p.to_owned()).collect()
}

#[tokio::test]
async fn a_dialogue_goes_from_a_notice_to_the_figures() {
    let way = Way::begin().await;
    let (need, slug) = a_notice_is_published(&way).await;
    let event = an_event_is_announced_and_booked(&way, &need).await;
    a_question_is_answered(&way, &need).await;
    a_response_is_read_and_answered(&way, &need).await;
    the_event_is_held(&way, &event).await;
    the_dialogue_ends_in_a_competition(&way, &need, &slug).await;
    both_sides_rate_it(&way, &need).await;
    the_log_tells_it_all(&way, &slug).await;
    way.house.finish().await;
}

async fn a_notice_is_published(way: &Way) -> (Value, String) {
    let upload = uploads::store(&way.house.app, &way.nina, "notice.xml", DIALOGUE.as_bytes()).await.unwrap();
    let input = json!({ "uploadId": graphql::encode(upload.id) });
    let fields = "import { result report { noticeType otherBuyers { name } }
        need { id state title draft { language questions { key text } plannedOn } } }";
    let refused = way.api.refused(&way.suppliers[0], "importNotice", input.clone()).await;
    assert_eq!(refused, ["NOT_FOUND uploadId"], "the upload is its sender's");
    let mut imported = way.api.done(&way.nina, "importNotice", fields, input).await;
    let need = imported["import"]["need"].as_object_mut().unwrap().remove("id").unwrap();
    insta::assert_json_snapshot!(imported["import"], @r#"
    {
      "need": {
        "draft": {
          "language": "nn",
          "plannedOn": "2027-03-01",
          "questions": [
            {
              "key": "q1",
              "text": "Kva løysingar finst i dag, t.d. i andre kommunar?"
            },
            {
              "key": "q2",
              "text": "Korleis kan vi måle effekten for brukarane?"
            },
            {
              "key": "q3",
              "text": "Korleis de vernar om personopplysningar."
            }
          ]
        },
        "state": "DRAFT",
        "title": "Invitasjon til marknadsdialog om digital heimeoppfølging"
      },
      "report": {
        "noticeType": "pin-only",
        "otherBuyers": []
      },
      "result": "CREATED"
    }
    "#);

    let content = json!({
        "effects": "Færre innleggingar innan 2028.",
        "responseDeadline": way.in_days(30),
        "contactName": "Nina Nes",
        "contactEmail": NINA,
    });
    let save = json!({ "needId": need, "content": content });
    way.api.done(&way.nina, "saveNeedDraft", "need { version }", save).await;
    let it = json!({ "needId": need });
    way.api.done(&way.nina, "submitNeed", "need { state }", it.clone()).await;
    assert_eq!(way.told().await, set(&[ROAR]));
    let own = way.api.refused(&way.nina, "approveNeed", it.clone()).await;
    assert_eq!(own, ["SECOND_PERSON_REQUIRED"]);
    let approved = way.api.done(&way.roar, "approveNeed", "need { state slug }", it).await;
    assert_eq!(approved["need"]["state"], "PUBLISHED");
    let slug = approved["need"]["slug"].as_str().unwrap().to_owned();
    assert_eq!(way.told().await, set(&[NINA]));
    assert_eq!(
        way.state(&slug).await,
        json!({ "state": "PUBLISHED", "isOpen": true, "takesQuestions": true })
    );
    (need, slug)
}

async fn an_event_is_announced_and_booked(way: &Way, need: &Value) -> Value {
    // Two are interested before, one of them discreetly.
    for (supplier, visibility) in way.suppliers.iter().zip(["PUBLIC", "DISCREET"]) {
        let input = json!({ "needId": need, "visibility": visibility });
        way.api.done(supplier, "registerInterest", "interest { state }", input).await;
    }
    let interested = "query($id: ID!) { node(id: $id) { ... on Need {
        interestCounts { public discreet } interestedInPublic { name } } } }";
    let seen = way.api.ask(&way.visitor, interested, json!({ "id": need })).await;
    insta::assert_json_snapshot!(seen["node"], @r#"
    {
      "interestCounts": {
        "discreet": null,
        "public": 1
      },
      "interestedInPublic": [
        {
          "name": "Leverandør 0 AS"
        }
      ]
    }
    "#);
    way.told().await;

    let content = json!({
        "title": "Dialogkonferanse", "description": "Vi legg fram behovet.", "place": "Rådhuset",
        "startsAt": way.in_days(14), "endsAt": way.in_days(15), "capacity": 1, "personsPerOrganisation": 1,
    });
    let plan = json!({ "needId": need, "kind": "DIALOGUE_CONFERENCE", "content": content });
    let event = way.api.done(&way.nina, "planEvent", "event { id }", plan).await["event"]["id"].take();
    way.api.done(&way.nina, "announceEvent", "event { state }", json!({ "eventId": event })).await;
    assert_eq!(way.told().await, set(&[KARI, "kari@leverandor1.example.no"]));

    let book = |i: usize| {
        let person = json!({ "name": "Kari", "email": format!("kari@leverandor{i}.example.no") });
        json!({ "eventId": event, "persons": [person] })
    };
    let fields = "registration { id state waitingPosition }";
    let first = way.api.done(&way.suppliers[0], "registerForEvent", fields, book(0)).await;
    let second = way.api.done(&way.suppliers[1], "registerForEvent", fields, book(1)).await;
    assert_eq!(first["registration"]["state"], "REGISTERED");
    assert_eq!(
        (&second["registration"]["state"], &second["registration"]["waitingPosition"]),
        (&json!("WAITING"), &json!(1))
    );
    assert_eq!(way.told().await, set(&[KARI, "kari@leverandor1.example.no"]));
    // The first gives its place up; the next has it.
    let out = json!({ "registrationId": first["registration"]["id"], "reason": "Sjuk" });
    way.api.done(&way.suppliers[0], "withdrawFromEvent", "registration { state }", out).await;
    let mine = "{ myEvents { nodes { title myRegistration { state } } } }";
    let seen = way.api.ask(&way.suppliers[1], mine, json!({})).await;
    insta::assert_json_snapshot!(seen["myEvents"]["nodes"], @r#"
    [
      {
        "myRegistration": {
          "state": "REGISTERED"
        },
        "title": "Dialogkonferanse"
      }
    ]
    "#);
    assert!(way.told().await.contains("kari@leverandor1.example.no"));
    event
}

async fn a_question_is_answered(way: &Way, need: &Value) {
    let fields = "question { id state isMine asker { name } }";
    let ask = json!({ "needId": need, "text": "Gjeld det òg natt?" });
    assert_eq!(way.api.refused(&way.visitor, "askQuestion", ask.clone()).await, ["UNAUTHENTICATED"]);
    let asked = way.api.done(&way.suppliers[2], "askQuestion", fields, ask).await;
    assert!(way.told().await.contains(NINA));
    let id = &asked["question"]["id"];
    let revealing = json!({ "questionId": id, "answer": "Ja, Leverandør 2 AS." });
    let refused = way.api.refused(&way.nina, "answerQuestion", revealing).await;
    assert_eq!(refused, ["REVEALS_ASKER answer"]);
    let answer = json!({ "questionId": id, "answer": "Ja, heile døgnet." });
    way.api.done(&way.nina, "answerQuestion", "question { state }", answer).await;
    assert!(way.told().await.contains("kari@leverandor2.example.no"));
    let published = "query($id: ID!) { node(id: $id) { ... on Need { marketQuestions(first: 9) {
        nodes { text answer state isMine originalText asker { name } } } } } }";
    let seen = way.api.ask(&way.visitor, published, json!({ "id": need })).await;
    insta::assert_json_snapshot!(seen["node"]["marketQuestions"]["nodes"], @r#"
    [
      {
        "answer": "Ja, heile døgnet.",
        "asker": null,
        "isMine": false,
        "originalText": null,
        "state": "ANSWERED",
        "text": "Gjeld det òg natt?"
      }
    ]
    "#);
    for supplier in &way.suppliers[3..] {
        let ask = json!({ "needId": need, "text": "Kor mange bustader?" });
        way.api.done(supplier, "askQuestion", "question { state }", ask).await;
    }
    way.told().await;
}

async fn a_response_is_read_and_answered(way: &Way, need: &Value) {
    let kari = &way.suppliers[0];
    let answers = json!([
        { "key": "q1", "text": "Sensorar i golvlister finst i dag." },
        { "key": "q2", "text": SECRET, "isSecret": true },
    ]);
    let save = json!({ "needId": need, "answers": answers });
    way.api.done(kari, "saveResponseDraft", "response { state }", save).await;
    let it = json!({ "needId": need });
    let refused = way.api.refused(kari, "submitResponse", it.clone()).await;
    assert_eq!(refused, ["REQUIRED answers.q2.claimReason"]);
    let why = json!([{ "key": "q2", "claimReason": "Konkurrentar kan etterlikne metoden." }]);
    way.api
        .done(
            kari,
            "saveResponseDraft",
            "response { missing { code } }",
            json!({ "needId": need, "answers": why }),
        )
        .await;
    let submitted = way.api.done(kari, "submitResponse", "submission { number hash }", it).await;
    let hash = submitted["submission"]["hash"].as_str().unwrap().to_owned();
    way.house.work().await;
    let mails = way.house.mail.take();
    let receipt = mails.iter().find(|mail| mail.to.as_str() == KARI).unwrap();
    assert!(receipt.text.contains(&hash), "the receipt has the hash");
    assert!(mails.iter().any(|mail| mail.to.as_str() == NINA));
    assert!(mails.iter().all(|mail| !mail.text.contains("KESTREL")), "no secret goes by mail");

    let read = "query($id: ID!) { node(id: $id) { ... on Need { responses(first: 9) { nodes {
        id supplier { name } passages { id questionKey text confidentiality disposition } } } } } }";
    let of = |mut answer: Value| answer["node"]["responses"]["nodes"].take();
    let seen = of(way.api.ask(&way.nina, read, json!({ "id": need })).await);
    let passages = seen[0]["passages"].as_array().unwrap();
    assert_eq!(passages.len(), 2);
    assert_eq!((&passages[1]["text"], &passages[1]["confidentiality"]), (&json!(SECRET), &json!("CLAIMED")));
    let reviewers = of(way.api.ask(&way.roar, read, json!({ "id": need })).await);
    assert!(!reviewers.to_string().contains("KESTREL"), "a reviewer reads no secret");
    for stranger in [&way.suppliers[1], &way.visitor] {
        let seen = way.api.run(stranger, read, json!({ "id": need })).await;
        assert!(!seen.to_string().contains("golvlister"), "{seen}");
    }

    let point = |i: usize| passages[i]["id"].clone();
    let decide = json!({ "passageId": point(1), "isAccepted": true, "reason": "Einig." });
    way.api.done(&way.nina, "decideConfidentiality", "passage { confidentiality }", decide).await;
    let dispose = |reason: &str| json!({ "passageId": point(0), "disposition": "ADOPTED", "reason": reason });
    let refused = way.api.refused(&way.nina, "disposePassage", dispose(" ")).await;
    assert_eq!(refused, ["REQUIRED reason"]);
    way.api.done(&way.nina, "disposePassage", "passage { id }", dispose("Teke inn i krava.")).await;
    let mine = "query($id: ID!) { node(id: $id) { ... on Need { myResponse {
        state passages { questionKey confidentiality disposition dispositionReason } } } } }";
    let seen = way.api.ask(kari, mine, json!({ "id": need })).await;
    insta::assert_json_snapshot!(seen["node"]["myResponse"], @r#"
    {
      "passages": [
        {
          "confidentiality": "OPEN",
          "disposition": "ADOPTED",
          "dispositionReason": "Teke inn i krava.",
          "questionKey": "q1"
        },
        {
          "confidentiality": "ACCEPTED",
          "disposition": "RECEIVED",
          "dispositionReason": null,
          "questionKey": "q2"
        }
      ],
      "state": "SUBMITTED"
    }
    "#);
    assert_eq!(way.told().await, set(&[KARI]));
}

async fn the_event_is_held(way: &Way, event: &Value) {
    way.house.clock.advance(TimeDelta::days(16));
    way.house.work().await;
    let it = json!({ "eventId": event });
    way.api.done(&way.nina, "markEventHeld", "event { state }", it).await;
    let minutes = json!({ "eventId": event, "minutes": "Alle fekk det same høyre." });
    let held = way.api.done(&way.nina, "documentEvent", "event { state minutes }", minutes).await;
    assert_eq!(held["event"]["state"], "DOCUMENTED");
    way.told().await;
}

async fn the_dialogue_ends_in_a_competition(way: &Way, need: &Value, slug: &str) {
    let kari = &way.suppliers[0];
    let told = json!({
        "needId": need, "channel": "PHONE", "told": TOLD, "toldAt": way.in_days(0),
        "toldTo": [graphql::encode(kari.organisation_id().unwrap())],
    });
    let noted = way.api.done(&way.nina, "noteDisclosure", "disclosure { id state }", told).await;

    let summary = json!({
        "needId": need, "overview": "Marknaden er moden.", "nextSteps": "Vi lyser ut i mai.",
        "answers": [{ "key": "q1", "text": "Sensorar finst." }], "participants": "LIST",
    });
    way.api.done(&way.nina, "saveSummaryDraft", "summaryDraft { __typename }", summary).await;
    let it = json!({ "needId": need });
    let close = json!({ "needId": need, "outcome": "TO_PROCUREMENT", "reason": "Vi lyser ut." });
    assert_eq!(way.api.refused(&way.nina, "closeNeed", close.clone()).await, ["WRONG_STATE"]);
    way.told().await;
    way.api.done(&way.nina, "publishSummary", "need { state }", it).await;
    assert_eq!(way.told().await, way.everybody(&[NINA]));
    let read = "query($slug: String!) { need(slug: $slug) { state dialogueSummary { number participantCount
        participants { name } content { overview nextSteps answers { key text } } } } }";
    let seen = way.api.ask(&way.visitor, read, json!({ "slug": slug })).await;
    insta::assert_json_snapshot!(seen["need"], @r#"
    {
      "dialogueSummary": {
        "content": {
          "answers": [
            {
              "key": "q1",
              "text": "Sensorar finst."
            }
          ],
          "nextSteps": "Vi lyser ut i mai.",
          "overview": "Marknaden er moden."
        },
        "number": 1,
        "participantCount": 5,
        "participants": [
          {
            "name": "Leverandør 0 AS"
          }
        ]
      },
      "state": "SUMMARISED"
    }
    "#);

    // R1: what one was told, all are told first.
    let refused = way.api.refused(&way.nina, "closeNeed", close.clone()).await;
    assert_eq!(refused, ["UNSHARED_DISCLOSURES"]);
    let share = json!({ "disclosureId": noted["disclosure"]["id"] });
    way.api.done(&way.nina, "shareDisclosure", "disclosure { state }", share).await;
    way.house.work().await;
    let mails = way.house.mail.take();
    assert!(mails.iter().any(|m| m.to.as_str() == "kari@leverandor4.example.no" && m.text.contains(TOLD)));
    way.api.done(&way.nina, "closeNeed", "need { state }", close).await;
    way.told().await;

    // R4: a competition ends the dialogue.
    let announce = json!({ "needId": need, "url": "https://doffin.no/notices/2026-100001" });
    way.api.done(&way.nina, "announceCompetition", "need { state }", announce).await;
    assert_eq!(way.told().await, way.everybody(&[]));
    let ask = json!({ "needId": need, "text": "Eitt spørsmål til?" });
    assert_eq!(way.api.refused(kari, "askQuestion", ask).await, ["DIALOGUE_CLOSED"]);
    assert_eq!(
        way.state(slug).await,
        json!({ "state": "TO_PROCUREMENT", "isOpen": false, "takesQuestions": false })
    );
}

async fn both_sides_rate_it(way: &Way, need: &Value) {
    let figures = "{ interactionQuality(organisation: \"fjordvik-kommune\") { organisation { name } figures {
        n dialogues share { agree n } dimensions { dimension mean buyer gap isFlagged } } } }";
    let survey = "query($id: ID!) { node(id: $id) { ... on Need { survey { id side state } } } }";
    for (actor, side, score) in way
        .suppliers
        .iter()
        .zip([5, 5, 4, 5, 4])
        .map(|(supplier, score)| (supplier, "SUPPLIER", score))
        .chain([(&way.nina, "BUYER", 3)])
    {
        let seen = way.api.ask(actor, survey, json!({ "id": need })).await;
        let seen = &seen["node"]["survey"];
        assert_eq!((&seen["side"], &seen["state"]), (&json!(side), &json!("OPEN")));
        let answers: Vec<Value> = (1..=16).map(|item| json!({ "item": item, "score": score })).collect();
        let input = json!({ "surveyId": seen["id"], "answers": answers });
        way.api.done(actor, "answerSurvey", "survey { hasAnswered }", input.clone()).await;
        assert_eq!(way.api.refused(actor, "answerSurvey", input).await, ["ALREADY_ANSWERED"]);
    }
    let waiting = way.api.ask(&way.visitor, figures, json!({})).await;
    assert_eq!(waiting["interactionQuality"]["figures"], Value::Null, "nothing while the survey is open");
    way.told().await;
    way.house.clock.advance(TimeDelta::days(21));
    way.house.work().await;
    let mut seen = way.api.ask(&way.visitor, figures, json!({})).await;
    let dimensions = &mut seen["interactionQuality"]["figures"]["dimensions"];
    assert_eq!(dimensions.as_array().unwrap().len(), 8);
    dimensions.as_array_mut().unwrap().truncate(1);
    insta::assert_json_snapshot!(seen["interactionQuality"], @r#"
    {
      "figures": {
        "dialogues": 1,
        "dimensions": [
          {
            "buyer": null,
            "dimension": "CLARITY",
            "gap": null,
            "isFlagged": false,
            "mean": 4.6
          }
        ],
        "n": 5,
        "share": {
          "agree": 5,
          "n": 5
        }
      },
      "organisation": {
        "name": "Fjordvik kommune"
      }
    }
    "#);
    assert!(way.told().await.contains(NINA));
}

async fn the_log_tells_it_all(way: &Way, slug: &str) {
    let log = "query($slug: String!) { need(slug: $slug) { log(first: 100) { nodes { kind text } } } }";
    let mut kinds: Vec<Vec<String>> = Vec::new();
    for reader in [&way.nina, &way.suppliers[1], &way.visitor] {
        let seen = way.api.ask(reader, log, json!({ "slug": slug })).await;
        assert!(!seen.to_string().contains("KESTREL"));
        let nodes = seen["need"]["log"]["nodes"].as_array().unwrap();
        assert!(nodes.iter().all(|n| !n["text"].as_str().unwrap().is_empty()));
        kinds.push(nodes.iter().rev().map(|n| n["kind"].as_str().unwrap().to_owned()).collect());
    }
    insta::assert_json_snapshot!(kinds[0], @r#"
    [
      "need.imported",
      "need.draft_saved",
      "need.submitted",
      "need.approved",
      "need.draft_saved",
      "need.published",
      "interest.registered",
      "interest.registered",
      "event.planned",
      "need.state_changed",
      "event.announced",
      "event.registered",
      "event.waitlisted",
      "event.withdrawn",
      "event.promoted",
      "question.asked",
      "question.answered",
      "question.asked",
      "question.asked",
      "response.submitted",
      "passage.received",
      "passage.received",
      "response.received",
      "confidentiality.decided",
      "response.disposed",
      "event.state_changed",
      "event.state_changed",
      "event.documented",
      "disclosure.made",
      "summary.draft_saved",
      "summary.draft_saved",
      "summary.published",
      "need.state_changed",
      "survey.opened",
      "disclosure.shared",
      "need.state_changed",
      "need.competition_announced",
      "survey.closed",
      "survey.released"
    ]
    "#);
    insta::assert_json_snapshot!(kinds[2], @r#"
    [
      "need.published",
      "interest.registered",
      "need.state_changed",
      "event.announced",
      "question.answered",
      "event.state_changed",
      "event.state_changed",
      "event.documented",
      "disclosure.made",
      "summary.published",
      "need.state_changed",
      "survey.opened",
      "disclosure.shared",
      "need.state_changed",
      "need.competition_announced",
      "survey.closed",
      "survey.released"
    ]
    "#);
    let own = kinds[1].iter().filter(|kind| !kinds[2].contains(kind));
    let own: Vec<&String> = own.collect();
    assert_eq!(own, ["event.waitlisted", "event.promoted"], "a supplier reads what names it as well");
}
