//! Every field of the subscription, as everybody: what is told while the secrets are planted,
//! and what is told to who comes later, with the cursor of before.
//!
//! Complete by construction: a field that is asked with something new stops the test.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Actor;
use futures::StreamExt;
use futures::stream::BoxStream;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;

use super::crawl::STRANGERS;
use super::scene::{Persona, Scene};
use super::secrets::Seen;
use super::shape::Ask;

/// No answer takes so long.
const LATE: Duration = Duration::from_mins(2);

/// Who listens to what since before the secrets.
pub(super) struct Subscribed {
    live: Vec<(Persona, String, UnboundedReceiver<Value>)>,
    /// Where the feed stood for each.
    cursors: BTreeMap<&'static str, Value>,
}

/// Of each field, whether it listens to one need, or goes on from a cursor.
fn fields(scene: &Scene) -> Vec<(String, bool)> {
    let all = scene.shape.0["Subscription"].fields.iter();
    all.map(|(field, known)| {
        let must: Vec<&str> =
            known.args.iter().filter(|(_, _, must)| *must).map(|(n, ..)| n.as_str()).collect();
        let has_cursor = known.args.iter().any(|(name, ..)| name == "after");
        match (&must[..], has_cursor) {
            (["needId"], false) => (field.clone(), true),
            ([], true) => (field.clone(), false),
            _ => panic!("what does one listen to {field} with?"),
        }
    })
    .collect()
}

fn listen(scene: &Scene, actor: &Actor, field: &str, given: &Value) -> BoxStream<'static, Value> {
    Ask::subscription(&scene.shape, field, given, 2).listen(&scene.api, actor)
}

/// Says something to all; the entry that everybody is told of.
async fn announce(scene: &mut Scene) -> String {
    let news = json!({ "needId": scene.ids["need"], "title": "Nytt", "body": "Til alle." });
    let officer = scene.actor("officer").clone();
    scene.api.done(&officer, "publishAnnouncement", "announcement { id }", news).await;
    scene.house.work().await;
    let newest = "query($id: ID!) { node(id: $id) { ... on Need { log(first: 1) { nodes { id } } } } }";
    let newest = scene.api.ask(&officer, newest, json!({ "id": scene.ids["need"] })).await;
    entry(&newest["node"]["log"]["nodes"][0]).expect("an entry")
}

/// The entry that an answer tells of, whatever it calls it.
fn entry(told: &Value) -> Option<String> {
    let id = told["id"].as_str().or_else(|| told["node"]["id"].as_str())?;
    let code = String::from_utf8(URL_SAFE_NO_PAD.decode(id).ok()?).ok()?;
    Some(code.split_once(':')?.1.to_owned())
}

impl Subscribed {
    /// Everybody listens to what there is, and has heard something.
    pub(super) async fn begin(scene: &mut Scene) -> Self {
        let mut live = Vec::new();
        let mut cursors = BTreeMap::new();
        for persona in scene.people.clone() {
            for (field, of_need) in fields(scene) {
                if of_need {
                    let given = json!({ "needId": scene.ids["need"] });
                    let mut told = listen(scene, &persona.actor, &field, &given);
                    let (sender, heard) = unbounded_channel();
                    tokio::spawn(async move {
                        while let Some(answer) = told.next().await {
                            if sender.send(answer).is_err() {
                                return;
                            }
                        }
                    });
                    live.push((persona.clone(), field, heard));
                }
            }
        }
        // To listen begins at some moment after it is asked for.
        while live.iter().any(|(_, _, heard)| heard.is_empty()) {
            announce(scene).await;
        }
        for (_, _, heard) in &mut live {
            while heard.try_recv().is_ok() {}
        }
        for persona in &scene.people {
            let mut after = Value::Null;
            loop {
                let page =
                    "query($after: String) { changes(first: 100, after: $after) { cursor isComplete } }";
                let mut page = scene.api.ask(&persona.actor, page, json!({ "after": after })).await;
                after = page["changes"]["cursor"].take();
                if page["changes"]["isComplete"] == true {
                    break;
                }
            }
            cursors.insert(persona.name, after);
        }
        Self { live, cursors }
    }

    /// What everybody has been told; and what strangers were, who had nothing to hear.
    pub(super) async fn end(self, scene: &mut Scene, seen: &mut Seen) -> Vec<String> {
        let mut wrong = Vec::new();
        let last = announce(scene).await;
        for (persona, field, mut heard) in self.live {
            let told = until(&last, async || heard.recv().await, &field).await;
            wrong.extend(look(scene, &persona, &field, &told, seen));
        }
        let needs = scene.needs().await;
        for persona in scene.people.clone() {
            for (field, of_need) in fields(scene) {
                if of_need {
                    // What one may not see can't be listened to, and is refused like nothing.
                    for need in &needs {
                        let told = first(scene, &persona.actor, &field, need).await;
                        seen.look(&scene.secrets, persona.name, &field, &told);
                    }
                    continue;
                }
                let given = json!({ "after": self.cursors[persona.name] });
                let mut answers = listen(scene, &persona.actor, &field, &given);
                let told = until(&last, async || answers.next().await, &field).await;
                wrong.extend(look(scene, &persona, &field, &told, seen));
            }
        }
        wrong
    }
}

/// Each answer, up to that which tells of the last entry.
async fn until(last: &str, mut next: impl AsyncFnMut() -> Option<Value>, field: &str) -> Vec<Value> {
    let mut told = Vec::new();
    loop {
        let Some(answer) = timeout(LATE, next()).await.expect("in time") else { return told };
        let is_last = entry(&answer["data"][field]).as_deref() == Some(last);
        told.push(answer);
        if is_last {
            return told;
        }
    }
}

/// What a persona reads in answers; what of them a stranger should not have got.
fn look(scene: &Scene, persona: &Persona, field: &str, told: &[Value], seen: &mut Seen) -> Vec<String> {
    for answer in told {
        for error in answer["errors"].as_array().into_iter().flatten() {
            assert!(error["extensions"]["code"].is_string(), "{}: {field}: {error}", persona.name);
        }
        seen.look(&scene.secrets, persona.name, &format!("subscription {field}"), &answer.to_string());
    }
    // All that was planted is what strangers must not notice: the last announcement is all.
    if STRANGERS.contains(&persona.name) && told.len() != 1 {
        return vec![format!("{} hears {field}: {told:?}", persona.name)];
    }
    Vec::new()
}

/// How listening to a need begins: with a refusal, or with nothing yet.
async fn first(scene: &Scene, actor: &Actor, field: &str, need: &Value) -> String {
    let mut told = listen(scene, actor, field, &json!({ "needId": need }));
    let is_seen = "query($id: ID!) { node(id: $id) { __typename } }";
    let is_seen = scene.api.ask(actor, is_seen, json!({ "id": need })).await["node"].is_object();
    if is_seen {
        return String::new();
    }
    let answer = timeout(LATE, told.next()).await.expect("in time").expect("a refusal");
    let codes: BTreeSet<&str> = answer["errors"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|e| e["extensions"]["code"].as_str())
        .collect();
    assert_eq!(codes, BTreeSet::from(["NOT_FOUND"]), "{field}: {answer}");
    answer.to_string()
}
