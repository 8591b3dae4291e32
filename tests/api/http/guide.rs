//! What `docs/api/guide.md` asks is asked, in its order, and answered as it says.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::demonstration;

const GUIDE: &str = include_str!("../../../docs/api/guide.md");
/// Stands for what differs from run to run.
const ANY: &str = "…";

/// The fenced block after a mark, if it comes before the next question.
fn block<'t>(text: &'t str, mark: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(mark)?;
    let (_, fenced) = rest.split_once("```").expect("a block after the mark");
    let (_, fenced) = fenced.split_once('\n').expect("a line with the language");
    Some(fenced.split_once("```").expect("the end of the block").0)
}

/// Puts kept values where the guide names them.
fn fill(value: &mut Value, kept: &BTreeMap<String, Value>) {
    match value {
        Value::String(text) => {
            if let Some(name) = text.strip_prefix('‹').and_then(|rest| rest.strip_suffix('›')) {
                *value = kept.get(name).unwrap_or_else(|| panic!("nothing is kept as {name}")).clone();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| fill(item, kept)),
        Value::Object(fields) => fields.values_mut().for_each(|value| fill(value, kept)),
        _ => {}
    }
}

/// Takes the answer's values for those that the guide leaves open.
fn open(promised: &mut Value, answer: &Value) {
    match promised {
        Value::String(text) if text == ANY && !answer.is_null() => *promised = answer.clone(),
        Value::Array(items) => items.iter_mut().zip(0..).for_each(|(item, i): (_, usize)| open(item, &answer[i])),
        Value::Object(fields) => fields.iter_mut().for_each(|(name, value)| open(value, &answer[name.as_str()])),
        _ => {}
    }
}

#[tokio::test]
async fn the_guide_asks_and_is_answered_as_it_says() {
    let served = demonstration().await;
    let (mut kept, mut tokens) = (BTreeMap::new(), BTreeMap::new());
    tokens.insert("nobody", String::new());
    let mut asked = 0;
    for part in GUIDE.split("<!-- ask: ").skip(1) {
        let (head, text) = part.split_once(" -->").unwrap();
        let (persona, keep) = head.split_once(" | keep ").unwrap_or((head, ""));
        let token = tokens.entry(persona).or_insert_with(|| served.token_of(persona)).clone();
        let document = block(&format!("<!-- -->{text}"), "<!-- -->").unwrap().to_owned();
        let mut variables: Value =
            block(text, "<!-- variables -->").map_or(json!({}), |v| serde_json::from_str(v).unwrap());
        fill(&mut variables, &kept);
        let mut promised: Value = serde_json::from_str(block(text, "<!-- answer -->").unwrap()).unwrap();
        let mut answer = served.graphql(&token, &document, &variables);
        // What it cost is told beside each answer.
        answer.as_object_mut().unwrap().remove("extensions");
        open(&mut promised, &answer);
        assert_eq!(answer, promised, "{document}");
        if let Some((name, path)) = keep.split_once(" = ") {
            let pointer = format!("/data/{}", path.replace('.', "/"));
            kept.insert(name.to_owned(), answer.pointer(&pointer).unwrap().clone());
        }
        asked += 1;
    }
    assert_eq!(GUIDE.matches("\n## ").count(), 11, "ten tasks, and what to count on");
    assert!(asked >= 16, "only {asked} questions were found");
}
