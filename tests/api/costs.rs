//! What a page asks of the database follows from its shape, never from how many
//! rows it shows (PERFORMANCE 1 to 4).

use std::collections::BTreeMap;

use axum::http::StatusCode;
use chrono::TimeDelta;
use domain::disclosures::Note;
use domain::events::{self, EventInput, PersonInput, PlanEvent, Register};
use domain::needs::{self, Need};
use domain::questions::{self, Answer, Ask};
use domain::responses::{self, AnswerInput, SaveDraft};
use domain::{Actor, interest};
use tests::{Browser, House};
use types::{DisclosureChannel, EventKind, InterestVisibility};

use crate::thread::published;

/// Another need with an event; another supplier, which takes part in all of them.
pub(crate) struct Play {
    pub(crate) house: House,
    officer: Actor,
    reviewer: Actor,
    needs: Vec<Need>,
    suppliers: Vec<Actor>,
}

impl Play {
    pub(crate) async fn new() -> Self {
        let house = House::new().await;
        let (officer, reviewer) = (house.officer().await, house.reviewer().await);
        Self { house, officer, reviewer, needs: Vec::new(), suppliers: Vec::new() }
    }

    pub(crate) async fn grow(&mut self) {
        let (house, app, n) = (&self.house, &self.house.app, self.needs.len());
        let need = published(house, &self.officer, &self.reviewer).await;
        let start = app.now() + TimeDelta::days(20);
        let content = EventInput {
            title: Some(format!("Møte {n}")),
            description: Some("Vi forteller og hører på.".to_owned()),
            starts_at: Some(start),
            ends_at: Some(start + TimeDelta::hours(2)),
            place: Some("Rådhuset".to_owned()),
            ..EventInput::default()
        };
        let plan = PlanEvent { need_id: need.id, kind: EventKind::InformationMeeting, content };
        let event = events::plan(app, &self.officer, plan).await.unwrap().event;
        events::announce(app, &self.officer, event.id, None).await.unwrap();
        self.needs.push(need);
        let name = if n == 0 { "Kari Sensor AS".to_owned() } else { format!("Sensor {n} AS") };
        let email =
            if n == 0 { "kari@sensor.example.no".to_owned() } else { format!("s{n}@s{n}.example.no") };
        self.suppliers.push(house.supplier(&name, &email).await);
        // Everybody takes part in what is new, and who is new in everything.
        let (last, newest) = (self.needs.last().unwrap(), self.suppliers.last().unwrap());
        for supplier in &self.suppliers {
            self.take_part(supplier, last).await;
        }
        for need in &self.needs[..n] {
            self.take_part(newest, need).await;
        }
        house.work().await;
    }

    async fn take_part(&self, supplier: &Actor, need: &Need) {
        let app = &self.house.app;
        let interested = interest::Register {
            need_id: need.id,
            visibility: InterestVisibility::Public,
            is_looking_for_partners: true,
            message: "Vi ser etter flere.".to_owned(),
            expected_version: None,
        };
        interest::register(app, supplier, interested).await.unwrap();
        interest::follow(app, supplier, need.id).await.unwrap();
        let ask = Ask { need_id: need.id, text: "Gjelder det også om natten?".to_owned() };
        let question = questions::ask(app, supplier, ask).await.unwrap();
        let answer = Answer {
            question_id: question.id,
            expected_version: None,
            published_text: String::new(),
            answer: "Ja.".to_owned(),
        };
        questions::answer(app, &self.officer, answer).await.unwrap();
        let ask = Ask { need_id: need.id, text: "Og om dagen?".to_owned() };
        questions::ask(app, supplier, ask).await.unwrap();
        let answer = AnswerInput {
            key: "q1".to_owned(),
            text: Some("Sensorer.".to_owned()),
            is_secret: Some(true),
            claim_reason: Some("Oppskriften er vår.".to_owned()),
        };
        let draft =
            SaveDraft { need_id: need.id, expected_version: None, answers: vec![answer], consent: None };
        responses::save_draft(app, supplier, draft).await.unwrap();
        responses::submit(app, supplier, need.id, None).await.unwrap();
        let event = events::list_of_needs(app, supplier, &[need.id]).await.unwrap().remove(0).event;
        let person = PersonInput {
            name: "Kari".to_owned(),
            email: supplier.person.as_ref().unwrap().email.to_string(),
            ..PersonInput::default()
        };
        let place = Register {
            event_id: event.id,
            persons: vec![person],
            organisation_id: None,
            reason: String::new(),
        };
        events::register(app, supplier, place).await.unwrap();
        let note = Note {
            need_id: need.id,
            told: "Avtalen går ut i 2028.".to_owned(),
            told_to: supplier.organisation_id().into_iter().collect(),
            told_to_note: String::new(),
            channel: DisclosureChannel::Phone,
            told_at: app.now() - TimeDelta::hours(1),
        };
        needs::note_disclosure(app, &self.officer, note).await.unwrap();
    }

    /// How many statements each page takes.
    async fn costs(&self, browsers: &mut [(&str, Browser, Vec<String>)]) -> BTreeMap<String, u64> {
        let mut costs = BTreeMap::new();
        for (who, browser, pages) in browsers {
            for page in pages {
                let before = self.house.app.db.statements();
                browser.get(page).await.is(StatusCode::OK);
                costs.insert(format!("{who} {page}"), self.house.app.db.statements() - before);
            }
        }
        costs
    }
}

#[tokio::test]
async fn no_page_costs_more_for_more_rows() {
    let mut play = Play::new().await;
    // Two, so that nothing is empty: what is not there takes no statement.
    play.grow().await;
    play.grow().await;
    let slug = play.needs[0].slug.clone();
    let paths = |paths: &[&str]| paths.iter().map(|p| p.replace("{need}", &slug)).collect::<Vec<_>>();
    let public = paths(&[
        "/nb",
        "/nb/needs",
        "/nb/events",
        "/nb/organisations",
        "/nb/organisations/trondheim-kommune",
        "/nb/needs/{need}",
        "/nb/joint",
    ]);
    let supplier = paths(&[
        "/nb",
        "/nb/needs",
        "/nb/events",
        "/nb/needs/{need}",
        "/nb/needs/{need}/interest",
        "/nb/supplier",
        "/nb/supplier/interests",
        "/nb/supplier/responses",
        "/nb/my/questions",
        "/nb/my/surveys",
        "/nb/notifications",
    ]);
    let buyer = paths(&[
        "/nb/m",
        "/nb/m/needs/{need}",
        "/nb/m/needs/{need}/questions",
        "/nb/m/needs/{need}/responses",
        "/nb/m/needs/{need}/compare",
        "/nb/m/needs/{need}/interest",
        "/nb/m/needs/{need}/events",
        "/nb/m/needs/{need}/ledger",
        "/nb/m/needs/{need}/log",
        "/nb/m/needs/{need}/partners",
        "/nb/m/needs/{need}/summary",
        "/nb/m/together",
        "/nb/organisation/members",
    ]);
    let mut browsers = [
        ("visitor", play.house.browser(), public),
        ("supplier", play.house.browser_of("kari@sensor.example.no").await, supplier),
        ("buyer", play.house.browser_of("olav.officer@trondheim.example.no").await, buyer),
    ];
    // The first visit fills what is kept between requests.
    play.costs(&mut browsers).await;
    let few = play.costs(&mut browsers).await;
    for _ in 0..3 {
        play.grow().await;
    }
    let many = play.costs(&mut browsers).await;
    let grown: Vec<String> = few
        .iter()
        .filter(|(page, cost)| many[*page] > **cost)
        .map(|(page, cost)| format!("{page}: {cost}, then {}", many[page]))
        .collect();
    assert!(grown.is_empty(), "more rows take more statements:\n{}", grown.join("\n"));
    let dear: Vec<_> = many.iter().filter(|(_, cost)| **cost > 30).collect();
    assert!(dear.is_empty(), "more than 30 statements a page: {dear:?}");
    play.house.finish().await;
}

const CHANGES: &str = "{ changes(first: 100) { nodes { kind need { title } organisation { name }
    subject { __typename id ... on Need { title } ... on Question { text } ... on Event { title }
        ... on Response { state } ... on Passage { text } ... on Submission { number } } } } }";

/// The same things by their ids.
const NODES: &str = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";

#[tokio::test]
async fn no_list_of_changes_costs_more_for_more_rows() {
    let mut play = Play::new().await;
    play.grow().await;
    play.grow().await;
    let api = play.house.api();
    let people = [Actor::default(), play.suppliers[0].clone(), play.officer.clone()];
    let mut few = Vec::new();
    for turn in 0..2 {
        for (n, actor) in people.iter().enumerate() {
            let before = play.house.app.db.statements();
            let page = api.ask(actor, CHANGES, serde_json::Value::Null).await;
            let cost = play.house.app.db.statements() - before;
            let nodes = page["changes"]["nodes"].as_array().unwrap();
            let told = nodes.iter().filter_map(|node| node["subject"]["__typename"].as_str());
            let kinds: std::collections::BTreeSet<&str> = told.collect();
            // Who sees more is told of more kinds, and each is one read or two.
            assert!(kinds.len() >= [3, 5, 5][n], "{kinds:?}");
            let mut ids: Vec<_> = nodes.iter().filter_map(|node| node["subject"]["id"].as_str()).collect();
            ids.sort_unstable();
            ids.dedup();
            let before = play.house.app.db.statements();
            let same = api.ask(actor, NODES, serde_json::json!({ "ids": ids })).await;
            let by_id = play.house.app.db.statements() - before;
            assert!(same["nodes"].as_array().unwrap().iter().all(|node| !node.is_null()), "{same}");
            if turn == 0 {
                few.push((nodes.len(), cost, ids.len(), by_id));
                continue;
            }
            assert!(nodes.len() > few[n].0 && ids.len() > few[n].2, "there are more");
            assert!(
                by_id <= few[n].3,
                "{} ids took {} statements, {} take {by_id}",
                few[n].2,
                few[n].3,
                ids.len()
            );
            assert!(
                cost <= few[n].1,
                "{} rows took {} statements, {} take {cost}",
                few[n].0,
                few[n].1,
                nodes.len()
            );
            assert!(cost <= 20, "{cost}");
        }
        if turn == 0 {
            play.grow().await;
        }
    }
    play.house.finish().await;
}
