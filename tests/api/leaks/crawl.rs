//! Asks everything as everybody: each field of the query, each id, each address, each word.

use std::collections::BTreeMap;
use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Db;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use uuid::Uuid;

use super::scene::{Persona, Scene};
use super::secrets::Seen;
use super::shape::Ask;

/// How deep one looks into what an address leads to, into what an id does, and into a list.
const DEPTHS: (usize, usize, usize) = (3, 2, 1);
/// Who has nothing to do with the dialogue.
pub(super) const STRANGERS: [&str; 4] = ["visitor", "nobody", "outsider", "neighbour"];

/// Everything that can be asked of what there is now.
pub(super) async fn asks(scene: &Scene) -> Vec<Ask> {
    let (deep, middle, flat) = DEPTHS;
    let shape = &scene.shape;
    let mut asks = Vec::new();
    let slugs = slugs(&scene.house.app.db).await;
    for (field, known) in &shape.0["Query"].fields {
        let must: Vec<&str> =
            known.args.iter().filter(|(_, _, must)| *must).map(|(n, ..)| n.as_str()).collect();
        let takes = |name: &str| known.args.iter().any(|(known, ..)| known == name);
        let mut ask = |given: Value, depth| asks.push(Ask::root(shape, field, &given, depth));
        match must[..] {
            [] | ["order"] => {
                let page = if takes("first") { json!(30) } else { Value::Null };
                // What is no list is small.
                let is_list =
                    known.of.ends_with("Connection") || shape.0[&known.of].fields.contains_key("viewerCan");
                ask(json!({ "first": page }), if is_list { flat } else { middle });
                if takes("order") {
                    for order in ["NEWEST", "DEADLINE"] {
                        ask(json!({ "first": 30, "order": order }), 0);
                    }
                }
            }
            ["slug"] => slugs[field.as_str()].iter().for_each(|slug| ask(json!({ "slug": slug }), deep)),
            ["organisation"] => {
                slugs["organisation"].iter().for_each(|slug| ask(json!({ "organisation": slug }), flat));
            }
            // By ids: below.
            ["id" | "ids"] => {}
            // Who holds a token reads what it opens.
            ["proof"] => ask(json!({ "proof": "x" }), flat),
            ["token"] => ask(json!({ "token": "x" }), flat),
            ["organisationNumber"] => ask(json!({ "organisationNumber": "942110464" }), flat),
            ["words"] => ask(json!({ "words": "sensor" }), flat),
            _ => panic!("what is {field} asked with? {must:?}"),
        }
    }
    let nodes = nodes(&scene.house.app.db).await;
    for of in &shape.0["Node"].possible {
        assert!(nodes.iter().any(|(known, _)| known == of), "where are the ids of {of}?");
    }
    for (of, ids) in nodes {
        let depth = if of == "Organisation" { 0 } else { middle };
        asks.extend(ids.iter().map(|id| Ask::node(shape, of, id, depth)));
    }
    asks
}

/// The addresses of everything, by the field that takes them.
pub(crate) async fn slugs(db: &Db) -> BTreeMap<&'static str, Vec<String>> {
    let db = db.product();
    let needs = entity::need::Entity::find().all(db).await.unwrap();
    let needs = needs.into_iter().flat_map(|n| [Some(n.slug), n.draft_slug]).flatten().collect();
    let events = entity::event::Entity::find().all(db).await.unwrap();
    let organisations = entity::organisation::Entity::find().all(db).await.unwrap();
    BTreeMap::from([
        ("need", needs),
        ("event", events.into_iter().map(|e| e.slug).collect()),
        ("organisation", organisations.into_iter().map(|o| o.slug).collect()),
    ])
}

/// An id as the API gives it out.
pub(super) fn id(of: &str, uuid: Uuid) -> Value {
    json!(URL_SAFE_NO_PAD.encode(format!("{of}:{}", uuid.simple())))
}

/// The ids of everything, whether it is a `Node` or not.
pub(crate) async fn nodes(db: &Db) -> Vec<(&'static str, Vec<Value>)> {
    let db = db.product();
    macro_rules! ids {
        ($($of:literal $table:ident,)+) => {
            vec![$(($of, {
                let rows = entity::$table::Entity::find().all(db).await.unwrap();
                rows.into_iter().map(|row| id($of, row.id.0)).collect()
            }),)+]
        };
    }
    ids! {
        "Need" need, "Event" event, "Organisation" organisation, "Question" question,
        "Response" response, "Submission" submission, "Passage" passage,
        "Attachment" attachment, "Disclosure" disclosure, "Interest" interest, "Partner" need_partner,
        "Registration" event_registration, "Membership" membership, "Invitation" invitation,
        "LogEntry" record_entry, "Change" record_entry, "Person" person, "NeedVersion" need_version, "Upload" upload,
        "Announcement" announcement, "Summary" summary, "Summary" summary_version, "Survey" survey,
        "SurveyComment" survey_comment, "OrganisationToken" organisation_token,
        "Session" session, "Passkey" passkey, "Identity" identity,
        "WebhookEndpoint" webhook_endpoint, "WebhookDelivery" webhook_delivery,
    }
}

/// What each stranger is answered now.
pub(super) async fn answers(scene: &Scene, asks: &[Ask]) -> BTreeMap<String, Value> {
    let mut answers = BTreeMap::new();
    for persona in scene.people.iter().filter(|p| STRANGERS.contains(&p.name)) {
        // The feed's cursors are sealed anew each time; `changes.rs` compares what it tells.
        for ask in asks.iter().filter(|ask| !ask.place.starts_with("changes ")) {
            let answer = ask.put(&scene.api, &persona.actor).await;
            answers.insert(format!("{}: {}", persona.name, ask.place), answer);
        }
    }
    answers
}

/// Asks all of it as one persona.
pub(super) async fn look(scene: &Scene, asks: &[Ask], persona: &Persona, seen: &mut Seen) {
    for ask in asks {
        let answer = ask.put(&scene.api, &persona.actor).await;
        for error in answer["errors"].as_array().into_iter().flatten() {
            assert!(error["extensions"]["code"].is_string(), "{}: {}: {error}", persona.name, ask.place);
            assert_ne!(error["extensions"]["code"], "INTERNAL", "{}: {}: {error}", persona.name, ask.place);
        }
        seen.look(&scene.secrets, persona.name, &ask.place, &answer.to_string());
    }
}

/// Searches for the words of each secret, wherever words are searched for; what a persona
/// finds by one that it may not read.
pub(super) async fn search(scene: &Scene, persona: &Persona) -> Vec<String> {
    let mut found = Vec::new();
    let unreadable = scene.secrets.iter().filter(|(_, secret)| !secret.readers.contains(persona.name));
    for (mark, secret) in unreadable {
        let mut document = String::from("{ ");
        for (at, word) in [mark.as_str(), &mark[..8]].iter().enumerate() {
            write!(
                document,
                "n{at}: needs(filter: {{ query: \"{word}\" }}) {{ nodes {{ id }} }}
                 f{at}: needFacets(filter: {{ query: \"{word}\" }}) {{ states {{ count }} counties {{ count }} divisions {{ count }} }}
                 o{at}: organisations(filter: {{ query: \"{word}\" }}) {{ nodes {{ id }} }} "
            )
            .unwrap();
        }
        document.push('}');
        let answer = scene.api.run(&persona.actor, &document, Value::Null).await;
        assert!(answer["errors"].is_null(), "{answer}");
        let text = answer["data"].to_string();
        if text.contains("\"id\":\"") || has_count(&answer["data"]) {
            found.push(format!("{} finds {}: {text}", persona.name, secret.what));
        }
    }
    found
}

fn has_count(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_i64() != Some(0),
        Value::Array(items) => items.iter().any(has_count),
        Value::Object(fields) => fields.values().any(has_count),
        _ => false,
    }
}

/// Files and calendars, which are routes of their own over these reads.
pub(super) async fn files(scene: &Scene, persona: &Persona, seen: &mut Seen) {
    let app = &scene.house.app;
    for file in entity::attachment::Entity::find().all(app.db.product()).await.unwrap() {
        let place = format!("file {}", file.id.0);
        match domain::attachments::read(&app.asked_by(&persona.actor), &persona.actor, file.id).await {
            Ok((row, bytes)) => {
                let text = format!("{} {}", row.name, String::from_utf8_lossy(&bytes));
                seen.look(&scene.secrets, persona.name, &place, &text);
            }
            Err(error) => assert_eq!(error.code(), types::ErrorCode::NotFound, "{}: {place}", persona.name),
        }
    }
    for event in entity::event::Entity::find().all(app.db.product()).await.unwrap() {
        if let Ok(Some(calendar)) =
            domain::events::calendar(&app.asked_by(&persona.actor), &persona.actor, event.id).await
        {
            let text = interop::calendar::render(&calendar);
            // A long line is folded, and a mark with it.
            let text = text.replace("\r\n ", "");
            seen.look(&scene.secrets, persona.name, &format!("calendar {}", event.slug), &text);
        }
    }
}

/// An id that nothing has.
pub(super) fn nothing() -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001)
}
